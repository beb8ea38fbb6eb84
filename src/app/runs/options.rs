//! Options of a run.

use crate::app::error::AppError;
use crate::ledger::{Import, OnError, Status};

/// How to find cases already in Trackops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LookUpChoice {
    /// List the recent cases, or look up each reference if that is less.
    #[default]
    Auto,
    /// Look up each reference.
    Each,
    /// Don't look.
    Off,
}

/// Rejected rows to resend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RetryRows {
    /// None.
    #[default]
    None,
    /// Corrected rows.
    Corrected,
    /// Corrected rows, and unchanged rows that Trackops refused: its rules may have changed.
    Refused,
}

/// What a question about an import depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The recipe of an import that has never started.
    Draft(String),
    /// The last run of another import: its status, and its end in seconds since 1970.
    Run(Status, Option<i64>),
}

impl Expected {
    /// Expects an import as it is.
    #[must_use]
    pub fn of(import: &Import) -> Self {
        match import.status {
            Status::Draft | Status::Ready => Self::Draft(import.recipe.clone()),
            status => Self::Run(status, import.ended_at),
        }
    }

    /// Fails if an import is another by now.
    fn require(&self, import: &Import) -> Result<(), AppError> {
        match (self, Self::of(import)) {
            (expected, now) if *expected == now => Ok(()),
            (Self::Draft(_), Self::Draft(_)) => Err(AppError::ChangedElsewhere(import.id)),
            _ => Err(AppError::RanElsewhere { id: import.id, status: import.status }),
        }
    }
}

/// Options of a run. Missing ones come from the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartOptions {
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Rows in flight at a time. Default: 1 with Halt on Error, otherwise the account's setting.
    pub concurrency: Option<usize>,
    /// Requests per minute; 0 for no limit.
    pub per_minute: Option<u32>,
    /// Send cases that were sent before, and references that appear twice in the file.
    pub send_duplicates: bool,
    /// Rows to send although the duplicate guard excludes them, or did in an earlier run.
    pub send_anyway: Vec<u64>,
    /// Rejected rows to send again.
    pub retry: RetryRows,
    /// How to find and skip cases already in Trackops.
    pub look_up: LookUpChoice,
    /// Look up unknown rows, and send nothing.
    pub settle_only: bool,
    /// The import as the user was asked about it. The start fails if another program has changed or run it since.
    pub expected: Option<Expected>,
}

impl StartOptions {
    /// Fails if an import is no longer what the user was asked about.
    pub(super) fn require_expected(&self, import: &Import) -> Result<(), AppError> {
        self.expected.as_ref().map_or(Ok(()), |expected| expected.require(import))
    }

    /// Returns true if rows excluded in an earlier run may be sent after all.
    #[must_use]
    pub fn resends_excluded(&self) -> bool {
        self.send_duplicates || !self.send_anyway.is_empty()
    }
}
