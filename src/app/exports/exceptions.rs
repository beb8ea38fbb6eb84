//! The exception log as CSV.

use std::io::Write;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_file::{CsvFile, without_control_codes};
use crate::ledger::ImportId;

/// Columns of an exported exception log; the same names as in `show --json`.
const EXCEPTION: [&str; 9] =
    ["row", "line", "column", "field", "value", "code", "message", "source", "http_status"];

impl Exports {
    /// Writes the exception log of an import as CSV. Returns the number of exceptions.
    pub fn write_exceptions(&self, id: ImportId, out: &mut (impl Write + ?Sized)) -> Result<u64, AppError> {
        let mut file = CsvFile::new(out, "can't write the exceptions", true)?;
        file.header(&[], 0, &EXCEPTION)?;
        for found in self.imports.exceptions(id, 0, u64::MAX)? {
            let text = |text: &Option<String>| without_control_codes(text.as_deref().unwrap_or(""));
            let cells = [
                found.row.to_string(),
                found.line.to_string(),
                text(&found.column),
                text(&found.field),
                text(&found.value),
                found.code.to_string(),
                without_control_codes(&found.message),
                found.source.word().to_owned(),
                found.http_status.map(|status| status.to_string()).unwrap_or_default(),
            ];
            file.line(cells)?;
        }
        file.finish()
    }
}
