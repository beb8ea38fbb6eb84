//! What a lookup without a match proves. A row that counts as absent is sent again, so absence needs evidence: the
//! list must show a case of ours that certainly exists and was sent no earlier than the row.
//!
//! It isn't documented how Trackops changes references, how it filters by them, or how soon a list shows a new case.
//! If it stored references in capitals but searched for them as sent, or listed new cases a minute late, every lost
//! row would seem absent, be sent again, and become two cases.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::listing::ReadFailure;
use super::runner::{Interruption, Runner};
use crate::ledger::{Claim, CreatedCase, LedgerError, Unsettled};
use crate::trackops::{
    Changes, FoundCase, ListingTraits, Lookup, SKEW, changes, created_at, earliest_creation, id_text,
    shown_reference,
};

/// Maximum number of our newest cases searched for evidence.
const MAX_EVIDENCE: u64 = 500;
/// Maximum number of our cases read to learn from.
const MAX_LEARNED: u64 = 3;
/// Seconds.
const HALF_HOUR: i64 = 30 * 60;
/// Seconds. Times in lists that differ more from ours prove nothing.
const MAX_CLOCK_DIFFERENCE: i64 = 7 * 24 * 3600;
/// Seconds. A case that is this much younger than the row with its id is a different case: ids were reused.
const MAX_DELAY_OF_OWN_CASE: i64 = 24 * 3600;
/// Seconds. Maximum error of the clock difference learned from our cases, because creating a case takes time.
const CLOCK_ERROR: i64 = 15 * 60;
/// Seconds by which two clocks that show whole seconds may differ.
const MARGIN: i64 = 5;

/// What our cases prove about a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It shows one of our cases that was sent no earlier than the row.
    Younger,
    /// It shows cases sent before the row; none was sent later.
    Older,
    /// It doesn't show the cases sent later.
    Stale,
    /// No case of ours is there to prove anything.
    None,
}

/// Owner of a listed case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaseOwner {
    /// No row owns it.
    None,
    /// Another row owns it.
    Row,
    /// A row has a case with this id, but it may be a different case.
    Unclear,
}

impl Runner {
    /// Learns from our newest cases how Trackops stores references and how far its times are ahead.
    pub(super) async fn learn(&mut self) -> Result<(), Interruption> {
        if self.learned_from > 0 {
            return Ok(());
        }
        let client = self.job.client.clone();
        for ours in self.job.ledger.created_cases(self.job.import.id, MAX_LEARNED)? {
            let record = match self.read_with_retries(|| client.read_case(&ours.case_id)).await {
                Ok(Some(record)) => record,
                Ok(None) | Err(ReadFailure::Refused(_)) => continue,
                Err(ReadFailure::Stop(stop)) => return Err(stop.into()),
            };
            let Some(kept) = reference_changes(&ours, &record) else { continue };
            self.learned_from += 1;
            self.learned.changes = self.learned.changes.and(kept);
            // Creating a case takes time, so the smallest value is closest to the real clock difference.
            let ahead = clock_lead(&ours, &record);
            self.learned.ahead = self.learned.ahead.into_iter().chain(ahead).min();
        }
        Ok(())
    }

