//! One pass over the file: every row that has not had its turn gets it, in order, so many at a time.
//!
//! Each stage holds at most one request to the ledger, and what gathers meanwhile goes with the next: that is
//! what groups the commits.
//!
//! ```text
//! source ─► intending ─► ready ─► flying ─► outbox ─► recording ─► counts, events
//!    ▲ again ◄──────────────────────────────────────────── │ (not sent, try again)
//! ```

mod landed;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    future::{Future, pending},
    mem::take,
    pin::Pin,
    time::Duration,
};

use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::alike::Alike;
use super::event::Event;
use super::job::Intended;
use super::log;
use super::not_sent::{held_back, sent_before};
use super::prepare::{Prepared, Verdict};
use super::rate::Rate;
use super::runner::{Runner, Stop};
use crate::ledger::{LedgerError, OnError, Outcome};
use landed::Landed;

/// Outcomes gather so long while other rows are in flight: a commit costs the same for one as for many, and
/// nobody waits for this one. What dies in it is looked up.
const GATHER: Duration = Duration::from_millis(5);
/// Watchers are told this often at most.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// So many lost answers in a row are the way's fault, not the rows'.
const LOST_IN_A_ROW: u32 = 3;
type Pending<T> = Option<Pin<Box<dyn Future<Output = T> + Send>>>;

/// Waits for what is pending; for ever when nothing is.
async fn finished<T>(pending_future: &mut Pending<T>) -> T {
    match pending_future {
        Some(future) => {
            let value = future.await;
            *pending_future = None;
            value
        }
        None => pending().await,
    }
}

/// A row with an outcome that is not yet in the ledger.
struct Decided {
    row: Prepared,
    outcome: Outcome,
    /// Whether its intent is in the ledger.
    intended: bool,
    /// Whether it is to be sent again once the ledger knows it was not.
    again: bool,
}

pub(super) struct Pass<'a> {
    runner: &'a mut Runner,
    source: mpsc::Receiver<Result<Prepared, String>>,
    source_ended: bool,
    again: VecDeque<Prepared>,
    intending: Pending<(Vec<Prepared>, Intended)>,
    ready: VecDeque<Prepared>,
    flying: JoinSet<(Prepared, Landed)>,
    outbox: Vec<Decided>,
    /// Since when something is in the outbox.
    gathering: Instant,
    recording: Pending<(Vec<Decided>, Result<(), LedgerError>)>,
    /// Rows that were sent and turned away, and when each was sent first.
    turned_away: HashMap<u64, i64>,
    /// Ids that are given to rows and not yet in the ledger.
    given: HashSet<String>,
    stop: Option<Stop>,
    /// Rows whose intent is in the ledger and whose outcome is not.
    in_flight: u64,
    lost_in_a_row: u32,
    alike: Alike,
    told: Instant,
    untold: bool,
    rate: Rate,
}

impl<'a> Pass<'a> {
    pub(super) fn new(runner: &'a mut Runner) -> Result<Self, LedgerError> {
        Ok(Self {
            source: runner.job.rows_to_send()?,
            alike: Alike::watching(runner.job.is_first_run() && runner.job.options.on_error == OnError::Skip),
            turned_away: runner.job.ledger.turned_away(runner.job.import.id)?,
            given: HashSet::new(),
            runner,
            source_ended: false,
            again: VecDeque::new(),
            intending: None,
            ready: VecDeque::new(),
            flying: JoinSet::new(),
            outbox: Vec::new(),
            gathering: Instant::now(),
            recording: None,
            stop: None,
            in_flight: 0,
            lost_in_a_row: 0,
            told: Instant::now(),
            untold: true,
            rate: Rate::default(),
        })
    }

