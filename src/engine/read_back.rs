//! Reads an import back at its end: compares the cases that Trackops lists for the time of the run with what was
//! sent.
//!
//! A proxy may repeat a request, and a server may create a case it refused. Both give the right answers and the wrong
//! number of cases; only the list shows it. Costs one request per hundred cases.

mod other_cases;
mod sentences;
mod similar_rows;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use self::sentences::{edited, place};
use self::similar_rows::{SimilarRows, own_and_others};

use super::listing::ReadFailure;
use super::row::belongs_to_another;
use super::runner::{Interruption, Runner, Stop};
use super::verify::{MAX_SINGLE_READS, Verifier};
use crate::ledger::{ExtraCase, LedgerError, Outcome, RowOutcome, SentKey, SentRow, Unsettled};
use crate::text::plural;
use crate::trackops::{CaseQuery, FoundCase, ShownAs, reference_core, shown_tokens};

/// Maximum number of pages of the list: a hundred thousand cases.
const MAX_PAGES: usize = 1_000;
/// Maximum number of rows with several cases named in the note of an import.
const MAX_NAMED: usize = 3;
/// Reason logged for a row whose case belongs to another row.
const ANOTHERS: &str = "its case in Trackops is that of another row";
/// Note for a server whose list can't show doubles.
const NO_REFERENCES: &str = "Trackops lists cases without their references or row tokens, so a second case of a row can't be \
                             found by reading back.";

/// Result of reading back.
#[derive(Default)]
struct ReadBackFindings {
    extra: Vec<ExtraCase>,
    /// Refused rows whose case Trackops created anyway.
    there: Vec<(SentRow, FoundCase)>,
    /// Sentences about rows and cases for the user to compare.
    to_compare: Vec<String>,
    /// Created rows whose id belongs to another row's case.
    anothers: Vec<SentRow>,
}

/// Why cases weren't read back.
pub(super) enum Unread {
    Interrupted(Interruption),
    /// Trackops doesn't list them; the reason.
    Refused(String),
}

impl<E: Into<Interruption>> From<E> for Unread {
    fn from(interruption: E) -> Self {
        Self::Interrupted(interruption.into())
    }
}

/// Cases that Trackops lists for the time of the run.
struct ListedCases {
    /// By reference, or row token, without what servers change, as far as a row has it.
    by_core: HashMap<String, Vec<FoundCase>>,
    /// Why some may be missing.
    lacks: Option<String>,
    /// True if our own cases are listed, but none with its reference.
    hides_references: bool,
}

impl Runner {
    /// Compares what Trackops lists with what was sent, and corrects the ledger where it can. Returns a sentence
    /// about what is wrong, if anything.
    pub(super) async fn read_all_back(&mut self) -> Result<Option<String>, Unread> {
        let import = self.job.import.id;
        let mut sent = self.job.ledger.sent_rows(import)?;
        sent.extend(self.job.ledger.earlier_references(import)?);
        // A masked reference says nothing.
        let is_masked = |row: &SentRow| {
            matches!(row.key, SentKey::EarlierReference(_)) && reference_core(&row.reference).is_empty()
        };
        sent.retain(|row| !is_masked(row));
        let created = if self.job.verify { self.job.ledger.created_rows(import)? } else { Vec::new() };
        let first =
            sent.iter().map(|row| row.first_sent_at).chain(created.iter().map(|row| row.sent_at)).min();
        let last = sent.iter().map(|row| row.sent_at).chain(created.iter().map(|row| row.sent_at)).max();
        let (Some(since), Some(until)) = (first, last) else { return Ok(None) };
        let mut verifier = Verifier::new(&self.job, created);
        // Knowing the clock difference makes the list shorter.
        self.learn().await?;
        let mut listed = self.listed_for(&sent, (since, until), &mut verifier).await;
        // A list that lags for our own cases lags for others too.
        if listed.is_ok() && verifier.is_waiting() {
            self.sleep_or_stop(self.job.options.settle_delay).await?;
            listed = self.listed_for(&sent, (since, until), &mut verifier).await;
        }
        let ListedCases { by_core, lacks, hides_references } = match listed {
            Ok(listed) => listed,
            Err(ReadFailure::Stop(stop)) => return Err(stop.into()),
            Err(ReadFailure::Refused(why)) => return Err(Unread::Refused(why)),
        };
        let is_whole = lacks.is_none();
        let mut notes: Vec<String> =
            lacks.map(|why| format!("Not every case was read back: {why}.")).into_iter().collect();
        notes.extend(hides_references.then(|| NO_REFERENCES.to_owned()));
        let found = self.compared(sent, by_core).await?;
        notes.extend(self.correct(found, is_whole).await?);
        notes.extend(self.doubles()?);
        if self.job.verify {
            notes.extend(self.verified(verifier, is_whole).await?);
        }
        self.refresh()?;
        Ok((!notes.is_empty()).then(|| notes.join(" ")))
    }

