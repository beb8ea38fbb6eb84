//! What both faces do: the screens and the script face call the same few functions.

mod accounts;
mod catalog;
mod connection;
mod corrections;
mod demo;
mod doctor;
mod drift;
mod error;
mod export;
mod groups;
mod imports;
mod leftovers;
mod mapping;
mod notices;
mod out;
mod pause;
mod purge;
mod receipt;
mod results;
mod review;
mod spool;
mod start;
mod switch;
mod team;
mod undo;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use accounts::{KnownAccount, KnownAccounts, TokenFrom};
pub use catalog::{Learned, Picked};
pub use connection::Settings;
pub use corrections::{CellNow, Corrected, Correction, IdsOf, RowNow};
pub use error::AppError;
pub use export::{ExportError, ExportKind};
pub use leftovers::{Left, Leftovers};
pub use notices::notice;
pub use out::Wanted;
pub use purge::Old;
pub use receipt::{Receipt, ReceiptLine, ReceiptPage};
pub use review::{Checked, KeptCheck, Seen};
pub use spool::{Spool, spool_elsewhere};
pub use start::{ReadBack, RetryRows, StartOptions, WantedLookUp};
pub use switch::AccountForm;
pub use team::{Movable, Team};

pub use mapping::{Proposal, TextsOfIds};

use accounts::Accounts;

use crate::case::Roster;
use crate::home::Home;
use crate::ledger::{ImportId, Ledger};
use crate::sandbox::Sandbox;
use crate::trackops::{Account, Background, Catalog, Clock, Directory, List, Notify};

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
    /// What Trackops listed.
    directory: Mutex<Directory>,
    /// Both, as rows are held against them; none while they changed since.
    roster: Mutex<Option<Arc<Roster>>>,
    /// Counts the changes of what is known.
    known: AtomicU64,
    /// Held while Trackops is asked for lists: who asks next sees what was answered.
    reading: tokio::sync::Mutex<()>,
    /// The recipe of each draft that is open here, as the ledger had it last.
    drafts: Mutex<HashMap<ImportId, String>>,
    /// What Trackops has already, as it was listed last.
    recent: Mutex<Option<review::Recent>>,
    /// When single ids were asked for, in seconds since 1970.
    asked: Mutex<HashMap<(List, u64), i64>>,
    /// Whether the account was asked for the names of its clients.
    learned: AtomicBool,
    /// Of each server, by address.
    clocks: Mutex<HashMap<String, Clock>>,
    /// The user that arguments or environment name.
    username: Option<String>,
    /// Kept running as long as the program.
    sandbox: Option<Sandbox>,
    /// The demo's throw-away folder, removed at the end.
    _scratch: Option<demo::Scratch>,
}

/// The value behind a lock; whoever held it when it panicked left it whole, because every change is one store.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

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

    /// Returns the notification at the end of a run, as configured.
    #[must_use]
    pub fn notify(&self) -> Notify {
        locked(&self.inner.accounts).config.notify
    }

    /// Returns whether the screen is drawn with ASCII signs alone, as configured; `None` leaves it to the locale.
    #[must_use]
    pub fn ascii(&self) -> Option<bool> {
        locked(&self.inner.accounts).config.ascii
    }

    /// Returns whether the mouse wheel moves the cursor, as configured.
    #[must_use]
    pub fn mouse(&self) -> bool {
        locked(&self.inner.accounts).config.mouse
    }

    /// What the colours of the screen have to be read on, by the config file.
    #[must_use]
    pub fn background(&self) -> Background {
        locked(&self.inner.accounts).config.background
    }
}
