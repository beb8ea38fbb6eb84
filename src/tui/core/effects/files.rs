//! Files that a person names: typed paths, and what a folder or a file holds.

use std::path::{Path, PathBuf};

use crate::home::expand_path;
use crate::sheet::{Layout, Sheet, SheetError, WorkbookError};
use crate::tui::core::msg::{FileEntry, Sentence};

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
