//! Cases already in Trackops, as a check knows them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::checks::{Checks, RecentList};
use crate::app::lock::locked;
use crate::engine::{self, RecentCases};
use crate::ledger::ImportId;
use crate::trackops::LookBack;

/// Time for which a list of cases is good enough for a check; a run loads it again.
const KNOWN_FOR: Duration = Duration::from_secs(120);
/// Longest wait of a check for the list.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Checks {
    /// Lists the cases already in Trackops for the next check of an import, unless that was done recently. Returns true
    /// if the check should use a new list.
    pub async fn look_back(&self, id: ImportId) -> bool {
        let Ok(import) = self.imports.get(id) else { return false };
        let Ok((name, account)) = self.accounts.account_of(&import) else { return false };
        let is_fresh = |known: &RecentList| known.account == name && known.read_at.elapsed() < KNOWN_FOR;
        if account.look_back_days == LookBack::Days(0) || locked(&self.recent).as_ref().is_some_and(is_fresh)
        {
            return false;
        }
        let Ok(client) = self.accounts.client_of(&name, &account, 1) else { return false };
        let listed = engine::recent_cases(&client, account.look_back_days, import.counts.rows);
        let Ok(Some(cases)) = tokio::time::timeout(TIMEOUT, listed).await else { return false };
        let is_new = !cases.is_empty();
        *locked(&self.recent) =
            Some(RecentList { account: name, read_at: Instant::now(), cases: Arc::new(cases) });
        is_new
    }

    /// Returns the cases already in Trackops, if they were listed for the account in use.
    pub(super) fn known_recent(&self) -> Option<Arc<RecentCases>> {
        let (name, _) = self.accounts.in_use()?;
        let recent = locked(&self.recent);
        recent.as_ref().filter(|recent| recent.account == name).map(|recent| recent.cases.clone())
    }
}
