//! Words for streets, units, cities and states, read from `assets/vocabulary/places.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::case::values::word_map::{WordMap, WordSet};

/// Lists of the file, whose comments explain them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceWords {
    pub(super) street_suffixes: WordSet,
    pub(super) numbered_streets: WordSet,
    pub(super) routes: WordSet,
    pub(super) directions: WordSet,
    pub(super) long_directions: WordSet,
    pub(super) city_ends: WordSet,
    pub(super) saints: WordSet,
    pub(super) before_saint: WordSet,
    pub(super) directed_cities: WordSet,
    pub(super) units: WordSet,
    pub(super) units_before_number: WordSet,
    pub(super) units_alone: WordSet,
    pub(super) joined_units: Vec<String>,
    pub(super) floors: WordSet,
    pub(super) care_of: WordSet,
    pub(super) countries: WordSet,
    pub(super) states: States,
}

const TEXT: &str = include_str!("../../../../assets/vocabulary/places.toml");

impl PlaceWords {
    /// Returns the built-in lists, parsed once.
    pub(super) fn get() -> &'static Self {
        static WORDS: OnceLock<PlaceWords> = OnceLock::new();
        // A test parses the file. Without it, addresses would be read only by commas.
        WORDS.get_or_init(|| toml::from_str(TEXT).unwrap_or_default())
    }
}

/// States, provinces and territories, by code and name.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "BTreeMap<String, WrittenState>")]
pub(super) struct States {
    pub(super) codes: WordSet,
    /// First characters of ZIP or postal codes, by code and name.
    pub(super) starts: WordMap<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenState {
    names: Vec<String>,
    zip: String,
}

impl From<BTreeMap<String, WrittenState>> for States {
    fn from(written: BTreeMap<String, WrittenState>) -> Self {
        let codes = written.keys().cloned().collect::<Vec<_>>().into();
        let starts = written.into_iter().flat_map(|(code, WrittenState { names, zip })| {
            names.into_iter().chain([code]).map(move |name| (name, zip.clone()))
        });
        Self { codes, starts: starts.collect() }
    }
}

/// Normalizes a word for lookup in the lists.
pub(super) fn fold(word: &str) -> String {
    // No word or name in the lists is longer.
    if word.len() > 40 {
        return String::new();
    }
    let mut folded = if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase() };
    folded.retain(|c| c != '.');
    folded
}

/// Normalizes several words for lookup as a name.
pub(super) fn fold_all(words: &[&str]) -> String {
    match words {
        [word] => fold(word),
        // No name has more words than `United States of America`.
        [] | [_, _, _, _, _, ..] => String::new(),
        words => fold(&words.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_word_can_be_found() {
        let known: PlaceWords = toml::from_str(TEXT).unwrap();
        let text: toml::Table = TEXT.parse().unwrap();
        for (name, list) in &text {
            for word in list.as_array().into_iter().flatten().filter_map(toml::Value::as_str) {
                assert_eq!(fold(word), word, "{name}");
                assert!(name == "countries" || !word.contains(' '), "{name}: “{word}” is more than one word");
            }
        }
        let names = known.countries.words().chain(known.states.starts.words());
        for name in names {
            assert_eq!(fold_all(&name.split(' ').collect::<Vec<_>>()), name);
        }
        let states = text.get("states").and_then(toml::Value::as_table).unwrap();
        assert_eq!(known.states.codes.words().count(), states.len());
        let names = states.values().filter_map(|state| state.get("names")?.as_array());
        let names = names.map(Vec::len).sum::<usize>();
        assert_eq!(
            known.states.starts.words().collect::<HashSet<_>>().len(),
            states.len() + names,
            "two states have one name"
        );
    }
}
