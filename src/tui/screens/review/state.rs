//! State of Review: findings, fetched rows, and the filter.

use std::collections::BTreeSet;

use strum::VariantArray;

use crate::app::{CheckResult, ReviewRow};
use crate::case::{Code, Problem, Recipe};
use crate::engine::FirstResult;
use crate::ledger::ImportId;
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::pending::Pending;
use crate::tui::screens::review::arrangement::Arrangement;

/// What a wide window shows beside the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BesideTable {
    /// The row under the cursor as a case.
    #[default]
    Case,
    /// Nothing: the table has the full width.
    Nothing,
}

impl BesideTable {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Case => Self::Nothing,
            Self::Nothing => Self::Case,
        }
    }
}

/// State of the Review screen.
#[derive(Debug, Default)]
pub(crate) struct Review {
    /// Result of the last check; outdated while another is awaited.
    pub(super) check: Pending<CheckResult>,
    pub(super) filter: RowFilter,
    /// Numbers of the shown rows, in display order; none if all rows are shown in the order of the file.
    pub(super) numbers: Option<Vec<u64>>,
    /// Rows that contain the searched text.
    pub(super) found_rows: Vec<u64>,
    /// Fetched rows, in order.
    pub(super) rows: Pending<Vec<ReviewRow>>,
    /// Row cursor among the shown rows, from 0.
    pub(super) cursor: usize,
    /// Sorted rows; hidden, wide and frozen columns.
    pub(super) arrangement: Arrangement,
    /// Column cursor, in display order.
    pub(super) column: usize,
    /// Import and recipe of the last check, to skip checking an unchanged import.
    pub(super) of: Option<(ImportId, Recipe)>,
    /// Rows being fetched.
    pub(super) asked: Vec<u64>,
    pub(super) same_text: Option<SameText>,
    /// Row that Trackops refused when it was sent first, and the reason, until the import is changed.
    pub(super) refused: Option<(u64, String)>,
}

impl Review {
    /// Returns the number of shown rows, out of `rows`.
    pub(crate) fn len(&self, rows: u64) -> usize {
        self.numbers.as_ref().map_or_else(|| usize::try_from(rows).unwrap_or(usize::MAX), Vec::len)
    }

    /// Returns the row number at a position of the table.
    pub(crate) fn number(&self, index: usize) -> Option<u64> {
        match &self.numbers {
            Some(numbers) => numbers.get(index).copied(),
            None => Some(index as u64 + 1),
        }
    }

    /// Returns the number of rows with the value being edited, once they are counted.
    pub(crate) fn rows_with_same_text(&self) -> Option<u64> {
        self.same_text.as_ref()?.rows
    }

    /// Returns a row by its number, if it was fetched.
    pub(crate) fn row(&self, number: u64) -> Option<&ReviewRow> {
        let rows = self.rows.value()?;
        rows.get(rows.binary_search_by_key(&number, |seen| seen.row.number).ok()?)
    }

    /// Returns the row under the cursor, if it was fetched.
    pub(crate) fn selected(&self) -> Option<&ReviewRow> {
        self.row(self.number(self.cursor)?)
    }

    /// Checks whether the row under the cursor can be changed; fails with the reason.
    pub(super) fn editable(&self) -> Result<(), String> {
        let why = match self.selected() {
            None => "Still reading the row. Try again in a moment.",
            Some(seen) if seen.created => {
                "This row is already a case in Trackops. It won't be resent or changed."
            }
            Some(seen) if seen.row.not_a_case.is_some() || seen.row.is_blank() => {
                "This row isn't a case. It is excluded anyway."
            }
            Some(_) => return Ok(()),
        };
        Err(why.to_owned())
    }

    /// Returns the result of the last check; outdated while another is awaited.
    pub(crate) fn check(&self) -> Option<&CheckResult> {
        self.check.value()
    }

    /// Removes the hidden columns.
    pub(crate) fn hide_columns(&self, columns: &mut Vec<usize>) {
        columns.retain(|column| !self.arrangement.is_hidden(*column));
    }

    /// Returns the column under the cursor, of those shown.
    pub(crate) fn column_under(&self, shown: &[usize]) -> Option<usize> {
        shown.get(self.column.min(shown.len().saturating_sub(1))).copied()
    }

    /// Returns why the check or the rows are missing.
    pub(crate) fn failure(&self) -> Option<&Sentence> {
        self.check.failure().or(self.rows.failure())
    }

    pub(super) fn problems(&self) -> &[Problem] {
        self.check.value().map_or(&[], |found| &found.problems)
    }

    /// Returns the reported problems of a row (from 1).
    pub(crate) fn problems_of(&self, row: u64) -> impl Iterator<Item = &Problem> {
        let problems = self.problems();
        let start = problems.partition_point(|problem| problem.row < row);
        problems.iter().skip(start).take_while(move |problem| problem.row == row)
    }

    /// Returns the reported problems of a fetched row, and its own.
    pub(super) fn all_problems<'r>(&'r self, seen: &'r ReviewRow) -> impl Iterator<Item = &'r Problem> {
        self.problems_of(seen.row.number).chain(&seen.built.problems)
    }

    /// Returns the problems to show for a row (from 1): those that were reported, or else its own, if it was fetched.
    pub(super) fn shown_problems<'r>(&'r self, row: u64, seen: Option<&'r ReviewRow>) -> Vec<&'r Problem> {
        let reported: Vec<_> = self.problems_of(row).collect();
        if reported.is_empty() {
            seen.into_iter().flat_map(|seen| &seen.built.problems).collect()
        } else {
            reported
        }
    }

