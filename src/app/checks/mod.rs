//! Checks: how the rows of a file read with a recipe, and what is wrong with them.

pub(super) mod check;
mod plan;
mod recent;
pub(super) mod rows;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::app::accounts::Accounts;
use crate::app::imports::Imports;
use crate::app::knowledge::Knowledge;
use crate::engine::RecentCases;
use crate::ledger::Ledger;

/// Checks of a file with a recipe, and its rows for review.
pub struct Checks {
    accounts: Arc<Accounts>,
    knowledge: Arc<Knowledge>,
    imports: Arc<Imports>,
    /// Has the duplicate guard.
    ledger: Ledger,
    /// Cases already in Trackops, as last listed.
    recent: Mutex<Option<RecentList>>,
}

/// Cases already in Trackops, as listed for a check.
struct RecentList {
    account: String,
    read_at: Instant,
    cases: Arc<RecentCases>,
}

impl Checks {
    pub(super) fn new(
        accounts: Arc<Accounts>,
        knowledge: Arc<Knowledge>,
        imports: Arc<Imports>,
        ledger: Ledger,
    ) -> Self {
        Self { accounts, knowledge, imports, ledger, recent: Mutex::default() }
    }
}
