//! Storage: what is kept on this machine, and how it is deleted.

pub(super) mod delete;
mod ledger;
pub(super) mod leftovers;
mod old_files;
pub(super) mod scratch;
pub(super) mod spool;
pub(super) mod team;

use std::sync::Arc;

use crate::app::imports::Imports;
use crate::home::Home;
use crate::ledger::Ledger;

/// The file in the data folder that keeps the cases of the embedded Trackops.
pub(in crate::app) const SANDBOX_STORE: &str = "sandbox.jsonl";

/// Data on this machine: the ledger as a whole, copies of standard input, and leftover files.
pub struct Storage {
    imports: Arc<Imports>,
    home: Home,
    ledger: Ledger,
}

impl Storage {
    pub(super) fn new(imports: Arc<Imports>, home: Home, ledger: Ledger) -> Self {
        Self { imports, home, ledger }
    }
}
