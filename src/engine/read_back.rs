//! Reads an import back at its end: compares the cases that Trackops lists for the time of the run with what was
//! sent.
//!
//! A proxy may repeat a request, and a server may create a case it refused. Both give the right answers and the wrong
//! number of cases; only the list shows it. Costs one request per hundred cases.

use std::collections::HashMap;

use serde_json::Value;

use super::evidence::{CaseOwner, LearnError};
use super::listing::ReadFailure;
use super::row::belongs_to_another;
use super::runner::{Runner, Stop};
use super::verify::Verifier;
use crate::ledger::{ExtraCase, LedgerError, Outcome, RowOutcome, RowState, SentRow};
use crate::text::plural;
use crate::trackops::{CaseQuery, FoundCase, SKEW, earliest_creation, reference_core};

/// Maximum number of pages of the list: a hundred thousand cases.
const MAX_PAGES: usize = 1_000;
/// Maximum number of rows with several cases named in the note of an import.
const MAX_NAMED: usize = 3;
/// Reason logged for a row whose case belongs to another row.
const ANOTHERS: &str = "its case in Trackops has a different reference";

/// Result of reading back.
#[derive(Default)]
struct ReadBackFindings {
    extra: Vec<ExtraCase>,
    /// Refused rows whose case Trackops created anyway.
    there: Vec<(SentRow, FoundCase)>,
    /// Refused rows, and cases with their reference that may have another origin.
    similar: Vec<(SentRow, FoundCase)>,
    /// Created rows whose id belongs to another row's case.
    anothers: Vec<SentRow>,
}

impl Runner {
    /// Compares what Trackops lists with what was sent, and corrects the ledger where it can. Returns a sentence
    /// about what is wrong, if anything.
    pub(super) async fn read_all_back(&mut self) -> Result<Result<Option<String>, Stop>, LedgerError> {
        let import = self.job.import.id;
        let sent = self.job.ledger.sent_rows(import)?;
        let created = if self.job.verify { self.job.ledger.created_rows(import)? } else { Vec::new() };
        let first =
            sent.iter().map(|row| row.first_sent_at).chain(created.iter().map(|row| row.sent_at)).min();
        let last = sent.iter().map(|row| row.sent_at).chain(created.iter().map(|row| row.sent_at)).max();
        let (Some(since), Some(until)) = (first, last) else { return Ok(Ok(None)) };
        let mut verifier = Verifier::new(&self.job, created);
        // Knowing the clock difference makes the list shorter.
        match self.learn().await {
            Ok(()) => {}
            Err(LearnError::Ledger(error)) => return Err(error),
            Err(LearnError::Stop(stop)) => return Ok(Err(stop)),
        }
        let mut listed = self.listed_for(&sent, (since, until), &mut verifier).await;
        // A list that lags for our own cases lags for others too.
        if listed.is_ok() && verifier.is_waiting() {
            if self.sleep_or_stop(self.job.options.settle_delay).await {
                return Ok(Err(Stop::Requested));
            }
            listed = self.listed_for(&sent, (since, until), &mut verifier).await;
        }
        let (listed, lacks) = match listed {
            Ok(listed) => listed,
            Err(ReadFailure::Stop(stop)) => return Ok(Err(stop)),
            Err(ReadFailure::Refused(why)) => {
                return Ok(Ok(Some(format!("The cases weren't read back: {why}."))));
            }
        };
        let found = self.compared(sent, listed)?;
        self.job.ledger.set_duplicate_cases(import, found.extra, lacks.is_none()).await?;
        for row in &found.anothers {
            let exception = belongs_to_another(&self.job.plan, row, ANOTHERS);
            self.job.ledger.revoke_created(import, exception).await?;
            self.has_revoked = true;
        }
        let mut notes: Vec<String> =
            lacks.map(|why| format!("Not every case was read back: {why}.")).into_iter().collect();
        let refused = |row: &SentRow| format!("Row {} (line {}) was refused, but", row.row, row.line);
        for (row, case) in found.similar.iter().take(MAX_NAMED) {
            let (refused, number) = (refused(row), case.number.as_ref().unwrap_or(&case.id));
            let what_now = "compare the two before you send the row again";
            notes.push(format!("{refused} case {number} in Trackops has its reference; {what_now}."));
        }
        let more = found.similar.len().saturating_sub(MAX_NAMED) as u64;
        if more > 0 {
            let rows = plural(more, "more refused row");
            notes.push(format!("{rows} with a case in Trackops that has the same reference."));
        }
        for (row, case) in found.there {
            let (refused, number) = (refused(&row), case.number.as_ref().unwrap_or(&case.id));
            notes.push(format!("{refused} Trackops created case {number} anyway."));
            let outcome = Outcome::Created { case_id: case.id, case_number: case.number };
            let outcome = RowOutcome { row: row.row, line: row.line, reference: None, outcome };
            self.job.ledger.settle(import, vec![outcome]).await?;
        }
        notes.extend(self.doubles()?);
        if self.job.verify {
            match self.verified(verifier).await? {
                Ok(differs) => notes.extend(differs),
                Err(stop) => return Ok(Err(stop)),
            }
        }
        self.refresh()?;
        Ok(Ok((!notes.is_empty()).then(|| notes.join(" "))))
    }

