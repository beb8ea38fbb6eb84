//! Pausing an import from another program.

use crate::app::error::AppError;
use crate::app::runs::Runs;
use crate::ledger::ImportId;

impl Runs {
    /// Asks the program running an import to pause it. It does so within a second, after the rows in flight. Fails if
    /// the import isn't running.
    pub fn ask_to_pause(&self, id: ImportId) -> Result<(), AppError> {
        Ok(self.ledger.ask_to_pause(id, self.accounts.person())?)
    }

    /// Returns true if a program is running the import.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        self.ledger.is_running(id)
    }
}
