//! Rows of a file for review, by number, by value and in order.

use crate::app::checks::Checks;
use crate::app::error::AppError;
use crate::app::today::today;
use crate::case::{Built, Edited, Edits, Faceted, Recipe};
use crate::engine::{self, Facet, FilledCell};
use crate::ledger::ImportId;
use crate::sheet::{Row, Sheet};
use crate::trackops::ValueForms;

/// Maximum number of rows to find: more than anyone looks at one by one.
const FOUND: usize = 100_000;

/// A row for review.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// As it is in the file.
    pub row: Row,
    /// As it is read, with fixes applied.
    pub read: Row,
    /// Columns (from 0) whose cell was fixed.
    pub fixed: Vec<usize>,
    /// The case built from it.
    pub built: Built,
    /// True if it was sent first, and is a case already.
    pub created: bool,
    /// Formats in which its values are sent.
    pub forms: ValueForms,
}

impl Checks {
    /// Reads and builds rows of an import by number (from 1, ascending). Numbers beyond the last row are ignored.
    pub fn preview(
        &self,
        id: ImportId,
        sheet: &Sheet,
        recipe: &Recipe,
        numbers: &[u64],
    ) -> Result<Vec<ReviewRow>, AppError> {
        let created = self.created(id)?;
        let plan = self.plan_so_far(recipe, sheet, &self.imports.get(id)?.seed, &[])?;
        let forms = self.accounts.value_forms();
        let (today, mut seen) = (today(), Vec::with_capacity(numbers.len()));
        // Consecutive rows are read together.
        for run in numbers.chunk_by(|a, b| a + 1 == *b) {
            let first = run.first().copied().unwrap_or(1);
            for row in sheet.rows_from(first)?.take(run.len()) {
                let row = row?;
                let edited = plan.edits().apply(&row);
                let built = plan.build_edited(&edited, today);
                let Edited { row: read, fixed, .. } = edited;
                let read = read.into_owned();
                let created = created.contains(&row.number);
                seen.push(ReviewRow { row, read, fixed, built, created, forms });
            }
        }
        Ok(seen)
    }

    /// Returns the cells of a column (from 0) that can be filled with the value above: of a row, or of every row.
    pub fn fill_down(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        (column, row): (usize, Option<u64>),
    ) -> Result<Vec<FilledCell>, AppError> {
        let edits = Edits::new(recipe, &sheet.columns()).map_err(AppError::Plan)?;
        Ok(match row {
            Some(row) => engine::fill_cell(sheet, &edits, column, row)?.into_iter().collect(),
            None => engine::fill_column(sheet, &edits, column)?,
        })
    }

    /// Returns the values of a column of an import's file.
    pub fn facet(&self, sheet: &Sheet, recipe: &Recipe, of: &Faceted) -> Result<Facet, AppError> {
        let edits = Edits::new(recipe, &sheet.columns()).map_err(AppError::Plan)?;
        Ok(engine::facet(sheet, &edits, of)?)
    }

    /// Returns the numbers of all rows, sorted by a column (from 0).
    pub fn sort(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        column: usize,
        descending: bool,
    ) -> Result<Vec<u64>, AppError> {
        let plan = self.plan(recipe, sheet, "", &[])?;
        Ok(engine::sorted(sheet, &plan, (column, descending), today())?)
    }

    /// Returns the numbers of the rows with a text in any cell, ignoring case, with fixes applied. Stops after very
    /// many.
    pub fn find(&self, sheet: &Sheet, recipe: &Recipe, text: &str) -> Result<Vec<u64>, AppError> {
        let edits = Edits::new(recipe, &sheet.columns()).map_err(AppError::Plan)?;
        let wanted = text.to_lowercase();
        let mut found = Vec::new();
        for row in sheet.rows_from(1)? {
            let row = row?;
            let read = edits.apply(&row).row;
            if read.cells.iter().any(|cell| cell.to_lowercase().contains(&wanted)) {
                found.push(row.number);
                if found.len() == FOUND {
                    break;
                }
            }
        }
        Ok(found)
    }
}
