//! Comparison of what was sent with what Trackops stored, value by value.
//!
//! Which values a case's record echoes, and in which form, is UNKNOWN. A missing value counts as not shown, not as a
//! difference; the same value in another form counts as the same.

mod same_text;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use strum::VariantArray;

pub use self::same_text::shown_day;

use self::same_text::is_same_text;
use super::record::{client_ids, is_true};
use super::wire::CaseRequest;
use crate::case::{
    CaseField, CustomFieldRef, Dest, Holder, SubjectNo, Subjects, Target, ValuePart, country_code,
};

/// One value of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedValue {
    /// Its key as in a recipe, such as `due_on`, `custom.7` or `subject.3.city`.
    #[serde(rename = "field")]
    pub key: String,
    /// The value as sent.
    pub sent: String,
    /// The value as stored in Trackops; empty if it isn't shown.
    pub stored: String,
    /// Result of the comparison.
    pub same: Comparison,
}

/// Result of comparing a stored value with the one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same value.
    Same,
    /// Another value.
    Differs,
    /// The record doesn't have it.
    NotShown,
    /// Not sent; Trackops filled it in.
    Added,
}

impl Comparison {
    /// Returns a one-character mark for tables.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Self::Same => '=',
            Self::Differs => '≠',
            Self::NotShown => '·',
            Self::Added => '+',
        }
    }
}

/// Compares the request that created a case with the case's record. Returns a line per value, in the order sent,
/// followed by the values Trackops filled in.
#[must_use]
pub fn compare_values(request: &CaseRequest, stored: &Value) -> Vec<ComparedValue> {
    let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(sent) = sent.get("casefile").and_then(Value::as_object) else { return Vec::new() };
    let mut lines = Vec::new();
    for (key, value) in sent {
        match key.as_str() {
            "client_id" => lines.push(client(value, stored)),
            "custom_fields" => custom_fields(&mut lines, Holder::Case, value, stored.get(key)),
            "subjects" => subjects(&mut lines, request.subjects, value, stored.get(key)),
            _ => values(&mut lines, key, value, stored.get(key)),
        }
    }
    let fields = CaseField::VARIANTS.iter().filter(|field| **field != CaseField::SubjectType);
    let added = fields.map(|field| field.key()).filter(|key| !sent.contains_key(*key));
    lines.extend(added.filter_map(|key| {
        let stored = stored.get(key).map(to_text).filter(|text| !text.is_empty())?;
        Some(ComparedValue { key: key.to_owned(), sent: String::new(), stored, same: Comparison::Added })
    }));
    lines
}

/// Compares the client. Which of its two ids a record shows under which key is UNKNOWN.
fn client(sent: &Value, stored: &Value) -> ComparedValue {
    let ids = client_ids(stored);
    let stored = match ids.iter().map(u64::to_string).find(|id| *id == to_text(sent)) {
        Some(id) => Some(Value::String(id)),
        None => ids.first().map(|id| (*id).into()),
    };
    line("client_id", sent, stored.as_ref())
}

/// Compares each subject with its stored counterpart. The order in which subjects come back is UNKNOWN.
fn subjects(lines: &mut Vec<ComparedValue>, numbers: Subjects, sent: &Value, stored: Option<&Value>) {
    let mut stored: Vec<&Value> = stored.and_then(Value::as_array).into_iter().flatten().collect();
    let (found, others) = primary_of(&stored);
    for (number, sent) in numbers.iter().zip(sent.as_array().into_iter().flatten()) {
        if number == SubjectNo::PRIMARY {
            lines.extend(subject(number, sent, found));
            stored.clone_from(&others);
            continue;
        }
        // The most similar remaining one; the first of equals.
        let compared = stored.iter().map(|one| subject(number, sent, Some(one)));
        let best = compared.enumerate().min_by_key(|(_, lines)| distance(lines));
        match best {
            Some((at, found)) => {
                stored.remove(at);
                lines.extend(found);
            }
            None => lines.extend(subject(number, sent, None)),
        }
    }
}

/// Splits the stored subjects into the primary one (the one marked as primary, or the first) and the others.
fn primary_of<'v>(stored: &[&'v Value]) -> (Option<&'v Value>, Vec<&'v Value>) {
    let says_so = |subject: &&Value| subject.get("is_primary").is_some_and(is_true);
    let at = stored.iter().position(says_so).unwrap_or(0);
    let others = stored.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, subject)| *subject);
    (stored.get(at).copied(), others.collect())
}

/// Distance of a subject: the number of lines that differ, then of those that aren't the same.
fn distance(lines: &[ComparedValue]) -> (usize, usize) {
    let count = |is: fn(Comparison) -> bool| lines.iter().filter(|line| is(line.same)).count();
    (count(|same| same == Comparison::Differs), count(|same| same != Comparison::Same))
}

/// Compares one subject. Skips `is_primary` and `is_pinned`, which are sent with every case and not chosen by a person.
fn subject(number: SubjectNo, sent: &Value, stored: Option<&Value>) -> Vec<ComparedValue> {
    let mut lines = Vec::new();
    let of_stored = |key| stored.and_then(|subject| subject.get(key));
    let kind = CaseField::SubjectType.key();
    if let Some(sent) = sent.get(kind) {
        let key = Dest::subject_type(number).target().to_string();
        lines.push(line(&key, sent, of_stored(kind)));
    }
    if let Some(sent) = sent.get("custom_fields") {
        custom_fields(&mut lines, Holder::Subject(number), sent, of_stored("custom_fields"));
    }
    lines
}

