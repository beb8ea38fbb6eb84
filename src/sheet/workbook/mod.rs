//! Workbooks: one worksheet as text, each cell as it is shown, with the number it holds behind it.
//!
//! ```text
//! file ─► package (zip) or ole ─► xlsx | xlsb | xls | ods ─► grid ─► text (a record a row)
//! ```
//!
//! The text has a record for each row, from row 1 on, so that a record's number is the row's number in Excel.

mod error;
mod grid;
mod ole;
mod package;
mod parts;
mod several;
mod xlsx;

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx};

pub use error::WorkbookError;
use grid::{Grid, Trouble, moment};
use package::Kind;
use parts::Parts;
pub(super) use several::Origin;

use super::layout::Worksheets;
use super::number_format::Format;

/// No other worksheet is looked at beside one of so much text.
const LARGE: usize = 4 << 20;

/// Whether the first bytes are those of a workbook: a zip, or an old compound file.
pub(super) fn is_workbook(start: &[u8]) -> bool {
    matches!(start, [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..])
}

/// Worksheets as text.
#[derive(Debug)]
pub(super) struct Converted {
    /// Names of the worksheets that can be read.
    pub(super) worksheets: Vec<String>,
    /// Those that were.
    pub(super) read: Worksheets,
    pub(super) text: Vec<u8>,
    /// Records of hidden or filtered rows, from 1, in order.
    pub(super) hidden_rows: Vec<u64>,
    /// Hidden columns, from 0.
    pub(super) hidden_columns: Vec<usize>,
    /// Where the worksheets begin in the text; empty where only one was read.
    pub(super) origins: Vec<Origin>,
    /// Other visible worksheets with the same columns, and how many rows each has.
    pub(super) alike: Vec<(String, u64)>,
    pub(super) notes: Vec<String>,
}

/// Opens a workbook and turns worksheets into text: the named ones, or of the visible ones the most like a table, the
/// first of equals.
pub(super) fn convert(path: &Path, wanted: Option<&Worksheets>) -> Result<Converted, WorkbookError> {
    // The libraries below are careful, but a broken file must not be what ends the program.
    let result = catch_unwind(AssertUnwindSafe(|| read(path, wanted)));
    result.unwrap_or_else(|_| Err(WorkbookError::damaged(path, "what is in it contradicts itself")))
}

fn read(path: &Path, wanted: Option<&Worksheets>) -> Result<Converted, WorkbookError> {
    let mut book = Book::open(path)?;
    let sheets = book.sheets();
    let mut notes = Vec::new();
    let names = if let Some(wanted) = wanted {
        named(path, &sheets, wanted)?
    } else {
        notes.extend(hidden_worksheets(&sheets));
        Vec::new()
    };
    // Every visible worksheet may be one of the same columns; those that were named come first, in their order.
    let others = sheets.iter().filter(|(name, visible)| *visible && !names.contains(name));
    let all: Vec<String> = names.iter().cloned().chain(others.map(|(name, _)| name.clone())).collect();
    let mut grids: Vec<(String, Grid)> = Vec::new();
    for name in all {
        let is_large = grids.iter().any(|(_, grid)| grid.bytes.len() > LARGE);
        // A worksheet of that size is what the workbook is for.
        if is_large && grids.len() >= names.len() {
            break;
        }
        let grid = book.grid(&name, path)?;
        if grid.rows > 0 || names.contains(&name) {
            grids.push((name, grid));
        }
    }
    if names.is_empty() {
        let best = grids.iter().enumerate().rev().max_by_key(|(_, (_, grid))| grid.like_a_table());
        let best = best.map(|(at, _)| at).ok_or_else(|| WorkbookError::Empty { path: path.to_path_buf() })?;
        let best = grids.remove(best);
        grids.insert(0, best);
    }
    let mut grids = grids.into_iter();
    let Some((name, mut grid)) = grids.next() else {
        return Err(WorkbookError::Empty { path: path.to_path_buf() });
    };
    notes.extend(book.merged(&name));
    let (mut read, mut origins, mut alike) = (vec![name.clone()], Vec::new(), Vec::new());
    for (other, next) in grids {
        match several::same_header(&grid, &next) {
            Some(header) if names.contains(&other) => {
                if origins.is_empty() {
                    origins.push(Origin { record: 1, worksheet: name.clone(), row: 1 });
                }
                origins.push(several::append(&mut grid, &next, &header, &other));
                read.push(other);
            }
            Some(header) => alike.push((other, header.rows)),
            None if names.contains(&other) => {
                return Err(WorkbookError::OtherColumns { path: path.to_path_buf(), first: name, other });
            }
            None => {}
        }
    }
    let last = grid.records();
    Ok(Converted {
        worksheets: sheets.into_iter().map(|(name, _)| name).collect(),
        read: Worksheets(read),
        hidden_rows: grid
            .hidden_rows
            .iter()
            .map(|row| u64::from(*row) + 1)
            .filter(|row| *row <= last)
            .collect(),
        hidden_columns: grid.hidden_columns.iter().map(|column| *column as usize).collect(),
        text: grid.bytes,
        origins,
        alike,
        notes,
    })
}

