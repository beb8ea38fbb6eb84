//! One import as Processing shows it.

use std::collections::VecDeque;

use crate::app::ReadBack;
use crate::engine::Progress;
use crate::ledger::{Import, Status};
use crate::tui::screens::processing::log::Log;

/// No version of a ledger.
pub(super) const NEVER: i64 = -1;

/// So many seconds of the rate are kept.
pub(super) const SECONDS: usize = 60;

/// How many rows had their turn in each of the last seconds, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    pub(crate) each: VecDeque<u64>,
    pub(super) done: Option<u64>,
}

impl Rates {
    /// A second passed, and so many rows have had their turn in all.
    pub(super) fn tick(&mut self, done: u64) {
        if let Some(before) = self.done.replace(done) {
            self.each.push_back(done.saturating_sub(before));
            let over = self.each.len().saturating_sub(SECONDS);
            self.each.drain(..over);
        }
    }
}

/// One import as the Processing screen shows it.
#[derive(Debug)]
pub(crate) struct Board {
    /// As the ledger has it; none until it has answered.
    pub(crate) import: Option<Import>,
    pub(crate) progress: Progress,
    pub(crate) rates: Rates,
    pub(crate) log: Log,
    /// Whether it runs in this program.
    pub(crate) running: bool,
    pub(crate) stopping: bool,
    /// Why it waits, and until when, in seconds since 1970.
    pub(crate) waiting: Option<(String, i64)>,
    /// Unknown rows that are being looked up.
    pub(crate) settling: Option<(u64, Option<i64>)>,
    /// Cases read back so far, and how many there are when that is known.
    pub(crate) reading_back: Option<(u64, Option<u64>)>,
    /// What reading the cases back has shown last.
    pub(crate) read_back: ReadBack,
    /// Why it could not start, or is paused or halted.
    pub(crate) note: String,
    /// The ledger's version at which it was looked at last.
    pub(super) version: i64,
}

impl Board {
    pub(crate) fn new(import: Option<Import>) -> Self {
        let counts = import.as_ref().map(|import| import.counts).unwrap_or_default();
        Self {
            note: import.as_ref().map(|import| import.note.clone()).unwrap_or_default(),
            import,
            progress: Progress { counts, ..Progress::default() },
            rates: Rates::default(),
            log: Log::default(),
            running: false,
            stopping: false,
            waiting: None,
            settling: None,
            reading_back: None,
            read_back: ReadBack::default(),
            version: NEVER,
        }
    }

    pub(crate) fn status(&self) -> Option<Status> {
        if self.running { Some(Status::Processing) } else { self.import.as_ref().map(|import| import.status) }
    }

    /// Whether another caseload sends its rows.
    pub(crate) fn runs_elsewhere(&self) -> bool {
        !self.running && self.status() == Some(Status::Processing)
    }

    /// How many rows have had their turn: those in flight have not.
    pub(crate) fn done(&self) -> u64 {
        let counts = self.progress.counts;
        let in_flight = self.progress.in_flight.min(counts.unknown);
        (counts.created + counts.rejected + counts.excluded + counts.unknown).saturating_sub(in_flight)
    }
}
