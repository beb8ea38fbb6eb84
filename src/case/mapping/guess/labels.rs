//! Matching values in a file with labels of the account.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::vocabulary::words;
use crate::case::mapping::recipe::MappedValue;
use crate::case::values::words::{alphanumeric, normalize, similarity};

/// Label that a value may mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelMatch<'l> {
    /// The label.
    pub label: &'l str,
    /// Its id.
    pub id: u64,
    /// True if it is the label itself, apart from case and punctuation; false if it is only similar.
    pub sure: bool,
}

/// Maximum number of labels that are all added to a value map, even if they don't occur.
const FEW_LABELS: usize = 60;

/// Returns the value map of a column: all labels (of many, only those that occur), and values that are a label
/// written differently. Empty if no label occurs.
pub(super) fn value_map<'t>(
    texts: impl Iterator<Item = &'t str>,
    labels: &[(&str, u64)],
) -> BTreeMap<String, MappedValue> {
    let mut by_key: HashMap<String, Vec<(&str, u64)>> = HashMap::new();
    for (label, id) in labels {
        by_key.entry(alphanumeric(label)).or_default().push((label, *id));
    }
    let mut meanings: BTreeMap<String, (&'t str, u64)> = BTreeMap::new();
    for text in texts {
        let same = by_key.get(&alphanumeric(text)).map_or(&[][..], Vec::as_slice);
        if let Some(matched) = match_label(text, same.iter().copied()).filter(|matched| matched.sure) {
            meanings.entry(normalize(text)).or_insert((text, matched.id));
        }
    }
    if meanings.is_empty() {
        return BTreeMap::new();
    }
    let occurring: BTreeSet<u64> = meanings.values().map(|(_, of)| *of).collect();
    let occurs = |id: u64| occurring.contains(&id);
    let used = labels.iter().filter(|(_, id)| labels.len() <= FEW_LABELS || occurs(*id));
    let named: BTreeMap<String, u64> = used.map(|(label, id)| ((*label).to_owned(), *id)).collect();
    let folded: BTreeSet<String> = named.keys().map(|label| normalize(label)).collect();
    let others = meanings.into_iter().filter(|(key, _)| !folded.contains(key));
    let others: Vec<(String, u64)> = others.map(|(_, (text, id))| (text.trim().to_owned(), id)).collect();
    named.into_iter().chain(others).map(|(text, id)| (text, MappedValue::Id(id))).collect()
}

/// Minimum similarity of a value and a label.
const ALIKE: f64 = 0.45;

/// Returns the label that a value means; `None` if two labels fit equally well, so that a person has to decide.
pub fn match_label<'l>(
    text: &str,
    labels: impl Iterator<Item = (&'l str, u64)> + Clone,
) -> Option<LabelMatch<'l>> {
    let key = alphanumeric(text);
    if key.is_empty() {
        return None;
    }
    let mut same = labels.clone().filter(|(label, _)| alphanumeric(label) == key);
    if let Some((label, id)) = same.next() {
        // Exactly the same comes before the same apart from punctuation.
        let exact = labels.clone().find(|(label, _)| label.trim().eq_ignore_ascii_case(text.trim()));
        return match (exact, same.next()) {
            (Some((label, id)), _) => Some(LabelMatch { label, id, sure: true }),
            (None, None) => Some(LabelMatch { label, id, sure: true }),
            (None, Some(_)) => None,
        };
    }
    only_best(labels.map(|(label, id)| (score(text, &key, label), label, id)))
}

/// Returns the label with the highest score, if it is high enough and unique.
fn only_best<'l>(scored: impl Iterator<Item = (f64, &'l str, u64)>) -> Option<LabelMatch<'l>> {
    let mut scored: Vec<_> = scored.filter(|(score, ..)| *score >= ALIKE).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let &(best, label, id) = scored.first()?;
    let is_best = scored.get(1).is_none_or(|(second, ..)| *second < best);
    is_best.then_some(LabelMatch { label, id, sure: false })
}

/// Returns the highest number of typing errors in a text of this many characters that may still mean a label.
fn errors_allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..6 => 1,
        6..12 => 2,
        _ => 3,
    }
}

