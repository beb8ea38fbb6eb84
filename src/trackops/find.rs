//! Finding a case again: what is looked for, and whether a listed case is it.
//!
//! KNOWN are the filters by reference and by the time of creation. Whether they are exact, what a list shows of a
//! case, and in which form, is not: everything that comes back is compared here, and what cannot be compared is
//! neither the case nor another one.

use serde_json::Value;

use super::client::{Client, id_of, seconds_of, text_of};
use super::fault::Fault;

/// What to look for when finding out whether a case was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// The token in its administrative notes.
    pub token: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Milliseconds since 1970 by the server's clock, before the request left; none for a case of any age.
    pub sent_at: Option<i64>,
    /// Seconds by which the times in lists are ahead of UTC, as far as a case of ours has shown; KNOWN to be 0, and
    /// not relied on: a wrong zone would hide the case, and the row would be sent again.
    pub zone: Option<i64>,
}

/// A case that may be the one looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The id, as Trackops wrote it.
    pub id: String,
    /// The case number, when it has one.
    pub number: Option<String>,
    /// Whether every value that was looked for came back equal; otherwise one of them could not be compared.
    pub certain: bool,
}

/// What every token begins with.
const TOKENS: &str = "[caseload ";
/// Seconds by which the two clocks may differ beyond what the `Date` header, which has whole seconds, shows.
const CLOCK_MARGIN: i64 = 5;
/// Seconds by which the clock that dates cases may be behind the one that dates answers: a zone is known to the quarter
/// of an hour, and no better.
const SKEW: i64 = 15 * 60;
/// What a server that gives its local time for UTC can be wrong by: a case older than that is another one.
pub(super) const ANY_ZONE: i64 = 26 * 3600;

impl Client {
    /// The cases that have the values of a look-up, and those that cannot be told from them. Needs a reference, or a
    /// token and the time of sending.
    ///
    /// The client is compared and not filtered by: whether `client_id` means the location or the client is only
    /// inferred, and the wrong filter would hide the case.
    pub async fn find_cases(&self, lookup: &Lookup) -> Result<Vec<Found>, Fault> {
        let reference = lookup.reference.clone().map(|reference| ("reference_value_1", reference));
        self.find(lookup, reference.into_iter().collect()).await
    }

    /// The same, with one filter at a time: how the list filters by the other does not matter then.
    pub async fn find_by_either(&self, lookup: &Lookup) -> Result<Vec<Found>, Fault> {
        let mut found = self.find(lookup, Vec::new()).await?;
        if let Some(reference) = &lookup.reference {
            let records = self.list_to_the_end("cases", &[("reference_value_1", reference.clone())]).await?;
            let since = lookup.sent_at.map(since);
            found.extend(records.iter().filter_map(|record| compare(record, lookup, since, false)));
        }
        Ok(found)
    }

    async fn find(&self, lookup: &Lookup, mut query: Vec<(&str, String)>) -> Result<Vec<Found>, Fault> {
        let since = lookup.sent_at.map(since);
        query.extend(since.map(|since| ("created_from_system", timestamp(since - ANY_ZONE))));
        let records = self.list_to_the_end("cases", &query).await?;
        // Only where the list shows tokens, a case without one is another.
        let shows_tokens =
            records.iter().any(|record| notes(record).is_some_and(|text| text.contains(TOKENS)));
        let found = records.iter().filter_map(|record| compare(record, lookup, since, shows_tokens));
        Ok(found.collect())
    }

    /// When a case was created, in seconds since 1970 as if it were told in UTC; none when it is not shown.
    pub async fn created_at(&self, id: &str) -> Result<Option<i64>, Fault> {
        let record = self.read_case(id).await?;
        Ok(record.as_ref().and_then(|record| record.get("created_at")?.as_str()).and_then(seconds_of))
    }
}

/// Seconds since 1970 from which on a case that was sent then (milliseconds) may have been created.
fn since(sent_at: i64) -> i64 {
    sent_at.div_euclid(1000) - CLOCK_MARGIN
}

/// INFERRED format of timestamps: `2026-11-23 15:04:05`, UTC.
pub(super) fn timestamp(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What is known of a value that was looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Same,
    Another,
    /// It is not shown, or in a form that cannot be compared.
    Unclear,
}

/// Holds a listed case against what is looked for: none when a value that can be compared is another.
fn compare(record: &Value, lookup: &Lookup, since: Option<i64>, shows_tokens: bool) -> Option<Found> {
    // A record without an id is still a case: it makes the row uncertain, not absent.
    let id = record.get("id").and_then(text_of);
    let number = record.get("case_number").and_then(Value::as_str).map(str::to_owned);
    let found = |certain: bool| {
        let certain = certain && id.is_some();
        Some(Found { id: id.clone().unwrap_or_default(), number: number.clone(), certain })
    };
    let token = token(record, lookup, shows_tokens);
    match token {
        // Nothing says more than the token.
        Some(Is::Same) => return found(true),
        Some(Is::Another) => return None,
        _ => {}
    }
    let reference = reference(record, lookup);
    let time = time(record, since, lookup.zone);
    if reference == Some(Is::Another) {
        return None;
    }
    // The very reference, and not much older: a clock may have been wrong when the row was sent, or when a zone was
    // concluded from another case.
    if time == Is::Another && reference == Some(Is::Same) && self::time(record, since, None) != Is::Another {
        return found(false);
    }
    if time == Is::Another {
        return None;
    }
    let clients = client_ids(record);
    let same_client = lookup.client.is_none_or(|id| clients.is_empty() || clients.contains(&id));
    found(reference == Some(Is::Same) && same_client && time == Is::Same)
}

