//! Words for streets, units, cities and states, read from `assets/vocabulary/places.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

/// Lists of the file, whose comments explain them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceWords {
    pub(super) street_suffixes: HashSet<String>,
    pub(super) numbered_streets: HashSet<String>,
    pub(super) routes: HashSet<String>,
    pub(super) directions: HashSet<String>,
    pub(super) long_directions: HashSet<String>,
    pub(super) city_ends: HashSet<String>,
    pub(super) saints: HashSet<String>,
    pub(super) before_saint: HashSet<String>,
    pub(super) directed_cities: HashSet<String>,
    pub(super) units: HashSet<String>,
    pub(super) units_before_number: HashSet<String>,
    pub(super) units_alone: HashSet<String>,
    pub(super) joined_units: Vec<String>,
    pub(super) floors: HashSet<String>,
    pub(super) care_of: HashSet<String>,
    pub(super) countries: HashSet<String>,
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
    pub(super) codes: HashSet<String>,
    /// First characters of ZIP or postal codes, by code and name.
    pub(super) starts: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenState {
    names: Vec<String>,
    zip: String,
}

impl From<BTreeMap<String, WrittenState>> for States {
    fn from(written: BTreeMap<String, WrittenState>) -> Self {
        let mut states = Self::default();
        for (code, WrittenState { names, zip }) in written {
            states.starts.extend(names.into_iter().map(|name| (name, zip.clone())));
            states.starts.insert(code.clone(), zip);
            states.codes.insert(code);
        }
        states
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
        let names = known.countries.iter().chain(known.states.starts.keys());
        for name in names {
            assert_eq!(fold_all(&name.split(' ').collect::<Vec<_>>()), *name);
        }
        let states = text.get("states").and_then(toml::Value::as_table).unwrap();
        assert_eq!(known.states.codes.len(), states.len());
        let names = states.values().filter_map(|state| state.get("names")?.as_array());
        let names = names.map(Vec::len).sum::<usize>();
        assert_eq!(known.states.starts.len(), states.len() + names, "two states have one name");
    }
}
