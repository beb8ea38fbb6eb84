//! Display of a problem: mark and sentence.

use crate::case::{Problem, Severity};
use crate::text::on_screen;
use crate::tui::core::theme::Theme;
use crate::tui::screens::draft::job::Job;

/// Returns the mark and style of a problem.
pub(crate) fn mark(theme: Theme, problem: &Problem) -> (&'static str, ratatui::style::Style) {
    match problem.severity {
        Severity::Error => ("✗", theme.bad),
        Severity::Warning if problem.code.excludes() => ("–", theme.faint),
        Severity::Warning => ("!", theme.warning),
    }
}

/// Returns whether a problem is about a column (from 0).
pub(crate) fn is_about(job: &Job, problem: &Problem, column: usize) -> bool {
    problem.column.as_deref().is_some_and(|name| name == job.column_name(column))
}

/// Describes a problem with its row, line and column.
pub(crate) fn sentence(problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|column| format!(", “{column}”")).unwrap_or_default();
    let hint = on_screen(&problem.hint);
    format!("Row {}, line {}{column}: {}; {hint}", problem.row, problem.line, problem.message)
}
