//! Files that a person names: typed paths, what a folder holds, and what is written.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::app::{App, Receipt, Wanted};
use crate::home::{expand_path, new_private_file};
use crate::ledger::ImportId;
use crate::sheet::{Layout, Sheet, SheetError, WorkbookError};
use crate::text::{plural, visible_lines};
use crate::tui::core::msg::{FileEntry, Sentence};
use crate::tui::screens::processing::export::ExportKind;

/// A typed path, with `~` as the home folder; an empty one is the folder one is in.
pub(crate) fn expand(text: &str) -> PathBuf {
    if text.is_empty() { PathBuf::from(".") } else { expand_path(Path::new(text)) }
}

/// How the names of spreadsheets end.
const SPREADSHEETS: [&str; 9] = ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The folders and spreadsheets of a folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<FileEntry>, Sentence> {
    let fail = |error: std::io::Error| format!("the folder {} cannot be read: {error}", folder.display());
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        // A broken link is nothing to import.
        let Ok(about) = std::fs::metadata(entry.path()) else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        let end =
            Path::new(&name).extension().and_then(|end| end.to_str()).unwrap_or("").to_ascii_lowercase();
        let spreadsheet = SPREADSHEETS.contains(&end.as_str());
        if about.is_dir() || spreadsheet {
            let changed = about.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
            let changed = changed.map_or(0, jiff::Timestamp::as_second);
            entries.push(FileEntry { name, folder: about.is_dir(), bytes: about.len(), changed });
        }
    }
    // The file one wants to import is mostly the one that came last.
    entries.sort_by_key(|entry| {
        let newest = if entry.folder { 0 } else { -entry.changed };
        (entry.folder, newest, entry.name.to_lowercase())
    });
    Ok(entries)
}

/// So many rows of a file are shown before it is chosen.
const PREVIEW: usize = 4;
/// A file larger than this is opened before it is looked into; so is a workbook with more text, in bytes.
const LARGEST: usize = 32 << 20;

/// The header and the first rows of a file.
pub(crate) fn preview(path: &Path) -> Result<Vec<Vec<String>>, Sentence> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    let too_large = || "too large to look into before it is opened".to_owned();
    if usize::try_from(about.len()).is_ok_and(|size| size > LARGEST) {
        return Err(too_large());
    }
    let sheet = Sheet::open_within(path, &Layout::default(), LARGEST).map_err(|error| match error {
        SheetError::Workbook(WorkbookError::TooLarge { .. }) => too_large(),
        error => error.to_string(),
    })?;
    let mut lines = vec![sheet.columns().into_iter().map(|column| column.header).collect()];
    for row in sheet.rows_from(1).map_err(|error| error.to_string())?.take(PREVIEW) {
        let row = row.map_err(|error| error.to_string())?;
        lines.push(row.cells.iter().map(|cell| cell.trim().to_owned()).collect());
    }
    Ok(lines)
}

/// Writes the catalog to a new file that only its owner can read.
pub(crate) fn write_catalog(app: &App, path: &Path) -> Result<String, Sentence> {
    let path = expand_path(path);
    let shown = path.display().to_string();
    let text = app.kept_catalog().for_others().to_toml();
    let mut file = new_private_file(&path).map_err(|error| refused(&shown, &error))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map(|()| format!("the catalog is in {shown}")).map_err(|error| refused(&shown, &error))
}

/// Why a new file cannot be written.
fn refused(shown: &str, error: &std::io::Error) -> Sentence {
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            format!("{shown} is there already, and is not written over; choose another name")
        }
        _ => format!("{shown} cannot be written: {error}; choose another name"),
    }
}

/// Writes rows or the receipt of an import to a new file that only its owner can read. What is half written is
/// removed again.
pub(crate) fn write_out(app: &App, id: ImportId, paper: ExportKind, path: &Path) -> Result<String, Sentence> {
    let path = expand_path(path);
    let shown = path.display().to_string();
    let fail = |error: std::io::Error| refused(&shown, &error);
    let mut file = new_private_file(&path).map_err(fail)?;
    let rows = |wanted, file: &mut std::fs::File| {
        app.write_rows(id, wanted, file).map(|rows| plural(rows, "row")).map_err(|error| error.to_string())
    };
    let page = |text: String, file: &mut std::fs::File| file.write_all(text.as_bytes()).map_err(fail);
    let receipt = || app.receipt(id).map_err(|error| error.to_string());
    let written = match paper {
        ExportKind::Rejected => rows(Wanted::Rejected, &mut file),
        ExportKind::Remaining => rows(Wanted::Remaining, &mut file),
        ExportKind::Exceptions => app
            .write_exceptions(id, &mut file)
            .map(|rows| plural(rows, "exception"))
            .map_err(|error| error.to_string()),
        ExportKind::Results => app
            .write_results(id, &mut file)
            .map(|rows| plural(rows, "row"))
            .map_err(|error| error.to_string()),
        ExportKind::Receipt => {
            let text = |receipt: Receipt| visible_lines(&receipt.to_text());
            receipt().and_then(|receipt| page(text(receipt), &mut file)).map(|()| "the receipt".into())
        }
        ExportKind::Undo => {
            let text = |receipt: Receipt| visible_lines(&receipt.to_undo());
            receipt()
                .and_then(|receipt| page(text(receipt), &mut file))
                .map(|()| "how to take it back".into())
        }
        ExportKind::ReceiptHtml => app
            .receipt_page(id)
            .map_err(|error| error.to_string())
            .and_then(|receipt| page(receipt.to_html(), &mut file))
            .map(|()| "the receipt".into()),
        ExportKind::ReceiptCsv => {
            receipt().and_then(|receipt| page(receipt.to_csv(), &mut file)).map(|()| "the receipt".into())
        }
    };
    let synced = written.and_then(|what| file.sync_all().map_err(fail).map(|()| what));
    if synced.is_err() {
        let _ = std::fs::remove_file(&path);
    }
    Ok(format!("{} written to {shown}", synced?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_workbook_that_becomes_large_is_not_looked_into() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..3000 {
            sheet.write(row, 16_383, "x").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.xlsx");
        book.save(&path).unwrap();
        assert_eq!(preview(&path).unwrap_err(), "too large to look into before it is opened");
    }
}
