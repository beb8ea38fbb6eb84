//! Changes the user made to the rows of a file: fixed cells, skipped rows, and the one group to import. The file
//! itself doesn't change.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::changes::{Fix, SkipRule};
use super::column_ref::{ColumnNames, find_column};
use super::plan_error::PlanError;
use super::recipe::Recipe;
use crate::case::values::date::only_day;
use crate::case::values::kind::ApiType;
use crate::case::values::value::split_list;
use crate::case::values::words::normalize;
use crate::sheet::{Column, Row};
use crate::text::join_few;

/// The changes of a recipe, resolved against the columns of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    columns: BTreeMap<usize, ColumnEdits>,
    rows: BTreeSet<u64>,
    only: Option<(usize, BTreeSet<String>)>,
}

/// The changes of one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ColumnEdits {
    /// Value in the file and its replacement, by row.
    rows: HashMap<u64, (String, String)>,
    /// Replacements in every row, by value.
    values: HashMap<String, String>,
    /// Folded values whose rows are skipped.
    skipped: BTreeSet<String>,
    /// Separators of the lists that the column feeds; `None` is the usual one.
    lists: Vec<Option<String>>,
}

impl ColumnEdits {
    /// Returns the value of the cell that skips its row, if any.
    fn skipping_value<'c>(&self, cell: &'c str) -> Option<&'c str> {
        if self.skipped.is_empty() {
            return None;
        }
        let known = |text: &&str| self.skipped.contains(&normalize(text));
        let part =
            |separator: &Option<String>| split_list(cell, separator.as_deref()).find(|part| known(part));
        Some(cell.trim()).filter(known).or_else(|| self.lists.iter().find_map(part))
    }
}

/// A row with its fixes applied.
#[derive(Debug, Clone)]
pub struct Edited<'r> {
    /// The row with the fixed cells.
    pub row: Cow<'r, Row>,
    /// Columns (from 0) with a fixed cell.
    pub fixed: Vec<usize>,
    /// Whether the user edited this very row.
    pub by_hand: bool,
    /// Columns (from 0) with a fix for this row that expected another value.
    pub stale: Vec<usize>,
}

