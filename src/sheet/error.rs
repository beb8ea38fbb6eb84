//! Errors of a file as a whole.

use super::WorkbookError;
use super::blocks::Changed;
use crate::io_reason::io_reason;
use std::{
    io,
    path::{Path, PathBuf},
};

/// A file that can't be imported at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is no such file.
    #[error("{} doesn't exist; check the name and the folder", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The system can't read it.
    #[error("{} can't be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Reason given by the system.
        reason: String,
    },
    /// No bytes, or only a byte order mark and empty lines.
    #[error("{} is empty; export it again with a header row and at least one case", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A header row and nothing below it.
    #[error("{} has a header row but no data rows; there is nothing to import", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// Not a table.
    #[error("{} is {what}, not a spreadsheet; save the cases as “CSV UTF-8” or as a workbook", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// A workbook that can't be read.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// The chosen header line doesn't exist.
    #[error(
        "{} has no line {line} among its first few hundred; choose another header line, or none",
        path.display()
    )]
    NoSuchLine {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// More columns than a worksheet has.
    #[error(
        "{} has more than 16,384 columns, the most Excel allows; delete columns you don't need, or set the delimiter \
         (in a script: --delimiter)",
        path.display()
    )]
    TooManyColumns {
        /// The file.
        path: PathBuf,
    },
    /// The file changed after it was opened.
    #[error("{} has changed since it was opened; open it again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl SheetError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Changed>) {
            return Self::Changed { path };
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            io::ErrorKind::IsADirectory => {
                Self::Unreadable { path, reason: "it is a folder; choose a file".into() }
            }
            io::ErrorKind::PermissionDenied => Self::Unreadable {
                path,
                reason: "permission denied; ask its owner, or copy it to your own folder".into(),
            },
            _ => Self::Unreadable { path, reason: io_reason(error) },
        }
    }
}
