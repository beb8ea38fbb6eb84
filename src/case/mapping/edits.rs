//! What a person changed about the rows of a file: fixed cells, rows left out, and the one group that is wanted. The
//! file stays as it is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::changes::{Fix, LeaveOut};
use super::column_ref::{ColumnNames, find_column};
use super::field::Target;
use super::plan_error::PlanError;
use super::recipe::Recipe;
use crate::case::values::kind::Shape;
use crate::case::values::value::split_list;
use crate::case::values::words::fold;
use crate::sheet::{Column, Row};

/// The changes of a recipe held against the columns of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    columns: BTreeMap<usize, ColumnEdits>,
    rows: BTreeSet<u64>,
    only: Option<(usize, BTreeSet<String>)>,
}

/// The changes of one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ColumnEdits {
    /// By row: the text in the file, and what is read instead.
    rows: HashMap<u64, (String, String)>,
    /// By text.
    values: HashMap<String, String>,
    /// Folded texts whose rows are left out.
    left_out: BTreeSet<String>,
    /// Whether a cell holds several texts.
    list: bool,
    /// What stands between them.
    separator: Option<String>,
}

impl ColumnEdits {
    /// Whether a cell speaks for leaving its row out, and by which text.
    fn leaves_out<'c>(&self, cell: &'c str) -> Option<&'c str> {
        if self.left_out.is_empty() {
            return None;
        }
        let known = |text: &&str| self.left_out.contains(&fold(text));
        let part = || split_list(cell, self.separator.as_deref()).find(|part| known(part));
        Some(cell.trim()).filter(known).or_else(|| if self.list { part() } else { None })
    }
}

/// A row with its fixes made.
#[derive(Debug, Clone)]
pub struct Edited<'r> {
    /// The row as it is read.
    pub row: Cow<'r, Row>,
    /// Columns (from 0) whose cell was fixed.
    pub fixed: Vec<usize>,
    /// Columns (from 0) with a fix for this row that was made for another text.
    pub stale: Vec<usize>,
}

/// Why a person wants a row left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut<'r> {
    /// The row itself.
    Row,
    /// This text in this column (from 0).
    Value(usize, &'r str),
    /// This text in this column (from 0) is of another group.
    OtherGroup(usize, &'r str),
}

impl Edits {
    /// Resolves the changes of a recipe against the columns of a file. On failure: everything that is wrong.
    pub fn new(recipe: &Recipe, columns: &[Column]) -> Result<Self, Vec<PlanError>> {
        let (mut edits, mut errors) = (Self::default(), Vec::new());
        let columns = &ColumnNames::new(columns);
        for fix in &recipe.fixes {
            match find_column(columns, &fix.column, || "edits its values".to_owned()) {
                Ok(column) => edits.add_fix(column, fix),
                // A fix of one row belongs to the file it was made for.
                Err(_) if fix.row.is_some() => {}
                Err(error) => errors.push(error),
            }
        }
        for leave_out in &recipe.leave_out {
            match leave_out {
                LeaveOut::Row(row) => _ = edits.rows.insert(*row),
                LeaveOut::Value { column, value } => {
                    match find_column(columns, column, || "skips rows by it".to_owned()) {
                        Ok(column) => _ = edits.column(column).left_out.insert(fold(value)),
                        Err(error) => errors.push(error),
                    }
                }
            }
        }
        if let Some(only) = &recipe.only {
            match find_column(columns, &only.column, || "selects rows by it".to_owned()) {
                Ok(column) => {
                    edits.only = Some((column, only.values.iter().map(|value| fold(value)).collect()));
                }
                Err(error) => errors.push(error),
            }
        }
        for rule in &recipe.columns {
            if let Target::Case(field) = rule.to
                && field.spec().shape == Shape::Ids
                && let Some(column) = columns.called(&rule.from)
                && let Some(edits) = edits.columns.get_mut(&column)
            {
                (edits.list, edits.separator) = (true, rule.separator.clone());
            }
        }
        if errors.is_empty() { Ok(edits) } else { Err(errors) }
    }

    fn column(&mut self, column: usize) -> &mut ColumnEdits {
        self.columns.entry(column).or_default()
    }

    fn add_fix(&mut self, column: usize, fix: &Fix) {
        let edits = self.column(column);
        let (from, to) = (fix.from.trim().to_owned(), fix.to.clone());
        match fix.row {
            Some(row) => _ = edits.rows.insert(row, (from, to)),
            None => _ = edits.values.insert(from, to),
        }
    }

    /// Makes the fixes of a row: its own before those of every row.
    #[must_use]
    pub fn apply<'r>(&self, row: &'r Row) -> Edited<'r> {
        let mut edited = Edited { row: Cow::Borrowed(row), fixed: Vec::new(), stale: Vec::new() };
        if self.columns.is_empty() {
            return edited;
        }
        let mut made: BTreeMap<usize, &str> = BTreeMap::new();
        for (column, edits) in &self.columns {
            let cell = row.cells.get(*column).unwrap_or("").trim();
            let own = edits.rows.get(&row.number);
            match own {
                Some((from, to)) if from == cell => _ = made.insert(*column, to),
                Some(_) => edited.stale.push(*column),
                None => {}
            }
            if let (false, Some(to)) = (made.contains_key(column), edits.values.get(cell)) {
                made.insert(*column, to);
            }
        }
        let Some((last, _)) = made.last_key_value() else { return edited };
        let length = row.cells.len().max(last + 1);
        let cell =
            |column: usize| made.get(&column).copied().unwrap_or_else(|| row.cells.get(column).unwrap_or(""));
        let cells = (0..length).map(cell).collect();
        let faults = row.faults.iter().filter(|(_, column)| column.is_none_or(|at| !made.contains_key(&at)));
        let numbers = row.numbers.iter().filter(|number| !made.contains_key(&number.column));
        edited.row = Cow::Owned(Row {
            cells,
            numbers: numbers.copied().collect(),
            faults: faults.copied().collect(),
            ..row.clone()
        });
        edited.fixed = made.into_keys().collect();
        edited
    }

    /// Why a person wants a row, with its fixes made, left out.
    #[must_use]
    pub fn left_out<'r>(&self, row: &'r Row) -> Option<LeftOut<'r>> {
        if let Some((column, values)) = &self.only {
            let cell = row.cells.get(*column).unwrap_or("").trim();
            if !values.contains(&fold(cell)) {
                return Some(LeftOut::OtherGroup(*column, cell));
            }
        }
        if self.rows.contains(&row.number) {
            return Some(LeftOut::Row);
        }
        self.columns.iter().find_map(|(column, edits)| {
            let cell = row.cells.get(*column).unwrap_or("");
            edits.leaves_out(cell).map(|text| LeftOut::Value(*column, text))
        })
    }
}

