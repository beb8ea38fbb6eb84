//! Recent cases in Trackops, by their references, to compare rows with.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::reasons::in_trackops;
use super::tokened_cases::TokenedCases;
use super::{Prepared, Ready, Verdict};
use crate::case::{CaseField, NearReference, Plan, Problem};
use crate::trackops::{
    CASE_NUMBERS, CaseQuery, Client, Fault, FoundCase, ListingTraits, Lookup, id_text, is_request,
    reference_core, shown_reference,
};

/// Time after which the list is read again, for cases that others added.
const REFRESH: Duration = Duration::from_secs(4 * 60);
/// Milliseconds by which a reread overlaps the previous one.
const OVERLAP: i64 = 60_000;
/// Keys of a record that rows are compared with.
const KEYS: [&str; 6] = ["id", "reference_value_1", "client_id", "location_id", "created_at", "is_request"];

/// Note for a server whose list doesn't show references.
const ASKED_EACH: &str =
    "Trackops lists cases without their references, so references were looked up one by one.";

/// A request for recent cases.
pub(in crate::engine) type Refreshing = Pin<Box<dyn Future<Output = Result<Vec<Value>, Fault>> + Send>>;

/// Cases of the last days.
pub struct RecentCases {
    /// By reference without what servers change.
    by_core: HashMap<String, Vec<Value>>,
    /// By reference without what people write differently.
    by_near: HashMap<String, Vec<Value>>,
    /// Hashes of the ids: a list read again has most cases of the one before.
    ids: HashSet<u64>,
    hasher: RandomState,
    read_at: Instant,
    /// Milliseconds since 1970 by the server's clock: up to when the cases were read, and are being read.
    up_to: (i64, i64),
    /// Why the last reread failed.
    failure: Option<String>,
    /// True if any case was listed, and if any had the key of the reference, with a value or without.
    has_any: bool,
    has_key: bool,
}

/// Match of a row among cases already in Trackops.
pub(in crate::engine) enum RecentMatch {
    /// Its case exists, or may exist.
    There(Vec<FoundCase>),
    /// None is certainly its case, but some could be.
    Similar {
        /// Cases with the same reference that show another client. It may be the same client under another id.
        of_others: Vec<FoundCase>,
        /// A case of the client with nearly the same reference.
        nearly: Option<FoundCase>,
    },
}

