//! Words that identify streets, units and cities.

use super::places::PlaceWords;
pub(super) use super::places::{fold, fold_all};
pub(super) use super::states::{
    is_british_code, is_canadian_code, is_capital_code, is_short_zip, is_state, is_state_code,
    is_us_or_canada, is_us_zip, is_zip, zip_starts, zip_starts_with,
};
use crate::case::values::word_map::equals;

pub(super) fn is_suffix(word: &str) -> bool {
    PlaceWords::get().street_suffixes.has(word)
}

pub(super) fn precedes_number(word: &str) -> bool {
    PlaceWords::get().numbered_streets.has(word)
}

pub(super) fn is_route(word: &str) -> bool {
    PlaceWords::get().routes.has(word)
}

pub(super) fn is_city_end(word: &str) -> bool {
    PlaceWords::get().city_ends.has(word)
}

pub(super) fn precedes_saint(word: &str) -> bool {
    PlaceWords::get().before_saint.has(word)
}

pub(super) fn is_saint(word: &str) -> bool {
    PlaceWords::get().saints.has(word)
}

pub(super) fn is_city_after_direction(word: &str) -> bool {
    PlaceWords::get().directed_cities.has(word)
}

/// Returns true for `N` or `SW`.
pub(super) fn is_direction(word: &str) -> bool {
    PlaceWords::get().directions.has(word)
}

/// Returns true for `North`.
pub(super) fn is_long_direction(word: &str) -> bool {
    PlaceWords::get().long_directions.has(word)
}

pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "&" | "@" | "/") || word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("at")
}

pub(super) fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

pub(super) fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns the number of words at the front that are a post office box or a rural route; 0 if they are neither.
pub(super) fn box_len(words: &[&str]) -> usize {
    let at = |at: usize| words.get(at).copied().unwrap_or("");
    let folded = |n: usize| fold(at(n));
    let number = |n: usize| if has_digit(at(n)) { n + 1 } else { 0 };
    let (first, second, third) = (folded(0), folded(1), folded(2));
    match (first.as_str(), second.as_str(), third.as_str()) {
        ("po", "box", _) => number(2),
        ("p", "o", "box") | ("post", "office", "box") => number(3),
        ("pob" | "pobox" | "box", ..) => number(1),
        ("rural" | "star", "route" | "rte" | "rt", _) => len_with_box(words, number(2)),
        // The last two are military: `PSC 1234 Box 5678`.
        ("rr" | "hc" | "rfd" | "psc" | "cmr", ..) => len_with_box(words, number(1)),
        _ => 0,
    }
}

fn len_with_box(words: &[&str], len: usize) -> usize {
    let has_box = len > 0
        && words.get(len).is_some_and(|word| fold(word) == "box")
        && words.get(len + 1).is_some_and(|word| has_digit(word));
    if has_box { len + 2 } else { len }
}

/// Returns the number of words at the front that are one unit: `Apt 4`, `# 4`, `2nd Floor`; 0 if there is none.
pub(super) fn unit_len(words: &[&str]) -> usize {
    let Some(first) = words.first() else { return 0 };
    let folded = || fold(first);
    let value = |at: usize, letter: bool| {
        words.get(at).is_some_and(|word| {
            let word = word.trim_start_matches('#');
            has_digit(word)
                || letter && word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic())
        })
    };
    let sign = usize::from(words.get(1) == Some(&"#"));
    if *first == "#" {
        return if value(1, true) { 2 } else { 0 };
    }
    if first.starts_with('#') {
        return usize::from(value(0, true));
    }
    let known = PlaceWords::get();
    if known.units.has(first) || equals(first, "ste") {
        return if value(1 + sign, true) { 2 + sign } else { 0 };
    }
    if known.units_before_number.has(first) {
        return if value(1 + sign, false) { 2 + sign } else { 0 };
    }
    if starts_with_digit(first) && words.get(1).is_some_and(|word| known.floors.has(word)) {
        return if ["st", "nd", "rd", "th"].iter().any(|end| folded().ends_with(end)) { 2 } else { 0 };
    }
    let glued = has_digit(first) && {
        let folded = folded();
        known.joined_units.iter().any(|unit| {
            folded
                .strip_prefix(unit.as_str())
                .is_some_and(|rest| starts_with_digit(rest.trim_start_matches('#')))
        })
    };
    usize::from(glued)
}

/// Returns the number of words at the front that are units.
pub(super) fn units_len(words: &[&str]) -> usize {
    let mut len = 0;
    while let Some(rest) = words.get(len..) {
        match unit_len(rest) {
            0 => break,
            more => len += more,
        }
    }
    len
}

/// Returns true if the words begin like a unit, with or without its number.
pub(super) fn starts_like_unit(words: &[&str]) -> bool {
    unit_len(words) > 0 || words.first().is_some_and(|word| PlaceWords::get().units.has(word))
}

/// Returns true if a part between commas is only a unit.
pub(super) fn is_unit(words: &[&str]) -> bool {
    let known = PlaceWords::get();
    match words {
        [] => return false,
        [one] if known.units_alone.has(one) => return true,
        // Between commas, `Suite One` and `Apt Rear` are clear too.
        [unit, _] if known.units.has(unit) => return true,
        _ => {}
    }
    if box_len(words) == words.len() {
        return true;
    }
    let rest = words.get(units_len(words)..).unwrap_or_default();
    // `Apt 4 B`, `Suite 100 East`.
    rest.len() < words.len()
        && matches!(rest, [] | [_] if rest.iter().all(|w| w.len() == 1 || is_direction(w) || is_long_direction(w)))
}

/// Returns true if a part says who the mail is for, not where it goes.
pub(super) fn is_care_of(words: &[&str]) -> bool {
    let Some(first) = words.first() else { return false };
    let folded = fold(first);
    PlaceWords::get().care_of.has(first)
        || first.len() <= 40 && folded.starts_with("c/o")
        || folded == "care" && words.get(1).is_some_and(|word| fold(word) == "of")
}
