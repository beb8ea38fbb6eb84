//! A run: from Start or Resume to Complete, Paused or Error.

use std::{convert::Infallible, future::pending, mem::take, time::Duration};

use tokio::{sync::mpsc, task::spawn_blocking, time::sleep};
use tracing::info;

use super::event::{Ended, Event};
use super::job::{LookUp, RunJob, StopHandle, StoppedBy};
use super::pass::Pass;
use super::read_back::Unread;
use super::runner::{Interruption, Runner, Stop, THEN_VERIFY, without_resume};
use super::settle::SettleDuration;
use crate::ledger::{ImportId, Ledger, LedgerError, OnError, Outcome, RunLock, Status};
use crate::text::{capitalized, sentence};

/// Number of events buffered for a slow receiver before the run waits for it.
const EVENTS: usize = 64;
/// Consecutive passes without progress after which the run gives up: a server may lose every row.
const MAX_PASSES_IN_VAIN: usize = 3;
/// Interval at which requests of other processes to pause are read.
const PAUSE_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// A run in progress.
pub struct Run {
    /// Its events; [`Event::Ended`] is the last.
    pub events: mpsc::Receiver<Event>,
    /// Stops it.
    pub control: StopHandle,
}

/// Starts a run on the current tokio runtime. Fails when another process runs the import.
pub fn start(job: RunJob) -> Result<Run, LedgerError> {
    // Read before the lock is taken: later requests are for this run.
    let asked = job.ledger.pauses_asked(job.import.id)?;
    let lock = job.ledger.lock(job.import.id)?;
    job.ledger.require_sendable(job.import.id)?;
    job.require_unchanged()?;
    let (import, rows) = (job.import.id, job.import.counts.rows);
    info!(import, rows, concurrency = job.options.concurrency, on_error = job.options.on_error.word(), "run");
    let (sender, events) = mpsc::channel(EVENTS);
    let control = StopHandle::default();
    tokio::spawn(Runner::new(job, control.clone(), sender).run(lock, asked));
    Ok(Run { events, control })
}

/// Compares the created cases of an import with what Trackops lists; sends nothing. Fails when another process runs the
/// import.
pub fn verify(job: RunJob) -> Result<Run, LedgerError> {
    let asked = job.ledger.pauses_asked(job.import.id)?;
    let lock = job.ledger.lock(job.import.id)?;
    job.require_unchanged()?;
    let (sender, events) = mpsc::channel(EVENTS);
    let control = StopHandle::default();
    tokio::spawn(Runner::new(job, control.clone(), sender).verify(lock, asked));
    Ok(Run { events, control })
}

/// Stops a run when another process asks for it. The first `heard` requests are older than the run.
async fn watch_for_pause(ledger: Ledger, id: ImportId, heard: i64, control: StopHandle) -> Infallible {
    loop {
        sleep(PAUSE_POLL_INTERVAL).await;
        let ledger = ledger.clone();
        // On another thread, because a read may take long. A ledger that can't be read stops the run anyway.
        let asked = spawn_blocking(move || ledger.pauses_asked(id)).await;
        if matches!(asked, Ok(Ok(asked)) if asked > heard) {
            control.stop_by(StoppedBy::OtherProcess);
            return pending().await;
        }
    }
}

/// Returns the warning about a ledger that was copied or restored from a backup.
fn copied_ledger_note(looks_up: bool) -> &'static str {
    if looks_up {
        "The ledger was copied or restored from a backup, so every row is looked up in Trackops before it is sent. If \
         nothing was sent after the copy was made, run `caseload purge --lost` once."
    } else {
        "The ledger was copied or restored from a backup, and lookups are off, so rows sent after the copy was made \
         may be sent again."
    }
}

impl Runner {
    async fn run(mut self, lock: RunLock, asked: i64) {
        let id = self.job.import.id;
        let listening = watch_for_pause(self.job.ledger.clone(), id, asked, self.control.clone());
        let ended = tokio::select! {
            ended = self.run_passes() => ended,
            never = listening => match never {},
        };
        let (status, note) = ended.unwrap_or_else(|error| (Status::Paused, error.to_string()));
        let (status, note) = match self.job.ledger.end_run(id, status, note.clone()).await {
            Ok(()) => (status, note),
            // If the end can't be written, the next start reports the import as interrupted.
            Err(error) => (Status::Interrupted, error.to_string()),
        };
        let counts = self.job.ledger.import(id).map_or(self.counts, |import| import.counts);
        // Released before the event, so that its receiver can resume at once.
        drop(lock);
        self.send_event(Event::Ended(Ended { status, counts, note, looked_up: self.looked_up })).await;
    }

