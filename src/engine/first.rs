//! Send one first: sends a single row of an import that hasn't started, reads the case back, and compares it with
//! what was sent. The other rows wait until the user has seen it.
//!
//! ```text
//! Ready ─► intent ─► send ─► created, or certainly not ─► Ready (Complete when it was the last)
//!                      └───► answer lost ─► lookup ─► created, absent, or unknown ─► Paused
//! ```
//!
//! If it is killed halfway, the import is Interrupted like any run, and resume settles the row.

use std::collections::HashSet;
use std::slice;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::job::{LookUp, RunJob, StopHandle};
use super::row::{
    Interpretation, LookUpBefore, Prepared, SendResult, Sending, Verdict, exclude, in_trackops, interpret,
    judge_sent_before, looked_up, names_another_case, rejected_by_check,
};
use super::runner::{Runner, Stop};
use super::settle::{SettleDuration, may_come_late};
use crate::ledger::{Exception, ImportId, LedgerError, Outcome, Status};
use crate::text::sentence;
use crate::trackops::{ComparedValue, Fault, compare_values};

/// Number of attempts to read a new case, with the settling delay between them.
const READS: usize = 3;

/// Result of sending one row first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstResult {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Its outcome.
    pub outcome: FirstOutcome,
    /// The case's id, if it has one.
    pub case_id: Option<String>,
    /// The case number, if Trackops returned it.
    pub case_number: Option<String>,
    /// Values sent and values stored; empty if nothing was created or read back.
    pub lines: Vec<ComparedValue>,
    /// `lines` with private values masked.
    pub masked: Vec<ComparedValue>,
    /// What happened and what to do. May contain text from the file or from Trackops.
    pub note: String,
}

/// Outcome of sending one row first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstOutcome {
    /// The case is in Trackops.
    Created,
    /// Nothing was created: the check rejected the row before it was sent, or Trackops refused it. The exception is
    /// shown but not recorded, and the row can be sent again.
    Refused(Exception),
    /// Nothing was sent: the row is blank, skipped or part of the footer, or its case was sent before.
    Excluded,
    /// Nothing was created; the row isn't to blame.
    NotSent,
    /// It may or may not be in Trackops. The import is paused; resume looks it up.
    Unknown,
}

/// Reason why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FirstError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file can't be read; the reason as a sentence.
    #[error("{0}")]
    File(String),
    /// The import has already started.
    #[error("import {0} has already started. Resume it to send the rest")]
    Started(ImportId),
    /// The row already has a case.
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
        /// The requested row.
        row: u64,
        /// Number of rows.
        rows: u64,
    },
}

/// Sends a single row and reads it back. A row that isn't sent leaves no trace in the ledger.
pub async fn send_first(job: RunJob, row: u64) -> Result<FirstResult, FirstError> {
    let id = job.import.id;
    let lock = job.ledger.lock(id)?;
    job.ledger.require_sendable(job.import.id)?;
    job.require_unchanged()?;
    // Read again under the lock: another program may have run it meanwhile.
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
    let prepared = judge_row(&job, row).await?;
    // No one receives its events; the result contains everything.
    let mut runner = Runner::new(job, StopHandle::default(), mpsc::channel(1).0);
    let first = runner.send_alone(&prepared).await?;
    // Released before the case is read back, which may take a while and changes nothing.
    drop(lock);
    Ok(runner.read_back(&prepared, first).await)
}

/// Judges the row as a run would. The rows before it are judged too: if one has the same reference, this row is the
/// duplicate.
async fn judge_row(job: &RunJob, row: u64) -> Result<Prepared, FirstError> {
    let mut rows = job.rows_to_send()?;
    while let Some(handful) = rows.recv().await {
        let wanted = handful.map_err(FirstError::File)?.into_iter().find(|prepared| prepared.row == row);
        if let Some(prepared) = wanted {
            return Ok(prepared);
        }
    }
    Err(FirstError::NoSuchRow { row, rows: job.import.counts.rows })
}

impl FirstResult {
    fn new(row: &Prepared, outcome: FirstOutcome, note: String) -> Self {
        let (row, line) = (row.row, row.line);
        let (lines, masked) = (Vec::new(), Vec::new());
        Self { row, line, outcome, case_id: None, case_number: None, lines, masked, note }
    }

