//! References that are nearly the same, such as a claim number written by another program or person.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::text::{is_dash, is_invisible};

/// Normalizes what programs and people change in a reference: case, spaces, dashes, leading zeros, a `.0` after a
/// whole number, full-width and composed characters. Two references with the same result are probably the same.
#[must_use]
pub fn near_reference(reference: &str) -> String {
    if reference.is_ascii() {
        return core(reference);
    }
    core(&ComposingNormalizerBorrowed::new_nfkc().normalize(reference))
}

fn core(reference: &str) -> String {
    let reference = without_fraction(reference.trim());
    let mut core = String::with_capacity(reference.len());
    // Zeros count once a number has begun; before that they are padding.
    let mut in_number = false;
    for c in reference.chars().filter(|c| !is_filler(*c)) {
        if c == '0' && !in_number {
            continue;
        }
        in_number = c.is_ascii_digit();
        if c.is_ascii() {
            core.push(c.to_ascii_lowercase());
        } else {
            core.extend(c.to_lowercase());
        }
    }
    core
}

/// Returns `8915111` for `8915111.0`, which is how programs may write a number.
fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros))
            if !zeros.is_empty()
                && zeros.bytes().all(|byte| byte == b'0')
                && whole.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            whole
        }
        _ => text,
    }
}

/// Returns true for spaces, dashes of every kind, and invisible characters.
fn is_filler(c: char) -> bool {
    // Nearly all characters are ASCII.
    if c.is_ascii() {
        return matches!(c, '-' | '_' | ' ' | '\t'..='\r');
    }
    c.is_whitespace() || is_dash(c) || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_that_are_probably_the_same() {
        for (one, other) in [
            ("8915111", "8915111.0"),
            ("8915111", "8915111.00"),
            ("8915111", "0008915111"),
            ("WC-26-4110", "wc-26-4110"),
            ("WC-26-4110", "WC‑26–4110"),
            ("WC-26-4110", "WC 26 4110"),
            ("WC-26-4110", "WC264110"),
            ("CLM-00007", "CLM-7"),
            ("ＡＢ１２", "AB12"),
            ("Mu\u{308}ller-1", "Müller-1"),
            ("A 1", "A\u{a0}1"),
            ("A1", "A\u{200b}1"),
        ] {
            assert_eq!(near_reference(one), near_reference(other), "{one} {other}");
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
            ("A/1", "A1"),
            ("A-1.0", "A-1"),
        ] {
            assert_ne!(near_reference(one), near_reference(other), "{one} {other}");
        }
    }
}