/// Returns the score of a misspelled label, higher for fewer errors; `None` if it isn't close. Digits must be the same:
/// “Region 3” is no typing error for “Region 4”.
fn misspelled(key: &str, label: &str) -> Option<f64> {
    let (length, of_label) = (key.chars().count(), label.chars().count());
    let allowed = errors_allowed(length.min(of_label));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if length.abs_diff(of_label) > allowed || digits(key) != digits(label) {
        return None;
    }
    match strsim::osa_distance(key, label) {
        1 if allowed >= 1 => Some(0.7),
        2 if allowed >= 2 => Some(0.65),
        3 if allowed >= 3 => Some(0.6),
        _ => None,
    }
}

/// Scores how well a label fits, from 0 to 1: by its initials, its beginning, its spelling, or words in common.
fn score(text: &str, key: &str, label: &str) -> f64 {
    let label_words = words(label);
    let initials: String = label_words.iter().filter_map(|word| word.chars().next()).collect();
    let plain_label = alphanumeric(label);
    if initials.len() > 1 && initials == key {
        0.9
    } else if key.len() >= 3 && (plain_label.starts_with(key) || key.starts_with(&plain_label)) {
        0.8
    } else {
        similarity(&words(text), &label_words).max(misspelled(key, &plain_label).unwrap_or(0.0))
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
        match_label(text, LABELS.into_iter()).map(|matched| (matched.id, matched.sure))
    }

    #[test]
    fn the_exact_label_matches_in_any_spelling() {
        for text in ["Surveillance", " surveillance", "SURVEILLANCE.", "Surveil-lance"] {
            assert_eq!(of(text), Some((1, true)), "{text:?}");
        }
        assert_eq!(of("Workers Compensation"), Some((5, true)));
    }

    #[test]
    fn similar_labels_are_unsure_matches() {
        for (text, id) in
            [("Survellance", 1), ("Background", 2), ("WC", 5), ("Surv", 1), ("Social Media Search", 6)]
        {
            assert_eq!(of(text), Some((id, false)), "{text:?}");
        }
    }

    #[test]
    fn a_misspelled_label_is_suggested_if_no_other_is_as_close() {
        for (text, id) in
            [("Survelliance", 1), ("Surveilance", 1), ("Socail media", 6), ("Scene investgation", 3)]
        {
            assert_eq!(of(text), Some((id, false)), "{text:?}");
        }
        let nearest = |text: &str, labels: &[(&'static str, u64)]| {
            match_label(text, labels.iter().copied()).map(|matched| matched.id)
        };
        assert_eq!(nearest("Dever", &[("Denver", 1), ("Dover", 2)]), None, "both are one letter away");
        assert_eq!(nearest("Denvr", &[("Denver", 1), ("Dover", 2)]), Some(1));
        assert_eq!(nearest("North 4", &[("North 3", 1)]), None, "another number is no typing error");
        assert_eq!(nearest("Cat", &[("Car", 1)]), None, "too short to tell");
        assert_eq!(nearest("Surgery", &[("Surveillance", 1)]), None);
    }

    #[test]
    fn a_value_map_knows_the_labels_and_how_they_are_written() {
        let map = value_map(["SURVEILLANCE", "Workers Compensation", "Trial", ""].into_iter(), &LABELS);
        assert_eq!(map.len(), LABELS.len() + 1);
        assert_eq!(map["Workers Compensation"], MappedValue::Id(5));
        assert!(value_map(["Trial", "Background"].into_iter(), &LABELS).is_empty(), "nothing surely occurs");
    }

    #[test]
    fn a_tie_of_labels_is_no_match() {
        assert_eq!(of("S"), None);
        assert_eq!(of("Trial"), None);
        assert_eq!(of(""), None);
        assert_eq!(of("…"), None);
        let twice = [("Denver", 1), ("Den-ver", 2)];
        assert_eq!(match_label("DEN VER", twice.into_iter()), None);
        assert_eq!(match_label("denver", twice.into_iter()).map(|matched| matched.id), Some(1));
    }
}
