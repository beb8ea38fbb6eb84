//! Errors of a workbook.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A workbook that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    /// The system can't read it.
    #[error("{} can't be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Reason given by the system.
        reason: String,
    },
    /// It needs a password.
    #[error(
        "{} is password-protected; open it in Excel, save a copy without the password and use that",
        path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// It is from Excel 2, 3 or 4.
    #[error("{} is an Excel {version} workbook, which is too old; open it in Excel and save it as XLSX", path.display())]
    TooOld {
        /// The file.
        path: PathBuf,
        /// Version of Excel.
        version: u8,
    },
    /// A zip or OLE2 file of another kind.
    #[error("{} is {what}, not a workbook; save the cases as an Excel workbook or as “CSV UTF-8”", path.display())]
    NotWorkbook {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// It is damaged.
    #[error("{} is damaged: {reason}; open it in Excel, save it as a new workbook and use that", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Description of the damage.
        reason: String,
    },
    /// Larger than a spreadsheet of cases can be.
    #[error("{} is too large: {reason}; save the worksheet as “CSV UTF-8” and use that", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What it has too much of.
        reason: String,
    },
    /// An unknown error value.
    #[error(
        "{}, worksheet “{worksheet}”: a cell shows {value}; fix its formula or clear the cell, save and try again",
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
    #[error("{} has no worksheet “{wanted}”; choose one of {there}", path.display())]
    NoWorksheet {
        /// The file.
        path: PathBuf,
        /// The name asked for.
        wanted: String,
        /// Names of the existing worksheets.
        there: String,
    },
    /// Worksheets chosen together have different columns.
    #[error(
        "{}: worksheet “{other}” doesn't have the same columns as “{first}”; import it separately, or give both the \
         same header row",
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
    /// The chosen worksheet is empty.
    #[error("{}: worksheet “{name}” is empty; choose another", path.display())]
    EmptyWorksheet {
        /// The file.
        path: PathBuf,
        /// The worksheet.
        name: String,
    },
    /// Every worksheet is empty.
    #[error("{} has only empty worksheets; there is nothing to import", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

impl WorkbookError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        let reason = match error.kind() {
            io::ErrorKind::PermissionDenied => {
                "permission denied; close it in Excel, ask its owner, or copy it to your own folder".into()
            }
            _ => crate::io_reason::io_reason(error),
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
