//! Choices of custom fields that differ from the catalog only in how they are written.

use std::collections::HashSet;

use crate::case::mapping::placed::Case;
use crate::case::mapping::plan::Plan;
use crate::case::mapping::slot::Dest;
use crate::case::values::kind::FieldKind;
use crate::case::values::value::Value;
use crate::case::values::words::fold_looks;

impl Plan {
    /// Writes choices as the catalog does: Trackops refuses `auto` where it has `Auto`. Columns that are sent as they are
    /// stay so.
    pub(super) fn use_catalog_spelling(&self, case: &mut Case) {
        let is_as_is =
            |dest| self.slot(dest).is_some_and(|slot| slot.sources.iter().any(|source| source.as_is));
        for placed in &mut case.values {
            let Dest::Custom(_, FieldKind::Choice | FieldKind::Radio | FieldKind::Checkbox) = placed.dest
            else {
                continue;
            };
            let Some(choices) = self.roster.choices(placed.dest).filter(|_| !is_as_is(placed.dest)) else {
                continue;
            };
            match &mut placed.value {
                Value::Text(text) => respell(text, choices),
                Value::Choices(texts) => {
                    for text in texts.iter_mut() {
                        respell(text, choices);
                    }
                    let mut seen = HashSet::new();
                    texts.retain(|text| seen.insert(text.clone()));
                }
                _ => {}
            }
        }
    }
}

/// Replaces a text by the only choice that looks the same but for its case.
fn respell(text: &mut String, choices: &[String]) {
    if choices.iter().any(|choice| choice == text) {
        return;
    }
    let folded = fold_looks(text);
    let mut same = choices.iter().filter(|choice| fold_looks(choice) == folded);
    if let (Some(choice), None) = (same.next(), same.next()) {
        text.clone_from(choice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_written_as_in_the_catalog() {
        let choices = ["Auto", "Workers' Compensation", "Life", "LIFE"].map(str::to_owned);
        for (text, sent) in [
            ("auto", "Auto"),
            ("Workers’  compensation", "Workers' Compensation"),
            ("LIFE", "LIFE"),
            ("life", "life"),
            ("Marine", "Marine"),
        ] {
            let mut text = text.to_owned();
            respell(&mut text, &choices);
            assert_eq!(text, sent);
        }
    }
}