    /// Result for a row that isn't sent.
    fn not_sent(row: &Prepared, verdict: &Verdict) -> Self {
        let place = place(row);
        let problems = match verdict {
            Verdict::InDoubt(problem, _) => slice::from_ref(problem),
            Verdict::Reject(problems) => problems,
            Verdict::Exclude(_) | Verdict::Send(..) => &[],
        };
        match verdict {
            Verdict::InDoubt(..) | Verdict::Reject(_) => {
                let exception = rejected_by_check(row, problems);
                let why = sentence(format!("{place} can't be sent: {}", exception.message));
                let note = format!("{why} Nothing was sent.");
                Self::new(row, FirstOutcome::Refused(exception), note)
            }
            Verdict::Exclude(problem) => {
                let why = sentence(format!("{place} is excluded: {}", problem.message));
                let note = format!("{why} Nothing was sent.");
                Self::new(row, FirstOutcome::Excluded, note)
            }
            Verdict::Send(..) => Self::new(row, FirstOutcome::NotSent, format!("{place} wasn't sent.")),
        }
    }

    /// Result for a row that was sent.
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
                let cell = exception.column.as_ref().map_or_else(String::new, |column| {
                    format!(", “{column}” “{}”", exception.value.as_deref().unwrap_or_default())
                });
                let (row_number, line) = (row.row, row.line);
                let refusal =
                    format!("Trackops refused row {row_number} (line {line}){cell}: {}", exception.message);
                let note = format!("{} Nothing was created.", sentence(refusal));
                Self::new(row, FirstOutcome::Refused(exception), note)
            }
            Outcome::Unknown(exception) => {
                let what_now = if why.is_empty() { "Resume looks it up again." } else { why };
                let note = format!("{} {what_now}", sentence(format!("{place}: {}", exception.message)));
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
    /// Takes the row from intent to outcome, and sets the import's status.
    async fn send_alone(&mut self, row: &Prepared) -> Result<FirstResult, FirstError> {
        let Verdict::Send(ready, _) = &row.verdict else {
            return Ok(FirstResult::not_sent(row, &row.verdict));
        };
        let (id, ledger) = (self.job.import.id, self.job.ledger.clone());
        if let Err(Stop::Fault(note)) = self.learn_clock().await {
            return Ok(FirstResult::new(
                row,
                FirstOutcome::NotSent,
                format!("{} wasn't sent. {note}", place(row)),
            ));
        }
        if let LookUp::Tokens(days) = self.job.options.look_up {
            self.list_tokened(days).await;
            let mut compared = row.clone();
            self.exclude_known(&mut compared, None);
            if matches!(compared.verdict, Verdict::Exclude(_)) {
                return Ok(FirstResult::not_sent(row, &compared.verdict));
            }
        }
        let turned_away = ledger.turned_away(id)?.remove(&row.row);
        if turned_away.is_some() {
            self.wait_for_turned_away().await.ok();
        }
        ledger.begin_run(id, self.job.import.on_error, self.job.who.clone()).await?;
        if let Some(earlier) = ledger.commit(id, self.job.intents([row])).await?.sent.remove(&row.row) {
            ledger.return_to_ready(id).await?;
            let verdict = judge_sent_before(&self.job.plan, (row.row, row.line), ready, earlier);
            return Ok(FirstResult::not_sent(row, &verdict));
        }
        self.wait_turn().await.ok();
        // For a single row, one lookup is the cheapest way.
        let how = match self.job.options.look_up {
            LookUp::Off | LookUp::Tokens(_) => LookUpBefore::No,
            LookUp::Recent(_) => LookUpBefore::AsRecent { since: None },
            LookUp::Each => LookUpBefore::Strictly,
        };
        let sending = Sending::new(&self.job.client, ready, how, turned_away.as_ref(), self.learned());
        let (answer, found) = match sending.send().await {
            SendResult::AlreadyThere(found) | SendResult::EarlierTry(found) => {
                let problem = in_trackops(&self.job.plan, (row.row, row.line), ready, &found);
                return self.withdraw_intent(row, FirstResult::not_sent(row, &exclude(problem))).await;
            }
            SendResult::LookupFailed(fault) => {
                let first = FirstResult::after(row, Outcome::NotSent, &fault.to_string());
                return self.withdraw_intent(row, first).await;
            }
            SendResult::Answered(answer) => (answer, None),
            SendResult::Unclear(answer, sending) => {
                self.pace.started(Instant::now());
                (answer, Some(sending.look_up().await))
            }
            SendResult::LookedUp(answer, found) => (answer, Some(found)),
        };
        let mut interpretation = interpret(&self.job.plan, self.job.today, row, answer);
        if let Some(found) = found {
            let own = found.map(|found| self.own_cases(found, None, &HashSet::new())).transpose()?;
            interpretation = looked_up(&self.job.plan, row, interpretation, own);
        }
        let (outcome, why) = self.settle_answer(row, interpretation).await?;
        // A refusal is shown but not recorded: with another recipe the row can be sent again.
        let recorded = match &outcome {
            Outcome::Rejected(_) => Outcome::TurnedAway,
            outcome => outcome.clone(),
        };
        ledger.settle(id, vec![row.with_outcome(recorded)]).await?;
        self.refresh()?;
        let first = FirstResult::after(row, outcome, &why);
        match first.outcome {
            FirstOutcome::Unknown => ledger.end_run(id, Status::Paused, first.note.clone()).await?,
            _ if self.counts.not_sent == 0 => ledger.end_run(id, Status::Complete, String::new()).await?,
            _ => ledger.return_to_ready(id).await?,
        }
        Ok(first)
    }

    /// Records that a row with an intent wasn't sent after all.
    async fn withdraw_intent(
        &mut self,
        row: &Prepared,
        first: FirstResult,
    ) -> Result<FirstResult, FirstError> {
        let (id, ledger) = (self.job.import.id, self.job.ledger.clone());
        ledger.settle(id, vec![row.with_outcome(Outcome::NotSent)]).await?;
        ledger.return_to_ready(id).await?;
        Ok(first)
    }

    /// Returns the row's outcome, and the reason if the outcome doesn't contain it. An unknown outcome is recorded
    /// and looked up, as in a run.
    async fn settle_answer(
        &mut self,
        row: &Prepared,
        interpretation: Interpretation,
    ) -> Result<(Outcome, String), LedgerError> {
        let interpretation = match interpretation {
            Interpretation::Created { id, .. } if self.is_claimed(&id)? => {
                self.job.client.drop_connections();
                names_another_case(&self.job.plan, row)
            }
            interpretation => interpretation,
        };
        let lost = match interpretation {
            Interpretation::Created { id, number } => {
                return Ok((Outcome::Created { case_id: id, case_number: number }, String::new()));
            }
            Interpretation::NotDone(fault) if fault.was_answered() => {
                return Ok((Outcome::TurnedAway, fault.to_string()));
            }
            Interpretation::NotDone(fault) => return Ok((Outcome::NotSent, fault.to_string())),
            Interpretation::Refused(exception) => return Ok((Outcome::Rejected(exception), String::new())),
            Interpretation::Conflict(exception) | Interpretation::Lost { exception, .. } => exception,
        };
        let id = self.job.import.id;
        self.job.ledger.settle(id, vec![row.with_outcome(Outcome::Unknown(lost.clone()))]).await?;
        self.refresh()?;
        // Two minutes are too long to wait for one row: a case that may still come is left to the run.
        let late = may_come_late(lost.http_status);
        let duration = if late { SettleDuration::OneLookup } else { SettleDuration::UntilDecided };
        let stop = Stop::of_step(self.settle(duration).await)?;
        let outcome = self.job.ledger.outcome(id, row.row)?.unwrap_or(Outcome::Unknown(lost));
        let why = match (&outcome, stop) {
            (Outcome::NotSent, _) => "the answer was lost, and a lookup didn't find the case".to_owned(),
            (_, Some(Stop::Fault(note))) => note,
            _ => String::new(),
        };
        Ok((outcome, why))
    }

    /// Reads the created case and compares it with what was sent.
    async fn read_back(&mut self, row: &Prepared, first: FirstResult) -> FirstResult {
        let (Some(id), Verdict::Send(ready, _)) = (&first.case_id, &row.verdict) else { return first };
        for read in 1..=READS {
            self.wait_turn().await.ok();
            match self.job.client.read_case(id).await {
                Ok(Some(record)) => {
                    let lines = compare_values(&ready.request, &record);
                    let masked = self.masked(row, &lines);
                    return FirstResult { lines, masked, ..first };
                }
                // A list of other cases doesn't show it either.
                Ok(None) | Err(Fault::FilterIgnored { .. }) => {
                    if read < READS {
                        self.sleep_or_stop(self.job.options.settle_delay).await.ok();
                    }
                }
                Err(fault) => {
                    let note = format!("{} It couldn't be read back: {fault}.", first.note);
                    return FirstResult { note, ..first };
                }
            }
        }
        let note = format!("{} The list of cases doesn't show it yet. Look at it in Trackops.", first.note);
        FirstResult { note, ..first }
    }

    /// Returns the lines with the row's private values masked.
    fn masked(&self, row: &Prepared, lines: &[ComparedValue]) -> Vec<ComparedValue> {
        let (plan, secrets) = (&self.job.plan, self.job.plan.secrets(&row.cells, self.job.today));
        let text = |line: &ComparedValue, text: &str| plan.masked_text(&line.key, text, &secrets);
        let masked = |line: &ComparedValue| ComparedValue {
            sent: text(line, &line.sent),
            stored: text(line, &line.stored),
            ..line.clone()
        };
        lines.iter().map(masked).collect()
    }
}
