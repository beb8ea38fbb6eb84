//! What an answer makes of a row: the one place that reads it.

use jiff::civil::Date;

use super::Prepared;
use super::exceptions::{ANOTHER_ROWS, rejected_by_trackops, unknown};
use crate::case::{Code, Plan, Secrets};
use crate::ledger::Exception;
use crate::sheet::on_worksheet;
use crate::trackops::{Answer, Fault, Found};

/// What an answer says of a row.
pub(crate) enum Told {
    /// The row is this case, unless another row has it.
    Created {
        /// The case's id.
        id: String,
        /// Its number, where the answer tells it.
        number: Option<String>,
    },
    /// Refused; for certain once a look-up does not find its case.
    Refused(Exception),
    /// Refused, although its case may be there: unknown.
    Conflict(Exception),
    /// Sent, and whether its case was created is unknown.
    Lost {
        /// The answer's status, when one came.
        status: Option<u16>,
        /// What happened.
        why: String,
        /// The same for the exception log.
        exception: Exception,
    },
    /// Not carried out, through no fault of the row.
    NotDone(Fault),
}

/// Reads the answer to a row. What is private in the row is masked wherever the answer repeats it.
pub(crate) fn interpret(plan: &Plan, today: Date, row: &Prepared, answer: Answer) -> Told {
    // Nearly every answer, and it has only the case's own numbers.
    if let Answer::Created { id, number } = answer {
        return Told::Created { id, number };
    }
    match without_secrets(&plan.secrets(&row.cells, today), answer) {
        Answer::Created { id, number } => Told::Created { id, number },
        Answer::Rejected { status: 409, messages } => {
            Told::Conflict(in_conflict(rejected_by_trackops(plan, row, 409, &messages)))
        }
        Answer::Rejected { status, messages } => {
            Told::Refused(rejected_by_trackops(plan, row, status, &messages))
        }
        Answer::Unknown { status, why } => {
            let exception = lost(plan, row, status, &why);
            Told::Lost { status, why, exception }
        }
        Answer::NotSent(fault) => Told::NotDone(fault),
    }
}

/// What is told of a row whose answer left its case open, now that it was looked up: `own` are the cases that may be its
/// own.
pub(crate) fn looked_up(plan: &Plan, row: &Prepared, told: Told, mut own: Vec<Found>) -> Told {
    match (own.pop(), told) {
        // What the request met there, or its own: settling tells.
        (Some(_), Told::Refused(exception)) => Told::Conflict(in_conflict(exception)),
        (None, Told::Refused(exception)) => Told::Refused(exception),
        (Some(case), _) if case.certain && own.is_empty() => {
            Told::Created { id: case.id, number: case.number }
        }
        (_, told @ Told::Lost { .. }) => told,
        _ => another_rows(plan, row),
    }
}

/// A refusal of a row whose case may be there: unknown until it is looked up.
fn in_conflict(refusal: Exception) -> Exception {
    Exception { code: Code::Unknown, ..refusal }
}

/// What an answer says that names the case of another row: nothing.
pub(crate) fn another_rows(plan: &Plan, row: &Prepared) -> Told {
    let exception = lost(plan, row, None, ANOTHER_ROWS);
    Told::Lost { status: None, why: ANOTHER_ROWS.to_owned(), exception }
}

/// A row that was sent and whose answer was lost.
fn lost(plan: &Plan, row: &Prepared, status: Option<u16>, why: &str) -> Exception {
    let lost = unknown(plan, (row.row, row.line), row.reference_sent(), status, why);
    Exception { message: on_worksheet(row.worksheet.as_deref(), lost.message), ..lost }
}

fn without_secrets(secrets: &Secrets, answer: Answer) -> Answer {
    match answer {
        Answer::Rejected { status, mut messages } => {
            for message in &mut messages {
                message.text = secrets.hide(&message.text);
                // A server may name the value where the field should be.
                message.field = message.field.take().map(|field| secrets.hide(&field));
            }
            Answer::Rejected { status, messages }
        }
        Answer::Unknown { status, why } => Answer::Unknown { status, why: secrets.hide(&why) },
        Answer::NotSent(Fault::Firewall { status, title }) => {
            Answer::NotSent(Fault::Firewall { status, title: secrets.hide(&title) })
        }
        Answer::NotSent(Fault::Unexpected { status, message }) => {
            Answer::NotSent(Fault::Unexpected { status, message: secrets.hide(&message) })
        }
        // These say nothing that Trackops wrote.
        Answer::Created { .. } | Answer::NotSent(_) => answer,
    }
}
