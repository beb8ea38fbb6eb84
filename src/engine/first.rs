//! Send one first: one row of an import that was not started is sent alone, read back, and held against what was
//! sent. The rows behind it wait for a person to look.
//!
//! ```text
//! Ready ─► intent ─► send ─► created, or certainly not ─► Ready (Complete when it was the last)
//!                      └───► answer lost ─► look-up ─► created, not there, or unknown ─► Paused
//! ```
//!
//! Killed on the way, the import is Interrupted as any run, and resume settles the row.

use std::collections::HashSet;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::job::{Control, Job, LookUp};
use super::row::{
    Landed, Prepared, Sending, Told, Verdict, another_rows, held_back, in_trackops, interpret, looked_up,
    rejected_by_check, sent_before,
};
use super::runner::{Runner, Stop};
use super::settle::{Patience, may_come_late};
use crate::ledger::{Exception, ImportId, LedgerError, Outcome, Status};
use crate::trackops::{Line, side_by_side};

/// A new case is asked for so often, with the settling delay in between.
const READS: usize = 3;

/// What became of the row that was sent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// What became of it.
    pub outcome: FirstOutcome,
    /// The case's id, when it has one.
    pub case_id: Option<String>,
    /// The case number, when Trackops told it.
    pub case_number: Option<String>,
    /// What was sent beside what is stored; empty when nothing was created, or nothing could be read back.
    pub lines: Vec<Line>,
    /// The same, with what is private masked.
    pub masked: Vec<Line>,
    /// What happened and what to do, in sentences. May hold text of the file or of Trackops.
    pub note: String,
}

/// The ways in which it can end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstOutcome {
    /// The case is in Trackops.
    Created,
    /// Nothing was created: refused by the check, before anything was sent, or by Trackops. The exception is shown
    /// and not kept, and the row can be sent again.
    Refused(Exception),
    /// Nothing was sent: the row is blank, of the footer, or its case was sent before.
    LeftOut,
    /// Nothing was created, through no fault of the row.
    NotSent,
    /// It may or may not be in Trackops. The import is paused; resume looks it up.
    Unknown,
}

/// Why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FirstError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file, in a sentence.
    #[error("{0}")]
    File(String),
    /// Only an import that was not started has a first row.
    #[error("import {0} has already started. Resume it to send the rest")]
    Started(ImportId),
    /// The row has its case.
    #[error(
        "row {row} was already sent, as case {case}. Choose another row, or start the import to send the rest"
    )]
    SentBefore {
        /// The row.
        row: u64,
        /// The case's number, or its id.
        case: String,
    },
    /// The file has no such row.
    #[error("there is no row {row}. The file has rows 1 to {rows}")]
    NoSuchRow {
        /// The row that was asked for.
        row: u64,
        /// How many there are.
        rows: u64,
    },
}

/// Sends one row alone, and reads it back. A row that is not to be sent leaves no trace in the ledger.
pub async fn send_first(job: Job, row: u64) -> Result<First, FirstError> {
    let id = job.import.id;
    let lock = job.ledger.lock(id)?;
    job.ledger.require_sendable(job.import.id)?;
    job.unchanged()?;
    // Looked at again under the lock: another program may have run it meanwhile.
    let import = job.ledger.import(id)?;
    if !matches!(import.status, Status::Draft | Status::Ready) {
        return Err(FirstError::Started(id));
    }
    if !(1..=import.counts.rows).contains(&row) {
        return Err(FirstError::NoSuchRow { row, rows: import.counts.rows });
    }
    if let Some(Outcome::Created { case_id, case_number }) = job.ledger.outcome(id, row)? {
        return Err(FirstError::SentBefore { row, case: case_number.unwrap_or(case_id) });
    }
    let prepared = prepared(&job, row).await?;
    // Nobody watches: what a run would tell on the way is in the result.
    let mut runner = Runner::new(job, Control::default(), mpsc::channel(1).0);
    let first = runner.send_alone(&prepared).await?;
    // Given back before the case is read back, which may take a while and changes nothing.
    drop(lock);
    Ok(runner.read_back(&prepared, first).await)
}

/// The row as a run would judge it. The rows before it are judged as well: one may have the same reference, and then
/// this row is the one to be left out.
async fn prepared(job: &Job, row: u64) -> Result<Prepared, FirstError> {
    let mut rows = job.rows_to_send()?;
    while let Some(handful) = rows.recv().await {
        let wanted = handful.map_err(FirstError::File)?.into_iter().find(|prepared| prepared.row == row);
        if let Some(prepared) = wanted {
            return Ok(prepared);
        }
    }
    Err(FirstError::NoSuchRow { row, rows: job.import.counts.rows })
}

