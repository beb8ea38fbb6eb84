//! Errors of the ledger.

use std::{io, path::Path};

use rusqlite::ErrorCode;

use super::ImportId;
use super::loss::{Loss, describe};
use crate::io_reason::write_reason;

/// An error of the ledger. Nothing is sent after one that concerns the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file or its folder can't be opened.
    #[error("the ledger {path} can't be opened: {reason}")]
    Open {
        /// The file.
        path: String,
        /// The system's error.
        reason: String,
    },
    /// The file is no longer a ledger.
    #[error(
        "the ledger {path} is damaged. Restore a copy of it, or move it away to start an empty one, which doesn't know \
         earlier imports"
    )]
    Damaged {
        /// The file.
        path: String,
    },
    /// It was moved to a team's folder.
    #[error("this ledger was moved to {to}. Add data_dir = \"{to}\" at the top of the config file")]
    Moved {
        /// The folder.
        to: String,
    },
    /// A ledger can't be moved to a folder that has one.
    #[error("the folder {path} already has a ledger. Choose another folder")]
    Occupied {
        /// The folder.
        path: String,
    },
    /// A later version wrote it.
    #[error("a newer caseload wrote the ledger. Use that version")]
    Newer,
    /// Part of the file is damaged.
    #[error(
        "the ledger is damaged, so caseload sends nothing. Restore a copy of it, or move it away to start an empty one, \
         which doesn't know earlier imports"
    )]
    Corrupt,
    /// Rows that were sent no longer have a record.
    #[error(
        "the ledger {path} has lost records: {}. Nothing was sent, because their cases could be created twice. Restore the \
         newest copy of it. If there is none, run `caseload purge --lost`, then import with --look-up each, which skips \
         cases already in Trackops",
        describe(losses)
    )]
    Lost {
        /// The file.
        path: String,
        /// The imports that lost records.
        losses: Vec<Loss>,
    },
    /// The import has lost records, and the user accepted the loss.
    #[error(
        "import {0} can't continue, because records of rows it sent are lost. Import its file again, and skip \
         cases already in Trackops (in a script: --look-up each)"
    )]
    Incomplete(ImportId),
    /// The disk or the user's quota is full.
    #[error(
        "the disk is full or your quota is used up, so the ledger can't be written and nothing is sent. Free space where \
         caseload keeps its data, then resume"
    )]
    Full,
    /// The file or its folder can't be written.
    #[error("the ledger is read-only, so nothing is sent. Make its folder writable")]
    ReadOnly,
    /// A read or write failed.
    #[error("the ledger can't be read or written, so nothing is sent: {0}")]
    Failed(String),
    /// No import has this number.
    #[error("there's no import {0}. `caseload imports` lists them")]
    NoSuchImport(ImportId),
    /// The import has started, so its setup can't change.
    #[error("import {0} has already started and can't be changed. Duplicate it instead")]
    Started(ImportId),
    /// A row has a record, so row numbers must not change.
    #[error(
        "a row of import {0} was already sent, so its file format can't be changed. Duplicate the import instead"
    )]
    HasRows(ImportId),
    /// The user decided about a row that isn't unknown.
    #[error("row {row} of import {import} isn't unknown. `caseload show {import}` lists the unknown rows")]
    NotUnknown {
        /// The import.
        import: ImportId,
        /// The row.
        row: u64,
    },
    /// The user assigned the case of another row.
    #[error("row {row} of import {import} already created case {case}. Choose another case")]
    CaseTaken {
        /// The case's id.
        case: String,
        /// The import.
        import: ImportId,
        /// The row.
        row: u64,
    },
    /// Another process writes to the ledger for a long time.
    #[error(
        "another program has been writing to the ledger for a long time. Wait until it is done, then try again"
    )]
    InUse,
    /// Another process changed the import meanwhile.
    #[error("another caseload just changed import {0}. Review it again, then start it")]
    Changed(ImportId),
    /// The import to delete has unknown rows.
    #[error(
        "import {0} has unknown rows. Resume it first (in a script: --even-unknown deletes it from history all the same)"
    )]
    HasUnknown(ImportId),
    /// Another process runs the import.
    #[error("{by} is running import {import}. Wait, or pause it: caseload pause {import}")]
    Busy {
        /// The import.
        import: ImportId,
        /// User who runs it, or “another caseload” for the same user.
        by: String,
    },
    /// The import to pause isn't running.
    #[error("import {0} isn't running, so there's nothing to pause. `caseload show {0}` shows its status")]
    NotRunning(ImportId),
}

impl LedgerError {
    pub(super) fn open(path: &Path, error: &io::Error) -> Self {
        let reason = match error.kind() {
            // A ledger in another folder would be an empty one.
            io::ErrorKind::ReadOnlyFilesystem => {
                "its disk is read-only; make it writable, then resume".to_owned()
            }
            _ => write_reason(error),
        };
        Self::Open { path: path.display().to_string(), reason }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                tracing::error!(%error, "the ledger is damaged");
                Self::Corrupt
            }
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            _ => Self::Failed(reason(&error)),
        }
    }
}

/// Describes an error of SQLite: what happened, and what to do.
pub(super) fn reason(error: &rusqlite::Error) -> String {
    let known = match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => {
            "its disk reported an error; check that it is neither full nor damaged"
        }
        Some(ErrorCode::CannotOpen) => "its file can't be opened; check its folder and permissions",
        Some(ErrorCode::PermissionDenied) => "permission denied; ask its owner, or use your own folder",
        Some(ErrorCode::FileLockingProtocolFailed) => {
            "its file can't be locked, as on some network folders; use a folder on a local disk"
        }
        Some(ErrorCode::OutOfMemory) => "this machine is out of memory; close other programs and try again",
        Some(ErrorCode::NoLargeFileSupport) => "it is larger than its disk allows; move it to another disk",
        _ => return format!("the error was “{error}”"),
    };
    known.to_owned()
}
