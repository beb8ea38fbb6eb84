//! Reasons why an export to a file failed.

use std::io;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::io_reason::write_reason;

/// Reasons why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file already exists.
    #[error("{} already exists. Choose another name", .0.display())]
    Exists(PathBuf),
    /// The file can't be written.
    #[error("can't write {}: {}", path.display(), write_reason(source))]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The data to export can't be read.
    #[error(transparent)]
    App(#[from] AppError),
}

impl ExportError {
    pub(in crate::app) fn file(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists(path.to_owned()),
            _ => Self::File { path: path.to_owned(), source },
        }
    }
}
