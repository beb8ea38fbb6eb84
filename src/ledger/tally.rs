//! How many rows of an import are in each state, counted once nobody changes them for now.

use rusqlite::Connection;

use super::{ImportId, LedgerError};

/// Counts an import's rows, which nobody changes for now: lists of many imports count no rows.
pub(super) fn tally(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    forget_tally(connection, import)?;
    let sql = "INSERT INTO tallies SELECT import, state, count(*) FROM rows WHERE import = ?1 GROUP BY state";
    connection.prepare_cached(sql)?.execute([import])?;
    Ok(())
}

/// Rows of an import change.
pub(super) fn forget_tally(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    connection.prepare_cached("DELETE FROM tallies WHERE import = ?1")?.execute([import])?;
    Ok(())
}
