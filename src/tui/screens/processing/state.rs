//! State of an import on Processing.

use std::collections::{HashSet, VecDeque};

use crate::app::ReadBack;
use crate::case::Recipe;
use crate::engine::{Progress, THEN_VERIFY};
use crate::ledger::{Counts, CreatedLater, Import, Status};
use crate::tui::screens::processing::log::{Cause, Log};

/// Placeholder that no ledger version equals.
pub(super) const NEVER: i64 = -1;

/// Number of seconds for which the rate is kept.
pub(super) const SECONDS: usize = 60;

/// Rows processed in each of the last seconds, newest last.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    pub(super) each: VecDeque<u64>,
    pub(super) done: Option<u64>,
}

impl Rates {
    /// Records the rows processed in the last second; `done` is the total so far.
    pub(super) fn tick(&mut self, done: u64) {
        if let Some(before) = self.done.replace(done) {
            self.each.push_back(done.saturating_sub(before));
            let over = self.each.len().saturating_sub(SECONDS);
            self.each.drain(..over);
        }
    }
}

/// Reading the exception log from the ledger again while rows are sent.
#[derive(Debug, Default)]
pub(super) struct Reread {
    /// Whether the ledger's reply is awaited.
    pub(super) waiting: bool,
    /// Numbers of rejected and unknown rows at the last request.
    pub(super) asked_for: (u64, u64),
    /// Rows reported since the request: the reply may lack them.
    pub(super) since: HashSet<u64>,
}

/// What a run does at the moment. Times are in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Activity {
    Sending,
    Waiting {
        why: String,
        until: i64,
    },
    LookingUp {
        /// Number of unknown rows.
        left: u64,
        /// Time until which a case may still be created.
        until: Option<i64>,
    },
    ReadingBack {
        /// Number of cases.
        read: u64,
        of: Option<u64>,
    },
}

/// An import as shown on the Processing screen.
#[derive(Debug)]
pub(crate) struct Board {
    /// The import in the ledger; none until the ledger has answered.
    pub(super) import: Option<Import>,
    pub(super) progress: Progress,
    /// Time of the last progress, in seconds since 1970.
    pub(super) progressed_at: i64,
    pub(super) rates: Rates,
    pub(super) log: Log,
    pub(super) reread: Reread,
    /// Whether it runs in this process.
    pub(super) running: bool,
    pub(super) stopping: bool,
    pub(super) activity: Activity,
    /// Result of the last reading back.
    pub(super) read_back: ReadBack,
    /// Whether the run only reads cases back.
    pub(super) verifying: bool,
    /// Why the cases couldn't be read back since that result.
    pub(super) unread: Option<String>,
    /// Later imports that created cases for its rejected rows.
    pub(super) created_later: Vec<CreatedLater>,
    /// Why the last start failed.
    pub(super) not_started: Option<String>,
    /// Why it paused or halted.
    pub(super) note: String,
    /// Ledger version at the last poll.
    pub(super) version: i64,
}

impl Board {
    /// Takes over the import as it is in the ledger.
    pub(super) fn set_import(&mut self, import: Import) {
        let recipe = (import.corrected > 0).then(|| Recipe::from_toml(&import.recipe).ok()).flatten();
        self.log.skipped = recipe.map(|recipe| recipe.skipped_rows().collect()).unwrap_or_default();
        self.import = Some(import);
    }

    /// Returns the number of rows that were fixed, and the skipped rows; none if that isn't known here.
    pub(super) fn fixed_and_skipped(&self) -> Option<(u64, Vec<u64>)> {
        let corrected = self.import.as_ref()?.corrected;
        let mut skipped = self.log.rows_to_skip()?;
        skipped.sort_unstable();
        Some((corrected.checked_sub(skipped.len() as u64)?, skipped))
    }

    /// Lets the log follow the newest exception. A log that no longer grows shows the first exception to fix: what the
    /// keys act on is always marked.
    pub(super) fn follow(&mut self) {
        self.log.cursor = None;
        if self.status() != Some(Status::Processing) {
            self.log.settle();
        }
    }

    /// Limits the log to a cause.
    pub(super) fn limit(&mut self, only: Option<Cause>) {
        self.log.limit(only);
        self.follow();
    }

    pub(crate) fn new(import: Option<Import>) -> Self {
        let counts = import.as_ref().map(|import| import.counts).unwrap_or_default();
        let mut board = Self {
            note: import.as_ref().map(|import| import.note.clone()).unwrap_or_default(),
            import: None,
            progress: Progress { counts, ..Progress::default() },
            progressed_at: 0,
            rates: Rates::default(),
            log: Log::default(),
            reread: Reread::default(),
            running: false,
            stopping: false,
            activity: Activity::Sending,
            read_back: ReadBack::default(),
            verifying: false,
            unread: None,
            not_started: None,
            created_later: Vec::new(),
            version: NEVER,
        };
        if let Some(import) = import {
            board.set_import(import);
        }
        board
    }

