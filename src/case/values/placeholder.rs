//! Texts that people and programs write where a value is missing, read from `assets/vocabulary/placeholders.toml`.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

use super::word_map::WordSet;
use crate::text::trimmed;

const TEXT: &str = include_str!("../../../assets/vocabulary/placeholders.toml");

/// Characters that the texts of databases begin with. Most cells don't, and need no lookup.
const NULL_STARTS: [char; 8] = ['N', 'n', 'u', '\\', '(', '<', '[', '#'];

/// First words of placeholders with several words.
const FIRST_WORDS: [&str; 16] = [
    "as", "first", "incident", "n", "new", "no", "none", "not", "notice", "record", "report", "same", "see",
    "test", "to", "unknown",
];

/// Maximum length of a placeholder, in bytes.
const MAX_LEN: usize = 24;

/// Lists of the file, whose comments explain them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placeholders {
    missing: WordSet,
    references: WordSet,
    streets: WordSet,
    dittos: WordSet,
    exact: ExactTexts,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExactTexts {
    nulls: HashSet<String>,
    ditto_marks: HashSet<String>,
    not_countries: HashSet<String>,
    names: HashSet<String>,
}

impl Placeholders {
    /// Returns the built-in lists, parsed once.
    fn get() -> &'static Self {
        static LISTS: OnceLock<Placeholders> = OnceLock::new();
        // A test parses the file. Without it, placeholders would be sent without a warning.
        LISTS.get_or_init(|| toml::from_str(TEXT).unwrap_or_default())
    }
}

/// Returns true if a text says that there is no value, such as `N/A` or `Unknown`. An empty text doesn't.
pub(in crate::case) fn is_placeholder(text: &str) -> bool {
    is_in(text, |lists, text| text.is_empty() || lists.missing.has_text(text))
}

/// Returns true if a text says that there is no reference.
pub(in crate::case) fn is_placeholder_reference(text: &str) -> bool {
    is_zeros(text) || is_placeholder(text) || is_in(text, |lists, text| lists.references.has_text(text))
}

/// Returns true if a street says that there is no address.
pub(super) fn is_no_street(text: &str) -> bool {
    is_in(text, |lists, text| lists.streets.has_text(text))
}

/// Returns true for a zero where no number is expected, as a formula gives that links to an empty cell: `0`, `0.00`.
pub(in crate::case) fn is_zeros(text: &str) -> bool {
    let text = trimmed(text);
    text.starts_with('0') && text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'))
}

/// Returns true if a name, or a part of one, says that there is none.
pub(super) fn is_placeholder_name(text: &str) -> bool {
    let says_none = is_in(text, |lists, text| text.is_empty() || lists.missing.has_text(text));
    is_zeros(text) || is_ditto(text) || says_none && !Placeholders::get().exact.names.contains(text.trim())
}

/// Returns true if a placeholder of several words may begin with this word.
pub(super) fn may_begin_placeholder(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.is_empty() || FIRST_WORDS.iter().any(|first| first.eq_ignore_ascii_case(word))
}

/// Returns true if a text is what a database or a program writes for an empty cell.
pub(in crate::case) fn is_null(text: &str) -> bool {
    let text = trimmed(text);
    text.len() <= MAX_LEN && text.starts_with(NULL_STARTS) && Placeholders::get().exact.nulls.contains(text)
}

/// Returns true if a text only refers to another row: `ditto`, or a mark such as `"`.
#[must_use]
pub fn is_ditto(text: &str) -> bool {
    let text = trimmed(text);
    // Most cells begin otherwise, and need no lookup.
    let may_be = |c: char| !c.is_ascii() || c.is_ascii_punctuation() || "aAdDsS".contains(c);
    text.len() <= MAX_LEN
        && text.starts_with(may_be)
        && (Placeholders::get().exact.ditto_marks.contains(text)
            || is_in(text, |lists, text| lists.dittos.has_text(text)))
}

/// Returns true if a text isn't a country, although it is the code of one.
pub(super) fn is_no_country(text: &str) -> bool {
    let is_code = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    Placeholders::get().exact.not_countries.contains(text) || !is_code(text) && is_placeholder(text)
}

