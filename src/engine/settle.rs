//! Settles unknown rows: looks up the result of rows that were sent and have no known outcome.
//!
//! The error to avoid is to call a row absent that exists: it would be sent again. So the row stays unknown if a case
//! might be its own, or if the lookup fails or proves nothing.
//!
//! ```text
//! unknown ─► look up ─► its case ─────────────────────────► created
//!    ▲          ├─────► a case that may be it ────────────► stays unknown
//!    │          └─────► none ─► not yet late_commit_seconds after it was sent ─┐
//!    └───────────────────────── wait, longer each time ◄───────────────────────┘
//!                               later, and the list shows a younger case of ours ─► not sent
//! ```

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use tracing::debug;

use super::event::Event;
use super::evidence::{CaseOwner, Evidence, proves_lookup};
use super::listing::{CaseList, ReadFailure};
use super::row::still_unknown;
use super::runner::{Interruption, Runner, Stop};
use crate::case::Code;
use crate::ledger::{CreatedCase, Exception, LedgerError, Outcome, RowOutcome, Unsettled};
use crate::trackops::{CaseQuery, FoundCase, id_text};

/// Longest wait between two lookups.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// Shortest first wait between two lookups.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Without a younger case of ours, absence counts after this many times `late_commit_seconds`: by then, a list that
/// shows our older cases would show this one, unless it lags even more.
const UNPROVEN_FACTOR: i64 = 10;

/// Milliseconds. Minimum of that time, because only the wait supports it.
const MIN_UNPROVEN_WAIT: i64 = 5_000;
/// Milliseconds. Maximum wait for a row; one that needs longer is looked up by the next run.
const MAX_UNPROVEN_WAIT: i64 = 10_000;

const NO_EVIDENCE: &str =
    "lookups don't find it, but no case of this import that was sent later proves that they would";
const STALE: &str = "the list of cases doesn't show rows that were sent later either, so it proves nothing";
const COULD_BE: &str = "a case in Trackops could be it";
const NAMELESS: &str =
    "a new case in Trackops could be it, but the row has neither a reference nor a token to tell";

/// Duration of settling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SettleDuration {
    /// One lookup: rows that are found are settled, and the others wait for the end of the import.
    OneLookup,
    /// Until absence is proven or ruled out.
    UntilDecided,
}

/// What lookups decide about a row.
enum Settled {
    /// This case is the row's.
    Created(FoundCase),
    /// No case can be the row's, and lookups would show it.
    Absent,
    /// Can't be decided; the reason.
    Unclear(String),
}

/// A row being looked up.
struct OpenRow {
    row: Unsettled,
    /// Time of the first lookup that didn't find it, also in milliseconds since 1970 by the server's clock.
    missed: Option<(Instant, i64)>,
    /// Time before which another lookup is useless, in milliseconds since 1970 by the server's clock.
    not_before: i64,
    /// True if a list was incomplete, so that another lookup may find more.
    lags: bool,
}

impl OpenRow {
    /// Returns true if its case may still be created, or appear in the list.
    fn may_come_late(&self) -> bool {
        self.lags || may_come_late(self.status())
    }

    fn status(&self) -> Option<u16> {
        self.row.logged.as_ref().and_then(|logged| logged.http_status)
    }
}

/// Returns true if the server may still be working on a row with this status, or with no answer. It isn't after a
/// refusal, nor after a 500, which the application itself sends. A success without the row's case may be the answer to
/// another request on the connection, and a 408 says only that the server gave up waiting.
pub(super) fn may_come_late(status: Option<u16>) -> bool {
    !matches!(status, Some(400..=407 | 409..=500))
}

impl Runner {
    /// Returns true if the status of an unknown row means that Trackops refused it, so that it is rejected unless its
    /// case exists. A 403 or a 429 isn't about the row, even if the answer was cut off.
    fn is_refusal(&self, status: Option<u16>) -> bool {
        status.is_some_and(|status| self.job.client.forms().refuses(status))
    }

