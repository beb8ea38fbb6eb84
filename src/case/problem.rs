//! Problems of rows.

use serde::Serialize;

use super::code::Code;

/// Severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row can't be sent.
    Error,
    /// The row can be sent, but someone should check it.
    Warning,
}

/// A finding of the check, at a row and a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Name of the column: its header, or `#5` if that is blank or repeated; `None` for the whole row.
    pub column: Option<String>,
    /// Key of the field; `None` for the whole row.
    pub field: Option<String>,
    /// The cell as in the file, or as edited; masked if its column is private.
    pub value: String,
    /// Code for scripts.
    pub code: Code,
    /// Description of the problem.
    pub message: String,
    /// Advice on what to do.
    pub hint: String,
}

/// Problem without its row and column.
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

impl Finding {
    pub(super) fn error(code: Code, message: impl Into<String>, hint: &'static str) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), hint }
    }

    pub(super) fn warning(code: Code, message: impl Into<String>, hint: &'static str) -> Self {
        Self { severity: Severity::Warning, code, message: message.into(), hint }
    }

    /// Makes it an error if a condition holds.
    pub(super) fn error_if(self, is_error: bool) -> Self {
        if is_error { Self { severity: Severity::Error, ..self } } else { self }
    }
}
