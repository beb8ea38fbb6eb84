//! Display of a problem: mark and sentence.

use crate::case::{Problem, Severity};
use crate::text::on_screen;
use crate::tui::core::theme::Theme;

/// Returns the mark and style of a problem.
pub(crate) fn mark(theme: Theme, problem: &Problem) -> (&'static str, ratatui::style::Style) {
    match problem.severity {
        Severity::Error => ("✗", theme.bad),
        Severity::Warning if problem.code.excludes() => ("–", theme.faint),
        Severity::Warning => ("!", theme.warning),
    }
}

/// Describes a problem with its row, line and column.
pub(crate) fn sentence(problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|column| format!(", “{column}”")).unwrap_or_default();
    let hint = on_screen(&problem.hint);
    format!("Row {}, line {}{column}: {}; {hint}", problem.row, problem.line, problem.message)
}
