//! Texts and errors of CSV exports.

use std::io;

use crate::sheet::escape_formula;
use crate::text::visible;

/// Makes a text safe that isn't read back: it can control neither a terminal nor a spreadsheet program.
pub(super) fn without_control_codes(text: &str) -> String {
    escape_formula(&visible(text)).into_owned()
}

pub(super) fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("can't write a row"),
    }
}
