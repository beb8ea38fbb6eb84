//! Countries and their ISO codes.

use std::collections::HashMap;
use std::sync::OnceLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::placeholder::is_no_country;
use super::word_map::WordMap;

const TEXT: &str = include_str!("../../../assets/vocabulary/countries.toml");

/// Maximum length of a country's name, in characters.
const MAX_CHARS: usize = 80;

/// Returns the code of each folded code and name.
fn countries() -> &'static WordMap<String> {
    static COUNTRIES: OnceLock<WordMap<String>> = OnceLock::new();
    COUNTRIES.get_or_init(|| {
        // A test parses the file. Without it, every country would be unknown.
        let names: HashMap<String, Vec<String>> = toml::from_str(TEXT).unwrap_or_default();
        let each = names.into_iter().flat_map(|(code, names)| {
            let folded: Vec<String> = [&code].into_iter().chain(&names).map(|name| fold(name)).collect();
            folded.into_iter().map(move |name| (name, code.clone()))
        });
        each.collect()
    })
}

/// Returns the two-letter ISO 3166 code of a country, given its English name, another common name, or a code.
#[must_use]
pub fn country_code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() || text.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    // `N/A` isn't Namibia, and `No` isn't Norway.
    if is_no_country(text) {
        return None;
    }
    // Most countries are written as one plain word.
    let is_folded = is_one_word(text);
    let code = if is_folded { countries().get_text(text) } else { countries().get_text(&fold(text)) };
    code.map(String::as_str)
}

/// Returns true for a word that needs no more than lower case to be normalized.
fn is_one_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !["the", "and", "st"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Normalizes a name: lower case, without accents, spaces, “the” and “and”.
fn fold(text: &str) -> String {
    let plain = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        DecomposingNormalizerBorrowed::new_nfd().normalize(text).to_lowercase()
    };
    let cleaned: String = plain
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || c.is_ascii_punctuation())
        .filter(|c| !matches!(c, '.' | '\''))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words = cleaned.split_whitespace().filter(|word| !matches!(*word, "the" | "and"));
    words.map(|word| if word == "st" { "saint" } else { word }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_names_of_its_own() {
        let names: HashMap<String, Vec<String>> = toml::from_str(TEXT).unwrap();
        assert_eq!(names.len(), 249);
        let mut codes = HashMap::new();
        for (code, names) in &names {
            assert!(code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()), "{code}");
            for name in names.iter().chain([code]) {
                assert_eq!(codes.insert(fold(name), code), None, "{name} is listed twice");
                assert_eq!(country_code(name), Some(code.as_str()), "{name}");
                assert!(name.chars().count() < MAX_CHARS);
            }
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for (code, texts) in [
            (
                "US",
                &[
                    "US",
                    "us",
                    "U.S.",
                    "USA",
                    "U.S.A.",
                    "U. S. A.",
                    "United States",
                    "the United States of America",
                ][..],
            ),
            ("GB", &["UK", "U.K.", "Great Britain", "England", "gbr", "Northern Ireland"]),
            ("KR", &["South Korea", "Korea, Republic of", "Republic of Korea"]),
            ("CZ", &["Czech Republic", "Czechia"]),
            ("CI", &["Ivory Coast", "Cote d'Ivoire", "CÔTE D’IVOIRE"]),
            ("TT", &["Trinidad & Tobago", "Trinidad and Tobago"]),
            ("LC", &["St. Lucia", "Saint Lucia", "ST LUCIA"]),
            ("CW", &["Curacao", "Curaçao"]),
            ("TR", &["Turkey", "Türkiye", "Turkiye"]),
            ("MX", &["Mexico", "México", "MEX"]),
            ("BA", &["Bosnia & Herzegovina", "Bosnia-Herzegovina"]),
        ] {
            for text in texts {
                assert_eq!(country_code(text), Some(code), "{text}");
            }
        }
        assert_eq!((country_code("NA"), country_code("NO")), (Some("NA"), Some("NO")));
        for text in
            ["N/A", "n/a", "N.A.", "n.a.", "(N/A)", "na", "No", "no", "None", "unknown", "-", "?", "TBD"]
        {
            assert_eq!(country_code(text), None, "{text}");
        }
        for text in ["", " ", "Narnia", "80202", "XX", "Denver", &"America ".repeat(100_000)] {
            assert_eq!(country_code(text), None);
        }
    }
}
