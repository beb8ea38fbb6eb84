//! Converts a workbook's worksheet to text: each cell as shown, followed by the number it stores.
//!
//! ```text
//! file ─► package (zip) or ole ─► xlsx | xlsb | xls | ods ─► grid ─► text (one record per row)
//! ```
//!
//! The text has a record for each row from row 1 on, so that a record's number is the row's number in Excel.

mod bytes;
mod comments;
mod formats;
mod grid;
mod merged;
mod ods;
mod ole;
mod package;
mod parts;
mod several;
mod spans;
mod strike;
mod strings;
#[cfg(test)]
mod test_files;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Reader, SheetType, SheetVisible, Xlsx};

pub(super) use comments::CommentedRows;
use grid::{Grid, MAX_COLUMNS, TextLimit, moment};
pub(super) use merged::MergedRows;
use ods::Ods;
use package::{InspectedPackage, WorkbookKind};
use parts::PackageParts;
pub use several::OtherWorksheet;
pub(super) use several::WorksheetStart;
use strike::StruckTexts;
use xls::Xls;
use xlsb::Xlsb;

use super::SheetFault;
use super::layout::Worksheets;
use super::number_format::{FormatKind, NumberFormat};
use super::source::Worksheet;

/// Number of bytes of text beyond which no other worksheets are examined.
const LARGE: usize = 4 << 20;

/// How much more a worksheet looks like a table of cases if its header says so.
const NAMES_CASES: u64 = 8;

/// A workbook may always convert to this many bytes of text,
const FREE: usize = 32 << 20;
/// or to this many times the size of its file,
const RATIO: usize = 200;
/// but never to more than this.
pub(super) const MAX_BYTES: usize = 1 << 30;
const MAX_WORKSHEETS: usize = 1000;

/// Whether the first bytes are a workbook's: a zip, an old compound file, or the records of an XLS workbook without
/// one. No text begins like those records: their length would be a control character.
pub(super) fn is_workbook(start: &[u8]) -> bool {
    matches!(
        start,
        [b'P', b'K', 3, 4, ..]
            | [0xD0, 0xCF, 0x11, 0xE0, ..]
            | [9, 0 | 2 | 4, 4 | 6 | 8, 0, ..]
            | [9, 8, 8 | 16, 0, _, 5 | 6, ..]
    )
}

/// A workbook as text, and what is known of it.
#[derive(Debug)]
pub(super) struct Converted {
    pub(super) worksheet: Worksheet,
    pub(super) facts: WorkbookFacts,
    pub(super) notes: Vec<String>,
}

/// Facts of a workbook that aren't in the text.
#[derive(Debug, Default)]
pub(super) struct WorkbookFacts {
    /// Names of all worksheets that can be read.
    pub(super) worksheets: Vec<String>,
    /// Names of those that were.
    pub(super) read: Option<Worksheets>,
    /// Hidden columns, from 0.
    pub(super) hidden_columns: Vec<usize>,
    /// Other visible worksheets with the same columns, each with its number of rows.
    pub(super) alike: Vec<(String, u64)>,
    /// Other visible worksheets with other columns.
    pub(super) others: Vec<OtherWorksheet>,
    /// Cells merged over several rows.
    pub(super) merged: MergedRows,
    /// Cells with a comment, of the first worksheet that is read.
    pub(super) comments: CommentedRows,
}

/// Opens a workbook and converts worksheets to text: the named ones, or the visible one most like a table, in a tie the
/// first.
pub(super) fn convert(
    path: &Path,
    wanted: Option<&Worksheets>,
    most: usize,
) -> Result<Converted, SheetFault> {
    // The libraries below are careful, but a broken file must never crash the program.
    let result = catch_unwind(AssertUnwindSafe(|| read(path, wanted, most)));
    result.unwrap_or_else(|_| Err(SheetFault::damaged("its contents contradict each other")))
}