impl RecentCases {
    /// Returns true if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_core.is_empty()
    }

    pub(in crate::engine) fn new(now: i64) -> Self {
        Self {
            by_core: HashMap::new(),
            by_near: HashMap::new(),
            ids: HashSet::new(),
            hasher: RandomState::new(),
            read_at: Instant::now(),
            up_to: (now, now),
            failure: None,
            has_any: false,
            has_key: false,
        }
    }

    /// Returns true if the case with this id was listed.
    pub(in crate::engine) fn has_id(&self, id: &str) -> bool {
        self.ids.contains(&self.hasher.hash_one(id))
    }

    /// Returns true if cases are listed without the key of the reference: rows can't be compared with them.
    pub(in crate::engine) fn hides_references(&self) -> bool {
        self.has_any && !self.has_key
    }

    pub(in crate::engine) fn add(&mut self, record: &Value) {
        if !is_request(record) {
            self.has_any = true;
            self.has_key |= record.get(CaseField::Reference1.key()).is_some();
        }
        if id_text(record).is_some_and(|id| !self.ids.insert(self.hasher.hash_one(id.as_str()))) {
            return;
        }
        let Some(reference) = shown_reference(record).filter(|reference| !reference.trim().is_empty()) else {
            return;
        };
        let kept: Map<String, Value> = KEYS
            .iter()
            .chain(&CASE_NUMBERS)
            .filter_map(|key| Some(((*key).to_owned(), record.get(*key)?.clone())))
            .collect();
        let near = NearReference::of(&reference);
        let forms = [near.grouped()].into_iter().chain((near.groups() > 1).then(|| near.joined()));
        for form in forms {
            self.by_near.entry(form.to_owned()).or_default().push(Value::Object(kept.clone()));
        }
        self.by_core.entry(reference_core(&reference)).or_default().push(Value::Object(kept));
    }

    /// Returns the problem of a row whose case certainly exists. `at` is its row and line.
    pub(super) fn problem_if_exists(&self, plan: &Plan, at: (u64, u64), ready: &Ready) -> Option<Problem> {
        match self.match_row(ready, ListingTraits::default()) {
            Some(RecentMatch::There(found)) => Some(in_trackops(plan, at, ready, &found)),
            Some(RecentMatch::Similar { .. }) | None => None,
        }
    }

    pub(in crate::engine) fn match_row(&self, ready: &Ready, learned: ListingTraits) -> Option<RecentMatch> {
        let lookup = ready.lookup_before()?;
        let reference = lookup.reference.as_deref()?;
        let cases_for =
            |map: &HashMap<String, Vec<Value>>, key: &str| map.get(key).cloned().unwrap_or_default();
        // By reference alone; the client is compared below.
        let by_reference = Lookup { client: None, ..lookup.clone() };
        let found = by_reference.among(&cases_for(&self.by_core, &reference_core(reference)), learned);
        // The exact reference counts even if the list doesn't show the case's id.
        let (same, changed): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|case| case.is_certain || case.is_exact);
        let (own, of_others): (Vec<_>, Vec<_>) =
            same.into_iter().partition(|case| case.may_be_of(lookup.client));
        if !own.is_empty() {
            return Some(RecentMatch::There(own));
        }
        let of_others: Vec<_> =
            of_others.into_iter().map(|case| FoundCase { is_certain: false, ..case }).collect();
        let nearly = changed.into_iter().find(|case| case.may_be_of(lookup.client)).or_else(|| {
            let near = NearReference::of(reference);
            let mut forms = [near.grouped(), near.joined()].into_iter();
            forms.find_map(|form| {
                lookup.candidates(&cases_for(&self.by_near, form), learned).into_iter().next()
            })
        });
        let is_like = nearly.is_some() || !of_others.is_empty();
        is_like.then_some(RecentMatch::Similar { of_others, nearly })
    }

    /// Returns the request for cases that others created since, if it is due.
    pub(in crate::engine) fn refresh(
        &mut self,
        client: &Client,
        learned: ListingTraits,
    ) -> Option<Refreshing> {
        if self.read_at.elapsed() < REFRESH {
            return None;
        }
        let query = CaseQuery::since(self.up_to.0 - OVERLAP, learned, 0);
        let passed = i64::try_from(self.read_at.elapsed().as_millis()).unwrap_or(i64::MAX);
        (self.read_at, self.up_to.1) = (Instant::now(), self.up_to.1.saturating_add(passed));
        let client = client.clone();
        Some(Box::pin(async move { client.list_cases(&query).await }))
    }

    /// Adds cases that were read again. If that failed, the next time covers this one as well.
    pub(in crate::engine) fn refreshed(&mut self, records: Result<Vec<Value>, Fault>) {
        match records {
            Ok(records) => {
                for record in &records {
                    self.add(record);
                }
                self.up_to.0 = self.up_to.1;
                self.failure = None;
            }
            Err(fault) => self.failure = Some(fault.to_string()),
        }
    }

    /// Returns why the last reread failed, if it did.
    pub(in crate::engine) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

/// How a run finds cases already in Trackops.
pub(in crate::engine) enum OtherCases {
    /// They aren't looked up.
    Unknown,
    /// The recent ones are listed.
    Listed(Box<RecentCases>),
    /// Each reference is looked up before its row is sent.
    AskEach,
    /// The same, because listed cases don't show their references.
    HideReferences,
    /// For rows without references: those with row tokens of another ledger are listed.
    WithTokens(Box<TokenedCases>),
}

impl OtherCases {
    /// Compares rows with these cases, or looks up each reference if they show none.
    pub(in crate::engine) fn listed(recent: RecentCases) -> Self {
        if recent.hides_references() { Self::HideReferences } else { Self::Listed(Box::new(recent)) }
    }

    /// Returns the request for cases that others created since, if it is due.
    pub(in crate::engine) fn refresh(
        &mut self,
        client: &Client,
        learned: ListingTraits,
    ) -> Option<Refreshing> {
        match self {
            Self::Listed(recent) => recent.refresh(client, learned),
            Self::Unknown | Self::AskEach | Self::HideReferences | Self::WithTokens(_) => None,
        }
    }

    /// Adds cases that were read again. If that failed, the next time covers this one as well.
    pub(in crate::engine) fn refreshed(&mut self, records: Result<Vec<Value>, Fault>) {
        if let Self::Listed(recent) = self {
            recent.refreshed(records);
            if recent.hides_references() {
                *self = Self::HideReferences;
            }
        }
    }