/// The worksheets of these names, also where case or outer spaces differ.
fn named(path: &Path, sheets: &[(String, bool)], wanted: &Worksheets) -> Result<Vec<String>, WorkbookError> {
    let folded = |name: &str| name.trim().to_lowercase();
    let names = || sheets.iter().map(|(name, _)| name);
    let find = |wanted: &String| {
        let same = names().find(|name| *name == wanted);
        let same = same.or_else(|| names().find(|name| folded(name) == folded(wanted)));
        same.cloned().ok_or_else(|| WorkbookError::NoWorksheet {
            path: path.to_path_buf(),
            wanted: wanted.clone(),
            there: names().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", "),
        })
    };
    wanted.0.iter().map(find).collect()
}

/// Says which worksheets are hidden, and so not read unless somebody names them.
fn hidden_worksheets(sheets: &[(String, bool)]) -> Option<String> {
    let hidden: Vec<String> =
        sheets.iter().filter(|(_, visible)| !visible).map(|(name, _)| format!("“{name}”")).collect();
    (!hidden.is_empty()).then(|| format!("hidden worksheets are not read: {}", hidden.join(", ")))
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
            let mut parts = Parts::open(file()?).map_err(|error| package::zip_error(path, &error))?;
            return match package::inspect(path, file()?, &mut parts)? {
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
        xlsx::merged(book, name)
    }

    /// A worksheet as text.
    fn grid(&mut self, name: &str, path: &Path) -> Result<Grid, WorkbookError> {
        let grid = match self {
            Self::Xlsx(book) => xlsx::grid(book, path, name),
            Self::Xlsb(book) => {
                book.worksheet_range(name).map_err(|e| Trouble::broken(&e)).and_then(|r| whole(&r))
            }
            Self::Xls(book) => {
                book.worksheet_range(name).map_err(|e| Trouble::broken(&e)).and_then(|r| whole(&r))
            }
            Self::Ods(book) => {
                book.worksheet_range(name).map_err(|e| Trouble::broken(&e)).and_then(|r| whole(&r))
            }
        };
        grid.map_err(|trouble| match trouble {
            Trouble::Broken(reason) => WorkbookError::damaged(path, &reason),
            Trouble::TooLarge => WorkbookError::too_large(path, "the worksheet holds more than 1 GB of text"),
        })
    }
}

/// Adds a cell that a library read.
fn put(grid: &mut Grid, at: (u32, u32), value: Data, format: &Format) -> Result<(), Trouble> {
    match value {
        Data::Empty => Ok(()),
        #[expect(clippy::cast_precision_loss)]
        Data::Int(value) if value.unsigned_abs() < 1 << 53 => grid.number(at, value as f64, format),
        // Whole numbers of more digits than a double carries are not amounts.
        Data::Int(value) => grid.text(at, &value.to_string()),
        Data::Float(value) => grid.number(at, value, format),
        Data::String(value) => grid.text(at, &value),
        Data::Bool(value) => grid.text(at, if value { "TRUE" } else { "FALSE" }),
        Data::DateTime(value) => grid.text(at, &moment(value)),
        Data::DateTimeIso(value) => grid.text(at, &iso(&value)),
        Data::DurationIso(value) => grid.text(at, &duration(&value)),
        Data::Error(error) => grid.text(at, &error.to_string()),
    }
}

/// The text of a worksheet that is read as a whole.
fn whole(range: &Range<Data>) -> Result<Grid, Trouble> {
    let (top, left) = range.start().unwrap_or_default();
    let (mut grid, general) = (Grid::default(), Format::default());
    for (row, column, value) in range.used_cells() {
        let at = |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        put(&mut grid, (at(top, row), at(left, column)), value.clone(), &general)?;
    }
    Ok(grid.end())
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

#[cfg(test)]
mod tests;
