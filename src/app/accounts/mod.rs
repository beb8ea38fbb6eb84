//! The accounts in Trackops: which there are, which one is in use, and a client for it.

mod client;
pub(super) mod connect;
mod doctor;
pub(super) mod file_name;
pub(super) mod known;
mod preferences;
pub(super) mod resolve;
pub(super) mod session;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::app::accounts::known::KnownAccounts;
use crate::app::accounts::resolve::{SANDBOX, no_such};
use crate::app::accounts::session::SessionAccounts;
use crate::app::error::AppError;
use crate::app::lock::locked;
use crate::home::{Home, os_user};
use crate::ledger::{Import, Ledger, Person};
use crate::trackops::{Account, Clock, ValueForms};

/// The known accounts, the one in use, and the config file with their settings.
pub struct Accounts {
    session: Mutex<SessionAccounts>,
    /// Clock of each server, by address.
    clocks: Mutex<HashMap<String, Clock>>,
    /// The user that arguments or environment name.
    username: Option<String>,
    /// True if the embedded Trackops runs.
    has_sandbox: bool,
    home: Home,
    /// Knows which names are the same account.
    ledger: Ledger,
}

impl Accounts {
    pub(super) fn new(
        session: SessionAccounts,
        username: Option<String>,
        has_sandbox: bool,
        home: Home,
        ledger: Ledger,
    ) -> Self {
        Self { session: Mutex::new(session), clocks: Mutex::default(), username, has_sandbox, home, ledger }
    }

    /// Returns the account in use and its name; `None` until the first account is entered.
    #[must_use]
    pub fn in_use(&self) -> Option<(String, Account)> {
        locked(&self.session).in_use().cloned()
    }

    /// Returns the account in use, or why there is none.
    pub fn require(&self) -> Result<(String, Account), AppError> {
        self.in_use().ok_or_else(|| {
            let names: Vec<String> = self.known().all.into_iter().map(|known| known.name).collect();
            if names.is_empty() { AppError::NoAccount } else { AppError::WhichAccount(names.join(", ")) }
        })
    }

    /// Returns all accounts.
    #[must_use]
    pub fn known(&self) -> KnownAccounts {
        locked(&self.session).known()
    }

    /// Returns the user that arguments or environment name, for any account.
    #[must_use]
    pub fn given_username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// Returns the account in use, if the import belongs to it. Colleagues may use another name for the same account.
    pub fn account_of(&self, import: &Import) -> Result<(String, Account), AppError> {
        let (name, account) = self.require()?;
        let is_own = import.account == name
            || (!self.has(&import.account) && self.ledger.are_same(&name, &import.account)?);
        if is_own {
            return Ok((name, account));
        }
        Err(AppError::OtherAccount { id: import.id, theirs: import.account.clone(), ours: name })
    }

    /// Returns true if an account has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        locked(&self.session).get(name).is_some()
    }

    /// Returns the account with a name.
    pub(super) fn named(&self, name: &str) -> Result<Account, AppError> {
        let session = locked(&self.session);
        session.get(name).cloned().ok_or_else(|| no_such(name, &session.config, &self.home))
    }

    /// Uses an account from now on. What is known about it must change with it.
    pub(super) fn switch_to(&self, name: String, account: Account) {
        locked(&self.session).switch_to(name, account);
    }

    /// Tells the duplicate guard the account's address, which identifies it under any name. An error doesn't matter
    /// here: with a ledger that can't be written, nothing is sent.
    pub(super) fn note_address(&self, name: &str, account: &Account) {
        // The embedded Trackops has another port at every start, and its cases stay.
        if !self.is_embedded(name) {
            let _ = self.ledger.at_address(name, &account.url.to_string());
        }
    }

    pub(super) fn is_embedded(&self, name: &str) -> bool {
        self.has_sandbox && name == SANDBOX
    }

    /// Returns who acts: the user of the machine, and of the account in use.
    pub(super) fn person(&self) -> Person {
        person(&self.in_use().map(|(_, account)| account.username).unwrap_or_default())
    }

    /// Returns the formats of custom fields for the account in use.
    pub(super) fn value_forms(&self) -> ValueForms {
        self.in_use().map(|(_, account)| account.values).unwrap_or_default()
    }

    fn config_path(&self) -> PathBuf {
        self.home.config.join(CONFIG)
    }
}

/// Name of the config file.
pub(super) const CONFIG: &str = "config.toml";

/// Returns who acts, with their Trackops user name.
pub(super) fn person(username: &str) -> Person {
    Person { username: username.to_owned(), os_user: os_user() }
}
