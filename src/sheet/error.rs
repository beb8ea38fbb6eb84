//! Errors of a file as a whole.

use std::io;
use std::path::{Path, PathBuf};

use super::blocks::Changed;
use crate::io_reason::io_reason;

/// A file that can't be imported at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}", path.display())]
pub struct SheetError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: SheetFault,
}

/// What is wrong with a file, in words that follow its path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// There is no such file.
    #[error(" doesn't exist; check the name and the folder")]
    Missing,
    /// The system can't read it, for this reason.
    #[error(" can't be read: {0}")]
    Unreadable(String),
    /// No bytes, or only a byte order mark and empty lines.
    #[error(" is empty; export it again with a header row and at least one case")]
    Empty,
    /// A header row and nothing below it.
    #[error(" has a header row but no data rows; there is nothing to import")]
    NoRows,
    /// Not a table, but this.
    #[error(" is {0}, not a spreadsheet; save the cases as “CSV UTF-8” or as a workbook")]
    NotATable(&'static str),
    /// The chosen header line, from 1, doesn't exist.
    #[error(" has no line {0} among its first few hundred; choose another header line, or none")]
    NoSuchLine(u64),
    /// More columns than a worksheet has.
    #[error(
        " has more than 16,384 columns, the most Excel allows; delete columns you don't need, or set the delimiter (in a \
         script: --delimiter)"
    )]
    TooManyColumns,
    /// The file changed after it was opened.
    #[error(" has changed since it was opened; open it again")]
    Changed,
    /// A workbook that needs a password.
    #[error(" is password-protected; open it in Excel, save a copy without the password and use that")]
    Encrypted,
    /// A workbook of this version of Excel: 2, 3 or 4.
    #[error(" is an Excel {0} workbook, which is too old; open it in Excel and save it as XLSX")]
    TooOld(u8),
    /// A zip or OLE2 file of another kind: this.
    #[error(" is {0}, not a workbook; save the cases as an Excel workbook or as “CSV UTF-8”")]
    NotWorkbook(&'static str),
    /// A damaged workbook, for this reason.
    #[error(" is damaged: {0}; open it in Excel, save it as a new workbook and use that")]
    Damaged(String),
    /// A workbook larger than a spreadsheet of cases can be, for this reason.
    #[error(" is too large: {0}; save the worksheet as “CSV UTF-8” and use that")]
    TooLarge(String),
    /// A workbook without a worksheet of that name.
    #[error(" has no worksheet “{wanted}”; choose one of {there}")]
    NoWorksheet {
        /// The name asked for.
        wanted: String,
        /// Names of the existing worksheets.
        there: String,
    },
    /// Worksheets chosen together have different columns.
    #[error(
        ": worksheet “{other}” doesn't have the same columns as “{first}”; import it separately, or give both the same \
         header row"
    )]
    OtherColumns {
        /// The first of the worksheets.
        first: String,
        /// The one with other columns.
        other: String,
    },
    /// Every worksheet is empty.
    #[error(" has only empty worksheets; there is nothing to import")]
    EmptyWorkbook,
}

impl SheetFault {
    /// Adds the file.
    pub(super) fn at(self, path: &Path) -> SheetError {
        SheetError { path: path.to_path_buf(), fault: self }
    }

    pub(super) fn io(error: &io::Error) -> Self {
        if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Changed>) {
            return Self::Changed;
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Unreadable("it is a folder; choose a file".into()),
            io::ErrorKind::PermissionDenied => {
                let advice = "close it in Excel, ask its owner, or copy it to your own folder";
                Self::Unreadable(format!("permission denied; {advice}"))
            }
            _ => Self::Unreadable(io_reason(error)),
        }
    }

    pub(super) fn damaged(reason: &(impl ToString + ?Sized)) -> Self {
        Self::Damaged(reason.to_string())
    }
}
