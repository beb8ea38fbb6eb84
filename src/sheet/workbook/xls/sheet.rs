//! The cells of an XLS worksheet. Excel writes them in blocks of rows, other programs in any order.

use std::collections::BTreeSet;

use super::super::bytes::{error_text, f64_at, rk_at, u16_at, u32_at};
use super::super::grid::{Grid, NOT_CALCULATED, TextLimit};
use super::Globals;
use super::records::{XlsRecord, XlsRecords, kind};
use super::text::{Length, RecordPieces};
use crate::sheet::SheetFault;

/// Limits of a worksheet, which ends at row 65,536 and column IV.
const MAX_COLUMNS: u16 = 256;
const MAX_CELLS: usize = 65_536 * 256;

/// Value of a cell.
enum XlsValue {
    Number(f64),
    Shared(u32),
    Text(Box<str>),
    Bool(bool),
    Error(u8),
    /// A formula without a result.
    NotCalculated,
    /// A zero or an empty text, which may be the result of a formula or stand for a missing one.
    Placeholder {
        zero: bool,
    },
}

struct XlsCell {
    row: u16,
    column: u16,
    style: u16,
    value: XlsValue,
}

/// The part of a worksheet that was read.
#[derive(Default)]
struct PartialSheet {
    cells: Vec<XlsCell>,
    /// Whether the last cell is a formula whose text follows in a separate record.
    waits_for_text: bool,
    /// Whether a formula has a result that only a program that calculates can write.
    calculated: bool,
    /// Rows with their own setting of being hidden, and the setting for all others.
    rows: BTreeSet<u16>,
    others_hidden: bool,
}

/// Reads a worksheet.
pub(super) fn read(
    records: &mut XlsRecords<'_>,
    globals: &Globals,
    room: TextLimit,
) -> Result<Grid, SheetFault> {
    match records.next()? {
        Some(XlsRecord { kind: kind::BEGIN, .. }) => {}
        // Bytes inside another record could look like any record.
        _ => return Err(SheetFault::Damaged("one of its worksheets isn't where it should be".to_owned())),
    }
    let mut grid = Grid::new(room, globals.from_1904);
    let mut sheet = PartialSheet::default();
    // Charts within a worksheet begin and end as sheets do.
    let mut inner = 0_u32;
    loop {
        let record = records.next()?.ok_or_else(XlsRecords::cut_short)?;
        match record.kind {
            kind::BEGIN => inner += 1,
            kind::END if inner == 0 => break,
            kind::END => inner -= 1,
            _ if inner > 0 => {}
            _ => sheet.take(record, records, globals, &mut grid).ok_or_else(XlsRecords::cut_short)??,
        }
    }
    sheet.put_into(grid, globals)
}

