//! A worksheet of an ODS workbook, row by row. A row or a cell may be repeated many times.

use quick_xml::events::BytesStart;

use super::super::grid::{Grid, MAX_COLUMNS, MAX_ROWS, TextLimit, beyond};
use super::super::xml;
use super::CONTENT;
use super::cell::{OdsCell, count};
use crate::sheet::SheetFault;

/// A worksheet being read.
pub(super) struct OdsTable {
    grid: Grid,
    room: TextLimit,
    /// Reason why the rest can't be read.
    trouble: Option<SheetFault>,
    /// The next column to be declared hidden or visible.
    next_column: u32,
    row: OdsRow,
}

/// The row being read.
#[derive(Default)]
struct OdsRow {
    /// Number of the row, from 0.
    number: u32,
    times: u32,
    hidden: bool,
    next_column: u32,
    /// Column, number of times, and the written cell.
    cells: Vec<(u32, u32, String)>,
    /// Length of the cells, in bytes.
    length: usize,
}

/// Returns how often a row or a column repeats, and whether it is hidden.
fn times_and_hidden(tag: &BytesStart<'_>, most: u32) -> Result<(u32, bool), SheetFault> {
    let (mut times, mut hidden) = (1, false);
    xml::attributes(tag, CONTENT, |name, value| match name {
        "table:number-rows-repeated" | "table:number-columns-repeated" => times = count(value, most),
        "table:visibility" => hidden = matches!(value, "collapse" | "filter"),
        _ => {}
    })?;
    Ok((times, hidden))
}

impl OdsTable {
    pub(super) fn new(room: TextLimit) -> Self {
        let grid = Grid::new(room, false);
        Self { grid, room, trouble: None, next_column: 0, row: OdsRow::default() }
    }

    pub(super) fn columns(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetFault> {
        let (times, hidden) = times_and_hidden(tag, MAX_COLUMNS)?;
        let end = self.next_column.saturating_add(times).min(MAX_COLUMNS);
        if hidden {
            self.grid.hidden_columns.add(self.next_column..end);
        }
        self.next_column = end;
        Ok(())
    }

    pub(super) fn start_row(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetFault> {
        let (times, hidden) = times_and_hidden(tag, MAX_ROWS)?;
        let number = self.row.number.saturating_add(self.row.times);
        self.row = OdsRow { number, times, hidden, ..OdsRow::default() };
        Ok(())
    }

    /// Skips a cell.
    pub(super) fn skip(&mut self, cell: &OdsCell) {
        self.row.next_column = self.row.next_column.saturating_add(cell.times);
    }

    pub(super) fn add(&mut self, cell: OdsCell) {
        let (column, times, number) = (self.row.next_column, cell.times, self.row.number);
        self.skip(&cell);
        if cell.rows > 1 {
            self.grid.merge(number, number.saturating_add(cell.rows - 1));
        }
        let Some(cell) = cell.written().filter(|_| self.trouble.is_none()) else { return };
        if column >= MAX_COLUMNS {
            self.trouble = Some(beyond(number, column));
            return;
        }
        // The row is kept until the number of its repetitions is known.
        self.row.length += cell.len();
        self.trouble = self.room.hold(self.row.length).err();
        self.row.cells.push((column, times, cell));
    }

    pub(super) fn end_row(&mut self) {
        let (first, end) = (self.row.number, self.row.number.saturating_add(self.row.times));
        if self.row.hidden {
            self.grid.hidden_rows.add(first..end.min(MAX_ROWS));
        }
        let cells = std::mem::take(&mut self.row.cells);
        if self.trouble.is_none() && !cells.is_empty() {
            self.trouble = (first..end).try_for_each(|row| self.put(row, &cells)).err();
        }
    }

    fn put(&mut self, row: u32, cells: &[(u32, u32, String)]) -> Result<(), SheetFault> {
        for (first, times, cell) in cells {
            for column in *first..first.saturating_add(*times) {
                self.grid.put((row, column), cell)?;
            }
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<Grid, SheetFault> {
        match self.trouble {
            Some(trouble) => Err(trouble),
            None => Ok(self.grid.end()),
        }
    }
}
