//! Where the ledger's file is. A copy, or a file put back from a backup, may lack what its later self has sent: it is seen by
//! its machine and by its number in the file system, both of which a copy doesn't share.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::{ImportId, Ledger, LedgerError};

/// A file on a machine. Where the system has no such numbers, all places are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) machine: String,
    pub(super) inode: i64,
}

impl Place {
    /// The place of a file that is there.
    pub(super) fn of(file: &Path) -> Self {
        #[cfg(unix)]
        let inode = std::fs::metadata(file).map_or(0, |about| std::os::unix::fs::MetadataExt::ino(&about));
        #[cfg(not(unix))]
        let inode = 0;
        let id = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
        Self { machine: id.trim().to_owned(), inode: inode.cast_signed() }
    }
}

/// Notes the place of a ledger that has none yet: it was begun just now, or by an earlier version.
pub(super) fn settle_first(connection: &Connection, place: &Place) -> Result<(), LedgerError> {
    // Nothing is written when there is nothing to do: on a full disk the ledger can still be read.
    if found(connection, "SELECT machine, inode FROM place", ())?.is_none() {
        let sql = "INSERT OR IGNORE INTO place (one, machine, inode) VALUES (1, ?1, ?2)";
        connection.execute(sql, params![place.machine, place.inode])?;
    }
    Ok(())
}

/// Notes where an import is started.
pub(super) fn note(connection: &Connection, import: ImportId, place: &Place) -> Result<(), rusqlite::Error> {
    let sql = "UPDATE imports SET machine = ?2, inode = ?3 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![import, place.machine, place.inode])?;
    Ok(())
}

fn found(
    connection: &Connection,
    sql: &str,
    of: impl rusqlite::Params,
) -> Result<Option<Place>, LedgerError> {
    let place = |row: &rusqlite::Row<'_>| {
        let (machine, inode) = (row.get::<_, Option<String>>(0)?, row.get::<_, Option<i64>>(1)?);
        Ok(machine.zip(inode).map(|(machine, inode)| Place { machine, inode }))
    };
    Ok(connection.prepare_cached(sql)?.query_row(of, place).optional()?.flatten())
}

impl Ledger {
    /// Whether the ledger, or this import when it was started last, was in another place: a copy, or put back from a
    /// backup. Its later self may have sent rows that it doesn't know of.
    pub fn is_elsewhere(&self, import: ImportId) -> Result<bool, LedgerError> {
        let reader = self.read();
        let ledger = found(&reader, "SELECT machine, inode FROM place", ())?;
        let own = found(&reader, "SELECT machine, inode FROM imports WHERE id = ?1", [import])?;
        Ok([ledger, own].into_iter().flatten().any(|place| place != self.place))
    }

    /// Whether the ledger itself is in another place than where it was known to be whole.
    pub fn is_copy(&self) -> Result<bool, LedgerError> {
        let place = found(&self.read(), "SELECT machine, inode FROM place", ())?;
        Ok(place.is_some_and(|place| place != self.place))
    }

    /// Takes the ledger for whole where it is, by a person's word.
    pub fn settle_place(&self) -> Result<(), LedgerError> {
        let place = self.place.clone();
        self.write_now(move |connection| {
            let here = params![place.machine, place.inode];
            connection.execute("UPDATE place SET machine = ?1, inode = ?2", here)?;
            connection
                .execute("UPDATE imports SET machine = ?1, inode = ?2 WHERE inode IS NOT NULL", here)?;
            Ok(0)
        })?;
        Ok(())
    }
}
