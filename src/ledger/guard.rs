//! The duplicate guard: finds cases that other imports of the account sent before.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::addresses::{SAME, are_same};
use super::delete::sent_by_deleted;
use super::row::{Earlier, Hash, Identity, IdentityForm, RowState, unsigned};
use super::{DeletedCases, ImportId, Ledger, LedgerError};
use crate::case::NameKey;

impl Ledger {
    /// Creates the duplicate guard for an import of an account.
    #[must_use]
    pub fn guard(&self, account: &str, import: ImportId) -> DuplicateGuard {
        let (ledger, account) = (self.clone(), account.to_owned());
        DuplicateGuard { ledger, account, import, others: None, forgotten: None, hasher: RandomState::new() }
    }
}

/// A row that another import sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentBy {
    /// The import.
    pub import: ImportId,
    /// Its data row, from 1.
    pub row: u64,
    /// True if it was sent after the import that is judged was started.
    pub since_start: bool,
}

/// Tells whether another import of the account sent a case.
///
/// Hardly any case was. To avoid asking the ledger about each, the guard keeps what the others had at the first
/// question, in eight bytes per row. Anything newer is noticed when a row is about to be sent.
pub struct DuplicateGuard {
    ledger: Ledger,
    account: String,
    import: ImportId,
    /// Hashes of the identities of all other imports' rows.
    others: Option<HashSet<u64>>,
    /// Cases of deleted imports.
    forgotten: Option<DeletedCases>,
    hasher: RandomState,
}

impl DuplicateGuard {
    /// Returns where a case with this identity was sent before. Prefers an import that created it to one that may have.
    pub fn earlier(&mut self, identity: &Identity) -> Result<Option<Earlier>, LedgerError> {
        let mut known = self.forgotten()?.has(identity);
        for form in identity.forms() {
            known = known || self.may_know(self.hasher.hash_one(form))?;
        }
        if !known {
            return Ok(None);
        }
        sent_by_another(&self.ledger.read(), (self.import, None), &self.account, identity)
    }

    /// Returns the cases of deleted imports. [`may_know`](Self::may_know) doesn't cover them.
    pub fn forgotten(&mut self) -> Result<DeletedCases, LedgerError> {
        let forgotten = match self.forgotten.take() {
            Some(forgotten) => forgotten,
            None => self.ledger.deleted_cases(&self.account)?,
        };
        Ok(self.forgotten.insert(forgotten).clone())
    }

    /// Returns true if another import may have an identity with this hash, and false if certainly none has.
    pub fn may_know(&mut self, hash: u64) -> Result<bool, LedgerError> {
        let others = match &mut self.others {
            Some(others) => others,
            none => none.insert(identities(&self.ledger.read(), self.import, &self.hasher)?),
        };
        Ok(others.contains(&hash))
    }

    /// Calls `each` with every reference that other imports of the account sent, and its client.
    pub fn each_reference(&self, mut each: impl FnMut(SentBy, u64, &str)) -> Result<(), LedgerError> {
        let connection = self.ledger.read();
        // The start is known to the second: in it, an import with a higher number sent its rows after the start.
        let mut statement = connection.prepare_cached(&format!(
            "SELECT rows.import, rows.row, rows.client, rows.reference,
             rows.sent_at >= 1000 * (own.started_at + (rows.import < ?2)) FROM rows
             JOIN imports ON imports.id = rows.import
             LEFT JOIN imports AS own ON own.id = ?2
             WHERE rows.import <> ?2 AND rows.reference IS NOT NULL
             AND rows.state IN (?3, ?4, ?5) AND imports.account IN {SAME}"
        ))?;
        let (sending, created, unknown) = (RowState::Sending, RowState::Created, RowState::Unknown);
        let mut rows = statement.query((&self.account, self.import, sending, created, unknown))?;
        while let Some(row) = rows.next()? {
            let client: Option<i64> = row.get(2)?;
            let reference = row.get_ref(3)?.as_str().unwrap_or_default();
            let since_start = row.get::<_, Option<bool>>(4)?.unwrap_or(false);
            let sent = SentBy { import: row.get(0)?, row: unsigned(row.get(1)?), since_start };
            each(sent, client.map_or(0, unsigned), reference);
        }
        Ok(())
    }

