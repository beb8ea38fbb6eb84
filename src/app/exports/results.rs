//! The file of an import with the result of every row, to return to the client.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_file::{CsvFile, filled_len, without_control_codes};
use crate::app::exports::receipt::ReceiptLine;
use crate::app::exports::stored_texts::StoredTexts;
use crate::ledger::{ImportId, OutcomeKind};

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
            width = width.max(filled_len(&row?));
        }
        let mut file = CsvFile::new(out, "can't write the rows", true)?;
        file.header(&columns, width, &RESULTS)?;
        for row in sheet.rows_from(1)? {
            let row = texts.apply(Cow::Owned(row?));
            let line = lines.get(&row.number);
            let text = |text: Option<&Option<String>>| {
                without_control_codes(text.and_then(Option::as_deref).unwrap_or_default())
            };
            let behind = [
                text(line.map(|line| &line.case_number)),
                text(line.map(|line| &line.case_id)),
                line.map_or(OutcomeKind::NotSent, |line| line.outcome).label().to_owned(),
            ];
            file.row(&row, width, behind)?;
        }
        file.finish()
    }
}