    /// Returns whether a row (from 1) is excluded.
    pub(super) fn is_excluded(&self, row: u64) -> bool {
        self.problems_of(row).any(|problem| problem.code.excludes())
    }

    /// Returns whether the row under the cursor is excluded, but may be sent anyway.
    pub(super) fn is_duplicate(&self) -> bool {
        let row = self.number(self.cursor).unwrap_or(0);
        self.problems_of(row).any(|problem| problem.code.may_be_sent_anyway())
    }

    /// Applies a filter and keeps the cursor on its row or the next one. Shows all rows and returns false if no row
    /// matches.
    pub(crate) fn list(&mut self, show: RowFilter) -> bool {
        let current = self.number(self.cursor).unwrap_or(1);
        let wanted = self.numbers_of(&show);
        let found = wanted.as_ref().is_none_or(|numbers| !numbers.is_empty());
        (self.filter, self.numbers) = if found { (show, wanted) } else { (RowFilter::All, None) };
        if let Some(sorted) = self.arrangement.rows() {
            self.numbers = Some(match &self.numbers {
                // Ascending: filters list rows in the order of the file.
                Some(shown) => {
                    sorted.iter().filter(|row| shown.binary_search(row).is_ok()).copied().collect()
                }
                None => sorted.to_vec(),
            });
        }
        self.cursor = self.position(current);
        found
    }

    /// Returns the position of a row in the table; if it isn't shown, that of the next row in the file.
    pub(super) fn position(&self, row: u64) -> usize {
        match &self.numbers {
            None => usize::try_from(row.saturating_sub(1)).unwrap_or(0),
            Some(numbers) if self.arrangement.rows().is_some() => {
                numbers.iter().position(|number| *number == row).unwrap_or(0)
            }
            Some(numbers) => {
                numbers.partition_point(|number| *number < row).min(numbers.len().saturating_sub(1))
            }
        }
    }

    /// Returns the nearest problem that fits, below or above the cursor in a sorted table.
    pub(super) fn beside_cursor(&self, fits: impl Fn(&Problem) -> bool, below: bool) -> Option<&Problem> {
        let numbers = self.numbers.as_ref()?;
        let rows: BTreeSet<u64> =
            self.problems().iter().filter(|problem| fits(problem)).map(|problem| problem.row).collect();
        let (above, from_cursor) = numbers.split_at_checked(self.cursor)?;
        let row = if below {
            from_cursor.iter().skip(1).find(|row| rows.contains(row))
        } else {
            above.iter().rev().find(|row| rows.contains(row))
        };
        let row = *row?;
        self.problems_of(row).find(|problem| fits(problem))
    }

    /// Returns true if a filter hides a row.
    pub(super) fn is_filtered_out(&self, row: u64) -> bool {
        self.numbers.as_ref().is_some_and(|numbers| !numbers.contains(&row))
    }

    pub(super) fn numbers_of(&self, show: &RowFilter) -> Option<Vec<u64>> {
        let problems = self.problems();
        if matches!(show, RowFilter::Text(_)) {
            return Some(self.found_rows.clone());
        }
        (*show != RowFilter::All).then(|| {
            let mut numbers: Vec<u64> =
                problems.iter().filter(|problem| show.fits(problem)).map(|problem| problem.row).collect();
            numbers.dedup();
            numbers
        })
    }
}

/// Count of the rows with a value about to be replaced everywhere.
#[derive(Debug)]
pub(super) struct SameText {
    pub(super) ticket: Ticket,
    pub(super) text: String,
    /// None until counted.
    pub(super) rows: Option<u64>,
}

/// Filter for the shown rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum RowFilter {
    #[default]
    All,
    /// Rows with a problem.
    Problems,
    /// Rows with a problem of this code in this column.
    Group(Code, Option<String>),
    /// Rows with this text in any cell.
    Text(String),
}

impl RowFilter {
    pub(crate) fn fits(&self, problem: &Problem) -> bool {
        match self {
            Self::All | Self::Text(_) => true,
            // Rows skipped on purpose, or left to another import, need no second look.
            Self::Problems => !problem.code.is_on_purpose(),
            Self::Group(code, column) => problem.code == *code && problem.column == *column,
        }
    }
}

/// View of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, VariantArray)]
pub(crate) enum RowTab {
    /// Values with their source columns.
    #[default]
    Case,
    /// Cells with the fields they map to.
    Cells,
    /// Body of the request.
    Json,
}

impl RowTab {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Cells => "cells",
            Self::Json => "JSON",
        }
    }
}

/// Full-screen view of a row.
#[derive(Debug)]
pub(crate) struct RowView {
    pub(super) seen: ReviewRow,
    pub(super) tab: RowTab,
    pub(crate) scroll: usize,
}

/// Row that is sent first, and its result.
#[derive(Debug)]
pub(crate) struct SentFirst {
    pub(super) row: u64,
    /// Result; none while the row is being sent.
    pub(super) first: Option<FirstResult>,
    pub(crate) scroll: usize,
}

impl SentFirst {
    pub(crate) fn new(row: u64, first: Option<FirstResult>) -> Self {
        Self { row, first, scroll: 0 }
    }
}

/// What tests of several screens look at.
#[cfg(test)]
impl Review {
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn filter(&self) -> &RowFilter {
        &self.filter
    }

    pub(crate) fn check_mut(&mut self) -> &mut Pending<CheckResult> {
        &mut self.check
    }

    pub(crate) fn rows_mut(&mut self) -> &mut Pending<Vec<ReviewRow>> {
        &mut self.rows
    }
}