    /// Returns our cases that a list shows, and what they prove about the list for each row.
    pub(super) fn evidence<'r>(
        &self,
        records: &[Value],
        rows: impl Iterator<Item = &'r Unsettled>,
    ) -> Result<(Vec<CreatedCase>, Vec<Evidence>), LedgerError> {
        let ours = self.job.ledger.created_cases(self.job.import.id, MAX_EVIDENCE)?;
        let by_id: HashMap<String, &Value> =
            records.iter().filter_map(|record| Some((id_text(record)?, record))).collect();
        let is_shown = |case: &&CreatedCase| {
            by_id.get(&case.case_id).is_some_and(|r| reference_changes(case, r).is_some())
        };
        let shown: Vec<CreatedCase> = ours.iter().filter(is_shown).cloned().collect();
        let judge = |row: &Unsettled| {
            let younger = |case: &CreatedCase| case.sent_at >= row.sent_at;
            if shown.iter().any(younger) {
                Evidence::Younger
            } else if ours.iter().any(younger) {
                Evidence::Stale
            } else if shown.is_empty() {
                Evidence::None
            } else {
                Evidence::Older
            }
        };
        let evidence = rows.map(judge).collect();
        Ok((shown, evidence))
    }

    /// Returns the owner of a listed case, from the ledger's records of its id and from what the list shows.
    /// `sent_at` is when the row that may own it was sent.
    pub(super) fn owner(&self, case: &FoundCase, sent_at: Option<i64>) -> Result<CaseOwner, LedgerError> {
        let claims = self.job.ledger.claims(&self.job.import.account, &case.id)?;
        let ahead = self.learned.ahead;
        let created = case.created_at.map(|at| at - ahead.unwrap_or(0));
        let times = Times { created, is_zone_known: ahead.is_some(), sent: sent_at.map(seconds) };
        Ok(owner(&claims, case.reference.as_deref(), times))
    }

    /// Returns the found cases that may be the row's own; unclear ones are marked uncertain. `given` has ids of rows
    /// that aren't in the ledger yet.
    pub(super) fn own_cases(
        &self,
        found: Vec<FoundCase>,
        sent_at: Option<i64>,
        given: &HashSet<String>,
    ) -> Result<Vec<FoundCase>, LedgerError> {
        let mut own = Vec::new();
        for case in found {
            match self.owner(&case, sent_at)? {
                CaseOwner::Row => {}
                CaseOwner::None | CaseOwner::Unclear if given.contains(&case.id) => {}
                CaseOwner::None => own.push(case),
                CaseOwner::Unclear => own.push(FoundCase { is_certain: false, ..case }),
            }
        }
        Ok(own)
    }

    /// Returns true if a case was certainly created by a row that was sent between these times (milliseconds since 1970), or
    /// at most `late_commit_seconds` later; clocks may differ. One created later is somebody else's.
    pub(super) fn is_created_then(&self, case: &FoundCase, first_sent_at: i64, sent_at: i64) -> bool {
        let until = sent_at.saturating_add(self.late_commit()).div_euclid(1000).saturating_add(SKEW);
        let created = case.created_at.map(|at| at - self.learned.ahead.unwrap_or(0));
        created.is_some_and(|created| (earliest_creation(first_sent_at)..=until).contains(&created))
    }

    /// Returns true if a row of this account has a case with this id.
    pub(super) fn is_claimed(&self, id: &str) -> Result<bool, LedgerError> {
        Ok(!self.job.ledger.claims(&self.job.import.account, id)?.is_empty())
    }

    /// Returns the lookup for a row's case.
    pub(super) fn lookup(row: &Unsettled) -> Lookup {
        let first = row.first_sent_at.min(row.sent_at);
        Lookup::of_sent(row.reference.as_deref(), row.token.as_deref(), row.client, first)
    }

    /// Returns what was learned so far.
    pub(super) fn learned(&self) -> ListingTraits {
        self.learned
    }
}

/// Returns how a list changes the reference of our case; `None` if it shows a different one, so the id is another
/// case's.
fn reference_changes(ours: &CreatedCase, record: &Value) -> Option<Changes> {
    match shown_reference(record) {
        Some(shown) if !ours.reference.is_empty() => changes(&ours.reference, &shown),
        _ => Some(Changes::default()),
    }
}

/// Returns the seconds by which a case's listed time is ahead of its time of sending.
fn clock_lead(ours: &CreatedCase, record: &Value) -> Option<i64> {
    let ahead = created_at(record)? - ours.sent_at.div_euclid(1000);
    // A row may have waited between its intent and its case, so only whole half hours count as a time zone. If a wait
    // counted as a clock difference, another row's case would seem too old.
    let ahead = if ahead > 0 { ahead.div_euclid(HALF_HOUR) * HALF_HOUR } else { ahead };
    Some(ahead).filter(|ahead| ahead.abs() <= MAX_CLOCK_DIFFERENCE)
}

/// Times that distinguish cases with the same id; seconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    /// When the listed case was created.
    created: Option<i64>,
    /// True if that is certainly UTC.
    is_zone_known: bool,
    /// When the row that may own it was sent.
    sent: Option<i64>,
}

impl Times {
    /// Returns true if the case is certainly younger than a row sent at that time.
    fn is_after(self, claimed: i64) -> bool {
        self.is_zone_known && self.created.is_some_and(|created| created > claimed + CLOCK_ERROR)
    }

    /// Returns true if it may be younger: in any time zone, or compared with the row that may own it.
    fn may_be_after(self, claimed: i64) -> bool {
        let Some(created) = self.created else { return false };
        let since_row = |sent: i64| created >= sent - MARGIN && claimed < sent - MARGIN;
        created > claimed + MAX_DELAY_OF_OWN_CASE || self.sent.is_some_and(since_row)
    }
}

fn seconds(millis: i64) -> i64 {
    millis.div_euclid(1000)
}

