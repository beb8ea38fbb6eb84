//! A problem as it is drawn: its sign, and its sentence.

use crate::case::{Problem, Severity};
use crate::tui::core::theme::Theme;

/// What stands before a row or a kind of problem.
pub(crate) fn mark(theme: Theme, problem: &Problem) -> (&'static str, ratatui::style::Style) {
    match problem.severity {
        Severity::Error => ("✗", theme.bad),
        Severity::Warning if problem.code.excludes() => ("–", theme.faint),
        Severity::Warning => ("!", theme.warning),
    }
}

/// A problem with its place.
pub(crate) fn sentence(problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|column| format!(", “{column}”")).unwrap_or_default();
    format!("row {}, line {}{column}: {}; {}", problem.row, problem.line, problem.message, problem.hint)
}
