//! How the table of Review is arranged: sorted rows; hidden, wide and frozen columns. Nothing of it is sent or saved.

use std::collections::BTreeSet;

/// Arrangement of the table. Columns are counted from 0, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrangement {
    sort: Option<Sort>,
    hidden: BTreeSet<usize>,
    wide: BTreeSet<usize>,
    /// Frozen columns beside the first, which is always frozen.
    frozen: usize,
}

/// Rows sorted by a column.
#[derive(Debug, Clone)]
pub(super) struct Sort {
    pub(super) column: usize,
    /// Whether the highest value is first.
    pub(super) descending: bool,
    /// All rows, in this order.
    pub(super) rows: Vec<u64>,
}

impl Arrangement {
    /// Keeps what concerns columns; the rows may be others now.
    pub(super) fn of_columns(self) -> Self {
        Self { sort: None, ..self }
    }

    /// Returns the sorted rows; `None` for the order of the file.
    pub(super) fn rows(&self) -> Option<&[u64]> {
        self.sort.as_ref().map(|sort| sort.rows.as_slice())
    }

    /// Returns the column that the rows are sorted by, and whether the highest value is first.
    pub(crate) fn sorted_by(&self) -> Option<(usize, bool)> {
        self.sort.as_ref().map(|sort| (sort.column, sort.descending))
    }

    pub(crate) fn is_wide(&self, column: usize) -> bool {
        self.wide.contains(&column)
    }

    pub(crate) fn is_hidden(&self, column: usize) -> bool {
        self.hidden.contains(&column)
    }

    /// Returns the number of hidden columns.
    pub(crate) fn hidden(&self) -> usize {
        self.hidden.len()
    }

    /// Returns the number of columns that stay in sight.
    pub(crate) fn frozen(&self) -> usize {
        self.frozen + 1
    }

    pub(super) fn set_sort(&mut self, sort: Option<Sort>) {
        self.sort = sort;
    }

    pub(super) fn hide(&mut self, column: usize) {
        self.hidden.insert(column);
    }

    pub(super) fn show(&mut self, column: usize) {
        self.hidden.remove(&column);
    }

    pub(super) fn show_all(&mut self) {
        self.hidden.clear();
    }

    /// Shows a column in full width, or in its usual one again.
    pub(super) fn toggle_wide(&mut self, column: usize) {
        if !self.wide.remove(&column) {
            self.wide.insert(column);
        }
    }

    /// Freezes the columns up to a place of the table, or only the first one again. Returns how many are frozen.
    pub(super) fn toggle_frozen(&mut self, place: usize) -> usize {
        self.frozen = if self.frozen == place { 0 } else { place };
        self.frozen()
    }
}