impl PartialSheet {
    /// Processes a record; `None` if it is cut short.
    fn take<'a>(
        &mut self,
        XlsRecord { kind, body }: XlsRecord<'a>,
        records: &mut XlsRecords<'a>,
        globals: &Globals,
        grid: &mut Grid,
    ) -> Option<Result<(), SheetFault>> {
        match kind {
            kind::ROW => {
                let row = u16_at(body, 0)?;
                self.rows.insert(row);
                if u16_at(body, 12)? & 0x20 != 0 {
                    grid.hidden_rows.add(u32::from(row)..u32::from(row) + 1);
                }
            }
            kind::USUAL_ROW => self.others_hidden = u16_at(body, 0)? & 2 != 0,
            kind::COLUMNS => {
                if u16_at(body, 8)? & 1 != 0 {
                    let last = u16_at(body, 2)?.min(MAX_COLUMNS - 1);
                    grid.hidden_columns.add(u16_at(body, 0)?.into()..u32::from(last) + 1);
                }
            }
            kind::MERGED => {
                for cells in body.get(2..)?.chunks_exact(8) {
                    grid.merge(u16_at(cells, 0)?.into(), u16_at(cells, 2)?.into());
                }
            }
            kind::RESULT | kind::RESULT_2 if self.waits_for_text => {
                let length = if kind == kind::RESULT { Length::Two } else { Length::One };
                let text = RecordPieces::new(records.continued(body)).text(length, globals.writing);
                self.waits_for_text = false;
                let cell = self.cells.last_mut()?;
                match text {
                    Ok(text) => {
                        cell.value = XlsValue::Text(text.into());
                        self.calculated = true;
                    }
                    Err(trouble) => return Some(Err(trouble)),
                }
            }
            _ => return self.take_cell(XlsRecord { kind, body }, records, globals),
        }
        Some(Ok(()))
    }

    fn take_cell<'a>(
        &mut self,
        XlsRecord { kind, body }: XlsRecord<'a>,
        records: &mut XlsRecords<'a>,
        globals: &Globals,
    ) -> Option<Result<(), SheetFault>> {
        let value = match kind {
            kind::RK | kind::RK_5 => XlsValue::Number(rk_at(body, 6)?),
            kind::REAL => XlsValue::Number(f64_at(body, 6)?),
            kind::SHARED_TEXT => XlsValue::Shared(u32_at(body, 6)?),
            kind::TEXT | kind::RICH_TEXT => {
                let mut pieces = records.continued(body);
                *pieces.first_mut()? = body.get(6..)?;
                match RecordPieces::new(pieces).text(Length::Two, globals.writing) {
                    Ok(text) => XlsValue::Text(text.into()),
                    Err(trouble) => return Some(Err(trouble)),
                }
            }
            kind::BOOL_OR_ERROR => match *body.get(6..8)? {
                [value, 0] => XlsValue::Bool(value != 0),
                [code, _] => XlsValue::Error(code),
                _ => return None,
            },
            kind::FORMULA | kind::FORMULA_3 | kind::FORMULA_4 => self.result(body)?,
            kind::SEVERAL_RK => {
                let cells = body.get(4..body.len().checked_sub(2)?)?.chunks_exact(6);
                for (column, cell) in (u16_at(body, 2)?..).zip(cells) {
                    let value = XlsValue::Number(rk_at(cell, 2)?);
                    let cell = XlsCell { row: u16_at(body, 0)?, column, style: u16_at(cell, 0)?, value };
                    if let Err(trouble) = self.add(cell) {
                        return Some(Err(trouble));
                    }
                }
                return Some(Ok(()));
            }
            _ => return Some(Ok(())),
        };
        let waits = matches!(value, XlsValue::NotCalculated);
        let cell =
            XlsCell { row: u16_at(body, 0)?, column: u16_at(body, 2)?, style: u16_at(body, 4)?, value };
        let added = self.add(cell);
        self.waits_for_text = waits;
        Some(added)
    }

    fn add(&mut self, cell: XlsCell) -> Result<(), SheetFault> {
        if cell.column >= MAX_COLUMNS || self.cells.len() >= MAX_CELLS {
            return Err(SheetFault::Damaged(
                "it has cells beyond column IV, where a worksheet ends".to_owned(),
            ));
        }
        self.cells.push(cell);
        self.waits_for_text = false;
        Ok(())
    }

    /// The result of a formula.
    fn result(&mut self, body: &[u8]) -> Option<XlsValue> {
        // Excel stamps each formula it calculates; LibreOffice marks it to be calculated on opening only.
        let stamped = u32_at(body, 16).is_some_and(|stamp| stamp != 0) || u16_at(body, 14)? & 3 == 2;
        let value = match *body.get(6..14)? {
            // The text follows in a separate record, or there is none.
            [0, .., 0xFF, 0xFF] => return Some(XlsValue::NotCalculated),
            [1, _, value, .., 0xFF, 0xFF] => XlsValue::Bool(value != 0),
            [2, _, code, .., 0xFF, 0xFF] => XlsValue::Error(code),
            [_, .., 0xFF, 0xFF] => XlsValue::Placeholder { zero: false },
            _ => match f64_at(body, 6)? {
                0.0 => XlsValue::Placeholder { zero: true },
                number => XlsValue::Number(number),
            },
        };
        self.calculated |= stamped || !matches!(value, XlsValue::Placeholder { .. });
        Some(value)
    }

    /// Writes the cells in their order.
    fn put_into(mut self, mut grid: Grid, globals: &Globals) -> Result<Grid, SheetFault> {
        // Of two cells in the same place the later one counts, as in Excel.
        self.cells.reverse();
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
        self.cells.dedup_by_key(|cell| (cell.row, cell.column));
        for XlsCell { row, column, style, value } in self.cells {
            let at = (u32::from(row), u32::from(column));
            let format = globals.formats.of(style.into());
            if self.others_hidden && !self.rows.contains(&row) {
                grid.hidden_rows.add(at.0..at.0 + 1);
            }
            match value {
                XlsValue::Number(value) => grid.number(at, value, format)?,
                XlsValue::Shared(index) => {
                    grid.formatted_text(at, globals.strings.get(index)?, format)?;
                }
                XlsValue::Text(text) => grid.formatted_text(at, &text, format)?,
                XlsValue::Bool(value) => grid.text(at, if value { "TRUE" } else { "FALSE" })?,
                XlsValue::Error(code) => grid.text(at, error_text(code))?,
                XlsValue::NotCalculated => grid.text(at, NOT_CALCULATED)?,
                XlsValue::Placeholder { .. } if !self.calculated => grid.text(at, NOT_CALCULATED)?,
                XlsValue::Placeholder { zero: true } => grid.number(at, 0.0, format)?,
                XlsValue::Placeholder { zero: false } => {}
            }
        }
        Ok(grid.end())
    }
}
