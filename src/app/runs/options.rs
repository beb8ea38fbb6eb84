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
    /// Status of the import when the user was asked. The start fails if another program has run the import since.
    pub expected: Option<Status>,
}

impl StartOptions {
    /// Fails if an import is no longer what the user was asked about.
    pub(super) fn require_expected(&self, import: &Import) -> Result<(), AppError> {
        let (id, status) = (import.id, import.status);
        let open = |status: Status| matches!(status, Status::Draft | Status::Ready);
        let expects =
            self.expected.is_none_or(|expected| expected == status || (open(expected) && open(status)));
        if expects { Ok(()) } else { Err(AppError::RanElsewhere { id, status }) }
    }

    /// Returns true if rows excluded in an earlier run may be sent after all.
    #[must_use]
    pub fn resends_excluded(&self) -> bool {
        self.send_duplicates || !self.send_anyway.is_empty()
    }
}
