//! One pass over the file: sends every row that isn't processed yet, in order, several at a time.
//!
//! The ledger commits one transaction at a time; what gathers meanwhile goes into the next one: outcomes of answered
//! rows together with intents of the next rows. So with one row in flight a row costs one commit, and with many it
//! costs a fraction.
//!
//! ```text
//! source ─► waiting ─┐ intents                        ┌─► ready ─► requests ─┐
//!    ▲               ├────────► committing (ledger) ──┤                      │
//!    │       outbox ─┘ outcomes                       └─► counts, events     │
//!    └─ again    ▲ ◄────────────────────────────────────────────── decided ──┘
//! ```

mod commit;
mod results;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    future::{Future, pending},
    mem::take,
    pin::Pin,
    slice,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};

use super::rate::Rate;
use super::refusal_streak::RefusalStreak;
use super::row::{Prepared, Refreshing, SendResult, Verdict, rejected_by_check};
use super::runner::{Runner, Stop};
use super::source::RowSource;
use crate::ledger::{LedgerError, NotRecorded, OnError, Outcome, TurnedAway};
use crate::trackops::Fault;

/// Time for which outcomes gather while other rows are in flight: a commit costs the same for one as for many.
/// Outcomes lost to a kill in this time are looked up.
const GATHER: Duration = Duration::from_millis(20);
/// Time after which an intent is too old to send its row: how long a case may still be created late is counted from
/// there.
const FRESH: Duration = Duration::from_secs(5);
/// Intents are written if a row may start within this time.
const SOON: Duration = Duration::from_secs(1);
/// Maximum number of rows taken for one transaction: a file may have many that aren't sent.
const MAX_BATCH: usize = 512;
/// Minimum time between two progress events.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);
/// Consecutive lost answers after which the run blames the connection and stops.
const LOST_IN_A_ROW: u32 = 3;

/// A transaction in progress: the outcomes and the rows whose intents it records, and what it didn't record.
type Committing = Pin<Box<dyn Future<Output = Committed> + Send>>;
type Committed = (Vec<DecidedRow>, Vec<Prepared>, Result<NotRecorded, LedgerError>);

/// A row that was sent or looked up, with the result.
type Sent = (Prepared, SendResult);

/// Waits for the transaction in progress; forever if there is none.
async fn finished(committing: &mut Option<Committing>) -> Committed {
    match committing {
        Some(future) => {
            let committed = future.await;
            *committing = None;
            committed
        }
        None => pending().await,
    }
}

/// Waits for the recent cases being reread; forever if none are.
async fn refreshed(refreshing: &mut Option<Refreshing>) -> Result<Vec<Value>, Fault> {
    match refreshing {
        Some(future) => {
            let records = future.await;
            *refreshing = None;
            records
        }
        None => pending().await,
    }
}

/// A row with an outcome that is not yet in the ledger.
struct DecidedRow {
    row: Prepared,
    outcome: Outcome,
    /// True if its intent is in the ledger.
    intended: bool,
    /// True if it is sent again once the ledger has recorded that it wasn't.
    send_again: bool,
}

pub(super) struct Pass<'a> {
    runner: &'a mut Runner,
    source: RowSource,
    source_ended: bool,
    /// Rows to process next.
    waiting: VecDeque<Prepared>,
    committing: Option<Committing>,
    /// The request for cases that others created meanwhile.
    refreshing: Option<Refreshing>,
    /// Rows that may start: their intents are in the ledger, since that time.
    ready: VecDeque<(Instant, Prepared)>,
    requests: JoinSet<Sent>,
    /// Rows that started and have no outcome in the ledger yet, with the time when they were sent; `None` if a lookup
    /// came first.
    started: HashMap<u64, Option<Instant>>,
    outbox: Vec<DecidedRow>,
    /// Time since which the outbox isn't empty.
    gathering: Instant,
    /// Rows that were sent but not accepted, with the first try.
    turned_away: HashMap<u64, TurnedAway>,
    /// Case ids of rows that aren't in the ledger yet.
    claimed_ids: HashSet<String>,
    /// Rows whose answer named another row's case, and that were looked up since.
    contested: HashSet<u64>,
    stop: Option<Stop>,
    /// Number of failed transactions.
    failed_commits: u32,
    /// Number of rows being looked up after an unclear answer.
    looking_up: usize,
    /// Number of rows with an intent in the ledger and no outcome.
    in_flight: u64,
    lost_in_a_row: u32,
    /// The last row that got a clear answer.
    last_good: u64,
    refusals: RefusalStreak,
    progress_sent_at: Instant,
    has_progress: bool,
    rate: Rate,
}

