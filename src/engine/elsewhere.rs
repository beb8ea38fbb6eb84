//! Rows that another import of the account is sending at the same time: they wait for its results.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::event::Event;
use super::runner::{Runner, Stop};
use crate::ledger::{Earlier, LedgerError};
use crate::text::plural;

/// Interval at which the results of the other imports are read.
const RESULT_POLL_INTERVAL: Duration = Duration::from_secs(1);

impl Runner {
    /// Returns true if another import that sent a row is running, so that it will settle it, or has settled it meanwhile.
    pub(super) fn will_be_settled(&self, earlier: &Earlier) -> Result<bool, LedgerError> {
        let ledger = &self.job.ledger;
        Ok(earlier.import != self.job.import.id
            && (ledger.is_running(earlier.import) || !ledger.is_unsettled(earlier)?))
    }

    /// Waits until no running import has one of these rows without a result, as long as a case may come late. Returns why
    /// the run can't go on.
    pub(super) async fn wait_for_other_imports(
        &mut self,
        rows: Vec<Earlier>,
    ) -> Result<Option<Stop>, LedgerError> {
        let until = Instant::now() + self.job.options.late_commit;
        let mut is_told = false;
        loop {
            let mut open = Vec::new();
            for row in &rows {
                if self.job.ledger.is_unsettled(row)? && self.job.ledger.is_running(row.import) {
                    open.push(row.import);
                }
            }
            if open.is_empty() {
                self.retried = self.job.ledger.requeued(self.job.import.id)?;
                return Ok(None);
            }
            let count = plural(open.len() as u64, "row");
            let imports: BTreeSet<String> = open.iter().map(ToString::to_string).collect();
            let imports = imports.into_iter().collect::<Vec<_>>().join(" and ");
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Some(Stop::Elsewhere(format!(
                    "{count} not sent, because import {imports} is still running and has no result for the same. \
                     Resume this import when import {imports} has ended."
                ))));
            }
            if !is_told {
                let why = format!(
                    "import {imports} is sending {count} of this import too, so its result comes first"
                );
                self.send_event(Event::Waiting { why, seconds: left.as_secs().max(1) }).await;
                is_told = true;
            }
            if let Err(stop) = self.sleep_or_stop(left.min(RESULT_POLL_INTERVAL)).await {
                return Ok(Some(stop));
            }
        }
    }
}