    /// Looks up every unknown row. If it is interrupted, nothing may start.
    pub(super) async fn settle(&mut self, duration: SettleDuration) -> Result<(), Interruption> {
        let unsettled = self.job.ledger.unsettled(self.job.import.id)?;
        let mut open: Vec<OpenRow> = unsettled
            .into_iter()
            .map(|row| OpenRow { row, missed: None, not_before: 0, lags: false })
            .collect();
        self.looked_up = open.is_empty();
        let (mut turn, mut wait) = (0, self.job.options.settle_delay.max(FIRST_WAIT));
        while !open.is_empty() {
            let (left, seconds) = (open.len(), self.seconds_to_wait(&open));
            self.send_event(Event::Settling { left: left as u64, seconds }).await;
            let seen = self.look_up_once(&mut open, turn).await?;
            let mut waiting = Vec::new();
            for (one, seen) in open.into_iter().zip(seen) {
                match seen {
                    Some(seen) => self.conclude(&one.row, seen).await?,
                    None => waiting.push(one),
                }
            }
            open = waiting;
            if open.is_empty() || duration == SettleDuration::OneLookup {
                break;
            }
            if open.len() < left {
                // The wait may be long: what is settled shows before it.
                self.refresh()?;
                self.progress(0, 0.0).await;
                let seconds = self.seconds_to_wait(&open);
                self.send_event(Event::Settling { left: open.len() as u64, seconds }).await;
            }
            let next = wait.min(self.time_to_next_absence(&open));
            self.sleep_or_stop(next).await?;
            wait = (wait * 2).min(MAX_WAIT);
            turn += 1;
        }
        self.looked_up = open.is_empty();
        self.refresh()?;
        self.progress(0, 0.0).await;
        Ok(())
    }

    /// Looks up every row once. The result is `None` for a row that wasn't found, while it is too early to tell.
    async fn look_up_once(
        &mut self,
        open: &mut [OpenRow],
        turn: u32,
    ) -> Result<Vec<Option<Settled>>, Interruption> {
        self.learn().await?;
        let listed = self.list_since(open, turn).await?;
        let (shown, evidence) = self.evidence(&listed.records, open.iter().map(|one| &one.row))?;
        let mut found = Vec::new();
        for one in open.iter() {
            let (lookup, learned) = (Self::lookup(&one.row), self.learned());
            let mut cases =
                if lookup.is_named() { lookup.among(&listed.records, learned) } else { Vec::new() };
            if let (false, Some(reference)) = (cases.iter().any(|case| case.is_certain), &lookup.reference) {
                // Looked up in another way: the list by reference may show what the list by time hides.
                let more = self.find_by_reference(reference, turn).await?;
                cases.extend(lookup.among(&more, learned));
            }
            cases.sort_by(|one, other| one.id.cmp(&other.id).then(other.is_certain.cmp(&one.is_certain)));
            cases.dedup_by(|one, other| one.id == other.id && !one.id.is_empty());
            found.push(self.own_cases(cases, Some(one.row.sent_at), &HashSet::new())?);
        }
        self.judge_age(open, &listed, &evidence, &mut found).await?;
        let claimed = wanted_by_several(open, &found);
        let mut seen = Vec::new();
        for ((one, cases), evidence) in open.iter_mut().zip(found).zip(evidence) {
            seen.push(match choose_case(cases, &claimed) {
                None => self.judge_missing(one, &listed, evidence, &shown)?,
                found => found,
            });
        }
        Ok(seen)
    }

    /// Removes the found cases that are older than their rows, and marks those that may be older as uncertain.
    async fn judge_age(
        &mut self,
        open: &[OpenRow],
        listed: &CaseList,
        evidence: &[Evidence],
        found: &mut [Vec<FoundCase>],
    ) -> Result<(), Stop> {
        // Only being in the list by time dates a case that shows no time.
        let undated = |case: &FoundCase| case.created_at.is_none() && !case.is_newer;
        let filters = found.iter().flatten().any(undated) && self.filters_by_time().await?;
        let recent: HashSet<String> = listed.records.iter().filter_map(id_text).collect();
        for ((one, cases), evidence) in open.iter().zip(found).zip(evidence) {
            if filters && listed.incomplete_because.is_none() && *evidence == Evidence::Younger {
                cases.retain(|case| !undated(case) || recent.contains(&case.id));
            }
            // A case that was there before may be why the row was refused, or have the same reference.
            let is_refusal = self.is_refusal(one.status());
            for case in cases {
                let is_recent = filters && undated(case) && recent.contains(&case.id);
                case.is_certain &= case.is_newer || (is_recent && !is_refusal);
            }
        }
        Ok(())
    }

    /// Lists the cases created since the first of these rows was sent.
    async fn list_since(&mut self, open: &[OpenRow], turn: u32) -> Result<CaseList, Stop> {
        let first = open.iter().map(|one| one.row.first_sent_at.min(one.row.sent_at)).min().unwrap_or(0);
        match self.list_cases(&CaseQuery::since(first, self.learned(), turn), turn).await {
            Ok(listed) => Ok(listed),
            Err(ReadFailure::Refused(why)) => {
                Ok(CaseList { records: Vec::new(), incomplete_because: Some(why) })
            }
            Err(ReadFailure::Stop(stop)) => Err(stop),
        }
    }

