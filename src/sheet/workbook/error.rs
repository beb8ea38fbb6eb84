//! What can be wrong with a workbook, in sentences.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A workbook that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    /// The system refuses to read it.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It needs a password.
    #[error(
        "{} is protected by a password; open it in Excel, save a copy without the password and use that",
        path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// Excel 2, 3 or 4 wrote it.
    #[error("{} is an Excel {version} workbook, which is too old; open it in Excel and save it as XLSX", path.display())]
    TooOld {
        /// The file.
        path: PathBuf,
        /// Of Excel.
        version: u8,
    },
    /// A zip or OLE2 file of another kind.
    #[error("{} is not a workbook but {what}; save the cases as an Excel workbook or as “CSV UTF-8”", path.display())]
    NotWorkbook {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// Not as such a file must be.
    #[error("{} is damaged: {reason}; open it in Excel, save it as a new workbook and use that", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// More than a spreadsheet of cases can be.
    #[error("{} is too large: {reason}; save the worksheet as “CSV UTF-8” and use that", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What there is too much of.
        reason: String,
    },
    /// An error value that this program does not know.
    #[error(
        "{}, worksheet “{worksheet}”: a cell shows {value}; correct its formula or clear the cell, save and try again",
        path.display()
    )]
    ErrorValue {
        /// The file.
        path: PathBuf,
        /// The worksheet.
        worksheet: String,
        /// What the cell shows.
        value: String,
    },
    /// No worksheet of that name.
    #[error("{} has no worksheet “{wanted}”; it has {there}", path.display())]
    NoWorksheet {
        /// The file.
        path: PathBuf,
        /// The name that was asked for.
        wanted: String,
        /// Those there are.
        there: String,
    },
    /// Worksheets that were asked for together have different columns.
    #[error(
        "{}: worksheet “{other}” doesn't have the columns of “{first}”; import it on its own, or give both the same \
         header row",
        path.display()
    )]
    OtherColumns {
        /// The file.
        path: PathBuf,
        /// The first of the worksheets.
        first: String,
        /// The one with other columns.
        other: String,
    },
    /// The worksheet that was asked for is empty.
    #[error("{}: worksheet “{name}” is empty; choose another", path.display())]
    EmptyWorksheet {
        /// The file.
        path: PathBuf,
        /// The worksheet.
        name: String,
    },
    /// Every worksheet is empty.
    #[error("{} has no worksheet with anything in it; there is nothing to import", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

impl WorkbookError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file; check the name and the folder".into(),
            io::ErrorKind::IsADirectory => "it is a folder; name a file".into(),
            io::ErrorKind::PermissionDenied => {
                "permission denied; close it in Excel, ask its owner, or copy it to your folder".into()
            }
            _ => error.to_string(),
        };
        Self::Unreadable { path, reason }
    }

    pub(super) fn damaged(path: &Path, reason: &(impl ToString + ?Sized)) -> Self {
        Self::Damaged { path: path.to_path_buf(), reason: reason.to_string() }
    }

    pub(super) fn too_large(path: &Path, reason: &(impl ToString + ?Sized)) -> Self {
        Self::TooLarge { path: path.to_path_buf(), reason: reason.to_string() }
    }

    pub(super) fn encrypted(path: &Path) -> Self {
        Self::Encrypted { path: path.to_path_buf() }
    }
}
