//! Forgetting imports.

use std::fs;

use super::spool::is_spool;
use super::{App, AppError};
use crate::home::os_user;
use crate::ledger::{Forget, Import, ImportId, Loss, Status};

/// An import that is old enough to be forgotten.
#[derive(Debug, Clone, PartialEq)]
pub struct Old {
    /// The import.
    pub import: Import,
    /// When something last happened with it: seconds since 1970, UTC.
    pub at: i64,
}

impl Old {
    /// Why it is not forgotten; none when it can be.
    #[must_use]
    pub fn stays(&self, even_unknown: bool, even_others: bool) -> Option<&'static str> {
        match self.import.counts.unknown {
            _ if self.import.status == Status::Processing => Some("it is being run"),
            1.. if !even_unknown => {
                Some("it is not known what became of every row; resume it, or say --even-unknown")
            }
            _ if !even_others && !self.import.is_of(&os_user()) => {
                Some("someone else made it; add --even-others to include it")
            }
            _ => None,
        }
    }
}

impl App {
    /// Imports of an account, or of all, with which nothing happened since a time (seconds since 1970, UTC), oldest
    /// first. One that was never started counts from when it was made.
    pub fn old_imports(&self, account: Option<&str>, before: i64) -> Result<Vec<Old>, AppError> {
        let ledger = &self.inner.ledger;
        let mut old = Vec::new();
        for import in ledger.imports()? {
            if account.is_some_and(|account| import.account != account) {
                continue;
            }
            let at = ledger.last_touched(&import)?;
            if at < before {
                old.push(Old { import, at });
            }
        }
        old.sort_by_key(|old| (old.at, old.import.id));
        Ok(old)
    }

    /// Forgets an import for good: its rows, exceptions, notes and recipe. The duplicate guard still knows its cases, by
    /// hashes. Refused while it is being run.
    pub fn forget_import(&self, id: ImportId) -> Result<(), AppError> {
        self.forget_as(id, Forget { keep_identities: true, even_unknown: true })
    }

    /// The same, as is said.
    pub fn forget_as(&self, id: ImportId, how: Forget) -> Result<(), AppError> {
        let import = self.import(id)?;
        self.inner.ledger.forget_import(id, how)?;
        self.remove_spool(&import);
        Ok(())
    }

    /// Imports that sent more than the ledger has records of.
    pub fn losses(&self) -> Result<Vec<Loss>, AppError> {
        Ok(self.inner.ledger.losses()?)
    }

    /// Returns true for a ledger that was copied or restored from a backup, until [`accept_copy`](Self::accept_copy).
    pub fn is_copied_ledger(&self) -> Result<bool, AppError> {
        Ok(self.inner.ledger.is_copy()?)
    }

    /// Accepts a copied ledger as complete: its rows are no longer looked up.
    pub fn accept_copy(&self) -> Result<(), AppError> {
        Ok(self.inner.ledger.settle_place()?)
    }

    /// Takes lost records for lost, so that other imports can run again. Returns the imports that lost them.
    pub fn accept_losses(&self) -> Result<Vec<Loss>, AppError> {
        Ok(self.inner.ledger.accept_losses()?)
    }

    /// How many cases the duplicate guard knows of imports that were forgotten, and that were that old.
    pub fn identities(&self, account: Option<&str>, before: i64) -> Result<u64, AppError> {
        Ok(self.inner.ledger.identities(account, before)?)
    }

    /// Lets the duplicate guard know those no more; gives how many they were.
    pub fn forget_identities(&self, account: Option<&str>, before: i64) -> Result<u64, AppError> {
        Ok(self.inner.ledger.forget_identities(account, before)?)
    }

    /// Gives the room of what was forgotten back. False when somebody reads the ledger meanwhile.
    pub fn shrink(&self) -> Result<bool, AppError> {
        Ok(self.inner.ledger.shrink()?)
    }

    /// Removes what was kept of standard input for an import, unless another one is made of it.
    fn remove_spool(&self, import: &Import) {
        let Some(file) = &import.file else { return };
        let ours = self.inner.home.ledger().canonicalize().ok();
        let is_ours = file.parent() == ours.as_deref() && is_spool(file);
        let others = self.imports().unwrap_or_default();
        if is_ours && others.iter().all(|other| other.file != import.file) {
            // One that is gone already is as good.
            let _ = fs::remove_file(file);
        }
    }
}
