//! A run: from Start or Resume to Complete, Paused or Error.

use std::{sync::Arc, time::Duration};

use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::event::{Ended, Event, Progress};
use super::pass::Pass;
use crate::case::Plan;
use crate::ledger::{Counts, Import, Ledger, LedgerError, OnError, RunLock, Status};
use crate::sheet::Sheet;
use crate::trackops::Client;

/// Events that may wait for a slow watcher before the run waits for it too.
const EVENTS: usize = 64;
/// Rows found not to be there are sent again; a server that keeps losing them is not asked for ever.
const MOST_PASSES: usize = 5;

/// How to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Rows in flight at a time.
    pub concurrency: usize,
    /// Requests a minute; 0 for no limit.
    pub per_minute: u32,
    /// Send cases that were sent before, and references that stand twice in the file.
    pub send_duplicates: bool,
    /// How long a case may take to show in a list: so long a look-up that found nothing waits to ask again.
    pub settle_delay: Duration,
}

/// Everything a run needs.
pub struct Job {
    /// The import, as the ledger has it.
    pub import: Import,
    /// Its file, the same bytes as when it was made ready.
    pub sheet: Arc<Sheet>,
    /// How its rows are read.
    pub plan: Plan,
    /// The creation date of cases that name none.
    pub today: Date,
    /// The account.
    pub client: Client,
    /// The ledger.
    pub ledger: Ledger,
    /// How to run.
    pub options: Options,
}

/// A run under way.
pub struct Run {
    /// What it has to say; [`Event::Ended`] is the last.
    pub events: mpsc::Receiver<Event>,
    /// The way to stop it.
    pub control: Control,
}

/// The way to stop a run. Dropping it does not.
#[derive(Debug, Clone)]
pub struct Control(CancellationToken);

impl Control {
    /// Starts no further row; the run ends, paused, when the rows in flight have their answers.
    pub fn stop(&self) {
        self.0.cancel();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Starts a run on the current tokio runtime. Fails when another process runs the import.
pub fn start(job: Job) -> Result<Run, LedgerError> {
    let lock = job.ledger.lock(job.import.id)?;
    let (sender, events) = mpsc::channel(EVENTS);
    let control = Control(CancellationToken::new());
    let runner = Runner { job, control: control.clone(), events: sender, counts: Counts::default() };
    tokio::spawn(runner.run(lock));
    Ok(Run { events, control })
}

/// Why nothing starts any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// A person asked.
    Asked,
    /// Halt on Error, and a row was refused.
    Halted(String),
    /// Halt on Error, and a row's answer was lost: it is looked up before anything else.
    InDoubt(String),
    /// Something stands between us and Trackops.
    Fault(String),
    /// The ledger or the file cannot be used.
    Broken(String),
}

pub(super) struct Runner {
    pub(super) job: Job,
    pub(super) control: Control,
    pub(super) events: mpsc::Sender<Event>,
    /// Outcomes in the ledger; rows in flight are among `not_sent` here.
    pub(super) counts: Counts,
}

impl Runner {
    async fn run(mut self, lock: RunLock) {
        let (status, note) = match self.passes().await {
            Ok(end) => end,
            // What cannot be written cannot be ended either: the next start sees it as interrupted.
            Err(error) => (Status::Interrupted, error.to_string()),
        };
        let id = self.job.import.id;
        let ended = match status {
            Status::Interrupted => Ok(()),
            _ => self.job.ledger.end_run(id, status, note.clone()).await,
        };
        let (status, note) = match ended {
            Ok(()) => (status, note),
            Err(error) => (Status::Interrupted, error.to_string()),
        };
        let counts = self.job.ledger.import(id).map_or(self.counts, |import| import.counts);
        // Given back first, so that whoever hears of the end can resume at once.
        drop(lock);
        self.tell(Event::Ended(Ended { status, counts, note })).await;
    }

    async fn passes(&mut self) -> Result<(Status, String), LedgerError> {
        let id = self.job.import.id;
        self.job.ledger.begin_run(id, self.job.options.on_error).await?;
        self.refresh()?;
        if self.counts.unknown > 0
            && let Err(fault) = self.settle().await?
        {
            return Ok((Status::Paused, fault.to_string()));
        }
        for _ in 0..MOST_PASSES {
            let sent_before = self.counts.not_sent;
            let stop = if sent_before == 0 { None } else { Pass::new(self)?.run().await };
            self.refresh()?;
            match stop {
                Some(Stop::Asked) => {
                    return Ok((
                        Status::Paused,
                        "Paused by a person. Resume goes on where it stopped.".to_owned(),
                    ));
                }
                Some(Stop::Halted(note)) => return Ok((Status::Error, note)),
                Some(Stop::Fault(note)) => return Ok((Status::Paused, note)),
                Some(Stop::Broken(note)) => return Ok((Status::Interrupted, note)),
                None | Some(Stop::InDoubt(_)) => {}
            }
            let unknown = self.counts.unknown;
            if unknown > 0
                && let Err(fault) = self.settle().await?
            {
                return Ok((Status::Paused, fault.to_string()));
            }
            match stop {
                Some(Stop::InDoubt(note)) if self.counts.unknown > 0 => return Ok((Status::Error, note)),
                _ if self.counts.not_sent == 0 => return Ok((Status::Complete, String::new())),
                _ => {}
            }
        }
        Ok((
            Status::Paused,
            format!(
                "Rows were lost on the way {MOST_PASSES} times in a row. Look at the connection, then resume."
            ),
        ))
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
        self.control.0.cancelled().await;
    }
}