impl<'a> Pass<'a> {
    pub(super) fn new(runner: &'a mut Runner) -> Result<Self, LedgerError> {
        let mut turned_away = runner.job.ledger.turned_away(runner.job.import.id)?;
        turned_away.retain(|row, _| !runner.absent.contains(row));
        Ok(Self {
            source: runner.job.rows_to_send()?,
            refusals: RefusalStreak::watching(
                runner.job.is_first_run() && runner.job.options.on_error == OnError::Skip,
            ),
            turned_away,
            claimed_ids: HashSet::new(),
            contested: HashSet::new(),
            runner,
            source_ended: false,
            waiting: VecDeque::new(),
            committing: None,
            refreshing: None,
            ready: VecDeque::new(),
            requests: JoinSet::new(),
            started: HashMap::new(),
            outbox: Vec::new(),
            gathering: Instant::now(),
            stop: None,
            failed_commits: 0,
            looking_up: 0,
            in_flight: 0,
            lost_in_a_row: 0,
            last_good: 0,
            progress_sent_at: Instant::now(),
            has_progress: true,
            rate: Rate::default(),
        })
    }

    /// Runs to the end of the file, or until something stops it and the rows in flight are answered.
    pub(super) async fn run(mut self) -> Option<Stop> {
        loop {
            let now = Instant::now();
            self.start_rows(now);
            if self.refreshing.is_none() {
                let learned = self.runner.learned();
                self.refreshing = self.runner.others.refresh(&self.runner.job.client, learned);
            }
            if self.requests.is_empty() && (self.stop.is_some() || self.source_ended) {
                self.release();
            }
            if self.commit(now) {
                continue;
            }
            if self.is_over() {
                break;
            }
            let wants_rows =
                self.stop.is_none() && !self.source_ended && self.waiting.len() < self.read_ahead();
            let wake = self.wake(now);
            tokio::select! {
                biased;
                () = self.runner.stopped(), if self.stop.is_none() => self.halt(Stop::Requested),
                (decided, rows, result) = finished(&mut self.committing) => {
                    self.committed(decided, rows, result).await;
                }
                Some(result) = self.requests.join_next() => {
                    self.handle_result(result).await;
                    // Rows answered together are decided together.
                    while let Some(result) = self.requests.try_join_next() {
                        self.handle_result(result).await;
                    }
                }
                records = refreshed(&mut self.refreshing), if self.refreshing.is_some() => {
                    self.runner.pace.started(now);
                    self.runner.others.refreshed(records);
                }
                rows = self.source.recv(), if wants_rows => self.take_rows(rows),
                () = sleep_until(wake.unwrap_or(now)), if wake.is_some() => {}
            }
            if self.has_progress && self.progress_sent_at.elapsed() >= PROGRESS_INTERVAL {
                self.send_progress().await;
            }
        }
        self.send_progress().await;
        self.stop
    }

    fn is_over(&self) -> bool {
        let nothing_moves = self.requests.is_empty() && self.committing.is_none();
        let nothing_waits = self.ready.is_empty() && self.outbox.is_empty();
        let nothing_comes = self.stop.is_some() || (self.source_ended && self.waiting.is_empty());
        nothing_moves && nothing_waits && nothing_comes
    }

    /// Returns the next time at which the pace lets a row start, outcomes have gathered, or progress is due.
    fn wake(&self, now: Instant) -> Option<Instant> {
        let may_start = self.stop.is_none() && !self.ready.is_empty();
        let start = self.runner.pace.wait_until(now).filter(|_| may_start);
        let may_intend = self.stop.is_none() && !self.waiting.is_empty();
        let starts = self.runner.pace.wait_until(now).filter(|_| may_intend);
        let intend = starts.and_then(|at| at.checked_sub(SOON)).filter(|at| *at > now);
        // After a failure they wait for every answer.
        let waits = self.failed_commits > 0 && !self.requests.is_empty();
        let gathers = self.committing.is_none() && !self.outbox.is_empty() && !waits;
        let gathered = gathers.then(|| self.gathering + GATHER);
        let tell = self.has_progress.then(|| self.progress_sent_at + PROGRESS_INTERVAL);
        [start, intend, gathered, tell].into_iter().flatten().min()
    }

    /// Number of rows whose intent is written ahead. When all rows in flight are answered at once, half of these
    /// start immediately, and the others while the next intents are written. No more than that: after a kill, every
    /// row with an intent has to be looked up. Nor more than can start before their intents are too old.
    fn read_ahead(&self) -> usize {
        let most = if self.is_one_by_one() { 1 } else { 2 * self.runner.pace.allowed() };
        most.min(self.runner.pace.requests_within(FRESH))
    }

