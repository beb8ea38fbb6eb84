//! Interpretation of answers to `POST /cases`. Bodies are undocumented, so they are read tolerantly.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use super::fault::Fault;
use super::forms::AnswerForms;
use super::record::case_number;
use crate::text::hide_ssns;

/// A message from Trackops, with the field if it names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMessage {
    /// The field's key.
    pub field: Option<String>,
    /// The message.
    pub text: String,
}

/// Result of a request to create a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 2xx with an id.
    Created {
        /// The id, as Trackops wrote it.
        id: String,
        /// The case number, if the answer has one.
        number: Option<String>,
    },
    /// Trackops refused this case.
    Rejected {
        /// The status.
        status: u16,
        /// The reasons; never empty.
        messages: Vec<FieldMessage>,
    },
    /// Not carried out, for a reason unrelated to the case.
    NotSent(Fault),
    /// Perhaps carried out.
    Unknown {
        /// The status, if one arrived.
        status: Option<u16>,
        /// What happened, as a phrase.
        why: String,
    },
}

/// A complete HTTP answer: the parts that matter for its meaning.
#[cfg_attr(test, derive(Default))]
pub(crate) struct CompleteAnswer {
    pub(crate) status: u16,
    pub(super) retry_after: Option<String>,
    /// The `Date` header.
    pub(super) date: Option<String>,
    /// The `Location` header.
    pub(super) location: Option<String>,
    pub(super) is_html: bool,
    pub(super) body: Bytes,
}

/// Interprets a complete answer.
pub(crate) fn interpret(raw: &CompleteAnswer, forms: &AnswerForms) -> Answer {
    let status = raw.status;
    match status {
        200..=299 => {
            let body: Option<Value> = serde_json::from_slice(&raw.body).ok();
            let found = body.as_ref().and_then(|body| find_id(body, forms));
            match found
                .or_else(|| named_by(raw.location.as_deref()).filter(|_| !body.is_some_and(|b| is_error(&b))))
            {
                Some((id, number)) => Answer::Created { id, number },
                None => Answer::Unknown {
                    status: Some(status),
                    why: format!("answered {status} without a case id"),
                },
            }
        }
        // A server may create the case and then redirect the client to it, or to a login page.
        300..=399 => match named_by(raw.location.as_deref()) {
            Some((id, number)) => Answer::Created { id, number },
            None => unclear(raw),
        },
        _ if forms.refuses(status) && raw.is_html => Answer::NotSent(html(raw)),
        _ if forms.refuses(status) => Answer::Rejected { status, messages: messages(raw) },
        429 => Answer::NotSent(busy(raw)),
        503 if raw.retry_after.is_some() && (raw.body.trim_ascii().is_empty() || is_json(&raw.body)) => {
            Answer::NotSent(busy(raw))
        }
        408 | 500.. => {
            Answer::Unknown { status: Some(status), why: format!("answered {status}{}", detail(raw)) }
        }
        401 | 403 | 404 => Answer::NotSent(fault(raw)),
        // A firewall's page. A proxy that wants a password passes nothing on.
        400..=499 if raw.is_html || status == 407 => Answer::NotSent(fault(raw)),
        _ => unclear(raw),
    }
}

/// Returns the answer for a status that doesn't say what became of the request: a proxy may write it after it passed the
/// request on.
fn unclear(raw: &CompleteAnswer) -> Answer {
    Answer::Unknown { status: Some(raw.status), why: fault(raw).to_string() }
}

/// Returns true if an unknown result with this status is about the address or the way to it, as after a redirect: the next
/// row would get the same. The other statuses say what became of the request, or their answer was cut off.
pub(crate) fn is_about_address(status: u16) -> bool {
    !matches!(status, 200..=299 | 400 | 401 | 403 | 404 | 407..=409 | 413 | 422 | 429 | 500..)
}

/// Returns the fault that an answer other than 2xx stands for.
pub(super) fn fault(raw: &CompleteAnswer) -> Fault {
    let status = raw.status;
    match status {
        300..=399 => Fault::Redirect(status),
        429 | 503 if !raw.is_html => busy(raw),
        400.. if raw.is_html => html(raw),
        401 => Fault::Unauthorized,
        403 => Fault::Forbidden,
        404 => Fault::NotFound,
        _ => Fault::Unexpected { status, message: detail(raw) },
    }
}

/// Returns the fault for an HTML page in place of JSON: something between us and Trackops sent it.
pub(super) fn html(raw: &CompleteAnswer) -> Fault {
    Fault::Firewall { status: raw.status, title: detail(raw) }
}

pub(super) fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

