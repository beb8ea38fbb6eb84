//! Quirks that change the form of answers and records.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::LOCATION;
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::answer::DraftResponse;
use super::assumptions::TIMESTAMP;
use super::cases::Resource;
use super::labels;
use super::quirks::{Quirk, Quirks};
use super::validate::Problems;
use super::world::World;

/// Quirks that answer with a `Location` header.
const LOCATIONS: [Quirk; 3] = [Quirk::LocationHeader, Quirk::LocationJson, Quirk::LocationNumber];
/// Quirks that change the body of an answer.
const CHANGED_ANSWERS: [Quirk; 4] = [Quirk::Wrapped, Quirk::StringIds, Quirk::RootClients, Quirk::RequestIds];
/// Keys that `bare-cases` keeps of a case in a list.
const BARE: [&str; 3] = ["id", "case_number", "reference_value_1"];

impl Quirks {
    /// Returns the answer for a created case.
    pub(super) fn created(self, json: Bytes) -> DraftResponse {
        let status = if self.has(Quirk::Status200) { StatusCode::OK } else { StatusCode::CREATED };
        let is_located = self.has_any(&LOCATIONS);
        if !is_located && !self.has_any(&CHANGED_ANSWERS) {
            return DraftResponse::text(status, json);
        }
        let mut case: Value = serde_json::from_slice(&json).unwrap_or_default();
        let key = if self.has(Quirk::LocationNumber) { "case_number" } else { "id" };
        let named = case.get(key).unwrap_or(&Value::Null).to_string().replace('"', "");
        let end = if self.has(Quirk::LocationJson) { ".json" } else { "" };
        let location = format!("/api/v1/cases/{named}{end}");
        if self.has(Quirk::StringIds) {
            ids_as_text(&mut case);
        }
        if self.has(Quirk::RootClients)
            && let Value::Object(case) = &mut case
        {
            show_client(case);
        }
        if self.has(Quirk::RequestIds)
            && let Some(id) = case.get_mut("id")
        {
            *id = format!("request-{id}").into();
        }
        if self.has(Quirk::Wrapped) {
            case = json!({ "casefile": case });
        }
        let answer = DraftResponse::json(status, &case);
        if is_located { answer.with(LOCATION, &location) } else { answer }
    }

    /// Returns the answer for an invalid case.
    pub(super) fn invalid(self, problems: Problems) -> DraftResponse {
        let is_400 = self.has(Quirk::Errors400);
        let status = if is_400 { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        if self.has(Quirk::ErrorsList) {
            let sentences: Vec<_> = problems.each().map(sentence).collect();
            return DraftResponse::json(status, &json!({ "errors": sentences }));
        }
        if self.has(Quirk::ErrorsText) {
            let sentences: Vec<_> = problems.each().map(sentence).collect();
            return DraftResponse::plain(status, sentences.join("\n"));
        }
        if self.has(Quirk::ErrorsNested) {
            let errors = problems.each().map(|(at, message)| json!({ "field": at, "message": message }));
            return DraftResponse::json(status, &errors.collect());
        }
        DraftResponse::json(status, &problems.into_body())
    }

    /// Returns the answer for a page after the end of a list.
    pub(super) fn behind_the_end(self) -> DraftResponse {
        if self.has(Quirk::End404) {
            return DraftResponse::error(StatusCode::NOT_FOUND, "there is no such page");
        }
        if self.has(Quirk::End204) {
            return DraftResponse::text(StatusCode::NO_CONTENT, Bytes::new());
        }
        let body: &[u8] = if self.has(Quirk::EndNull) { b"null" } else { b"[]" };
        DraftResponse::text(StatusCode::OK, Bytes::from_static(body))
    }

    /// Returns the answer for a list without records, if it isn't an empty list.
    pub(super) fn empty_list(self) -> Option<DraftResponse> {
        if self.has(Quirk::Empty404) {
            return Some(DraftResponse::error(StatusCode::NOT_FOUND, "nothing was found"));
        }
        self.has(Quirk::Empty204).then(|| DraftResponse::text(StatusCode::NO_CONTENT, Bytes::new()))
    }

    /// Returns a record as a list shows it.
    pub(super) fn in_list(self, resource: Resource, json: Bytes, world: &World) -> Bytes {
        const OF_CASES: [Quirk; 8] = [
            Quirk::NoReferences,
            Quirk::RootClients,
            Quirk::BareCases,
            Quirk::NoCreatedAt,
            Quirk::NoAdminNotes,
            Quirk::UsTimes,
            Quirk::Labels,
            Quirk::ChangingField,
        ];
        if resource != Resource::Cases || !self.has_any(&OF_CASES) {
            return self.rename_id(self.alone(json));
        }
        let mut case: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
        if self.has(Quirk::UsTimes)
            && let Some(Value::String(time)) = case.get_mut("created_at")
            && let Ok(at) = DateTime::strptime(TIMESTAMP, &time)
        {
            *time = at.strftime("%m/%d/%Y %H:%M").to_string();
        }
        if self.has(Quirk::Labels) {
            labels::label(&mut case, world);
        }
        if self.has(Quirk::BareCases) {
            case.retain(|key, _| BARE.contains(&key.as_str()));
        }
        if self.has(Quirk::NoReferences) {
            case.retain(|key, _| !key.starts_with("reference_value_"));
        }
        if self.has(Quirk::RootClients) {
            show_client(&mut case);
        }
        if self.has(Quirk::NoCreatedAt) {
            case.retain(|key, _| key != "created_at");
        }
        if self.has(Quirk::ChangingField) {
            case.insert("viewed_at".to_owned(), json!(format!("{:?}", std::time::SystemTime::now())));
        }
        if self.has(Quirk::NoAdminNotes)
            && let Some(notes) = case.get_mut("admin_notes")
        {
            *notes = Value::Null;
        }
        self.rename_id(self.alone(Value::Object(case).to_string().into()))
    }

    /// Returns a record with its id under another key.
    fn rename_id(self, json: Bytes) -> Bytes {
        if !self.has(Quirk::OddIds) {
            return json;
        }
        let mut record: Map<String, Value> = serde_json::from_slice(&json).unwrap_or_default();
        if let Some(id) = record.remove("id") {
            record.insert("uid".to_owned(), id);
        }
        Value::Object(record).to_string().into()
    }

    /// Returns a record as it is shown outside lists.
    pub(super) fn alone(self, json: Bytes) -> Bytes {
        if !self.has(Quirk::StringIds) {
            return json;
        }
        let mut record: Value = serde_json::from_slice(&json).unwrap_or_default();
        ids_as_text(&mut record);
        record.to_string().into()
    }
}

/// Replaces the location of a case with its client.
fn show_client(case: &mut Map<String, Value>) {
    case.remove("location_id");
    if let Some(root) = case.remove("root_id") {
        case.insert("client_id".to_owned(), root);
    }
}

/// Converts every id to a string: `id`, `..._id`, and lists of ids, at any depth.
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

/// Returns a problem as a sentence for people: "Due on is bad".
fn sentence((at, message): (&str, &str)) -> String {
    let words = at.strip_suffix("_id").unwrap_or(at).replace(['_', '.'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(" ".chars()).chain(message.chars()).collect()
}
