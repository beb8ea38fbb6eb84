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
    /// Why all of them were refused, once there were enough.
    reason: Option<String>,
}

impl RefusalStreak {
    /// Watches from the first row. Not used on resume: a user who resumes has seen it, and wants to continue.
    pub(super) fn watching(watching: bool) -> Self {
        Self { watching, ..Self::default() }
    }

    /// Adds a row that Trackops refused. Returns the rows this decides: those refused for reasons of their own.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) -> Vec<(Prepared, Exception)> {
        let same = |other: &(Prepared, Exception)| {
            other.1.message == exception.message && other.1.field == exception.field
        };
        let same_reason = self.watching && self.refused.iter().all(same);
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
        let reason = self.refused.first()?.1.message.clone();
        self.reason = Some(reason.clone());
        Some((reason, self.release().into_iter().map(|(row, _)| row).collect()))
    }

    /// Returns true if a row that was in flight at that time was refused for the same reason.
    pub(super) fn has_reason(&self, exception: &Exception) -> bool {
        self.reason.as_ref() == Some(&exception.message)
    }
}