    async fn find_by_reference(&mut self, reference: &str, turn: u32) -> Result<Vec<Value>, Stop> {
        match self.list_cases(&CaseQuery::Reference(reference.to_owned()), turn).await {
            Ok(listed) => Ok(listed.records),
            Err(ReadFailure::Refused(_)) => Ok(Vec::new()),
            Err(ReadFailure::Stop(stop)) => Err(stop),
        }
    }

    /// Returns the result for a row that wasn't found; `None` if it is too early to tell.
    fn judge_missing(
        &self,
        one: &mut OpenRow,
        listed: &CaseList,
        evidence: Evidence,
        shown: &[CreatedCase],
    ) -> Result<Option<Settled>, LedgerError> {
        // UNKNOWN: how soon a list shows a new case. So absence counts only the second time.
        let Some((missed, _)) = one.missed else {
            one.missed = Some((Instant::now(), self.job.client.clock().millis()));
            return Ok(None);
        };
        if missed.elapsed() < self.job.options.settle_delay || !self.absence_counts(one) {
            return Ok(None);
        }
        // A refused row isn't sent again in either case.
        if self.is_refusal(one.status()) {
            return Ok(Some(Settled::Absent));
        }
        one.lags = listed.incomplete_because.is_some() || evidence == Evidence::Stale;
        if !self.absence_counts(one) {
            return Ok(None);
        }
        if let Some(why) = &listed.incomplete_because {
            return Ok(Some(Settled::Unclear(why.clone())));
        }
        match evidence {
            Evidence::Younger => {}
            Evidence::Older => {
                let (aged, now) = (self.absence_counts_unproven_from(one), self.job.client.clock().millis());
                if aged > now.saturating_add(MAX_UNPROVEN_WAIT) {
                    return Ok(Some(Settled::Unclear(NO_EVIDENCE.to_owned())));
                } else if aged > now {
                    one.not_before = aged;
                    return Ok(None);
                }
            }
            Evidence::Stale => return Ok(Some(Settled::Unclear(STALE.to_owned()))),
            Evidence::None => return Ok(Some(Settled::Unclear(NO_EVIDENCE.to_owned()))),
        }
        let wanted = one.row.reference.as_deref().unwrap_or_default();
        if !wanted.is_empty() && shown.iter().any(|case| proves_lookup(&case.reference, wanted)) {
            return Ok(Some(Settled::Absent));
        }
        // No case of ours shows how such a reference is stored, so any new case of the client may be it.
        let lookup = Self::lookup(&one.row);
        for case in lookup.candidates(&listed.records, self.learned()) {
            if case.id.is_empty() || self.owner(&case, None)? != CaseOwner::Row {
                let why = if lookup.is_named() { COULD_BE } else { NAMELESS };
                return Ok(Some(Settled::Unclear(why.to_owned())));
            }
        }
        Ok(Some(Settled::Absent))
    }

    /// Returns true if a row was sent long enough ago for its absence to count.
    fn absence_counts(&self, one: &OpenRow) -> bool {
        self.time_to_absence(one).is_zero()
    }

    /// Returns the time until the absence of a row counts: by the server's clock, and by ours for a row of this run.
    fn time_to_absence(&self, one: &OpenRow) -> Duration {
        let now = self.job.client.clock().millis();
        let went_back = one.row.sent_at > one.missed.map_or(now, |(_, at)| at);
        // No answer shows the server's clock, and ours may have been set since another process sent the row.
        let is_by_our_clock = !self.job.client.clock().is_known() && !self.sent.contains_key(&one.row.row);
        if (went_back || is_by_our_clock) && one.not_before == 0 {
            // Only the time since the first lookup is certain.
            let late = if one.may_come_late() { self.job.options.late_commit } else { Duration::ZERO };
            return late.saturating_sub(one.missed.map(|(missed, _)| missed.elapsed()).unwrap_or_default());
        }
        let ripe = self.absence_counts_from(one).saturating_sub(now);
        let by_server = Duration::from_millis(u64::try_from(ripe).unwrap_or(0));
        let sent = self.sent.get(&one.row.row).filter(|_| one.may_come_late());
        let by_us = sent.map(|sent| self.job.options.late_commit.saturating_sub(sent.elapsed()));
        by_server.max(by_us.unwrap_or_default())
    }

