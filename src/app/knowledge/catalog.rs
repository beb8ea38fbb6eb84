//! The catalog: ids and names that people, files and cases gave.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::export_error::ExportError;
use crate::app::knowledge::Knowledge;
use crate::app::knowledge::files::{lock_catalog, read_catalog};
use crate::app::lock::locked;
use crate::home::{expand_path, new_private_file};
use crate::trackops::{AccountError, Catalog, List, Merged};

impl Knowledge {
    /// Returns the catalog with the clients that Trackops listed.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        let (mut catalog, means) = (self.saved_catalog(), self.means());
        let listed = locked(&self.directory).entries(List::Clients, means, None);
        catalog.remember_all(List::Clients, listed);
        catalog
    }

    /// Returns the saved catalog, without the lists from Trackops.
    #[must_use]
    pub fn saved_catalog(&self) -> Catalog {
        locked(&self.catalog).clone()
    }

    /// Changes the saved catalog, as it is on disk now: another caseload may have written to it.
    pub fn change_catalog<T>(&self, change: impl FnOnce(&mut Catalog) -> T) -> Result<T, AppError> {
        let mut catalog = locked(&self.catalog);
        let path = self.accounts.in_use().map(|(name, _)| self.catalog_path(&name));
        let lock = path.as_deref().map(lock_catalog).transpose()?;
        if let Some(path) = path.filter(|path| path.exists()) {
            *catalog = read_catalog(&path)?;
        }
        let told = change(&mut catalog);
        self.save_catalog(&catalog)?;
        drop((catalog, lock));
        self.invalidate_roster();
        Ok(told)
    }

    /// Imports a catalog file, such as a colleague's.
    pub fn import_catalog(&self, path: &Path) -> Result<Merged, AppError> {
        self.accounts.require()?;
        let other = read_catalog(path)?;
        if let Some(reason) = other.validate() {
            return Err(AccountError::file(path, &reason).into());
        }
        self.change_catalog(|catalog| catalog.merge(other))
    }

    /// Exports the catalog to a new file. Returns the file.
    pub fn export_catalog(&self, path: &Path) -> Result<PathBuf, ExportError> {
        let path = expand_path(path);
        let text = self.saved_catalog().for_sharing().to_toml();
        let fail = |error| ExportError::file(&path, error);
        let mut file = new_private_file(&path).map_err(fail)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fail)?;
        Ok(path)
    }
}
