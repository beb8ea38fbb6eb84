//! Files of the catalog and of the lists from Trackops.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::accounts::file_name::file_name;
use crate::app::error::AppError;
use crate::app::knowledge::Knowledge;
use crate::home::{open_private, read_small_text, replace_file};
use crate::io_reason::{io_reason, write_reason};
use crate::trackops::{AccountError, Catalog, Directory};

/// Ids and labels of the practice server, as a user would enter them from its settings.
const PRACTICE_CATALOG: &str = include_str!("../../../assets/demo/catalog.toml");

/// Maximum size of the saved lists, in bytes.
const MAX_DIRECTORY_LEN: usize = 128 << 20;
/// Maximum size of a catalog file, in bytes.
const MAX_CATALOG_LEN: usize = 8 << 20;

impl Knowledge {
    pub(super) fn catalog_path(&self, name: &str) -> PathBuf {
        self.home.catalogs().join(format!("{}.catalog.toml", file_name(name)))
    }

    /// Reads an account's catalog. The sandbox's is built in.
    pub(in crate::app) fn stored_catalog(&self, name: &str) -> Result<Catalog, AppError> {
        let path = self.catalog_path(name);
        match (path.exists(), self.accounts.is_embedded(name)) {
            (true, _) => read_catalog(&path),
            // The built-in one, until there is a file.
            (false, true) => Ok(Catalog::from_toml(PRACTICE_CATALOG).unwrap_or_default()),
            (false, false) => Ok(Catalog::default()),
        }
    }

    pub(super) fn save_catalog(&self, catalog: &Catalog) -> Result<(), AppError> {
        let Some((name, _)) = self.accounts.in_use() else { return Ok(()) };
        let path = self.catalog_path(&name);
        Ok(replace_file(&path, &catalog.to_toml())
            .map_err(|error| AccountError::file(&path, &write_reason(&error)))?)
    }

    pub(super) fn directory_path(&self, name: &str) -> PathBuf {
        self.home.ledger().join(format!("{}.directory.json", file_name(name)))
    }

    /// Reads the saved lists from Trackops. An unreadable file counts as none: the lists are read again.
    pub(super) fn stored_directory(&self, name: &str) -> Directory {
        let text = read_small_text(&self.directory_path(name), MAX_DIRECTORY_LEN).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }
}

/// Reads a catalog file.
pub(super) fn read_catalog(path: &Path) -> Result<Catalog, AppError> {
    let text = read_small_text(path, MAX_CATALOG_LEN)
        .map_err(|error| AccountError::file(path, &io_reason(&error)))?;
    Ok(Catalog::from_toml(&text).map_err(|reason| AccountError::file(path, &reason))?)
}

/// Waits until no other caseload changes a catalog file. Others wait until the returned file is closed.
pub(super) fn lock_catalog(path: &Path) -> Result<File, AppError> {
    let lock = || {
        let file = open_private(&path.with_extension("lock"))?;
        file.lock()?;
        Ok(file)
    };
    Ok(lock().map_err(|error: io::Error| AccountError::file(path, &write_reason(&error)))?)
}
