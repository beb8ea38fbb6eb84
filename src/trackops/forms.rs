//! An account's deviations from the assumed forms, as its settings name them. Answers are converted to the assumed form
//! as they are read, so that nothing else has to know.

use jiff::civil::DateTime;
use serde_json::{Map, Value};

use super::account::Account;

/// INFERRED format of timestamps.
const TIME: &str = "%Y-%m-%d %H:%M:%S";
/// Formats to try if a timestamp isn't in the inferred one.
const TIMES: [&str; 8] = [
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S",
];

/// Statuses that mean a row was refused; INFERRED, because the vendor says only that errors are 400 and above.
const REFUSED: [u16; 4] = [400, 409, 413, 422];
/// Statuses that never do: they are about the user, the route or the rate.
const NEVER: [u16; 6] = [401, 403, 404, 407, 408, 429];

/// The forms of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AnswerForms {
    /// Key of a record's id, if it isn't `id`.
    id_key: Option<String>,
    /// Format of `created_at`, if it isn't the assumed one.
    time: Option<String>,
    /// Additional statuses that mean a row was refused.
    refused: Vec<u16>,
}

impl AnswerForms {
    pub(super) fn of(account: &Account) -> Self {
        Self {
            id_key: account.id_key.clone().filter(|key| key != "id"),
            time: account.time_format.clone(),
            refused: account.refused_statuses.clone(),
        }
    }

    /// Returns true if a status means that the row was refused.
    pub(crate) fn refuses(&self, status: u16) -> bool {
        REFUSED.contains(&status) || (self.refused.contains(&status) && may_refuse(status))
    }

    /// Returns the possible keys of a record's id.
    pub(super) fn id_keys(&self) -> impl Iterator<Item = &str> {
        self.id_key.as_deref().into_iter().chain(["id"])
    }

    /// Converts a record, or the records of a list, to the assumed form.
    pub(super) fn normalize(&self, answer: &mut Value) {
        if self.id_key.is_none() && self.time.is_none() {
            return;
        }
        match answer {
            Value::Array(records) => {
                records.iter_mut().filter_map(Value::as_object_mut).for_each(|record| self.record(record));
            }
            Value::Object(record) => self.record(record),
            _ => {}
        }
    }

    fn record(&self, record: &mut Map<String, Value>) {
        if let Some(id) = self.id_key.as_ref().and_then(|key| record.get(key)).cloned() {
            record.insert("id".to_owned(), id);
        }
        if let (Some(format), Some(Value::String(text))) = (&self.time, record.get_mut("created_at"))
            && let Some(time) = read_time(format, text)
        {
            *text = time.strftime(TIME).to_string();
        }
    }
}

/// Returns true if a setting may add a status to the refusals.
pub(super) fn may_refuse(status: u16) -> bool {
    (400..=499).contains(&status) && !NEVER.contains(&status)
}

/// Reads a time. Without seconds it means the end of its minute: read as the beginning, it could make a case seem older
/// than the moment it was sent, and the row would be sent again.
fn read_time(format: &str, text: &str) -> Option<DateTime> {
    let time = DateTime::strptime(format, text.trim()).ok()?;
    let has_seconds = ["%S", "%T", "%s"].iter().any(|part| format.contains(part));
    if has_seconds { Some(time) } else { time.with().second(59).build().ok() }
}

/// Returns true if a text is a usable time format.
pub(super) fn is_time_format(format: &str) -> bool {
    let noon = jiff::civil::date(2026, 11, 28).at(12, 34, 56, 0);
    let written = jiff::fmt::strtime::format(format, noon);
    written.is_ok_and(|text| {
        let same = |time: DateTime| time.date() == noon.date() && (time.hour(), time.minute()) == (12, 34);
        DateTime::strptime(format, &text).is_ok_and(same)
    })
}

