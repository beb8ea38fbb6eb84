//! Number of rows of an import in each state. Counted when a run ends, and dropped as soon as a row changes.

use rusqlite::Connection;

use super::{ImportId, LedgerError};

/// Counts the rows of an import, so that the list of imports doesn't have to.
pub(super) fn tally(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    forget_tally(connection, import)?;
    let sql = "INSERT INTO tallies SELECT import, state, count(*) FROM rows WHERE import = ?1 GROUP BY state";
    connection.prepare_cached(sql)?.execute([import])?;
    Ok(())
}

/// Drops the counts, because rows of the import are about to change.
pub(super) fn forget_tally(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    connection.prepare_cached("DELETE FROM tallies WHERE import = ?1")?.execute([import])?;
    Ok(())
}