impl Recipe {
    /// Has one text of a column read as another, in one row or in every row. `from` is the text as it is read now:
    /// a fix that gives it already is changed. Gives the text back to itself when both are the same.
    pub fn fix(&mut self, fix: Fix) {
        let same_place = |other: &Fix| other.column == fix.column && other.row == fix.row;
        if fix.row.is_none() {
            for other in self.fixes.iter_mut().filter(|other| other.column == fix.column) {
                if other.to.trim() == fix.from.trim() {
                    other.to.clone_from(&fix.to);
                }
            }
        }
        self.fixes.retain(|other| !(same_place(other) && other.from == fix.from));
        self.fixes.push(fix);
        self.fixes.retain(|fix| fix.from.trim() != fix.to.trim());
    }

    /// Leaves rows out, or takes them in again when they were left out. Gives whether they are left out now.
    pub fn toggle_left_out(&mut self, leave_out: LeaveOut) -> bool {
        let known = self.leave_out.iter().position(|known| *known == leave_out);
        if let Some(at) = known {
            self.leave_out.remove(at);
        } else {
            self.leave_out.push(leave_out);
        }
        known.is_none()
    }

    /// Sends a row although the duplicate guard would leave it out, or no more. Gives whether it is sent now.
    pub fn toggle_send_anyway(&mut self, row: u64) -> bool {
        let known = self.send_anyway.iter().position(|known| *known == row);
        match known {
            Some(at) => _ = self.send_anyway.remove(at),
            None => self.send_anyway.push(row),
        }
        known.is_none()
    }

    /// The rows that are all two recipes differ in; none when they differ in more.
    #[must_use]
    pub fn rows_changed(&self, other: &Self) -> Option<Vec<u64>> {
        // What the duplicate guard makes of a row depends on the others.
        let same_guard = self.send_anyway == other.send_anyway && self.sheet == other.sheet;
        if !same_guard || self.clone().for_other_files() != other.clone().for_other_files() {
            return None;
        }
        let fixes = |one: &Self, other: &Self| -> Vec<u64> {
            one.fixes.iter().filter(|fix| !other.fixes.contains(fix)).filter_map(|fix| fix.row).collect()
        };
        let left_out = |one: &Self, other: &Self| -> Vec<u64> {
            let only_here = one.leave_out.iter().filter(|leave_out| !other.leave_out.contains(leave_out));
            only_here.filter_map(|of| if let LeaveOut::Row(row) = of { Some(*row) } else { None }).collect()
        };
        let mut rows =
            [fixes(self, other), fixes(other, self), left_out(self, other), left_out(other, self)].concat();
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// The recipe for another file: without what was said of single rows of this one. How many rows its footer has is
    /// found anew in each file; that there is none stays said.
    #[must_use]
    pub fn for_other_files(mut self) -> Self {
        self.fixes.retain(|fix| fix.row.is_none());
        self.leave_out.retain(|leave_out| !matches!(leave_out, LeaveOut::Row(_)));
        self.send_anyway.clear();
        self.sheet.footer = self.sheet.footer.filter(|rows| *rows == 0);
        self
    }
}

#[cfg(test)]
#[path = "edits_tests.rs"]
mod tests;
