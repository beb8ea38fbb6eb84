//! State shared by the parts of a run: the job, the counts, the events.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use jiff::ZonedDateTime;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tracing::{debug, info};

use super::event::{Ended, Event, Progress};
use super::job::{LookUp, RunJob, StopHandle};
use super::pace::{BUSY_WAITS, CONNECT_WAITS, MAX_WAIT, Pace};
use super::row::OtherCases;
use crate::ledger::{Counts, Earlier, Exception, LedgerError};
use crate::trackops::{Fault, ListingTraits};

/// What to do after cases couldn't be read back.
pub(crate) const THEN_VERIFY: &str = " Then verify again.";
/// What to do after a fault of the connection.
const THEN_RESUME: &str = " Then resume.";

/// Returns the note of a fault without the advice to resume, for an import of which nothing is left.
pub(super) fn without_resume(note: &str) -> &str {
    note.strip_suffix(THEN_RESUME).unwrap_or(note)
}

/// Returns a time on the local clock, with the date unless it is today's.
fn local(time: &ZonedDateTime) -> String {
    let is_today = time.date() == ZonedDateTime::now().date();
    time.strftime(if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// Reason why no further row starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The user asked.
    Requested,
    /// Unknown rows were looked up, and nothing else was requested.
    LookedUp,
    /// Halt on Error, and a row was refused.
    Halted(String),
    /// Halt on Error, and a row's answer was lost; it is looked up before anything else. The row and the reason.
    Unknown(String),
    /// Another import is sending rows of this one; the sentence for the user.
    Elsewhere(String),
    /// Trackops, the ledger or the file can't be used.
    Fault(String),
}

/// Why a step of a run didn't finish.
#[derive(Debug)]
pub(super) enum Interruption {
    Ledger(LedgerError),
    Stop(Stop),
}

impl From<LedgerError> for Interruption {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<Stop> for Interruption {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl Stop {
    /// Returns the stop that interrupted a step, if one did.
    pub(super) fn of_step(result: Result<(), Interruption>) -> Result<Option<Self>, LedgerError> {
        match result {
            Ok(()) => Ok(None),
            Err(Interruption::Stop(stop)) => Ok(Some(stop)),
            Err(Interruption::Ledger(error)) => Err(error),
        }
    }

    /// Returns the stop for a fault of the connection.
    pub(super) fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Busy { status, retry_after: Some(wait) } if *wait > MAX_WAIT => {
                let until = ZonedDateTime::now().checked_add(*wait);
                let until =
                    until.map_or_else(|_| "later".to_owned(), |until| format!("until {}", local(&until)));
                Self::Fault(format!("Trackops asks to wait {until} ({status}).{THEN_RESUME}"))
            }
            _ => Self::Fault(format!("{fault}.{THEN_RESUME}")),
        }
    }
}

pub(super) struct Runner {
    pub(super) job: RunJob,
    pub(super) control: StopHandle,
    pub(super) events: mpsc::Sender<Event>,
    /// Pace of requests, kept between passes.
    pub(super) pace: Pace,
    /// Outcomes in the ledger; rows in flight count as `not_sent` here.
    pub(super) counts: Counts,
    /// True if the last settling finished.
    pub(super) looked_up: bool,
    /// With Halt on Error: rows after which nothing starts until their outcome is known.
    pub(super) unknown_rows: Vec<u64>,
    /// Rows of running imports that may be the cases of rows of this pass.
    pub(super) elsewhere: Vec<Earlier>,
    /// When unknown rows of this run were sent. A case may come late for some time from then on, whatever the server's
    /// clock seems to be.
    pub(super) sent: HashMap<u64, Instant>,
    /// Rows that settling found absent in this run, so that nothing is left of an earlier try.
    pub(super) absent: HashSet<u64>,
    /// Whether lists by time leave out other cases, once that was asked.
    pub(super) filters_by_time: Option<bool>,
    /// How Trackops stores and lists cases, learned from our own cases.
    pub(super) learned: ListingTraits,
    /// Rows that this run created.
    pub(super) created: HashSet<u64>,
    /// True if rows may have been sent, in this run or an earlier one.
    pub(super) has_sent: bool,
    /// True if reading back has found created rows whose case belongs to another row.
    pub(super) has_revoked: bool,
    /// How cases already in Trackops are found.
    pub(super) others: OtherCases,
    /// Rows that were sent although a case has nearly the same reference, with that case.
    pub(super) near_duplicates: BTreeMap<u64, String>,
    /// Rejected rows to resend that weren't compared with other cases yet. They have no case of their own, and may
    /// have a new reference.
    pub(super) retried: HashSet<u64>,
    /// Further sentences for the note at the end.
    pub(super) notes: Vec<String>,
    /// Number of cases it has learned from.
    pub(super) learned_from: u32,
}

impl Runner {
    pub(super) fn new(job: RunJob, control: StopHandle, events: mpsc::Sender<Event>) -> Self {
        let pace = Pace::new(job.options.concurrency, job.options.per_minute);
        let asks = job.options.look_up == LookUp::Each;
        Self {
            others: if asks { OtherCases::AskEach } else { OtherCases::Unknown },
            near_duplicates: BTreeMap::new(),
            retried: HashSet::new(),
            notes: Vec::new(),
            job,
            control,
            events,
            pace,
            counts: Counts::default(),
            looked_up: false,
            unknown_rows: Vec::new(),
            elsewhere: Vec::new(),
            sent: HashMap::new(),
            absent: HashSet::new(),
            filters_by_time: None,
            created: HashSet::new(),
            has_sent: false,
            has_revoked: false,
            learned: ListingTraits::default(),
            learned_from: 0,
        }
    }

    /// Reads the counts from the ledger, the single source of truth.
    pub(super) fn refresh(&mut self) -> Result<(), LedgerError> {
        self.counts = self.job.ledger.import(self.job.import.id)?.counts;
        Ok(())
    }

    pub(super) async fn progress(&self, in_flight: u64, rows_per_second: f64) {
        let mut counts = self.counts;
        counts.unknown += in_flight;
        counts.not_sent = counts.not_sent.saturating_sub(in_flight);
        self.send_event(Event::Progress(Progress { counts, in_flight, rows_per_second })).await;
    }

    /// Sends an event. A receiver that is gone doesn't stop the run.
    pub(super) async fn send_event(&self, event: Event) {
        log(&event);
        let _ = self.events.send(event).await;
    }

    pub(super) async fn stopped(&self) {
        self.control.stopped().await;
    }

    /// Waits. Fails if a stop is requested meanwhile.
    pub(super) async fn sleep_or_stop(&self, time: Duration) -> Result<(), Stop> {
        // Even a sleep of zero waits for the timer's next tick.
        if time.is_zero() {
            return if self.control.is_stopped() { Err(Stop::Requested) } else { Ok(()) };
        }
        tokio::select! {
            () = self.stopped() => Err(Stop::Requested),
            () = sleep(time) => Ok(()),
        }
    }

    /// Waits until Trackops would list the case of a row that it turned away a moment ago: such a row is looked up only
    /// once before it is sent again.
    pub(super) async fn wait_for_turned_away(&self) -> Result<(), Interruption> {
        let Some(sent_at) = self.job.ledger.last_turned_away(self.job.import.id)? else { return Ok(()) };
        let age = self.job.client.clock().millis().saturating_sub(sent_at);
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        let wait = self.job.options.settle_delay.saturating_sub(age);
        if wait.as_secs() > 0 {
            let why = "Rows weren't accepted a moment ago, and Trackops may list their cases late";
            self.send_event(Event::Waiting { why: why.to_owned(), seconds: wait.as_secs() }).await;
        }
        Ok(self.sleep_or_stop(wait).await?)
    }

    /// Waits until the pace lets the next request start. Fails if a stop is requested before that.
    pub(super) async fn wait_turn(&mut self) -> Result<(), Stop> {
        let now = Instant::now();
        let wait = self.pace.wait_until(now).map_or(Duration::ZERO, |until| until - now);
        self.sleep_or_stop(wait).await?;
        self.pace.started(now);
        Ok(())
    }

    /// Learns the server's clock with a harmless request, unless an answer has shown it: times of sending are by that
    /// clock. Fails if nothing may start.
    pub(super) async fn learn_clock(&mut self) -> Result<(), Stop> {
        while !self.job.client.clock().is_known() {
            self.wait_turn().await?;
            match self.job.client.test().await {
                // A server without a clock in its answers counts as having ours.
                Ok(()) => break,
                Err(fault) if self.wait_if_transient(&fault).await => {}
                Err(fault) => return Err(Stop::of(&fault)),
            }
        }
        Ok(())
    }

    /// Returns true if waiting may help against a fault; if so, nothing starts for a while, and an event says so.
    pub(super) async fn wait_if_transient(&mut self, fault: &Fault) -> bool {
        let (requested, most) = match fault {
            Fault::Busy { retry_after, .. } => (*retry_after, BUSY_WAITS),
            Fault::NoConnection { .. } | Fault::Tls { .. } => (None, CONNECT_WAITS),
            _ => return false,
        };
        if self.pace.waits >= most || requested.is_some_and(|wait| wait > MAX_WAIT) {
            return false;
        }
        if let Some(wait) = self.pace.slow_down(Instant::now(), requested) {
            self.send_event(Event::Waiting { why: fault.to_string(), seconds: wait.as_secs().max(1) }).await;
        }
        true
    }
}

/// Writes an event to the diagnostic log, without anything a file or a server said.
fn log(event: &Event) {
    match event {
        // Too many, and the ends say enough.
        Event::Progress(_) => {}
        Event::Exceptions(exceptions) => {
            for Exception { row, code, source, http_status, .. } in exceptions {
                debug!(row, %code, source = source.word(), http_status, "exception");
            }
        }
        Event::Waiting { seconds, .. } => debug!(seconds, "waiting"),
        Event::Settling { left, seconds } => debug!(left, seconds, "settling"),
        Event::ReadingBack { read, of } => debug!(read, of, "reading back"),
        Event::Ended(Ended { status, counts, looked_up, .. }) => {
            info!(status = status.word(), ?counts, looked_up, "ended");
        }
    }
}
