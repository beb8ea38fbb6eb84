//! What a look-up that finds nothing proves. A row that is called absent is sent again, so absence needs evidence: the
//! list must show a case of ours that is certainly there, and was sent no earlier than the row.
//!
//! What Trackops does to a reference, how it filters by one, and how soon a list shows a new case is not documented. If
//! it kept references in capitals and looked for the letters as sent, or listed new cases a minute late, every lost row
//! would seem absent, be sent again, and be two cases.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::listing::NotRead;
use super::runner::Runner;
use crate::ledger::{Claim, CreatedCase, LedgerError, Unsettled};
use crate::trackops::{
    Changes, Client, Found, Learned, Lookup, changes, created_at, id_text, shown_reference,
};

/// Cases of ours that are looked through for evidence, the newest ones.
const LOOKED_THROUGH: u64 = 500;
/// Cases of ours that are read to learn from.
const LEARNED_FROM: u64 = 3;
/// Seconds.
const HALF_HOUR: i64 = 30 * 60;
/// Seconds. Times in lists that are farther from ours say nothing.
const WIDEST: i64 = 7 * 24 * 3600;
/// Seconds. A case that is so much younger than the row that has its id is another one, under an id that began anew.
const YOUNGER: i64 = 24 * 3600;
/// Seconds. What a case of ours has shown of the clocks may be wrong by this: creating it took its time.
const QUARTER: i64 = 15 * 60;
/// Seconds by which two clocks may differ that tell whole seconds.
const MARGIN: i64 = 5;

/// What cases of ours say about a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It shows one that was sent no earlier than the row.
    Younger,
    /// It shows those that were sent before the row; there is none that was sent later.
    Older,
    /// It does not show those that were sent later.
    Stale,
    /// There is no case of ours that could show anything.
    None,
}

/// Whose a listed case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// No row has it.
    Nobody,
    /// Another row has it.
    Row,
    /// A row has a case with this id, and it cannot be told whether it is this one.
    Unclear,
}

impl Runner {
    /// Learns from the newest cases of ours how Trackops keeps references and by how much its times are ahead.
    pub(super) async fn learn(&mut self) -> Result<(), LearnError> {
        if self.learned_from > 0 {
            return Ok(());
        }
        for ours in self.job.ledger.created_cases(self.job.import.id, LEARNED_FROM)? {
            let id = ours.case_id.clone();
            let read = move |client: Client| {
                let id = id.clone();
                async move { client.read_case(&id).await }
            };
            let record = match self.ask(read).await {
                Ok(Some(record)) => record,
                Ok(None) | Err(NotRead::Refused(_)) => continue,
                Err(NotRead::Stop(stop)) => return Err(LearnError::Stop(stop)),
            };
            let Some(kept) = kept(&ours, &record) else { continue };
            self.learned_from += 1;
            self.learned.changes = self.learned.changes.and(kept);
            // Creating takes its time: the least of several is nearest to the clocks' own difference.
            let ahead = ahead(&ours, &record);
            self.learned.ahead = self.learned.ahead.into_iter().chain(ahead).min();
        }
        Ok(())
    }

