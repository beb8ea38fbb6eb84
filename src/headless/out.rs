//! `caseload rejects`, `remaining` and `receipt`: rows out again, and the proof.

use std::io;

use super::Outcome;
use super::output::{for_a_file, print, print_file, print_json, say};
use crate::app::{App, AppError, Wanted};
use crate::ledger::ImportId;
use crate::text::{plural, visible_lines};

/// Writes rows as CSV to standard output.
pub(super) fn rows(app: &App, id: ImportId, wanted: Wanted) -> Result<Outcome, AppError> {
    let written = match app.write_rows(id, wanted, &mut for_a_file()) {
        // Who reads it may have read enough.
        Err(AppError::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => 0,
        written => written?,
    };
    say(&format!("{} written", plural(written, "row")));
    Ok(Outcome::Done)
}

pub(super) fn receipt(app: &App, id: ImportId, csv: bool, json: bool) -> Result<Outcome, AppError> {
    let receipt = app.receipt(id)?;
    if json {
        print_json(&receipt)?;
    } else if csv {
        print_file(&receipt.to_csv())?;
    } else {
        let text = receipt.to_text();
        print(&visible_lines(&text))?;
    }
    Ok(Outcome::Done)
}