    /// Returns the time from which absence counts, in milliseconds since 1970 by the server's clock.
    fn absence_counts_from(&self, one: &OpenRow) -> i64 {
        let late = if one.may_come_late() { self.late_commit() } else { 0 };
        one.row.sent_at.saturating_add(late).max(one.not_before)
    }

    /// Returns that time without a younger case of ours.
    fn absence_counts_unproven_from(&self, one: &OpenRow) -> i64 {
        one.row
            .sent_at
            .saturating_add(self.late_commit().saturating_mul(UNPROVEN_FACTOR).max(MIN_UNPROVEN_WAIT))
    }

    /// Returns `late_commit_seconds` in milliseconds.
    pub(super) fn late_commit(&self) -> i64 {
        i64::try_from(self.job.options.late_commit.as_millis()).unwrap_or(i64::MAX)
    }

    /// Returns the time until the absence of the next row can be known.
    fn time_to_next_absence(&self, open: &[OpenRow]) -> Duration {
        let wait_for = |one: &OpenRow| {
            let second = one.missed.map_or(Duration::ZERO, |(missed, _)| {
                self.job.options.settle_delay.saturating_sub(missed.elapsed())
            });
            self.time_to_absence(one).max(second)
        };
        open.iter().map(wait_for).min().unwrap_or_default()
    }

    /// Returns the seconds until the absence of the last row can be known.
    fn seconds_to_wait(&self, open: &[OpenRow]) -> u64 {
        let longest = open.iter().map(|one| self.time_to_absence(one)).max().unwrap_or_default();
        longest.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }

    async fn conclude(&mut self, row: &Unsettled, seen: Settled) -> Result<(), LedgerError> {
        if matches!(seen, Settled::Absent) {
            self.absent.insert(row.row);
        }
        let outcome = match (seen, &row.logged) {
            (Settled::Created(case), _) => Outcome::Created { case_id: case.id, case_number: case.number },
            // Refused, and not in Trackops: rejected.
            (Settled::Absent, Some(logged)) if self.is_refusal(logged.http_status) => {
                let code = Code::Trackops(logged.http_status.unwrap_or_default());
                Outcome::Rejected(Exception { code, ..logged.clone() })
            }
            (Settled::Absent, _) => Outcome::NotSent,
            (Settled::Unclear(why), logged) => {
                Outcome::Unknown(still_unknown(&self.job.plan, row, logged.as_ref(), &why))
            }
        };
        debug!(row = row.row, outcome = ?outcome.state(), "settled");
        let reference = row.reference.clone();
        let outcome = RowOutcome { row: row.row, line: row.line, reference, outcome };
        self.job.ledger.settle(self.job.import.id, vec![outcome]).await
    }
}

/// Counts the rows that each case could belong to; a case of several rows is no one's. A row with a case of exactly its
/// reference or token wants no other; without one, its case may be stored in another form.
fn wanted_by_several(open: &[OpenRow], found: &[Vec<FoundCase>]) -> HashMap<String, usize> {
    let mut wanted: HashMap<String, usize> = HashMap::new();
    for (one, cases) in open.iter().zip(found) {
        let has_exact = cases.iter().filter(|case| case.is_certain && case.is_exact).count() == 1;
        let may_be = |case: &&FoundCase| {
            case.is_certain || (!has_exact && one.row.reference.is_some() && case.may_be_of(one.row.client))
        };
        for case in cases.iter().filter(may_be) {
            *wanted.entry(case.id.clone()).or_default() += 1;
        }
    }
    wanted
}

/// Returns the row's case, or that it is unclear; `None` if there are no cases.
fn choose_case(mut cases: Vec<FoundCase>, wanted: &HashMap<String, usize>) -> Option<Settled> {
    let is_alone = |case: &FoundCase| wanted.get(&case.id).is_none_or(|rows| *rows < 2);
    // A case with the exact reference or token rules out those that only may be it.
    let exact = |case: &&FoundCase| case.is_certain && case.is_exact;
    if cases.iter().filter(exact).count() == 1 && cases.iter().filter(exact).all(is_alone) {
        cases.retain(|case| case.is_certain && case.is_exact);
    }
    match cases.len() {
        0 => None,
        1 if cases.iter().all(|case| case.is_certain && is_alone(case)) => cases.pop().map(Settled::Created),
        1 => Some(Settled::Unclear(COULD_BE.to_owned())),
        several => Some(Settled::Unclear(format!("{several} cases in Trackops could be it"))),
    }
}