    /// Reads the import back, and keeps its status.
    async fn verify(mut self, lock: RunLock, asked: i64) {
        let id = self.job.import.id;
        let listening = watch_for_pause(self.job.ledger.clone(), id, asked, self.control.clone());
        let reading = async {
            self.learn_clock().await?;
            self.read_all_back().await
        };
        let read_back = tokio::select! {
            read_back = reading => read_back,
            never = listening => match never {},
        };
        let (looked_up, note) = match read_back {
            // Without the file, no value was compared.
            Ok(sentence) => {
                (self.job.sheet.is_ok() || self.counts.created == 0, sentence.unwrap_or_default())
            }
            Err(Unread::Interrupted(Interruption::Stop(Stop::Requested))) => {
                (false, "Stopped before everything was read back.".to_owned())
            }
            Err(Unread::Interrupted(Interruption::Stop(Stop::Fault(note)))) => {
                (false, format!("{}{THEN_VERIFY}", without_resume(&note)))
            }
            Err(Unread::Refused(why)) => (false, sentence(capitalized(&why))),
            Err(Unread::Interrupted(Interruption::Stop(stop))) => (false, self.end_status(Some(stop)).1),
            Err(Unread::Interrupted(Interruption::Ledger(error))) => (false, error.to_string()),
        };
        let import = self.job.ledger.import(self.job.import.id);
        let (status, counts) =
            import.map_or((self.job.import.status, self.counts), |import| (import.status, import.counts));
        drop(lock);
        self.send_event(Event::Ended(Ended { status, counts, note, looked_up })).await;
    }

    async fn run_passes(&mut self) -> Result<(Status, String), LedgerError> {
        let id = self.job.import.id;
        let mut stop = self.prepare().await?;
        if stop.is_none() {
            stop = self.send_all().await?;
        }
        let (is_read_back, read_back) = self.read_back_at_end(&mut stop).await?;
        if self.has_revoked && stop.is_none() {
            // Looks up the rows whose case belongs to another row.
            stop = self.settle_or_halt(SettleDuration::UntilDecided).await?;
            self.refresh()?;
        }
        let (status, note) = self.end_status(stop);
        if status == Status::Complete && !is_read_back && self.counts.created > 0 {
            // No run follows that would do it.
            self.notes.push(format!("The created cases weren't read back; `caseload verify {id}` does it."));
        }
        self.note_end(status).await?;
        Ok((
            status,
            [Some(note), read_back, self.nearly_there(), self.others.describe_failure()]
                .into_iter()
                .flatten()
                .chain(take(&mut self.notes))
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        ))
    }

    /// Begins the run and settles unknown rows. Returns why no row may start.
    async fn prepare(&mut self) -> Result<Option<Stop>, LedgerError> {
        self.job
            .ledger
            .begin_run(self.job.import.id, self.job.options.on_error, self.job.who.clone())
            .await?;
        self.requeue().await?;
        self.refresh()?;
        let only_settle = self.job.options.settle_only;
        self.has_sent = !self.job.is_first_run();
        let stop = match self.learn_clock().await {
            // Settles what can be found at once; the rest waits until nothing else is left to do.
            Ok(()) if self.counts.not_sent > 0 && !only_settle => {
                self.settle_or_halt(SettleDuration::OneLookup).await?
            }
            Ok(()) => self.settle_or_halt(SettleDuration::UntilDecided).await?,
            Err(stop) => Some(stop),
        };
        Ok(match stop {
            None if only_settle => Some(Stop::LookedUp),
            None if self.counts.not_sent > 0 => self.list_recent().await,
            stop => stop,
        })
    }

    /// Sends rows in passes over the file until none is left. Returns what stopped it earlier.
    async fn send_all(&mut self) -> Result<Option<Stop>, LedgerError> {
        let (mut stop, mut in_vain) = (None, 0);
        while stop.is_none() && self.counts.not_sent > 0 && in_vain < MAX_PASSES_IN_VAIN {
            let before = self.counts;
            if let Some(stop) = Stop::of_step(self.wait_for_turned_away().await)? {
                return Ok(Some(stop));
            }
            self.has_sent = true;
            stop = match Pass::new(self)?.run().await {
                None | Some(Stop::Elsewhere(_)) => self.settle_or_halt(SettleDuration::UntilDecided).await?,
                Some(Stop::Unknown(why)) => match self.settle_or_halt(SettleDuration::UntilDecided).await? {
                    None if self.is_in_doubt()? => Some(self.unsettled_stop(&why)),
                    stop => stop,
                },
                stop => stop,
            };
            let elsewhere = take(&mut self.elsewhere);
            if stop.is_none() && !elsewhere.is_empty() {
                stop = self.wait_for_other_imports(elsewhere).await?;
            }
            self.refresh()?;
            in_vain = if self.counts.not_sent < before.not_sent { 0 } else { in_vain + 1 };
        }
        Ok(stop)
    }

    /// Reads everything back that was sent, unless the run stopped early. Returns whether nothing is left to read back,
    /// and a sentence about what is wrong, if anything.
    async fn read_back_at_end(
        &mut self,
        stop: &mut Option<Stop>,
    ) -> Result<(bool, Option<String>), LedgerError> {
        match stop {
            _ if !self.has_sent => return Ok((true, None)),
            // Don't make the user wait after a stop, or without a connection: the next run reads everything back.
            Some(Stop::Requested | Stop::Fault(_)) => return Ok((false, None)),
            Some(Stop::LookedUp) if self.counts.not_sent > 0 => return Ok((false, None)),
            _ => {}
        }
        match self.read_all_back().await {
            Ok(sentence) => Ok((true, sentence)),
            Err(Unread::Refused(why)) => Ok((true, Some(format!("The cases weren't read back: {why}.")))),
            Err(Unread::Interrupted(Interruption::Stop(interrupted))) => {
                *stop = stop.take().or(Some(interrupted));
                Ok((false, None))
            }
            Err(Unread::Interrupted(Interruption::Ledger(error))) => Err(error),
        }
    }

