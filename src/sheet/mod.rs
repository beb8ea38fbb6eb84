//! The spreadsheet as it is: a CSV file with a header row, in UTF-8 with or without a byte order mark.
//!
//! [`Sheet::open`] reads the file once, from end to end: that finds every row's place, so that any row can be
//! shown without holding the file in memory, and it proves the whole file readable before a row is sent.

mod error;
mod read;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use csv::StringRecord;

pub use error::SheetError;
pub use read::Rows;

/// A data row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Data row, from 1.
    pub number: u64,
    /// Physical line in the file on which it begins, from 1.
    pub line: u64,
    /// The cells as they are in the file.
    pub cells: StringRecord,
}

impl Row {
    /// Whether no cell holds anything but spaces.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header as it is in the file.
    pub header: String,
    /// How many rows have something in it.
    pub filled: u64,
}

impl Column {
    /// What to call it: its header, or `#5` when that is blank. `index` counts from 0.
    #[must_use]
    pub fn name(&self, index: usize) -> String {
        match self.header.trim() {
            "" => format!("#{}", index + 1),
            header => header.to_owned(),
        }
    }
}

/// Every this many rows the place of one is kept: 16 bytes for 64 rows.
const STRIDE: u64 = 64;

/// Where a row begins.
#[derive(Debug, Clone, Copy)]
struct Place {
    byte: u64,
    line: u64,
}

/// An open spreadsheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    path: PathBuf,
    columns: Vec<Column>,
    rows: u64,
    /// Places of rows 1, 1 + STRIDE, 1 + 2 * STRIDE, ...
    places: Vec<Place>,
    empty_lines: Vec<u64>,
    empty_line_count: u64,
    sha256: [u8; 32],
    /// Size and time of the file when it was read: the rows are read again later.
    stamp: Stamp,
}

/// What tells a file from a later version of it without reading it.
type Stamp = (u64, Option<SystemTime>);

fn stamp(file: &File) -> io::Result<Stamp> {
    let about = file.metadata()?;
    Ok((about.len(), about.modified().ok()))
}

impl Sheet {
    /// Opens a file and reads it once to the end.
    pub fn open(path: &Path) -> Result<Self, SheetError> {
        read::scan(path)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The columns, from the header row.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many data rows there are. Rows of blank cells count, empty lines do not.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// SHA-256 of the file's bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// Lines (from 1) with nothing on them, not counted as rows: the first hundred, and how many in all.
    #[must_use]
    pub fn empty_lines(&self) -> (&[u64], u64) {
        (&self.empty_lines, self.empty_line_count)
    }

    /// The rows from the given one on, counted from 1.
    pub fn rows_from(&self, number: u64) -> Result<Rows, SheetError> {
        let file = File::open(&self.path).map_err(|error| SheetError::io(&self.path, &error))?;
        if stamp(&file).map_err(|error| SheetError::io(&self.path, &error))? != self.stamp {
            return Err(SheetError::Changed { path: self.path.clone() });
        }
        let number = number.max(1);
        let stride = usize::try_from((number - 1) / STRIDE).unwrap_or(usize::MAX);
        let Some(place) = self.places.get(stride) else { return Ok(Rows::none(&self.path)) };
        Rows::at(&self.path, file, *place, number)
    }
}

#[cfg(test)]
mod tests;
