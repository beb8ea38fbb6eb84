//! What can be wrong with a file as a whole, in sentences.

use super::WorkbookError;
use super::blocks::Changed;
use std::{
    io,
    path::{Path, PathBuf},
};

/// A file that cannot be imported at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is no such file.
    #[error("{} does not exist; check the name and the folder", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// No bytes, or nothing but a byte order mark and empty lines.
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
    /// Not a table in any form.
    #[error("{} is not a spreadsheet but {what}; save it as “CSV UTF-8” or as a workbook and try again", path.display())]
    NotATable {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// A workbook that cannot be read.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// The header was said to be where there is nothing.
    #[error(
        "{} has no line {line}, or not among its first few hundred; say another line for the header, or none",
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
        "{} has more than 16,384 columns, where a worksheet of Excel ends; delete those that no case needs, or say \
         what separates its cells (--delimiter)",
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
                Self::Unreadable { path, reason: "it is a folder; name a file".into() }
            }
            io::ErrorKind::PermissionDenied => Self::Unreadable {
                path,
                reason: "permission denied; ask its owner, or copy it to your folder".into(),
            },
            _ => Self::Unreadable { path, reason: error.to_string() },
        }
    }
}