    /// The cases of ours that a list shows, and what they say about it for each of some rows.
    pub(super) fn evidence<'r>(
        &self,
        records: &[Value],
        rows: impl Iterator<Item = &'r Unsettled>,
    ) -> Result<(Vec<CreatedCase>, Vec<Evidence>), LedgerError> {
        let ours = self.job.ledger.created_cases(self.job.import.id, LOOKED_THROUGH)?;
        let by_id: HashMap<String, &Value> =
            records.iter().filter_map(|record| Some((id_text(record)?, record))).collect();
        let is_shown =
            |case: &&CreatedCase| by_id.get(&case.case_id).is_some_and(|r| kept(case, r).is_some());
        let shown: Vec<CreatedCase> = ours.iter().filter(is_shown).cloned().collect();
        let of = |row: &Unsettled| {
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
        let evidence = rows.map(of).collect();
        Ok((shown, evidence))
    }

    /// Whose a listed case is, by what the ledger has under its id and what the list shows of it. `sent_at`: when the
    /// row that may own it was sent.
    pub(super) fn owner(&self, case: &Found, sent_at: Option<i64>) -> Result<Owner, LedgerError> {
        let claims = self.job.ledger.claims(&self.job.import.account, &case.id)?;
        let ahead = self.learned.ahead;
        let created = case.created_at.map(|at| at - ahead.unwrap_or(0));
        let times = Times { created, is_zone_known: ahead.is_some(), sent: sent_at.map(seconds) };
        Ok(owner(&claims, case.reference.as_deref(), times))
    }

    /// The cases found that may be a row's own, those of which that cannot be told as uncertain. `given` are ids of rows
    /// that are not yet in the ledger.
    pub(super) fn own_cases(
        &self,
        found: Vec<Found>,
        sent_at: Option<i64>,
        given: &HashSet<String>,
    ) -> Result<Vec<Found>, LedgerError> {
        let mut own = Vec::new();
        for case in found {
            match self.owner(&case, sent_at)? {
                Owner::Row => {}
                Owner::Nobody | Owner::Unclear if given.contains(&case.id) => {}
                Owner::Nobody => own.push(case),
                Owner::Unclear => own.push(Found { certain: false, ..case }),
            }
        }
        Ok(own)
    }

    /// Whether a row of this account has a case with this id.
    pub(super) fn is_claimed(&self, id: &str) -> Result<bool, LedgerError> {
        Ok(!self.job.ledger.claims(&self.job.import.account, id)?.is_empty())
    }

    /// What to look for when finding a row's case. Nothing is asked of a blank reference: it would match every case.
    pub(super) fn lookup(row: &Unsettled) -> Lookup {
        Lookup {
            reference: row.reference.clone().filter(|reference| !reference.trim().is_empty()),
            token: row.token.clone(),
            client: row.client,
            sent_at: Some(row.first_sent_at.min(row.sent_at)),
        }
    }

    /// The cases found that are the row's or may be; none that another row has.
    pub(super) fn unowned(&self, found: Vec<Found>, row: &Unsettled) -> Result<Vec<Found>, LedgerError> {
        let mut unowned = Vec::new();
        for mut case in found {
            match self.owner(&case, Some(row.sent_at))? {
                Owner::Nobody => {}
                Owner::Row => continue,
                Owner::Unclear => case.certain = false,
            }
            unowned.push(case);
        }
        Ok(unowned)
    }

    /// What was learned so far.
    pub(super) fn learned(&self) -> Learned {
        self.learned
    }
}

/// Why nothing was learned.
pub(super) enum LearnError {
    Ledger(LedgerError),
    Stop(super::runner::Stop),
}

impl From<LedgerError> for LearnError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// How a list shows the reference of a case of ours; `None` when it shows another one, so that the id is another case's.
fn kept(ours: &CreatedCase, record: &Value) -> Option<Changes> {
    match shown_reference(record) {
        Some(shown) if !ours.reference.is_empty() => changes(&ours.reference, &shown),
        _ => Some(Changes::default()),
    }
}

/// By how many seconds the time a list shows of a case is ahead of when it was sent.
fn ahead(ours: &CreatedCase, record: &Value) -> Option<i64> {
    let ahead = created_at(record)? - ours.sent_at.div_euclid(1000);
    // Between the intent and the case a row may have waited for its turn: only whole half hours are a zone's. Taken for a
    // clock that is ahead, the wait of one row would make the case of another seem too old.
    let ahead = if ahead > 0 { ahead.div_euclid(HALF_HOUR) * HALF_HOUR } else { ahead };
    Some(ahead).filter(|ahead| ahead.abs() <= WIDEST)
}

/// Times that tell one case from another with the same id; seconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    /// When the listed case was created.
    created: Option<i64>,
    /// Whether that is certainly UTC.
    is_zone_known: bool,
    /// When the row that may own it was sent.
    sent: Option<i64>,
}

impl Times {
    /// Whether the case is certainly younger than what was sent at a time.
    fn is_after(self, claimed: i64) -> bool {
        self.is_zone_known && self.created.is_some_and(|created| created > claimed + QUARTER)
    }

