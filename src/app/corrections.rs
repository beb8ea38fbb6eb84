//! Corrections to rows after an import has started: in the import, not in its file. Rejected rows are checked again at
//! once, and sent when the import is resumed.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::start::RetryRows;
use super::{App, AppError};
use crate::app::accounts::person;
use crate::app::imports::recipe::recipe_of;
use crate::app::today::today;
use crate::case::{
    ApiType, CaseField, ColumnNames, ColumnRule, Edits, Fix, Plan, Recipe, Severity, SkipRule, Target, Value,
    column_name,
};
use crate::engine::{Rechecked, RetryState, recheck_rejected};
use crate::ledger::{Amendment, ExceptionSource, Import, ImportId, Outcome, Rejected, Retry};
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

/// Result of a correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrected {
    /// The import, with its new recipe.
    pub import: Import,
    /// The rows it affects, checked again: rejected ones, and the one that was named.
    pub rows: Vec<Rechecked>,
}

impl Corrected {
    /// Number of rows that can be sent now, or are skipped.
    #[must_use]
    pub fn solved(&self) -> usize {
        self.rows.iter().filter(|row| row.is_corrected()).count()
    }
}

/// A row as it reads now, to be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentRow {
    /// Data row, from 1.
    pub row: u64,
    /// Its cells that are mapped to a field, in file order.
    pub cells: Vec<CurrentCell>,
    /// Index of the cell to correct: the first one with an error, otherwise the one that was named.
    pub at: Option<usize>,
    /// The client of the row's case.
    pub client: Option<u64>,
    /// What is wrong with the row now; `None` if it passes the check.
    pub reason: Option<String>,
}

/// A cell as it reads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentCell {
    /// Header of its column.
    pub header: String,
    /// The name by which a recipe finds the column.
    pub column: String,
    /// Its text, with fixes applied.
    pub text: String,
    /// True if it is private and must not be shown.
    pub private: bool,
    /// The field of ids that the column is mapped to.
    pub ids: Option<IdsOf>,
}

/// A field of ids, and the format of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdsOf {
    /// The field.
    pub field: CaseField,
    /// Separator between ids; `None` if the field takes one.
    pub separator: Option<String>,
}

impl IdsOf {
    fn of(rule: &ColumnRule) -> Option<Self> {
        let Target::Case(field) = rule.to else { return None };
        let separator = match field.spec().shape {
            ApiType::Id => None,
            ApiType::Ids => Some(rule.separator.clone().unwrap_or_else(|| ";".to_owned())),
            _ => return None,
        };
        Some(Self { field, separator })
    }
}

