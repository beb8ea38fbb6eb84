//! Runs: imports that are sent, corrected and resumed.

pub(super) mod corrections;
pub(super) mod current_row;
mod decide;
pub(super) mod notices;
pub(super) mod options;
mod pause;
mod recheck;
mod start;

use std::sync::Arc;

use crate::app::accounts::Accounts;
use crate::app::checks::Checks;
use crate::app::drafts::Drafts;
use crate::app::imports::Imports;
use crate::ledger::Ledger;

/// Runs of imports: starts and pauses them, corrects their rows, and decides about unknown ones.
#[derive(Clone)]
pub struct Runs {
    accounts: Arc<Accounts>,
    imports: Arc<Imports>,
    drafts: Arc<Drafts>,
    checks: Arc<Checks>,
    ledger: Ledger,
}

impl Runs {
    pub(super) fn new(
        accounts: Arc<Accounts>,
        imports: Arc<Imports>,
        drafts: Arc<Drafts>,
        checks: Arc<Checks>,
        ledger: Ledger,
    ) -> Self {
        Self { accounts, imports, drafts, checks, ledger }
    }
}
