//! A CSV file that people open in a spreadsheet program.

use std::io::{self, Write};

use crate::app::error::AppError;
use crate::sheet::{Column, EXTRA_HEADER, Row, escape_formula};
use crate::text::visible;

/// Makes a text safe that isn't read back: it can control neither a terminal nor a spreadsheet program.
pub(super) fn without_control_codes(text: &str) -> String {
    escape_formula(&visible(text)).into_owned()
}

/// Writer of a CSV file.
pub(super) struct CsvFile<W: Write> {
    csv: csv::Writer<W>,
    /// What can't be written, for errors.
    what: &'static str,
    written: u64,
}

impl<W: Write> CsvFile<W> {
    /// Starts a file; `what` follows “can't write” in errors. With a byte order mark, spreadsheet programs read UTF-8.
    pub(super) fn new(mut out: W, what: &'static str, mark: bool) -> Result<Self, AppError> {
        if mark {
            out.write_all("\u{feff}".as_bytes()).map_err(|source| AppError::File { what, source })?;
        }
        Ok(Self { csv: csv::Writer::from_writer(out), what, written: 0 })
    }

    /// Writes the header: `width` columns of a sheet, and those behind.
    pub(super) fn header(
        &mut self,
        columns: &[Column],
        width: usize,
        behind: &[&str],
    ) -> Result<(), AppError> {
        let name = |index: usize| columns.get(index).map_or(EXTRA_HEADER, |column| column.header.as_str());
        let own = (0..width).map(|index| escape_formula(name(index)).into_owned());
        self.write(own.chain(behind.iter().map(|name| (*name).to_owned())))
    }

    /// Writes `width` cells of a row, and the texts behind, which must be safe already.
    pub(super) fn row(
        &mut self,
        row: &Row,
        width: usize,
        behind: impl IntoIterator<Item = String>,
    ) -> Result<(), AppError> {
        let own = (0..width).map(|index| escape_formula(row.cells.get(index).unwrap_or("")).into_owned());
        self.line(own.chain(behind))
    }

    /// Writes texts, which must be safe already.
    pub(super) fn line(&mut self, texts: impl IntoIterator<Item = String>) -> Result<(), AppError> {
        self.written += 1;
        self.write(texts)
    }

    fn write(&mut self, cells: impl IntoIterator<Item = String>) -> Result<(), AppError> {
        self.csv.write_record(cells).map_err(|error| self.fail(io_error(error)))
    }

    /// Ends the file. Returns the number of lines written, without the header.
    pub(super) fn finish(mut self) -> Result<u64, AppError> {
        self.csv.flush().map_err(|source| self.fail(source))?;
        Ok(self.written)
    }

    fn fail(&self, source: io::Error) -> AppError {
        AppError::File { what: self.what, source }
    }
}

/// Returns the number of cells up to the last one that isn't empty.
pub(super) fn filled_len(row: &Row) -> usize {
    row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last().map_or(0, |(last, _)| last + 1)
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("can't write a row"),
    }
}
