//! States and ZIPs of the United States and Canada.

use super::places::PlaceWords;

/// Returns true if the words are a state or province, by code or name.
pub(super) fn is_state(words: &[&str]) -> bool {
    PlaceWords::get().states.starts.get_words(words).is_some()
}

/// Returns true if the word is the code of a state.
pub(super) fn is_state_code(word: &str) -> bool {
    PlaceWords::get().states.codes.has(word)
}

/// Returns true if the word is the code of a state in capitals.
pub(super) fn is_capital_code(word: &str) -> bool {
    is_state_code(word) && !word.contains(char::is_lowercase)
}

/// Returns the first characters of a state's ZIPs or a province's postal codes.
pub(super) fn zip_starts(state: &[&str]) -> Option<&'static str> {
    PlaceWords::get().states.starts.get_words(state).map(String::as_str)
}

/// Returns true if a ZIP begins with one of these characters, or would with its leading zero.
pub(super) fn zip_starts_with(zip: &str, starts: &str) -> bool {
    // A ZIP that lost its zero began with one.
    let first =
        if is_short_zip(zip) { Some('0') } else { zip.chars().next().map(|c| c.to_ascii_lowercase()) };
    first.is_some_and(|first| starts.contains(first))
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// Returns true for `80202` or `80202-1234`, which mainframes write as `802021234`.
pub(super) fn is_us_zip(text: &str) -> bool {
    text.split_once('-').map_or_else(
        || is_digits(text, 5) || is_digits(text, 9),
        |(zip, plus)| is_digits(zip, 5) && is_digits(plus, 4),
    )
}

/// Returns true for a ZIP that lost its leading zero in a spreadsheet: `7102`, `7102-1234`.
pub(super) fn is_short_zip(text: &str) -> bool {
    text.split_once('-')
        .map_or_else(|| is_digits(text, 4), |(zip, plus)| is_digits(zip, 4) && is_digits(plus, 4))
}

/// Returns true for `M5V 2T6`, as one word or two.
pub(super) fn is_canadian_code(words: &[&str]) -> bool {
    let (area, unit) = match words {
        [one] if one.len() <= 7 => (*one, ""),
        [area, unit] if area.len() == 3 && unit.len() == 3 => (*area, *unit),
        _ => return false,
    };
    let joined = || area.bytes().filter(|byte| *byte != b'-').chain(unit.bytes());
    joined().count() == 6
        && joined()
            .enumerate()
            .all(|(at, b)| if at % 2 == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_digit() })
}

/// Returns true for a postal code of the United Kingdom: `SW1A 2AA`.
pub(super) fn is_british_code(words: &[&str]) -> bool {
    let [area, unit] = words else { return false };
    let unit_fits = matches!(unit.as_bytes(), [digit, rest @ ..] if digit.is_ascii_digit()
        && rest.len() == 2 && rest.iter().all(u8::is_ascii_alphabetic));
    unit_fits
        && (2..=4).contains(&area.len())
        && area.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && area.starts_with(|c: char| c.is_ascii_alphabetic())
        && area.contains(|c: char| c.is_ascii_digit())
}

/// Returns true if the words are a ZIP, even without its leading zero, or a postal code.
pub(super) fn is_zip(words: &[&str]) -> bool {
    matches!(words, [word] if is_us_zip(word) || is_short_zip(word)) || is_canadian_code(words)
}

pub(super) fn is_us_or_canada(words: &[&str]) -> bool {
    PlaceWords::get().countries.get_words(words).is_some()
}
