//! Settling: finding out by look-up what became of rows that were sent and have no known outcome.

use super::event::Event;
use super::log;
use super::runner::Runner;
use crate::ledger::{LedgerError, Outcome, RowOutcome, Unsettled};
use crate::trackops::{Fault, Found, Lookup};

impl Runner {
    /// Looks up every unknown row. What cannot be told stays unknown and is never sent again by itself.
    ///
    /// The inner error is a fault on the way to Trackops: the rest stays unknown.
    pub(super) async fn settle(&mut self) -> Result<Result<(), Fault>, LedgerError> {
        let unsettled = self.job.ledger.unsettled(self.job.import.id)?;
        let mut absent = Vec::new();
        let mut left = unsettled.len() as u64;
        for row in unsettled {
            self.tell(Event::Settling { left }).await;
            left -= 1;
            match self.look_up(&row).await {
                Err(fault) => return Ok(Err(fault)),
                Ok(None) => self.keep_unknown(&row, "it has no reference to look it up by").await?,
                Ok(Some(matches)) if matches.is_empty() => absent.push(row),
                Ok(Some(matches)) => self.decide_by(&row, &matches).await?,
            }
        }
        if !absent.is_empty() {
            // How soon a new case shows in a list is unknown: absence is believed the second time.
            tokio::time::sleep(self.job.options.settle_delay).await;
        }
        for row in absent {
            match self.look_up(&row).await {
                Err(fault) => return Ok(Err(fault)),
                Ok(matches) => self.decide_by(&row, &matches.unwrap_or_default()).await?,
            }
        }
        self.refresh()?;
        self.progress(0, 0.0).await;
        Ok(Ok(()))
    }

    /// The cases that could be this row's; none when it cannot be looked up.
    async fn look_up(&self, row: &Unsettled) -> Result<Option<Vec<Found>>, Fault> {
        // An empty filter would match every case.
        let Some(reference) = row.reference.clone().filter(|reference| !reference.trim().is_empty()) else {
            return Ok(None);
        };
        let lookup = Lookup { reference, client: row.client, sent_at: row.sent_at };
        self.job.client.find_cases(&lookup).await.map(Some)
    }

    async fn decide_by(&mut self, row: &Unsettled, matches: &[Found]) -> Result<(), LedgerError> {
        let mut ours = Vec::new();
        for found in matches {
            if !self.job.ledger.holds_case(&self.job.import.account, &found.id)? {
                ours.push(found);
            }
        }
        match ours.as_slice() {
            [only] => {
                let outcome = Outcome::Created { case_id: only.id.clone(), case_number: only.number.clone() };
                self.settle_as(row, outcome).await
            }
            [] => self.settle_as(row, Outcome::NotSent).await,
            several => {
                let why = format!("{} cases in Trackops could be it", several.len());
                self.keep_unknown(row, &why).await
            }
        }
    }

    async fn keep_unknown(&mut self, row: &Unsettled, why: &str) -> Result<(), LedgerError> {
        let exception = log::unknown(row.row, row.line, row.reference.as_deref(), None, why);
        self.settle_as(row, Outcome::Unknown(exception)).await
    }

    async fn settle_as(&mut self, row: &Unsettled, outcome: Outcome) -> Result<(), LedgerError> {
        let outcome = RowOutcome { row: row.row, line: row.line, content: row.content, outcome };
        self.job.ledger.settle(self.job.import.id, vec![outcome]).await
    }
}
