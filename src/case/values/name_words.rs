//! Words inside and beside a name, read from `assets/vocabulary/names.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

const TEXT: &str = include_str!("../../../assets/vocabulary/names.toml");

/// Lists of the file, whose comments explain them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameWords {
    pub(super) titles: ByLetter,
    pub(super) suffixes: ByLetter,
    pub(super) generations: ByLetter,
    pub(super) particles: ByLetter,
    pub(super) lower_particles: ByLetter,
    pub(super) first_particles: ByLetter,
    pub(super) second_particles: ByLetter,
    pub(super) company: ByLetter,
    pub(super) company_after_and: ByLetter,
    pub(super) company_after_comma: ByLetter,
    pub(super) beside: WordsBeside,
}

/// Words beside a name, by meaning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsBeside {
    pub(super) alias: ByLetter,
    pub(super) company: ByLetter,
    pub(super) on_behalf: ByLetter,
    pub(super) note: ByLetter,
    pub(super) between: ByLetter,
    pub(super) roles: ByLetter,
}

/// Words by first letter, so that a word of a name is compared with only a few, and never copied.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct ByLetter(BTreeMap<char, Vec<String>>);

impl From<Vec<String>> for ByLetter {
    fn from(words: Vec<String>) -> Self {
        let mut by_letter: BTreeMap<char, Vec<String>> = BTreeMap::new();
        for word in words {
            by_letter.entry(word.chars().next().unwrap_or_default()).or_default().push(word);
        }
        Self(by_letter)
    }
}

impl ByLetter {
    /// Returns true if `is_same` holds for one of the words with this first letter, given in lower case.
    pub(super) fn has(&self, first: Option<char>, is_same: impl Fn(&str) -> bool) -> bool {
        first.and_then(|first| self.0.get(&first)).is_some_and(|words| words.iter().any(|word| is_same(word)))
    }
}

impl NameWords {
    /// Returns the built-in lists, parsed once.
    pub(super) fn get() -> &'static Self {
        static WORDS: OnceLock<NameWords> = OnceLock::new();
        // A test parses the file. Without it, names would be read only by commas and spaces.
        WORDS.get_or_init(|| toml::from_str(TEXT).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_can_be_found() {
        let words: NameWords = toml::from_str(TEXT).unwrap();
        let lists = [
            &words.titles,
            &words.suffixes,
            &words.generations,
            &words.particles,
            &words.lower_particles,
            &words.first_particles,
            &words.second_particles,
            &words.company,
            &words.company_after_and,
            &words.company_after_comma,
            &words.beside.alias,
            &words.beside.company,
            &words.beside.on_behalf,
            &words.beside.note,
            &words.beside.between,
            &words.beside.roles,
        ];
        for word in lists.into_iter().flat_map(|list| list.0.values()).flatten() {
            assert!(!word.contains(['.', ' ', ',']), "“{word}” is not one word without points");
        }
    }
}
