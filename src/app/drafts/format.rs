//! Changes of the file format of a draft.

use std::cmp::Ordering;

use crate::app::drafts::Drafts;
use crate::app::error::AppError;
use crate::app::imports::file::facts;
use crate::app::imports::recipe::recipe_of;
use crate::case::{Recipe, SkipRule};
use crate::ledger::{DraftChange, Import, ImportId};
use crate::sheet::{Layout, Sheet, SheetError};

impl Drafts {
    /// Changes the file format of a draft.
    pub fn change_format(&self, id: ImportId, layout: &Layout) -> Result<(Import, Sheet), AppError> {
        let import = self.imports.get(id)?;
        let before = self.imports.sheet(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), layout)?;
        sheet.require_rows()?;
        let mut recipe = recipe_of(&import)?;
        self.guess_again(&mut recipe, &before, &sheet)?;
        move_rows(&mut recipe, &before, &sheet)?;
        recipe.sheet = layout.clone();
        let change = self.change(Some(import.recipe), &import.name, &recipe, &sheet);
        Ok((self.write(id, DraftChange { facts: Some(facts(&sheet)?), ..change })?, sheet))
    }

    /// Restores an earlier recipe of a draft, including its file format.
    pub fn restore(&self, id: ImportId, recipe: &Recipe) -> Result<(Import, Sheet), AppError> {
        let import = self.imports.get(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), &recipe.sheet)?;
        let change = self.change(self.known(id), &import.name, recipe, &sheet);
        Ok((self.write(id, DraftChange { facts: Some(facts(&sheet)?), ..change })?, sheet))
    }
}

/// Moves decisions about single rows with their lines, after the file format changed.
fn move_rows(recipe: &mut Recipe, before: &Sheet, after: &Sheet) -> Result<(), AppError> {
    let moved = |row: u64| -> Result<Option<u64>, AppError> {
        let Some(found) = before.rows_from(row)?.next().transpose()? else { return Ok(None) };
        Ok(row_at(after, found.line)?)
    };
    for fix in &mut recipe.fixes {
        if let Some(row) = fix.row {
            // The row is gone: its fix finds nothing at row 0.
            fix.row = Some(moved(row)?.unwrap_or(0));
        }
    }
    let mut anyway = Vec::new();
    for row in &recipe.send_anyway {
        anyway.extend(moved(*row)?);
    }
    recipe.send_anyway = anyway;
    for leave_out in &mut recipe.leave_out {
        if let SkipRule::Row(row) = leave_out {
            *row = moved(*row)?.unwrap_or(0);
        }
    }
    Ok(())
}

/// Returns the row that begins at a line. Lines rise with the rows, so this is a binary search.
fn row_at(sheet: &Sheet, line: u64) -> Result<Option<u64>, SheetError> {
    let (mut low, mut high) = (1, sheet.scan()?.rows);
    while low <= high {
        let middle = u64::midpoint(low, high);
        let Some(row) = sheet.rows_from(middle)?.next().transpose()? else { return Ok(None) };
        match row.line.cmp(&line) {
            Ordering::Equal => return Ok(Some(middle)),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle - 1,
        }
    }
    Ok(None)
}
