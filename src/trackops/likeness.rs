//! Decides whether a reference that Trackops shows is the one that was sent, stored in a changed form.
//!
//! How Trackops stores a reference is UNKNOWN: it may change case, trim, cut, escape or normalize it. A reference that
//! differs only in such ways may be the row's own, so it never counts as another one.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// Set of the ways in which a server changed a reference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes(u8);

/// A function that undoes the effect of one way, on both references.
type Normalization = fn(&str) -> String;

/// All ways, in the order in which they are tried: the most harmless first.
const NORMALIZATIONS: [Normalization; 7] =
    [entities, composed, trimmed, lower, without_marks, without_zeros, without_spelling];
/// The stored reference is the beginning of the one sent.
const CUT: u8 = 1 << NORMALIZATIONS.len();
/// All ways except the cut.
const ALL: u8 = CUT - 1;
/// Minimum length of a cut reference, in characters. A shorter one could be the beginning of many.
const MIN_CUT_LEN: usize = 8;

impl Changes {
    /// Returns true if the reference came back as it was sent.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Returns true if every change is one of `known`.
    #[must_use]
    pub fn are_among(self, known: Self) -> bool {
        self.0 & !known.0 == 0
    }

    /// Returns the union of both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A reference prepared for comparison with many others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    text: String,
    /// The text after every way is applied.
    core: String,
}

impl Reference {
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), core: applied(ALL, text) }
    }

    /// Returns the fewest changes that turn this reference into the stored one; `None` if that is another reference.
    pub(super) fn kept_as(&self, stored: &Self) -> Option<Changes> {
        let (sent, kept) = (self.text.as_str(), stored.text.as_str());
        if sent == kept {
            return Some(Changes::default());
        }
        let sets = || {
            let mut sets: Vec<u8> = (0..CUT).collect();
            sets.sort_by_key(|set| (set.count_ones(), *set));
            sets.into_iter()
        };
        if !self.core.is_empty() && self.core == stored.core {
            return sets().find(|set| applied(*set, sent) == applied(*set, kept)).map(Changes);
        }
        if has_stand_ins(sent, kept) {
            return Some(Changes(1 << (NORMALIZATIONS.len() - 1)));
        }
        // Measured on the original text: the core of `0001-WC-26` is only `1wc26`.
        let is_long = kept.trim().chars().count() >= MIN_CUT_LEN && !stored.core.is_empty();
        let is_cut = is_long && self.core.starts_with(&stored.core);
        let begins = |set: &u8| applied(*set, sent).starts_with(&applied(*set, kept));
        is_cut.then(|| sets().find(begins).map(|set| Changes(set | CUT))).flatten()
    }
}

/// Returns the fewest changes that turn the sent reference into the stored one; `None` if that is another reference.
#[must_use]
pub fn changes(sent: &str, stored: &str) -> Option<Changes> {
    // True for nearly every reference, and known without preparing either.
    if sent == stored {
        return Some(Changes::default());
    }
    Reference::new(sent).kept_as(&Reference::new(stored))
}

/// Returns the core of a reference: its text without everything that a server may change. References with the same core
/// may be the same. A cut reference has another core.
#[must_use]
pub fn reference_core(reference: &str) -> String {
    applied(ALL, reference)
}

/// Returns true if the same text came back with a `?` for each character the server couldn't store.
fn has_stand_ins(sent: &str, stored: &str) -> bool {
    let is_stand_in = |c: char| matches!(c, '?' | '\u{fffd}');
    let pairs = || sent.chars().zip(stored.chars());
    sent.chars().count() == stored.chars().count()
        && pairs().all(|(sent, stored)| sent == stored || (is_stand_in(stored) && !sent.is_ascii()))
}

fn applied(set: u8, text: &str) -> String {
    let ways = NORMALIZATIONS.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0);
    ways.fold(text.to_owned(), |text, (_, way)| way(&text))
}

/// Replaces `&amp;` and the like, escaped once or twice, with their characters.
fn entities(text: &str) -> String {
    const NAMED: [(&str, &str); 7] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let replace_names =
        |text: &str| NAMED.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign));
    replace_names(&replace_names(text))
}

/// Brings full-width, composed and decomposed characters into one form.
fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

/// Removes all spaces, because a server may trim them or merge two into one.
fn trimmed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Removes accents, as a server with a small character set does.
fn without_marks(text: &str) -> String {
    let is_mark = |c: &char| matches!(c, '\u{300}'..='\u{36f}');
    DecomposingNormalizerBorrowed::new_nfd().normalize(text).chars().filter(|c| !is_mark(c)).collect()
}

/// Removes leading zeros and a trailing `.0`, as if it were a number.
fn without_zeros(text: &str) -> String {
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.trim_start_matches('0').to_owned()
}

/// Keeps letters and digits only. That also removes `?` and other stand-ins for characters that couldn't be stored.
fn without_spelling(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_stored_in_another_form_is_the_same() {
        for (sent, stored) in [
            ("c-0001", "C-0001"),
            (" C-1 ", "C-1"),
            ("007", "7"),
            ("8915111", "8915111.0"),
            ("A&B-1", "A&amp;B-1"),
            ("A&B-1", "A&amp;amp;B-1"),
            ("Mu\u{308}ller-1", "Müller-1"),
            ("Müller-1", "Muller-1"),
            ("東京-1", "??-1"),
            ("WC-26-4110", "WC264110"),
            ("2026/WC/0001/Denver/Long", "2026/WC/0001/De"),
            ("2026/wc/0001/Denver/Long", "2026/WC/0001/DE"),
            ("0001-CLAIM-2026", "0001-CLAIM-2"),
        ] {
            let found = changes(sent, stored);
            assert!(found.is_some_and(|changes| !changes.is_none()), "{sent} {stored}: {found:?}");
        }
        assert_eq!(changes("C-1", "C-1"), Some(Changes::default()));
    }

    #[test]
    fn another_reference_is_another() {
        for (sent, stored) in
            [("C-1", "C-2"), ("C-10", "C-1"), ("C-1", "C-10"), ("70", "7"), ("C-1", ""), ("--", "-")]
        {
            assert_eq!(changes(sent, stored), None, "{sent} {stored}");
        }
    }

    #[test]
    fn the_fewest_changes_are_found() {
        let capitals = changes("c-1", "C-1").unwrap();
        assert!(changes("d-2", "D-2").unwrap().are_among(capitals));
        assert!(!changes("d 2", "D2").unwrap().are_among(capitals));
        assert!(changes("d 2", "D2").unwrap().are_among(capitals.and(changes("a b", "ab").unwrap())));
    }
}
