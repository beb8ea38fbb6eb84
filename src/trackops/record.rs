//! What a record shows: ids, times, flags, references and case numbers, in the forms in which Trackops may write them.

use serde_json::{Map, Value};

use super::catalog::CatalogEntry;

/// Maximum length of a label, in characters. It is shown in a list.
const MAX_LABEL_LEN: usize = 500;

/// Returns the id of a record as text, if it has one.
#[must_use]
pub fn id_text(record: &Value) -> Option<String> {
    record.get("id").and_then(text_of)
}

/// Returns a string, or a number as text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns true for a flag that is set: `true`, or 1, as a value or as text.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        value => matches!(text_of(value).as_deref(), Some("1" | "true")),
    }
}

/// Reads `2026-11-23 15:04:05` as UTC, also with `T` and with a zone; `None` for any other form. A date alone isn't
/// accepted: read as midnight, it would make a case seem older than the moment it was sent. For the same reason, a time
/// without seconds means the end of its minute.
pub(crate) fn seconds_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    let to_minute = time.get(2..3) == Some(":") && time.get(5..6) != Some(":");
    let end = if to_minute { 59 } else { 0 };
    if !text.contains([':', 'T', 't']) {
        return None;
    }
    let zoned: Option<jiff::Timestamp> = text.parse().ok();
    let civil =
        || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok();
    zoned.or_else(|| civil().map(|time| time.timestamp())).map(|time| time.as_second() + end)
}

pub(crate) fn id_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Converts records to entries and skips those without an id. The label joins the values of the keys.
pub(super) fn entries(records: &[Value], keys: &[&str]) -> Vec<CatalogEntry> {
    let label = |record: &Value| {
        let texts = keys.iter().filter_map(|key| record.get(*key)?.as_str());
        let label = texts.map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        if label.len() > MAX_LABEL_LEN { label.chars().take(MAX_LABEL_LEN).collect() } else { label }
    };
    records
        .iter()
        .filter_map(|record| Some(CatalogEntry::new(record.get("id").and_then(id_of)?, label(record))))
        .collect()
}

/// Returns what identifies a record among others of its list: its id, or everything it shows.
#[must_use]
pub fn record_key(record: &Value) -> String {
    id_text(record).unwrap_or_else(|| record.to_string())
}

/// Returns true if it is only a request for a case. Lists can be filtered by `is_request` (KNOWN), but the form of the
/// value is UNKNOWN: a misread filter would hide the cases, and they would be created again.
#[must_use]
pub fn is_request(record: &Value) -> bool {
    record.get("is_request").is_some_and(is_true)
}

/// Keys of the case number. INFERRED: a case is recognized by it only if its id isn't listed.
pub const CASE_NUMBERS: [&str; 2] = ["case_number", "formatted_case_number"];

/// Returns the case number that a record shows.
#[must_use]
pub fn case_number(record: &Map<String, Value>) -> Option<&str> {
    CASE_NUMBERS.iter().find_map(|key| record.get(*key)?.as_str())
}

/// Returns the reference that a list shows for a case.
#[must_use]
pub fn shown_reference(record: &Value) -> Option<String> {
    record.get("reference_value_1").and_then(text_of)
}

/// Returns the creation time of a listed case, in seconds since 1970, read as UTC.
#[must_use]
pub fn created_at(record: &Value) -> Option<i64> {
    record.get("created_at").and_then(Value::as_str).and_then(seconds_of)
}

/// Returns the administrative notes that a record shows.
pub(super) fn notes(record: &Value) -> Option<&str> {
    record.get("admin_notes").and_then(Value::as_str)
}

/// Returns the ids that may be what was sent as `client_id`. Which of the two comes back under which key is UNKNOWN.
pub(super) fn client_ids(record: &Value) -> Vec<u64> {
    ["client_id", "location_id"].iter().filter_map(|key| record.get(*key).and_then(id_of)).collect()
}
