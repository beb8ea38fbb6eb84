//! `caseload rejects`, `remaining` and `receipt`: exports rows and the receipt.

use std::io;

use super::CommandOutcome;
use super::output::{for_a_file, print, print_file, print_json, report_line};
use crate::app::{App, AppError, RowSelection};
use crate::ledger::ImportId;
use crate::text::{plural, visible_lines};

/// Writes rows as CSV to standard output.
pub(super) fn rows(app: &App, id: ImportId, wanted: RowSelection) -> Result<CommandOutcome, AppError> {
    report(app.exports().write_rows(id, wanted, &mut for_a_file()).map(|rows| rows.to_string()))
}

/// Writes the rows of the file with their cases.
pub(super) fn results(app: &App, id: ImportId) -> Result<CommandOutcome, AppError> {
    report(app.exports().write_results(id, &mut for_a_file()).map(|rows| plural(rows, "row")))
}

/// Reports what was exported.
fn report(exported: Result<String, AppError>) -> Result<CommandOutcome, AppError> {
    match exported {
        // The reader has read enough.
        Err(AppError::File { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => {}
        exported => report_line(&format!("{} exported", exported?)),
    }
    Ok(CommandOutcome::Done)
}

/// Format of a receipt.
#[derive(Clone, Copy)]
pub(super) enum ReceiptFormat {
    Page,
    Html,
    Csv,
    Json,
    Undo,
}

pub(super) fn receipt(app: &App, id: ImportId, form: ReceiptFormat) -> Result<CommandOutcome, AppError> {
    let receipt = || app.exports().receipt(id);
    match form {
        ReceiptFormat::Json => print_json(&receipt()?)?,
        ReceiptFormat::Csv => print_file(&receipt()?.to_csv())?,
        ReceiptFormat::Html => print_file(&app.exports().receipt_page(id)?.to_html())?,
        ReceiptFormat::Page => print(&visible_lines(&receipt()?.to_text()))?,
        ReceiptFormat::Undo => print(&visible_lines(&receipt()?.to_undo()))?,
    }
    Ok(CommandOutcome::Done)
}
