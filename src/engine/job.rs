//! What a run is given: the job, how to do it, and the way to stop it.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use super::row::{Duplicates, Judge, Prepared};
use super::source::{self, Source};
use crate::case::Plan;
use crate::ledger::{Batch, Import, Ledger, LedgerError, OnError, Retry, Who};
use crate::sheet::Sheet;
pub use crate::trackops::LookBack;
use crate::trackops::{Client, ValueForms};

/// How cases that Trackops has already are found before rows are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LookUp {
    /// They aren't looked for.
    #[default]
    Off,
    /// The account's recent cases are listed once.
    Recent(LookBack),
    /// Each reference is asked for.
    Each,
}

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
    /// How cases that Trackops has already are found, and skipped.
    pub look_up: LookUp,
    /// Look up what is unknown, and send nothing.
    pub settle_only: bool,
    /// How long a case may take to show in a list: so long a look-up that found nothing waits to ask again.
    pub settle_delay: Duration,
    /// How long after it was sent a case may still be created whose answer was lost. Until then nothing is concluded
    /// from its absence.
    pub late_commit: Duration,
    /// How values of custom fields are sent.
    pub forms: ValueForms,
}

/// Everything a run needs.
pub struct Job {
    /// The import, as the ledger has it.
    pub import: Import,
    /// Its file, the same bytes as when it was made ready.
    pub sheet: Sheet,
    /// How its rows are read.
    pub plan: Plan,
    /// The plans that rows were sent with before the recipe was changed, by the number of amendments made before.
    pub earlier_plans: BTreeMap<u64, Plan>,
    /// The creation date of cases that name none.
    pub today: Date,
    /// The account.
    pub client: Client,
    /// The ledger.
    pub ledger: Ledger,
    /// Who runs it, for the receipt.
    pub who: Who,
    /// Whether the ledger is a copy, or was put back from a backup, and may lack rows that its later self sent.
    pub elsewhere: bool,
    /// Rows that the duplicate guard left out in an earlier run, and that are to be sent after all.
    pub take_in: Vec<u64>,
    /// Rejected rows to send again.
    pub retries: Vec<Retry>,
    /// Whether the created cases are compared with the rows when the run is over.
    pub verify: bool,
    /// How to run.
    pub options: Options,
}

impl Job {
    /// Refuses when another program changed the import after this job was made. Asked under the lock.
    pub(super) fn unchanged(&self) -> Result<(), LedgerError> {
        let now = self.ledger.import(self.import.id)?;
        let of = |import: &Import| (import.recipe.clone(), import.layout.clone(), import.sha256);
        if of(&now) == of(&self.import) { Ok(()) } else { Err(LedgerError::Changed(self.import.id)) }
    }

    /// Whether the import was never started before.
    pub(super) fn is_first_run(&self) -> bool {
        self.import.started_at.is_none()
    }

    /// The rows that have not had their turn, in order, each judged by what stands before it.
    pub(super) fn rows_to_send(&self) -> Result<Source, LedgerError> {
        let states = self.ledger.row_states(self.import.id)?;
        let duplicates = if self.options.send_duplicates {
            Duplicates::Send
        } else {
            Duplicates::LeaveOut(Some(self.ledger.guard(&self.import.account, self.import.id)))
        };
        let mut judge = Judge::new(self.plan.clone(), self.today, duplicates);
        let looker = judge.looker(Some(self.options.forms))?;
        Ok(source::rows(self.sheet.clone(), looker, judge, states))
    }

    /// What the ledger is told of these rows, which are about to be sent.
    pub(super) fn intents<'r>(&self, rows: impl IntoIterator<Item = &'r Prepared>) -> Batch {
        let sent_at = self.client.clock().millis();
        Batch {
            outcomes: Vec::new(),
            intents: rows.into_iter().filter_map(|row| row.intent(sent_at)).collect(),
            amendment: self.import.amendments,
            account: Some(self.import.account.clone()),
            guarded: !self.options.send_duplicates,
        }
    }
}

/// Who asked a run to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PausedBy {
    /// A person, in the program that runs it.
    Person,
    /// Another caseload with the same ledger.
    Another,
    /// The line dropped, and the config says to pause then.
    HangUp,
}

impl PausedBy {
    pub(super) fn note(self) -> String {
        let why = match self {
            Self::Person => "on request",
            Self::Another => "from another window",
            Self::HangUp => "because the connection dropped",
        };
        format!("Paused {why}. Resume continues where it stopped.")
    }
}

/// The way to stop a run. Dropping it does not.
#[derive(Debug, Clone, Default)]
pub struct Control {
    stopped: CancellationToken,
    by: Arc<OnceLock<PausedBy>>,
}

impl Control {
    /// Starts no further row; the run ends, paused, when the rows in flight have their answers.
    pub fn stop(&self) {
        self.stop_by(PausedBy::Person);
    }

    /// The same, and says who asked; the first who does is named.
    pub fn stop_by(&self, who: PausedBy) {
        self.by.get_or_init(|| who);
        self.stopped.cancel();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }

    pub(super) async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    pub(super) fn stopped_by(&self) -> PausedBy {
        self.by.get().copied().unwrap_or(PausedBy::Person)
    }
}
