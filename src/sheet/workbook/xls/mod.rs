//! XLS workbooks of Excel 5 to 2003: a sequence of records, of the workbook and then of each sheet ([MS-XLS]).
//!
//! calamine reads neither number formats nor hidden rows here, and misses formulas of older versions, days counted from
//! 1904, and texts that a code page seems to contradict.

mod records;
mod sheet;
mod text;

use std::path::Path;

use super::bytes::{u16_at, u32_at, usize_at};
use super::formats::Formats;
use super::grid::{Grid, TextLimit};
use super::ole;
use super::strings::Strings;
use crate::sheet::SheetFault;
use records::{XlsRecord, XlsRecords, kind};
use text::{Length, RecordPieces, USUAL_PAGE, Writing};

/// An open workbook.
pub(super) struct Xls {
    stream: Vec<u8>,
    sheets: Vec<XlsSheet>,
    globals: Globals,
}

/// A worksheet, not yet read.
struct XlsSheet {
    name: String,
    visible: bool,
    /// Start of its records.
    start: usize,
}

/// Texts, formats and settings that the cells of all worksheets refer to.
struct Globals {
    writing: Writing,
    from_1904: bool,
    strings: Strings,
    formats: Formats,
}

impl Xls {
    pub(super) fn open(path: &Path) -> Result<Self, SheetFault> {
        let stream = ole::workbook_stream(path)?;
        let (globals, sheets) = read_globals(&stream)?;
        Ok(Self { stream, sheets, globals })
    }

    /// The worksheets, and whether each is visible.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.clone(), sheet.visible)).collect()
    }

    /// Reads a worksheet.
    pub(super) fn grid(&self, name: &str, room: TextLimit) -> Result<Grid, SheetFault> {
        let sheet = self.sheets.iter().find(|sheet| sheet.name == name);
        let sheet = sheet.ok_or_else(|| SheetFault::Damaged(format!("worksheet “{name}” is missing")))?;
        sheet::read(&mut XlsRecords::new(&self.stream, sheet.start), &self.globals, room)
    }
}

fn read_globals(stream: &[u8]) -> Result<(Globals, Vec<XlsSheet>), SheetFault> {
    let mut records = XlsRecords::new(stream, 0);
    let first = records.next()?.ok_or_else(XlsRecords::cut_short)?;
    let version = match first.kind {
        kind::BEGIN => u16_at(first.body, 0).ok_or_else(XlsRecords::cut_short)?,
        kind::BEGIN_2 => return Err(SheetFault::TooOld(2)),
        kind::BEGIN_3 => return Err(SheetFault::TooOld(3)),
        kind::BEGIN_4 => return Err(SheetFault::TooOld(4)),
        _ => return Err(SheetFault::damaged("it doesn't begin like a workbook")),
    };
    let writing = if version == 0x0600 { Writing::Unicode } else { Writing::CodePage(USUAL_PAGE) };
    let mut globals =
        Globals { writing, from_1904: false, strings: Strings::default(), formats: Formats::default() };
    let mut sheets = Vec::new();
    while let Some(record) = records.next()? {
        let XlsRecord { kind, body } = record;
        match kind {
            kind::PASSWORD => return Err(SheetFault::Encrypted),
            kind::CODE_PAGE if globals.writing != Writing::Unicode => {
                globals.writing = Writing::CodePage(u16_at(body, 0).ok_or_else(XlsRecords::cut_short)?);
            }
            kind::DATE_MODE => globals.from_1904 = u16_at(body, 0) == Some(1),
            kind::FORMAT => read_format(body, &mut globals)?,
            kind::STYLE => globals.formats.add_style(u16_at(body, 2).ok_or_else(XlsRecords::cut_short)?),
            kind::SHEET => sheets.extend(read_sheet(body, globals.writing)?),
            kind::SHARED_TEXTS => {
                let count = u32_at(body, 4).ok_or_else(XlsRecords::cut_short)?;
                read_strings(RecordPieces::new(records.continued(body)), count, &mut globals.strings)?;
            }
            kind::END => return Ok((globals, sheets)),
            _ => {}
        }
    }
    Err(XlsRecords::cut_short())
}

/// Reads texts up to the end of their record, which is more reliable than their number: some programs get that wrong.
fn read_strings(mut pieces: RecordPieces<'_>, count: u32, strings: &mut Strings) -> Result<(), SheetFault> {
    pieces.skip(8);
    for index in 0_u32.. {
        if pieces.is_empty() {
            break;
        }
        match pieces.text(Length::Two, Writing::Unicode) {
            Ok(text) => strings.push(&text)?,
            Err(_) if index >= count => break,
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(())
}

fn read_format(body: &[u8], globals: &mut Globals) -> Result<(), SheetFault> {
    let length = if globals.writing == Writing::Unicode { Length::Two } else { Length::One };
    let (id, code) = body.split_at_checked(2).ok_or_else(XlsRecords::cut_short)?;
    // Numbers with an unreadable format are shown without one, as in Excel.
    let code = RecordPieces::new(vec![code]).text(length, globals.writing).unwrap_or_default();
    globals.formats.add_code(u16_at(id, 0).ok_or_else(XlsRecords::cut_short)?, &code);
    Ok(())
}

/// Reads a sheet, if it is a worksheet: charts and old macro sheets have no cases.
fn read_sheet(body: &[u8], writing: Writing) -> Result<Option<XlsSheet>, SheetFault> {
    let (about, name) = body.split_at_checked(6).ok_or_else(XlsRecords::cut_short)?;
    let [.., state, sheet_type] = about else { return Err(XlsRecords::cut_short()) };
    if *sheet_type != 0 {
        return Ok(None);
    }
    let name = RecordPieces::new(vec![name]).text(Length::One, writing)?;
    let start = usize_at(about, 0).ok_or_else(XlsRecords::cut_short)?;
    Ok(Some(XlsSheet { name, visible: state % 4 == 0, start }))
}

#[cfg(test)]
mod tests;