impl First {
    fn new(row: &Prepared, outcome: FirstOutcome, note: String) -> Self {
        let (row, line) = (row.row, row.line);
        let (lines, masked) = (Vec::new(), Vec::new());
        Self { row, line, outcome, case_id: None, case_number: None, lines, masked, note }
    }

    /// A row that is not to be sent.
    fn held_back(row: &Prepared, verdict: &Verdict) -> Self {
        let place = place(row);
        match verdict {
            Verdict::Reject(problems) => {
                let exception = rejected_by_check(row, problems);
                let note = format!("{place} can't be sent: {}. Nothing was sent.", exception.message);
                Self::new(row, FirstOutcome::Refused(exception), note)
            }
            Verdict::Exclude(problem) => {
                let note = format!("{place} is excluded: {}. Nothing was sent.", problem.message);
                Self::new(row, FirstOutcome::LeftOut, note)
            }
            Verdict::Send(..) => Self::new(row, FirstOutcome::NotSent, format!("{place} wasn't sent.")),
        }
    }

    /// A row that was sent.
    fn after(row: &Prepared, outcome: Outcome, why: &str) -> Self {
        let place = place(row);
        match outcome {
            Outcome::Created { case_id, case_number } => {
                let number = case_number.as_ref().map_or_else(String::new, |number| format!(" ({number})"));
                let note = format!("{place} was created as case {case_id}{number}.");
                let first = Self::new(row, FirstOutcome::Created, note);
                Self { case_id: Some(case_id), case_number, ..first }
            }
            Outcome::Rejected(exception) => {
                let message = exception.message.trim_end_matches('.');
                let cell = exception.column.as_ref().map_or_else(String::new, |column| {
                    format!(", “{column}” “{}”", exception.value.as_deref().unwrap_or_default())
                });
                let note = format!(
                    "Trackops refused row {} (line {}){cell}: {message}. Nothing was created.",
                    row.row, row.line
                );
                Self::new(row, FirstOutcome::Refused(exception), note)
            }
            Outcome::Unknown(exception) => {
                let what_now = if why.is_empty() { "Resume looks it up again." } else { why };
                let note = format!("{place}: {}. {what_now}", exception.message);
                Self::new(row, FirstOutcome::Unknown, note)
            }
            Outcome::NotSent | Outcome::TurnedAway | Outcome::Excluded { .. } => {
                let note = format!("{place} wasn't created: {why}. You can send it again.");
                Self::new(row, FirstOutcome::NotSent, note)
            }
        }
    }
}

fn place(row: &Prepared) -> String {
    format!("Row {} (line {})", row.row, row.line)
}

impl Runner {
    /// From the intent to the outcome, and the import to where it stands after it.
    async fn send_alone(&mut self, row: &Prepared) -> Result<First, FirstError> {
        let Verdict::Send(ready, _) = &row.verdict else { return Ok(First::held_back(row, &row.verdict)) };
        let (id, ledger) = (self.job.import.id, self.job.ledger.clone());
        if let Some(Stop::Fault(note)) = self.meet().await {
            return Ok(First::new(row, FirstOutcome::NotSent, format!("{} wasn't sent. {note}", place(row))));
        }
        ledger.begin_run(id, self.job.import.on_error, self.job.who.clone()).await?;
        if let Some(earlier) = ledger.commit(id, self.job.intents([row])).await?.sent.get(&row.row) {
            ledger.put_back(id).await?;
            let verdict = held_back(sent_before(&self.job.plan, (row.row, row.line), ready, earlier));
            return Ok(First::held_back(row, &verdict));
        }
        // The first request of a new runner never waits for its turn.
        self.stopped_before_turn().await;
        // For one row, one question is the least.
        let looks_up = self.job.options.look_up != LookUp::Off;
        let sending = Sending::new(&self.job.client, ready, looks_up, None, self.learned());
        let (answer, found) = match sending.send().await {
            Landed::There(found) | Landed::Earlier(found) => {
                let there = in_trackops(&self.job.plan, (row.row, row.line), ready, &found);
                return self.put_back(row, First::held_back(row, &held_back(there))).await;
            }
            Landed::Answered(answer) => (answer, None),
            Landed::Open(answer, sending) => {
                self.pace.started(Instant::now());
                (answer, Some(sending.look_up().await))
            }
            Landed::LookedUp(answer, found) => (answer, Some(found)),
        };
        let mut told = interpret(&self.job.plan, self.job.today, row, answer);
        if let Some(found) = found {
            let own = self.own_cases(found, None, &HashSet::new())?;
            told = looked_up(&self.job.plan, row, told, own);
        }
        let (outcome, why) = self.concluded(row, told).await?;
        // A refusal is shown and not kept: with another recipe the row can be sent again.
        let kept = match &outcome {
            Outcome::Rejected(_) => Outcome::TurnedAway,
            outcome => outcome.clone(),
        };
        ledger.settle(id, vec![row.became(kept)]).await?;
        self.refresh()?;
        let first = First::after(row, outcome, &why);
        match first.outcome {
            FirstOutcome::Unknown => ledger.end_run(id, Status::Paused, first.note.clone()).await?,
            _ if self.counts.not_sent == 0 => ledger.end_run(id, Status::Complete, String::new()).await?,
            _ => ledger.put_back(id).await?,
        }
        Ok(first)
    }

