//! What can go wrong with the ledger, in sentences.

use std::{io, path::Path};

use rusqlite::ErrorCode;

use super::ImportId;
use super::loss::{Loss, listed};

/// A ledger that cannot be read or written. Nothing is sent after one of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The file or its folder.
    #[error("the ledger {path} cannot be opened: {reason}; free space or set its rights, then try again")]
    Open {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The file is not a ledger any more.
    #[error(
        "the ledger {path} is damaged; put a copy of it back, or move it away to begin an empty one, which knows \
         nothing of earlier imports"
    )]
    Damaged {
        /// The file.
        path: String,
    },
    /// It was moved to a team's folder.
    #[error(
        "the ledger of this home was moved to {to}; write data_dir = \"{to}\" at the top of the config file"
    )]
    Moved {
        /// The folder.
        to: String,
    },
    /// A ledger can't be moved where one is.
    #[error("the folder {path} has a ledger already")]
    Occupied {
        /// The folder.
        path: String,
    },
    /// A later program wrote it.
    #[error("the ledger was written by a newer caseload; use that one")]
    Newer,
    /// A page of the file is not what it was.
    #[error(
        "the ledger is damaged ({0}), and nothing is sent by it; put a copy of it back, or move it away to begin an \
         empty one, which knows nothing of earlier imports"
    )]
    Corrupt(String),
    /// Rows that were sent have no record any more.
    #[error(
        "the ledger {path} has lost records: {}. Nothing was sent, because their cases could be created twice. Put the \
         newest copy of it back. If there is none, run `caseload purge --lost`, then import with --look-up each, which skips \
         cases that Trackops has already",
        listed(losses)
    )]
    Lost {
        /// The file.
        path: String,
        /// The imports that lost records.
        losses: Vec<Loss>,
    },
    /// The import has lost records, and a person took them for lost.
    #[error(
        "import {0} can't go on, because records of rows it sent are lost. Import its file anew with --look-up each, which \
         skips cases that Trackops has already"
    )]
    Incomplete(ImportId),
    /// The disk, or what its owner may use of it, is full.
    #[error(
        "there is no room left for the ledger, and nothing is sent until there is; free space where caseload keeps \
         its data, then resume"
    )]
    Full,
    /// The file or its folder cannot be written.
    #[error(
        "the ledger is read-only, and nothing is sent until it can be written; set the rights of its folder"
    )]
    ReadOnly,
    /// A read or write failed.
    #[error(
        "the ledger cannot be written or read ({0}); nothing is sent until it can: look whether its disk is full"
    )]
    Failed(String),
    /// No import has this number.
    #[error("there is no import {0}; `caseload imports` lists them")]
    NoSuchImport(ImportId),
    /// The import was started, so what it was started with stays.
    #[error("import {0} was started already and cannot be changed; duplicate it instead")]
    Started(ImportId),
    /// A row has a record: the rows after it must keep their numbers.
    #[error(
        "a row of import {0} was sent already, so its file cannot be read another way; duplicate the import instead"
    )]
    HasRows(ImportId),
    /// A person decides about a row that is not unknown.
    #[error("row {row} of import {import} is not unknown; `caseload show {import}` lists the rows that are")]
    NotUnknown {
        /// The import.
        import: ImportId,
        /// The row.
        row: u64,
    },
    /// A person gives a row the case of another.
    #[error("case {case} was created by row {row} of import {import} already; look for another one")]
    CaseTaken {
        /// The case's id.
        case: String,
        /// The import.
        import: ImportId,
        /// The row.
        row: u64,
    },
    /// Another process changed the import between two looks.
    #[error("import {0} was changed by another caseload just now; look at it again, then start it")]
    Changed(ImportId),
    /// An import is to be forgotten of which not everything is known.
    #[error(
        "it is not known what became of every row of import {0}; resume it first, or forget it with --even-unknown"
    )]
    HasUnknown(ImportId),
    /// Another process runs the import.
    #[error("import {import} is being run by {by}; wait for it, or pause it: caseload pause {import}")]
    Busy {
        /// The import.
        import: ImportId,
        /// User who runs it, or “another caseload” for the same user.
        by: String,
    },
    /// Nobody runs the import that is to pause.
    #[error(
        "import {0} is not running, so there is nothing to pause; `caseload show {0}` tells where it stands"
    )]
    NotRunning(ImportId),
}

impl LedgerError {
    pub(super) fn open(path: &Path, error: &io::Error) -> Self {
        Self::Open { path: path.display().to_string(), reason: error.to_string() }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            _ => Self::Failed(error.to_string()),
        }
    }
}
