//! Events of a run. Everything they report is already in the ledger.

use crate::ledger::{Counts, Exception, Status};

/// An event of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Progress, at most every 50 ms.
    Progress(Progress),
    /// Rows that were rejected or are unknown, in the order of their answers.
    Exceptions(Vec<Exception>),
    /// The run waits before it sends again.
    Waiting {
        /// The reason, as a sentence.
        why: String,
        /// Length of the wait, in seconds.
        seconds: u64,
    },
    /// Unknown rows are being looked up.
    Settling {
        /// Number of rows left.
        left: u64,
        /// Seconds until the absence of the last one can be known; 0 if there is nothing to wait for.
        seconds: u64,
    },
    /// Cases are being read back.
    ReadingBack {
        /// Number of cases read so far.
        read: u64,
        /// Number of cases in the list, if Trackops reports it.
        of: Option<u64>,
    },
    /// The run is over; always the last event.
    Ended(Ended),
}

/// Progress of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Outcomes so far; rows in flight count as `unknown`.
    pub counts: Counts,
    /// Rows sent and not yet answered.
    pub in_flight: u64,
    /// Rows with an outcome per second, over the last seconds.
    pub rows_per_second: f64,
}

impl Progress {
    /// Seconds until every row is processed, at the current rate; `None` without a rate.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let left = self.counts.not_sent + self.in_flight;
        // Row counts are far below 2^53, and the quotient is capped.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = (left as f64 / self.rows_per_second).ceil().min(1e9) as u64;
        (self.rows_per_second > 0.0).then_some(seconds)
    }
}

/// Result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Complete, Paused or Error.
    pub status: Status,
    /// The final outcomes.
    pub counts: Counts,
    /// Why it paused or halted, and what to do; may be empty when complete.
    pub note: String,
    /// True if every row that was unknown at the start was looked up; after a verification, if the cases were read back.
    pub looked_up: bool,
}
