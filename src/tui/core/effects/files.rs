//! Files the user names: typed paths, folder listings and previews.

use std::path::{Path, PathBuf};

use crate::app::ExportKind;
use crate::home::expand_path;
use crate::io_reason::io_reason;
use crate::sheet::{Layout, Sheet, SheetFault};
use crate::text::sentence;
use crate::tui::core::msg::{FileEntry, Sentence};

/// Returns a typed path, with `~` as the home folder. An empty path is the current folder.
pub(crate) fn expand(text: &str) -> PathBuf {
    if text.is_empty() { PathBuf::from(".") } else { expand_path(Path::new(text)) }
}

/// File name extensions of spreadsheets.
const SPREADSHEETS: [&str; 9] = ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods"];

/// Returns the subfolders and spreadsheets of a folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<FileEntry>, Sentence> {
    let fail = |error: std::io::Error| {
        sentence(format!("Can't read the folder {}: {}", folder.display(), io_reason(&error)))
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        // Skip broken links.
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
    // The file to import is usually the newest, unless that is an export of ours.
    entries.sort_by_key(|entry| {
        let newest = if entry.folder { 0 } else { -entry.changed };
        let is_export = !entry.folder && ExportKind::is_name_of_one(&entry.name);
        (entry.folder, is_export, newest, entry.name.to_lowercase())
    });
    Ok(entries)
}

/// Number of rows in a preview.
const PREVIEW: usize = 4;
/// Maximum size of a file, and of the text of a workbook, for a preview, in bytes.
const LARGEST: usize = 32 << 20;

/// Returns the header and the first rows of a file.
pub(crate) fn preview(path: &Path) -> Result<Vec<Vec<String>>, Sentence> {
    let about = std::fs::metadata(path)
        .map_err(|error| sentence(format!("Can't read the file: {}", io_reason(&error))))?;
    let too_large = || "Too large to preview. Press Enter to open it.".to_owned();
    if usize::try_from(about.len()).is_ok_and(|size| size > LARGEST) {
        return Err(too_large());
    }
    let sheet = Sheet::open_within(path, &Layout::default(), LARGEST).map_err(|error| match error.fault {
        SheetFault::TooLarge(_) => too_large(),
        _ => error.to_string(),
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
    use crate::home::unused_path;

    #[test]
    fn exports_are_below_the_files_to_import() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["march.csv", "march-rejected-2.csv", "march-receipt.csv", "unrejected.csv", "undo.txt"] {
            std::fs::write(folder.path().join(name), "A\n1\n").unwrap();
        }
        std::fs::create_dir(folder.path().join("a-rejected.csv")).unwrap();
        // Exports are the newest files.
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        for name in ["march.csv", "unrejected.csv", "undo.txt"] {
            std::fs::File::options()
                .append(true)
                .open(folder.path().join(name))
                .unwrap()
                .set_modified(old)
                .unwrap();
        }
        let names: Vec<String> = list(folder.path()).unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names[..3], ["march.csv", "undo.txt", "unrejected.csv"]);
        assert!(
            names[3..5].iter().all(|name| name.starts_with("march-")) && names[5] == "a-rejected.csv",
            "{names:?}"
        );
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        assert_eq!(unused_path(&path("a-receipt.csv")), path("a-receipt.csv"));
        for name in ["a-receipt.csv", "a-receipt-2.csv", "receipt"] {
            std::fs::write(path(name), "").unwrap();
        }
        assert_eq!(unused_path(&path("a-receipt.csv")), path("a-receipt-3.csv"));
        assert_eq!(unused_path(&path("receipt")), path("receipt-2"));
    }

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
        assert_eq!(preview(&path).unwrap_err(), "Too large to preview. Press Enter to open it.");
    }
}
