//! What a run is given: the job, how to do it, and the way to stop it.

use std::time::Duration;

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use crate::case::Plan;
use crate::ledger::{Import, Ledger, OnError};
use crate::sheet::Sheet;
use crate::trackops::Client;

/// How to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Rows in flight at a time.
    pub concurrency: usize,
    /// Requests a minute; 0 for no limit.
    pub per_minute: u32,
    /// Send cases that were sent before, and references that stand twice in the file.
    pub send_duplicates: bool,
    /// How long a case may take to show in a list: so long a look-up that found nothing waits to ask again.
    pub settle_delay: Duration,
}

/// Everything a run needs.
pub struct Job {
    /// The import, as the ledger has it.
    pub import: Import,
    /// Its file, the same bytes as when it was made ready.
    pub sheet: Sheet,
    /// How its rows are read.
    pub plan: Plan,
    /// The creation date of cases that name none.
    pub today: Date,
    /// The account.
    pub client: Client,
    /// The ledger.
    pub ledger: Ledger,
    /// How to run.
    pub options: Options,
}

/// The way to stop a run. Dropping it does not.
#[derive(Debug, Clone)]
pub struct Control(pub(super) CancellationToken);

impl Control {
    /// Starts no further row; the run ends, paused, when the rows in flight have their answers.
    pub fn stop(&self) {
        self.0.cancel();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }
}
