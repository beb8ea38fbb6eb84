//! A run: from Start or Resume to Complete, Paused or Error.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::event::{Ended, Event};
use super::job::{Control, Job};
use super::pass::Pass;
use super::runner::{Runner, Stop};
use crate::ledger::{Counts, LedgerError, RunLock, Status};

/// Events that may wait for a slow watcher before the run waits for it too.
const EVENTS: usize = 64;
/// Rows found not to be there are sent again; a server that keeps losing them is not asked for ever.
const MOST_PASSES: usize = 5;

/// A run under way.
pub struct Run {
    /// What it has to say; [`Event::Ended`] is the last.
    pub events: mpsc::Receiver<Event>,
    /// The way to stop it.
    pub control: Control,
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

impl Runner {
    async fn run(mut self, lock: RunLock) {
        let (status, note) = self.passes().await.unwrap_or_else(|error| (Status::Paused, error.to_string()));
        let id = self.job.import.id;
        let (status, note) = match self.job.ledger.end_run(id, status, note.clone()).await {
            Ok(()) => (status, note),
            // An end that cannot be written is seen as interrupted by the next start.
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
}
