//! Settling: finding out by look-up what became of rows that were sent and have no known outcome.
//!
//! The error to avoid is a row called absent that is there: it would be sent again. So a case that cannot be told
//! from the row's, and a look-up that cannot be made, leave the row unknown.

use super::event::Event;
use super::log;
use super::runner::{Runner, Stop};
use super::witness::{Proof, stop};
use crate::ledger::{LedgerError, Outcome, RowOutcome, Unsettled};
use crate::trackops::{Fault, Found};

/// Why absence is not believed.
const PROVES_NOTHING: &str =
    "a look-up by reference does not find what is certainly there either, so that it proves nothing";

/// Seconds.
const QUARTER: i64 = 15 * 60;
/// Seconds; no zone of this world is farther from UTC.
const WIDEST: i64 = 14 * 3600;

/// What a look-up says of a row.
enum Seen {
    /// This case is the row's.
    Created(Found),
    /// No case can be the row's.
    Absent,
    /// It cannot be told; why.
    Unclear(String),
}

impl Runner {
    /// Looks up every unknown row. Gives why nothing may start any more, when something came between.
    pub(super) async fn settle(&mut self) -> Result<Option<Stop>, LedgerError> {
        self.looked_up = self.counts.unknown == 0;
        if self.looked_up {
            return Ok(None);
        }
        let unsettled = self.job.ledger.unsettled(self.job.import.id)?;
        let mut absent = Vec::new();
        // How soon a list shows a case may have changed since.
        self.proofs.clear();
        let mut left = unsettled.len() as u64;
        for row in unsettled {
            self.tell(Event::Settling { left }).await;
            left -= 1;
            match self.look_up(&row).await? {
                Err(stop) => return Ok(Some(stop)),
                // How soon a new case shows in a list is unknown: absence is believed the second time.
                Ok(Seen::Absent) => absent.push(row),
                Ok(seen) => self.conclude(&row, seen).await?,
            }
        }
        if !absent.is_empty() && self.stopped_within(self.job.options.settle_delay).await {
            return Ok(Some(Stop::Asked));
        }
        for row in absent {
            let proof = match self.proof(&row).await? {
                Ok(proof) => proof,
                Err(stop) => return Ok(Some(stop)),
            };
            let seen = match self.look_up(&row).await? {
                Ok(Seen::Absent) => match self.believed(&row, proof).await? {
                    Ok(seen) => seen,
                    Err(stop) => return Ok(Some(stop)),
                },
                Ok(seen) => seen,
                Err(stop) => return Ok(Some(stop)),
            };
            self.conclude(&row, seen).await?;
        }
        self.looked_up = true;
        self.refresh()?;
        self.progress(0, 0.0).await;
        Ok(None)
    }

    /// What a row is that was not found twice.
    async fn believed(&mut self, row: &Unsettled, proof: Proof) -> Result<Result<Seen, Stop>, LedgerError> {
        let absent = match proof {
            Proof::Good => Ok(true),
            Proof::None => Ok(false),
            Proof::NoWitness => self.is_found_by_neither(row).await?,
        };
        let unclear = || Seen::Unclear(PROVES_NOTHING.to_owned());
        Ok(absent.map(|absent| if absent { Seen::Absent } else { unclear() }))
    }

    /// Asks Trackops, at the pace of the run.
    async fn look_up(&mut self, row: &Unsettled) -> Result<Result<Seen, Stop>, LedgerError> {
        self.zone().await?;
        let lookup = self.lookup(row);
        if lookup.reference.is_none() && lookup.token.is_none() {
            let why = "it has neither a reference nor a token to look it up by".to_owned();
            return Ok(Ok(Seen::Unclear(why)));
        }
        loop {
            if self.stopped_before_turn().await {
                return Ok(Err(Stop::Asked));
            }
            match self.job.client.find_cases(&lookup).await {
                Ok(found) => {
                    self.pace.good();
                    return Ok(Ok(self.compare(found, lookup.token.is_some())?));
                }
                Err(Fault::Unexpected { status: 400 | 422, message }) => {
                    return Ok(Ok(Seen::Unclear(format!("Trackops refuses the look-up{message}"))));
                }
                Err(fault @ Fault::TooMany { .. }) => return Ok(Ok(Seen::Unclear(fault.to_string()))),
                Err(fault) if self.may_wait(&fault).await => {}
                Err(fault) => return Ok(Err(stop(&fault))),
            }
        }
    }

    /// Learns by how much the times in lists are ahead of UTC: a case of ours tells, as we know when it was sent.
    async fn zone(&mut self) -> Result<(), LedgerError> {
        if self.zone.is_none()
            && let Some(ours) = self.job.ledger.created_cases(self.job.import.id, 1)?.first()
            && let Ok(Some(created)) = self.job.client.created_at(&ours.case_id).await
        {
            let ahead = created - ours.sent_at.div_euclid(1000);
            // To the quarter of an hour: zones are no finer, and creating takes no longer.
            let zone = (ahead + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
            self.zone = Some(zone).filter(|zone| zone.abs() <= WIDEST);
        }
        Ok(())
    }

    /// Leaves out what the ledger holds already, and judges the rest.
    fn compare(&self, found: Vec<Found>, has_token: bool) -> Result<Seen, LedgerError> {
        let mut ours = Vec::new();
        for case in found {
            if !self.job.ledger.holds_case(&self.job.import.account, &case.id)? {
                ours.push(case);
            }
        }
        // A case with the row's token leaves no room for what only may be it.
        if has_token && ours.iter().filter(|case| case.certain).count() == 1 {
            ours.retain(|case| case.certain);
        }
        Ok(match ours.len() {
            0 => Seen::Absent,
            1 if ours.iter().all(|case| case.certain) => ours.pop().map_or(Seen::Absent, Seen::Created),
            1 => Seen::Unclear("a case in Trackops could be it".to_owned()),
            several => Seen::Unclear(format!("{several} cases in Trackops could be it")),
        })
    }

    async fn conclude(&mut self, row: &Unsettled, seen: Seen) -> Result<(), LedgerError> {
        let outcome = match (seen, &row.logged) {
            (Seen::Created(case), _) => Outcome::Created { case_id: case.id, case_number: case.number },
            // Refused as being there already, and it is not there: refused.
            (Seen::Absent, Some(logged)) if logged.http_status == Some(409) => {
                Outcome::Rejected(crate::ledger::Exception {
                    code: "trackops.409".to_owned(),
                    ..logged.clone()
                })
            }
            (Seen::Absent, _) => Outcome::NotSent,
            (Seen::Unclear(why), logged) => {
                Outcome::Unknown(log::still_unknown(&self.job.plan, row, logged.as_ref(), &why))
            }
        };
        let reference = row.reference.clone();
        let outcome = RowOutcome { row: row.row, line: row.line, content: row.content, reference, outcome };
        self.job.ledger.settle(self.job.import.id, vec![outcome]).await
    }
}
