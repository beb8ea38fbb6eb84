//! Tests on existing cases: filters that find them, and the values a list shows.

use serde_json::Value;

use super::Observations;
use super::assumptions::AssumptionId;
use super::connection::duration;
use super::prober::Prober;
use crate::trackops::find::ANY_ZONE;
use crate::trackops::forms::time_format;
use crate::trackops::query::timestamp;
use crate::trackops::record::{id_text, seconds_of};

/// A reference that no case has.
const NOBODYS: &str = "caseload doctor: no such reference";
const DAY: i64 = 24 * 3600;
/// Maximum number of characters shown of a server's text.
const SHORT: usize = 40;

pub(super) async fn examine(prober: &mut Prober<'_>, findings: &mut Observations, cases: &[Value]) {
    if cases.is_empty() {
        return;
    }
    shows(findings, cases);
    times(prober, findings, cases);
    labels(findings, cases);
    by_id(prober, findings, cases).await;
    by_reference(prober, findings, cases).await;
    by_time(prober, findings, cases).await;
}

fn shows(findings: &mut Observations, cases: &[Value]) {
    let shown = |key: &str| cases.iter().any(|case| case.get(key).is_some());
    let client = shown("client_id") || shown("location_id");
    let wanted = [
        ("reference_value_1", shown("reference_value_1")),
        ("client_id", client),
        ("created_at", shown("created_at")),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(_, shown)| !shown).map(|(key, _)| *key).collect();
    if missing.is_empty() {
        findings.holds(AssumptionId::Shows, "reference_value_1, client_id and created_at are shown");
    } else {
        findings.fails(AssumptionId::Shows, format!("not shown: {}", missing.join(", ")));
    }
    let notes = |case: &Value| case.get("admin_notes").is_some_and(Value::is_string);
    if cases.iter().any(notes) {
        findings.holds(AssumptionId::Notes, "they are shown");
    } else if shown("admin_notes") {
        findings.untested(
            AssumptionId::Notes,
            "no listed case has any; --create-test-case creates one that does",
        );
    } else {
        findings.fails(AssumptionId::Notes, "admin_notes is not shown");
    }
}

/// Returns the text of a case's creation time.
fn created_at(case: &Value) -> Option<&str> {
    case.get("created_at").and_then(Value::as_str)
}

fn times(prober: &Prober<'_>, findings: &mut Observations, cases: &[Value]) {
    let Some(text) = cases.iter().find_map(created_at) else {
        return findings.untested(AssumptionId::TimeFormat, "no listed case has created_at as text");
    };
    let short: String = text.chars().take(SHORT).collect();
    if cases.iter().filter_map(created_at).any(|text| seconds_of(text).is_none()) {
        findings.fails(AssumptionId::TimeFormat, format!("can't read “{short}”"));
        let now = prober.client.clock().millis().div_euclid(1000);
        if let Some(format) = time_format(&cases.iter().filter_map(created_at).collect::<Vec<_>>(), now) {
            findings.fits(AssumptionId::TimeFormat, "time_format", &format, &"%Y-%m-%d %H:%M:%S");
        }
        return;
    }
    findings.holds(AssumptionId::TimeFormat, format!("“{short}” can be read"));
    // A time with a zone is the same everywhere.
    if text.trim().parse::<jiff::Timestamp>().is_ok() {
        return findings.holds(AssumptionId::TimeZone, format!("“{short}” includes its time zone"));
    }
    let now = prober.client.clock().millis().div_euclid(1000);
    let ahead = cases.iter().filter_map(created_at).filter_map(seconds_of).map(|at| at - now).max();
    if let Some(ahead) = ahead.filter(|ahead| *ahead > 15 * 60) {
        let observed = format!(
            "if its time were UTC, a listed case would have been created {} from now",
            duration(ahead)
        );
        findings.fails(AssumptionId::TimeZone, observed);
    }
}

/// Looks for names beside ids: a text, or a record with one, under a key that begins like the key of an id.
fn labels(findings: &mut Observations, cases: &[Value]) {
    const OF: [&str; 6] =
        ["case_type", "case_region", "case_status", "company_location", "case_services", "case_flags"];
    let is_label = |(key, value): &(&String, &Value)| {
        let about = OF.iter().any(|of| key.starts_with(of)) && !key.ends_with("_id");
        let named =
            |value: &Value| ["name", "label"].iter().any(|key| value.get(key).is_some_and(Value::is_string));
        let texts = match value {
            Value::String(text) => text.chars().any(char::is_alphabetic),
            Value::Array(items) => items.iter().any(named),
            other => named(other),
        };
        about && texts
    };
    let objects = cases.iter().filter_map(Value::as_object);
    let mut keys: Vec<&str> = objects.flatten().filter(is_label).map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        findings.fails(AssumptionId::Labels, "listed cases have ids only");
    } else {
        findings.holds(AssumptionId::Labels, format!("listed cases have {}", keys.join(", ")));
    }
}

async fn by_id(prober: &mut Prober<'_>, findings: &mut Observations, cases: &[Value]) {
    let Some(id) = cases.iter().find_map(id_text) else { return };
    match prober.find("cases", &[("id", id.clone())]).await {
        Ok(found) if has(&found, &id) => {
            findings.holds(AssumptionId::ById, format!("case {id} is found{}", beside(found.len() - 1)));
            no_requests(prober, findings, &id).await;
        }
        Ok(_) => findings.fails(AssumptionId::ById, format!("case {id} is listed, but not found by its id")),
        Err(fault) => untested(prober, findings, AssumptionId::ById, &fault.to_string()),
    }
}

