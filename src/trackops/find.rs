//! Decides whether a listed case is the one that was sent.
//!
//! Which values a list shows, and in which form, is UNKNOWN. If a value can't be compared, the case may or may not be
//! the one that was sent.

use serde_json::Value;

use super::likeness::{Changes, Reference};
use super::record::{case_number, client_ids, created_at, id_text, is_request, notes, shown_reference};

/// Values to look for when finding out whether a case was created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookup {
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// The row token in its administrative notes.
    pub token: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Milliseconds since 1970 by the server's clock, before the request was sent; `None` for a case of any age.
    pub sent_at: Option<i64>,
}

impl Lookup {
    /// Creates the lookup for a case that was sent at this time or later. A blank reference isn't looked up: it would match
    /// every case.
    #[must_use]
    pub fn of_sent(reference: Option<&str>, token: Option<&str>, client: Option<u64>, sent_at: i64) -> Self {
        let reference = reference.filter(|reference| !reference.trim().is_empty()).map(str::to_owned);
        Self { reference, token: token.map(str::to_owned), client, sent_at: Some(sent_at) }
    }

    /// Returns true if something identifies the case: its reference or its row token.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.reference.is_some() || self.token.is_some()
    }
}

/// How Trackops stores and lists cases, learned from cases of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListingTraits {
    /// Seconds by which the times in lists are ahead of UTC. KNOWN to be 0, but not relied on: a wrong zone would hide
    /// the case, and the row would be sent again.
    pub ahead: Option<i64>,
    /// How it changes references.
    pub changes: Changes,
}

/// A case that may be the one looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCase {
    /// The id, as Trackops wrote it; empty if the list shows none.
    pub id: String,
    /// The case number, if it has one.
    pub number: Option<String>,
    /// Whether every value that was looked for came back equal; otherwise one of them couldn't be compared.
    pub is_certain: bool,
    /// Whether the reference came back as it was sent, or the row token did.
    pub is_exact: bool,
    /// Whether the list shows that the case was created after the request was sent, so that it can't be an older case.
    /// True if the row token matches.
    pub is_newer: bool,
    /// Its reference, as the list shows it.
    pub reference: Option<String>,
    /// Creation time that the list shows, in seconds since 1970, read as UTC.
    pub created_at: Option<i64>,
    /// The ids that may be what was sent as `client_id`; empty if the list shows none.
    pub clients: Vec<u64>,
}

/// Beginning of every row token.
const TOKENS: &str = "[caseload ";
/// Seconds by which the two clocks may differ beyond the difference seen in the `Date` header, which has whole seconds.
const CLOCK_MARGIN: i64 = 5;
/// Seconds by which a clock difference learned from a case may be wrong, because creating the case took some time.
pub(crate) const SKEW: i64 = 15 * 60;
/// Seconds by which a server that reports local time as UTC can be wrong. A case older than that is another one.
pub(crate) const ANY_ZONE: i64 = 26 * 3600;

impl Lookup {
    /// Returns the listed cases that match, and those that may match.
    #[must_use]
    pub fn among(&self, records: &[Value], learned: ListingTraits) -> Vec<FoundCase> {
        // Only if the list shows row tokens, a case without one is another case.
        let shows_tokens =
            records.iter().any(|record| notes(record).is_some_and(|text| text.contains(TOKENS)));
        let wanted = PreparedLookup {
            lookup: self,
            reference: self.reference.as_deref().map(Reference::new),
            since: self.sent_at.map(earliest_creation),
            learned,
            shows_tokens,
        };
        records
            .iter()
            .filter(|record| !is_request(record))
            .filter_map(|record| wanted.compare(record))
            .collect()
    }

    /// Returns the listed cases that may be of the same client and are new enough, whatever their reference.
    #[must_use]
    pub fn candidates(&self, records: &[Value], learned: ListingTraits) -> Vec<FoundCase> {
        let may_be = |record: &&Value| {
            !is_request(record)
                && time(record, self.sent_at.map(earliest_creation), learned.ahead) != ValueMatch::Another
        };
        let cases = records.iter().filter(may_be).map(FoundCase::listed);
        cases.filter(|case| case.may_be_of(self.client)).collect()
    }
}

impl FoundCase {
    /// Returns its number as people know it, or its id.
    #[must_use]
    pub fn shown_number(&self) -> &str {
        self.number.as_ref().unwrap_or(&self.id)
    }

    /// Returns true if it may be a case of this client; false is certain.
    #[must_use]
    pub fn may_be_of(&self, client: Option<u64>) -> bool {
        client.is_none_or(|id| self.clients.is_empty() || self.clients.contains(&id))
    }

