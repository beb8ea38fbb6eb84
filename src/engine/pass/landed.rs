//! What comes back of a row that left, and what that makes of it.

use bytes::Bytes;

use super::{Decided, LOST_IN_A_ROW, Pass};
use crate::engine::alike::MANY;
use crate::engine::log;
use crate::engine::not_sent::in_trackops;
use crate::engine::prepare::{Prepared, Verdict};
use crate::engine::runner::Stop;
use crate::ledger::{Exception, OnError, Outcome};
use crate::trackops::{Answer, Client, Fault, Found, Lookup};

/// What comes back of a row that left.
pub(super) enum Landed {
    /// The answer to its case.
    Answered(Answer),
    /// It was not sent: these cases in Trackops may be its own.
    There(Vec<Found>),
}

/// Sends a case, after a look-up that found nothing when there is to be one.
pub(super) async fn send(client: &Client, lookup: Option<Lookup>, body: Bytes) -> Landed {
    if let Some(lookup) = lookup {
        match client.find_cases(&lookup).await {
            Ok(found) if found.is_empty() => {}
            Ok(found) => return Landed::There(found),
            Err(fault) => return Landed::Answered(Answer::NotSent(fault)),
        }
    }
    Landed::Answered(client.create_case(body).await)
}

impl Pass<'_> {
    /// A look-up before sending found the row's case, or one that may be it.
    pub(super) fn there(&mut self, row: Prepared, found: &[Found]) {
        self.went_through();
        let Verdict::Send(ready, _) = &row.verdict else { return };
        let problem = in_trackops(&self.runner.job.plan, (row.row, row.line), ready, found);
        let (code, reason) = (problem.code.to_owned(), problem.message);
        self.decide(row, Outcome::Excluded { code, reason }, true);
    }

    pub(super) fn rejected(&mut self, row: Prepared, exception: Exception, intended: bool) {
        if self.runner.job.options.on_error == OnError::Halt {
            let note = format!(
                "Halted at row {} (line {}): {}. No row was started after that was known.",
                row.row, row.line, exception.message
            );
            self.halt(Stop::Halted(note));
        }
        self.decide(row, Outcome::Rejected(exception), intended);
    }

    pub(super) async fn answered(&mut self, row: Prepared, answer: Answer) {
        match log::without_secrets(&self.runner.job, &row, answer) {
            Answer::Created { id, number } => {
                self.went_through();
                self.release();
                self.decide(row, Outcome::Created { case_id: id, case_number: number }, true);
            }
            Answer::Rejected { status: 409, messages } => {
                self.went_through();
                let exception = log::in_conflict(&self.runner.job.plan, &row, &messages);
                self.in_doubt(&row, &exception.message);
                self.decide(row, Outcome::Unknown(exception), true);
            }
            Answer::Rejected { status, messages } => {
                self.went_through();
                let exception = log::rejected_by_trackops(&self.runner.job.plan, &row, status, &messages);
                self.refused(row, exception);
            }
            Answer::Unknown { status, why } => self.lost(row, status, &why),
            Answer::NotSent(fault) => self.fault(row, &fault).await,
        }
    }

    /// Trackops refused a row. So long as it refuses every row alike, whose fault that is stays open.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) {
        if self.alike.tripped_by(&exception) {
            return self.decide(row, Outcome::NotSent, true);
        }
        for (row, exception) in self.alike.refused(row, exception) {
            self.rejected(row, exception, true);
        }
        let Some((reason, rows)) = self.alike.trip() else { return };
        self.halt(Stop::Fault(format!(
            "The first {MANY} rows were all refused for the same reason: {reason}. Most likely it is in the case \
             defaults or in the field map, so the rows count as not sent: duplicate the import and correct it there. \
             To go on all the same, resume."
        )));
        for row in rows {
            self.decide(row, Outcome::NotSent, true);
        }
    }

    /// Rows that are held back were refused each for its own reason.
    pub(super) fn release(&mut self) {
        for (row, exception) in self.alike.release() {
            self.rejected(row, exception, true);
        }
    }

    pub(super) fn went_through(&mut self) {
        self.lost_in_a_row = 0;
        self.runner.pace.good();
    }

    pub(super) fn lost(&mut self, row: Prepared, status: Option<u16>, why: &str) {
        self.lost_in_a_row += 1;
        let place = format!("row {} (line {})", row.row, row.line);
        if self.lost_in_a_row >= LOST_IN_A_ROW {
            self.halt(Stop::Fault(format!(
                "The answers to {LOST_IN_A_ROW} rows in a row were lost, the last to {place}: {why}. Resume looks up \
                 what became of them."
            )));
        } else {
            self.in_doubt(&row, &format!("sent, but {why}"));
        }
        let exception = log::lost(&self.runner.job.plan, &row, status, why);
        self.decide(row, Outcome::Unknown(exception), true);
    }

    /// With Halt on Error nothing starts behind a row of which nobody knows what became of it.
    pub(super) fn in_doubt(&mut self, row: &Prepared, why: &str) {
        if self.runner.job.options.on_error == OnError::Halt {
            let place = format!("row {} (line {})", row.row, row.line);
            self.runner.in_doubt.push(row.row);
            self.halt(Stop::InDoubt(format!("{place}: {why}")));
        }
    }

    /// Not the row's fault: it goes back, and the run waits or pauses.
    pub(super) async fn fault(&mut self, row: Prepared, fault: &Fault) {
        // A row in doubt is looked up first, and then this one has its turn again.
        let waits = matches!(self.stop, None | Some(Stop::InDoubt(_))) && self.runner.may_wait(fault).await;
        let again = waits && self.stop.is_none();
        if !waits {
            self.halt(Stop::Fault(format!("{fault}. Then resume.")));
        }
        self.post(Decided { row, outcome: Outcome::NotSent, intended: true, again });
    }
}
