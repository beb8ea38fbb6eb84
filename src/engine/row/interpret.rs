//! Interprets the answer to a row. Nothing else does.

use jiff::civil::Date;

use super::Prepared;
use super::exceptions::{BELONGS_TO_ANOTHER, rejected_by_trackops, unknown};
use crate::case::{Code, Plan, Secrets};
use crate::ledger::Exception;
use crate::sheet::on_worksheet;
use crate::trackops::{Answer, Fault, FoundCase};

/// Meaning of an answer for a row.
pub(crate) enum Interpretation {
    /// The row is this case, unless it belongs to another row.
    Created {
        /// The case's id.
        id: String,
        /// Its number, if the answer has it.
        number: Option<String>,
    },
    /// Refused; certain once a lookup doesn't find its case.
    Refused(Exception),
    /// Refused, although its case may exist: unknown.
    Conflict(Exception),
    /// Sent; it is unknown whether its case was created.
    Lost {
        /// The status of the answer, if one came.
        status: Option<u16>,
        /// What happened.
        why: String,
        /// The entry of the exception log.
        exception: Exception,
    },
    /// Not carried out; the row isn't to blame.
    NotDone(Fault),
}

/// Interprets the answer to a row. Private values of the row are masked wherever the answer repeats them.
pub(crate) fn interpret(plan: &Plan, today: Date, row: &Prepared, answer: Answer) -> Interpretation {
    // The usual answer; it contains nothing but ids.
    if let Answer::Created { id, number } = answer {
        return Interpretation::Created { id, number };
    }
    match without_secrets(&plan.secrets(&row.cells, today), answer) {
        Answer::Created { id, number } => Interpretation::Created { id, number },
        Answer::Rejected { status: 409, messages } => {
            Interpretation::Conflict(in_conflict(rejected_by_trackops(plan, row, 409, &messages)))
        }
        Answer::Rejected { status, messages } => {
            Interpretation::Refused(rejected_by_trackops(plan, row, status, &messages))
        }
        Answer::Unknown { status, why } => {
            let exception = lost(plan, row, status, &why);
            Interpretation::Lost { status, why, exception }
        }
        Answer::NotSent(fault) => Interpretation::NotDone(fault),
    }
}

/// Combines an unclear answer with the lookup after it: `own` has the cases that may be the row's own, `None` if the
/// lookup failed.
pub(crate) fn looked_up(
    plan: &Plan,
    row: &Prepared,
    interpretation: Interpretation,
    own: Option<Vec<FoundCase>>,
) -> Interpretation {
    let Some(mut own) = own else {
        return match interpretation {
            // Its case may exist: settling looks it up again.
            Interpretation::Refused(exception) => Interpretation::Conflict(in_conflict(exception)),
            interpretation => interpretation,
        };
    };
    match (own.pop(), interpretation) {
        // The case that was in its way, or its own: settling decides.
        (Some(_), Interpretation::Refused(exception)) => Interpretation::Conflict(in_conflict(exception)),
        (None, Interpretation::Refused(exception)) => Interpretation::Refused(exception),
        // Without its time, it may be an older case with the same reference.
        (Some(case), _) if case.is_certain && case.is_newer && own.is_empty() => {
            Interpretation::Created { id: case.id, number: case.number }
        }
        (_, interpretation @ Interpretation::Lost { .. }) => interpretation,
        _ => names_another_case(plan, row),
    }
}

/// Turns a refusal of a row whose case may exist into unknown, until it is looked up.
fn in_conflict(refusal: Exception) -> Exception {
    Exception { code: Code::Unknown, ..refusal }
}

/// Meaning of an answer that names another row's case: unknown.
pub(crate) fn names_another_case(plan: &Plan, row: &Prepared) -> Interpretation {
    let exception = lost(plan, row, None, BELONGS_TO_ANOTHER);
    Interpretation::Lost { status: None, why: BELONGS_TO_ANOTHER.to_owned(), exception }
}

/// Returns the exception of a row whose answer was lost.
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
        // These contain no text from Trackops.
        Answer::Created { .. } | Answer::NotSent(_) => answer,
    }
}
