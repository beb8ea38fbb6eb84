//! Accounts on the same server. An account may be renamed in the config file, or be listed twice for two users or under
//! two host names. Its cases are the same, and the duplicate guard must know them. The address of an account may also
//! change.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use url::{Host, Url};

use super::{Ledger, LedgerError};

/// SQL for the accounts that share the cases of account `?1`: itself, and those that are or were at one of its
/// addresses.
pub(super) const SAME: &str = "(SELECT ?1 UNION SELECT theirs.account FROM addresses AS ours
    JOIN addresses AS theirs ON theirs.url = ours.url WHERE ours.account = ?1)";

impl Ledger {
    /// Records the address of an account and its server. Writes nothing if both are known.
    pub fn at_address(&self, account: &str, url: &str) -> Result<(), LedgerError> {
        let known = self.addresses()?;
        let at = (account.to_owned(), url.to_owned());
        // Earlier versions recorded addresses only, so each gets its server as well.
        let servers = known.iter().chain([&at]).map(|(account, url)| (account.clone(), server_of(url)));
        let all: BTreeSet<_> = servers.chain([at.clone()]).collect();
        let missing: Vec<_> = all.difference(&known).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.write_now(move |connection| {
            let sql = "INSERT OR IGNORE INTO addresses (account, url) VALUES (?1, ?2)";
            for (account, url) in &missing {
                connection.execute(sql, params![account, url])?;
            }
            Ok(())
        })
    }

    /// Returns true if two accounts have the same cases, as far as their addresses show.
    pub fn are_same(&self, ours: &str, theirs: &str) -> Result<bool, LedgerError> {
        are_same(&self.read(), ours, theirs)
    }

    fn addresses(&self) -> Result<BTreeSet<(String, String)>, LedgerError> {
        self.list("SELECT account, url FROM addresses", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

/// Returns the server of an address in a normal form: `localhost`, `127.0.0.1` and `[::1]` are this machine; a trailing
/// dot of the host, the default port, double slashes and the path's letter case don't matter. The scheme doesn't count,
/// because a port has one server.
fn server_of(url: &str) -> String {
    let Some(parsed) = Url::parse(url).ok().filter(|_| url.contains("://")) else { return url.to_owned() };
    let host = match parsed.host() {
        Some(Host::Domain(name)) => match name.trim_end_matches('.') {
            "localhost" => THIS_MACHINE.to_owned(),
            name => name.to_owned(),
        },
        Some(Host::Ipv4(ip)) if ip.is_loopback() => THIS_MACHINE.to_owned(),
        Some(Host::Ipv6(ip)) if ip.to_canonical().is_loopback() => THIS_MACHINE.to_owned(),
        Some(host) => host.to_string(),
        None => return url.to_owned(),
    };
    let port = parsed.port_or_known_default().unwrap_or_default();
    let path = parsed.path().to_lowercase();
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(format!("{host}:{port}/"), |server, part| server + part + "/")
}

/// Stands for this machine. No host has this name.
const THIS_MACHINE: &str = "(this machine)";

/// Returns true if two accounts have the same cases.
pub(super) fn are_same(connection: &Connection, ours: &str, theirs: &str) -> Result<bool, LedgerError> {
    if ours == theirs {
        return Ok(true);
    }
    let sql = format!("SELECT ?2 IN {SAME}");
    Ok(connection.prepare_cached(&sql)?.query_row([ours, theirs], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_addresses_are_normalized() {
        for (one, other) in [
            ("http://localhost:4000/api/v1/", "http://127.0.0.1:4000/api/v1/"),
            ("http://localhost:4000/api/v1/", "http://[::1]:4000/api/v1"),
            ("http://127.0.0.1:4000/api/v1/", "http://127.8.8.8:4000/api/v1/"),
            ("http://127.0.0.1/api/v1/", "https://[::ffff:127.0.0.1]:80/api/v1/"),
            ("https://acme.viewcases.com/api/v1/", "https://ACME.viewcases.com.:443/api/v1/"),
            ("https://localhost./api/v1/", "https://localhost/api/v1/"),
            ("https://acme.viewcases.com/api//v1/", "https://acme.viewcases.com//API/v1"),
            ("https://acme.viewcases.com/", "https://acme.viewcases.com"),
        ] {
            assert_eq!(server_of(one), server_of(other), "{one} {other}");
            assert_eq!(server_of(&server_of(one)), server_of(one), "it stays what it is");
        }
        for (one, other) in [
            ("http://localhost:4000/api/v1/", "http://localhost:4001/api/v1/"),
            ("https://acme.viewcases.com/api/v1/", "https://acme2.viewcases.com/api/v1/"),
            ("https://firm.com/a/api/v1/", "https://firm.com/b/api/v1/"),
            ("https://10.0.0.1/api/v1/", "https://127.0.0.1/api/v1/"),
        ] {
            assert_ne!(server_of(one), server_of(other), "{one} {other}");
        }
    }

    #[test]
    fn addresses_of_earlier_versions_are_known_by_their_server() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        ledger
            .write_now(|connection| {
                let sql =
                    "INSERT INTO addresses (account, url) VALUES ('old', 'http://localhost:4000/api/v1/')";
                connection.execute(sql, [])?;
                Ok(())
            })
            .unwrap();
        ledger.at_address("new", "http://127.0.0.1:4000/api/v1/").unwrap();
        ledger.at_address("other", "http://127.0.0.1:5000/api/v1/").unwrap();
        let same = |theirs| are_same(&ledger.read(), "new", theirs).unwrap();
        assert_eq!((same("old"), same("other")), (true, false));
        let version = ledger.version().unwrap();
        ledger.at_address("new", "http://127.0.0.1:4000/api/v1/").unwrap();
        assert_eq!(ledger.version().unwrap(), version, "what is known is not written again");
    }
}