    /// Corrects the ledger by what was found. Returns sentences about it.
    async fn correct(&mut self, found: ReadBackFindings, is_whole: bool) -> Result<Vec<String>, LedgerError> {
        let import = self.job.import.id;
        self.job.ledger.set_duplicate_cases(import, found.extra, is_whole).await?;
        for row in &found.anothers {
            let exception = belongs_to_another(&self.job.plan, row, ANOTHERS);
            self.job.ledger.revoke_created(import, exception).await?;
            self.has_revoked = true;
        }
        let more = found.to_compare.len().saturating_sub(MAX_NAMED) as u64;
        let mut notes: Vec<String> = found.to_compare.into_iter().take(MAX_NAMED).collect();
        if more > 0 {
            notes.push(format!("{} to compare with a case in Trackops.", plural(more, "more row")));
        }
        for (row, case) in found.there {
            let (place, number) = (place(&row), case.shown_number());
            notes.push(format!("{place} was refused, but Trackops created case {number} anyway."));
            let outcome = Outcome::Created { case_id: case.id, case_number: case.number };
            let outcome = RowOutcome { row: row.row, line: row.line, reference: None, outcome };
            self.job.ledger.settle(import, vec![outcome]).await?;
        }
        Ok(notes)
    }

    /// Returns the listed cases that may belong to the rows.
    async fn listed_for(
        &mut self,
        sent: &[SentRow],
        (since, until): (i64, i64),
        verifier: &mut Verifier,
    ) -> Result<ListedCases, ReadFailure> {
        let mut wanted: HashMap<String, Vec<FoundCase>> =
            sent.iter().map(|row| (reference_core(&row.reference), Vec::new())).collect();
        // Nearly every reference comes back as it was sent.
        let as_sent: HashMap<&str, String> =
            sent.iter().map(|row| (row.reference.as_str(), reference_core(&row.reference))).collect();
        let now = self.job.client.clock().millis();
        let query = CaseQuery::between((since, until), now, self.learned());
        let tokens = tokens_of(sent);
        let own_ids: HashSet<&str> = sent.iter().filter_map(|row| row.case_id.as_deref()).collect();
        let (mut unread, mut own, mut identified) = (None, 0_u64, 0_u64);
        let show = |record: Value| {
            let case = case_with_token(&record, &tokens);
            let cases = case.reference.as_deref().and_then(|shown| match as_sent.get(shown) {
                Some(core) => wanted.get_mut(core),
                None => wanted.get_mut(&reference_core(shown)),
            });
            if own_ids.contains(case.id.as_str()) {
                own += 1;
                identified += u64::from(cases.is_some());
            }
            if let Some(cases) = cases.filter(|_| !case.id.is_empty()) {
                cases.push(case);
            }
            unread = unread.take().or(verifier.compare_record(record).err());
        };
        let lacks = self.each_case(&query, 0, MAX_PAGES, show).await?;
        if let Some(error) = unread {
            return Err(ReadFailure::Refused(error.to_string()));
        }
        verifier.end_list().map_err(|error| ReadFailure::Refused(error.to_string()))?;
        Ok(ListedCases { by_core: wanted, lacks, hides_references: own > 0 && identified == 0 })
    }

