//! What both faces do: the screens and the script face call the same few functions.

mod accounts;
mod connection;
mod demo;
mod doctor;
mod drift;
mod error;
mod groups;
mod imports;
mod mapping;
mod out;
mod pause;
mod purge;
mod receipt;
mod review;
mod switch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use accounts::{KnownAccount, KnownAccounts, TokenFrom};
pub use connection::Settings;
pub use error::AppError;
pub use imports::{StartOptions, spool_in};
pub use out::Wanted;
pub use purge::Old;
pub use receipt::{Receipt, ReceiptLine};
pub use review::{Checked, KeptCheck, Seen};
pub use switch::AccountForm;

pub use mapping::{Proposal, TextsOfIds};

use accounts::Accounts;

use crate::case::CustomField;
use crate::home::Home;
use crate::ledger::Ledger;
use crate::sandbox::Sandbox;
use crate::trackops::{Account, Background, Catalog, ClientIdMeans, Clock, Entry, List};

/// The program without a face. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    home: Home,
    ledger: Ledger,
    accounts: Mutex<Accounts>,
    catalog: Mutex<Catalog>,
    /// Whether the account was asked for the names of its clients.
    learned: AtomicBool,
    clock: Clock,
    /// The user that arguments or environment name.
    username: Option<String>,
    /// Kept running as long as the program.
    sandbox: Option<Sandbox>,
    /// The demo's throw-away folder, removed at the end.
    _scratch: Option<tempfile::TempDir>,
}

/// The value behind a lock; whoever held it when it panicked left it whole, because every change is one store.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So long is waited for names that a file may be read without.
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// The embedded Trackops, when there is one.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.inner.sandbox.as_ref()
    }

    /// The account in use and its name; none before the first run's form.
    #[must_use]
    pub fn account(&self) -> Option<(String, Account)> {
        locked(&self.inner.accounts).in_use().cloned()
    }

    /// A number that changes with everything that changes in the ledger, whichever program does it.
    pub fn ledger_version(&self) -> Result<i64, AppError> {
        Ok(self.inner.ledger.version()?)
    }

    /// What the colours of the screen have to be read on, by the config file.
    #[must_use]
    pub fn background(&self) -> Background {
        locked(&self.inner.accounts).config.background
    }

    /// What is known of the account's ids.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        locked(&self.inner.catalog).clone()
    }

    /// Remembers an id's label.
    pub fn remember(&self, list: List, entry: Entry) -> Result<(), AppError> {
        let mut catalog = locked(&self.inner.catalog);
        if catalog.label(list, entry.id) == Some(entry.label.as_str()) {
            return Ok(());
        }
        catalog.remember(list, entry);
        self.save_catalog(&catalog)
    }

    /// Remembers a custom field, in place of an earlier one with its key.
    pub fn declare(&self, field: CustomField) -> Result<(), AppError> {
        let mut catalog = locked(&self.inner.catalog);
        catalog.fields.retain(|known| known.key != field.key);
        catalog.fields.push(field);
        self.save_catalog(&catalog)
    }

    /// Asks the account once for the names of its clients, so that they are recognized in a file. An account that
    /// cannot be reached keeps nobody waiting: its names are then those that were chosen before.
    pub async fn learn_clients(&self) {
        let Some((name, _)) = self.account() else { return };
        if self.inner.learned.swap(true, Ordering::Relaxed) {
            return;
        }
        let Ok(Ok(clients)) = tokio::time::timeout(PATIENCE, self.pick(List::Clients, None)).await else {
            self.inner.learned.store(false, Ordering::Relaxed);
            return;
        };
        let mut catalog = locked(&self.inner.catalog);
        // Another account may be in use by now, and these are not its clients.
        if self.account().is_none_or(|(now, _)| now != name) {
            return;
        }
        for entry in clients {
            catalog.remember(List::Clients, entry);
        }
    }

    /// What a field's ids can be: clients and contacts live, with `within` (a `client_id`) only the contacts
    /// there; everything else from the catalog.
    pub async fn pick(&self, list: List, within: Option<u64>) -> Result<Vec<Entry>, AppError> {
        match list {
            List::Clients | List::Contacts => {
                let client = self.client(1)?;
                let means = self.account().map(|(_, account)| account.client_id_means).unwrap_or_default();
                Ok(match (list, means) {
                    (List::Contacts, _) => client.contacts(within.map(|id| (means, id))).await?,
                    (_, ClientIdMeans::Location) => client.locations().await?,
                    (_, ClientIdMeans::Client) => client.clients().await?,
                })
            }
            _ => Ok(self.catalog().entries(list).to_vec()),
        }
    }
}
