//! The file of an import with the result of every row, to return to the client.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_text::{io_error, without_control_codes};
use crate::app::exports::receipt::ReceiptLine;
use crate::app::exports::stored_texts::StoredTexts;
use crate::ledger::ImportId;
use crate::sheet::{EXTRA_HEADER, escape_formula};

/// Columns after the file's own.
const RESULTS: [&str; 3] = ["case number", "case id", "outcome"];

impl Exports {
    /// Writes every row of an import's file as CSV, in order: its own columns, followed by its case. Returns the number
    /// of rows written.
    pub fn write_results(&self, id: ImportId, out: &mut (impl Write + ?Sized)) -> Result<u64, AppError> {
        let sheet = self.imports.sheet(id)?;
        self.imports.measure(id, &sheet)?;
        let lines: HashMap<u64, ReceiptLine> =
            self.receipt(id)?.cases.into_iter().map(|line| (line.row, line)).collect();
        let columns = sheet.columns();
        let texts = StoredTexts::new(&self.imports.recipe(id)?, &sheet);
        let mut width = columns.len();
        for row in sheet.rows_from(1)? {
            let row = row?;
            let filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last();
            width = width.max(filled.map_or(0, |(last, _)| last + 1));
        }
        let fail = |source| AppError::File { what: "can't write the rows", source };
        // Without it, a spreadsheet program assumes another encoding.
        out.write_all("\u{feff}".as_bytes()).map_err(fail)?;
        let mut csv = csv::Writer::from_writer(out);
        let name = |index: usize| columns.get(index).map_or(EXTRA_HEADER, |column| column.header.as_str());
        let header = (0..width).map(|index| escape_formula(name(index)).into_owned());
        let behind = RESULTS.map(str::to_owned);
        csv.write_record(header.chain(behind)).map_err(|error| fail(io_error(error)))?;
        let mut written = 0;
        for row in sheet.rows_from(1)? {
            let row = row?;
            let row = texts.apply(Cow::Owned(row));
            let cells =
                (0..width).map(|index| escape_formula(row.cells.get(index).unwrap_or("")).into_owned());
            let line = lines.get(&row.number);
            let text = |text: Option<&Option<String>>| {
                without_control_codes(text.and_then(Option::as_deref).unwrap_or_default())
            };
            let behind = [
                text(line.map(|line| &line.case_number)),
                text(line.map(|line| &line.case_id)),
                line.map_or("not_sent", |line| line.outcome).replace('_', " "),
            ];
            csv.write_record(cells.chain(behind)).map_err(|error| fail(io_error(error)))?;
            written += 1;
        }
        csv.flush().map_err(fail)?;
        Ok(written)
    }
}
