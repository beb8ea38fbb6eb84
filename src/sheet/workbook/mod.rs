//! Workbooks: one worksheet as text, each cell as a person sees it.
//!
//! The text is a record a row, from row 1 on, so that a record's number is the row's number in Excel. Dates are
//! written as `2026-03-04` whatever their format, because that is read the same in every order of day and month.
//! The other number formats are known for XLSX only; in XLSB, XLS and ODS a number has all its digits and no format.

mod error;
mod ole;
mod package;

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Style, Xls,
    XlsError, Xlsb, Xlsx,
};

pub use error::WorkbookError;
use package::Kind;

use super::number_format::{general, render};

/// More text than this is no worksheet of cases.
const LONGEST: usize = 1 << 30;

/// No other worksheet is looked at beside one of so much text.
const LARGE: usize = 4 << 20;

/// Whether the first bytes are those of a workbook: a zip, or an old compound file.
pub(super) fn is_workbook(start: &[u8]) -> bool {
    matches!(start, [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..])
}

/// A worksheet as text.
#[derive(Debug)]
pub(super) struct Converted {
    /// Names of the worksheets that can be read.
    pub(super) worksheets: Vec<String>,
    /// The one that was.
    pub(super) worksheet: String,
    pub(super) text: Vec<u8>,
    pub(super) notes: Vec<String>,
}

/// Opens a workbook and turns one worksheet into text: the named one, or of the visible ones the most like a
/// table, the first of equals.
pub(super) fn convert(path: &Path, wanted: Option<&str>) -> Result<Converted, WorkbookError> {
    // The libraries below are careful, but a broken file must not be what ends the program.
    let result = catch_unwind(AssertUnwindSafe(|| read(path, wanted)));
    result.unwrap_or_else(|_| Err(WorkbookError::damaged(path, "what is in it contradicts itself")))
}

fn read(path: &Path, wanted: Option<&str>) -> Result<Converted, WorkbookError> {
    let mut book = Book::open(path)?;
    let sheets = book.sheets();
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    let list = || names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        let folded = |name: &str| name.trim().to_lowercase();
        let found = names.iter().find(|name| *name == wanted);
        let found = found.or_else(|| names.iter().find(|name| folded(name) == folded(wanted)));
        let found = found.ok_or_else(|| WorkbookError::NoWorksheet {
            path: path.to_path_buf(),
            wanted: wanted.to_owned(),
            there: list(),
        })?;
        let (text, notes) = (book.text(found, path)?.bytes, book.merged(found).into_iter().collect());
        return Ok(Converted { worksheet: found.clone(), worksheets: names, text, notes });
    }
    let hidden: Vec<&String> = sheets.iter().filter(|(_, visible)| !visible).map(|(name, _)| name).collect();
    let mut notes = Vec::new();
    if !hidden.is_empty() {
        let names = hidden.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
        notes.push(format!("hidden worksheets are not read: {names}"));
    }
    let mut best: Option<(String, Text)> = None;
    for (name, _) in sheets.iter().filter(|(_, visible)| *visible) {
        let text = book.text(name, path)?;
        if text.rows > 0 && best.as_ref().is_none_or(|(_, best)| text.like_a_table() > best.like_a_table()) {
            best = Some((name.clone(), text));
        }
        // A worksheet of that size is what the workbook is for.
        if best.as_ref().is_some_and(|(_, best)| best.bytes.len() > LARGE) {
            break;
        }
    }
    let (worksheet, text) = best.ok_or_else(|| WorkbookError::Empty { path: path.to_path_buf() })?;
    notes.extend(book.merged(&worksheet));
    Ok(Converted { worksheets: names, worksheet, text: text.bytes, notes })
}

type Input = BufReader<File>;

/// An open workbook.
enum Book {
    Xlsx(Xlsx<Input>),
    Xlsb(Xlsb<Input>),
    Xls(Xls<Input>),
    Ods(Ods<Input>),
}

