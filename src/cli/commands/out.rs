//! `caseload rejects`, `remaining` and `receipt`: exports rows and the receipt.

use std::io;

use super::Outcome;
use super::output::{for_a_file, print, print_file, print_json, say};
use crate::app::{App, AppError, Wanted};
use crate::ledger::ImportId;
use crate::text::{plural, visible_lines};

/// Writes rows as CSV to standard output.
pub(super) fn rows(app: &App, id: ImportId, wanted: Wanted) -> Result<Outcome, AppError> {
    report(app.write_rows(id, wanted, &mut for_a_file()).map(|rows| rows.to_string()))
}

/// Writes the rows of the file with their cases.
pub(super) fn results(app: &App, id: ImportId) -> Result<Outcome, AppError> {
    report(app.write_results(id, &mut for_a_file()).map(|rows| plural(rows, "row")))
}

/// Reports what was exported.
fn report(exported: Result<String, AppError>) -> Result<Outcome, AppError> {
    match exported {
        // The reader has read enough.
        Err(AppError::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {}
        exported => say(&format!("{} exported", exported?)),
    }
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
