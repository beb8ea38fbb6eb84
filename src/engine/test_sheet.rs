//! Sheets for tests.

use std::io::Write;

use crate::sheet::Sheet;

/// Returns a sheet with this text, and its file, which is deleted when it is dropped.
pub(super) fn sheet(text: &str) -> (tempfile::NamedTempFile, Sheet) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let sheet = Sheet::open(file.path()).unwrap();
    (file, sheet)
}