/// Returns the owner of a listed case. A restored server may reuse ids, so an id alone doesn't identify a case.
fn owner(claims: &[Claim], shown: Option<&str>, times: Times) -> CaseOwner {
    let mut owner = CaseOwner::None;
    for claim in claims {
        let claimed = claim.sent_at.map(seconds);
        match (shown, claim.reference.as_deref()) {
            (Some(shown), Some(sent)) if changes(sent, shown).is_none() => {}
            _ if claimed.is_some_and(|claimed| times.is_after(claimed)) => {}
            _ if claimed.is_some_and(|claimed| times.may_be_after(claimed)) => owner = CaseOwner::Unclear,
            // The record shows nothing that contradicts it.
            _ => return CaseOwner::Row,
        }
    }
    owner
}

/// Returns true if finding a case with one reference proves that a case with another would be found: it contains
/// everything in the other that a server may store or filter differently.
pub(super) fn proves_lookup(found: &str, wanted: &str) -> bool {
    let is_sign = |c: &char| !c.is_alphanumeric();
    let script = |c: char| {
        if c.is_ascii() { (c.is_lowercase(), c.is_uppercase(), 0) } else { (false, false, u32::from(c) >> 7) }
    };
    let scripts = |text: &str| -> Vec<_> { text.chars().filter(|c| c.is_alphabetic()).map(script).collect() };
    let (have, want) = (scripts(found), scripts(wanted));
    found.chars().count() >= wanted.chars().count()
        && wanted.chars().filter(is_sign).all(|sign| found.contains(sign))
        && want.iter().all(|script| have.contains(script))
        && (!wanted.starts_with('0') || found.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_covers_others_only_with_all_they_contain() {
        assert!(
            proves_lookup("c-0012", "c-7")
                && proves_lookup("Ab 12-é", "b")
                && proves_lookup("C-1234", "C-12")
        );
        for (found, wanted) in [
            ("C-1", "c-1"),
            ("C-1", "C 1"),
            ("17", "017"),
            ("e", "é"),
            ("C-1", "C-12"),
            ("C-12", "C/1"),
            ("é-12", "東-1"),
        ] {
            assert!(!proves_lookup(found, wanted), "{found} {wanted}");
        }
    }

    #[test]
    fn a_wait_before_sending_is_not_a_clock_difference() {
        let ours =
            CreatedCase { case_id: "7".to_owned(), reference: "C-1".to_owned(), sent_at: 1_795_446_000_000 };
        let of = |time: &str| clock_lead(&ours, &serde_json::json!({ "created_at": time }));
        // Sent at 15:00:00, UTC.
        assert_eq!(of("2026-11-23 15:20:00"), Some(0));
        assert_eq!(of("2026-11-23 17:04:00"), Some(7_200));
        assert_eq!(of("2026-11-23 14:58:30"), Some(-90));
        assert_eq!(of("2026-10-23 15:00:00"), None);
    }

    #[test]
    fn an_id_alone_does_not_identify_a_case() {
        let claim = |reference: Option<&str>| Claim {
            import: 1,
            row: 1,
            reference: reference.map(str::to_owned),
            sent_at: Some(1_000_000),
        };
        let of =
            |claims: &[Claim], shown, created| owner(claims, shown, Times { created, ..Times::default() });
        assert_eq!(of(&[], Some("C-1"), None), CaseOwner::None);
        assert_eq!(of(&[claim(Some("C-1"))], Some("C-1"), Some(1_000)), CaseOwner::Row);
        assert_eq!(of(&[claim(Some("C-1"))], None, None), CaseOwner::Row);
        assert_eq!(of(&[claim(Some("C-1"))], Some("C-2"), None), CaseOwner::None, "the id was reused");
        assert_eq!(
            of(&[claim(Some("C-1"))], Some("C-1"), Some(1_000 + MAX_DELAY_OF_OWN_CASE + 1)),
            CaseOwner::Unclear
        );
        assert_eq!(of(&[claim(None)], Some("C-2"), None), CaseOwner::Row);
        // Sent again under the same reference, an hour after the claim, which is of second 1000.
        let again = |created, is_zone_known| {
            let times = Times { created: Some(created), is_zone_known, sent: Some(4_600) };
            owner(&[claim(Some("C-1"))], Some("C-1"), times)
        };
        assert_eq!(
            (again(1_001, true), again(4_601, false), again(4_601, true)),
            (CaseOwner::Row, CaseOwner::Unclear, CaseOwner::None)
        );
    }
}