/// None when no token is looked for.
fn token(record: &Value, lookup: &Lookup, shows_tokens: bool) -> Option<Is> {
    let token = lookup.token.as_ref()?;
    Some(match notes(record) {
        Some(text) if text.contains(token) => Is::Same,
        Some(text) if text.contains(TOKENS) => Is::Another,
        _ if shows_tokens => Is::Another,
        _ => Is::Unclear,
    })
}

/// None when no reference is looked for.
fn reference(record: &Value, lookup: &Lookup) -> Option<Is> {
    let wanted = lookup.reference.as_ref()?;
    let Some(reference) = record.get("reference_value_1").and_then(text_of) else { return Some(Is::Unclear) };
    Some(if reference == *wanted {
        Is::Same
    } else if plain(&reference) == plain(wanted) {
        // A server may keep a reference in capitals, or its spaces in another number.
        Is::Unclear
    } else {
        Is::Another
    })
}

/// Whether a case is as new as what was sent. A time that is not shown, or cannot be read, says nothing against it; one
/// that is older only in another zone is unclear while the zone is not known.
fn time(record: &Value, since: Option<i64>, zone: Option<i64>) -> Is {
    let created = record.get("created_at").and_then(Value::as_str).and_then(seconds_of);
    match (created, since, zone) {
        (Some(created), Some(since), Some(zone)) if created - zone < since - SKEW => Is::Another,
        (Some(created), Some(since), Some(zone)) if created - zone < since => Is::Unclear,
        (Some(created), Some(since), None) if created < since - ANY_ZONE => Is::Another,
        (Some(created), Some(since), None) if created < since => Is::Unclear,
        _ => Is::Same,
    }
}

fn notes(record: &Value) -> Option<&str> {
    record.get("admin_notes").and_then(Value::as_str)
}

/// The ids that may be what was sent as `client_id`: which of the two comes back under which key is unknown.
pub(super) fn client_ids(record: &Value) -> Vec<u64> {
    ["client_id", "location_id"].iter().filter_map(|key| record.get(*key).and_then(id_of)).collect()
}

/// Small letters without spaces.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// 2026-11-23 15:00:00 UTC.
    const SENT: i64 = 1_795_446_000;

    fn certain(record: &Value) -> Option<bool> {
        let sent_at = Some(SENT * 1000);
        let lookup =
            Lookup { reference: Some("C-1".into()), token: None, client: Some(100), sent_at, zone: None };
        compare(record, &lookup, Some(SENT - CLOCK_MARGIN), false).map(|found| found.certain)
    }

    /// The same for a row without a reference, in a list that shows tokens or does not.
    fn by_token(record: &Value, shows_tokens: bool) -> Option<bool> {
        let token = Some("[caseload ab12-7]".into());
        let sent_at = Some(SENT * 1000);
        let lookup = Lookup { reference: None, token, client: Some(100), sent_at, zone: None };
        compare(record, &lookup, Some(SENT - CLOCK_MARGIN), shows_tokens).map(|found| found.certain)
    }

    #[test]
    fn a_token_tells_a_case_from_every_other() {
        let with = |notes: &str| json!({"id": 7, "admin_notes": notes});
        assert_eq!(by_token(&with("see file\n[caseload ab12-7]"), true), Some(true));
        assert_eq!(by_token(&with("[caseload ab12-77]"), true), None);
        assert_eq!(by_token(&json!({"id": 7, "admin_notes": null}), true), None, "this list shows tokens");
        assert_eq!(by_token(&json!({"id": 7}), false), Some(false), "this one may hide it");
        let old = json!({"id": 7, "created_at": "2026-11-20 15:00:00"});
        assert_eq!(by_token(&old, false), None);
    }

    #[test]
    fn the_very_reference_of_the_same_day_is_never_taken_for_another() {
        let lookup = |zone| Lookup {
            reference: Some("C-1".into()),
            token: None,
            client: Some(100),
            sent_at: Some(SENT * 1000),
            zone,
        };
        let at =
            |time: &str| json!({"id": 7, "reference_value_1": "C-1", "client_id": 100, "created_at": time});
        let certain = |record: &Value, zone| {
            compare(record, &lookup(zone), Some(SENT - CLOCK_MARGIN), false).map(|found| found.certain)
        };
        // Two hours before it was sent, by a clock that was wrong then.
        assert_eq!(certain(&at("2026-11-23 13:00:00"), Some(0)), Some(false));
        assert_eq!(certain(&at("2026-11-21 13:00:00"), Some(0)), None, "days before");
        let other = json!({"id": 7, "reference_value_1": "C-2", "created_at": "2026-11-23 13:00:00"});
        assert_eq!(certain(&other, Some(0)), None);
    }

    #[test]
    fn a_case_that_has_what_was_sent_is_it() {
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
    fn an_older_case_is_another_once_the_zone_is_known() {
        let at = |time: &str| json!({"created_at": time});
        let since = Some(SENT);
        let local = at("2026-11-23 10:00:01");
        assert!(time(&local, since, None) == Is::Unclear);
        assert!(time(&local, since, Some(0)) == Is::Another);
        assert!(time(&local, since, Some(-5 * 3600)) == Is::Same);
        let a_little_older = at("2026-11-23 09:59:00");
        assert!(
            time(&a_little_older, since, Some(-5 * 3600)) == Is::Unclear,
            "two clocks are never the same"
        );
        assert!(time(&at("2026-11-23 09:40:00"), since, Some(-5 * 3600)) == Is::Another);
    }

    #[test]
    fn what_is_certainly_another_case_is_not_it() {
        for record in [
            json!({"id": 7, "reference_value_1": "C-10"}),
            json!({"id": 7, "reference_value_1": "C-1", "created_at": "2026-11-20 15:00:00"}),
        ] {
            assert_eq!(certain(&record), None, "{record}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_neither() {
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
}
