//! The first rows of an import, all refused for the same reason: most likely no fault of theirs, but of a default or
//! of the field map. Sending the rest as well would burn every row.

use super::row::Prepared;
use crate::ledger::Exception;

/// So many refusals alike, and nothing else seen, are no chance.
pub(super) const MANY: usize = 10;

/// Refused rows that are held back until it is clear whose fault it is.
#[derive(Default)]
pub(super) struct Alike {
    watching: bool,
    held: Vec<(Prepared, Exception)>,
    /// What all of them were refused for, once they were many.
    reason: Option<String>,
}

impl Alike {
    /// Watches from the first row on. A person who resumes has seen it, and wants to go on.
    pub(super) fn watching(watching: bool) -> Self {
        Self { watching, ..Self::default() }
    }

    /// Takes a row that Trackops refused; gives those that are decided by it: refused each for a reason of its own.
    pub(super) fn refused(&mut self, row: Prepared, exception: Exception) -> Vec<(Prepared, Exception)> {
        let same = |other: &(Prepared, Exception)| {
            other.1.message == exception.message && other.1.field == exception.field
        };
        let alike = self.watching && self.held.iter().all(same);
        self.held.push((row, exception));
        if alike { Vec::new() } else { self.release() }
    }

    /// The rows that are held back, from here on decided like any other.
    pub(super) fn release(&mut self) -> Vec<(Prepared, Exception)> {
        self.watching = false;
        std::mem::take(&mut self.held)
    }

    /// Once they are many: why all of them were refused, and the rows, none of which is to blame.
    pub(super) fn trip(&mut self) -> Option<(String, Vec<Prepared>)> {
        let reason = self.held.first().filter(|_| self.held.len() >= MANY)?.1.message.clone();
        self.reason = Some(reason.clone());
        Some((reason, self.release().into_iter().map(|(row, _)| row).collect()))
    }

    /// Whether a row that was in flight when it tripped was refused for the same reason.
    pub(super) fn tripped_by(&self, exception: &Exception) -> bool {
        self.reason.as_ref() == Some(&exception.message)
    }
}