    /// Returns a sentence if the cases that others created weren't listed with their references, or not all were read.
    pub(in crate::engine) fn describe_failure(&self) -> Option<String> {
        if matches!(self, Self::HideReferences) {
            return Some(ASKED_EACH.to_owned());
        }
        let Self::Listed(recent) = self else { return None };
        let why = recent.failure()?.trim_end_matches('.');
        Some(format!("Cases that others created during the import weren't looked for at its end: {why}."))
    }

    pub(in crate::engine) fn match_row(&self, row: &Prepared, learned: ListingTraits) -> Option<RecentMatch> {
        let Verdict::Send(ready, _) = &row.verdict else { return None };
        match self {
            Self::Listed(recent) => recent.match_row(ready, learned),
            Self::WithTokens(cases) => {
                Some(cases.like(ready)).filter(|found| !found.is_empty()).map(RecentMatch::There)
            }
            Self::Unknown | Self::AskEach | Self::HideReferences => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::case::Subjects;
    use crate::ledger::Identity;
    use crate::trackops::CaseRequest;

    #[test]
    fn a_case_that_is_listed_again_is_kept_once_and_a_failed_list_is_reported() {
        let mut recent = RecentCases::new(0);
        let case = json!({ "id": 7, "reference_value_1": "C-1" });
        recent.refreshed(Ok(vec![case.clone()]));
        recent.refreshed(Err(Fault::NotFound));
        assert!(recent.failure().is_some_and(|why| why.contains("404")));
        recent.refreshed(Ok(vec![case, json!({ "id": 8, "reference_value_1": "C-1" })]));
        assert_eq!(recent.failure(), None);
        assert_eq!(recent.by_core.values().map(Vec::len).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_list_without_references_is_replaced_by_a_lookup_of_each() {
        let mut others = OtherCases::listed(RecentCases::new(0));
        assert!(matches!(others, OtherCases::Listed(_)), "there are no cases at all");
        others.refreshed(Ok(vec![json!({ "id": 7, "reference_value_1": "C-1" }), json!({ "id": 8 })]));
        assert!(matches!(others, OtherCases::Listed(_)), "one has no reference");
        for (case, is_hidden) in [
            (json!({ "id": 7 }), true),
            (json!({ "id": 7, "is_request": true }), false),
            (json!({ "id": 7, "reference_value_1": null }), false),
            (json!({ "id": 7, "reference_value_1": "" }), false),
        ] {
            let mut others = OtherCases::listed(RecentCases::new(0));
            others.refreshed(Ok(vec![case.clone()]));
            assert_eq!(matches!(others, OtherCases::HideReferences), is_hidden, "{case}");
        }
    }

    /// Compares a row for location 100 with a listed case that has its reference.
    fn matched(case: &Value) -> Option<RecentMatch> {
        let mut recent = RecentCases::new(0);
        recent.add(case);
        let ready = Ready {
            request: CaseRequest { body: Bytes::new(), subjects: Subjects::PRIMARY },
            identity: Identity::Reference { client: 100, text: "C-1".to_owned() },
            client: Some(100),
            token: None,
            anyway: false,
            person: None,
        };
        recent.match_row(&ready, ListingTraits::default())
    }

    #[test]
    fn the_same_reference_is_there_or_of_another_client_but_never_ignored() {
        for case in [
            json!({ "id": 7, "reference_value_1": "C-1", "client_id": 100 }),
            json!({ "id": 7, "reference_value_1": "C-1" }),
            json!({ "uid": 7, "reference_value_1": "C-1" }),
        ] {
            assert!(matches!(matched(&case), Some(RecentMatch::There(_))), "{case}");
        }
        let of_others = json!({ "id": 7, "reference_value_1": "C-1", "client_id": 1 });
        let Some(RecentMatch::Similar { of_others, nearly: None }) = matched(&of_others) else { panic!() };
        assert!(of_others.iter().all(|case| !case.is_certain) && of_others.len() == 1);
        let written = json!({ "id": 7, "reference_value_1": "c 1", "client_id": 100 });
        assert!(matches!(matched(&written), Some(RecentMatch::Similar { nearly: Some(_), .. })));
        assert!(matched(&json!({ "id": 7, "reference_value_1": "C-2", "client_id": 100 })).is_none());
    }
}