    /// A row that was about to be sent is not, after all.
    async fn put_back(&mut self, row: &Prepared, first: First) -> Result<First, FirstError> {
        let (id, ledger) = (self.job.import.id, self.job.ledger.clone());
        ledger.settle(id, vec![row.became(Outcome::NotSent)]).await?;
        ledger.put_back(id).await?;
        Ok(first)
    }

    /// What became of the row, and why when that is not in the outcome. What leaves it open is recorded and looked up, as
    /// in a run.
    async fn concluded(&mut self, row: &Prepared, told: Told) -> Result<(Outcome, String), LedgerError> {
        let told = match told {
            Told::Created { id, .. } if self.is_claimed(&id)? => {
                self.job.client.drop_connections();
                another_rows(&self.job.plan, row)
            }
            told => told,
        };
        let lost = match told {
            Told::Created { id, number } => {
                return Ok((Outcome::Created { case_id: id, case_number: number }, String::new()));
            }
            Told::NotDone(fault) if fault.is_an_answer() => {
                return Ok((Outcome::TurnedAway, fault.to_string()));
            }
            Told::NotDone(fault) => return Ok((Outcome::NotSent, fault.to_string())),
            Told::Refused(exception) => return Ok((Outcome::Rejected(exception), String::new())),
            Told::Conflict(exception) | Told::Lost { exception, .. } => exception,
        };
        let id = self.job.import.id;
        self.job.ledger.settle(id, vec![row.became(Outcome::Unknown(lost.clone()))]).await?;
        self.refresh()?;
        // Nobody waits two minutes for one row: what may still come is left to the run.
        let late = may_come_late(lost.http_status);
        let patience = if late { Patience::OneLook } else { Patience::ToTheEnd };
        let stop = self.settle(patience).await?;
        let outcome = self.job.ledger.outcome(id, row.row)?.unwrap_or(Outcome::Unknown(lost));
        let why = match (&outcome, stop) {
            (Outcome::NotSent, _) => "the answer was lost, and a lookup didn't find the case".to_owned(),
            (_, Some(Stop::Fault(note))) => note,
            _ => String::new(),
        };
        Ok((outcome, why))
    }

    /// Asks for the case that was created, and holds it against what was sent.
    async fn read_back(&mut self, row: &Prepared, first: First) -> First {
        let (Some(id), Verdict::Send(ready, _)) = (&first.case_id, &row.verdict) else { return first };
        for read in 1..=READS {
            self.stopped_before_turn().await;
            match self.job.client.read_case(id).await {
                Ok(Some(record)) => {
                    let lines = side_by_side(&ready.request, &record);
                    let masked = self.masked(row, &lines);
                    return First { lines, masked, ..first };
                }
                Ok(None) if read < READS => _ = self.stopped_within(self.job.options.settle_delay).await,
                Ok(None) => {}
                Err(fault) => {
                    let note = format!("{} It couldn't be read back: {fault}.", first.note);
                    return First { note, ..first };
                }
            }
        }
        let note = format!("{} The list of cases doesn't show it yet. Look at it in Trackops.", first.note);
        First { note, ..first }
    }

    /// The lines with what is private in the row masked.
    fn masked(&self, row: &Prepared, lines: &[Line]) -> Vec<Line> {
        let (plan, secrets) = (&self.job.plan, self.job.plan.secrets(&row.cells, self.job.today));
        let text = |line: &Line, text: &str| plan.masked_text(&line.key, text, &secrets);
        let masked = |line: &Line| Line {
            sent: text(line, &line.sent),
            stored: text(line, &line.stored),
            ..line.clone()
        };
        lines.iter().map(masked).collect()
    }
}
