//! Deleting imports from history: everything readable goes. What stays, unless it is to go as well, is
//! what the duplicate guard needs to recognize a case: a hash and the case's id.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::addresses::{SAME, are_same};
use super::lock::SendProgress;
use super::loss;
use super::row::{Earlier, Hash, Identity, IdentityForm, RowState, StoredId, half_sha256, unsigned};
use super::{Import, ImportId, Ledger, LedgerError, connect};
use crate::text::hex;

/// Options for deleting an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeleteOptions {
    /// Whether the duplicate guard keeps recognizing its cases.
    pub keep_identities: bool,
    /// Whether to delete it even if it has unknown rows.
    pub even_unknown: bool,
}

/// Hashes that identify cases of deleted imports. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct DeletedCases(Arc<HashSet<Hash>>);

impl DeletedCases {
    /// Returns true if a deleted import sent a case with this identity.
    #[must_use]
    pub fn has(&self, identity: &Identity) -> bool {
        !self.0.is_empty() && identity.forms().any(|form| self.0.contains(&hashed(form)))
    }
}

/// Hashes a form of an identity, so that it can't be read. The result must never change, because ledgers store it.
fn hashed(form: IdentityForm<'_>) -> Hash {
    let text = match form {
        IdentityForm::Reference(client, text) => format!("reference {client} {text}"),
        IdentityForm::Content(hash) => format!("content {}", hex(&hash)),
        IdentityForm::Values(hash) => format!("values {}", hex(&hash)),
    };
    half_sha256(Sha256::digest(text).into())
}

impl Ledger {
    /// Returns the time when an import was last used, in seconds since 1970.
    pub fn last_touched(&self, import: &Import) -> Result<i64, LedgerError> {
        let sql = "SELECT max(sent_at) FROM rows WHERE import = ?1";
        let sent: Option<i64> = self.read().query_row(sql, [import.id], |row| row.get(0))?;
        let times = [import.ended_at, import.started_at, sent.map(|millis| millis.div_euclid(1000))];
        Ok(times.into_iter().flatten().fold(import.created_at, i64::max))
    }

    /// Deletes an import with its rows and exceptions. Fails while it is running.
    pub fn delete_import(&self, id: ImportId, how: DeleteOptions) -> Result<(), LedgerError> {
        let at = self.last_touched(&self.import(id)?)?;
        let lock = self.lock(id)?;
        self.write_now(move |connection| {
            let unknown = "SELECT EXISTS (SELECT 1 FROM rows WHERE import = ?1 AND state IN (?2, ?3))";
            let states = params![id, RowState::Unknown, RowState::Sending];
            if !how.even_unknown && connection.query_row(unknown, states, |row| row.get(0))? {
                return Err(LedgerError::HasUnknown(id));
            }
            if how.keep_identities {
                keep_identities(connection, id, at)?;
            }
            // Cascades to rows and exceptions.
            let gone = connection.execute("DELETE FROM imports WHERE id = ?1", [id])?;
            if gone != 1 {
                return Err(LedgerError::NoSuchImport(id));
            }
            // If the program dies before the lock file is removed, the file must not look like a loss.
            loss::accept(connection, id, SendProgress::HIGHEST)?;
            Ok(())
        })?;
        self.remove_lock_file(id);
        drop(lock);
        self.checkpoint();
        Ok(())
    }

    /// Deletes what the duplicate guard keeps of deleted imports that were last used before a time, in seconds since
    /// 1970, for one account or all. Returns the number of cases.
    pub fn delete_identities(&self, account: Option<&str>, before: i64) -> Result<u64, LedgerError> {
        let account = account.map(str::to_owned);
        self.write_now(move |connection| {
            let sql = "DELETE FROM kept WHERE at < ?1 AND account = coalesce(?2, account)";
            Ok(connection.execute(sql, params![before, account])? as u64)
        })
    }

    /// Returns the number of cases that the duplicate guard keeps of deleted imports last used before a time.
    pub fn count_identities(&self, account: Option<&str>, before: i64) -> Result<u64, LedgerError> {
        let sql = "SELECT count(*) FROM kept WHERE at < ?1 AND account = coalesce(?2, account)";
        Ok(unsigned(self.read().query_row(sql, params![before, account], |row| row.get(0))?))
    }

