//! Warnings about a file as a whole, some of its rows, or one of its columns.

use super::RowFault;
use super::damage::{Damage, Example};

/// A warning about a file as a whole, some of its rows, or one of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Code for scripts.
    pub code: WarningCode,
    /// The column; `None` if it is about rows or the file.
    pub column: Option<String>,
    /// Number of rows or cells.
    pub count: u64,
    /// Description of the problem.
    pub message: String,
    /// Advice on what to do.
    pub hint: &'static str,
    /// The first places, with the cell if it is about cells.
    pub examples: Vec<Example>,
}

/// Kind of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// A column with cells and no header.
    HeaderBlank,
    /// A header that several columns have.
    HeaderRepeated,
    /// Cells that make sense in another encoding.
    EncodingDoubtful,
    /// Cells in another encoding than the others.
    EncodingMixed,
    /// Rows with fewer cells than the header.
    TooShort,
    /// Rows with more cells than the header.
    TooLong,
    /// Rows or cells with a fault.
    Fault(RowFault),
    /// Cells that were damaged.
    Damage(Damage),
}

impl WarningCode {
    /// Returns the code for scripts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::HeaderBlank => "header.blank",
            Self::HeaderRepeated => "header.repeated",
            Self::EncodingDoubtful => "encoding.doubtful",
            Self::EncodingMixed => "encoding.mixed",
            Self::TooShort => "row.too_short",
            Self::TooLong => "row.too_long",
            Self::Fault(fault) => fault.code(),
            Self::Damage(damage) => damage.code(),
        }
    }

    /// Whether it is about whole rows.
    #[must_use]
    pub fn is_of_rows(self) -> bool {
        match self {
            Self::TooShort | Self::TooLong => true,
            Self::Fault(fault) => !fault.is_of_cell(),
            Self::HeaderBlank
            | Self::HeaderRepeated
            | Self::EncodingDoubtful
            | Self::EncodingMixed
            | Self::Damage(_) => false,
        }
    }
}
