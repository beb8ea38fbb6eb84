//! Deletes imports from history.

use std::fs;

use crate::app::error::AppError;
use crate::app::storage::Storage;
use crate::app::storage::spool::is_spool;
use crate::home::os_user;
use crate::ledger::{DeleteOptions, Import, ImportId, Status};

/// An import that is old enough to delete.
#[derive(Debug, Clone, PartialEq)]
pub struct OldImport {
    /// The import.
    pub import: Import,
    /// When it was last used: seconds since 1970, UTC.
    pub at: i64,
    /// True if a row had more than one case in Trackops when it was last read back.
    pub is_doubled: bool,
}

impl OldImport {
    /// Returns why it can't be deleted; `None` if it can.
    #[must_use]
    pub fn reason_to_keep(&self, even_unknown: bool, even_others: bool) -> Option<&'static str> {
        match self.import.counts.unknown {
            _ if self.import.status == Status::Processing => Some("it is running"),
            1.. if !even_unknown => {
                Some("it has unknown rows; resume it, or add --even-unknown to include it")
            }
            _ if self.is_doubled && !even_unknown => Some(
                "a row has several cases in Trackops; delete the others there and verify it, or add --even-unknown",
            ),
            _ if !even_others && !self.import.is_of(&os_user()) => {
                Some("someone else made it; add --even-others to include it")
            }
            _ => None,
        }
    }
}

impl Storage {
    /// Returns imports of an account, or of all, not used since a time (seconds since 1970, UTC), oldest first. One
    /// that was never started counts from its creation.
    pub fn old_imports(&self, account: Option<&str>, before: i64) -> Result<Vec<OldImport>, AppError> {
        let ledger = &self.ledger;
        let mut old = Vec::new();
        for import in ledger.imports()? {
            if account.is_some_and(|account| import.account != account) {
                continue;
            }
            let at = ledger.last_touched(&import)?;
            if at < before {
                let is_doubled = !ledger.duplicate_cases(import.id)?.is_empty();
                old.push(OldImport { import, at, is_doubled });
            }
        }
        old.sort_by_key(|old| (old.at, old.import.id));
        Ok(old)
    }

    /// Deletes an import permanently: its rows, exceptions, notes and recipe. The duplicate guard still knows its
    /// cases, by hashes. Fails while it is running.
    pub fn delete_import(&self, id: ImportId) -> Result<(), AppError> {
        self.delete_import_with(id, DeleteOptions { keep_identities: true, even_unknown: true })
    }

    /// [`delete_import`](Self::delete_import) with options.
    pub fn delete_import_with(&self, id: ImportId, how: DeleteOptions) -> Result<(), AppError> {
        let import = self.imports.get(id)?;
        self.ledger.delete_import(id, how)?;
        self.remove_spool(&import);
        Ok(())
    }

    /// Removes an import's copy of standard input, unless another import uses it.
    fn remove_spool(&self, import: &Import) {
        let Some(file) = &import.file else { return };
        let ours = self.home.ledger().canonicalize().ok();
        let is_ours = file.parent() == ours.as_deref() && is_spool(file);
        // Without the list, the copy stays: it may be the only one of another import's file.
        let Ok(others) = self.imports.all() else { return };
        if is_ours && others.iter().all(|other| other.file != import.file) {
            // It may be gone already.
            let _ = fs::remove_file(file);
        }
    }
}