    /// Frees the space of deleted data and removes its traces from the files. Returns false if another program is
    /// reading the ledger, so that part of it stays until the next time.
    pub fn shrink(&self) -> Result<bool, LedgerError> {
        let connection = connect(&self.folder.join("ledger.sqlite3"))?;
        connection.execute_batch("VACUUM")?;
        let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    pub(super) fn deleted_cases(&self, account: &str) -> Result<DeletedCases, LedgerError> {
        let connection = self.read();
        let sql = format!(
            "SELECT identity FROM kept WHERE account IN {SAME}
             UNION ALL SELECT same_values FROM kept WHERE account IN {SAME} AND same_values IS NOT NULL"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let hashes = statement.query_map([account], |row| row.get(0))?;
        Ok(DeletedCases(Arc::new(hashes.collect::<Result<_, _>>()?)))
    }
}

/// Keeps what the duplicate guard needs of an import's cases.
fn keep_identities(connection: &Connection, id: ImportId, at: i64) -> Result<(), LedgerError> {
    let mut rows = connection.prepare(
        "SELECT rows.row, reference, coalesce(client, 0), content, same_values, state, case_id, account
         FROM rows JOIN imports ON imports.id = rows.import
         LEFT JOIN unreferenced ON unreferenced.import = rows.import AND unreferenced.row = rows.row
         WHERE rows.import = ?1 AND state IN (?2, ?3, ?4)",
    )?;
    let mut insert = connection.prepare(
        "INSERT INTO kept (import, row, account, identity, same_values, case_id, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    let mut rows = rows.query(params![id, RowState::Created, RowState::Sending, RowState::Unknown])?;
    while let Some(row) = rows.next()? {
        let case_id: Option<String> = match row.get("state")? {
            RowState::Created => row.get::<_, Option<StoredId>>("case_id")?.map(|id| id.0),
            _ => None,
        };
        let content: Option<Hash> = row.get("content")?;
        let reference: Option<String> = row.get("reference")?;
        let identity = match (content, &reference) {
            (Some(content), _) => hashed(IdentityForm::Content(content)),
            (None, Some(text)) => hashed(IdentityForm::Reference(unsigned(row.get(2)?), text)),
            (None, None) => continue,
        };
        let values =
            row.get::<_, Option<Hash>>("same_values")?.map(|values| hashed(IdentityForm::Values(values)));
        insert.execute(params![
            id,
            row.get::<_, i64>("row")?,
            row.get::<_, String>("account")?,
            identity,
            values,
            case_id,
            at
        ])?;
    }
    Ok(())
}

/// Returns where a deleted import sent a case with this identity. Prefers an import that created it to one that may
/// have.
pub(super) fn sent_by_deleted(
    connection: &Connection,
    account: &str,
    identity: &Identity,
) -> Result<Option<Earlier>, LedgerError> {
    let by_exact = "SELECT import, row, case_id IS NOT NULL, account FROM kept WHERE identity = ?1";
    let by_values = "SELECT import, row, case_id IS NOT NULL, account FROM kept WHERE same_values = ?1";
    let mut found: Option<Earlier> = None;
    let none = "SELECT NOT EXISTS (SELECT 1 FROM kept)";
    if connection.prepare_cached(none)?.query_row([], |row| row.get(0))? {
        return Ok(None);
    }
    for (sql, form) in [by_exact, by_values].into_iter().zip(identity.forms()) {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([hashed(form)])?;
        while let Some(row) = rows.next()? {
            let created = row.get(2)?;
            let better = found.as_ref().is_none_or(|found| created && !found.created);
            if better && are_same(connection, account, row.get_ref(3)?.as_str().unwrap_or_default())? {
                let (import, row) = (row.get(0)?, unsigned(row.get(1)?));
                found = Some(Earlier { import, row, created, person: None });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_never_change() {
        let hash = hashed(IdentityForm::Reference(100, "C-0001"));
        assert_eq!(crate::text::hex(&hash), "6ca6489cb674358ba8b41cd28b70cd87");
        let of = |client, text: &str| Identity::Reference { client, text: text.to_owned() };
        assert!(!DeletedCases::default().has(&of(100, "C-0001")));
        let forgotten = DeletedCases(Arc::new([hash].into()));
        assert!(forgotten.has(&of(100, "C-0001")) && !forgotten.has(&of(100, "c-0001")));
        assert_eq!(
            crate::text::hex(&hashed(IdentityForm::Content([7; 16]))),
            "4798c2c02ee021febb3773714443b5d8"
        );
        assert_eq!(
            crate::text::hex(&hashed(IdentityForm::Values([7; 16]))),
            "352b23c48f11cbdaafe300daa0ca6fe7"
        );
    }
}