impl App {
    /// Corrects rows of an import that isn't running. Cases that were created, and rows that may have been, stay as
    /// they are.
    pub fn correct(&self, id: ImportId, correction: Correction) -> Result<Corrected, AppError> {
        let import = self.inner.imports.ensure_measured(id)?;
        let sheet = self.inner.imports.sheet(id)?;
        self.inner.imports.measure(id, &sheet)?;
        let mut recipe = recipe_of(&import)?;
        let (mut named, mut of_value) = (None, None);
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
                named = Some(row);
            }
            Correction::Value { column, from, value } => {
                let at = column_at(&sheet, &column)?;
                let column = column_name(&sheet.columns(), at);
                let from = from.trim().to_owned();
                let before = Edits::new(&recipe, &sheet.columns()).map_err(AppError::Plan)?;
                recipe.fix(Fix { column, row: None, from: from.clone(), to: value });
                of_value = Some((at, from, before));
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
            Correction::Recipe(new) => recipe = with_corrections(id, &recipe, *new)?,
        }
        let mut corrected = self.amend(&import, &sheet, &recipe, named)?;
        if let Some((at, from, before)) = of_value {
            // The other rejected rows were checked again too, but had another value until now.
            let mut with_value = Vec::with_capacity(corrected.rows.len());
            for row in corrected.rows {
                if cell(&before.apply(&read(&sheet, row.row)?).row, at) == from {
                    with_value.push(row);
                }
            }
            corrected.rows = with_value;
        }
        Ok(corrected)
    }

    /// Returns a row of an import's file as it reads now; `column`: the header of the cell that was at fault.
    pub fn current_row(&self, id: ImportId, row: u64, column: Option<&str>) -> Result<CurrentRow, AppError> {
        let (recipe, sheet) = (self.inner.imports.recipe(id)?, self.inner.imports.sheet(id)?);
        self.require_fixable(id, row, &sheet)?;
        let plan = self.inner.checks.plan(&recipe, &sheet, "", &[])?;
        let raw = read(&sheet, row)?;
        let edited = plan.edits().apply(&raw);
        let built = plan.build_edited(&edited, today());
        let error = built.problems.iter().find(|problem| problem.severity == Severity::Error);
        let columns = sheet.columns();
        let names = ColumnNames::new(&columns);
        let used = recipe.columns.iter().filter(|rule| rule.to != Target::Ignore);
        let used: BTreeSet<usize> = used.filter_map(|rule| names.called(&rule.from)).collect();
        let cells: Vec<CurrentCell> = used
            .into_iter()
            .map(|at| CurrentCell {
                header: plan.header(at).to_owned(),
                column: column_name(&columns, at),
                text: cell(&edited.row, at),
                private: plan.is_private(at),
                ids: recipe
                    .columns
                    .iter()
                    .filter(|rule| names.called(&rule.from) == Some(at))
                    .find_map(IdsOf::of),
            })
            .collect();
        let wanted = error.map_or(column, |error| error.column.as_deref());
        let at = wanted.and_then(|wanted| cells.iter().position(|cell| cell.header == wanted));
        let client = match built.case.get(CaseField::Client) {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        };
        Ok(CurrentRow { row, cells, at, client, reason: error.map(|error| error.message.clone()) })
    }

    fn amend(
        &self,
        import: &Import,
        sheet: &Sheet,
        recipe: &Recipe,
        named: Option<u64>,
    ) -> Result<Corrected, AppError> {
        let id = import.id;
        let before = recipe_of(import)?;
        // Only these rows can read differently; `None`: any row can.
        let changed: Option<BTreeSet<u64>> =
            before.rows_changed(recipe).map(|rows| rows.into_iter().chain(named).collect());
        let all = self.inner.ledger.rejected(id)?;
        let mut affected: Vec<Rejected> = all
            .into_iter()
            .filter(|of| changed.as_ref().is_none_or(|changed| changed.contains(&of.row)))
            .collect();
        if let Some(row) = named.filter(|row| affected.iter().all(|of| of.row != *row)) {
            affected.push(Rejected { row, source: ExceptionSource::Check, amendment: 0, sent_at: None });
        }
        let rows = self.recheck(import, sheet, recipe, &affected)?;
        if import.started_at.is_none() {
            self.inner.drafts.save(id, &import.name, recipe, sheet)?;
        } else {
            let of =
                |wanted: bool| rows.iter().filter(move |row| row.is_corrected() == wanted).map(|row| row.row);
            self.inner.ledger.amend(
                id,
                Amendment {
                    before: import.recipe.clone(),
                    recipe: recipe.to_toml(),
                    corrected: of(true).collect(),
                    uncorrected: of(false).collect(),
                    who: person(
                        &self
                            .inner
                            .accounts
                            .in_use()
                            .map_or_else(String::new, |(_, account)| account.username),
                    ),
                },
            )?;
        }
        Ok(Corrected { import: self.inner.imports.get(id)?, rows })
    }

    /// Checks rejected rows again, with a recipe.
    fn recheck(
        &self,
        import: &Import,
        sheet: &Sheet,
        recipe: &Recipe,
        rejected: &[Rejected],
    ) -> Result<Vec<Rechecked>, AppError> {
        let now = self.inner.checks.plan(recipe, sheet, &import.seed, &[])?;
        let sent = rejected.iter().filter(|of| of.source == ExceptionSource::Trackops).map(|of| of.amendment);
        let before = self.plans_after(import, sheet, sent)?;
        Ok(recheck_rejected(sheet, rejected, &now, &before, today(), self.inner.accounts.value_forms())?)
    }

    /// Returns the plans that rows were sent with, by the number of amendments before.
    fn plans_after(
        &self,
        import: &Import,
        sheet: &Sheet,
        amendments: impl Iterator<Item = u64>,
    ) -> Result<BTreeMap<u64, Plan>, AppError> {
        let mut plans: BTreeMap<u64, Plan> = BTreeMap::new();
        for amendment in amendments {
            if let Entry::Vacant(plan) = plans.entry(amendment) {
                let name = format!("of import {}", import.id);
                let recipe = Recipe::from_toml(&self.inner.ledger.recipe_after(import.id, amendment)?)
                    .map_err(|source| AppError::Recipe { name, source })?;
                plan.insert(self.inner.checks.plan(&recipe, sheet, &import.seed, &[])?);
            }
        }
        Ok(plans)
    }

    /// Returns the plans that created rows were sent with before the recipe was changed.
    pub(super) fn earlier_plans(
        &self,
        import: &Import,
        sheet: &Sheet,
    ) -> Result<BTreeMap<u64, Plan>, AppError> {
        if import.amendments == 0 {
            return Ok(BTreeMap::new());
        }
        let rows = self.inner.ledger.created_rows(import.id)?;
        let before = rows.iter().map(|row| row.amendment).filter(|amendment| *amendment < import.amendments);
        self.plans_after(import, sheet, before)
    }

    /// Returns the rejected rows that a run should resend.
    pub(super) fn retries(
        &self,
        import: &Import,
        sheet: &Sheet,
        which: RetryRows,
    ) -> Result<Vec<Retry>, AppError> {
        if which == RetryRows::None {
            return Ok(Vec::new());
        }
        let rejected = self.inner.ledger.rejected(import.id)?;
        let rows = self.recheck(import, sheet, &recipe_of(import)?, &rejected)?;
        let is_wanted = |row: &Rechecked| {
            row.is_corrected() || (which == RetryRows::Refused && row.state == RetryState::Unchanged)
        };
        Ok(rows.into_iter().filter(is_wanted).map(Rechecked::into_retry).collect())
    }

    /// Fails for a row that is or may be a case already, or that the file doesn't have.
    fn require_fixable(&self, id: ImportId, row: u64, sheet: &Sheet) -> Result<(), AppError> {
        let rows = sheet.scan()?.rows;
        let may_be_there = self.inner.imports.unknown(id)?.contains(&row);
        let why = match self.inner.ledger.outcome(id, row)? {
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

/// Returns a corrected recipe for an import that has started. Decisions about single rows stay, unless the new recipe
/// has others.
fn with_corrections(id: ImportId, before: &Recipe, mut new: Recipe) -> Result<Recipe, AppError> {
    if !new.sheet.is_open()
        && new.sheet != before.sheet
        && new.sheet != before.clone().for_other_files().sheet
    {
        return Err(AppError::OtherLayout(id));
    }
    new.sheet = before.sheet.clone();
    new.name.clone_from(&before.name);
    let is_said = |new: &Recipe, fix: &Fix| {
        new.fixes.iter().any(|other| (&other.column, other.row) == (&fix.column, fix.row))
    };
    for fix in before.fixes.iter().filter(|fix| fix.row.is_some()) {
        if !is_said(&new, fix) {
            new.fixes.push(fix.clone());
        }
    }
    for skip in before.leave_out.iter().filter(|skip| matches!(skip, SkipRule::Row(_))) {
        if !new.leave_out.contains(skip) {
            new.leave_out.push(skip.clone());
        }
    }
    for row in &before.send_anyway {
        if !new.send_anyway.contains(row) {
            new.send_anyway.push(*row);
        }
    }
    Ok(new)
}

fn column_at(sheet: &Sheet, name: &str) -> Result<usize, AppError> {
    let columns = sheet.columns();
    ColumnNames::new(&columns).called(name).ok_or_else(|| AppError::NoSuchColumn {
        name: name.to_owned(),
        have: columns.iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", "),
    })
}

fn read(sheet: &Sheet, number: u64) -> Result<Row, AppError> {
    let row = sheet.rows_from(number)?.next().transpose()?;
    Ok(row.unwrap_or_default())
}

fn cell(row: &Row, column: usize) -> String {
    row.cells.get(column).unwrap_or("").trim().to_owned()
}
