//! XLSB workbooks: the parts of an XLSX workbook, each as a list of binary records ([MS-XLSB]).
//!
//! calamine reads neither number formats nor hidden rows here, skips errors, and doesn't know the short cells of
//! `SheetJS`, which don't give their column because it is the next one.

use std::io::{self, Read};

use super::Input;
use super::bytes::{error_text, f64_at, rk_at, u16_at, u32_at, usize_at, utf16};
use super::formats::Formats;
use super::grid::{Grid, MAX_COLUMNS, MAX_ROWS, TextLimit};
use super::parts::{PackagePart, PackageParts};
use super::strings::Strings;
use crate::sheet::SheetFault;

/// Number of bytes kept of each record: the longest text has 65,534, and nothing after it is read.
const KEPT: u64 = 1 << 20;

/// Kinds of records.
mod kind {
    pub(super) const ROW: u16 = 0;
    pub(super) const BLANK: u16 = 1;
    pub(super) const RK: u16 = 2;
    pub(super) const ERROR: u16 = 3;
    pub(super) const BOOL: u16 = 4;
    pub(super) const REAL: u16 = 5;
    pub(super) const TEXT: u16 = 6;
    pub(super) const SHARED: u16 = 7;
    pub(super) const FORMULA_TEXT: u16 = 8;
    pub(super) const FORMULA_REAL: u16 = 9;
    pub(super) const FORMULA_BOOL: u16 = 10;
    pub(super) const FORMULA_ERROR: u16 = 11;
    /// The short forms of `BLANK` to `SHARED`, in the same order.
    pub(super) const SHORT_BLANK: u16 = 12;
    pub(super) const SHORT_SHARED: u16 = 18;
    pub(super) const SHARED_ITEM: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const STYLE: u16 = 47;
    pub(super) const COLUMNS: u16 = 60;
    pub(super) const RICH_TEXT: u16 = 62;
    pub(super) const END_CELLS: u16 = 146;
    pub(super) const BOOK_PROPERTIES: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const MERGED: u16 = 176;
    pub(super) const BEGIN_STYLES: u16 = 617;
    pub(super) const END_STYLES: u16 = 618;
}

/// An open workbook.
pub(super) struct Xlsb {
    parts: PackageParts,
    sheets: Vec<XlsbSheet>,
    shared: XlsbTables,
    from_1904: bool,
}

/// Texts and formats that the cells of all worksheets refer to.
#[derive(Default)]
struct XlsbTables {
    strings: Strings,
    formats: Formats,
}

/// A worksheet, not yet read.
struct XlsbSheet {
    name: String,
    visible: bool,
    part: String,
}

impl Xlsb {
    pub(super) fn open(input: Input) -> Result<Self, SheetFault> {
        let mut parts = PackageParts::open(input)?;
        let root = parts.relations("")?;
        let book = root.into_iter().find(|relation| relation.kind == "officeDocument");
        let book = book.map_or_else(|| "xl/workbook.bin".to_owned(), |relation| relation.target);
        let relations = parts.relations(&book)?;
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        let mut records = XlsbRecords::new(parts.part(&book)?);
        while let Some(kind) = records.next()? {
            match kind {
                kind::BOOK_PROPERTIES => from_1904 = records.u32(0)? & 1 != 0,
                kind::SHEET => {
                    let (id, after) = records.text(8)?;
                    let name = records.text(after)?.0;
                    // Charts, dialogs and old macro sheets have no cases.
                    match relations.iter().find(|relation| relation.id == id) {
                        Some(relation) if relation.kind == "worksheet" => {
                            let (visible, part) = (records.u32(0)? == 0, relation.target.clone());
                            sheets.push(XlsbSheet { name, visible, part });
                        }
                        Some(_) => {}
                        None => {
                            return Err(SheetFault::Damaged(format!(
                                "the part of worksheet “{name}” is missing"
                            )));
                        }
                    }
                }
                _ => {}
            }
        }
        drop(records);
        let target = |kind: &str, usual: &str| {
            let related = relations.iter().find(|relation| relation.kind == kind);
            related.map_or_else(|| usual.to_owned(), |relation| relation.target.clone())
        };
        let mut shared = XlsbTables::default();
        // A workbook without texts or formats has no such parts.
        let part = target("sharedStrings", "xl/sharedStrings.bin");
        if parts.has(&part) {
            read_strings(XlsbRecords::new(parts.part(&part)?), &mut shared.strings)?;
        }
        let part = target("styles", "xl/styles.bin");
        if parts.has(&part) {
            read_formats(XlsbRecords::new(parts.part(&part)?), &mut shared.formats)?;
        }
        Ok(Self { parts, sheets, shared, from_1904 })
    }

