//! What is known of the rows, and which of them are shown.

use crate::app::{Checked, Seen};
use crate::case::{Code, Problem, Recipe};
use crate::engine::First;
use crate::ledger::ImportId;
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::pending::Pending;

/// What is known of the rows.
#[derive(Debug, Default)]
pub(crate) struct Review {
    /// What the check has found, before the last change while another one is awaited.
    pub(crate) check: Pending<Checked>,
    pub(crate) show: RowFilter,
    /// The numbers of the rows that are shown, rising; none when all are.
    pub(crate) numbers: Option<Vec<u64>>,
    /// The rows that hold the text that was looked for.
    pub(crate) holding: Vec<u64>,
    /// The rows that were fetched, in order.
    pub(crate) rows: Pending<Vec<Seen>>,
    /// Cursor: which of the rows that are shown, from 0.
    pub(crate) cursor: usize,
    /// Cursor: which of the columns, in the order they are shown.
    pub(crate) column: usize,
    /// What the check was about: an unchanged import need not be checked again.
    pub(super) of: Option<(ImportId, Recipe)>,
    /// The rows that are on their way.
    pub(super) asked: Vec<u64>,
    pub(super) same_text: Option<SameText>,
}

impl Review {
    /// How many rows are shown, of so many.
    pub(crate) fn len(&self, rows: u64) -> usize {
        self.numbers.as_ref().map_or_else(|| usize::try_from(rows).unwrap_or(usize::MAX), Vec::len)
    }

    /// The number of a row that is shown.
    pub(crate) fn number(&self, index: usize) -> Option<u64> {
        match &self.numbers {
            Some(numbers) => numbers.get(index).copied(),
            None => Some(index as u64 + 1),
        }
    }

    /// A row by its number, when it was fetched.
    pub(crate) fn seen(&self, number: u64) -> Option<&Seen> {
        let rows = self.rows.value()?;
        rows.get(rows.binary_search_by_key(&number, |seen| seen.row.number).ok()?)
    }

    /// The row under the cursor, when it was fetched.
    pub(crate) fn under(&self) -> Option<&Seen> {
        self.seen(self.number(self.cursor)?)
    }

    /// Why there is no check, or no rows.
    pub(crate) fn failure(&self) -> Option<&Sentence> {
        self.check.failure().or(self.rows.failure())
    }

    pub(super) fn problems(&self) -> &[Problem] {
        self.check.value().map_or(&[], |found| &found.problems)
    }

    /// The reported problems of a row, from 1.
    pub(crate) fn problems_of(&self, row: u64) -> impl Iterator<Item = &Problem> {
        let problems = self.problems();
        let start = problems.partition_point(|problem| problem.row < row);
        problems.iter().skip(start).take_while(move |problem| problem.row == row)
    }

    /// Whether the row under the cursor is excluded as a duplicate or as no case, and may be sent anyway.
    pub(super) fn is_duplicate(&self) -> bool {
        let row = self.number(self.cursor).unwrap_or(0);
        self.problems_of(row).any(|problem| problem.code.may_be_sent_anyway())
    }

    /// Finds the rows to show, and keeps the cursor on the row it was on or the next one. Shows all rows, and gives
    /// false, when there are none of that kind.
    pub(crate) fn list(&mut self, show: RowFilter) -> bool {
        let here = self.number(self.cursor).unwrap_or(1);
        let wanted = self.numbers_of(&show);
        let found = wanted.as_ref().is_none_or(|numbers| !numbers.is_empty());
        (self.show, self.numbers) = if found { (show, wanted) } else { (RowFilter::All, None) };
        self.cursor = match &self.numbers {
            Some(numbers) => {
                numbers.partition_point(|number| *number < here).min(numbers.len().saturating_sub(1))
            }
            None => usize::try_from(here.saturating_sub(1)).unwrap_or(0),
        };
        found
    }

    pub(super) fn numbers_of(&self, show: &RowFilter) -> Option<Vec<u64>> {
        let problems = self.problems();
        if matches!(show, RowFilter::Text(_)) {
            return Some(self.holding.clone());
        }
        (*show != RowFilter::All).then(|| {
            let mut numbers: Vec<u64> =
                problems.iter().filter(|problem| show.fits(problem)).map(|problem| problem.row).collect();
            numbers.dedup();
            numbers
        })
    }
}

/// The count of the rows with the text that is about to be fixed in all of them.
#[derive(Debug)]
pub(super) struct SameText {
    pub(super) ticket: Ticket,
    pub(super) text: String,
    /// None until it was counted.
    pub(super) rows: Option<u64>,
}

/// Which rows are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum RowFilter {
    #[default]
    All,
    /// Rows with a problem.
    Problems,
    /// Rows with a problem of this code in this column.
    Group(Code, Option<String>),
    /// Rows that hold this text in any cell.
    Text(String),
}

impl RowFilter {
    pub(crate) fn fits(&self, problem: &Problem) -> bool {
        match self {
            Self::All | Self::Text(_) => true,
            // What a person left out, or left to another import, is nothing to look at again.
            Self::Problems => !problem.code.is_on_purpose(),
            Self::Group(code, column) => problem.code == *code && problem.column == *column,
        }
    }
}

/// What is shown of the row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RowTab {
    /// Each value with the cells it comes from.
    #[default]
    Case,
    /// Each cell with where it goes.
    Cells,
    /// The body of the request.
    Json,
}

impl RowTab {
    pub(crate) const ALL: [Self; 3] = [Self::Case, Self::Cells, Self::Json];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Cells => "cells",
            Self::Json => "JSON",
        }
    }
}

/// A row over the whole screen.
#[derive(Debug)]
pub(crate) struct RowView {
    pub(crate) seen: Seen,
    pub(crate) face: RowTab,
    pub(crate) scroll: usize,
}

/// A row that is being sent alone, or was.
#[derive(Debug)]
pub(crate) struct SentFirst {
    pub(crate) row: u64,
    /// What became of it; none while it is under way.
    pub(crate) first: Option<First>,
    pub(crate) scroll: usize,
}
