//! `caseload rejects`, `remaining` and `receipt`: exports rows and the receipt.

use std::io;

use super::Outcome;
use super::output::{for_a_file, print, print_file, print_json, say};
use crate::app::{App, AppError, Wanted};
use crate::ledger::ImportId;
use crate::text::{plural, visible_lines};

/// Writes rows as CSV to standard output.
pub(super) fn rows(app: &App, id: ImportId, wanted: Wanted) -> Result<Outcome, AppError> {
    told(app.write_rows(id, wanted, &mut for_a_file()))
}

/// Writes the rows of the file with their cases.
pub(super) fn results(app: &App, id: ImportId) -> Result<Outcome, AppError> {
    told(app.write_results(id, &mut for_a_file()))
}

fn told(written: Result<u64, AppError>) -> Result<Outcome, AppError> {
    let written = match written {
        // The reader may have read enough.
        Err(AppError::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => 0,
        written => written?,
    };
    say(&format!("{} exported", plural(written, "row")));
    Ok(Outcome::Done)
}

/// Format of a receipt.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Page,
    Html,
    Csv,
    Json,
    Undo,
}

pub(super) fn receipt(app: &App, id: ImportId, form: Form) -> Result<Outcome, AppError> {
    let receipt = || app.receipt(id);
    match form {
        Form::Json => print_json(&receipt()?)?,
        Form::Csv => print_file(&receipt()?.to_csv())?,
        Form::Html => print_file(&app.receipt_page(id)?.to_html())?,
        Form::Page => print(&visible_lines(&receipt()?.to_text()))?,
        Form::Undo => print(&visible_lines(&receipt()?.to_undo()))?,
    }
    Ok(Outcome::Done)
}
