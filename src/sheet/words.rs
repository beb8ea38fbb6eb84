//! Words that distinguish the parts of a table, read from `assets/vocabulary/tables.toml`.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

const TEXT: &str = include_str!("../../assets/vocabulary/tables.toml");

/// Lists of that file, which documents each.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableWords {
    pub(super) header_words: HashSet<String>,
    pub(super) owners: HashSet<String>,
    pub(super) owner_words: HashSet<String>,
    pub(super) personal_words: HashSet<String>,
    pub(super) totals: Vec<String>,
    pub(super) group_totals: HashSet<String>,
    pub(super) footer_beginnings: Vec<String>,
    pub(super) before_number: Vec<String>,
    pub(super) before_word: Vec<String>,
    pub(super) footer_words: HashSet<String>,
    pub(super) footer_notes: Vec<String>,
    pub(super) examples: HashSet<String>,
    pub(super) example_names: HashSet<String>,
    pub(super) error_values: HashSet<String>,
    pub(super) name_endings: Vec<String>,
    pub(super) hints: HashSet<String>,
    pub(super) hint_beginnings: Vec<String>,
    pub(super) measures: HashSet<String>,
    pub(super) postal_stems: Vec<String>,
    pub(super) dates: HashSet<String>,
    pub(super) ids: HashSet<String>,
    pub(super) id_stems: Vec<String>,
    pub(super) case_stems: Vec<String>,
    pub(super) dates_or_amounts: HashSet<String>,
}

impl TableWords {
    /// Returns the built-in lists, parsed once.
    pub(super) fn get() -> &'static Self {
        static WORDS: OnceLock<TableWords> = OnceLock::new();
        // A test parses the file, so this can't fail in practice.
        WORDS.get_or_init(|| toml::from_str(TEXT).unwrap_or_default())
    }
}

/// Whether a lower-case text begins with one of a list.
pub(super) fn begins_with_any(text: &str, beginnings: &[String]) -> bool {
    beginnings.iter().any(|beginning| text.starts_with(beginning.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_can_be_found() {
        let words: TableWords = toml::from_str(TEXT).unwrap();
        for word in words.header_words.iter().chain(&words.footer_words).chain(&words.group_totals) {
            assert!(word.chars().all(char::is_alphabetic), "“{word}” has more than letters");
        }
        let columns = [&words.measures, &words.dates, &words.ids, &words.dates_or_amounts];
        for word in columns.into_iter().flatten() {
            assert!(word.chars().all(char::is_alphanumeric), "“{word}” is more than one word");
        }
    }

    /// Both files know what columns are called: a new word usually belongs in both.
    #[test]
    fn words_of_headers_are_in_the_vocabulary_of_headers() {
        let words: TableWords = toml::from_str(TEXT).unwrap();
        let vocabulary: toml::Table =
            toml::from_str(include_str!("../../assets/vocabulary/headers.toml")).unwrap();
        let vocabulary = vocabulary.to_string().to_lowercase();
        let known: HashSet<&str> = vocabulary.split(|c: char| !c.is_alphanumeric()).collect();
        let lists = [&words.header_words, &words.measures, &words.ids, &words.dates, &words.dates_or_amounts];
        let words = lists.into_iter().flatten().map(String::as_str);
        let others: BTreeSet<&str> = words.filter(|word| !known.contains(word)).collect();
        assert_eq!(Vec::from_iter(others), ["amounts", "dept", "ids", "payments", "qty", "yr"]);
    }
}
