//! How an import is stopped by other means than a key: by another program, and by a line that drops.

use super::{App, AppError, locked};
use crate::ledger::ImportId;
use crate::trackops::OnHangUp;

impl App {
    /// Asks whoever runs an import to pause it, as a person there would; it happens within a second, after the rows
    /// in flight. Fails when nobody runs it.
    pub fn ask_to_pause(&self, id: ImportId) -> Result<(), AppError> {
        Ok(self.inner.ledger.ask_to_pause(id, self.who())?)
    }

    /// Whether some program runs the import now.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        self.inner.ledger.is_running(id)
    }

    /// What becomes of a run when the line drops, by the config file.
    #[must_use]
    pub fn on_hang_up(&self) -> OnHangUp {
        locked(&self.inner.accounts).config.on_hang_up
    }
}
