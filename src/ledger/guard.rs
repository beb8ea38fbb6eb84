//! The duplicate guard: what other imports of the account sent before.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::addresses::SAME;
use super::imports::unsigned;
use super::rows::{Earlier, sent_by_another};
use super::{Forgotten, ImportId, Ledger, LedgerError};

impl Ledger {
    /// A look-up of what the account's other imports sent before, for the duplicate guard.
    #[must_use]
    pub fn guard(&self, account: &str, import: ImportId) -> Guard {
        let (ledger, account) = (self.clone(), account.to_owned());
        Guard { ledger, account, import, others: None, forgotten: None, hasher: RandomState::new() }
    }
}

/// What tells a case from others of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Client and reference; without a reference, a hash of the row's cells.
    pub exact: String,
    /// For a row without a reference, a hash of the values that its cells give the case. A case with either is the same.
    pub values: Option<String>,
}

impl From<String> for Identity {
    fn from(exact: String) -> Self {
        Self { exact, values: None }
    }
}

impl Identity {
    /// Each form of it.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        [Some(&self.exact), self.values.as_ref()].into_iter().flatten().map(String::as_str)
    }
}

/// Answers whether a case was sent by another import of the account.
///
/// Nearly no case was: so that it need not ask the ledger for each, it keeps what the others had when it was first
/// asked, eight bytes a row. What comes later is seen when a row is about to be sent.
pub struct Guard {
    ledger: Ledger,
    account: String,
    import: ImportId,
    /// Hashes of the identities of all other imports' rows.
    others: Option<HashSet<u64>>,
    /// Cases of imports that were forgotten.
    forgotten: Option<Forgotten>,
    hasher: RandomState,
}

impl Guard {
    /// Where a case of this identity was sent before; an import that created it rather than one that may have.
    pub fn earlier(&mut self, identity: &Identity) -> Result<Option<Earlier>, LedgerError> {
        let mut known = self.forgotten()?.has(identity);
        for form in identity.forms() {
            known = known || self.may_know(self.hasher.hash_one(form))?;
        }
        if !known {
            return Ok(None);
        }
        sent_by_another(&self.ledger.read(), self.import, &self.account, identity)
    }

    /// Cases of imports that were forgotten; what [`may_know`](Self::may_know) says of them is nothing.
    pub fn forgotten(&mut self) -> Result<Forgotten, LedgerError> {
        let forgotten = match self.forgotten.take() {
            Some(forgotten) => forgotten,
            None => self.ledger.forgotten_cases(&self.account)?,
        };
        Ok(self.forgotten.insert(forgotten).clone())
    }

    /// Whether another import may have an identity with this hash; false is certain.
    pub fn may_know(&mut self, hash: u64) -> Result<bool, LedgerError> {
        let others = match &mut self.others {
            Some(others) => others,
            none => none.insert(identities(&self.ledger.read(), self.import, &self.hasher)?),
        };
        Ok(others.contains(&hash))
    }

    /// Calls `each` with every reference that other imports of the account sent: where, its client, and the reference.
    pub fn each_reference(&self, mut each: impl FnMut(ImportId, u64, u64, &str)) -> Result<(), LedgerError> {
        let connection = self.ledger.read();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT rows.import, rows.row, rows.client, rows.reference FROM rows
             JOIN imports ON imports.id = rows.import
             WHERE rows.import <> ?2 AND rows.reference IS NOT NULL
             AND rows.state IN ('sending', 'created', 'unknown') AND imports.account IN {SAME}"
        ))?;
        let mut rows = statement.query((&self.account, self.import))?;
        while let Some(row) = rows.next()? {
            let client: Option<i64> = row.get(2)?;
            let reference = row.get_ref(3)?.as_str().unwrap_or_default();
            each(row.get(0)?, unsigned(row.get(1)?), client.map_or(0, unsigned), reference);
        }
        Ok(())
    }

    /// What identities are hashed with.
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
    let sql = "SELECT identity FROM rows WHERE import <> ?1 AND identity IS NOT NULL
               UNION ALL SELECT same_values FROM rows WHERE import <> ?1 AND same_values IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([but])?;
    let mut found = HashSet::new();
    while let Some(row) = rows.next()? {
        found.insert(hasher.hash_one(row.get_ref(0)?.as_str().unwrap_or_default()));
    }
    Ok(found)
}
