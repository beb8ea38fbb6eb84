//! What the parts of a run share: the job, the counts, and the way to whoever watches.

use tokio::sync::mpsc;

use super::event::{Event, Progress};
use super::job::{Control, Job};
use crate::ledger::{Counts, LedgerError};

/// Why nothing starts any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// A person asked.
    Asked,
    /// Halt on Error, and a row was refused.
    Halted(String),
    /// Halt on Error, and a row's answer was lost: it is looked up before anything else.
    InDoubt(String),
    /// Something stands between us and Trackops, or the ledger or the file cannot be used.
    Fault(String),
}

pub(super) struct Runner {
    pub(super) job: Job,
    pub(super) control: Control,
    pub(super) events: mpsc::Sender<Event>,
    /// Outcomes in the ledger; rows in flight are among `not_sent` here.
    pub(super) counts: Counts,
}

impl Runner {
    /// Takes the counts from the ledger, the one place that knows.
    pub(super) fn refresh(&mut self) -> Result<(), LedgerError> {
        self.counts = self.job.ledger.import(self.job.import.id)?.counts;
        Ok(())
    }

    pub(super) async fn progress(&self, in_flight: u64, rows_per_second: f64) {
        let mut counts = self.counts;
        counts.unknown += in_flight;
        counts.not_sent = counts.not_sent.saturating_sub(in_flight);
        self.tell(Event::Progress(Progress { counts, in_flight, rows_per_second })).await;
    }

    /// A watcher that went away does not stop the run.
    pub(super) async fn tell(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    pub(super) async fn stopped(&self) {
        self.control.0.cancelled().await;
    }
}
