//! How else Trackops may behave: where the vendor documents nothing, the opposite of an assumption.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::LOCATION;
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::answer::Answer;
use super::assumptions::TIMESTAMP;
use super::cases::Resource;
use super::labelled;
use super::validate::Problems;
use super::world::World;

/// How long `list-lag` keeps a new case out of the lists.
const LAG: Duration = Duration::from_millis(1500);
/// How far the clock of `clock-ahead` is ahead.
const AHEAD: Duration = Duration::from_secs(90);
/// How far the clock of `clock-behind` is behind.
const LATE: Duration = Duration::from_secs(60 * 60);
/// How far the time zone of `local-time` is behind UTC.
const BEHIND: Duration = Duration::from_secs(5 * 60 * 60);
/// Largest page of `small-pages`.
const SMALL_PAGE: usize = 10;
/// What `bare-cases` leaves of a case in a list.
const BARE: [&str; 3] = ["id", "case_number", "reference_value_1"];

/// One way in which the sandbox behaves otherwise; several hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// A created case is answered with 200.
    Status200,
    /// A created case comes back inside `casefile`.
    Wrapped,
    /// Ids are texts wherever they are answered.
    StringIds,
    /// The answer to a created case has a `Location`.
    LocationHeader,
    /// Validation errors are 400.
    Errors400,
    /// Validation errors are a list of sentences.
    ErrorsList,
    /// Validation errors are plain text.
    ErrorsText,
    /// Validation errors are a bare list of objects.
    ErrorsNested,
    /// New cases show late in lists.
    ListLag,
    /// The filters of references look for a part, whatever its case.
    PartialFilter,
    /// The filters of references are ignored.
    NoFilter,
    /// References are kept in capitals.
    UpperReferences,
    /// Cases in lists do not say when they were created.
    NoCreatedAt,
    /// The system timestamps are not in UTC.
    LocalTime,
    /// The server's clock is ahead.
    ClockAhead,
    /// The server's clock is behind.
    ClockBehind,
    /// Answers are dated by another clock than cases.
    DateAhead,
    /// Cases in lists have hardly any keys.
    BareCases,
    /// Cases in lists do not show their administrative notes.
    NoAdminNotes,
    /// Pages are smaller than was asked for.
    SmallPages,
    /// Every page is the first.
    NoPages,
    /// Counts are not told.
    NoCount,
    /// The filters by system timestamps are ignored.
    NoTimeFilter,
    /// System timestamps are written as in the United States.
    UsTimes,
    /// Answers do not say what time it is.
    NoDate,
    /// A contact names its client and not its location.
    ContactClient,
    /// A case is for a client and not for a location.
    CaseClient,
    /// Records have their ids under another key.
    OddIds,
    /// Cases show names beside ids.
    Labels,
    /// A contact and a service are deleted.
    Gone,
}

impl Quirk {
    /// Every quirk with its name and what it does.
    pub const ALL: [(Self, &'static str, &'static str); 30] = [
        (Self::Status200, "200", "a created case is answered with 200"),
        (Self::Wrapped, "wrapped", "a created case comes back as {\"casefile\": {...}}"),
        (Self::StringIds, "string-ids", "ids are texts in every answer"),
        (Self::LocationHeader, "location-header", "a created case is answered with a Location header"),
        (Self::Errors400, "errors-400", "validation errors are 400"),
        (Self::ErrorsList, "errors-list", "validation errors are {\"errors\": [\"Due on is bad\"]}"),
        (Self::ErrorsText, "errors-text", "validation errors are plain text"),
        (Self::ErrorsNested, "errors-nested", "validation errors are [{\"field\": ..., \"message\": ...}]"),
        (Self::ListLag, "list-lag", "a new case shows in lists 1.5 s after it was created"),
        (Self::PartialFilter, "partial-filter", "a reference is found by a part of it, whatever its case"),
        (Self::NoFilter, "no-filter", "the reference filters are ignored"),
        (Self::UpperReferences, "upper-references", "references are stored in capitals"),
        (Self::NoCreatedAt, "no-created-at", "created_at is not in list records"),
        (Self::LocalTime, "local-time", "created_at and its filters are 5 hours behind UTC"),
        (Self::ClockAhead, "clock-ahead", "the Date header and created_at are 90 s ahead"),
        (Self::ClockBehind, "clock-behind", "the Date header and created_at are an hour behind"),
        (Self::DateAhead, "date-ahead", "the Date header is 90 s ahead, created_at is not"),
        (Self::BareCases, "bare-cases", "list records hold only id, case_number, reference_value_1"),
        (Self::NoAdminNotes, "no-admin-notes", "admin_notes is null in lists"),
        (Self::SmallPages, "small-pages", "at most 10 records a page, whatever per_page says"),
        (Self::NoPages, "no-pages", "every page is the first one again"),
        (Self::NoCount, "no-count", "mode=count answers the list"),
        (Self::NoTimeFilter, "no-time-filter", "created_from_system and created_to_system are ignored"),
        (Self::UsTimes, "us-times", "created_at in lists is written 11/23/2026 15:04"),
        (Self::NoDate, "no-date", "answers have no Date header"),
        (Self::ContactClient, "contact-client", "client_id of a contact is the client, not the location"),
        (Self::CaseClient, "case-client", "client_id in a case is the client, not the location"),
        (Self::OddIds, "odd-ids", "records in lists have their id under the key uid"),
        (Self::Labels, "labels", "cases in lists name what their ids mean: {\"case_type\": {\"name\": ...}}"),
        (Self::Gone, "gone", "contact 1000 and service 2 are deleted: not in lists, refused in cases"),
    ];