    /// Returns true if only the row being sent may have an intent. With Halt on Error, a row after it must not be unknown
    /// after a kill: it would be looked up after rows that follow it, and could then be refused behind them.
    fn is_one_by_one(&self) -> bool {
        self.runner.job.options.on_error == OnError::Halt && self.runner.pace.allowed() == 1
    }

    /// Stops starting rows. The first reason counts, but an unknown row gives way to any other.
    fn halt(&mut self, stop: Stop) {
        if matches!(self.stop, None | Some(Stop::Unknown(_) | Stop::Elsewhere(_))) {
            self.stop = Some(stop);
        }
        self.source.close();
        for (_, row) in take(&mut self.ready) {
            if matches!(row.verdict, Verdict::Send(..)) {
                self.decide(row, Outcome::NotSent, true);
            }
        }
    }

    fn decide(&mut self, row: Prepared, outcome: Outcome, intended: bool) {
        self.post(DecidedRow { row, outcome, intended, send_again: false });
    }

    fn post(&mut self, decided: DecidedRow) {
        if self.outbox.is_empty() {
            self.gathering = Instant::now();
        }
        self.outbox.push(decided);
    }

    /// Takes rows from the file.
    fn take_rows(&mut self, rows: Option<Result<Vec<Prepared>, String>>) {
        match rows {
            Some(Ok(rows)) => self.waiting.extend(rows),
            Some(Err(reason)) => self.halt(Stop::Fault(reason)),
            None => self.source_ended = true,
        }
    }

    async fn handle_result(&mut self, result: Result<Sent, JoinError>) {
        // A task that panicked leaves its row without an outcome: unknown, as recorded in the ledger.
        let Ok((row, result)) = result else { return };
        match result {
            SendResult::Answered(answer) => self.answered(row, answer).await,
            SendResult::AlreadyThere(found) => self.already_there(row, &found),
            SendResult::Unclear(answer, sending) => self.look_up(row, answer, *sending),
            SendResult::LookedUp(answer, found) => {
                self.looking_up -= 1;
                self.looked_up(row, answer, found).await;
            }
            SendResult::EarlierTry(found) => self.earlier_try(row, found).await,
            SendResult::LookupFailed(fault) => self.fault(row, &fault, false).await,
        }
    }

    /// Starts rows in order, so that with Halt on Error a refusal is known before any row after it starts.
    fn start_rows(&mut self, now: Instant) {
        if self.refusals.waits() || self.looking_up > 0 && self.runner.job.options.on_error == OnError::Halt {
            return;
        }
        while self.stop.is_none() && self.requests.len() < self.runner.pace.allowed() {
            if self.runner.pace.wait_until(now).is_some() {
                return;
            }
            let Some((since, row)) = self.ready.pop_front() else { return };
            match &row.verdict {
                Verdict::Send(..) if now.duration_since(since) > FRESH => {
                    self.post(DecidedRow {
                        row,
                        outcome: Outcome::NotSent,
                        intended: true,
                        send_again: true,
                    });
                }
                Verdict::Send(ready, _) => {
                    let sending = self.sending(&row, ready);
                    let requests = sending.requests();
                    (0..requests).for_each(|_| self.runner.pace.started(now));
                    self.started.insert(row.row, Some(now).filter(|_| requests == 1));
                    self.requests.spawn(async move { (row, sending.send().await) });
                }
                Verdict::Exclude(problem) => {
                    let (code, reason) = (problem.code.clone(), problem.message.clone());
                    self.decide(row, Outcome::Excluded { code, reason }, false);
                }
                Verdict::InDoubt(problem, earlier) => {
                    let exception = rejected_by_check(&row, slice::from_ref(problem));
                    let earlier = earlier.clone();
                    self.in_doubt(row, exception, earlier);
                }
                Verdict::Reject(problems) => {
                    let exception = rejected_by_check(&row, problems);
                    self.rejected(row, exception, false);
                }
            }
        }
    }

    async fn send_progress(&mut self) {
        let now = Instant::now();
        let counts = self.runner.counts;
        self.progress_sent_at = now;
        self.has_progress = false;
        let rows_per_second = self.rate.update(now, counts.rows - counts.not_sent);
        // Rows with an intent that haven't started yet aren't in flight.
        let is_sent = |(_, row): &&(Instant, Prepared)| matches!(row.verdict, Verdict::Send(..));
        let waiting = self.ready.iter().filter(is_sent).count() as u64;
        self.runner.progress(self.in_flight.saturating_sub(waiting), rows_per_second).await;
    }
}
