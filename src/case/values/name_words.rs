//! Words inside and beside a name, read from `assets/vocabulary/names.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use super::word_map::WordSet;

const TEXT: &str = include_str!("../../../assets/vocabulary/names.toml");

/// Lists of the file, whose comments explain them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameWords {
    pub(super) titles: WordSet,
    pub(super) suffixes: WordSet,
    pub(super) generations: WordSet,
    pub(super) particles: WordSet,
    pub(super) lower_particles: WordSet,
    pub(super) first_particles: WordSet,
    pub(super) second_particles: WordSet,
    pub(super) company: WordSet,
    pub(super) company_after_and: WordSet,
    pub(super) company_after_comma: WordSet,
    pub(super) beside: WordsBeside,
}

/// Words beside a name, by meaning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsBeside {
    pub(super) alias: WordSet,
    pub(super) company: WordSet,
    pub(super) on_behalf: WordSet,
    pub(super) note: WordSet,
    pub(super) unknown: WordSet,
    pub(super) between: WordSet,
    pub(super) roles: WordSet,
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
            &words.beside.unknown,
            &words.beside.between,
            &words.beside.roles,
        ];
        for word in lists.into_iter().flat_map(WordSet::words) {
            assert!(!word.contains(['.', ' ', ',']), "“{word}” is not one word without points");
        }
    }
}