    /// The worksheets, and whether each is visible.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect()
    }

    /// Reads a worksheet.
    pub(super) fn grid(&mut self, name: &str, room: TextLimit) -> Result<Grid, SheetFault> {
        let Self { parts, sheets, shared, from_1904 } = self;
        let sheet = sheets.iter().find(|sheet| sheet.name == name);
        let sheet = sheet.ok_or_else(|| SheetFault::Damaged(format!("worksheet “{name}” is missing")))?;
        let mut records = XlsbRecords::new(parts.part(&sheet.part)?);
        let mut grid = Grid::new(room, *from_1904);
        // Cells before the first row would be in no row.
        let (mut row, mut next_column, mut ended) = (None, 0, false);
        while let Some(kind) = records.next()? {
            match kind {
                kind::COLUMNS => {
                    let end = records.u32(4)?.saturating_add(1).min(MAX_COLUMNS);
                    if records.u16(16)? & 1 != 0 {
                        grid.hidden_columns.add(records.u32(0)?..end);
                    }
                }
                kind::ROW if !ended => {
                    let this = records.u32(0)?;
                    if records.u16(10)? & 0x1000 != 0 && this < MAX_ROWS {
                        grid.hidden_rows.add(this..this + 1);
                    }
                    (row, next_column) = (Some(this), 0);
                }
                kind::BLANK..=kind::SHORT_SHARED | kind::RICH_TEXT if !ended => {
                    let short = (kind::SHORT_BLANK..=kind::SHORT_SHARED).contains(&kind);
                    let (column, style) = if short { (next_column, 0) } else { (records.u32(0)?, 4) };
                    next_column = column.saturating_add(1);
                    let row =
                        row.ok_or_else(|| SheetFault::Damaged("it has a cell outside of a row".into()))?;
                    let cell = XlsbCell { kind: if short { kind - 11 } else { kind }, value: style + 4 };
                    // The upper byte of the style says how phonetic text is shown.
                    let style = records.u32(style)? & 0x00FF_FFFF;
                    shared.put(&mut grid, (row, column), style, &cell, &records)?;
                }
                kind::END_CELLS => ended = true,
                kind::MERGED => grid.merge(records.u32(0)?, records.u32(4)?),
                _ => {}
            }
        }
        if !ended {
            return Err(SheetFault::Damaged(format!("worksheet “{name}” is cut short")));
        }
        Ok(grid.end())
    }
}

impl XlsbTables {
    /// Adds a cell.
    fn put(
        &self,
        grid: &mut Grid,
        at: (u32, u32),
        style: u32,
        cell: &XlsbCell,
        records: &XlsbRecords<PackagePart<'_>>,
    ) -> Result<(), SheetFault> {
        let value = cell.value;
        let format = self.formats.of(style);
        match cell.kind {
            kind::RK => grid.number(at, rk_at(&records.body, value).ok_or_else(cut_short)?, format),
            kind::REAL | kind::FORMULA_REAL => {
                grid.number(at, f64_at(&records.body, value).ok_or_else(cut_short)?, format)
            }
            kind::TEXT | kind::FORMULA_TEXT => grid.formatted_text(at, &records.text(value)?.0, format),
            // A byte before the text says whether its parts are written differently.
            kind::RICH_TEXT => grid.formatted_text(at, &records.text(value + 1)?.0, format),
            kind::SHARED => grid.formatted_text(at, self.strings.get(records.u32(value)?)?, format),
            kind::BOOL | kind::FORMULA_BOOL => {
                grid.text(at, if records.u8(value)? == 0 { "FALSE" } else { "TRUE" })
            }
            kind::ERROR | kind::FORMULA_ERROR => grid.text(at, error_text(records.u8(value)?)),
            _ => Ok(()),
        }
    }
}

