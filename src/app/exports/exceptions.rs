//! The exception log as CSV.

use std::io::Write;

use crate::app::error::AppError;
use crate::app::exports::Exports;
use crate::app::exports::csv_text::{io_error, without_control_codes};
use crate::ledger::ImportId;

/// Columns of an exported exception log; the same names as in `show --json`.
const EXCEPTION: [&str; 9] =
    ["row", "line", "column", "field", "value", "code", "message", "source", "http_status"];

impl Exports {
    /// Writes the exception log of an import as CSV. Returns the number of exceptions.
    pub fn write_exceptions(&self, id: ImportId, out: &mut (impl Write + ?Sized)) -> Result<u64, AppError> {
        let fail = |source| AppError::File { what: "can't write the exceptions", source };
        // Without it, a spreadsheet program assumes another encoding.
        out.write_all("\u{feff}".as_bytes()).map_err(fail)?;
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(EXCEPTION).map_err(|error| fail(io_error(error)))?;
        let exceptions = self.imports.exceptions(id, 0, u64::MAX)?;
        for found in &exceptions {
            let text = |text: &Option<String>| without_control_codes(text.as_deref().unwrap_or(""));
            csv.write_record([
                found.row.to_string(),
                found.line.to_string(),
                text(&found.column),
                text(&found.field),
                text(&found.value),
                found.code.to_string(),
                without_control_codes(&found.message),
                found.source.word().to_owned(),
                found.http_status.map(|status| status.to_string()).unwrap_or_default(),
            ])
            .map_err(|error| fail(io_error(error)))?;
        }
        csv.flush().map_err(fail)?;
        Ok(exceptions.len() as u64)
    }
}
