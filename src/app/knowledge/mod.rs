//! What is known about the account in use: its catalog, lists from Trackops, and mappings of earlier imports.

mod catalog;
mod files;
pub(super) mod learn;
pub(super) mod lists;
pub(super) mod memory;
mod roster;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::app::accounts::Accounts;
use crate::app::error::AppError;
use crate::app::lock::locked;
use crate::case::Roster;
use crate::home::Home;
use crate::ledger::Ledger;
use crate::trackops::{Account, Catalog, ClientIdMeans, Directory, List};

/// Knowledge about the account in use: its catalog, its lists, and mappings of earlier imports.
pub struct Knowledge {
    accounts: Arc<Accounts>,
    catalog: Mutex<Catalog>,
    /// Lists from Trackops.
    directory: Mutex<Directory>,
    /// Both, for checking rows; `None` after they changed.
    roster: Mutex<Option<Arc<Roster>>>,
    /// Counts changes to the two.
    known: AtomicU64,
    /// Held while lists are loaded from Trackops, so that the next caller gets the result.
    reading: tokio::sync::Mutex<()>,
    /// When single ids were looked up, in seconds since 1970.
    asked: Mutex<HashMap<(List, u64), i64>>,
    /// True once the names of the account's clients were requested.
    learned: AtomicBool,
    home: Home,
    /// Has the mappings of earlier imports.
    ledger: Ledger,
}

impl Knowledge {
    /// Returns empty knowledge, which [`switch_to`](Self::switch_to) fills.
    pub(super) fn new(accounts: Arc<Accounts>, home: Home, ledger: Ledger) -> Self {
        Self {
            accounts,
            catalog: Mutex::default(),
            directory: Mutex::default(),
            roster: Mutex::default(),
            known: AtomicU64::default(),
            reading: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
            learned: AtomicBool::default(),
            home,
            ledger,
        }
    }

    /// Switches to an account and its catalog together, so that one account's names are never used for another.
    pub(super) fn switch_to(&self, name: String, account: Account) -> Result<(), AppError> {
        let (read, listed) = (self.stored_catalog(&name)?, self.stored_directory(&name));
        self.accounts.note_address(&name, &account);
        {
            let (mut catalog, mut directory) = (locked(&self.catalog), locked(&self.directory));
            self.accounts.switch_to(name, account);
            (*catalog, *directory) = (read, listed);
        }
        locked(&self.asked).clear();
        self.invalidate_roster();
        self.learned.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn means(&self) -> ClientIdMeans {
        self.accounts.in_use().map(|(_, account)| account.client_id_means).unwrap_or_default()
    }
}