    /// Records who paused the run, and warns about a copied ledger.
    async fn note_end(&mut self, status: Status) -> Result<(), LedgerError> {
        let is_paused = status == Status::Paused && self.control.is_stopped();
        if is_paused && self.control.stopped_by() == StoppedBy::User {
            self.job.ledger.note_pause(self.job.import.id, self.job.who.clone()).await?;
        }
        if self.job.is_copied {
            self.notes.push(copied_ledger_note(self.job.options.look_up == LookUp::Each).to_owned());
        }
        Ok(())
    }

    /// Returns the status and note of a run that ended with this stop, or with none.
    fn end_status(&self, stop: Option<Stop>) -> (Status, String) {
        let nothing_left = self.counts.not_sent == 0;
        match stop {
            None | Some(Stop::LookedUp) if nothing_left => (Status::Complete, String::new()),
            Some(Stop::Requested) if nothing_left && self.counts.unknown == 0 => {
                (Status::Complete, String::new())
            }
            // Nothing is left to stop.
            Some(Stop::Fault(note)) if nothing_left && self.counts.unknown == 0 => {
                (Status::Complete, without_resume(&note).to_owned())
            }
            Some(Stop::LookedUp) => (Status::Paused, self.looked_up_note()),
            Some(Stop::Requested) => (Status::Paused, self.control.stopped_by().note()),
            Some(Stop::Halted(note)) => (Status::Error, note),
            Some(Stop::Unknown(why)) => (Status::Error, format!("Stopped at {why}.")),
            Some(Stop::Elsewhere(note) | Stop::Fault(note)) => (Status::Paused, note),
            None => (
                Status::Paused,
                "None of the rows arrived in Trackops. Check the connection, then resume.".to_owned(),
            ),
        }
    }

    /// Returns the note of a run that only looked up unknown rows.
    fn looked_up_note(&self) -> String {
        let then = match &self.job.sheet {
            Ok(_) => "Resume sends the rest.".to_owned(),
            Err(why) => format!("The rest can't be sent: {}.", why.trim_end_matches('.')),
        };
        format!("The unknown rows were looked up. {then}")
    }

    /// Queues excluded rows that are to be sent anyway, and rejected rows to send again.
    async fn requeue(&mut self) -> Result<(), LedgerError> {
        let rows = std::mem::take(&mut self.job.send_anyway);
        if self.job.options.send_duplicates {
            self.job.ledger.include_duplicates(self.job.import.id, None).await?;
        }
        if !rows.is_empty() {
            self.job.ledger.include_duplicates(self.job.import.id, Some(rows)).await?;
        }
        let retries = std::mem::take(&mut self.job.retries);
        if !retries.is_empty() {
            self.job.ledger.requeue(self.job.import.id, retries).await?;
        }
        self.retried = self.job.ledger.requeued(self.job.import.id)?;
        Ok(())
    }

    /// Returns the stop for a row that a lookup couldn't settle.
    fn unsettled_stop(&self, why: &str) -> Stop {
        match self.job.options.on_error {
            OnError::Halt => Stop::Halted(format!(
                "Stopped at {why}. A lookup can't tell whether it was created. Resume sends the rows after it, and \
                 looks it up again."
            )),
            OnError::Skip => Stop::Fault(format!(
                "Trackops answers without saying what it created, last at {why}. Resume looks it up again and \
                 continues."
            )),
        }
    }

    /// Returns true if a row after which nothing may start is still unknown.
    fn is_in_doubt(&mut self) -> Result<bool, LedgerError> {
        let rows = std::mem::take(&mut self.unknown_rows);
        let unknown = self.job.ledger.unsettled(self.job.import.id)?;
        Ok(unknown.iter().any(|unsettled| rows.contains(&unsettled.row)))
    }

    /// Looks up unknown rows. With Halt on Error, a row that turns out to be refused halts the run.
    async fn settle_or_halt(&mut self, duration: SettleDuration) -> Result<Option<Stop>, LedgerError> {
        self.refresh()?;
        let unknown = match self.job.options.on_error {
            OnError::Halt => self.job.ledger.unsettled(self.job.import.id)?,
            OnError::Skip => Vec::new(),
        };
        let stop = Stop::of_step(self.settle(duration).await)?;
        if stop.is_some() {
            return Ok(stop);
        }
        for row in unknown {
            if let Some(Outcome::Rejected(why)) = self.job.ledger.outcome(self.job.import.id, row.row)? {
                return Ok(Some(Stop::Halted(format!(
                    "Stopped at row {} (line {}): {} A lookup doesn't find its case in Trackops. No further rows were \
                     sent.",
                    row.row,
                    row.line,
                    sentence(why.message)
                ))));
            }
        }
        Ok(None)
    }
}
