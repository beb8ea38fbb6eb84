//! Words of headers and names: splitting and comparing them.

use crate::text::{is_dash, is_invisible};

/// Words that are in many names.
pub(in crate::case) const SAYS_LITTLE: [&str; 14] =
    ["number", "date", "of", "name", "id", "code", "the", "type", "address", "case", "claim", "1", "2", "3"];

/// Returns only the letters, in lower case, and digits of a text, so that `Claim #` equals `Claim`.
#[must_use]
pub fn alphanumeric(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Normalizes a value of a value map or a group: case and outer spaces don't matter.
#[must_use]
pub fn normalize(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Splits a header into its words, in lower case; `#` and `$` are words.
pub(in crate::case) fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut before) = (String::new(), ' ');
    let chars: Vec<char> = text.chars().chain([' ']).collect();
    for (at, c) in chars.iter().copied().enumerate() {
        // In “VINNumber” the second N begins a word; in “IDs” no further letter does.
        let small_behind = || chars.iter().skip(at + 1).take_while(|c| c.is_lowercase()).count();
        let ends_capitals = before.is_uppercase() && c.is_uppercase() && small_behind() > 1;
        let breaks = !c.is_alphanumeric()
            || (before.is_lowercase() && c.is_uppercase())
            || ends_capitals
            || (before.is_alphabetic() && c.is_numeric());
        if breaks && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if c == '#' {
            words.push("number".to_owned());
        } else if c == '$' {
            words.push("dollars".to_owned());
        }
        before = c;
    }
    words
}

/// Makes texts equal that look alike: capitals, spaces, invisible characters, kinds of dashes and quotes don't matter.
pub(in crate::case) fn fold_looks(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().chars() {
        let c = match c {
            c if is_invisible(c) => continue,
            c if c.is_whitespace() => {
                gap = true;
                continue;
            }
            c if is_dash(c) => '-',
            '‘' | '’' | '‚' | '`' | '´' => '\'',
            '“' | '”' | '„' | '«' | '»' => '"',
            c => c,
        };
        if std::mem::take(&mut gap) {
            folded.push(' ');
        }
        folded.extend(c.to_lowercase());
    }
    folded
}

/// Returns how much two names have in common, from 0 to 1. Typos make no difference, and words that are in many names
/// count little.
pub(in crate::case) fn similarity(a: &[String], b: &[String]) -> f64 {
    let weight = |word: &String| if SAYS_LITTLE.contains(&word.as_str()) { 0.25 } else { 1.0 };
    // Share of one name that is in the other. Words that are only in one of them count against it.
    let covered = |words: &[String], others: &[String]| -> f64 {
        let all: f64 = words.iter().map(weight).sum();
        let common: f64 =
            words.iter().filter(|word| others.iter().any(|other| is_typo(word, other))).map(weight).sum();
        if all > 0.0 { common / all } else { 0.0 }
    };
    covered(a, b) * covered(b, a)
}

/// Returns true if two words differ by at most one letter, and are long enough for that to be a typo.
pub(in crate::case) fn is_typo(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 5 || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    // Another last letter makes another word: employee, employer.
    if short.len() == long.len() && start + 1 == short.len() {
        return false;
    }
    let end = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    start + end >= long.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_headers() {
        assert_eq!(split("Claim #"), ["claim", "number"]);
        assert_eq!(split("DateOfLoss"), ["date", "of", "loss"]);
        assert_eq!(split("clmt_addr_1"), ["clmt", "addr", "1"]);
        assert_eq!(split("Addr1"), ["addr", "1"]);
        assert_eq!(split("  "), Vec::<String>::new());
    }
}
