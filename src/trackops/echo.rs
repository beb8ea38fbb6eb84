//! Check that an answer belongs to the case that was sent. On a kept-alive connection, an answer may belong to another
//! request, and its id to another row. A value that the answer doesn't show proves nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use serde_json::{Value, json};

use super::compare::{ComparedValue, compare_values};
use super::find::{Lookup, shown_tokens};
use super::likeness::changes;
use super::record::{client_ids, shown_reference};
use super::wire::CaseRequest;
use crate::case::Subjects;

/// Knowledge of what an account's answers show. Cheap to clone; all clones share what they learn.
#[derive(Debug, Clone, Default)]
pub(super) struct Echo {
    /// Whether an answer has shown the client that was sent. Its key, and whether it comes back as client or as
    /// location, is UNKNOWN, so until then another number may mean the same client.
    shows_client: Arc<AtomicBool>,
}

impl Echo {
    /// Returns true if the case in an answer is certainly not the one that was sent.
    pub(super) fn belongs_to_another_row(&self, answer: &[u8], sent: &Lookup, body: &[u8]) -> bool {
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else { return false };
        let inner = || answer.as_object()?.values().find(|value| value.get("id").is_some());
        let case = if answer.get("id").is_some() { &answer } else { inner().unwrap_or(&answer) };
        is_anothers(case, sent) || self.shows_another_client(case, sent) || shows_another_name(case, body)
    }

    fn shows_another_client(&self, case: &Value, sent: &Lookup) -> bool {
        let (Some(sent), shown) = (sent.client, client_ids(case)) else { return false };
        if shown.contains(&sent) {
            self.shows_client.store(true, Ordering::Relaxed);
            return false;
        }
        !shown.is_empty() && self.shows_client.load(Ordering::Relaxed)
    }
}

/// Returns true if a record shows another reference or another row token than was sent.
#[must_use]
pub fn is_anothers(record: &Value, sent: &Lookup) -> bool {
    shows_another_reference(record, sent) || shows_another_token(record, sent)
}

fn shows_another_reference(case: &Value, sent: &Lookup) -> bool {
    match (&sent.reference, shown_reference(case)) {
        (Some(sent), Some(shown)) if !shown.trim().is_empty() => changes(sent, &shown).is_none(),
        _ => false,
    }
}

fn shows_another_token(case: &Value, sent: &Lookup) -> bool {
    let Some(sent) = &sent.token else { return false };
    let mut shown = shown_tokens(case).peekable();
    shown.peek().is_some() && !shown.any(|token| token == sent)
}

/// Returns true if no subject in an answer has a word in common with the name that was sent. Which of them is the primary
/// one is UNKNOWN, and so is how a server stores a name.
fn shows_another_name(case: &Value, body: &[u8]) -> bool {
    let Some(subjects) = case.get("subjects").and_then(Value::as_array) else { return false };
    let request = CaseRequest { body: Bytes::copy_from_slice(body), subjects: Subjects::PRIMARY };
    let lines: Vec<ComparedValue> = subjects
        .iter()
        .flat_map(|subject| compare_values(&request, &json!({ "subjects": [subject] })))
        .filter(|line| !line.sent.trim().is_empty() && !line.stored.trim().is_empty())
        .filter(|line| line.key.starts_with("subject.") && line.key.ends_with("_name"))
        .collect();
    let words = |text: fn(&ComparedValue) -> &str| -> Vec<&str> {
        let words = lines.iter().map(text).flat_map(|text| text.split([' ', ',', '-']));
        words.filter(|word| word.chars().any(char::is_alphanumeric)).collect()
    };
    let (sent, stored) = (words(|line| &line.sent), words(|line| &line.stored));
    let is_known = |word: &&str| stored.iter().any(|stored| changes(word, stored).is_some());
    !sent.is_empty() && !stored.is_empty() && !sent.iter().any(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(first: &str) -> Value {
        let name = json!({"id": 1, "value": {"first_name": first, "last_name": "Doe"}});
        json!({"casefile": {"client_id": 100, "reference_value_1": "C-1", "subjects": [{"custom_fields": [name]}]}})
    }

    fn belongs_to_another_row(echo: &Echo, answer: &Value) -> bool {
        let token = Some("[caseload ab12-7]".into());
        let sent = Lookup { reference: Some("C-1".into()), token, client: Some(100), ..Lookup::default() };
        echo.belongs_to_another_row(answer.to_string().as_bytes(), &sent, body("Jane").to_string().as_bytes())
    }

    #[test]
    fn an_answer_without_differences_belongs_to_the_row() {
        let employer =
            json!({"custom_fields": [{"id": 1, "value": {"first_name": "Acme", "last_name": "Inc"}}]});
        for answer in [
            json!({"id": 7}),
            json!({"id": 7, "reference_value_1": null}),
            json!({"id": 7, "reference_value_1": "c-1"}),
            json!({"casefile": {"id": 7, "reference_value_1": "C-1"}}),
            json!({"id": 7, "admin_notes": "see file"}),
            json!({"id": 7, "admin_notes": "copied from [caseload ff00-1]\n[caseload ab12-7]"}),
            json!({"id": 7, "client_id": 3}),
            json!({"id": 7, "subjects": body("JANE")["casefile"]["subjects"]}),
            json!({"id": 7, "subjects": [employer, body("Jane")["casefile"]["subjects"][0]]}),
            json!({"id": 7, "subjects": [{"custom_fields": [{"id": 1, "value": {"first_name": "J\u{e1}n\u{e9}"}}]}]}),
            json!({"id": 7, "subjects": [{"custom_fields": [{"id": 1, "value": {"last_name": "DOE."}}]}]}),
        ] {
            assert!(!belongs_to_another_row(&Echo::default(), &answer), "{answer}");
        }
    }

    #[test]
    fn another_reference_token_name_or_client_belongs_to_another_row() {
        let other = json!({"id": 1, "value": {"first_name": "Ann", "last_name": "Lee"}});
        for answer in [
            json!({"id": 7, "reference_value_1": "C-2"}),
            json!({"casefile": {"id": 7, "reference_value_1": "C-2"}}),
            json!({"id": 7, "admin_notes": "[caseload ab12-77]"}),
            json!({"id": 7, "subjects": [{"custom_fields": [other]}]}),
        ] {
            assert!(belongs_to_another_row(&Echo::default(), &answer), "{answer}");
        }
        let echo = Echo::default();
        assert!(!belongs_to_another_row(&echo, &json!({"id": 7, "client_id": 3, "location_id": 100})));
        assert!(
            belongs_to_another_row(&echo, &json!({"id": 8, "client_id": 3, "location_id": 101})),
            "it is shown by now"
        );
    }
}
