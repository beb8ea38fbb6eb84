//! What is wrong with a row.

use serde::Serialize;

use super::code::Code;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row cannot be sent.
    Error,
    /// The row can be sent, and somebody should look.
    Warning,
}

/// A finding of the check, at a row and a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// The column's header; none when the whole row is meant.
    pub column: Option<String>,
    /// The field's key; none when the whole row is meant.
    pub field: Option<String>,
    /// The cell as it is in the file, or as it was fixed; masked when its column is private.
    pub value: String,
    /// What it is, for scripts.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A finding before it is given its place.
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) hint: &'static str,
}