/// Tests that the filter that hides requests doesn't hide cases.
async fn no_requests(prober: &mut Prober<'_>, findings: &mut Observations, id: &str) {
    match prober.find("cases", &[("id", id.to_owned()), ("is_request", "false".to_owned())]).await {
        Ok(found) if has(&found, id) => {
            findings.holds(AssumptionId::NoRequests, format!("case {id} is found with the filter"));
        }
        Ok(_) => findings.fails(AssumptionId::NoRequests, format!("case {id} isn't found with the filter")),
        Err(fault) => untested(prober, findings, AssumptionId::NoRequests, &fault.to_string()),
    }
}

/// Mentions other records in an answer.
fn beside(others: usize) -> String {
    match others {
        0 => String::new(),
        others => format!(", and {others} more, which caseload ignores"),
    }
}

async fn by_reference(prober: &mut Prober<'_>, findings: &mut Observations, cases: &[Value]) {
    let reference = |case: &Value| {
        let text = case.get("reference_value_1")?.as_str()?.to_owned();
        let id = id_text(case)?;
        (!text.trim().is_empty()).then_some((id, text))
    };
    // A reference with letters also shows whether letter case matters.
    let all: Vec<_> = cases.iter().filter_map(reference).collect();
    let lettered = |(_, text): &&(String, String)| text.chars().any(char::is_alphabetic);
    let Some((id, reference)) = all.iter().find(lettered).or(all.first()).cloned() else {
        findings.untested(AssumptionId::ByReference, "no listed case has a first reference");
        return;
    };
    match prober.find("cases", &[("reference_value_1", reference.clone())]).await {
        Ok(found) if has(&found, &id) => {
            findings.holds(AssumptionId::ByReference, format!("case {id} is found by its reference"));
            exact(prober, findings, &id, &reference).await;
        }
        Ok(_) => {
            findings.fails(
                AssumptionId::ByReference,
                format!("case {id} is listed, but not found by its reference"),
            );
        }
        Err(fault) => untested(prober, findings, AssumptionId::ByReference, &fault.to_string()),
    }
}

/// Tests whether a case is also found by something other than its reference.
pub(super) async fn exact(prober: &mut Prober<'_>, findings: &mut Observations, id: &str, reference: &str) {
    let swapped: String = reference
        .chars()
        .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
        .collect();
    let mut part = reference.to_owned();
    part.pop();
    let others = [
        (NOBODYS.to_owned(), "a reference that no case has finds cases, so the filter is ignored"),
        (part, "part of a reference finds the case"),
        (swapped, "a reference in a different letter case finds the case"),
    ];
    for (text, observed) in others {
        if text.trim().is_empty() || text == reference {
            continue;
        }
        match prober.find("cases", &[("reference_value_1", text.clone())]).await {
            Ok(found) if has(&found, id) || (text == NOBODYS && !found.is_empty()) => {
                return findings.fails(AssumptionId::ExactReference, observed);
            }
            Ok(_) => {}
            Err(fault) => {
                return untested(prober, findings, AssumptionId::ExactReference, &fault.to_string());
            }
        }
    }
    let seen = "neither part of a reference nor a different letter case finds the case";
    findings.holds(AssumptionId::ExactReference, seen);
}

async fn by_time(prober: &mut Prober<'_>, findings: &mut Observations, cases: &[Value]) {
    let dated = |case: &Value| Some((id_text(case)?, seconds_of(created_at(case)?)?));
    let Some((id, at)) = cases.iter().find_map(dated) else {
        let why = "no listed case has a readable time";
        findings.untested(AssumptionId::ByTime, why);
        return findings.untested(AssumptionId::ExactTime, why);
    };
    // Like a lookup: earlier by as much as time zones can differ.
    let answer = since(prober, &id, at - ANY_ZONE).await;
    match answer {
        Ok(true) => {
            findings.holds(AssumptionId::ByTime, format!("case {id} is found by a time before its own"));
        }
        Ok(false) => {
            findings
                .fails(AssumptionId::ByTime, format!("case {id} isn't found by a time well before its own"));
            return;
        }
        Err(why) => {
            findings.fails(AssumptionId::ByTime, why);
            return;
        }
    }
    match since(prober, &id, at + ANY_ZONE + DAY).await {
        Ok(true) => findings.fails(AssumptionId::ExactTime, "a case is found by a time well after its own"),
        Ok(false) => {
            findings.holds(AssumptionId::ExactTime, format!("case {id} is hidden by a time after its own"));
        }
        Err(why) => findings.untested(AssumptionId::ExactTime, why),
    }
}

/// Returns true if a case is found among those created since a time.
async fn since(prober: &mut Prober<'_>, id: &str, at: i64) -> Result<bool, String> {
    let filters = [("id", id.to_owned()), ("created_from_system", timestamp(at))];
    prober.find("cases", &filters).await.map(|found| has(&found, id)).map_err(|fault| fault.to_string())
}

/// Reports an assumption as untested: a failed request says nothing about it. A failed connection is reported
/// elsewhere.
fn untested(prober: &Prober<'_>, findings: &mut Observations, about: AssumptionId, why: &str) {
    let why = if prober.closed.is_some() { "the connection failed earlier" } else { why };
    findings.untested(about, why);
}

pub(super) fn has(found: &[Value], id: &str) -> bool {
    found.iter().any(|record| id_text(record).as_deref() == Some(id))
}
