//! Workbooks made for tests, byte by byte.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::Input;
use super::grid::TextLimit;

/// Creates a file of these bytes.
pub(super) fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Creates a zip file of these parts.
pub(super) fn zipped(parts: &[(&str, &[u8])]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let mut zip = zip::ZipWriter::new(File::create(file.path()).unwrap());
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    file
}

/// Enough room for what the tests read.
pub(super) fn room() -> TextLimit {
    TextLimit::new(64 << 20)
}

pub(super) fn input(path: &Path) -> Input {
    BufReader::new(File::open(path).unwrap())
}

/// Text of a worksheet with `|` between the shown text and the number.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap().replace('\u{fdd0}', "|")
}

/// Reads the file with each byte changed and cut at each length; nothing of this may crash the program.
pub(super) fn break_everywhere(whole: &[u8]) {
    for at in 0..whole.len() {
        for change in [0x55, 0x80, 0xFF] {
            let mut bytes = whole.to_vec();
            bytes[at] ^= change;
            let file = file(&bytes);
            if let Err(error) = super::read(file.path(), None, super::MAX_BYTES) {
                let message = error.to_string();
                assert!(!message.contains("::") && !message.contains('{'), "{message}");
            }
        }
        _ = super::read(file(&whole[..at]).path(), None, super::MAX_BYTES);
    }
}