impl Book {
    /// Opens what was looked through before: what a file says of its own size need not be true.
    fn open(path: &Path) -> Result<Self, WorkbookError> {
        let file = || File::open(path).map_err(|error| WorkbookError::io(path, &error));
        let mut start = [0; 4];
        std::io::Read::read_exact(&mut file()?, &mut start)
            .map_err(|error| WorkbookError::io(path, &error))?;
        let input = || file().map(BufReader::new);
        let fail = |error: &dyn std::fmt::Display| WorkbookError::damaged(path, &error.to_string());
        if start.starts_with(b"PK") {
            return match package::inspect(path, file()?)? {
                Kind::Xlsx => Xlsx::new(input()?).map(Self::Xlsx).map_err(|error| fail(&error)),
                Kind::Xlsb => Xlsb::new(input()?).map(Self::Xlsb).map_err(|error| fail(&error)),
                Kind::Ods => match Ods::new(input()?) {
                    Err(OdsError::Password) => Err(WorkbookError::encrypted(path)),
                    opened => opened.map(Self::Ods).map_err(|error| fail(&error)),
                },
            };
        }
        ole::inspect(path)?;
        match Xls::new(input()?) {
            Err(XlsError::Password) => Err(WorkbookError::encrypted(path)),
            opened => opened.map(Self::Xls).map_err(|error| fail(&error)),
        }
    }

    /// The worksheets with cells, and whether each is visible.
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let cells = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        cells.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
    }

    /// Says which cells stand for several rows, because only the first of the rows has their value.
    fn merged(&mut self, name: &str) -> Option<String> {
        let Self::Xlsx(book) = self else { return None };
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

    fn text(&mut self, name: &str, path: &Path) -> Result<Text, WorkbookError> {
        let text = match self {
            Self::Xlsx(book) => xlsx(book, name),
            Self::Xlsb(book) => book.worksheet_range(name).map_err(|e| broken(&e)).and_then(|r| whole(&r)),
            Self::Xls(book) => book.worksheet_range(name).map_err(|e| broken(&e)).and_then(|r| whole(&r)),
            Self::Ods(book) => book.worksheet_range(name).map_err(|e| broken(&e)).and_then(|r| whole(&r)),
        };
        text.map_err(|trouble| match trouble {
            Trouble::Broken(reason) => WorkbookError::damaged(path, &reason),
            Trouble::TooLarge => WorkbookError::too_large(path, "the worksheet holds more than 1 GB of text"),
        })
    }
}

/// Why a worksheet cannot be read to its end.
enum Trouble {
    Broken(String),
    TooLarge,
}

fn broken(error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Broken(error.to_string())
}

/// What stands for the result of a formula that the program which wrote it did not store.
const NOT_CALCULATED: &str = "#NOT CALCULATED!";

/// Where a worksheet has formulas without a result.
fn without_result(book: &mut Xlsx<Input>, name: &str) -> Result<HashSet<(u32, u32)>, Trouble> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let mut found = HashSet::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| broken(&error))? {
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            found.insert(cell.pos);
        }
    }
    Ok(found)
}

/// Reads a worksheet cell by cell: the text alone is held.
fn xlsx(book: &mut Xlsx<Input>, name: &str) -> Result<Text, Trouble> {
    let without_result = without_result(book, name)?;
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
    let codes: Vec<Option<String>> = cells.styles().iter().map(code).collect();
    let mut text = Text::default();
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| broken(&error))? {
        let value = Data::from(cell.get_value().clone());
        let shown = if value == Data::Empty && without_result.contains(&cell.get_position()) {
            NOT_CALCULATED.to_owned()
        } else {
            shown(value, codes.get(style).and_then(Option::as_deref))
        };
        text.put(cell.get_position(), &shown)?;
    }
    Ok(text.end())
}

