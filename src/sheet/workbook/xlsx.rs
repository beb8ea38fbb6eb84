//! Reads XLSX worksheets cell by cell, with only the text in memory.
//!
//! calamine reads the cells. What it ignores is read separately: hidden rows and columns, formulas that were never
//! calculated, and text that is struck through.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, XlsxError};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::grid::{Grid, MAX_COLUMNS, MAX_ROWS, NOT_CALCULATED, TextLimit, beyond};
use super::merged::MergedRows;
use super::parts::PackageParts;
use super::spans::Spans;
use super::strike::{Strike, StruckCells, StruckTexts, TextRuns};
use super::{Input, put, xml};
use crate::sheet::SheetFault;
use crate::sheet::number_format::NumberFormat;

/// Error values that calamine knows; it has no name for those of newer and other programs.
const KNOWN_ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
/// Maximum length of a worksheet's XML that is rewritten for unknown error values, in bytes.
const MAX_MENDED: u64 = 256 << 20;

/// Opens a workbook.
pub(super) fn open(path: &Path, parts: &mut PackageParts) -> Result<Xlsx<Input>, SheetFault> {
    let file = File::open(path).map_err(|error| SheetFault::io(&error))?;
    match Xlsx::new(BufReader::new(file)) {
        Ok(book) => Ok(book),
        Err(error) => {
            // calamine refuses a workbook that also has an old macro sheet (.xlsm from Excel 4 files).
            let other = without_other_sheets(parts)?;
            let other = other.ok_or_else(|| refused(&error))?;
            Xlsx::new(BufReader::new(other)).map_err(|error| refused(&error))
        }
    }
}

/// Converts an error of calamine, whose texts are for programmers.
fn refused(error: &XlsxError) -> SheetFault {
    match error {
        XlsxError::Password => SheetFault::Encrypted,
        XlsxError::FileNotFound(part) => SheetFault::Damaged(format!("its part {part} is missing")),
        XlsxError::WorksheetNotFound(name) => SheetFault::Damaged(format!("worksheet “{name}” is missing")),
        _ => SheetFault::Damaged("its parts don't follow the format".to_owned()),
    }
}

