//! Pausing an import without a key: from another program, or when the connection to the terminal drops.

use super::{App, AppError};
use crate::ledger::ImportId;

impl App {
    /// Asks the program running an import to pause it. It does so within a second, after the rows in flight. Fails if
    /// the import isn't running.
    pub fn ask_to_pause(&self, id: ImportId) -> Result<(), AppError> {
        Ok(self.inner.ledger.ask_to_pause(id, self.inner.accounts.person())?)
    }

    /// Returns true if a program is running the import.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        self.inner.ledger.is_running(id)
    }
}
