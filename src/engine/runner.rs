//! What the parts of a run share: the job, the counts, and the way to whoever watches.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::event::{Event, Progress};
use super::job::{Control, Job, LookUp};
use super::pace::{BUSY_WAITS, CONNECT_WAITS, LONGEST_WAIT, Pace};
use super::recent::OtherCases;
use crate::ledger::{Counts, LedgerError};
use crate::trackops::{Fault, Learned};

/// Why nothing starts any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// A person asked.
    Asked,
    /// Unknown rows were looked up, and nothing else was wanted.
    LookedUp,
    /// Halt on Error, and a row was refused.
    Halted(String),
    /// Halt on Error, and a row's answer was lost: it is looked up before anything else. Which row, and why.
    InDoubt(String),
    /// Something stands between us and Trackops, or the ledger or the file cannot be used.
    Fault(String),
}

impl Stop {
    /// What stands between us and Trackops.
    pub(super) fn of(fault: &Fault) -> Self {
        Self::Fault(format!("{fault}. Then resume."))
    }
}

pub(super) struct Runner {
    pub(super) job: Job,
    pub(super) control: Control,
    pub(super) events: mpsc::Sender<Event>,
    /// How fast; kept from one pass to the next.
    pub(super) pace: Pace,
    /// Outcomes in the ledger; rows in flight are among `not_sent` here.
    pub(super) counts: Counts,
    /// Whether the last settling came to its end.
    pub(super) looked_up: bool,
    /// With Halt on Error: rows behind which nothing starts until it is known what became of them.
    pub(super) in_doubt: Vec<u64>,
    /// How Trackops keeps and lists cases, as far as cases of ours have shown it.
    pub(super) learned: Learned,
    /// Whether rows may have been sent in this run.
    pub(super) has_sent: bool,
    /// Whether reading back has shown created rows that have another row's case.
    pub(super) has_revoked: bool,
    /// How cases that Trackops has already are found.
    pub(super) others: OtherCases,
    /// Rows that were sent although a case has nearly the same reference, and which case.
    pub(super) nearly: BTreeMap<u64, String>,
    /// Rejected rows that are sent again and were not yet compared with other cases. They have none of their own, and may
    /// have been given another reference.
    pub(super) retried: HashSet<u64>,
    /// What else is to be said at the end.
    pub(super) notes: Vec<String>,
    /// Number of cases it was learned from.
    pub(super) learned_from: u32,
}

impl Runner {
    pub(super) fn new(job: Job, control: Control, events: mpsc::Sender<Event>) -> Self {
        let pace = Pace::new(job.options.concurrency, job.options.per_minute);
        let asks = job.options.look_up == LookUp::Each;
        Self {
            others: if asks { OtherCases::AskEach } else { OtherCases::Unknown },
            nearly: BTreeMap::new(),
            retried: HashSet::new(),
            notes: Vec::new(),
            job,
            control,
            events,
            pace,
            counts: Counts::default(),
            looked_up: false,
            in_doubt: Vec::new(),
            has_sent: false,
            has_revoked: false,
            learned: Learned::default(),
            learned_from: 0,
        }
    }

    /// Takes the counts from the ledger, the one place that knows.
    pub(super) fn refresh(&mut self) -> Result<(), LedgerError> {
        self.counts = self.job.ledger.import(self.job.import.id)?.counts;
        Ok(())
    }

    pub(super) async fn progress(&self, in_flight: u64, rows_per_second: f64) {
        let mut counts = self.counts;
        counts.unknown += in_flight;
        counts.not_sent = counts.not_sent.saturating_sub(in_flight);
        self.tell(Event::Progress(Progress { counts, in_flight, rows_per_second })).await;
    }

    /// A watcher that went away does not stop the run.
    pub(super) async fn tell(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    pub(super) async fn stopped(&self) {
        self.control.stopped().await;
    }

    /// Waits; whether somebody asked to stop meanwhile.
    pub(super) async fn stopped_within(&self, time: Duration) -> bool {
        // A sleep of nothing still waits for the timer's next turn.
        if time.is_zero() {
            return self.control.is_stopped();
        }
        tokio::select! {
            () = self.stopped() => true,
            () = sleep(time) => false,
        }
    }

    /// Waits until the pace lets the next request start; whether somebody asked to stop before that.
    pub(super) async fn stopped_before_turn(&mut self) -> bool {
        let now = Instant::now();
        let wait = self.pace.wait_until(now).map_or(Duration::ZERO, |until| until - now);
        if self.stopped_within(wait).await {
            return true;
        }
        self.pace.started(now);
        false
    }

    /// Asks the server something that changes nothing, unless an answer has shown its clock already: the time at which
    /// a row is sent must be by that clock. Gives why nothing may start.
    pub(super) async fn meet(&mut self) -> Option<Stop> {
        while !self.job.client.clock().is_known() {
            if self.stopped_before_turn().await {
                return Some(Stop::Asked);
            }
            match self.job.client.test().await {
                // One without a clock in its answers is taken to have ours.
                Ok(()) => return None,
                Err(fault) if self.may_wait(&fault).await => {}
                Err(fault) => return Some(Stop::of(&fault)),
            }
        }
        None
    }

    /// Whether waiting may help against a fault; if so, nothing starts for a while, and the watcher is told.
    pub(super) async fn may_wait(&mut self, fault: &Fault) -> bool {
        let (asked, most) = match fault {
            Fault::Busy { retry_after, .. } => (*retry_after, BUSY_WAITS),
            Fault::NoConnection { .. } | Fault::Tls { .. } => (None, CONNECT_WAITS),
            _ => return false,
        };
        if self.pace.waits >= most || asked.is_some_and(|wait| wait > LONGEST_WAIT) {
            return false;
        }
        if let Some(wait) = self.pace.slow_down(Instant::now(), asked) {
            self.tell(Event::Waiting { why: fault.to_string(), seconds: wait.as_secs().max(1) }).await;
        }
        true
    }
}
