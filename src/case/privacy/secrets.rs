//! Secrets: private texts to be masked.

use crate::text::{hide_ssns, mask};

/// Private texts of a row, in every form in which a server may repeat them.
#[derive(Default)]
pub struct Secrets(Vec<Vec<char>>);

/// Minimum length of a secret: shorter texts identify no one and are in every sentence.
pub(super) const MIN_LEN: usize = 3;
/// Minimum length of secrets that are also found inside words.
pub(super) const MIN_LEN_INSIDE_WORD: usize = 6;

impl Secrets {
    pub(super) fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_LEN {
            self.0.push(text.chars().collect());
        }
    }

    /// Masks every secret in a text, and everything that has the shape of an SSN.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        // Whole numbers first, then parts of them.
        let chars: Vec<char> = hide_ssns(text).chars().collect();
        let mut hidden = chars.clone();
        let mut cover = |from: usize, to: usize| {
            let covered = hidden.iter_mut().take(to).skip(from);
            covered.filter(|c| c.is_alphanumeric()).for_each(|c| *c = '•');
        };
        for secret in &self.0 {
            for start in 0..(chars.len() + 1).saturating_sub(secret.len()) {
                if is_at(&chars, start, secret) {
                    cover(start, start + secret.len());
                }
            }
            // A long text is cut, and may end within a secret.
            for cut in MIN_LEN_INSIDE_WORD..secret.len() {
                let Some(start) = chars.len().checked_sub(cut) else { break };
                if secret.get(..cut).is_some_and(|part| is_at(&chars, start, part)) {
                    cover(start, chars.len());
                }
            }
        }
        hidden.into_iter().collect()
    }
}

/// Returns true if a secret is at a position of a text; a short one only as a whole word.
fn is_at(text: &[char], start: usize, secret: &[char]) -> bool {
    let same = |(a, b): (&char, &char)| a.eq_ignore_ascii_case(b);
    if !text.iter().skip(start).zip(secret).all(same) {
        return false;
    }
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let cut = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    secret.len() >= MIN_LEN_INSIDE_WORD || !(cut(before) || cut(text.get(start + secret.len())))
}

/// Masks in a message about a private cell what it quotes, repeats, or reads from the cell.
pub(in crate::case) fn hide_finding(message: &str, cell: &str) -> String {
    let mut secrets = Secrets::default();
    secrets.add(cell);
    let mut depth = 0_usize;
    let quotes = secrets.hide(message);
    let quotes: String = quotes
        .chars()
        .map(|c| {
            match c {
                '“' => depth += 1,
                '”' => depth = depth.saturating_sub(1),
                _ if depth > 0 && c.is_alphanumeric() => return '•',
                _ => {}
            }
            c
        })
        .collect();
    let is_day = |word: &str| {
        word.len() >= "1980-03-04".len() && word.split('-').filter(|part| !part.is_empty()).count() == 3
    };
    let dated = |word: &str| {
        if is_day(word) && word.chars().any(|c| c.is_ascii_digit()) { mask(word) } else { word.to_owned() }
    };
    quotes.split(' ').map(dated).collect::<Vec<_>>().join(" ")
}