/// A cell as a person sees it.
fn shown(value: Data, code: Option<&str>) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(value) => match code {
            // Whole numbers of more digits than a double carries are no amounts.
            Some(code) if value.unsigned_abs() < 1 << 53 =>
            {
                #[expect(clippy::cast_precision_loss)]
                render(value as f64, code)
            }
            _ => value.to_string(),
        },
        Data::Float(value) => code.map_or_else(|| general(value), |code| render(value, code)),
        Data::String(value) => value,
        Data::Bool(value) => value.to_string().to_uppercase(),
        Data::DateTime(value) => moment(value),
        Data::DateTimeIso(value) => iso(&value),
        Data::DurationIso(value) => duration(&value),
        Data::Error(error) => error.to_string(),
    }
}

/// A cell's number format; none where it shows numbers as they are.
fn code(style: &Style) -> Option<String> {
    let code = &style.number_format.as_ref()?.format_code;
    (!code.eq_ignore_ascii_case("general") && !code.is_empty()).then(|| code.clone())
}

/// The text of a worksheet that is read as a whole.
fn whole(range: &Range<Data>) -> Result<Text, Trouble> {
    let (top, left) = range.start().unwrap_or_default();
    let mut text = Text::default();
    for (row, column, value) in range.used_cells() {
        let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        text.put((at(top, row), at(left, column)), &shown(value.clone(), None))?;
    }
    Ok(text.end())
}

/// A date, a date with its time, a time or a duration.
fn moment(value: ExcelDateTime) -> String {
    let days = value.as_f64();
    if value.is_duration() {
        // Far below 2^53 seconds, and never negative here.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let seconds = (days.abs() * 86_400.0).round() as u64;
        let sign = if days < 0.0 { "-" } else { "" };
        return format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match ((0.0..1.0).contains(&days), time.as_str()) {
        (true, _) => time,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

/// `2026-03-04T00:00:00` without a time that says nothing.
fn iso(value: &str) -> String {
    match value.split_once('T') {
        Some((day, time)) if time.trim_end_matches('Z').chars().all(|c| matches!(c, '0' | ':' | '.')) => {
            day.to_owned()
        }
        Some((day, time)) => format!("{day} {}", time.trim_end_matches('Z')),
        None => value.to_owned(),
    }
}

/// `PT10H30M00S` as `10:30:00`.
fn duration(value: &str) -> String {
    let parts = || {
        let (hours, rest) = value.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        Some(format!("{hours:0>2}:{minutes:0>2}:{seconds:0>2}"))
    };
    parts().unwrap_or_else(|| value.to_owned())
}

/// The text as it grows: rows and columns that are left out are made up for.
#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    /// The row that is being written, and its next column; both from 0.
    row: u32,
    column: u32,
    /// Rows with something in them, and the most cells in one.
    rows: u64,
    widest: u32,
}

impl Text {
    fn put(&mut self, (row, column): (u32, u32), cell: &str) -> Result<(), Trouble> {
        if cell.is_empty() {
            return Ok(());
        }
        if row < self.row || (row == self.row && column < self.column) {
            return Err(Trouble::Broken("its cells are not in order".to_owned()));
        }
        while self.row < row {
            self.end_row();
        }
        self.rows += u64::from(self.column == 0);
        for _ in self.column..column {
            self.bytes.push(b',');
        }
        if self.column > 0 {
            self.bytes.push(b',');
        }
        if cell.contains(['"', ',', '\r', '\n']) {
            self.bytes.push(b'"');
            self.bytes.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(cell.as_bytes());
        }
        self.column = column + 1;
        self.widest = self.widest.max(self.column);
        if self.bytes.len() > LONGEST { Err(Trouble::TooLarge) } else { Ok(()) }
    }

    /// How much like a table of cases it is: above all wide, and of more than one row.
    fn like_a_table(&self) -> u64 {
        u64::from(self.widest) * u64::from(self.widest) * u64::from((self.rows + 1).ilog2())
    }

    fn end_row(&mut self) {
        // An empty line would be no record.
        self.bytes.extend_from_slice(if self.column == 0 { b"\"\"\n" } else { b"\n" });
        self.row += 1;
        self.column = 0;
    }

    fn end(mut self) -> Self {
        if self.column > 0 {
            self.end_row();
        }
        self
    }
}

#[cfg(test)]
mod tests;
