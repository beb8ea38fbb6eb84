//! Which accounts are at one address. An account may be renamed in the config file, or stand there twice for two users:
//! its cases are the same, and the duplicate guard must know them. An address may also be changed under the same name.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Ledger, LedgerError};

/// Accounts that have the cases of the account `?1`: itself, and those that are or were at one of its addresses.
pub(super) const SAME: &str = "(SELECT ?1 UNION SELECT theirs.account FROM addresses AS ours
    JOIN addresses AS theirs ON theirs.url = ours.url WHERE ours.account = ?1)";

impl Ledger {
    /// Remembers that an account is at an address. Nothing is written when that is known.
    pub fn at_address(&self, account: &str, url: &str) -> Result<(), LedgerError> {
        let known = "SELECT 1 FROM addresses WHERE account = ?1 AND url = ?2";
        let known = self.read().prepare_cached(known)?.query_row([account, url], |_| Ok(())).optional()?;
        if known.is_some() {
            return Ok(());
        }
        let (account, url) = (account.to_owned(), url.to_owned());
        self.write_now(move |connection| {
            let sql = "INSERT OR IGNORE INTO addresses (account, url) VALUES (?1, ?2)";
            Ok(i64::try_from(connection.execute(sql, params![account, url])?).unwrap_or(0))
        })?;
        Ok(())
    }
}

/// Whether two accounts have the same cases.
pub(super) fn are_same(connection: &Connection, ours: &str, theirs: &str) -> Result<bool, LedgerError> {
    if ours == theirs {
        return Ok(true);
    }
    let sql = format!("SELECT ?2 IN {SAME}");
    Ok(connection.prepare_cached(&sql)?.query_row([ours, theirs], |row| row.get(0))?)
}