/// Finds a format in which all the times can be read and none is in the future.
pub(crate) fn time_format(texts: &[&str], now: i64) -> Option<&'static str> {
    let ahead = 26 * 3600;
    let is_past = |time: DateTime| {
        let time = time.to_zoned_datetime(jiff::tz::TimeZone::UTC);
        time.is_ok_and(|time| time.timestamp().as_second() < now + ahead)
    };
    TIMES.into_iter().find(|format| texts.iter().all(|text| read_time(format, text).is_some_and(is_past)))
}

/// Finds the key, other than `id`, under which every record has a distinct id.
pub(crate) fn id_key<'r>(lists: &[&'r [Value]]) -> Option<&'r str> {
    let first = lists.iter().find_map(|records| records.first()?.as_object())?;
    let distinct = |records: &[Value], key: &str| {
        let mut seen = std::collections::HashSet::new();
        records.iter().all(|record| {
            let id = record.get(key).and_then(super::record::id_of);
            id.is_some_and(|id| id > 0 && seen.insert(id))
        })
    };
    first.keys().map(String::as_str).find(|key| *key != "id" && lists.iter().all(|list| distinct(list, key)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn forms(id_key: &str, time: &str) -> AnswerForms {
        AnswerForms { id_key: Some(id_key.into()), time: Some(time.into()), refused: vec![406, 404, 500] }
    }

    #[test]
    fn records_are_read_as_if_they_were_as_assumed() {
        let mut list = json!([
            { "uid": 7, "created_at": "11/28/2026 15:04" },
            { "uid": "x", "created_at": "2026-11-28 15:04:05" },
            { "created_at": null },
        ]);
        forms("uid", "%m/%d/%Y %H:%M").normalize(&mut list);
        assert_eq!((&list[0]["id"], &list[0]["created_at"]), (&json!(7), &json!("2026-11-28 15:04:59")));
        assert_eq!((&list[1]["id"], &list[1]["created_at"]), (&json!("x"), &json!("2026-11-28 15:04:05")));
        let plain = list.clone();
        AnswerForms::default().normalize(&mut list);
        assert_eq!(list, plain);
    }

    #[test]
    fn only_statuses_about_the_request_can_be_refusals() {
        let forms = forms("id", TIME);
        let refused: Vec<u16> = (100..600).filter(|status| forms.refuses(*status)).collect();
        assert_eq!(refused, [400, 406, 409, 413, 422]);
    }

    #[test]
    fn the_form_that_fits_all_times_is_found() {
        let now = 1_795_900_000; // 2026-11-28
        let found = |texts: &[&'static str]| time_format(texts, now);
        assert_eq!(found(&["11/28/2026 15:04", "03/04/2026 09:00"]), Some("%m/%d/%Y %H:%M"));
        assert_eq!(found(&["28/11/2026 15:04", "03/04/2026 09:00"]), Some("%d/%m/%Y %H:%M"));
        assert_eq!(found(&["11/02/2026 03:04 PM"]), Some("%m/%d/%Y %I:%M %p"));
        assert_eq!(found(&["12/11/2026 15:04"]), Some("%d/%m/%Y %H:%M"), "it is not December yet");
        assert_eq!(found(&["yesterday"]), None);
        assert!(TIMES.iter().all(|format| is_time_format(format)));
        assert!(
            !is_time_format("%H:%M")
                && !is_time_format("%m/%d/%Y %H")
                && !is_time_format("%Q")
                && !is_time_format("never")
        );
    }

    #[test]
    fn the_key_of_ids_is_one_that_all_records_have_and_each_its_own() {
        let clients = [json!({ "parent": 1, "uid": 7 }), json!({ "parent": 1, "uid": 8 })];
        let cases = [json!({ "uid": 9, "client": 7 })];
        assert_eq!(id_key(&[&clients, &cases]), Some("uid"));
        assert_eq!(id_key(&[&cases[..1], &[json!({ "name": "x" })]]), None);
        assert_eq!(id_key(&[]), None);
    }
}
