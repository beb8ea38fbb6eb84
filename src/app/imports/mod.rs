//! The imports in the ledger: their recipes, files and results.

pub(super) mod file;
pub(super) mod profile;
pub(super) mod recipe;
pub(super) mod results;

use std::sync::Arc;

use crate::app::accounts::Accounts;
use crate::app::error::AppError;
use crate::ledger::{Import, ImportId, Ledger};

/// The imports in the ledger, with their recipes, files and results.
pub struct Imports {
    accounts: Arc<Accounts>,
    ledger: Ledger,
}

impl Imports {
    pub(super) fn new(accounts: Arc<Accounts>, ledger: Ledger) -> Self {
        Self { accounts, ledger }
    }

    /// Returns all imports, newest first.
    pub fn all(&self) -> Result<Vec<Import>, AppError> {
        Ok(self.ledger.imports()?)
    }

    /// Returns an import.
    pub fn get(&self, id: ImportId) -> Result<Import, AppError> {
        Ok(self.ledger.import(id)?)
    }

    /// Returns a number that changes with every change to the ledger, by any program.
    pub fn ledger_version(&self) -> Result<i64, AppError> {
        Ok(self.ledger.version()?)
    }
}