fn busy(raw: &CompleteAnswer) -> Fault {
    // A date is by the clock of whatever sent it.
    let now = raw
        .date
        .as_deref()
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(SystemTime::now);
    let retry_after = raw.retry_after.as_deref().and_then(|text| retry_after(text, now));
    Fault::Busy { status: raw.status, retry_after }
}

/// Reads a `Retry-After` header: seconds or an HTTP date.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

fn detail(raw: &CompleteAnswer) -> String {
    messages(raw)
        .first()
        .filter(|m| m.text != NO_REASON)
        .map_or_else(String::new, |m| format!(": {}", m.text))
}

/// Finds the id and the case number: at the top level, or one level down in what can only be the case.
fn find_id(body: &Value, forms: &AnswerForms) -> Option<(String, Option<String>)> {
    let top = body.as_object().filter(|_| !is_error(body))?;
    let named = ["casefile", "case"].iter().find_map(|key| top.get(*key)?.as_object());
    let only = || top.iter().next().filter(|(key, _)| top.len() == 1 && ENVELOPES.contains(&key.as_str()));
    let inner = named.or_else(|| only()?.1.as_object());
    for object in [Some(top), inner].into_iter().flatten() {
        let id = match forms.id_keys().find_map(|key| object.get(key)) {
            Some(Value::Number(id)) if id.as_u64().is_some_and(|id| id > 0) => id.to_string(),
            Some(Value::String(id)) if is_id(id) => id.clone(),
            _ => continue,
        };
        let number = case_number(object).filter(|number| number.len() <= MAX_ID_LEN);
        return Some((id, number.map(str::to_owned)));
    }
    None
}

/// Returns true if the body reports an error, whatever the status.
fn is_error(body: &Value) -> bool {
    let is_set = |key: &&str| match body.get(*key) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        // A code or a count.
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::Bool(true)) => true,
    };
    ["error", "errors"].iter().any(is_set) || body.get("success") == Some(&Value::Bool(false))
}

/// Returns the case that a `Location` header names, as in `/api/v1/cases/4711`. Only a plain number counts: anything else
/// may be the case number, which lists show under another key.
fn named_by(location: Option<&str>) -> Option<(String, Option<String>)> {
    let path = location?.split(['?', '#', ';']).next()?.trim_end_matches('/');
    let (collection, id) = path.rsplit_once('/')?;
    let id = [".json", ".xml"].iter().find_map(|end| id.strip_suffix(end)).unwrap_or(id);
    let is_cases = matches!(collection.rsplit('/').next(), Some("cases" | "casefiles" | "case"));
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    (is_cases && is_number && is_id(id)).then(|| (id.to_owned(), None))
}

/// Returns true if a text can be an id: short, one word, and not a word such as “null”.
fn is_id(text: &str) -> bool {
    let breaks = |c: char| c.is_whitespace() || c.is_control();
    let is_nothing = text.bytes().all(|byte| byte == b'0')
        || text.starts_with('-')
        || NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
    !is_nothing && text.len() <= MAX_ID_LEN && !text.contains(breaks)
}

/// Words that a server may write when there is no id.
const NOTHING: [&str; 8] = ["null", "none", "nil", "nan", "undefined", "false", "true", "n/a"];
/// Keys that, when alone in an answer, may wrap the case.
const ENVELOPES: [&str; 8] =
    ["casefile", "case", "case_file", "data", "result", "record", "object", "response"];
/// Maximum length of an id or case number, in bytes. Ids have a few digits; case numbers contain client and year.
const MAX_ID_LEN: usize = 100;
const NO_REASON: &str = "no reason given";
/// Maximum length of a message, in characters. Longer ones are cut: they are for display, not for programs.
const MAX_MESSAGE_CHARS: usize = 500;
/// Maximum number of messages kept.
const MAX_MESSAGES: usize = 20;
/// Keys that wrap messages instead of naming a field.
const WRAPPERS: [&str; 9] =
    ["errors", "error", "messages", "message", "detail", "details", "title", "base", "description"];

/// Extracts the messages of a body of any shape: JSON leaves, plain text, or the title of an HTML page.
fn messages(raw: &CompleteAnswer) -> Vec<FieldMessage> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_slice::<Value>(&raw.body) {
        leaves(&value, None, &mut found);
    } else {
        let text = String::from_utf8_lossy(&raw.body);
        let text = if raw.is_html { html_title(&text) } else { text.trim() };
        push(text, None, &mut found);
    }
    if found.is_empty() {
        push(NO_REASON, None, &mut found);
    }
    found
}

