//! The ledger as a whole: lost records, copies, and the duplicate guard's memory.

use crate::app::error::AppError;
use crate::app::storage::Storage;
use crate::ledger::Loss;

impl Storage {
    /// Returns imports that sent more than the ledger has records of.
    pub fn losses(&self) -> Result<Vec<Loss>, AppError> {
        Ok(self.ledger.losses()?)
    }

    /// Accepts that records are lost, so that other imports can run again. Returns the imports that lost them.
    pub fn accept_losses(&self) -> Result<Vec<Loss>, AppError> {
        Ok(self.ledger.accept_losses()?)
    }

    /// Returns true for a ledger that was copied or restored from a backup, until [`accept_copy`](Self::accept_copy).
    pub fn is_copied_ledger(&self) -> Result<bool, AppError> {
        Ok(self.ledger.is_copy()?)
    }

    /// Accepts a copied ledger as complete: its rows are no longer looked up.
    pub fn accept_copy(&self) -> Result<(), AppError> {
        Ok(self.ledger.record_location()?)
    }

    /// Returns the number of cases that the duplicate guard knows from deleted imports of that age.
    pub fn count_identities(&self, account: Option<&str>, before: i64) -> Result<u64, AppError> {
        Ok(self.ledger.count_identities(account, before)?)
    }

    /// Makes the duplicate guard forget those. Returns their number.
    pub fn delete_identities(&self, account: Option<&str>, before: i64) -> Result<u64, AppError> {
        Ok(self.ledger.delete_identities(account, before)?)
    }

    /// Frees the space of deleted data. Returns false if another program is reading the ledger.
    pub fn shrink(&self) -> Result<bool, AppError> {
        Ok(self.ledger.shrink()?)
    }
}