fn read(path: &Path, wanted: Option<&Worksheets>, most: usize) -> Result<Converted, SheetFault> {
    let mut room = room(path, most)?;
    let mut book = Book::open(path, room)?;
    let sheets = book.sheets();
    few_worksheets(sheets.len())?;
    let mut notes = Vec::new();
    let names = if let Some(wanted) = wanted {
        named(&sheets, wanted)?
    } else {
        notes.extend(hidden_worksheets(&sheets));
        Vec::new()
    };
    // Any visible worksheet may have the same columns; the named ones come first, in their order.
    let others = sheets.iter().filter(|(name, visible)| *visible && !names.contains(name));
    let all: Vec<String> = names.iter().cloned().chain(others.map(|(name, _)| name.clone())).collect();
    let mut grids: Vec<(String, Grid)> = Vec::new();
    for name in all {
        let is_large = grids.iter().any(|(_, grid)| grid.bytes.len() > LARGE);
        // A worksheet of that size is the one that matters.
        if is_large && grids.len() >= names.len() {
            break;
        }
        let grid = book.grid(&name, path, room)?;
        room = room.beside(&grid);
        if grid.rows > 0 || names.contains(&name) {
            grids.push((name, grid));
        }
    }
    if names.is_empty() {
        let score =
            |grid: &Grid| grid.like_a_table() * if several::names_cases(grid) { NAMES_CASES } else { 1 };
        let best = grids.iter().enumerate().rev().max_by_key(|(_, (_, grid))| score(grid));
        let best = best.map(|(at, _)| at).ok_or(SheetFault::EmptyWorkbook)?;
        let best = grids.remove(best);
        grids.insert(0, best);
    }
    let mut grids = grids.into_iter();
    let Some((name, mut grid)) = grids.next() else {
        return Err(SheetFault::EmptyWorkbook);
    };
    let merged = book.merged(&name, &grid);
    let comments = book.comments(path, &name);
    let (mut read, mut origins) = (vec![name.clone()], Vec::new());
    let (mut alike, mut others) = (Vec::new(), Vec::new());
    for (other, next) in grids {
        match several::same_header(&grid, &next) {
            Some(header) if names.contains(&other) => {
                if origins.is_empty() {
                    origins.push(WorksheetStart { record: 1, worksheet: name.clone(), row: 1 });
                }
                origins.push(several::append(&mut grid, &next, &header, &other));
                read.push(other);
            }
            Some(header) => alike.push((other, header.rows)),
            None if names.contains(&other) => {
                return Err(SheetFault::OtherColumns { first: name, other });
            }
            None => others.extend(several::other_worksheet(&grid, &next, other)),
        }
    }
    let last = u32::try_from(grid.records()).unwrap_or(u32::MAX);
    let hidden_rows = grid.hidden_rows.below(last).map(|row| u64::from(row) + 1).collect();
    let record = |row: u32| u64::from(row) + 1;
    let worksheet = Worksheet {
        text: grid.bytes.into(),
        hidden_rows,
        struck_rows: grid.struck.rows.below(last).map(record).collect(),
        struck_parts: grid
            .struck
            .parts
            .iter()
            .map(|(row, column)| (record(*row), *column as usize))
            .collect(),
        origins,
        from_1904: grid.from_1904,
    };
    let facts = WorkbookFacts {
        worksheets: sheets.into_iter().map(|(name, _)| name).collect(),
        read: Some(Worksheets(read)),
        hidden_columns: grid.hidden_columns.below(MAX_COLUMNS).map(|column| column as usize).collect(),
        alike,
        others,
        merged,
        comments,
    };
    Ok(Converted { worksheet, facts, notes })
}

/// Limits the text a workbook may convert to, at most `most` bytes. A file of a few bytes can claim any number of
/// cells, and compressed ones hold a hundred times their size.
fn room(path: &Path, most: usize) -> Result<TextLimit, SheetFault> {
    let about = std::fs::metadata(path).map_err(|error| SheetFault::io(&error))?;
    let size = usize::try_from(about.len()).unwrap_or(usize::MAX);
    Ok(TextLimit::new(FREE.max(size.saturating_mul(RATIO)).min(MAX_BYTES).min(most)))
}

/// Fails if there are too many worksheets.
fn few_worksheets(count: usize) -> Result<(), SheetFault> {
    let too_many = || SheetFault::TooLarge(format!("it has more than {MAX_WORKSHEETS} worksheets"));
    if count > MAX_WORKSHEETS { Err(too_many()) } else { Ok(()) }
}

/// Finds worksheets by name, ignoring case and outer spaces.
fn named(sheets: &[(String, bool)], wanted: &Worksheets) -> Result<Vec<String>, SheetFault> {
    let folded = |name: &str| name.trim().to_lowercase();
    let names = || sheets.iter().map(|(name, _)| name);
    let find = |wanted: &String| {
        let same = names().find(|name| *name == wanted);
        let same = same.or_else(|| names().find(|name| folded(name) == folded(wanted)));
        same.cloned().ok_or_else(|| SheetFault::NoWorksheet {
            wanted: wanted.clone(),
            there: names().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", "),
        })
    };
    wanted.0.iter().map(find).collect()
}