fn leaves(value: &Value, field: Option<&str>, found: &mut Vec<FieldMessage>) {
    match value {
        Value::String(text) => push(text, field, found),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, field, found)),
        Value::Object(map) => {
            // {"field": "due_on", "message": "..."} names the field beside the message.
            let named = ["field", "attribute", "param"].iter().find_map(|key| map.get(*key)?.as_str());
            for (key, value) in map {
                match (WRAPPERS.contains(&key.as_str()), named) {
                    (true, _) => leaves(value, named.or(field), found),
                    (false, None) if !matches!(key.as_str(), "status" | "code") => {
                        leaves(value, Some(key), found);
                    }
                    _ => {}
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn push(text: &str, field: Option<&str>, found: &mut Vec<FieldMessage>) {
    // Before cutting: half an SSN wouldn't be recognized.
    let text: String = hide_ssns(text.trim()).chars().take(MAX_MESSAGE_CHARS).collect();
    if !text.is_empty() && found.len() < MAX_MESSAGES {
        let field = field.map(|field| hide_ssns(field).chars().take(MAX_MESSAGE_CHARS).collect());
        found.push(FieldMessage { field, text });
    }
}

fn html_title(page: &str) -> &str {
    // Finds the tag in lower or in upper case, not in a mix.
    let between = |open: &str, close: &str| {
        let (_, rest) = page.split_once(open)?;
        Some(rest.split_once('>')?.1.split_once(close)?.0.trim())
    };
    between("<title", "</title").or_else(|| between("<TITLE", "</TITLE")).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(status: u16, body: &str) -> Answer {
        interpret(
            &CompleteAnswer {
                status,
                is_html: body.starts_with('<'),
                body: Bytes::copy_from_slice(body.as_bytes()),
                ..CompleteAnswer::default()
            },
            &AnswerForms::default(),
        )
    }

    fn texts(status: u16, body: &str) -> Vec<(Option<String>, String)> {
        match answer_to(status, body) {
            Answer::Rejected { messages, .. } => messages.into_iter().map(|m| (m.field, m.text)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn complete_answers_of_unclear_statuses_are_about_the_address() {
        for status in 300..600 {
            let is_unknown = matches!(answer_to(status, ""), Answer::Unknown { .. });
            let is_late = matches!(status, 408 | 500..);
            assert_eq!(is_about_address(status), is_unknown && !is_late, "{status}");
        }
    }

    #[test]
    fn an_id_at_the_top_or_one_level_down_is_a_created_case() {
        let created = |id: &str, number: Option<&str>| Answer::Created {
            id: id.into(),
            number: number.map(String::from),
        };
        assert_eq!(
            answer_to(201, r#"{"id": 7, "case_number": "2026-11-00001-01"}"#),
            created("7", Some("2026-11-00001-01"))
        );
        assert_eq!(answer_to(200, r#"{"id": "7"}"#), created("7", None));
        assert_eq!(answer_to(200, r#"{"id": 7, "errors": 0, "error": null}"#), created("7", None));
        assert_eq!(
            answer_to(200, r#"{"casefile": {"id": 8, "formatted_case_number": "n"}}"#),
            created("8", Some("n"))
        );
        for body in [
            "",
            "{}",
            "[]",
            r#"{"id": 0}"#,
            r#"{"id": null}"#,
            r#"{"a":{"b":{"id":1}}}"#,
            r#"{"errors":{"id":"is reserved"}}"#,
            r#"{"errors":{"id":7}}"#,
            r#"{"client":{"id":100},"notes":""}"#,
            r#"{"error":1,"id":7}"#,
            r#"{"id":"is taken"}"#,
            r#"{"id":"null"}"#,
            r#"{"id":"0"}"#,
            r#"{"id":"00"}"#,
            r#"{"id":-1}"#,
            r#"{"id":"-1"}"#,
            r#"{"id":1.5}"#,
            r#"{"error":"x","id":7}"#,
            r#"{"errors":["x"],"id":7}"#,
            r#"{"success":false,"id":7}"#,
            r#"{"user":{"id":7}}"#,
            r#"{"employee":{"id":7}}"#,
            "<html>ok</html>",
        ] {
            assert!(matches!(answer_to(200, body), Answer::Unknown { status: Some(200), .. }), "{body}");
        }
    }

    #[test]
    fn a_location_may_name_the_case() {
        let to = |status: u16, location: &str, body: &str| {
            let raw = CompleteAnswer {
                status,
                location: Some(location.to_owned()),
                body: Bytes::copy_from_slice(body.as_bytes()),
                ..CompleteAnswer::default()
            };
            match interpret(&raw, &AnswerForms::default()) {
                Answer::Created { id, .. } => Some(id),
                Answer::Unknown { .. } => None,
                other => panic!("{other:?}"),
            }
        };
        for (status, location) in [
            (201, "/api/v1/cases/4711"),
            (303, "https://acme.viewcases.com/api/v1/cases/4711"),
            (302, "cases/4711?view=1"),
            (201, "/cases/4711/"),
            (201, "/api/v1/cases/4711.json"),
            (201, "/cases/4711;v=1"),
        ] {
            assert_eq!(to(status, location, ""), Some("4711".to_owned()), "{status} {location}");
        }
        for location in [
            "/login",
            "/api/v1/cases",
            "/api/v1/cases/new",
            "/clients/7",
            "",
            "/cases/0",
            "/cases/2026-11-00123-01",
            "/cases/",
        ] {
            assert_eq!((to(302, location, ""), to(201, location, "")), (None, None), "{location}");
        }
        assert_eq!(to(201, "/cases/4711", r#"{"error":"x"}"#), None);
        assert_eq!(to(201, "/cases/4711", r#"{"id":4712}"#), Some("4712".to_owned()), "the body says more");
    }

    #[test]
    fn statuses_by_the_table() {
        for status in [400, 409, 422] {
            assert!(matches!(answer_to(status, "{}"), Answer::Rejected { .. }), "{status}");
        }
        for status in [101, 402, 405, 408, 418, 444, 499, 500, 502, 503, 504] {
            assert!(matches!(answer_to(status, "{\"id\": 1}"), Answer::Unknown { .. }), "{status}");
        }
        assert_eq!(answer_to(401, "{}"), Answer::NotSent(Fault::Unauthorized));
        assert_eq!(answer_to(403, "{}"), Answer::NotSent(Fault::Forbidden));
        assert_eq!(answer_to(404, "{}"), Answer::NotSent(Fault::NotFound));
        assert!(matches!(answer_to(407, "{}"), Answer::NotSent(Fault::Unexpected { status: 407, .. })));
        assert!(matches!(answer_to(302, ""), Answer::Unknown { status: Some(302), .. }));
        let page = "<html><head><title>Access denied</title></head></html>";
        let firewall = Fault::Firewall { status: 403, title: ": Access denied".into() };
        assert_eq!(answer_to(403, page), Answer::NotSent(firewall));
        assert_eq!(answer_to(429, ""), Answer::NotSent(Fault::Busy { status: 429, retry_after: None }));
        let busy = |retry_after: &str, date: Option<&str>, body: &'static [u8]| {
            let (retry_after, date) = (Some(retry_after.to_owned()), date.map(str::to_owned));
            let body = Bytes::from_static(body);
            let raw = CompleteAnswer { status: 503, retry_after, date, body, ..CompleteAnswer::default() };
            interpret(&raw, &AnswerForms::default())
        };
        let wait = Fault::Busy { status: 503, retry_after: Some(Duration::from_secs(3)) };
        assert_eq!(busy("3", None, b""), Answer::NotSent(wait.clone()));
        let (date, until) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:40 GMT");
        assert_eq!(busy(until, Some(date), b""), Answer::NotSent(wait));
        assert!(matches!(busy("3", None, b"upstream timed out"), Answer::Unknown { .. }));
        for status in [400, 405, 406] {
            let answer = answer_to(status, page);
            assert!(matches!(answer, Answer::NotSent(Fault::Firewall { .. })), "{status}: {answer:?}");
        }
    }

    #[test]
    fn retry_after_in_both_forms() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn messages_of_any_shape() {
        let of = |field: &str, text: &str| (Some(field.to_owned()), text.to_owned());
        let plain = |text: &str| (None, text.to_owned());
        assert_eq!(
            texts(422, r#"{"errors":{"due_on":["is bad","is old"]}}"#),
            [of("due_on", "is bad"), of("due_on", "is old")]
        );
        assert_eq!(texts(422, r#"{"errors":["Due on is bad"]}"#), [plain("Due on is bad")]);
        assert_eq!(texts(400, r#"{"error":{"message":"bad","status":400}}"#), [plain("bad")]);
        assert_eq!(texts(400, r#"[{"field":"due_on","message":"bad"}]"#), [of("due_on", "bad")]);
        assert_eq!(texts(400, r#""just text""#), [plain("just text")]);
        assert_eq!(texts(400, "plain text\n"), [plain("plain text")]);
        assert_eq!(texts(400, ""), [plain(NO_REASON)]);
        assert_eq!(texts(400, "[[[[]]]]"), [plain(NO_REASON)]);
    }
}
