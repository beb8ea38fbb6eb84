//! Asks the process that runs an import to pause it.
//!
//! Requests are counted and never withdrawn. A run reads the count before it takes the lock, and pauses when the count
//! has grown. So a request made while the lock is held reaches its holder, and an earlier one reaches nobody.

use super::actions::{self, ActionKind};
use super::{ImportId, Ledger, LedgerError, Person};

impl Ledger {
    /// Asks the process that runs an import to pause it. Fails if it isn't running.
    pub fn ask_to_pause(&self, id: ImportId, who: Person) -> Result<(), LedgerError> {
        self.import(id)?;
        if !self.is_running(id) {
            return Err(LedgerError::NotRunning(id));
        }
        self.write_now(move |connection| {
            actions::note(connection, id, ActionKind::Paused, &who)?;
            connection.execute("UPDATE imports SET pauses_asked = pauses_asked + 1 WHERE id = ?1", [id])?;
            Ok(())
        })
    }

    /// Returns the number of pause requests so far.
    pub fn pauses_asked(&self, id: ImportId) -> Result<i64, LedgerError> {
        let sql = "SELECT pauses_asked FROM imports WHERE id = ?1";
        Ok(self.read().prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }
}
