//! Workbooks: one worksheet as text, each cell as it is shown, with the number it holds behind it.
//!
//! ```text
//! file ─► package (zip) or ole ─► xlsx | xlsb | xls | ods ─► grid ─► text (a record a row)
//! ```
//!
//! The text has a record for each row, from row 1 on, so that a record's number is the row's number in Excel.

mod bytes;
mod error;
mod formats;
mod grid;
#[cfg(test)]
mod made;
mod ods;
mod ole;
mod package;
mod parts;
mod strings;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Reader, SheetType, SheetVisible, Xlsx};

pub use error::WorkbookError;
use grid::{Grid, Trouble, moment};
use ods::Ods;
use package::Kind;
use xls::Xls;
use xlsb::Xlsb;

use super::number_format::Format;

/// No other worksheet is looked at beside one of so much text.
const LARGE: usize = 4 << 20;

/// Whether the first bytes are those of a workbook: a zip, an old compound file, or the records of an XLS workbook
/// without one around them. No text begins like those records: their length would be a control character.
pub(super) fn is_workbook(start: &[u8]) -> bool {
    matches!(
        start,
        [b'P', b'K', 3, 4, ..]
            | [0xD0, 0xCF, 0x11, 0xE0, ..]
            | [9, 0 | 2 | 4, 4 | 6 | 8, 0, ..]
            | [9, 8, 8 | 16, 0, _, 5 | 6, ..]
    )
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
        let grid = book.grid(found, path)?;
        let notes = book.merged(found, &grid).into_iter().collect();
        return Ok(Converted { worksheet: found.clone(), worksheets: names, text: grid.bytes, notes });
    }
    let hidden: Vec<&String> = sheets.iter().filter(|(_, visible)| !visible).map(|(name, _)| name).collect();
    let mut notes = Vec::new();
    if !hidden.is_empty() {
        let names = hidden.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
        notes.push(format!("hidden worksheets are not read: {names}"));
    }
    let mut best: Option<(String, Grid)> = None;
    for (name, _) in sheets.iter().filter(|(_, visible)| *visible) {
        let text = book.grid(name, path)?;
        if text.rows > 0 && best.as_ref().is_none_or(|(_, best)| text.like_a_table() > best.like_a_table()) {
            best = Some((name.clone(), text));
        }
        // A worksheet of that size is what the workbook is for.
        if best.as_ref().is_some_and(|(_, best)| best.bytes.len() > LARGE) {
            break;
        }
    }
    let (worksheet, text) = best.ok_or_else(|| WorkbookError::Empty { path: path.to_path_buf() })?;
    notes.extend(book.merged(&worksheet, &text));
    Ok(Converted { worksheets: names, worksheet, text: text.bytes, notes })
}

type Input = BufReader<File>;

/// An open workbook. calamine reads the XLSX ones.
enum Book {
    Xlsx(Xlsx<Input>),
    Xlsb(Xlsb),
    Xls(Xls),
    Ods(Ods),
}

impl Book {
    /// Opens what was looked through before: what a file says of its own size need not be true.
    fn open(path: &Path) -> Result<Self, WorkbookError> {
        let file = || File::open(path).map_err(|error| WorkbookError::io(path, &error));
        let mut start = [0; 4];
        std::io::Read::read_exact(&mut file()?, &mut start)
            .map_err(|error| WorkbookError::io(path, &error))?;
        if !start.starts_with(b"PK") {
            return Xls::open(path).map(Self::Xls);
        }
        let input = || file().map(BufReader::new);
        match package::inspect(path, file()?)? {
            Kind::Xlsx => {
                Xlsx::new(input()?).map(Self::Xlsx).map_err(|error| WorkbookError::damaged(path, &error))
            }
            Kind::Xlsb => Xlsb::open(input()?).map(Self::Xlsb).map_err(|trouble| trouble.at(path)),
            Kind::Ods => Ods::open(input()?, path).map(Self::Ods),
        }
    }

    /// The worksheets with cells, and whether each is visible.
    fn sheets(&self) -> Vec<(String, bool)> {
        match self {
            Self::Xlsx(book) => {
                let sheets = book.sheets_metadata().iter();
                let cells = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
                cells.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect()
            }
            Self::Xlsb(book) => book.sheets(),
            Self::Xls(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    /// Says which cells stand for several rows, because only the first of the rows has their value.
    fn merged(&mut self, name: &str, grid: &Grid) -> Option<String> {
        match self {
            Self::Xlsx(book) => xlsx::merged(book, name),
            Self::Xlsb(_) | Self::Xls(_) | Self::Ods(_) => grid.merged(),
        }
    }

    /// A worksheet as text.
    fn grid(&mut self, name: &str, path: &Path) -> Result<Grid, WorkbookError> {
        let grid = match self {
            Self::Xlsx(book) => xlsx::grid(book, name),
            Self::Xlsb(book) => book.grid(name),
            Self::Xls(book) => book.grid(name),
            Self::Ods(book) => book.grid(name),
        };
        grid.map_err(|trouble| trouble.at(path))
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
        Data::DateTimeIso(value) => grid.text(at, &ods::iso(&value)),
        Data::DurationIso(value) => grid.text(at, &ods::duration(&value)),
        Data::Error(error) => grid.text(at, &error.to_string()),
    }
}

#[cfg(test)]
mod tests;
