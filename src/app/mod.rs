//! Operations shared by the screens and the commands.

mod accounts;
mod catalog;
mod connection;
mod corrections;
mod demo;
mod doctor;
mod drift;
mod error;
mod export;
mod export_rows;
mod groups;
mod imports;
mod leftovers;
mod mapping;
mod notices;
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
pub use catalog::{LearnedCatalog, Picked};
pub use connection::Settings;
pub use corrections::{Corrected, Correction, CurrentCell, CurrentRow, IdsOf};
pub use error::AppError;
pub use export::{ExportError, ExportKind};
pub use export_rows::{ExportedRows, RowSelection};
pub use leftovers::{LeftoverKind, Leftovers};
pub use notices::notice;
pub use purge::OldImport;
pub use receipt::{Receipt, ReceiptLine, ReceiptPage};
pub use review::{CheckResult, ImportCheck, ReviewRow};
pub use spool::{Spool, spool_elsewhere};
pub use start::{LookUpChoice, ReadBack, RetryRows, StartOptions};
pub use switch::AccountDetails;
pub use team::{Movable, Team};

pub use mapping::{IdColumnValues, Proposal};

use accounts::Accounts;

use crate::case::Roster;
use crate::home::Home;
use crate::ledger::{ImportId, Ledger};
use crate::sandbox::Sandbox;
use crate::trackops::{Account, Background, Catalog, Clock, Directory, List, Notify};

/// The program without a user interface. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<AppState>,
}

struct AppState {
    home: Home,
    ledger: Ledger,
    accounts: Mutex<Accounts>,
    catalog: Mutex<Catalog>,
    /// Lists from Trackops.
    directory: Mutex<Directory>,
    /// Both, for checking rows; `None` after they changed.
    roster: Mutex<Option<Arc<Roster>>>,
    /// Counts changes to the two.
    known: AtomicU64,
    /// Held while lists are loaded from Trackops, so that the next caller gets the result.
    reading: tokio::sync::Mutex<()>,
    /// The recipe of each draft open here, as last seen in the ledger.
    drafts: Mutex<HashMap<ImportId, String>>,
    /// Cases already in Trackops, as last listed.
    recent: Mutex<Option<review::RecentList>>,
    /// When single ids were looked up, in seconds since 1970.
    asked: Mutex<HashMap<(List, u64), i64>>,
    /// True once the names of the account's clients were requested.
    learned: AtomicBool,
    /// Clock of each server, by address.
    clocks: Mutex<HashMap<String, Clock>>,
    /// The user that arguments or environment name.
    username: Option<String>,
    /// Runs as long as the program.
    sandbox: Option<Sandbox>,
    /// The demo's temporary folder, removed at the end.
    _scratch: Option<demo::Scratch>,
}

/// Locks a value. A panic in another thread left it consistent, because every change is a single store.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Returns the embedded Trackops, if it runs.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.inner.sandbox.as_ref()
    }

    /// Returns the account in use and its name; `None` until the first account is entered.
    #[must_use]
    pub fn account(&self) -> Option<(String, Account)> {
        locked(&self.inner.accounts).in_use().cloned()
    }

    /// Returns a number that changes with every change to the ledger, by any program.
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

    /// Returns the background that the screen's colors must suit, as configured.
    #[must_use]
    pub fn background(&self) -> Background {
        locked(&self.inner.accounts).config.background
    }
}