/// Copies the workbook without sheets that aren't worksheets; `None` if there are none.
fn without_other_sheets(parts: &mut PackageParts) -> Result<Option<File>, SheetFault> {
    let Some(main) = parts.main()?.filter(|main| parts.has(main)) else { return Ok(None) };
    let (relations, text) = (parts.relations(&main)?, parts.text(&main)?);
    let (mut reader, mut kept, mut from) = (Reader::from_str(&text), String::with_capacity(text.len()), 0);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event().map_err(|_| xml::broken(&main))? {
            Event::Empty(tag) if tag.local_name().as_ref() == "sheet" => {
                let mut id = String::new();
                xml::attributes(&tag, &main, |key, value| {
                    if key.rsplit(':').next() == Some("id") {
                        value.clone_into(&mut id);
                    }
                })?;
                if relations.iter().any(|relation| relation.id == id && relation.kind != "worksheet") {
                    kept.push_str(text.get(from..start).unwrap_or_default());
                    from = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if from == 0 {
        return Ok(None);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    parts.with_text(&main, &kept).map(Some)
}

/// Returns the cells merged over several rows.
pub(super) fn merged(book: &mut Xlsx<Input>, name: &str) -> MergedRows {
    let mut merged = MergedRows::default();
    for cells in book.merge_cells_by_sheet_name(name).unwrap_or_default() {
        merged.add(cells.start.0, cells.end.0);
    }
    merged
}

/// Reads a worksheet of the file at `path`, which `book` has open.
pub(super) fn grid(
    book: &mut Xlsx<Input>,
    path: &Path,
    name: &str,
    struck_texts: &StruckTexts,
    room: TextLimit,
) -> Result<Grid, SheetFault> {
    let beside = read_facts(path, name, struck_texts)?;
    let mut mended = if beside.unknown_errors { with_errors_as_text(path, name)? } else { None };
    let book = mended.as_mut().unwrap_or(book);
    let from_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| refused(&error))?;
    let code = |style: &calamine::Style| {
        style
            .number_format
            .as_ref()
            .map(|format| NumberFormat::parse(&format.format_code))
            .unwrap_or_default()
    };
    let formats: Vec<NumberFormat> = cells.styles().iter().map(code).collect();
    let is_struck =
        |style: &calamine::Style| style.font.as_ref().is_some_and(calamine::Font::has_strikethrough);
    let struck: Vec<bool> = cells.styles().iter().map(is_struck).collect();
    let general = NumberFormat::default();
    let mut grid = Grid::new(room, from_1904);
    grid.struck = beside.struck;
    (grid.hidden_rows, grid.hidden_columns) = (beside.hidden_rows, beside.hidden_columns);
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| refused(&error))? {
        let at = cell.get_position();
        match Data::from(cell.get_value().clone()) {
            Data::Empty if beside.not_calculated.contains(&at) => grid.text(at, NOT_CALCULATED)?,
            value => {
                let has_text = struck.get(style) == Some(&true) && !value.to_string().trim().is_empty();
                put(&mut grid, at, value, formats.get(style).unwrap_or(&general))?;
                if has_text {
                    grid.struck.add(at, Strike::Whole);
                }
            }
        }
    }
    Ok(grid.end())
}

/// Copies the workbook with the error values of a worksheet as text, and opens it: calamine refuses a whole file for a
/// newer error, such as `#SPILL!`. `None` for a worksheet too large to hold in memory as it is in the file.
fn with_errors_as_text(path: &Path, name: &str) -> Result<Option<Xlsx<Input>>, SheetFault> {
    let file = File::open(path).map_err(|error| SheetFault::io(&error))?;
    let mut parts = PackageParts::open(BufReader::new(file))?;
    let Some(sheet) = part_of(&mut parts, name)?.filter(|sheet| parts.has(sheet)) else { return Ok(None) };
    let mut text = String::new();
    let read = parts.part(&sheet)?.take(MAX_MENDED).read_to_string(&mut text);
    if read.map_err(|error| SheetFault::damaged(&error))? as u64 == MAX_MENDED {
        return Ok(None);
    }
    let (mut reader, mut mended, mut from) = (Reader::from_str(&text), String::with_capacity(text.len()), 0);
    loop {
        let place = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let start = place(&reader);
        match reader.read_event().map_err(|_| xml::broken(&sheet))? {
            Event::Start(tag) if is_error_cell(&tag) => {
                let cell = text.get(start..place(&reader)).unwrap_or_default();
                mended.push_str(text.get(from..start).unwrap_or_default());
                mended.push_str(&cell.replace(" t=\"e\"", " t=\"str\"").replace(" t='e'", " t='str'"));
                from = place(&reader);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    mended.push_str(text.get(from..).unwrap_or_default());
    let copy = parts.with_text(&sheet, &mended)?;
    Xlsx::new(BufReader::new(copy)).map(Some).map_err(|error| refused(&error))
}

fn is_error_cell(tag: &BytesStart<'_>) -> bool {
    tag.local_name().as_ref() == "c" && attribute(tag, "t").is_some_and(|kind| kind == "e")
}

/// Facts of a worksheet that aren't cell values. Rows and columns count from 0.
#[derive(Debug, Default)]
struct WorksheetFacts {
    hidden_rows: Spans,
    hidden_columns: Spans,
    /// Formulas without a result.
    not_calculated: HashSet<(u32, u32)>,
    /// Whether there are error values that calamine doesn't know.
    unknown_errors: bool,
    /// Cells with runs of text that are struck through.
    struck: StruckCells,
    /// The text in the cell itself, as few programs write it.
    runs: TextRuns,
    row: u32,
    column: u32,
    cell: XlsxCell,
}

/// The cell that is being read.
#[derive(Debug, Default, Clone, Copy)]
struct XlsxCell {
    formula: bool,
    kind: XlsxValueKind,
    value: bool,
}

/// Kind of a cell's value, as far as it matters here.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum XlsxValueKind {
    #[default]
    Other,
    Text,
    /// The number of a shared text.
    Shared,
    Error,
}

/// Reads the facts of a worksheet that aren't cell values; nothing if the package's structure differs from what
/// calamine finds.
fn read_facts(path: &Path, name: &str, struck: &StruckTexts) -> Result<WorksheetFacts, SheetFault> {
    let mut beside = WorksheetFacts::default();
    let file = File::open(path).map_err(|error| SheetFault::damaged(&error))?;
    let mut parts = PackageParts::open(BufReader::new(file))?;
    if let Some(sheet) = part_of(&mut parts, name)?.filter(|sheet| parts.has(sheet)) {
        let part = parts.part(&sheet)?;
        beside.read(BufReader::new(xml::Guarded::new(part)), &sheet, struck)?;
    }
    Ok(beside)
}

/// Finds the part of the worksheet with this name.
pub(super) fn part_of(parts: &mut PackageParts, name: &str) -> Result<Option<String>, SheetFault> {
    let Some(main) = parts.main()?.filter(|main| parts.has(main)) else { return Ok(None) };
    let mut found = None;
    xml::each_tag(&parts.text(&main)?, &main, |tag| {
        if tag.local_name().as_ref() != "sheet" {
            return Ok(());
        }
        let (mut called, mut id) = (false, String::new());
        xml::attributes(tag, &main, |key, value| match key.rsplit(':').next() {
            Some("name") => called = value == name,
            Some("id") => value.clone_into(&mut id),
            _ => {}
        })?;
        if called {
            found = Some(id);
        }
        Ok(())
    })?;
    let relations = parts.relations(&main)?;
    Ok(relations
        .into_iter()
        .find(|relation| Some(&relation.id) == found.as_ref())
        .map(|relation| relation.target))
}

/// Returns an attribute without unescaping it, for numbers and single words.
fn attribute<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false).flatten().find(|found| found.key.as_ref() == name).map(|found| found.value)
}

impl WorksheetFacts {
    fn read(&mut self, xml: impl BufRead, part: &str, struck: &StruckTexts) -> Result<(), SheetFault> {
        let (mut reader, mut buffer) = (Reader::from_reader(xml), Vec::new());
        let (mut in_value, mut next_row) = (false, 0);
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|_| xml::broken(part))? {
                Event::Start(tag) => {
                    in_value = tag.local_name().as_ref() == "v";
                    self.open(&tag, &mut next_row)?;
                    self.runs.open(&tag);
                }
                Event::Empty(tag) => {
                    self.open(&tag, &mut next_row)?;
                    self.runs.format(&tag);
                    if tag.local_name().as_ref() == "c" {
                        self.column = self.column.saturating_add(1);
                    }
                }
                Event::Text(text) if in_value => {
                    self.cell.value |= !text.is_empty();
                    let is_error = self.cell.kind == XlsxValueKind::Error;
                    self.unknown_errors |= is_error && !KNOWN_ERRORS.contains(&text.as_ref());
                    if self.cell.kind == XlsxValueKind::Shared
                        && !struck.is_empty()
                        && let Some(strike) = number(text.trim()).and_then(|number| struck.get(&number))
                    {
                        self.struck.add((self.row, self.column), *strike);
                    }
                }
                Event::Text(text) => self.runs.text(&text),
                Event::GeneralRef(_) | Event::CData(_) if in_value => self.cell.value = true,
                Event::End(tag) => {
                    in_value = false;
                    if let Some(strike) = self.runs.close(tag.local_name().as_ref()) {
                        self.struck.add((self.row, self.column), strike);
                    }
                    match tag.local_name().as_ref() {
                        "c" => self.close_cell(),
                        "sheetData" => return Ok(()),
                        _ => {}
                    }
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// Processes a tag. Fails for cells beyond the largest worksheet, whose position calamine would get wrong.
    fn open(&mut self, tag: &BytesStart<'_>, next_row: &mut u32) -> Result<(), SheetFault> {
        let number = |name: &str| attribute(tag, name).and_then(|text| number(&text));
        let is_hidden =
            || attribute(tag, "hidden").is_some_and(|hidden| matches!(hidden.as_ref(), "1" | "true"));
        match tag.local_name().as_ref() {
            "col" if is_hidden() => {
                let (from, to) = (number("min").unwrap_or(1), number("max").unwrap_or(1).min(MAX_COLUMNS));
                self.hidden_columns.add(from.saturating_sub(1)..to);
            }
            "row" => {
                self.row = number("r").map_or(*next_row, |row| row.saturating_sub(1));
                *next_row = self.row.saturating_add(1);
                self.column = 0;
                if self.row >= MAX_ROWS {
                    return Err(beyond(self.row, 0));
                }
                if is_hidden() {
                    self.hidden_rows.add(self.row..self.row + 1);
                }
            }
            "c" => {
                if let Some((row, column)) = attribute(tag, "r").as_deref().and_then(place) {
                    (self.row, self.column) = (row, column);
                }
                if self.row >= MAX_ROWS || self.column >= MAX_COLUMNS {
                    return Err(beyond(self.row, self.column));
                }
                self.cell = XlsxCell {
                    kind: match attribute(tag, "t").as_deref() {
                        Some("str") => XlsxValueKind::Text,
                        Some("s") => XlsxValueKind::Shared,
                        Some("e") => XlsxValueKind::Error,
                        _ => XlsxValueKind::Other,
                    },
                    ..XlsxCell::default()
                };
            }
            "f" => self.cell.formula = true,
            // An empty text is a result, an empty number isn't.
            "v" => self.cell.value |= self.cell.kind == XlsxValueKind::Text,
            "is" => self.cell.value = true,
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self) {
        if self.cell.formula && !self.cell.value {
            self.not_calculated.insert((self.row, self.column));
        }
        self.column = self.column.saturating_add(1);
    }
}

/// Parses digits, capped at the largest number.
fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

/// Parses `B3` as row 2, column 1, each capped at the largest number.
fn place(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at_checked(digits)?;
    let column = letters.bytes().try_fold(0_u32, |sum, letter| {
        let value = letter.to_ascii_uppercase().checked_sub(b'A').filter(|value| *value < 26)?;
        Some(sum.saturating_mul(26).saturating_add(u32::from(value) + 1))
    })?;
    Some((number(digits)?.checked_sub(1)?, column.checked_sub(1)?))
}