    /// Returns the import as it is in the ledger; none until the ledger has answered.
    pub(crate) fn import(&self) -> Option<&Import> {
        self.import.as_ref()
    }

    /// Returns the latest counts.
    pub(crate) fn counts(&self) -> Counts {
        self.progress.counts
    }

    /// Returns whether it runs in this process.
    pub(crate) fn is_running(&self) -> bool {
        self.running
    }

    /// Shows that it was asked to stop.
    pub(crate) fn stop(&mut self) {
        self.stopping = true;
    }

    /// Starts to read the cases back.
    pub(super) fn verify(&mut self) {
        (self.running, self.verifying, self.unread) = (true, true, None);
        self.activity = Activity::ReadingBack { read: 0, of: None };
    }

    /// Records why the cases couldn't be read back.
    pub(super) fn not_read(&mut self, why: &str) {
        self.unread = Some(why.strip_suffix(THEN_VERIFY).unwrap_or(why).to_owned());
    }

    /// Ends a run, which may have failed to start. Returns whether it only read cases back, and whether the user stopped
    /// it.
    pub(super) fn end(&mut self) -> (bool, bool) {
        (self.running, self.activity) = (false, Activity::Sending);
        (std::mem::take(&mut self.verifying), std::mem::take(&mut self.stopping))
    }

    /// Drops reasons that are older than the import as another process left it, which is now known.
    pub(super) fn drop_outdated(&mut self, now: &Import, read_back: &ReadBack) {
        let ended = self.import.as_ref().map(|import| import.ended_at);
        if self.read_back.verified != read_back.verified || ended != Some(now.ended_at) {
            self.unread = None;
        }
        if now.status == Status::Processing {
            self.not_started = None;
        }
    }

    pub(crate) fn status(&self) -> Option<Status> {
        if self.running { Some(Status::Processing) } else { self.import.as_ref().map(|import| import.status) }
    }

    /// Returns whether the last reading back found other values, or that cases are gone.
    pub(super) fn differs(&self) -> bool {
        self.read_back.verified.is_some_and(|seen| !seen.is_clean())
    }

    /// Returns the number of rows with more than one case in Trackops.
    pub(super) fn doubled(&self) -> u64 {
        self.import.as_ref().map_or(0, |import| import.doubled)
    }

    /// Returns what is wrong with a complete import, in a few words each.
    pub(super) fn complaints(&self) -> Vec<String> {
        let counts = self.progress.counts;
        let counted = [(counts.rejected, "REJECTED"), (counts.unknown, "UNKNOWN")];
        let counted = counted.into_iter().filter(|(rows, _)| *rows > 0);
        let counted = counted.map(|(rows, what)| format!("{rows} {what}"));
        let doubled = Some(self.doubled()).filter(|rows| *rows > 0).map(|rows| format!("{rows} DOUBLED"));
        let counted = counted.chain(doubled);
        counted.chain(self.differs().then(|| "READ BACK DIFFERENTLY".to_owned())).collect()
    }

    /// Returns whether its start failed, so that it can still be reviewed and changed.
    pub(super) fn can_be_reviewed(&self) -> bool {
        self.not_started.is_some() && matches!(self.status(), Some(Status::Draft | Status::Ready))
    }

    /// Returns whether another process is sending its rows.
    pub(crate) fn runs_elsewhere(&self) -> bool {
        !self.running && self.status() == Some(Status::Processing)
    }

    /// Returns the number of processed rows, without those in flight.
    pub(crate) fn done(&self) -> u64 {
        let counts = self.progress.counts;
        counts.created + counts.rejected + counts.excluded + self.unknown()
    }

    /// Returns the number of rows awaiting a reply.
    pub(super) fn in_flight(&self) -> u64 {
        self.progress.in_flight.min(self.progress.counts.unknown)
    }

    /// Returns the number of unknown rows, without those in flight.
    pub(super) fn unknown(&self) -> u64 {
        self.progress.counts.unknown - self.in_flight()
    }

    /// Returns the number of exceptions by the counts, which is ahead of the log for a moment when a row in it is
    /// created after all.
    pub(crate) fn exceptions(&self) -> u64 {
        self.progress.counts.rejected + self.unknown()
    }

    /// Returns whether the log has rows that are no exceptions any more, or lacks some.
    pub(super) fn is_log_outdated(&self) -> bool {
        self.log.total() != self.exceptions()
            || self.log.unknown().is_some_and(|unknown| unknown != self.unknown())
    }
}

/// What tests of several screens look at.
#[cfg(test)]
impl Board {
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn import_mut(&mut self) -> Option<&mut Import> {
        self.import.as_mut()
    }

    /// Makes it run in this process, or not.
    pub(crate) fn set_running(&mut self, running: bool, in_flight: u64) {
        (self.running, self.progress.in_flight) = (running, in_flight);
    }
}
