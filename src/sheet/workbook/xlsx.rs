//! XLSX worksheets, cell by cell: only the text is held in memory.

use std::collections::HashSet;

use calamine::{Data, DataRef, Xlsx};

use super::grid::{Grid, NOT_CALCULATED, Trouble};
use super::{Input, put};
use crate::sheet::number_format::Format;

/// Says which cells are merged over several rows, because only the first of the rows has their value.
pub(super) fn merged(book: &mut Xlsx<Input>, name: &str) -> Option<String> {
    let merged = book.merge_cells_by_sheet_name(name).ok()?;
    let mut tall = merged.iter().filter(|cells| cells.end.0 > cells.start.0);
    let first = tall.next()?;
    let (from, to) = (first.start.0 + 1, first.end.0 + 1);
    Some(format!(
        "cells that were merged over several rows have their value in the first row only; the first of {} are in \
         rows {from} to {to}",
        1 + tall.count()
    ))
}

/// Reads a worksheet.
pub(super) fn grid(book: &mut Xlsx<Input>, name: &str) -> Result<Grid, Trouble> {
    let without_result = without_result(book, name)?;
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| Trouble::broken(&error))?;
    let code = |style: &calamine::Style| {
        style.number_format.as_ref().map(|format| Format::parse(&format.format_code)).unwrap_or_default()
    };
    let formats: Vec<Format> = cells.styles().iter().map(code).collect();
    let (mut grid, general) = (Grid::default(), Format::default());
    while let Some((cell, style)) =
        cells.next_cell_with_style_id().map_err(|error| Trouble::broken(&error))?
    {
        let at = cell.get_position();
        match Data::from(cell.get_value().clone()) {
            Data::Empty if without_result.contains(&at) => grid.text(at, NOT_CALCULATED)?,
            value => put(&mut grid, at, value, formats.get(style).unwrap_or(&general))?,
        }
    }
    Ok(grid.end())
}

/// Where a worksheet has formulas without a result.
fn without_result(book: &mut Xlsx<Input>, name: &str) -> Result<HashSet<(u32, u32)>, Trouble> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| Trouble::broken(&error))?;
    let mut found = HashSet::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| Trouble::broken(&error))? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            found.insert(cell.pos);
        }
    }
    Ok(found)
}