/// Notes which worksheets are hidden, and so not read unless they are chosen.
fn hidden_worksheets(sheets: &[(String, bool)]) -> Option<String> {
    let hidden: Vec<String> =
        sheets.iter().filter(|(_, visible)| !visible).map(|(name, _)| format!("“{name}”")).collect();
    (!hidden.is_empty()).then(|| format!("hidden worksheets aren't read: {}", hidden.join(", ")))
}

type Input = BufReader<File>;

/// An open workbook. calamine reads the XLSX ones.
enum Book {
    Xlsx(Xlsx<Input>, StruckTexts),
    Xlsb(Xlsb),
    Xls(Xls),
    Ods(Ods),
}

impl Book {
    /// Inspects a file and opens it: the sizes a file claims need not be true.
    fn open(path: &Path, room: TextLimit) -> Result<Self, SheetFault> {
        let file = || File::open(path).map_err(|error| SheetFault::io(&error));
        let mut start = [0; 4];
        std::io::Read::read_exact(&mut file()?, &mut start).map_err(|error| SheetFault::io(&error))?;
        if !start.starts_with(b"PK") {
            return Xls::open(path).map(Self::Xls);
        }
        let input = || file().map(BufReader::new);
        let mut parts = PackageParts::open(input()?)?;
        let InspectedPackage { kind, may_strike } = package::inspect(file()?, &mut parts)?;
        match kind {
            WorkbookKind::Xlsx => {
                let struck = may_strike.then(|| strike::struck_texts(&mut parts)).transpose();
                // What can't be read for this is no reason to refuse the workbook.
                let struck = struck.ok().flatten().unwrap_or_default();
                xlsx::open(path, &mut parts).map(|book| Self::Xlsx(book, struck))
            }
            WorkbookKind::Xlsb => Xlsb::open(input()?).map(Self::Xlsb),
            WorkbookKind::Ods => Ods::open(input()?, room).map(Self::Ods),
        }
    }

    /// The worksheets with cells, and whether each is visible.
    fn sheets(&self) -> Vec<(String, bool)> {
        match self {
            Self::Xlsx(book, _) => {
                let sheets = book.sheets_metadata().iter();
                let cells = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
                cells.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
            }
            Self::Xlsb(book) => book.sheets(),
            Self::Xls(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    /// Returns the cells merged over several rows.
    fn merged(&mut self, name: &str, grid: &Grid) -> MergedRows {
        match self {
            Self::Xlsx(book, _) => xlsx::merged(book, name),
            Self::Xlsb(_) | Self::Xls(_) | Self::Ods(_) => grid.merged.clone(),
        }
    }

    /// Returns the cells with a comment. Only XLSX workbooks are looked at.
    fn comments(&self, path: &Path, name: &str) -> CommentedRows {
        match self {
            Self::Xlsx(..) => CommentedRows::read(path, name),
            Self::Xlsb(_) | Self::Xls(_) | Self::Ods(_) => CommentedRows::default(),
        }
    }

    /// Converts a worksheet to text.
    fn grid(&mut self, name: &str, path: &Path, room: TextLimit) -> Result<Grid, SheetFault> {
        match self {
            Self::Xlsx(book, struck) => xlsx::grid(book, path, name, struck, room),
            Self::Xlsb(book) => book.grid(name, room),
            Self::Xls(book) => book.grid(name, room),
            Self::Ods(book) => book.grid(name),
        }
    }
}

/// Adds a cell that a library read.
fn put(grid: &mut Grid, at: (u32, u32), value: Data, format: &NumberFormat) -> Result<(), SheetFault> {
    match value {
        Data::Empty => Ok(()),
        #[expect(clippy::cast_precision_loss)]
        Data::Int(value) if value.unsigned_abs() < 1 << 53 => grid.number(at, value as f64, format),
        // Whole numbers with more digits than a double holds aren't amounts.
        Data::Int(value) => grid.text(at, &value.to_string()),
        Data::Float(value) => grid.number(at, value, format),
        Data::String(value) => grid.formatted_text(at, &value, format),
        Data::Bool(value) => grid.text(at, if value { "TRUE" } else { "FALSE" }),
        // If the library finds a date and the format doesn't show one, trust the library.
        Data::DateTime(value) if format.shows() == FormatKind::Number => grid.text(at, &moment(value)),
        Data::DateTime(value) => grid.number(at, value.as_f64(), format),
        Data::DateTimeIso(value) => grid.text(at, &ods::iso(&value)),
        Data::DurationIso(value) => grid.text(at, &ods::duration(&value)),
        Data::Error(error) => grid.text(at, &error.to_string()),
    }
}

#[cfg(test)]
mod bounds_tests;
#[cfg(test)]
mod tests;