    /// Runs to the end of the file, or until something stops it and the rows in flight have their answers.
    pub(super) async fn run(mut self) -> Option<Stop> {
        loop {
            let now = Instant::now();
            self.start_rows(now);
            if self.flying.is_empty() && (self.stop.is_some() || self.source_ended) {
                self.release();
            }
            self.record();
            if self.is_over() {
                break;
            }
            let room =
                self.stop.is_none() && self.intending.is_none() && self.ready.len() <= self.ahead() / 2;
            if room && !self.again.is_empty() {
                self.intend_again();
                continue;
            }
            let wait =
                self.runner.pace.wait_until(now).filter(|_| self.stop.is_none() && !self.ready.is_empty());
            let tell = self.untold.then(|| self.told + TELL_EVERY);
            tokio::select! {
                biased;
                () = self.runner.stopped(), if self.stop.is_none() => self.halt(Stop::Asked),
                (rows, result) = finished(&mut self.recording) => self.recorded(rows, result).await,
                // A task that broke leaves its row without an outcome: unknown, as the ledger has it.
                Some(landed) = self.flying.join_next() => match landed {
                    Ok((row, Landed::Answered(answer))) => self.answered(row, answer).await,
                    Ok((row, Landed::There(found))) => self.there(row, &found),
                    Ok((row, Landed::LookedUp(answer, found))) => self.looked_up(row, answer, found),
                    Err(_) => {}
                },
                (rows, result) = finished(&mut self.intending) => self.intended(rows, result),
                row = self.source.recv(), if room && !self.source_ended => self.intend(row),
                () = sleep_until(wait.unwrap_or(self.told)), if wait.is_some() => {}
                () = sleep_until(self.gathering + GATHER), if self.gathers() => {}
                () = sleep_until(tell.unwrap_or(self.told)), if tell.is_some() => self.tell_progress().await,
            }
        }
        self.tell_progress().await;
        self.stop
    }

    fn is_over(&self) -> bool {
        let nothing_moves = self.flying.is_empty() && self.intending.is_none() && self.recording.is_none();
        let nothing_waits = self.ready.is_empty() && self.outbox.is_empty();
        let nothing_comes = self.stop.is_some() || (self.source_ended && self.again.is_empty());
        nothing_moves && nothing_waits && nothing_comes
    }

    /// Rows whose intent is written ahead of a free place. Few: what dies with an intent has to be looked up.
    fn ahead(&self) -> usize {
        self.runner.pace.allowed().div_ceil(4)
    }

    /// From here on nothing starts. The first reason stands, but doubt gives way to certainty.
    fn halt(&mut self, stop: Stop) {
        if matches!(self.stop, None | Some(Stop::InDoubt(_))) {
            self.stop = Some(stop);
        }
        self.source.close();
        for row in take(&mut self.ready) {
            if matches!(row.verdict, Verdict::Send(..)) {
                self.decide(row, Outcome::NotSent, true);
            }
        }
    }

    fn decide(&mut self, row: Prepared, outcome: Outcome, intended: bool) {
        self.post(Decided { row, outcome, intended, again: false });
    }

    fn post(&mut self, decided: Decided) {
        if self.outbox.is_empty() {
            self.gathering = Instant::now();
        }
        self.outbox.push(decided);
    }

    /// Whether the outbox waits for more.
    fn gathers(&self) -> bool {
        self.recording.is_none() && !self.outbox.is_empty() && !self.flying.is_empty()
    }

    /// Takes the next row from the file, and the ones behind it that are there already.
    fn intend(&mut self, first: Option<Result<Prepared, String>>) {
        let mut rows = Vec::new();
        let mut next = first;
        loop {
            match next {
                Some(Ok(row)) => rows.push(row),
                Some(Err(reason)) => return self.halt(Stop::Fault(reason)),
                None => self.source_ended = true,
            }
            if self.source_ended || rows.len() + self.ready.len() >= self.ahead() {
                break;
            }
            match self.source.try_recv() {
                Ok(row) => next = Some(row),
                Err(_) => break,
            }
        }
        self.write_intents(rows);
    }

    fn intend_again(&mut self) {
        let count = self.again.len().min(self.ahead());
        let rows = self.again.drain(..count).collect();
        self.write_intents(rows);
    }

    fn write_intents(&mut self, rows: Vec<Prepared>) {
        let intend = self.runner.job.intend(&rows);
        self.intending = Some(Box::pin(async move { (rows, intend.await) }));
    }