    /// What each quirk does, as a help text.
    #[must_use]
    pub fn help() -> String {
        let quirks = Self::ALL.map(|(_, name, does)| format!("{name:<16} {does}"));
        format!(
            "Behave otherwise where the vendor documents nothing; may be repeated. NAME is one of:\n\n{}",
            quirks.join("\n")
        )
    }
}

/// A quirk that is not known; its sentence lists those that are.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is no quirk: it is one of {}", Quirk::ALL.map(|(_, name, _)| name).join(", "))]
pub struct ParseQuirkError {
    given: String,
}

impl FromStr for Quirk {
    type Err = ParseQuirkError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|(_, name, _)| *name == given);
        known.map(|(quirk, ..)| quirk).ok_or_else(|| ParseQuirkError { given: given.to_owned() })
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Self::ALL.iter().find(|(quirk, ..)| quirk == self);
        f.write_str(known.map_or("", |(_, name, _)| name))
    }
}

/// The quirks of a sandbox, a bit each.
#[derive(Clone, Copy, Default)]
pub(super) struct Quirks(u32);

impl From<&[Quirk]> for Quirks {
    fn from(quirks: &[Quirk]) -> Self {
        Self(quirks.iter().fold(0, |bits, quirk| bits | 1 << *quirk as u32))
    }
}

impl Quirks {
    pub(super) fn has(self, quirk: Quirk) -> bool {
        self.0 & 1 << quirk as u32 != 0
    }

    fn has_any(self, quirks: &[Quirk]) -> bool {
        self.0 & Self::from(quirks).0 != 0
    }

    /// The server's clock.
    pub(super) fn now(self) -> SystemTime {
        let now = SystemTime::now();
        match (self.has(Quirk::ClockAhead), self.has(Quirk::ClockBehind)) {
            (true, _) => now + AHEAD,
            (false, true) => now - LATE,
            (false, false) => now,
        }
    }

    /// Whether the clock is not the machine's.
    pub(super) fn has_own_clock(self) -> bool {
        self.has_any(&[Quirk::ClockAhead, Quirk::ClockBehind, Quirk::DateAhead])
    }

    /// What an answer is dated by.
    pub(super) fn dated(self) -> SystemTime {
        if self.has(Quirk::DateAhead) { self.now() + AHEAD } else { self.now() }
    }

    /// The server's clock as the account writes it down.
    pub(super) fn account_time(self) -> SystemTime {
        if self.has(Quirk::LocalTime) { self.now() - BEHIND } else { self.now() }
    }

    /// From when on a case that is created now shows in lists, unless that is at once.
    pub(super) fn listed_from(self) -> Option<Instant> {
        self.has(Quirk::ListLag).then(|| Instant::now() + LAG)
    }

    /// The page that is given for the one that was asked for.
    pub(super) fn page(self, asked: usize) -> usize {
        if self.has(Quirk::NoPages) { 1 } else { asked }
    }

    pub(super) fn page_size(self, asked: usize) -> usize {
        if self.has(Quirk::SmallPages) { asked.min(SMALL_PAGE) } else { asked }
    }

    /// A casefile as it is stored.
    pub(super) fn stored(self, casefile: &mut Map<String, Value>) {
        if !self.has(Quirk::UpperReferences) {
            return;
        }
        for (key, value) in casefile {
            if let Value::String(text) = value
                && is_reference(key)
            {
                *text = text.to_uppercase();
            }
        }
    }

    /// The answer to a created case.
    pub(super) fn created(self, json: Bytes) -> Answer {
        let status = if self.has(Quirk::Status200) { StatusCode::OK } else { StatusCode::CREATED };
        if !self.has_any(&[Quirk::Wrapped, Quirk::StringIds, Quirk::LocationHeader]) {
            return Answer::text(status, json);
        }
        let mut case: Value = serde_json::from_slice(&json).unwrap_or_default();
        let location = format!("/api/v1/cases/{}", case.get("id").unwrap_or(&Value::Null));
        if self.has(Quirk::StringIds) {
            ids_as_text(&mut case);
        }
        if self.has(Quirk::Wrapped) {
            case = json!({ "casefile": case });
        }
        let answer = Answer::json(status, &case);
        if self.has(Quirk::LocationHeader) { answer.with(LOCATION, &location) } else { answer }
    }