    /// Returns the hasher for identities.
    #[must_use]
    pub fn hasher(&self) -> &RandomState {
        &self.hasher
    }
}

fn identities(
    connection: &Connection,
    but: ImportId,
    hasher: &RandomState,
) -> Result<HashSet<u64>, LedgerError> {
    let mut found = HashSet::new();
    let sql = "SELECT coalesce(client, 0), reference FROM rows WHERE import <> ?1 AND reference IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([but])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_str().unwrap_or_default();
        found.insert(hasher.hash_one(IdentityForm::Reference(unsigned(row.get(0)?), text)));
    }
    let sql = "SELECT content, same_values FROM unreferenced WHERE import <> ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([but])?;
    while let Some(row) = rows.next()? {
        found.insert(hasher.hash_one(IdentityForm::Content(row.get(0)?)));
        if let Some(values) = row.get::<_, Option<Hash>>(1)? {
            found.insert(hasher.hash_one(IdentityForm::Values(values)));
        }
    }
    Ok(found)
}

/// Returns where a case of this identity was sent before: by another import of the account or, for a given row of this
/// one, by another row with the same reference. Prefers a row that created it to one that may have.
pub(super) fn sent_by_another(
    connection: &Connection,
    (import, own_row): (ImportId, Option<u64>),
    account: &str,
    identity: &Identity,
) -> Result<Option<Earlier>, LedgerError> {
    let mut found: Option<Earlier> = None;
    for form in identity.forms() {
        let mut statement = connection.prepare_cached(match form {
            // The index has the tail, as the schema defines it.
            IdentityForm::Reference(..) => {
                "SELECT import, row, state, coalesce(client, 0), person FROM rows
                 WHERE tail = substr(?1, -6) AND reference = ?1"
            }
            IdentityForm::Content(_) => {
                "SELECT rows.import, rows.row, state, 0, NULL FROM unreferenced AS u
                 JOIN rows ON rows.import = u.import AND rows.row = u.row WHERE u.content = ?1"
            }
            IdentityForm::Values(_) => {
                "SELECT rows.import, rows.row, state, 0, NULL FROM unreferenced AS u
                 JOIN rows ON rows.import = u.import AND rows.row = u.row WHERE u.same_values = ?1"
            }
        })?;
        let (mut rows, client) = match form {
            IdentityForm::Reference(client, text) => (statement.query([text])?, client),
            IdentityForm::Content(hash) | IdentityForm::Values(hash) => (statement.query([hash])?, 0),
        };
        while let Some(row) = rows.next()? {
            let (other, state): (ImportId, RowState) = (row.get(0)?, row.get(2)?);
            let other_row = unsigned(row.get(1)?);
            let is_other = match form {
                // A row that is sent again may have been given the reference of a later row.
                IdentityForm::Reference(..) if other == import => own_row.is_some_and(|own| own != other_row),
                _ => other != import,
            };
            let sent = matches!(state, RowState::Sending | RowState::Created | RowState::Unknown);
            let better = found.as_ref().is_none_or(|found| !found.created);
            if is_other && sent && better && unsigned(row.get(3)?) == client {
                let of = "SELECT account FROM imports WHERE id = ?1";
                let theirs: String = connection.prepare_cached(of)?.query_row([other], |row| row.get(0))?;
                if are_same(connection, account, &theirs)? {
                    let created = state == RowState::Created;
                    let person = row.get::<_, Option<u32>>(4)?.map(NameKey::from_bits);
                    found = Some(Earlier { import: other, row: other_row, created, person });
                }
            }
        }
    }
    match found {
        Some(earlier) if earlier.created => Ok(Some(earlier)),
        found => Ok(sent_by_deleted(connection, account, identity)?
            .filter(|kept| kept.created || found.is_none())
            .or(found)),
    }
}