/// Compares custom fields by id. The order in which they come back is UNKNOWN.
fn custom_fields(lines: &mut Vec<ComparedValue>, holder: Holder, sent: &Value, stored: Option<&Value>) {
    let entries = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let stored = entries(stored);
    for entry in entries(Some(sent)) {
        let (Some(id), Some(value)) = (entry.get("id").and_then(Value::as_u64), entry.get("value")) else {
            continue;
        };
        let same_id = |stored: &&Value| stored.get("id").map(to_text) == Some(id.to_string());
        let stored = stored.iter().find(same_id).and_then(|stored| stored.get("value"));
        values(lines, &CustomFieldRef { holder, id }.to_string(), value, stored);
    }
}

/// Adds a line for a value, or one for each part of a name or address.
fn values(lines: &mut Vec<ComparedValue>, key: &str, sent: &Value, stored: Option<&Value>) {
    let Value::Object(parts) = sent else { return lines.push(line(key, sent, stored)) };
    let unpacked = stored.map(unpacked);
    if let Some(Value::String(text)) = &unpacked
        && !text.is_empty()
    {
        return lines.push(in_one(key, parts, text));
    }
    for (part, sent) in parts {
        let stored = match &unpacked {
            Some(Value::Object(stored)) => stored.get(part),
            other => other.as_ref(),
        };
        if !to_text(sent).is_empty() || !stored.map(to_text).unwrap_or_default().is_empty() {
            lines.push(line(&format!("{key}.{part}"), sent, stored));
        }
    }
}

/// Compares a name or address that comes back as one text, with its parts in any order. It is the same if it has the
/// same words.
fn in_one(key: &str, parts: &Map<String, Value>, stored: &str) -> ComparedValue {
    let texts = parts.values().map(to_text).filter(|part| !part.is_empty());
    let sent = texts.collect::<Vec<_>>().join(", ");
    let is_same = words(&sent) == words(stored) || is_same_but_for_country(parts, stored);
    let same = if is_same { Comparison::Same } else { Comparison::Differs };
    ComparedValue { key: key.to_owned(), sent, stored: stored.to_owned(), same }
}

/// Returns true if a text has the words of an address and another name of its country.
fn is_same_but_for_country(address: &Map<String, Value>, stored: &str) -> bool {
    let Some(country) = address.get("country").map(to_text) else { return false };
    let is_border = |c: char| !c.is_alphanumeric();
    let mut rest: Vec<&str> = stored.split(is_border).filter(|word| !word.is_empty()).collect();
    let others = address.iter().filter(|(key, _)| *key != "country");
    for word in others.flat_map(|(_, part)| words(&to_text(part))) {
        let Some(at) = rest.iter().position(|known| *known == word) else { return false };
        rest.remove(at);
    }
    is_same_country(&country, &rest.join(" "))
}

fn is_same_country(sent: &str, stored: &str) -> bool {
    country_code(sent).is_some_and(|code| country_code(stored) == Some(code))
}

/// Returns the words of a text, sorted.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// Unpacks a compound value that comes as a string of JSON.
fn unpacked(value: &Value) -> Value {
    let inner = || serde_json::from_str(value.as_str()?).ok().filter(Value::is_object);
    inner().unwrap_or_else(|| value.clone())
}

fn line(key: &str, sent: &Value, stored: Option<&Value>) -> ComparedValue {
    let (sent_text, stored_text) = (to_text(sent), stored.map(to_text).unwrap_or_default());
    let is_same = |stored| {
        equal(sent, stored) || equal_custom(key, sent, stored) || is_same_text(&sent_text, &stored_text)
    };
    let same = match stored {
        None => Comparison::NotShown,
        Some(stored) if is_same(stored) => Comparison::Same,
        Some(_) => Comparison::Differs,
    };
    ComparedValue { key: key.to_owned(), sent: sent_text, stored: stored_text, same }
}

/// Returns true if a custom field's value is the one sent in another form: yes for 1, or another name of a country.
fn equal_custom(key: &str, sent: &Value, stored: &Value) -> bool {
    let Ok(Target::Custom(_, None | Some(ValuePart::Country))) = key.parse() else { return false };
    let (sent, stored) = (to_text(sent), to_text(stored));
    let is_said = match sent.as_str() {
        "1" => ["yes", "true"].iter().any(|yes| stored.eq_ignore_ascii_case(yes)),
        "0" => ["no", "false"].iter().any(|no| stored.eq_ignore_ascii_case(no)),
        _ => false,
    };
    is_said || is_same_country(&sent, &stored)
}

fn equal(sent: &Value, stored: &Value) -> bool {
    match (sent, stored) {
        (Value::Array(sent), Value::Array(stored)) => {
            let distinct = |list: &[Value]| list.iter().map(to_text).collect::<BTreeSet<_>>();
            return distinct(sent) == distinct(stored);
        }
        // A list that comes back as text.
        (Value::Array(_), Value::String(_)) | (Value::String(_), Value::Array(_)) => {
            return words(&to_text(sent)) == words(&to_text(stored));
        }
        _ => {}
    }
    // Two texts are compared as texts: “007” isn't “7”.
    let has_number = sent.is_number() || stored.is_number();
    let (sent, stored) = (to_text(sent), to_text(stored));
    sent == stored || (has_number && number(&sent).is_some_and(|sent| Some(sent) == number(&stored)))
}

/// Parses a plainly written number that loses nothing as `f64`: no leading zeros, at most 15 digits.
fn number(text: &str) -> Option<f64> {
    const MAX_DIGITS: usize = 15;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.len() <= MAX_DIGITS && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let padded = digits.starts_with('0') && digits.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if plain && !padded { text.parse().ok() } else { None }
}

/// Returns a value as text. A nested record is shown as its id.
fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(to_text).collect::<Vec<_>>().join(", "),
        Value::Object(record) => record.get("id").map_or_else(|| value.to_string(), to_text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