/// Looks a text up without brackets around it and with single spaces; as an empty text if it has neither letters nor
/// digits. Nearly every cell of a file is looked up, so most are copied nowhere.
fn is_in(text: &str, list: impl Fn(&Placeholders, &str) -> bool) -> bool {
    let text = trimmed(text);
    if text.is_empty() || text.len() > MAX_LEN {
        return false;
    }
    let lists = Placeholders::get();
    if text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return list(lists, text);
    }
    // No placeholder has a digit, but most ids, dates and addresses have.
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if !text.contains(char::is_alphanumeric) {
        return list(lists, "");
    }
    let around = |c: char| {
        matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '*' | '?' | '-' | '"' | '\'') || c.is_whitespace()
    };
    let bare = text.trim_matches(around);
    let bare = bare.strip_suffix('.').filter(|rest| !rest.contains('.')).unwrap_or(bare);
    if bare.contains("  ") || bare.contains(['\n', '\r', '\t']) {
        return list(lists, &bare.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    list(lists, bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_can_be_found() {
        let lists: Placeholders = toml::from_str(TEXT).unwrap();
        for text in lists.missing.words() {
            assert!(is_placeholder(text), "{text}");
        }
        for text in lists.missing.words().chain(lists.references.words()) {
            assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
            let first = text.split_once(' ').map(|(first, _)| first);
            assert!(first.is_none_or(may_begin_placeholder), "{text}");
        }
        for text in lists.references.words() {
            assert!(is_placeholder_reference(text), "{text}");
        }
        for text in &lists.exact.nulls {
            assert!(is_null(text), "{text}");
        }
        for text in lists.dittos.words().chain(lists.exact.ditto_marks.iter().map(String::as_str)) {
            assert!(is_ditto(text), "{text}");
        }
        for text in lists.exact.nulls.iter().chain(&lists.exact.not_countries).chain(&lists.exact.names) {
            assert!(text.len() <= MAX_LEN && text.is_ascii(), "{text}");
        }
    }

    #[test]
    fn placeholders_are_whole_cells() {
        for text in [
            "N/A",
            "n.a.",
            "(N/A)",
            " Pending ",
            "PENDING",
            "TBD",
            "tbd?",
            "-",
            "--",
            "—",
            "?",
            "???",
            "...",
            "See  Notes",
            "Unknown.",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            " ",
            "WC-1",
            "NA-17",
            "N/A-17",
            "Pending 17",
            "Noah",
            "None Such Rd",
            "Nanette",
            "0",
            "1",
            "Same Day LLC",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(is_placeholder_reference("New claim") && !is_placeholder("New claim"));
    }

    #[test]
    fn a_ditto_is_a_whole_cell_that_refers_to_another_row() {
        for text in ["\"", " ” ", "〃", "''", "Same", "SAME AS ABOVE", "(ditto)", "do.", "-do-", "↓"] {
            assert!(is_ditto(text), "{text}");
        }
        for text in
            ["", "-", "--", "?", "*", ".", "N/A", "none", "DO", "Same Day LLC", "Dittmar", "\"Jack\"", "'"]
        {
            assert!(!is_ditto(text), "{text}");
        }
    }

    #[test]
    fn a_zero_is_no_reference_and_no_name() {
        for text in ["0", "00", " 0 ", "0.00", "000-00-0000"] {
            assert!(is_placeholder_reference(text) && is_placeholder_name(text), "{text}");
        }
        for text in ["", "10", "0.5", "-0", "O", "0A", "."] {
            assert!(!is_zeros(text), "{text}");
        }
        assert!(!is_placeholder("0"));
    }

    #[test]
    fn nulls_are_written_exactly_as_programs_do() {
        for text in ["NULL", "\\N", "nan", "NaN", "(null)"] {
            assert!(is_null(text), "{text}");
        }
        for text in ["Null", "Nan", "NAN", "None", "none", "N/A", ""] {
            assert!(!is_null(text), "{text}");
        }
        assert!(is_placeholder_name("N/A") && !is_placeholder_name("No") && is_placeholder_name("NA"));
    }
}