    /// The answer to a case that is not valid.
    pub(super) fn invalid(self, problems: Problems) -> Answer {
        let is_400 = self.has(Quirk::Errors400);
        let status = if is_400 { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        if self.has(Quirk::ErrorsList) {
            let sentences: Vec<_> = problems.each().map(sentence).collect();
            return Answer::json(status, &json!({ "errors": sentences }));
        }
        if self.has(Quirk::ErrorsText) {
            let sentences: Vec<_> = problems.each().map(sentence).collect();
            return Answer::plain(status, sentences.join("\n"));
        }
        if self.has(Quirk::ErrorsNested) {
            let errors = problems.each().map(|(at, message)| json!({ "field": at, "message": message }));
            return Answer::json(status, &errors.collect());
        }
        Answer::json(status, &problems.into_body())
    }

    /// A record as a list shows it.
    pub(super) fn in_list(self, resource: Resource, json: Bytes, world: &World) -> Bytes {
        const OF_CASES: [Quirk; 5] =
            [Quirk::BareCases, Quirk::NoCreatedAt, Quirk::NoAdminNotes, Quirk::UsTimes, Quirk::Labels];
        if resource != Resource::Cases || !self.has_any(&OF_CASES) {
            return self.odd(self.alone(json));
        }
        let mut case: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
        if self.has(Quirk::UsTimes)
            && let Some(Value::String(time)) = case.get_mut("created_at")
            && let Ok(at) = DateTime::strptime(TIMESTAMP, &time)
        {
            *time = at.strftime("%m/%d/%Y %H:%M").to_string();
        }
        if self.has(Quirk::Labels) {
            labelled::label(&mut case, world);
        }
        if self.has(Quirk::BareCases) {
            case.retain(|key, _| BARE.contains(&key.as_str()));
        }
        if self.has(Quirk::NoCreatedAt) {
            case.retain(|key, _| key != "created_at");
        }
        if self.has(Quirk::NoAdminNotes)
            && let Some(notes) = case.get_mut("admin_notes")
        {
            *notes = Value::Null;
        }
        self.odd(self.alone(Value::Object(case).to_string().into()))
    }

    /// A record with its id under another key.
    fn odd(self, json: Bytes) -> Bytes {
        if !self.has(Quirk::OddIds) {
            return json;
        }
        let mut record: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
        if let Some(id) = record.remove("id") {
            record.insert("uid".to_owned(), id);
        }
        Value::Object(record).to_string().into()
    }

    /// A record as it is shown by itself.
    pub(super) fn alone(self, json: Bytes) -> Bytes {
        if !self.has(Quirk::StringIds) {
            return json;
        }
        let mut record: Value = serde_json::from_slice(&json).unwrap_or_default();
        ids_as_text(&mut record);
        record.to_string().into()
    }
}

/// Whether a key or a filter is about a reference.
pub(super) fn is_reference(name: &str) -> bool {
    name.starts_with("reference_value_")
}

/// Makes a text of every id: `id`, `..._id`, and the lists of ids, at any depth.
fn ids_as_text(value: &mut Value) {
    let as_text = |id: &mut Value| {
        if id.is_i64() {
            *id = id.to_string().into();
        }
    };
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    id if key == "id" || key.ends_with("_id") => as_text(id),
                    Value::Array(ids) if key.ends_with("_list") => ids.iter_mut().for_each(as_text),
                    other => ids_as_text(other),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(ids_as_text),
        _ => {}
    }
}

/// A problem as a person would be told: "Due on is bad".
fn sentence((at, message): (&str, &str)) -> String {
    let words = at.strip_suffix("_id").unwrap_or(at).replace(['_', '.'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(" ".chars()).chain(message.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_is_read_written_and_told_from_the_others() {
        for (quirk, name, _) in Quirk::ALL {
            assert_eq!(name.parse(), Ok(quirk));
            assert_eq!(quirk.to_string(), name);
            assert!(Quirk::help().contains(name));
            let one = Quirks::from(&[quirk][..]);
            assert!(Quirk::ALL.iter().all(|(other, ..)| one.has(*other) == (*other == quirk)), "{name}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_is_possible() {
        for text in ["", "201", "Wrapped", "list-lag@3"] {
            let error = text.parse::<Quirk>().unwrap_err().to_string();
            assert!(error.contains("no quirk") && error.contains("small-pages"), "{error}");
        }
    }
}
