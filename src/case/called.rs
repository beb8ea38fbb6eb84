//! What fields are called, and how much a header is like it.

use super::field::Target;
use super::guess::Idea;
use super::words::{SAME, SAYS_LITTLE, plain, words};

/// What people call a field.
pub(super) struct Label {
    to: Target,
    text: String,
    plain: String,
    words: Vec<String>,
}

/// A column's header, looked at once.
pub(super) struct HeaderWords<'a> {
    /// As it stands in the file.
    pub(super) header: &'a str,
    /// Its letters and digits alone.
    pub(super) plain: String,
    /// Its words.
    pub(super) words: Vec<String>,
}

impl<'a> HeaderWords<'a> {
    pub(super) fn of(header: &'a str) -> Self {
        Self { header: header.trim(), plain: plain(header), words: words(header) }
    }
}

impl Label {
    pub(super) fn new(to: Target, text: String) -> Self {
        Self { to, plain: plain(&text), words: words(&text), text }
    }

    /// The field by its name, by another word for the same, or by a name that sounds like it.
    pub(super) fn is_called(&self, header: &HeaderWords<'_>) -> Option<Idea> {
        let Self { to, text: label, .. } = self;
        let is_same =
            |same: &&[&str]| same.contains(&self.plain.as_str()) && same.contains(&header.plain.as_str());
        let (confidence, why) = if self.plain == header.plain {
            let same = label.eq_ignore_ascii_case(header.header);
            (if same { 0.99 } else { 0.97 }, format!("the header is its name, “{label}”"))
        } else if SAME.iter().any(is_same) {
            (0.92, format!("“{}” is another word for “{label}”", header.header))
        } else {
            let alike = alike(&self.words, &header.words);
            if alike < 0.4 {
                return None;
            }
            (0.45 + 0.4 * alike, format!("the header is like its name, “{label}”"))
        };
        Some(Idea::new(*to, confidence, why))
    }
}

/// How much two names have in common, from 0 to 1; a slip of the pen is no difference, and a word that stands in
/// many names says little.
pub(super) fn alike(a: &[String], b: &[String]) -> f64 {
    let weight = |word: &String| if SAYS_LITTLE.contains(&word.as_str()) { 0.25 } else { 1.0 };
    // How much of one name is in the other; what is only in one of them speaks against it.
    let covered = |of: &[String], by: &[String]| -> f64 {
        let all: f64 = of.iter().map(weight).sum();
        let common: f64 =
            of.iter().filter(|word| by.iter().any(|other| nearly(word, other))).map(weight).sum();
        if all > 0.0 { common / all } else { 0.0 }
    };
    covered(a, b) * covered(b, a)
}

/// Whether two words differ by one letter at most, in words long enough for that to be a slip.
fn nearly(a: &str, b: &str) -> bool {
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
