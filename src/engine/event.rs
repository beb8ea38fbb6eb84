//! What a run tells whoever watches it. Everything here is already in the ledger.

use crate::ledger::{Counts, Exception, Status};

/// Something a run has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Where the run stands; at most every 50 ms.
    Progress(Progress),
    /// Rows that were rejected or are unknown, in the order in which it became known.
    Exceptions(Vec<Exception>),
    /// The run waits before it sends again.
    Waiting {
        /// Why, in a sentence.
        why: String,
        /// For how many seconds.
        seconds: u64,
    },
    /// Unknown rows are being looked up.
    Settling {
        /// How many are left.
        left: u64,
        /// Seconds until the last of them can be told to be absent; 0 when there is nothing to wait for.
        seconds: u64,
    },
    /// Cases are being read back.
    ReadingBack {
        /// Number of cases read so far.
        read: u64,
        /// Number of cases in the list, when Trackops says so.
        of: Option<u64>,
    },
    /// The run is over; always the last event.
    Ended(Ended),
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Outcomes so far; rows in flight are among `unknown`.
    pub counts: Counts,
    /// Rows sent and not yet answered.
    pub in_flight: u64,
    /// Rows with an outcome per second, over the last seconds.
    pub rows_per_second: f64,
}

impl Progress {
    /// Seconds until every row has had its turn, at the present rate; none while there is no rate to go by.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let left = self.counts.not_sent + self.in_flight;
        // Row counts are far below 2^53, and the quotient is held to what a person would wait.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = (left as f64 / self.rows_per_second).ceil().min(1e9) as u64;
        (self.rows_per_second > 0.0).then_some(seconds)
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Complete, Paused or Error.
    pub status: Status,
    /// The final outcomes.
    pub counts: Counts,
    /// Why it is paused or halted, and what to do; empty when complete.
    pub note: String,
    /// Whether every row that was unknown when it began was looked up.
    pub looked_up: bool,
}
