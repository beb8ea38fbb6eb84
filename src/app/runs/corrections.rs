//! Corrections to rows after an import has started: in the import, not in its file. Rejected rows are checked again at
//! once, and sent when the import is resumed.

use std::collections::BTreeSet;

use crate::app::drafts::create::ignore_by_hand;
use crate::app::error::AppError;
use crate::app::imports::recipe::recipe_of;
use crate::app::runs::Runs;
use crate::case::{ColumnNames, Edits, Fix, Recipe, SkipRule, column_name};
use crate::engine::Rechecked;
use crate::ledger::{Amendment, ExceptionSource, Import, ImportId, Outcome, Rejected};
use crate::sheet::{Row, Sheet};

/// A correction to an import that has started.
#[derive(Debug, Clone, PartialEq)]
pub enum Correction {
    /// Changes one cell.
    Cell {
        /// Data row, from 1.
        row: u64,
        /// Header of the column, or `#5` for the fifth.
        column: String,
        /// The new value.
        value: String,
    },
    /// Changes every cell of a column that has a value.
    Value {
        /// Header of the column, or `#5` for the fifth.
        column: String,
        /// The current value.
        from: String,
        /// The new value.
        value: String,
    },
    /// Skips a row.
    Skip {
        /// Data row, from 1.
        row: u64,
    },
    /// Skips a row, or includes it again.
    ToggleSkip {
        /// Data row, from 1.
        row: u64,
    },
    /// Replaces defaults, field map and fixes.
    Recipe(Box<Recipe>),
}

/// What happens to a new value that is itself an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Save,
    Discard,
}

/// Result of a correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrected {
    /// The import, with its new recipe.
    pub import: Import,
    /// The rows it affects, checked again: rejected ones, and the one that was named.
    pub rows: Vec<Rechecked>,
    /// Earlier changes that a new recipe doesn't have.
    pub earlier: EarlierChanges,
}

/// Earlier changes to whole columns that a new recipe doesn't have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EarlierChanges {
    /// Columns of the fixes, which were kept; one entry per fix.
    pub kept_fixes: Vec<String>,
    /// Columns of the skipped values, which are skipped no longer; one entry per value.
    pub dropped_skips: Vec<String>,
}

impl Corrected {
    /// Number of rows that can be sent now, or are skipped.
    #[must_use]
    pub fn solved(&self) -> usize {
        self.rows.iter().filter(|row| row.is_corrected()).count()
    }
}

impl Runs {
    /// Corrects rows of an import that isn't running. Cases that were created, and rows that may have been, stay as
    /// they are.
    pub fn correct(&self, id: ImportId, correction: Correction) -> Result<Corrected, AppError> {
        self.correct_with(Refused::Save, id, correction)
    }

    /// Like [`correct`](Self::correct), but saves nothing if every edited row is refused for its new value.
    pub fn correct_if_accepted(&self, id: ImportId, correction: Correction) -> Result<Corrected, AppError> {
        self.correct_with(Refused::Discard, id, correction)
    }