    /// Returns the listed cases by normalized reference, as far as a row has it, and why some may be missing.
    async fn listed_for(
        &mut self,
        sent: &[SentRow],
        (since, until): (i64, i64),
        verifier: &mut Verifier,
    ) -> Result<(HashMap<String, Vec<FoundCase>>, Option<String>), ReadFailure> {
        let mut wanted: HashMap<String, Vec<FoundCase>> =
            sent.iter().map(|row| (reference_core(&row.reference), Vec::new())).collect();
        // Nearly every reference comes back as it was sent.
        let as_sent: HashMap<&str, String> =
            sent.iter().map(|row| (row.reference.as_str(), reference_core(&row.reference))).collect();
        let now = self.job.client.clock().millis();
        let query = CaseQuery::between((since, until), now, self.learned());
        let mut unread = None;
        let show = |record: Value| {
            unread = unread.take().or(verifier.compare_record(&record).err());
            let case = FoundCase::listed(&record);
            let cases = case.reference.as_deref().and_then(|shown| match as_sent.get(shown) {
                Some(core) => wanted.get_mut(core),
                None => wanted.get_mut(&reference_core(shown)),
            });
            if let Some(cases) = cases.filter(|_| !case.id.is_empty()) {
                cases.push(case.clone());
            }
        };
        let lacks = self.each_case(&query, 0, MAX_PAGES, show).await?;
        if let Some(error) = unread {
            return Err(ReadFailure::Refused(error.to_string()));
        }
        Ok((wanted, lacks))
    }

    /// Compares the listed cases with the rows, reference by reference.
    fn compared(
        &self,
        sent: Vec<SentRow>,
        mut listed: HashMap<String, Vec<FoundCase>>,
    ) -> Result<ReadBackFindings, LedgerError> {
        let mut found = ReadBackFindings::default();
        let ids: HashMap<String, String> = listed
            .iter()
            .flat_map(|(core, cases)| cases.iter().map(|case| (case.id.clone(), core.clone())))
            .collect();
        let mut rows: HashMap<String, Vec<SentRow>> = HashMap::new();
        for row in sent {
            rows.entry(reference_core(&row.reference)).or_default().push(row);
        }
        for (core, rows) in rows {
            let is_own = |case: &FoundCase| rows.iter().any(|row| row.case_id.as_ref() == Some(&case.id));
            let (own, listed): (Vec<FoundCase>, Vec<FoundCase>) =
                listed.remove(&core).unwrap_or_default().into_iter().partition(is_own);
            // The same reference for another client is a different case. What the list shows of our own case is surest.
            let may_be_ours = |case: &FoundCase| match own.first() {
                Some(own) => own.clients.is_empty() || own.clients.iter().any(|id| case.may_be_of(Some(*id))),
                None => rows.iter().any(|row| case.may_be_of(row.client)),
            };
            let mut others = Vec::new();
            for case in listed {
                // Cases of other imports' rows are theirs.
                if may_be_ours(&case) && self.owner(&case, None)? == CaseOwner::None {
                    others.push(case);
                }
            }
            let (created, refused): (Vec<SentRow>, Vec<SentRow>) =
                rows.into_iter().partition(|row| row.state == RowState::Created);
            let is_anothers = |row: &&SentRow| {
                row.case_id.as_ref().and_then(|id| ids.get(id)).is_some_and(|shown| *shown != core)
            };
            let anothers: Vec<SentRow> = created.iter().filter(is_anothers).cloned().collect();
            if !anothers.is_empty() {
                // Their own cases may be among the others; a lookup will tell.
                found.anothers.extend(anothers);
                continue;
            }
            match (created.first(), refused.into_iter().next(), others.len()) {
                (_, _, 0) => {}
                (Some(row), ..) => {
                    found.extra.extend(others.into_iter().map(|case| (row.row, case.id, case.number)));
                }
                (None, Some(row), 1) => {
                    let exact =
                        others.into_iter().filter(|case| case.reference.as_ref() == Some(&row.reference));
                    for case in exact {
                        let origin = if self.is_of_request(&case, &row) {
                            &mut found.there
                        } else {
                            &mut found.similar
                        };
                        origin.push((row.clone(), case));
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// Returns true if a case certainly comes from the request of a refused row: it is the client's, and was created when
    /// the row was sent. Otherwise a colleague may have created it.
    fn is_of_request(&self, case: &FoundCase, row: &SentRow) -> bool {
        let Some(created) = case.created_at.map(|at| at - self.learned().ahead.unwrap_or(0)) else {
            return false;
        };
        let late = i64::try_from(self.job.options.late_commit.as_secs()).unwrap_or(i64::MAX);
        let until = row.sent_at.div_euclid(1000).saturating_add(late).saturating_add(SKEW);
        let is_clients = row.client.is_none_or(|id| case.clients.contains(&id));
        is_clients && (earliest_creation(row.first_sent_at)..=until).contains(&created)
    }

    /// Describes the rows with more than one case; names a few.
    fn doubles(&self) -> Result<Vec<String>, LedgerError> {
        let doubled = self.job.ledger.duplicate_cases(self.job.import.id)?;
        let describe = |row: &crate::ledger::DuplicateCases| {
            format!(
                "Row {} (line {}) has {} cases: {}.",
                row.row,
                row.line,
                row.cases.len(),
                row.cases.join(", ")
            )
        };
        let mut notes: Vec<String> = doubled.iter().take(MAX_NAMED).map(describe).collect();
        let more = doubled.len().saturating_sub(MAX_NAMED) as u64;
        if more > 0 {
            let show = format!("`caseload show {}` lists them", self.job.import.id);
            notes.push(format!("{} with more than one case; {show}.", plural(more, "more row")));
        }
        if !notes.is_empty() {
            notes.push("Keep one of each and delete the others in Trackops.".to_owned());
        }
        Ok(notes)
    }
}
