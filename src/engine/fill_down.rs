//! Cells that mean the value above them: blank ones below the first of a group, and ditto marks.

use crate::case::{Edits, is_ditto};
use crate::sheet::{Row, Sheet, SheetError};

use super::facet::case_of_group;

/// Maximum number of cells filled at once: each becomes an edit of its row.
pub const MAX_FILLED: usize = 2_000;
/// Number of rows read together on the way up.
const CHUNK: u64 = 1_000;

/// A cell that can be filled with the value above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledCell {
    /// Data row, from 1.
    pub row: u64,
    /// The cell as in the file, trimmed.
    pub from: String,
    /// The nearest value above.
    pub to: String,
}

/// Returns true if a cell has no value of its own: it is blank, or refers to the row above.
#[must_use]
pub fn is_to_fill(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || is_ditto(cell)
}

/// Returns the cells of a column (from 0) that can be filled, up to one more than [`MAX_FILLED`].
pub fn fill_column(sheet: &Sheet, edits: &Edits, column: usize) -> Result<Vec<FilledCell>, SheetError> {
    let (mut cells, mut above) = (Vec::new(), None);
    for row in sheet.rows_from(1)? {
        let row = row?;
        let Some((text, can_be_copied)) = text_of(&row, edits, column) else { continue };
        match &above {
            _ if !is_to_fill(&text) => above = can_be_copied.then_some(text),
            Some(to) if edits.skip_reason(&edits.apply(&row).row).is_none() => {
                cells.push(FilledCell { row: row.number, from: cell(&row, column), to: to.clone() });
                if cells.len() > MAX_FILLED {
                    break;
                }
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// Returns the cell of a row in a column (from 0) with the nearest value above, if there is one.
pub fn fill_cell(
    sheet: &Sheet,
    edits: &Edits,
    column: usize,
    row: u64,
) -> Result<Option<FilledCell>, SheetError> {
    let mut end = row;
    let mut above: Option<(String, bool)> = None;
    while above.is_none() && end > 1 {
        let start = end.saturating_sub(CHUNK).max(1);
        for row in sheet.rows_from(start)? {
            let row = row?;
            if row.number >= end {
                break;
            }
            above = text_of(&row, edits, column).filter(|(text, _)| !is_to_fill(text)).or(above);
        }
        end = start;
    }
    let above = above.filter(|(_, can_be_copied)| *can_be_copied).map(|(text, _)| text);
    let (Some(to), Some(read)) = (above, sheet.rows_from(row)?.next().transpose()?) else { return Ok(None) };
    Ok(Some(FilledCell { row, from: cell(&read, column), to }))
}

/// Returns a cell with its edits, and whether its text is all of its value; none for a row that is no case of this group.
fn text_of(row: &Row, edits: &Edits, column: usize) -> Option<(String, bool)> {
    let row = case_of_group(row, edits)?;
    let text = cell(&row, column);
    // A workbook may hold more digits than it shows, and a damaged cell isn't to be repeated.
    let is_shown = row.number(column).is_none_or(|number| number.reads_as(&text));
    let is_sound = !row.faults.iter().any(|(_, of)| *of == Some(column));
    Some((text, is_shown && is_sound))
}

fn cell(row: &Row, column: usize) -> String {
    row.cells.get(column).unwrap_or("").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Recipe;
    use crate::engine::test_sheet::sheet;
    use crate::sheet::StoredNumber;

    const TEXT: &str = "Claim,State\n,CA\nC-1,CA\n,NV\nditto,NV\n,,\nC-2,OR\n〃,OR\n,WA\n,\n";

    fn filled(cells: &[FilledCell]) -> Vec<(u64, &str, &str)> {
        cells.iter().map(|cell| (cell.row, cell.from.as_str(), cell.to.as_str())).collect()
    }

    #[test]
    fn blank_cells_and_ditto_marks_get_the_nearest_value_above() {
        let (_file, sheet) = sheet(TEXT);
        let edits = Edits::default();
        let cells = fill_column(&sheet, &edits, 0).unwrap();
        let each = [(3, "", "C-1"), (4, "ditto", "C-1"), (7, "〃", "C-2"), (8, "", "C-2")];
        assert_eq!(filled(&cells), each, "blank rows are no cases, and nothing is above row 1");
        for cell in &cells {
            assert_eq!(fill_cell(&sheet, &edits, 0, cell.row).unwrap().as_ref(), Some(cell));
        }
        assert_eq!(fill_cell(&sheet, &edits, 0, 1).unwrap(), None);
    }

    #[test]
    fn edits_come_first_and_skipped_rows_stay_as_they_are() {
        let (_file, sheet) = sheet(TEXT);
        let recipe = "caseload = 1\n[[fixes]]\ncolumn = \"Claim\"\nrow = 3\nfrom = \"\"\nto = \"C-9\"\n\
                      [[leave_out]]\nrow = 7\n";
        let edits = Edits::new(&Recipe::from_toml(recipe).unwrap(), &sheet.columns()).unwrap();
        let cells = fill_column(&sheet, &edits, 0).unwrap();
        assert_eq!(filled(&cells), [(4, "ditto", "C-9"), (8, "", "C-2")]);
    }

    #[test]
    fn a_number_that_is_shown_rounded_is_not_copied() {
        let stored = |value: f64| {
            let numbers = vec![StoredNumber { column: 0, value }];
            let row = Row { number: 1, cells: vec!["$1,501", "x"].into(), numbers, ..Row::default() };
            text_of(&row, &Edits::default(), 0)
        };
        assert_eq!(stored(1500.756), Some(("$1,501".to_owned(), false)));
        assert_eq!(stored(1501.0), Some(("$1,501".to_owned(), true)));
    }

    #[test]
    fn the_value_above_may_be_far_away_and_the_number_of_cells_is_limited() {
        let rows = MAX_FILLED as u64 + 50;
        let (_file, sheet) = sheet(&(1..rows).fold("N,M\nC-1,x\n".to_owned(), |text, _| text + ",x\n"));
        assert_eq!(fill_column(&sheet, &Edits::default(), 0).unwrap().len(), MAX_FILLED + 1);
        let last = fill_cell(&sheet, &Edits::default(), 0, rows).unwrap().unwrap();
        assert_eq!((last.row, last.to.as_str()), (rows, "C-1"));
    }
}
