//! How an import is stopped that another program runs.

use super::{App, AppError};
use crate::ledger::ImportId;

impl App {
    /// Asks whoever runs an import to pause it, as a person there would; it happens within a second, after the rows
    /// in flight. Fails when nobody runs it.
    pub fn ask_to_pause(&self, id: ImportId) -> Result<(), AppError> {
        Ok(self.inner.ledger.ask_to_pause(id)?)
    }

    /// Whether some program runs the import now.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        self.inner.ledger.is_running(id)
    }
}
