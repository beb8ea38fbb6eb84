//! References that are nearly the same, such as a claim number written by another program or person.

use icu_normalizer::ComposingNormalizerBorrowed;

/// A reference without what programs and people change in it: case, spaces, punctuation, leading zeros, a `.0` after a
/// whole number, a word such as “Claim” in front, full-width and composed characters.
///
/// Two references are probably the same if they have the same groups of digits, or the same characters divided into a
/// different number of groups: `WC-26-00137` is `WC-26-137` and `WC2600137`, but `12-3` isn't `1-23`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearReference {
    /// The grouped form, and the joined one after it if it is another.
    forms: String,
    /// Where the grouped form ends.
    grouped: usize,
    /// Where the joined form begins.
    joined: usize,
    groups: u8,
}

/// Character between two groups of digits.
const BETWEEN: char = '|';

impl NearReference {
    /// Normalizes a reference.
    #[must_use]
    pub fn of(reference: &str) -> Self {
        if reference.is_ascii() {
            return Self::of_composed(reference);
        }
        Self::of_composed(&ComposingNormalizerBorrowed::new_nfkc().normalize(reference))
    }

    fn of_composed(reference: &str) -> Self {
        let reference = without_fraction(without_label(reference.trim()));
        let mut forms = String::with_capacity(2 * reference.len());
        let (groups, is_short_year) = push_grouped(&mut forms, reference);
        let grouped = forms.len();
        // Most references have one group, and one form.
        let is_joined = groups == 1 && !is_short_year;
        if !is_joined {
            push_joined(&mut forms, reference);
        }
        Self { forms, grouped, joined: if is_joined { 0 } else { grouped }, groups }
    }

    /// The form without leading zeros of any group of digits.
    #[must_use]
    pub fn grouped(&self) -> &str {
        self.forms.get(..self.grouped).unwrap_or_default()
    }

    /// The form as if nothing divided the digits. Of a single group it is the same as [`grouped`](Self::grouped).
    #[must_use]
    pub fn joined(&self) -> &str {
        self.forms.get(self.joined..).unwrap_or_default()
    }

    /// Number of groups of digits that only punctuation divides, at least 1.
    #[must_use]
    pub fn groups(&self) -> u8 {
        self.groups
    }
}

fn push_joined(form: &mut String, reference: &str) {
    // Zeros count once a number has begun; before that they are padding.
    let mut in_number = false;
    for c in reference.chars().filter(|c| !is_filler(*c)) {
        if c != '0' || in_number {
            in_number = c.is_ascii_digit();
            push_lowercase(form, c);
        }
    }
}

/// Returns the number of groups, and whether it cut a year to two digits.
fn push_grouped(form: &mut String, reference: &str) -> (u8, bool) {
    let (mut in_number, mut after_digit, mut after_filler, mut has_digits) = (false, false, false, false);
    let (mut groups, mut skipped, mut is_short_year) = (1_u8, 0, false);
    for (at, c) in reference.char_indices() {
        if is_filler(c) {
            after_filler = true;
            continue;
        }
        let is_digit = c.is_ascii_digit();
        if is_digit && after_digit && after_filler {
            form.push(BETWEEN);
            groups = groups.saturating_add(1);
            in_number = false;
        }
        if is_digit && !has_digits && reference.get(at..).is_some_and(is_long_year) {
            (skipped, is_short_year) = (2, true);
        }
        (after_digit, after_filler, has_digits) = (is_digit, false, has_digits || is_digit);
        if skipped > 0 {
            skipped -= 1;
        } else if c != '0' || in_number {
            in_number = is_digit;
            push_lowercase(form, c);
        }
    }
    (groups, is_short_year)
}

fn push_lowercase(form: &mut String, c: char) {
    if c.is_ascii() {
        form.push(c.to_ascii_lowercase());
    } else {
        form.extend(c.to_lowercase());
    }
}

/// Returns true for `2026-00137`, which others write as `26-00137`. A short number after it may be the year instead.
fn is_long_year(text: &str) -> bool {
    let [b'2', b'0', b'0'..=b'3', b'0'..=b'9', after, rest @ ..] = text.as_bytes() else { return false };
    !after.is_ascii_alphanumeric()
        && rest
            .split(|byte| !byte.is_ascii_digit())
            .find(|digits| !digits.is_empty())
            .is_some_and(|digits| digits.len() >= 3)
}

