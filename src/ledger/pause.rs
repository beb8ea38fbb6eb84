//! Asking whoever runs an import to pause it.
//!
//! Requests are counted and never taken back. A run reads the count before it takes the lock, and pauses when it has
//! grown: so a request that is made while the lock is held is heard by its holder, and one from before by nobody.

use super::deeds::{self, Deed};
use super::{ImportId, Ledger, LedgerError, Who};

impl Ledger {
    /// Asks whoever runs the import to pause it. Fails when nobody does.
    pub fn ask_to_pause(&self, id: ImportId, who: Who) -> Result<(), LedgerError> {
        self.import(id)?;
        if !self.is_running(id) {
            return Err(LedgerError::NotRunning(id));
        }
        self.write_now(move |connection| {
            deeds::note(connection, id, Deed::Paused, &who)?;
            connection.execute("UPDATE imports SET pauses_asked = pauses_asked + 1 WHERE id = ?1", [id])?;
            Ok(0)
        })?;
        Ok(())
    }

    /// How often a pause was asked for so far.
    pub fn pauses_asked(&self, id: ImportId) -> Result<i64, LedgerError> {
        let sql = "SELECT pauses_asked FROM imports WHERE id = ?1";
        Ok(self.read().prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }
}