/// Kind of a cell, and position of the value in its record.
struct XlsbCell {
    kind: u16,
    value: usize,
}

fn read_strings(mut records: XlsbRecords<PackagePart<'_>>, strings: &mut Strings) -> Result<(), SheetFault> {
    while let Some(kind) = records.next()? {
        if kind == kind::SHARED_ITEM {
            strings.push(&records.text(1)?.0)?;
        }
    }
    Ok(())
}

fn read_formats(mut records: XlsbRecords<PackagePart<'_>>, formats: &mut Formats) -> Result<(), SheetFault> {
    // The same records also describe named styles, which cells don't count.
    let mut of_cells = false;
    while let Some(kind) = records.next()? {
        match kind {
            kind::FORMAT => formats.add_code(records.u16(0)?, &records.text(2)?.0),
            kind::BEGIN_STYLES => of_cells = true,
            kind::END_STYLES => of_cells = false,
            kind::STYLE if of_cells => formats.add_style(records.u16(2)?),
            _ => {}
        }
    }
    Ok(())
}

fn cut_short() -> SheetFault {
    SheetFault::Damaged("one of its records is cut short".to_owned())
}

/// The records of a part.
struct XlsbRecords<R> {
    input: R,
    body: Vec<u8>,
}

impl<R: Read> XlsbRecords<R> {
    fn new(input: R) -> Self {
        Self { input, body: Vec::new() }
    }

    /// Reads the next record and returns its kind.
    fn next(&mut self) -> Result<Option<u16>, SheetFault> {
        let Some(first) = self.byte()? else { return Ok(None) };
        let mut kind = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            kind |= u16::from(self.byte()?.ok_or_else(cut_short)? & 0x7F) << 7;
        }
        let mut length = 0_u64;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?.ok_or_else(cut_short)?;
            length |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.body.clear();
        let fail = |error: io::Error| SheetFault::damaged(&error);
        let read = self.input.by_ref().take(length.min(KEPT)).read_to_end(&mut self.body).map_err(fail)?;
        let rest = length.saturating_sub(KEPT);
        let skipped = io::copy(&mut self.input.by_ref().take(rest), &mut io::sink()).map_err(fail)?;
        let all = u64::try_from(read).unwrap_or(u64::MAX).saturating_add(skipped) == length;
        if all { Ok(Some(kind)) } else { Err(cut_short()) }
    }

    fn byte(&mut self) -> Result<Option<u8>, SheetFault> {
        let mut byte = [0];
        let read = self.input.read(&mut byte).map_err(|error| SheetFault::damaged(&error))?;
        Ok((read == 1).then_some(byte[0]))
    }

    fn u8(&self, at: usize) -> Result<u8, SheetFault> {
        self.body.get(at).copied().ok_or_else(cut_short)
    }

    fn u16(&self, at: usize) -> Result<u16, SheetFault> {
        u16_at(&self.body, at).ok_or_else(cut_short)
    }

    fn u32(&self, at: usize) -> Result<u32, SheetFault> {
        u32_at(&self.body, at).ok_or_else(cut_short)
    }

    /// Returns the text at `at`, and its end.
    fn text(&self, at: usize) -> Result<(String, usize), SheetFault> {
        let find = || {
            let start = at.checked_add(4)?;
            // A missing text has a special length.
            let length = usize_at(&self.body, at).filter(|length| *length != 0xFFFF_FFFF).unwrap_or(0);
            let end = start.checked_add(length.checked_mul(2)?)?;
            Some((utf16(self.body.get(start..end)?), end))
        };
        find().ok_or_else(cut_short)
    }
}

#[cfg(test)]
mod tests;