    /// Compares the listed cases with the rows, reference by reference.
    async fn compared(
        &mut self,
        sent: Vec<SentRow>,
        listed: HashMap<String, Vec<FoundCase>>,
    ) -> Result<ReadBackFindings, Interruption> {
        let (mut shown, mut others) = own_and_others(&sent, listed);
        self.read_own_cases(&sent, &others, &mut shown).await?;
        let mut unknown: HashMap<String, Vec<Unsettled>> = HashMap::new();
        for row in self.job.ledger.unsettled(self.job.import.id)? {
            let core = reference_core(row.reference.as_deref().unwrap_or_default());
            unknown.entry(core).or_default().push(row);
        }
        let mut rows: HashMap<String, Vec<SentRow>> = HashMap::new();
        for row in sent {
            rows.entry(reference_core(&row.reference)).or_default().push(row);
        }
        let mut found = ReadBackFindings::default();
        for (core, rows) in rows {
            let others = others.remove(&core).unwrap_or_default();
            let unknown = unknown.remove(&core).unwrap_or_default();
            let sent_for = rows.iter().map(|row| row.client).chain(unknown.iter().map(|row| row.client));
            let clients = self.clients_shown_as(sent_for.flatten().collect(), &others).await?;
            let rows = SimilarRows { rows, unknown, shown: &shown, clients };
            let mut is_revoked = false;
            for (row, case) in rows.with_another_reference() {
                // An answer can name another row's case. Later, somebody has probably edited the reference.
                if self.created.contains(&row.row) {
                    is_revoked = true;
                    found.anothers.push(row.clone());
                } else {
                    found.to_compare.push(edited(&self.job.plan, row, case));
                }
            }
            // If so, their own cases may be among the others; a lookup will tell.
            if !is_revoked {
                self.compare_others(&rows, others, &mut found)?;
            }
        }
        Ok(found)
    }

    /// Reads the cases of created rows by their ids, if only other cases are listed with their reference: a row has two
    /// cases only if its own exists. An answer may have named another id than the list does.
    async fn read_own_cases(
        &mut self,
        sent: &[SentRow],
        others: &HashMap<String, Vec<FoundCase>>,
        shown: &mut HashMap<String, FoundCase>,
    ) -> Result<(), Stop> {
        if others.is_empty() {
            return Ok(());
        }
        let not_listed = sent
            .iter()
            .filter_map(|row| Some((row, row.case_id.as_ref()?)))
            .filter(|(row, id)| {
                !shown.contains_key(*id) && others.contains_key(&reference_core(&row.reference))
            })
            .map(|(_, id)| id.clone());
        let (client, tokens) = (self.job.client.clone(), tokens_of(sent));
        for id in not_listed.take(MAX_SINGLE_READS).collect::<Vec<_>>() {
            match self.read_with_retries(|| client.read_case(&id)).await {
                Ok(Some(record)) => _ = shown.insert(id, case_with_token(&record, &tokens)),
                Ok(None) | Err(ReadFailure::Refused(_)) => {}
                Err(ReadFailure::Stop(stop)) => return Err(stop),
            }
        }
        Ok(())
    }

    /// Returns the ids under which records may show clients, for those that a case doesn't show as they were sent.
    async fn clients_shown_as(
        &mut self,
        sent: BTreeSet<u64>,
        cases: &[FoundCase],
    ) -> Result<HashMap<u64, ShownAs>, Stop> {
        let mut known = HashMap::new();
        for id in sent {
            if cases.iter().all(|case| case.may_be_of(Some(id))) {
                continue;
            }
            known.insert(id, self.shown_as(id).await?);
        }
        Ok(known)
    }

    /// Returns the ids under which records may show a client.
    pub(super) async fn shown_as(&mut self, sent: u64) -> Result<ShownAs, Stop> {
        let client = self.job.client.clone();
        if client.must_ask_for(sent) {
            self.wait_turn().await?;
        }
        Ok(client.shown_as(sent).await)
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
        let what_now = match doubled.as_slice() {
            [] => return Ok(notes),
            [row] if row.cases.len() == 2 => "Keep one and delete the other in Trackops.",
            _ => "Keep one of each and delete the others in Trackops.",
        };
        notes.push(what_now.to_owned());
        Ok(notes)
    }
}

/// Returns the row tokens of the rows without a reference.
fn tokens_of(sent: &[SentRow]) -> HashSet<&str> {
    sent.iter().filter(|row| row.key == SentKey::Token).map(|row| row.reference.as_str()).collect()
}

/// Reads a record as a case; with one of these row tokens, that is its reference.
fn case_with_token(record: &Value, tokens: &HashSet<&str>) -> FoundCase {
    let mut case = FoundCase::listed(record);
    if let Some(token) = shown_tokens(record).find(|token| tokens.contains(token)) {
        case.reference = Some(token.to_owned());
    }
    case
}
