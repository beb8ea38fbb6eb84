//! Which label of the account a text in a file means.

use super::guess::alike;
use super::words::{plain, words};

/// The label a text may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meant<'l> {
    /// The label.
    pub label: &'l str,
    /// Its id.
    pub id: u64,
    /// Whether it is the label itself, however it is written; otherwise it only looks like it.
    pub sure: bool,
}

/// Texts with less in common than this are not alike.
const ALIKE: f64 = 0.45;

/// The label a text means. None where two labels fit equally well: a person has to say which.
pub fn meant<'l>(text: &str, labels: impl Iterator<Item = (&'l str, u64)> + Clone) -> Option<Meant<'l>> {
    let key = plain(text);
    if key.is_empty() {
        return None;
    }
    let mut same = labels.clone().filter(|(label, _)| plain(label) == key);
    if let Some((label, id)) = same.next() {
        // Letter for letter the same comes before the same but for signs.
        let exact = labels.clone().find(|(label, _)| label.trim().eq_ignore_ascii_case(text.trim()));
        return match (exact, same.next()) {
            (Some((label, id)), _) => Some(Meant { label, id, sure: true }),
            (None, None) => Some(Meant { label, id, sure: true }),
            (None, Some(_)) => None,
        };
    }
    only_best(labels.map(|(label, id)| (score(text, &key, label), label, id)))
}

/// The one with the highest score, when it is high enough and no other has the same.
fn only_best<'l>(scored: impl Iterator<Item = (f64, &'l str, u64)>) -> Option<Meant<'l>> {
    let mut scored: Vec<_> = scored.filter(|(score, ..)| *score >= ALIKE).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let &(best, label, id) = scored.first()?;
    let alone = scored.get(1).is_none_or(|(second, ..)| *second < best);
    alone.then_some(Meant { label, id, sure: false })
}

/// How much speaks for a label, from 0 to 1: its initials, its beginning, or words in common.
fn score(text: &str, key: &str, label: &str) -> f64 {
    let label_words = words(label);
    let initials: String = label_words.iter().filter_map(|word| word.chars().next()).collect();
    let plain_label = plain(label);
    if initials.len() > 1 && initials == key {
        0.9
    } else if key.len() >= 3 && (plain_label.starts_with(key) || key.starts_with(&plain_label)) {
        0.8
    } else {
        alike(&words(text), &label_words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [(&str, u64); 7] = [
        ("Surveillance", 1),
        ("Background check", 2),
        ("Scene investigation", 3),
        ("Recorded statement", 4),
        ("Workers' compensation", 5),
        ("Social media", 6),
        ("Statement, recorded again", 7),
    ];

    fn of(text: &str) -> Option<(u64, bool)> {
        meant(text, LABELS.into_iter()).map(|meant| (meant.id, meant.sure))
    }

    #[test]
    fn the_label_itself_however_it_is_written() {
        for text in ["Surveillance", " surveillance", "SURVEILLANCE.", "Surveil-lance"] {
            assert_eq!(of(text), Some((1, true)), "{text:?}");
        }
        assert_eq!(of("Workers Compensation"), Some((5, true)));
    }

    #[test]
    fn what_only_looks_like_it_is_not_sure() {
        for (text, id) in
            [("Survellance", 1), ("Background", 2), ("WC", 5), ("Surv", 1), ("Social Media Search", 6)]
        {
            assert_eq!(of(text), Some((id, false)), "{text:?}");
        }
    }

    #[test]
    fn two_that_fit_equally_are_none() {
        assert_eq!(of("S"), None);
        assert_eq!(of("Trial"), None);
        assert_eq!(of(""), None);
        assert_eq!(of("…"), None);
        let twice = [("Denver", 1), ("Den-ver", 2)];
        assert_eq!(meant("DEN VER", twice.into_iter()), None);
        assert_eq!(meant("denver", twice.into_iter()).map(|meant| meant.id), Some(1));
    }
}