    fn correct_with(
        &self,
        refused: Refused,
        id: ImportId,
        correction: Correction,
    ) -> Result<Corrected, AppError> {
        let import = self.imports.ensure_measured(id)?;
        let sheet = self.imports.sheet(id)?;
        self.imports.measure(id, &sheet)?;
        let mut recipe = recipe_of(&import)?;
        let (mut named, mut of_value, mut edited) = (None, None, None);
        let mut earlier = EarlierChanges::default();
        match correction {
            Correction::Cell { row, column, value } => {
                self.require_fixable(id, row, &sheet)?;
                let at = column_at(&sheet, &column)?;
                let from = cell(&read(&sheet, row)?, at);
                recipe.fix(Fix {
                    column: column_name(&sheet.columns(), at),
                    row: Some(row),
                    from,
                    to: value,
                });
                // A corrected row is meant to be sent.
                recipe.leave_out.retain(|skip| *skip != SkipRule::Row(row));
                (named, edited) = (Some(row), Some(at));
            }
            Correction::Value { column, from, value } => {
                let at = column_at(&sheet, &column)?;
                let column = column_name(&sheet.columns(), at);
                let from = from.trim().to_owned();
                let before = Edits::new(&recipe, &sheet.columns()).map_err(AppError::Plan)?;
                recipe.fix(Fix { column, row: None, from: from.clone(), to: value });
                (of_value, edited) = (Some((at, from, before)), Some(at));
            }
            Correction::Skip { row } => {
                self.require_fixable(id, row, &sheet)?;
                let skip = SkipRule::Row(row);
                if !recipe.leave_out.contains(&skip) {
                    recipe.leave_out.push(skip);
                }
                named = Some(row);
            }
            Correction::ToggleSkip { row } => {
                self.require_fixable(id, row, &sheet)?;
                recipe.toggle_skip(SkipRule::Row(row));
                named = Some(row);
            }
            Correction::Recipe(mut new) => {
                if import.started_at.is_none() {
                    ignore_by_hand(&mut new);
                }
                (recipe, earlier) = with_corrections(id, &recipe, *new)?;
            }
        }
        let refusing = edited.filter(|_| refused == Refused::Discard);
        let refusing = refusing.map(|at| column_name(&sheet.columns(), at));
        // The other rejected rows are checked again too, but had another value until now.
        let with_value = match of_value {
            Some((at, from, before)) => Some(self.rejected_with(id, &sheet, &before, at, &from)?),
            None => None,
        };
        let is_meant = |row: u64| with_value.as_ref().is_none_or(|rows| rows.contains(&row));
        let is_error = |rows: &[Rechecked]| {
            let edited: Vec<_> = rows.iter().filter(|row| is_meant(row.row)).collect();
            let all_refused = |column: &String| edited.iter().all(|row| row.is_refused(column));
            !edited.is_empty() && refusing.as_ref().is_some_and(all_refused)
        };
        let mut corrected = self.amend(&import, &sheet, &recipe, named, is_error)?;
        corrected.rows.retain(|row| is_meant(row.row));
        Ok(Corrected { earlier, ..corrected })
    }

    /// Returns the rejected rows whose cell reads `text` with the edits.
    fn rejected_with(
        &self,
        id: ImportId,
        sheet: &Sheet,
        edits: &Edits,
        at: usize,
        text: &str,
    ) -> Result<BTreeSet<u64>, AppError> {
        let mut found = BTreeSet::new();
        for Rejected { row, .. } in self.ledger.rejected(id)? {
            if cell(&edits.apply(&read(sheet, row)?).row, at) == text {
                found.insert(row);
            }
        }
        Ok(found)
    }

    /// Checks the rows again that a changed recipe affects, and saves it unless `refuses` says no.
    fn amend(
        &self,
        import: &Import,
        sheet: &Sheet,
        recipe: &Recipe,
        named: Option<u64>,
        refuses: impl FnOnce(&[Rechecked]) -> bool,
    ) -> Result<Corrected, AppError> {
        let id = import.id;
        let before = recipe_of(import)?;
        // Only these rows can read differently; `None`: any row can.
        let changed: Option<BTreeSet<u64>> =
            before.rows_changed(recipe).map(|rows| rows.into_iter().chain(named).collect());
        let all = self.ledger.rejected(id)?;
        let mut affected: Vec<Rejected> = all
            .into_iter()
            .filter(|of| changed.as_ref().is_none_or(|changed| changed.contains(&of.row)))
            .collect();
        if let Some(row) = named.filter(|row| affected.iter().all(|of| of.row != *row)) {
            affected.push(Rejected { row, source: ExceptionSource::Check, amendment: 0, sent_at: None });
        }
        let rows = self.recheck(import, sheet, recipe, &affected)?;
        if refuses(&rows) {
            return Ok(Corrected { import: import.clone(), rows, earlier: EarlierChanges::default() });
        }
        if import.started_at.is_none() {
            self.drafts.save_over(import, recipe, sheet)?;
        } else {
            let of =
                |wanted: bool| rows.iter().filter(move |row| row.is_corrected() == wanted).map(|row| row.row);
            self.ledger.amend(
                id,
                Amendment {
                    before: import.recipe.clone(),
                    recipe: recipe.to_toml(),
                    corrected: of(true).collect(),
                    uncorrected: of(false).collect(),
                    who: self.accounts.person(),
                },
            )?;
        }
        Ok(Corrected { import: self.imports.get(id)?, rows, earlier: EarlierChanges::default() })
    }

