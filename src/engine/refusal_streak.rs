//! Detects that the first rows of an import are all refused for the same reason. The cause is probably a default or
//! the field map, and sending the rest would burn every row.

use super::row::Prepared;
use crate::ledger::Exception;

/// Number of refusals for the same reason, with nothing else seen, that is no coincidence.
pub(super) const TRIP_AFTER: usize = 10;

/// Refused rows, held back until it is clear whether the rows are to blame.
#[derive(Default)]
pub(super) struct RefusalStreak {
    watching: bool,
    refused: Vec<(Prepared, Exception)>,
    /// The common reason, once enough rows were refused for it.
    reason: Option<Exception>,
}

impl RefusalStreak {
    /// Watches from the first row. Not used on resume: a user who resumes has seen it, and wants to continue.
    pub(super) fn watching(watching: bool) -> Self {
        Self { watching, ..Self::default() }
    }

    /// Adds a row that Trackops refused. Returns the rows this decides: those refused for reasons of their own.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) -> Vec<(Prepared, Exception)> {
        let same_reason = self.watching && self.refused.iter().all(|(_, other)| is_alike(other, &exception));
        self.refused.push((row, exception));
        if same_reason { Vec::new() } else { self.release() }
    }

    /// Stops watching. Returns the rows that were held back.
    pub(super) fn release(&mut self) -> Vec<(Prepared, Exception)> {
        self.watching = false;
        std::mem::take(&mut self.refused)
    }

    /// Returns true while only the rows in flight decide whether the refused ones are to blame.
    pub(super) fn waits(&self) -> bool {
        self.refused.len() >= TRIP_AFTER
    }

    /// Returns the common reason and the rows once there are enough; none of these rows is to blame. Waits while a row
    /// among them has no outcome: one that is created clears the others of suspicion. `open` are those rows, and the
    /// refused ones.
    pub(super) fn take_if_tripped(
        &mut self,
        open: impl Iterator<Item = u64>,
    ) -> Option<(String, Vec<Prepared>)> {
        let last = self.refused.iter().map(|(row, _)| row.row).max().filter(|_| self.waits())?;
        if open.filter(|row| *row <= last).count() > self.refused.len() {
            return None;
        }
        let reason = self.refused.first()?.1.clone();
        let message = reason.message.clone();
        self.reason = Some(reason);
        Some((message, self.release().into_iter().map(|(row, _)| row).collect()))
    }

    /// Returns true if a row that was in flight at that time was refused for the same reason.
    pub(super) fn has_reason(&self, exception: &Exception) -> bool {
        self.reason.as_ref().is_some_and(|reason| is_alike(reason, exception))
    }
}

/// Returns true if two rows were refused for the same reason.
fn is_alike(one: &Exception, other: &Exception) -> bool {
    one.message == other.message && one.field == other.field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Code;
    use crate::engine::row::Verdict;
    use crate::ledger::ExceptionSource;

    fn refusal(row: u64, field: &str) -> (Prepared, Exception) {
        let exception = Exception {
            row,
            line: row + 1,
            column: None,
            field: Some(field.to_owned()),
            value: None,
            code: Code::Trackops(422),
            message: "is invalid".to_owned(),
            source: ExceptionSource::Trackops,
            http_status: Some(422),
            corrected: false,
        };
        let (line, verdict) = (exception.line, Verdict::Reject(Vec::new()));
        let cells = csv::StringRecord::new();
        (
            Prepared {
                row,
                line,
                worksheet: None,
                cells,
                reference: None,
                of_others: Vec::new(),
                listed: Vec::new(),
                verdict,
            },
            exception,
        )
    }

    #[test]
    fn the_same_message_about_another_field_is_another_reason() {
        let mut streak = RefusalStreak::watching(true);
        for row in 1..=TRIP_AFTER as u64 {
            let (row, exception) = refusal(row, "due_on");
            assert_eq!(streak.refused(row, exception), []);
        }
        let (reason, rows) = streak.take_if_tripped(1..=TRIP_AFTER as u64).unwrap();
        assert_eq!((reason.as_str(), rows.len()), ("is invalid", TRIP_AFTER));
        assert!(streak.has_reason(&refusal(11, "due_on").1));
        assert!(!streak.has_reason(&refusal(11, "subject.1").1));
    }
}