/// Why a row is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason<'r> {
    /// The row itself.
    Row,
    /// A value in a column (from 0).
    Value(usize, &'r str),
    /// A value in a column (from 0) that belongs to another group.
    OtherGroup(usize, &'r str),
}

impl Edits {
    /// Resolves the changes of a recipe against the columns of a file. On failure, returns all errors.
    pub fn new(recipe: &Recipe, columns: &[Column]) -> Result<Self, Vec<PlanError>> {
        let (mut edits, mut errors) = (Self::default(), Vec::new());
        let columns = &ColumnNames::new(columns);
        for fix in &recipe.fixes {
            match find_column(columns, &fix.column, || "edits its values".to_owned()) {
                Ok(column) => edits.add_fix(column, fix),
                // A fix of one row is only for the file it was made for.
                Err(_) if fix.row.is_some() => {}
                Err(error) => errors.push(error),
            }
        }
        for leave_out in &recipe.leave_out {
            match leave_out {
                SkipRule::Row(row) => _ = edits.rows.insert(*row),
                SkipRule::Value { column, value } => {
                    match find_column(columns, column, || "skips rows by it".to_owned()) {
                        Ok(column) => _ = edits.column(column).skipped.insert(normalize(value)),
                        Err(error) => errors.push(error),
                    }
                }
            }
        }
        if let Some(only) = &recipe.only {
            match find_column(columns, &only.column, || "selects rows by it".to_owned()) {
                Ok(column) => {
                    edits.only = Some((column, only.values.iter().map(|value| normalize(value)).collect()));
                }
                Err(error) => errors.push(error),
            }
        }
        for rule in &recipe.columns {
            if let Some(ApiType::Ids | ApiType::Choices) = rule.to.shape(|key| recipe.kind_of(key))
                && let Some(column) = columns.called(&rule.from)
                && let Some(edits) = edits.columns.get_mut(&column)
            {
                edits.lists.push(rule.separator.clone());
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

    /// Applies the fixes of a row. Its own come before those of every row.
    #[must_use]
    pub fn apply<'r>(&self, row: &'r Row) -> Edited<'r> {
        let mut edited =
            Edited { row: Cow::Borrowed(row), fixed: Vec::new(), by_hand: false, stale: Vec::new() };
        if self.columns.is_empty() {
            return edited;
        }
        let mut edited_cells: BTreeMap<usize, &str> = BTreeMap::new();
        for (column, edits) in &self.columns {
            let cell = row.cells.get(*column).unwrap_or("").trim();
            let edit = edits.rows.get(&row.number);
            match edit {
                Some((from, to)) if from == cell => {
                    edited_cells.insert(*column, to);
                    edited.by_hand = true;
                }
                Some(_) => edited.stale.push(*column),
                None => {}
            }
            if let (false, Some(to)) = (edited_cells.contains_key(column), edits.values.get(cell)) {
                edited_cells.insert(*column, to);
            }
        }
        let Some((last, _)) = edited_cells.last_key_value() else { return edited };
        let length = row.cells.len().max(last + 1);
        let cell = |column: usize| {
            edited_cells.get(&column).copied().unwrap_or_else(|| row.cells.get(column).unwrap_or(""))
        };
        let cells = (0..length).map(cell).collect();
        let faults =
            row.faults.iter().filter(|(_, column)| column.is_none_or(|at| !edited_cells.contains_key(&at)));
        let numbers = row.numbers.iter().filter(|number| !edited_cells.contains_key(&number.column));
        edited.row = Cow::Owned(Row {
            cells,
            numbers: numbers.copied().collect(),
            faults: faults.copied().collect(),
            ..row.clone()
        });
        edited.fixed = edited_cells.into_keys().collect();
        edited
    }

    /// Returns true if a cell is compared with values of the recipe, to edit it or to select rows by it.
    pub(in crate::case) fn compares(&self, column: usize, cell: &str) -> bool {
        self.only.as_ref().is_some_and(|(only, _)| *only == column)
            || self.columns.get(&column).is_some_and(|edits| {
                edits.values.contains_key(cell.trim()) || edits.skipping_value(cell).is_some()
            })
    }

    /// Returns why a row, with its fixes applied, is skipped, if it is.
    #[must_use]
    pub fn skip_reason<'r>(&self, row: &'r Row) -> Option<SkipReason<'r>> {
        if let Some((column, values)) = &self.only {
            let cell = row.cells.get(*column).unwrap_or("").trim();
            if !values.contains(&normalize(cell)) {
                return Some(SkipReason::OtherGroup(*column, cell));
            }
        }
        if self.rows.contains(&row.number) {
            return Some(SkipReason::Row);
        }
        self.columns.iter().find_map(|(column, edits)| {
            let cell = row.cells.get(*column).unwrap_or("");
            edits.skipping_value(cell).map(|text| SkipReason::Value(*column, text))
        })
    }
}

impl Recipe {
    /// Replaces a value of a column by another, in one row or in every row. For one row, `from` is the value in the
    /// file. For every row it is the current value: an earlier fix that led to it is changed. A fix that changes
    /// nothing is removed. A date that is only one day whatever the order is written so that every column reads it.
    pub fn fix(&mut self, mut fix: Fix) {
        let order = self.columns.iter().filter(|rule| rule.from == fix.column).find_map(|rule| rule.date);
        if let Some(date) = order.and_then(|order| only_day(&fix.to, order)) {
            fix.to = date.to_string();
        }
        let same_place = |other: &Fix| other.column == fix.column && other.row == fix.row;
        // No other cell has the value if an edit of every row replaces it already: only rows edited back to it do.
        let is_replaced = fix.row.is_none()
            && self.fixes.iter().any(|other| {
                same_place(other)
                    && other.from.trim() == fix.from.trim()
                    && other.to.trim() != fix.from.trim()
            });
        if fix.row.is_none() {
            for other in self.fixes.iter_mut().filter(|other| other.column == fix.column) {
                if other.to.trim() == fix.from.trim() {
                    other.to.clone_from(&fix.to);
                }
            }
        }
        if !is_replaced {
            self.fixes.retain(|other| !(same_place(other) && other.from == fix.from));
            self.fixes.push(fix);
        }
        self.drop_pointless_fixes();
    }

