//! Exports: what an import gives back to people, as files and pages.

mod csv_file;
mod exceptions;
pub(super) mod receipt;
mod results;
pub(super) mod rows;
mod stored_texts;
pub(super) mod to_file;
mod undo;

use std::sync::Arc;

use crate::app::imports::Imports;
use crate::ledger::Ledger;

/// Exports of an import: rows, exceptions, results and the receipt.
pub struct Exports {
    imports: Arc<Imports>,
    ledger: Ledger,
}

impl Exports {
    pub(super) fn new(imports: Arc<Imports>, ledger: Ledger) -> Self {
        Self { imports, ledger }
    }
}