    /// Whether it may be: it is younger in any zone, or than a row that was sent after that time.
    fn may_be_after(self, claimed: i64) -> bool {
        let Some(created) = self.created else { return false };
        let since_row = |sent: i64| created >= sent - MARGIN && claimed < sent - MARGIN;
        created > claimed + YOUNGER || self.sent.is_some_and(since_row)
    }
}

fn seconds(millis: i64) -> i64 {
    millis.div_euclid(1000)
}

/// Ids may begin anew when a server is restored: an id is a row's only together with what the case shows.
fn owner(claims: &[Claim], shown: Option<&str>, times: Times) -> Owner {
    let mut owner = Owner::Nobody;
    for claim in claims {
        let claimed = claim.sent_at.map(seconds);
        match (shown, claim.reference.as_deref()) {
            (Some(shown), Some(sent)) if changes(sent, shown).is_none() => {}
            _ if claimed.is_some_and(|claimed| times.is_after(claimed)) => {}
            _ if claimed.is_some_and(|claimed| times.may_be_after(claimed)) => owner = Owner::Unclear,
            // Of a record of which nothing is shown that could speak against it.
            _ => return Owner::Row,
        }
    }
    owner
}

/// Whether a case with one reference, that was found, shows that a case with another would be: it has everything the
/// other has that a server may keep or filter otherwise.
pub(super) fn covers(found: &str, wanted: &str) -> bool {
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
    fn evidence_has_everything_that_may_be_changed() {
        assert!(covers("c-0012", "c-7") && covers("Ab 12-é", "b") && covers("C-1234", "C-12"));
        for (found, wanted) in [
            ("C-1", "c-1"),
            ("C-1", "C 1"),
            ("17", "017"),
            ("e", "é"),
            ("C-1", "C-12"),
            ("C-12", "C/1"),
            ("é-12", "東-1"),
        ] {
            assert!(!covers(found, wanted), "{found} {wanted}");
        }
    }

    #[test]
    fn a_wait_before_sending_is_no_clock_that_is_ahead() {
        let ours = CreatedCase {
            case_id: "7".to_owned(),
            reference: "C-1".to_owned(),
            client: None,
            token: None,
            sent_at: 1_795_446_000_000,
        };
        let of = |time: &str| ahead(&ours, &serde_json::json!({ "created_at": time }));
        // Sent at 15:00:00, UTC.
        assert_eq!(of("2026-11-23 15:20:00"), Some(0));
        assert_eq!(of("2026-11-23 17:04:00"), Some(7_200));
        assert_eq!(of("2026-11-23 14:58:30"), Some(-90));
        assert_eq!(of("2026-10-23 15:00:00"), None);
    }

    #[test]
    fn an_id_is_a_rows_only_with_what_the_case_shows() {
        let claim = |reference: Option<&str>| Claim {
            import: 1,
            row: 1,
            reference: reference.map(str::to_owned),
            sent_at: Some(1_000_000),
        };
        let of =
            |claims: &[Claim], shown, created| owner(claims, shown, Times { created, ..Times::default() });
        assert_eq!(of(&[], Some("C-1"), None), Owner::Nobody);
        assert_eq!(of(&[claim(Some("C-1"))], Some("C-1"), Some(1_000)), Owner::Row);
        assert_eq!(of(&[claim(Some("C-1"))], None, None), Owner::Row);
        assert_eq!(of(&[claim(Some("C-1"))], Some("C-2"), None), Owner::Nobody, "the id began anew");
        assert_eq!(of(&[claim(Some("C-1"))], Some("C-1"), Some(1_000 + YOUNGER + 1)), Owner::Unclear);
        assert_eq!(of(&[claim(None)], Some("C-2"), None), Owner::Row);
        // Sent again under the same reference, an hour after the claim, which is of second 1000.
        let again = |created, is_zone_known| {
            let times = Times { created: Some(created), is_zone_known, sent: Some(4_600) };
            owner(&[claim(Some("C-1"))], Some("C-1"), times)
        };
        assert_eq!(
            (again(1_001, true), again(4_601, false), again(4_601, true)),
            (Owner::Row, Owner::Unclear, Owner::Nobody)
        );
    }
}
