//! Location of the ledger's file. A copy, or a file restored from a backup, may lack what the original sent later. It
//! is recognized by machine id and inode, which a copy doesn't share.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::{ImportId, Ledger, LedgerError};

/// Machine and inode of a file. Systems without inodes have one place only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LedgerLocation {
    pub(super) machine: String,
    pub(super) inode: i64,
}

impl LedgerLocation {
    /// Returns the place of an existing file.
    pub(super) fn of(file: &Path) -> Self {
        #[cfg(unix)]
        let inode = std::fs::metadata(file).map_or(0, |about| std::os::unix::fs::MetadataExt::ino(&about));
        #[cfg(not(unix))]
        let inode = 0;
        let id = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
        Self { machine: id.trim().to_owned(), inode: inode.cast_signed() }
    }
}

/// Records the place of a new ledger, or of one that an earlier version wrote.
pub(super) fn record_first_location(
    connection: &Connection,
    place: &LedgerLocation,
) -> Result<(), LedgerError> {
    // Writes only if needed, so that the ledger can still be read on a full disk.
    if found(connection, "SELECT machine, inode FROM place", ())?.is_none() {
        let sql = "INSERT OR IGNORE INTO place (one, machine, inode) VALUES (1, ?1, ?2)";
        connection.execute(sql, params![place.machine, place.inode])?;
    }
    Ok(())
}

/// Records the place where an import is started.
pub(super) fn note(
    connection: &Connection,
    import: ImportId,
    place: &LedgerLocation,
) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE imports SET machine = ?2, inode = ?3 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![import, place.machine, place.inode])?;
    Ok(())
}

fn found(
    connection: &Connection,
    sql: &str,
    of: impl rusqlite::Params,
) -> Result<Option<LedgerLocation>, LedgerError> {
    let place = |row: &rusqlite::Row<'_>| {
        let (machine, inode) = (row.get::<_, Option<String>>(0)?, row.get::<_, Option<i64>>(1)?);
        Ok(machine.zip(inode).map(|(machine, inode)| LedgerLocation { machine, inode }))
    };
    Ok(connection.prepare_cached(sql)?.query_row(of, place).optional()?.flatten())
}

impl Ledger {
    /// Returns true if the ledger, or this import at its last start, was in another place. Then the original may have
    /// sent rows that this copy doesn't know of.
    pub fn was_moved(&self, import: ImportId) -> Result<bool, LedgerError> {
        let reader = self.read();
        let ledger = found(&reader, "SELECT machine, inode FROM place", ())?;
        let import_place = found(&reader, "SELECT machine, inode FROM imports WHERE id = ?1", [import])?;
        Ok([ledger, import_place].into_iter().flatten().any(|place| place != self.place))
    }

    /// Returns true if the place where the ledger was last known to be complete is another one.
    pub fn is_copy(&self) -> Result<bool, LedgerError> {
        let place = found(&self.read(), "SELECT machine, inode FROM place", ())?;
        Ok(place.is_some_and(|place| place != self.place))
    }

    /// Records that the ledger is complete in its current place.
    pub fn record_location(&self) -> Result<(), LedgerError> {
        let place = self.place.clone();
        self.write_now(move |connection| {
            let here = params![place.machine, place.inode];
            connection.execute("UPDATE place SET machine = ?1, inode = ?2", here)?;
            connection
                .execute("UPDATE imports SET machine = ?1, inode = ?2 WHERE inode IS NOT NULL", here)?;
            Ok(())
        })
    }
}
