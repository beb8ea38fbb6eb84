//! Quirks that store a case differently from how it was sent.

use icu_normalizer::DecomposingNormalizerBorrowed;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::quirks::{Quirk, Quirks};

/// Number of characters that `short-references` keeps.
const SHORT: usize = 12;
/// Number of characters that `short-notes` keeps.
const SHORT_NOTES: usize = 60;

type Rewrite = fn(&str) -> String;

/// Changes that quirks make to a reference, in order of application.
const REWRITES: [(Quirk, Rewrite); 6] = [
    (Quirk::TrimmedReferences, |text| text.trim().to_owned()),
    (Quirk::UpperReferences, str::to_uppercase),
    (Quirk::PlainReferences, |text| text.chars().filter(|c| c.is_alphanumeric()).collect()),
    (Quirk::DecomposedReferences, |text| {
        DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
    }),
    (Quirk::EscapedReferences, |text| text.replace('&', "&amp;")),
    (Quirk::ShortReferences, |text| text.chars().take(SHORT).collect()),
];

impl Quirks {
    /// Changes a casefile to its stored form.
    pub(super) fn store_values(self, casefile: &mut Map<String, Value>) {
        for (key, value) in casefile {
            if self.has(Quirk::RoundedNumbers)
                && let Some(number) = value.as_f64().filter(|number| number.fract() != 0.0)
            {
                *value = number.round().into();
            }
            let Value::String(text) = value else { continue };
            if self.has(Quirk::DayEarly)
                && key == "due_on"
                && let Some(day) = text.parse::<Date>().ok().and_then(|day| day.yesterday().ok())
            {
                *text = day.to_string();
            }
            if key == "admin_notes" && self.has(Quirk::ShortNotes) {
                *text = text.chars().take(SHORT_NOTES).collect();
            }
            if !is_reference(key) {
                continue;
            }
            for (_, way) in REWRITES.iter().filter(|(quirk, _)| self.has(*quirk)) {
                *text = way(text);
            }
            if self.has(Quirk::NumberReferences)
                && let Ok(number) = text.parse::<u64>()
            {
                *value = number.into();
            }
        }
    }
}

/// Returns true if a key or a filter is about a reference.
pub(super) fn is_reference(name: &str) -> bool {
    name.starts_with("reference_value_")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn store(quirk: Quirk, key: &str, sent: &str) -> Value {
        let mut casefile = Map::from_iter([(key.to_owned(), json!(sent))]);
        Quirks::new(&[quirk], Duration::ZERO).store_values(&mut casefile);
        casefile[key].clone()
    }

    #[test]
    fn a_reference_is_kept_as_the_quirk_says() {
        for (quirk, sent, stored) in [
            (Quirk::UpperReferences, "c-1ä", json!("C-1Ä")),
            (Quirk::TrimmedReferences, " C-1 ", json!("C-1")),
            (Quirk::PlainReferences, "C-1/2 b", json!("C12b")),
            (Quirk::DecomposedReferences, "é1", json!("e\u{301}1")),
            (Quirk::EscapedReferences, "A&B", json!("A&amp;B")),
            (Quirk::ShortReferences, "CLAIM-2026-0001", json!("CLAIM-2026-0")),
            (Quirk::NumberReferences, "0042", json!(42)),
            (Quirk::NumberReferences, "C-42", json!("C-42")),
        ] {
            assert_eq!(store(quirk, "reference_value_1", sent), stored, "{quirk}");
            assert_eq!(store(quirk, "notes", sent), json!(sent), "{quirk} is about references");
        }
        let long = "n".repeat(100);
        assert_eq!(store(Quirk::ShortNotes, "admin_notes", &long), json!("n".repeat(60)));
        assert_eq!(store(Quirk::ShortNotes, "notes", &long), json!(long));
    }
}
