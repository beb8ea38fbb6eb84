//! Operations shared by the screens and the commands, in services.
//!
//! Each service is a type with a state of its own. It may use those before it in this list: [`Accounts`], [`Knowledge`],
//! [`Imports`], [`Drafts`], [`Checks`], [`Runs`], [`Exports`], [`Storage`].

mod accounts;
mod checks;
mod demo;
mod drafts;
mod error;
mod export_error;
mod exports;
mod imports;
mod knowledge;
mod lock;
mod open;
mod runs;
mod settings;
mod storage;
mod switch;
mod today;

use std::path::Path;
use std::sync::Arc;

pub use accounts::Accounts;
pub use accounts::connect::AccountDetails;
pub use accounts::known::{KnownAccount, KnownAccounts, TokenFrom};
pub use checks::Checks;
pub use checks::check::{CheckResult, ImportCheck};
pub use checks::rows::ReviewRow;
pub use drafts::Drafts;
pub use drafts::mapping::{IdColumnValues, LaterGuesses, Proposal};
pub use error::AppError;
pub use export_error::ExportError;
pub use exports::Exports;
pub use exports::receipt::edits::ReceiptEdits;
pub use exports::receipt::html::ReceiptPage;
pub use exports::receipt::{Receipt, ReceiptLine};
pub use exports::rows::{ExportedRows, RowSelection};
pub use exports::to_file::ExportKind;
pub use imports::Imports;
pub use imports::recipe::read_recipe;
pub use imports::results::ReadBack;
pub use knowledge::Knowledge;
pub use knowledge::learn::LearnedCatalog;
pub use knowledge::lists::Picked;
pub use runs::Runs;
pub use runs::corrections::{Corrected, Correction, EarlierChanges};
pub use runs::current_row::{CurrentCell, CurrentRow, IdsOf};
pub use runs::notices::notice;
pub use runs::options::{Expected, LookUpChoice, RetryRows, StartOptions};
pub use settings::Settings;
pub use storage::Storage;
pub use storage::delete::OldImport;
pub use storage::leftovers::{LeftoverKind, Leftovers};
pub use storage::spool::{Spool, spool_elsewhere};
pub use storage::team::{Movable, Team};

use crate::sandbox::Sandbox;

/// The program without a user interface. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Services>,
}

/// The services, each after those it uses.
struct Services {
    accounts: Arc<Accounts>,
    knowledge: Arc<Knowledge>,
    imports: Arc<Imports>,
    drafts: Arc<Drafts>,
    checks: Arc<Checks>,
    runs: Runs,
    exports: Exports,
    storage: Storage,
    /// Runs as long as the program.
    sandbox: Option<Sandbox>,
    /// The demo's temporary folder, removed at the end.
    scratch: Option<storage::scratch::Scratch>,
}

impl App {
    /// Returns the embedded Trackops, if it runs.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.inner.sandbox.as_ref()
    }

    /// Returns the folder that is removed at the end, if this is a demo without a home of its own.
    #[must_use]
    pub fn temporary_folder(&self) -> Option<&Path> {
        self.inner.scratch.as_ref().map(storage::scratch::Scratch::path)
    }

    /// Returns the accounts.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.inner.accounts
    }

    /// Returns the knowledge about the account in use.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.inner.knowledge
    }

    /// Returns the imports in the ledger.
    #[must_use]
    pub fn imports(&self) -> &Imports {
        &self.inner.imports
    }

    /// Returns the imports before their start.
    #[must_use]
    pub fn drafts(&self) -> &Drafts {
        &self.inner.drafts
    }

    /// Returns the checks of a file.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.inner.checks
    }

    /// Returns the runs of imports.
    #[must_use]
    pub fn runs(&self) -> &Runs {
        &self.inner.runs
    }

    /// Returns the exports of an import.
    #[must_use]
    pub fn exports(&self) -> &Exports {
        &self.inner.exports
    }

    /// Returns the data on this machine.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.inner.storage
    }
}
