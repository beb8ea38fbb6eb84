//! The transactions of a pass: outcomes of answered rows together with intents of the next ones.

use std::mem::take;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{DecidedRow, GATHER, MAX_BATCH, Pass, SOON};
use crate::engine::event::Event;
use crate::engine::row::{Prepared, Verdict, judge_sent_before};
use crate::engine::runner::Stop;
use crate::ledger::{LedgerError, NotRecorded, Outcome};

/// Number of times that outcomes are written again if that failed.
const COMMIT_TRIES: u32 = 2;
/// Wait before the first of these; the second waits twice as long.
const COMMIT_PAUSE: Duration = Duration::from_secs(1);

impl Pass<'_> {
    /// Begins a transaction with the decided rows and the next ones, unless one is in progress or it is too early.
    /// Returns true if the next rows need no transaction, because none of them is sent.
    pub(super) fn commit(&mut self, now: Instant) -> bool {
        if self.committing.is_some() {
            return false;
        }
        // One by one, the next intent is written together with the outcome of the row before.
        let starts_soon = self.runner.pace.wait_until(now).is_none_or(|at| at <= now + SOON);
        let may_begin =
            self.stop.is_none() && starts_soon && (!self.is_one_by_one() || self.requests.is_empty());
        let few_are_ready = may_begin && self.ready.len() <= self.read_ahead() / 2;
        // After a failure, once more when everything is answered.
        let gathered =
            (now >= self.gathering + GATHER && self.failed_commits == 0) || self.requests.is_empty();
        let runs_dry = few_are_ready && !self.waiting.is_empty();
        if !(runs_dry || (gathered && !self.outbox.is_empty())) {
            return false;
        }
        let rows = if may_begin { self.next_rows() } else { Vec::new() };
        let mut batch = self.runner.job.intents(&rows);
        let decided = take(&mut self.outbox);
        batch.outcomes =
            decided.iter().map(|decided| decided.row.with_outcome(decided.outcome.clone())).collect();
        if batch.outcomes.is_empty() && batch.intents.is_empty() {
            self.ready.extend(rows.into_iter().map(|row| (now, row)));
            return true;
        }
        let (ledger, import) = (self.runner.job.ledger.clone(), self.runner.job.import.id);
        let pause = COMMIT_PAUSE * self.failed_commits;
        self.committing = Some(Box::pin(async move {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let result = ledger.commit(import, batch).await;
            (decided, rows, result)
        }));
        false
    }

    /// Returns the next rows, with as many to send as there is room for.
    fn next_rows(&mut self) -> Vec<Prepared> {
        let (mut room, mut rows) = (self.read_ahead().saturating_sub(self.ready.len()), Vec::new());
        while room > 0 && rows.len() < MAX_BATCH {
            let Some(mut row) = self.waiting.pop_front() else { break };
            // The case of an earlier try is looked up when the row is sent, unless it has another reference now.
            let retried = self.runner.retried.remove(&row.row);
            let earlier = self.turned_away.get(&row.row);
            let is_another = earlier.is_none_or(|sent| sent.reference.as_deref() != row.reference_sent());
            if retried || is_another {
                self.runner.exclude_known(&mut row, earlier.filter(|_| !is_another));
            }
            room -= usize::from(matches!(row.verdict, Verdict::Send(..)));
            rows.push(row);
        }
        rows
    }

    pub(super) async fn committed(
        &mut self,
        decided: Vec<DecidedRow>,
        rows: Vec<Prepared>,
        result: Result<NotRecorded, LedgerError>,
    ) {
        let NotRecorded { sent: mut sent_meanwhile, taken } = match result {
            Ok(given_back) => given_back,
            Err(error) => {
                self.halt(Stop::Fault(error.to_string()));
                // These answers are known: they must not get lost because the disk was full for a moment.
                if self.failed_commits < COMMIT_TRIES {
                    self.failed_commits += 1;
                    self.outbox.splice(0..0, decided);
                }
                return;
            }
        };
        let (taken, decided): (Vec<_>, Vec<_>) =
            decided.into_iter().partition(|decided| taken.contains(&decided.row.row));
        for DecidedRow { row, outcome, .. } in taken {
            if let Outcome::Created { case_id, .. } = outcome {
                self.claimed_ids.remove(&case_id);
                if self.contested.insert(row.row) {
                    self.belongs_to_another(row, &case_id);
                } else {
                    // A restored server gives ids again. Settling tells the two cases apart.
                    self.is_contested(row).await;
                }
            }
        }
        self.recorded(decided).await;
        for mut row in rows {
            if let (Some(earlier), Verdict::Send(ready, _)) = (sent_meanwhile.remove(&row.row), &row.verdict)
            {
                row.verdict = judge_sent_before(&self.runner.job.plan, (row.row, row.line), ready, earlier);
            }
            self.in_flight += u64::from(matches!(row.verdict, Verdict::Send(..)));
            self.ready.push_back((Instant::now(), row));
        }
        if let Some(stop) = self.stop.clone() {
            self.halt(stop);
        }
    }

    /// Counts and reports outcomes, now that they are in the ledger.
    async fn recorded(&mut self, rows: Vec<DecidedRow>) {
        let (mut exceptions, mut again) = (Vec::new(), Vec::new());
        self.has_progress |= !rows.is_empty();
        for decided in rows {
            let started = self.started.remove(&decided.row.row).flatten();
            self.in_flight -= u64::from(decided.intended);
            if let Outcome::Created { case_id, .. } = &decided.outcome {
                self.claimed_ids.remove(case_id);
            }
            let counts = &mut self.runner.counts;
            let count = match decided.outcome {
                Outcome::Created { .. } => {
                    self.runner.created.insert(decided.row.row);
                    &mut counts.created
                }
                Outcome::Excluded { .. } => &mut counts.excluded,
                Outcome::Rejected(exception) => {
                    exceptions.push(exception);
                    &mut counts.rejected
                }
                Outcome::Unknown(exception) => {
                    self.runner.sent.insert(exception.row, started.unwrap_or_else(Instant::now));
                    exceptions.push(exception);
                    &mut counts.unknown
                }
                Outcome::NotSent | Outcome::TurnedAway => {
                    if decided.send_again && self.stop.is_none() {
                        again.push(decided.row);
                    }
                    continue;
                }
            };
            *count += 1;
            counts.not_sent = counts.not_sent.saturating_sub(1);
        }
        again.into_iter().rev().for_each(|row| self.waiting.push_front(row));
        // A row that the refused ones waited for may have got its outcome.
        self.stop_if_all_refused();
        if !exceptions.is_empty() {
            self.runner.send_event(Event::Exceptions(exceptions)).await;
        }
    }
}