    /// Creates one from a listed case, without comparing.
    #[must_use]
    pub fn listed(record: &Value) -> Self {
        Self::new(record, false, false, false)
    }

    fn new(record: &Value, certain: bool, is_exact: bool, is_newer: bool) -> Self {
        // A record without an id is still a case. It makes the row uncertain, not absent.
        let id = id_text(record);
        Self {
            is_certain: certain && id.is_some(),
            id: id.unwrap_or_default(),
            number: record.as_object().and_then(case_number).map(str::to_owned),
            is_exact,
            is_newer,
            reference: shown_reference(record),
            created_at: created_at(record),
            clients: client_ids(record),
        }
    }
}

/// Returns the row tokens in the administrative notes of a case.
pub fn shown_tokens(record: &Value) -> impl Iterator<Item = &str> {
    let text = notes(record).unwrap_or_default();
    text.match_indices(TOKENS).filter_map(|(at, _)| {
        let rest = text.get(at..)?;
        rest.get(..=rest.find(']')?)
    })
}

/// Returns the earliest time, in seconds since 1970, at which a case sent at `sent_at` (milliseconds) may have been
/// created.
pub(crate) fn earliest_creation(sent_at: i64) -> i64 {
    sent_at.div_euclid(1000) - CLOCK_MARGIN
}

/// Result of comparing one value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueMatch {
    Same,
    Another,
    /// Not shown, or in a form that can't be compared.
    Unclear,
}

/// A lookup prepared for comparison with many cases.
struct PreparedLookup<'l> {
    lookup: &'l Lookup,
    reference: Option<Reference>,
    since: Option<i64>,
    learned: ListingTraits,
    /// Whether the list shows row tokens.
    shows_tokens: bool,
}

impl PreparedLookup<'_> {
    /// Compares a listed case with the lookup; `None` if a value is certainly another.
    fn compare(&self, record: &Value) -> Option<FoundCase> {
        let lookup = self.lookup;
        let found = |certain, exact| Some(FoundCase::new(record, certain, exact, self.is_dated(record)));
        match self.token(record) {
            // A matching row token settles it.
            Some(ValueMatch::Same) => {
                return found(true, true).map(|found| FoundCase { is_newer: true, ..found });
            }
            Some(ValueMatch::Another) => return None,
            _ => {}
        }
        let (reference, exact) = self.reference(record);
        let time = time(record, self.since, self.learned.ahead);
        if reference == Some(ValueMatch::Another) {
            return None;
        }
        // The exact reference on a case that isn't much older: a clock may have been wrong when the row was sent, or
        // when the zone was learned from another case.
        if time == ValueMatch::Another && exact && self::time(record, self.since, None) != ValueMatch::Another
        {
            return found(false, exact);
        }
        if time == ValueMatch::Another {
            return None;
        }
        let is_same = reference == Some(ValueMatch::Same) && time == ValueMatch::Same;
        found(is_same, exact).map(|case| {
            let is_certain = case.is_certain && case.may_be_of(lookup.client);
            FoundCase { is_certain, ..case }
        })
    }

    /// Returns true if a case was certainly created after the request was sent. Until the zone is known, an older case
    /// in another zone may look newer, but hardly by less than a quarter of an hour.
    fn is_dated(&self, record: &Value) -> bool {
        let (Some(created), Some(since)) = (created_at(record), self.since) else { return false };
        match self.learned.ahead {
            Some(ahead) => created - ahead >= since,
            None => (since..=since + SKEW).contains(&created),
        }
    }

    /// Compares the row token; `None` if there is none to look for.
    fn token(&self, record: &Value) -> Option<ValueMatch> {
        let token = self.lookup.token.as_ref()?;
        Some(match notes(record) {
            Some(text) if text.contains(token) => ValueMatch::Same,
            Some(text) if text.contains(TOKENS) => ValueMatch::Another,
            _ if self.shows_tokens => ValueMatch::Another,
            _ => ValueMatch::Unclear,
        })
    }

    /// Compares the reference (`None` if there is none to look for), and says if it came back exactly as sent.
    fn reference(&self, record: &Value) -> (Option<ValueMatch>, bool) {
        let Some(wanted) = &self.reference else { return (None, false) };
        let Some(shown) = shown_reference(record) else { return (Some(ValueMatch::Unclear), false) };
        match wanted.kept_as(&Reference::new(&shown)) {
            None => (Some(ValueMatch::Another), false),
            Some(changes) if changes.is_none() => (Some(ValueMatch::Same), true),
            // Changed in the same way as our other references.
            Some(changes) if changes.are_among(self.learned.changes) => (Some(ValueMatch::Same), false),
            Some(_) => (Some(ValueMatch::Unclear), false),
        }
    }
}

