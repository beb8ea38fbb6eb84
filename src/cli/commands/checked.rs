//! The check before a run: its rows with warnings are named in the result.

use super::output::JsonImport;
use crate::app::{App, AppError};
use crate::case::{Problem, Recipe, Severity};
use crate::engine::CheckReport;
use crate::ledger::ImportId;
use crate::sheet::Sheet;

/// The check of a run.
pub(super) struct Checked {
    pub(super) report: CheckReport,
    /// Rows with warnings, ascending.
    warned: Vec<u64>,
}

impl Checked {
    /// Checks every row, and passes each problem on.
    pub(super) fn of(
        app: &App,
        sheet: &Sheet,
        recipe: &Recipe,
        mut each: impl FnMut(&Problem),
    ) -> Result<Self, AppError> {
        let mut warned: Vec<u64> = Vec::new();
        let report = app.checks().check_file(sheet, recipe, 0, |problem| {
            let is_warning = problem.severity == Severity::Warning && !problem.code.excludes();
            if is_warning && warned.last() != Some(&problem.row) {
                warned.push(problem.row);
            }
            each(problem);
        })?;
        Ok(Self { report, warned })
    }

    /// Adds the check to the result of its run.
    pub(super) fn add_to(self, app: &App, id: ImportId, shown: JsonImport) -> Result<JsonImport, AppError> {
        let created = app.imports().created_of(id, &self.warned)?;
        Ok(shown.with_check(self.report, created))
    }
}