    /// Fails for a row that is or may be a case already, or that the file doesn't have.
    pub(super) fn require_fixable(&self, id: ImportId, row: u64, sheet: &Sheet) -> Result<(), AppError> {
        let rows = sheet.scan()?.rows;
        let may_be_there = self.imports.unknown(id)?.contains(&row);
        let why = match self.ledger.outcome(id, row)? {
            _ if !(1..=rows).contains(&row) => format!("doesn't exist: the file has rows 1 to {rows}"),
            Some(Outcome::Created { case_id, case_number }) => {
                format!("is already case {} in Trackops. Change it there", case_number.unwrap_or(case_id))
            }
            // Includes rows that were in flight when the program died.
            _ if may_be_there => {
                format!("may already be in Trackops. Run `caseload resume {id}` to find out")
            }
            Some(Outcome::Excluded { reason, .. }) => format!("is skipped: {reason}"),
            _ => return Ok(()),
        };
        Err(AppError::NotFixable { id, row, why })
    }
}

/// Returns a corrected recipe for an import that has started, and the earlier changes that the new one doesn't have.
/// Fixes and decisions about single rows stay, unless the new recipe has others.
fn with_corrections(
    id: ImportId,
    before: &Recipe,
    mut new: Recipe,
) -> Result<(Recipe, EarlierChanges), AppError> {
    if !new.sheet.is_open()
        && new.sheet != before.sheet
        && new.sheet != before.clone().for_other_files().sheet
    {
        return Err(AppError::OtherLayout(id));
    }
    new.sheet = before.sheet.clone();
    new.name.clone_from(&before.name);
    let mut earlier = EarlierChanges::default();
    let is_said = |new: &Recipe, fix: &Fix| {
        new.fixes.iter().any(|other| {
            let same_value = fix.row.is_some() || other.from.trim() == fix.from.trim();
            (&other.column, other.row) == (&fix.column, fix.row) && same_value
        })
    };
    for fix in &before.fixes {
        if !is_said(&new, fix) {
            if fix.row.is_none() {
                earlier.kept_fixes.push(fix.column.clone());
            }
            new.fixes.push(fix.clone());
        }
    }
    // A fix of a value to itself says that the value stays as it is.
    new.fixes.retain(|fix| fix.from.trim() != fix.to.trim());
    for skip in before.leave_out.iter().filter(|skip| !new.leave_out.contains(skip)).collect::<Vec<_>>() {
        match skip {
            SkipRule::Row(_) => new.leave_out.push(skip.clone()),
            SkipRule::Value { column, .. } => earlier.dropped_skips.push(column.clone()),
        }
    }
    for row in &before.send_anyway {
        if !new.send_anyway.contains(row) {
            new.send_anyway.push(*row);
        }
    }
    Ok((new, earlier))
}

fn column_at(sheet: &Sheet, name: &str) -> Result<usize, AppError> {
    let columns = sheet.columns();
    ColumnNames::new(&columns).called(name).ok_or_else(|| AppError::NoSuchColumn {
        name: name.to_owned(),
        have: columns.iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", "),
    })
}

pub(super) fn read(sheet: &Sheet, number: u64) -> Result<Row, AppError> {
    let row = sheet.rows_from(number)?.next().transpose()?;
    Ok(row.unwrap_or_default())
}

pub(super) fn cell(row: &Row, column: usize) -> String {
    row.cells.get(column).unwrap_or("").trim().to_owned()
}