    fn intended(&mut self, rows: Vec<Prepared>, result: Intended) {
        let sent_meanwhile = match result {
            Ok(sent_meanwhile) => sent_meanwhile,
            Err(error) => return self.halt(Stop::Fault(error.to_string())),
        };
        for mut row in rows {
            if let (Some(earlier), Verdict::Send(ready, _)) = (sent_meanwhile.get(&row.row), &row.verdict) {
                row.verdict =
                    held_back(sent_before(&self.runner.job.plan, (row.row, row.line), ready, earlier));
            }
            self.in_flight += u64::from(matches!(row.verdict, Verdict::Send(..)));
            self.ready.push_back(row);
        }
        if let Some(stop) = self.stop.clone() {
            self.halt(stop);
        }
    }

    /// Starts what may start. Rows are taken in order, so that with Halt on Error a refused row is known before
    /// any row behind it is started.
    fn start_rows(&mut self, now: Instant) {
        while self.stop.is_none() && self.flying.len() < self.runner.pace.allowed() {
            if self.runner.pace.wait_until(now).is_some() {
                return;
            }
            let Some(row) = self.ready.pop_front() else { return };
            match &row.verdict {
                Verdict::Send(ready, _) => {
                    let sending = self.sending(&row, ready);
                    (0..sending.requests()).for_each(|_| self.runner.pace.started(now));
                    self.flying.spawn(async move { (row, sending.send().await) });
                }
                Verdict::Exclude(problem) => {
                    let (code, reason) = (problem.code.clone(), problem.message.clone());
                    self.decide(row, Outcome::Excluded { code, reason }, false);
                }
                Verdict::Reject(problems) => {
                    let exception = log::rejected_by_check(&row, problems);
                    self.rejected(row, exception, false);
                }
            }
        }
    }

    /// Hands what is decided to the ledger, unless it is still busy with what was before.
    fn record(&mut self) {
        let full = self.gathering.elapsed() >= GATHER || self.flying.is_empty();
        if self.recording.is_some() || self.outbox.is_empty() || !full {
            return;
        }
        let rows = take(&mut self.outbox);
        let outcomes = rows.iter().map(|decided| decided.row.became(decided.outcome.clone())).collect();
        let (ledger, import) = (self.runner.job.ledger.clone(), self.runner.job.import.id);
        self.recording = Some(Box::pin(async move {
            let result = ledger.settle(import, outcomes).await;
            (rows, result)
        }));
    }

    /// Only now is an outcome counted and shown.
    async fn recorded(&mut self, rows: Vec<Decided>, result: Result<(), LedgerError>) {
        if let Err(error) = result {
            return self.halt(Stop::Fault(error.to_string()));
        }
        let mut exceptions = Vec::new();
        for decided in rows {
            self.in_flight -= u64::from(decided.intended);
            if let Outcome::Created { case_id, .. } = &decided.outcome {
                self.given.remove(case_id);
            }
            let counts = &mut self.runner.counts;
            let count = match decided.outcome {
                Outcome::Created { .. } => &mut counts.created,
                Outcome::Excluded { .. } => &mut counts.excluded,
                Outcome::Rejected(exception) => {
                    exceptions.push(exception);
                    &mut counts.rejected
                }
                Outcome::Unknown(exception) => {
                    exceptions.push(exception);
                    &mut counts.unknown
                }
                Outcome::NotSent | Outcome::TurnedAway => {
                    if decided.again && self.stop.is_none() {
                        self.again.push_back(decided.row);
                    }
                    continue;
                }
            };
            *count += 1;
            counts.not_sent = counts.not_sent.saturating_sub(1);
        }
        self.untold = true;
        if !exceptions.is_empty() {
            self.runner.tell(Event::Exceptions(exceptions)).await;
        }
    }

    async fn tell_progress(&mut self) {
        let now = Instant::now();
        let counts = self.runner.counts;
        self.told = now;
        self.untold = false;
        let rows_per_second = self.rate.look(now, counts.rows - counts.not_sent);
        // What is intended and waits for a place has not left yet.
        let waiting = self.ready.iter().filter(|row| matches!(row.verdict, Verdict::Send(..))).count() as u64;
        self.runner.progress(self.in_flight.saturating_sub(waiting), rows_per_second).await;
    }
}