    /// Removes fixes that change nothing.
    pub fn drop_pointless_fixes(&mut self) {
        let changes = |fix: &Fix| fix.from.trim() != fix.to.trim();
        let in_every_row: Vec<Fix> =
            self.fixes.iter().filter(|fix| fix.row.is_none() && changes(fix)).cloned().collect();
        // In a row, a value replaced by itself is kept from a fix of every row.
        let keeps_value = |fix: &Fix| {
            let is_same = |other: &Fix| other.column == fix.column && other.from.trim() == fix.from.trim();
            fix.row.is_some() && in_every_row.iter().any(is_same)
        };
        self.fixes.retain(|fix| changes(fix) || keeps_value(fix));
    }

    /// Skips rows, or includes them again. Returns true if they are skipped now.
    pub fn toggle_skip(&mut self, leave_out: SkipRule) -> bool {
        toggle(&mut self.leave_out, leave_out)
    }

    /// Toggles whether a row is sent even if the duplicate guard objects. Returns true if it is sent now.
    pub fn toggle_send_anyway(&mut self, row: u64) -> bool {
        toggle(&mut self.send_anyway, row)
    }

    /// Returns the rows skipped by their number.
    pub fn skipped_rows(&self) -> impl Iterator<Item = u64> + '_ {
        self.leave_out.iter().filter_map(|rule| if let SkipRule::Row(row) = rule { Some(*row) } else { None })
    }

    /// Returns the rows in which two recipes differ; `None` if they differ in anything else.
    #[must_use]
    pub fn rows_changed(&self, other: &Self) -> Option<Vec<u64>> {
        // The duplicate guard's decision on a row depends on the other rows.
        let same_guard = self.send_anyway == other.send_anyway && self.sheet == other.sheet;
        if !same_guard || self.clone().for_other_files() != other.clone().for_other_files() {
            return None;
        }
        let fixes = |one: &Self, other: &Self| -> Vec<u64> {
            one.fixes.iter().filter(|fix| !other.fixes.contains(fix)).filter_map(|fix| fix.row).collect()
        };
        let skipped = |one: &Self, other: &Self| -> Vec<u64> {
            one.skipped_rows().filter(|row| !other.leave_out.contains(&SkipRule::Row(*row))).collect()
        };
        let mut rows =
            [fixes(self, other), fixes(other, self), skipped(self, other), skipped(other, self)].concat();
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// Describes the rules that name rows by their number, and so may mean other rows in another file; `None` if there
    /// are none. Edits of single rows aren't among them, because they apply only to the value they were made for.
    #[must_use]
    pub fn describe_row_rules(&self) -> Option<String> {
        let rules = [
            ("skips", list_rows(&self.skipped_rows().collect::<Vec<_>>()), ""),
            ("sends", list_rows(&self.send_anyway), ", even if already in Trackops"),
        ];
        let rules =
            rules.into_iter().filter_map(|(what, rows, more)| Some(format!("{what} {}{more}", rows?)));
        let rules = rules.collect::<Vec<_>>().join(" and ");
        (!rules.is_empty()).then(|| {
            format!("the recipe {rules}, in any file; check whether these rules were made for this file")
        })
    }

    /// Returns the recipe for another file, without changes to single rows of this one. The number of footer rows is
    /// detected in each file, but a setting of no footer stays.
    #[must_use]
    pub fn for_other_files(mut self) -> Self {
        self.fixes.retain(|fix| fix.row.is_none());
        self.leave_out.retain(|leave_out| !matches!(leave_out, SkipRule::Row(_)));
        self.send_anyway.clear();
        self.sheet.footer = self.sheet.footer.filter(|rows| *rows == 0);
        self
    }
}

/// Removes an item, or adds it if it isn't there. Returns true if it is there now.
fn toggle<T: PartialEq>(items: &mut Vec<T>, item: T) -> bool {
    let known = items.iter().position(|known| *known == item);
    match known {
        Some(at) => _ = items.remove(at),
        None => items.push(item),
    }
    known.is_none()
}

/// Lists the numbers of rows, the first five of many; `None` for no rows.
fn list_rows(rows: &[u64]) -> Option<String> {
    let rows_or_row = if rows.len() == 1 { "row" } else { "rows" };
    (!rows.is_empty()).then(|| format!("{rows_or_row} {}", join_few(rows, 5)))
}

#[cfg(test)]
mod tests;
