//! Input of a run: the job, its options, and the control that stops it.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;

use super::row::{Duplicates, Judge, Prepared};
use super::source::{self, RowSource};
use crate::case::Plan;
use crate::ledger::{Batch, Import, Ledger, LedgerError, OnError, Person, Retry};
use crate::sheet::Sheet;
pub use crate::trackops::LookBack;
use crate::trackops::{Client, ValueForms};

/// How cases already in Trackops are found before rows are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LookUp {
    /// They aren't looked up.
    #[default]
    Off,
    /// The account's recent cases are listed once.
    Recent(LookBack),
    /// For rows with tokens instead of references: the account's recent cases are listed once, to find those that another
    /// ledger created with tokens.
    Tokens(LookBack),
    /// Each reference is looked up.
    Each,
}

/// Options of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Rows in flight at a time.
    pub concurrency: usize,
    /// Requests per minute; 0 for no limit.
    pub per_minute: u32,
    /// Also send cases that were sent before, and references that appear twice in the file.
    pub send_duplicates: bool,
    /// How cases already in Trackops are found and excluded.
    pub look_up: LookUp,
    /// Look up unknown rows, and send nothing.
    pub settle_only: bool,
    /// Time a new case may take to appear in a list: a lookup that found nothing waits this long before it repeats.
    pub settle_delay: Duration,
    /// Time after sending during which a case whose answer was lost may still be created. Until then, absence proves
    /// nothing.
    pub late_commit: Duration,
    /// JSON forms of custom field values.
    pub forms: ValueForms,
}

/// Complete input of a run.
pub struct RunJob {
    /// The import, from the ledger.
    pub import: Import,
    /// Its file, with the same bytes as when the import was created; otherwise, as a sentence, why its rows can't be
    /// read. Without it, only what the ledger has can be looked up.
    pub sheet: Result<Sheet, String>,
    /// How its rows become cases.
    pub plan: Plan,
    /// Plans that rows were sent with before the recipe was amended, by the number of amendments at that time.
    pub earlier_plans: BTreeMap<u64, Plan>,
    /// Creation date of cases without one.
    pub today: Date,
    /// The account.
    pub client: Client,
    /// The ledger.
    pub ledger: Ledger,
    /// User who runs it, for the receipt.
    pub who: Person,
    /// True if the ledger was copied or restored from a backup, so it may lack rows that were sent later.
    pub is_copied: bool,
    /// Rows that the duplicate guard excluded in an earlier run, to be sent anyway.
    pub send_anyway: Vec<u64>,
    /// Rejected rows to send again.
    pub retries: Vec<Retry>,
    /// True if the created cases are compared with the rows at the end.
    pub verify: bool,
    /// Options of a run.
    pub options: RunOptions,
}

impl RunJob {
    /// Fails if another program changed the import after this job was created. Called under the lock.
    pub(super) fn require_unchanged(&self) -> Result<(), LedgerError> {
        let now = self.ledger.import(self.import.id)?;
        let settings = |import: &Import| {
            (import.recipe.clone(), import.layout.clone(), import.sha256, import.started_at, import.ended_at)
        };
        if settings(&now) == settings(&self.import) {
            Ok(())
        } else {
            Err(LedgerError::Changed(self.import.id))
        }
    }

    /// Returns true if the import has never started.
    pub(super) fn is_first_run(&self) -> bool {
        self.import.started_at.is_none()
    }

    /// Returns the rows that aren't processed yet, in order, each judged with the rows before it.
    pub(super) fn rows_to_send(&self) -> Result<RowSource, LedgerError> {
        let states = self.ledger.row_states(self.import.id)?;
        let duplicates = if self.options.send_duplicates {
            Duplicates::Send
        } else {
            Duplicates::Exclude(Some(self.ledger.guard(&self.import.account, self.import.id)))
        };
        let mut judge = Judge::new(self.plan.clone(), self.today, duplicates);
        let builder = judge.row_builder(Some(self.options.forms))?;
        Ok(match &self.sheet {
            Ok(sheet) => source::rows(sheet.clone(), builder, judge, states),
            Err(why) => source::unreadable(why.clone()),
        })
    }

    /// Returns the batch that records the intents of these rows.
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

/// Source of a request to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoppedBy {
    /// The user, in the program that runs it.
    User,
    /// Another caseload with the same ledger.
    OtherProcess,
    /// The connection of the terminal dropped, and the config says to pause then.
    HangUp,
}

impl StoppedBy {
    pub(super) fn note(self) -> String {
        let why = match self {
            Self::User => "on request",
            Self::OtherProcess => "from another window",
            Self::HangUp => "because the connection dropped",
        };
        format!("Paused {why}. Resume continues where it stopped.")
    }
}

/// Stops a run. Dropping it doesn't.
#[derive(Debug, Clone, Default)]
pub struct StopHandle {
    stopped: CancellationToken,
    by: Arc<OnceLock<StoppedBy>>,
}

impl StopHandle {
    /// Starts no further row. The run ends, paused, when the rows in flight are answered.
    pub fn stop(&self) {
        self.stop_by(StoppedBy::User);
    }

    /// [`stop`](Self::stop) for a given source; the first one is reported.
    pub fn stop_by(&self, who: StoppedBy) {
        self.by.get_or_init(|| who);
        self.stopped.cancel();
    }

    /// Returns true if it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_cancelled()
    }

    pub(super) async fn stopped(&self) {
        self.stopped.cancelled().await;
    }

    pub(super) fn stopped_by(&self) -> StoppedBy {
        self.by.get().copied().unwrap_or(StoppedBy::User)
    }
}
