//! What is said of a file as a whole, of some of its rows, or of one of its columns.

use super::Fault;
use super::damage::{Damage, Example};

/// Something to be said of a file as a whole or of one of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What it is, for scripts.
    pub code: WarningCode,
    /// The column; none when rows or the file are meant.
    pub column: Option<String>,
    /// How many rows or cells.
    pub count: u64,
    /// What it is.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
    /// The first places, with the cell where one is meant.
    pub examples: Vec<Example>,
}

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// A column with cells and no header.
    HeaderBlank,
    /// A header of several columns.
    HeaderRepeated,
    /// Cells that make sense in another encoding.
    EncodingDoubtful,
    /// Cells in another encoding than the others.
    EncodingMixed,
    /// Rows with fewer cells than the header.
    TooShort,
    /// Rows with more cells than the header.
    TooLong,
    /// Rows or cells that are written as none should be.
    Fault(Fault),
    /// Cells that were damaged.
    Damage(Damage),
}

impl WarningCode {
    /// The word for scripts.
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

    /// Whether whole rows are meant.
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