/// Compares the creation time with the time of sending. A missing or unreadable time counts as the same. A time that is
/// older only in some zone is unclear until the zone is known.
fn time(record: &Value, since: Option<i64>, ahead: Option<i64>) -> ValueMatch {
    match (created_at(record), since, ahead) {
        (Some(created), Some(since), Some(ahead)) if created - ahead < since - SKEW => ValueMatch::Another,
        (Some(created), Some(since), Some(ahead)) if created - ahead < since => ValueMatch::Unclear,
        (Some(created), Some(since), None) if created < since - ANY_ZONE => ValueMatch::Another,
        (Some(created), Some(since), None) if created < since => ValueMatch::Unclear,
        _ => ValueMatch::Same,
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use crate::trackops::changes;
    use serde_json::json;

    /// 2026-11-23 15:00:00 UTC.
    const SENT: i64 = 1_795_446_000;

    fn certain(record: &Value) -> Option<bool> {
        let sent_at = Some(SENT * 1000);
        let lookup = Lookup { reference: Some("C-1".into()), token: None, client: Some(100), sent_at };
        lookup.among(slice::from_ref(record), ListingTraits::default()).first().map(|found| found.is_certain)
    }

    /// Looks for a row without a reference, in a list that shows row tokens or doesn't.
    fn by_token(record: &Value, shows_tokens: bool) -> Option<bool> {
        let token = Some("[caseload ab12-7]".into());
        let sent_at = Some(SENT * 1000);
        let lookup = Lookup { reference: None, token, client: Some(100), sent_at };
        let other = json!({"id": 1, "admin_notes": "[caseload ff-1]"});
        let records = [
            record.clone(),
            if shows_tokens { other } else { json!({"id": 1, "created_at": "2020-01-01 00:00:00"}) },
        ];
        lookup.among(&records, ListingTraits::default()).first().map(|found| found.is_certain)
    }

    #[test]
    fn a_request_is_not_a_case() {
        let record = |request: Value| {
            json!({"id": 7, "reference_value_1": "C-1", "client_id": 100, "is_request": request,
            "created_at": "2026-11-23 15:00:02"})
        };
        for request in [json!(true), json!(1), json!("true")] {
            assert_eq!(certain(&record(request)), None);
        }
        for request in [json!(false), json!(0), json!("0"), Value::Null] {
            assert_eq!(certain(&record(request)), Some(true));
        }
    }

    #[test]
    fn a_token_tells_a_case_from_every_other() {
        let case_with = |notes: &str| json!({"id": 7, "admin_notes": notes});
        assert_eq!(by_token(&case_with("see file\n[caseload ab12-7]"), true), Some(true));
        assert_eq!(by_token(&case_with("[caseload ab12-77]"), true), None);
        assert_eq!(by_token(&json!({"id": 7, "admin_notes": null}), true), None, "this list shows tokens");
        assert_eq!(by_token(&json!({"id": 7}), false), Some(false), "this one may hide it");
        let old = json!({"id": 7, "created_at": "2026-11-20 15:00:00"});
        assert_eq!(by_token(&old, false), None);
    }

    #[test]
    fn the_exact_reference_of_the_same_day_is_never_another_case() {
        let lookup = Lookup {
            reference: Some("C-1".into()),
            token: None,
            client: Some(100),
            sent_at: Some(SENT * 1000),
        };
        let at =
            |time: &str| json!({"id": 7, "reference_value_1": "C-1", "client_id": 100, "created_at": time});
        let certain = |record: &Value, ahead| {
            let learned = ListingTraits { ahead, ..ListingTraits::default() };
            lookup.among(slice::from_ref(record), learned).first().map(|found| found.is_certain)
        };
        // Two hours before it was sent, by a clock that was wrong then.
        assert_eq!(certain(&at("2026-11-23 13:00:00"), Some(0)), Some(false));
        assert_eq!(certain(&at("2026-11-21 13:00:00"), Some(0)), None, "days before");
        let other = json!({"id": 7, "reference_value_1": "C-2", "created_at": "2026-11-23 13:00:00"});
        assert_eq!(certain(&other, Some(0)), None);
    }

    #[test]
    fn a_record_with_the_sent_values_is_a_certain_match() {
        for record in [
            json!({"id": 7, "reference_value_1": "C-1", "client_id": 100, "created_at": "2026-11-23 15:00:01"}),
            json!({"id": "x7", "reference_value_1": "C-1", "location_id": "100", "client_id": 1}),
            json!({"id": 7, "reference_value_1": "C-1", "created_at": "2026-11-23T15:00:01Z"}),
            json!({"id": 7, "reference_value_1": "C-1", "created_at": "11/23/2026 15:04"}),
        ] {
            assert_eq!(certain(&record), Some(true), "{record}");
        }
    }

    #[test]
    fn a_time_without_seconds_is_the_end_of_its_minute() {
        let at = |time: &str| created_at(&json!({ "created_at": time })).map(|at| at - SENT);
        assert_eq!(at("2026-11-23 15:04:05"), Some(245));
        for to_minute in ["2026-11-23 15:04", "2026-11-23T15:04Z", "2026-11-23T15:04+00:00"] {
            assert_eq!(at(to_minute), Some(299), "{to_minute}");
        }
        assert_eq!((at("2026-11-23T15:04:05+01:00"), at("2026-11-23")), (Some(245 - 3600), None));
    }

    #[test]
    fn an_older_case_is_another_once_the_zone_is_known() {
        let at = |time: &str| json!({"created_at": time});
        let since = Some(SENT);
        let local = at("2026-11-23 10:00:01");
        assert!(time(&local, since, None) == ValueMatch::Unclear);
        assert!(time(&local, since, Some(0)) == ValueMatch::Another);
        assert!(time(&local, since, Some(-5 * 3600)) == ValueMatch::Same);
        let a_little_older = at("2026-11-23 09:59:00");
        assert!(
            time(&a_little_older, since, Some(-5 * 3600)) == ValueMatch::Unclear,
            "two clocks are never the same"
        );
        assert!(time(&at("2026-11-23 09:40:00"), since, Some(-5 * 3600)) == ValueMatch::Another);
    }

    #[test]
    fn records_of_another_case_do_not_match() {
        for record in [
            json!({"id": 7, "reference_value_1": "C-10"}),
            json!({"id": 7, "reference_value_1": "C-1", "created_at": "2026-11-20 15:00:00"}),
        ] {
            assert_eq!(certain(&record), None, "{record}");
        }
    }

    #[test]
    fn only_a_case_that_shows_its_time_is_dated() {
        let dated = |time: Option<&str>, ahead| {
            let record = json!({"id": 7, "reference_value_1": "C-1", "created_at": time});
            let sent_at = Some(SENT * 1000);
            let lookup = Lookup { reference: Some("C-1".into()), token: None, client: None, sent_at };
            let learned = ListingTraits { ahead, ..ListingTraits::default() };
            lookup.among(slice::from_ref(&record), learned).first().is_some_and(|found| found.is_newer)
        };
        assert!(dated(Some("2026-11-23 15:00:01"), None) && dated(Some("2026-11-23 15:00:01"), Some(0)));
        assert!(dated(Some("2026-11-24 15:00:01"), Some(0)), "sent again a day later");
        assert!(!dated(Some("2026-11-23 18:00:00"), None), "perhaps older, in a zone that is ahead");
        assert!(!dated(Some("2026-11-23 14:00:00"), None) && !dated(None, Some(0)));
    }

    #[test]
    fn a_record_that_cannot_be_compared_is_an_uncertain_match() {
        for record in [
            json!({"id": 7}),
            json!({"id": 7, "reference_value_1": "c-1"}),
            json!({"id": 7, "reference_value_1": " C -1"}),
            json!({"reference_value_1": "C-1"}),
            json!({"id": 7, "reference_value_1": "C-1", "client_id": 1}),
            json!({"id": 7, "reference_value_1": "C-1", "created_at": "2026-11-23 08:00:00"}),
        ] {
            assert_eq!(certain(&record), Some(false), "{record}");
        }
    }

    #[test]
    fn a_reference_stored_like_our_other_references_is_the_same() {
        let lookup = Lookup { reference: Some("c-1".into()), token: None, client: None, sent_at: None };
        let record = json!({"id": 7, "reference_value_1": "C-1"});
        let certain = |changes| {
            lookup.among(slice::from_ref(&record), ListingTraits { ahead: None, changes })[0].is_certain
        };
        assert!(!certain(Changes::default()));
        assert!(certain(changes("d-2", "D-2").unwrap()));
        assert!(!certain(changes("d 2", "d2").unwrap()));
    }
}