/// Words that people write in front of a reference.
const LABELS: [&str; 8] = ["claim", "case", "file", "reference", "ref", "number", "no", "nr"];

/// Returns `WC-26-4110` for `Claim no. WC-26-4110`.
fn without_label(text: &str) -> &str {
    let mut rest = text;
    while let Some(end) = rest.find([' ', ':', '.', '#']) {
        let (word, after) = rest.split_at(end);
        if !word.is_empty() && !LABELS.iter().any(|label| label.eq_ignore_ascii_case(word)) {
            break;
        }
        rest = after.trim_start_matches([' ', ':', '.', '#']);
    }
    if rest.bytes().any(|byte| byte.is_ascii_digit()) { rest } else { text }
}

/// Returns `8915111` for `8915111.0` and `8,915,111` for `8,915,111.00`, which is how programs may write a number.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|byte| byte == b'0')
                && whole.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'$' | b' ')) =>
        {
            whole
        }
        _ => text,
    }
}

/// Returns true for spaces, punctuation, dashes of every kind, and invisible characters.
fn is_filler(c: char) -> bool {
    // Nearly all characters are ASCII.
    if c.is_ascii() { !c.is_ascii_alphanumeric() } else { !c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::ProptestConfig;

    use super::*;

    fn are_near(one: &str, other: &str) -> bool {
        let (one, other) = (NearReference::of(one), NearReference::of(other));
        one.grouped() == other.grouped() || (one.joined() == other.joined() && one.groups() != other.groups())
    }

    #[test]
    fn references_that_are_probably_the_same() {
        for (one, others) in [
            ("8915111", &["8915111.0", "8915111.00", "0008915111", "#8915111", "8915111."][..]),
            (
                "100000",
                &["100,000", "100,000.00", "$100,000", "$100,000.00", "100 000", "100'000", "(100000)"],
            ),
            ("100,000.00", &["$100,000", "100000.0", "100,000"]),
            ("WC-26-4110", &["wc-26-4110", "WC‑26–4110", "WC 26 4110", "WC264110", "WC_26_4110"]),
            (
                "WC-26-00137",
                &[
                    "WC/26/00137",
                    "WC.26.00137",
                    "WC:26:00137",
                    "WC\\26\\00137",
                    "#WC-26-00137",
                    "(WC-26-00137)",
                    "WC-26-00137.",
                    "Claim WC-26-00137",
                    "claim no. WC-26-00137",
                    "File #: WC-26-00137",
                    "WC-26-137",
                    "WC-2026-00137",
                    "WC2600137",
                    "wc 26 00137",
                    "WC-026-0137",
                    "WC–26–00137",
                ],
            ),
            ("CLM-00007", &["CLM-7", "CLM 7", "clm7"]),
            ("ＡＢ１２", &["AB12"]),
            ("Mu\u{308}ller-1", &["Müller-1"]),
            ("A 1", &["A\u{a0}1", "A/1"]),
            ("A1", &["A\u{200b}1", "A-1 👍"]),
        ] {
            for other in others {
                assert!(are_near(one, other) && are_near(other, one), "{one} {other}");
            }
        }
    }

    #[test]
    fn different_references_stay_different() {
        for (one, other) in [
            ("8915111", "8915112"),
            ("8915111.5", "8915111"),
            ("CLM-70", "CLM-7"),
            ("A-1", "B-1"),
            ("1.0", "10"),
            ("A-1.0", "A-1"),
            ("12-3", "1-23"),
            ("26/1/11", "26/11/1"),
            ("26-01-0011", "26-11-0001"),
            ("WC-26-00137", "WC-26-01370"),
            ("2015-24", "15-24"),
            ("24-2015", "24-15"),
            ("WC-1926-00137", "WC-26-00137"),
            ("Claim A", "File A"),
            ("100,000", "10,000"),
        ] {
            assert!(!are_near(one, other), "{one} {other}");
        }
    }

    proptest::proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn one_form_serves_for_both_only_if_they_are_the_same(
            reference in "[A-Z0 -]{0,3}(20[0-3][0-9])?[-/x .]?[0-9]{0,3}[-x .]?[0-9]{0,4}",
        ) {
            let mut joined = String::new();
            push_joined(&mut joined, without_fraction(without_label(reference.trim())));
            let near = NearReference::of(&reference);
            proptest::prop_assert_eq!(near.joined(), joined);
        }
    }
}
