//! The words a street, a unit and a city are recognised by.

pub(super) use super::states::{
    agree, fold, is_canadian_code, is_capital_code, is_short_zip, is_state, is_state_code, is_us_or_canada,
    is_us_zip, is_zip,
};

const SUFFIXES: [&str; 42] = [
    "st",
    "str",
    "street",
    "ave",
    "av",
    "avenue",
    "rd",
    "road",
    "blvd",
    "boulevard",
    "dr",
    "drive",
    "ln",
    "lane",
    "ct",
    "court",
    "way",
    "pl",
    "place",
    "hwy",
    "highway",
    "pkwy",
    "parkway",
    "cir",
    "circle",
    "ter",
    "terr",
    "terrace",
    "loop",
    "sq",
    "square",
    "trl",
    "trail",
    "plz",
    "plaza",
    "expy",
    "expressway",
    "fwy",
    "freeway",
    "tpke",
    "turnpike",
    "aly",
];

/// A number may follow: `Hwy 50`, `County Rd 7`.
const NUMBERED: [&str; 7] = ["hwy", "highway", "rd", "road", "route", "rte", "loop"];

/// The beginning of a street without a house number, when a number follows somewhere.
const ROUTES: [&str; 10] =
    ["hwy", "highway", "us", "county", "state", "route", "rte", "cr", "fm", "interstate"];

/// What a city name may end with, though streets do too: Federal Way, University Place.
const CITY_ENDS: [&str; 4] = ["way", "place", "terrace", "square"];

/// What stands before `St.` when it means Saint: Port St. Lucie, Bay St. Louis.
const BEFORE_SAINT: [&str; 13] =
    ["port", "bay", "lake", "mount", "mt", "fort", "north", "south", "east", "west", "e", "new", "old"];

/// Cities that are written with one letter for their direction: `N Charleston` is no `N` of the street.
const DIRECTED_CITIES: [&str; 30] = [
    "charleston",
    "palm",
    "las",
    "hollywood",
    "miami",
    "chicago",
    "orange",
    "st",
    "saint",
    "san",
    "jordan",
    "hartford",
    "haven",
    "bend",
    "lansing",
    "allis",
    "covina",
    "valley",
    "memphis",
    "kingstown",
    "augusta",
    "canton",
    "point",
    "little",
    "cleveland",
    "providence",
    "brunswick",
    "bergen",
    "des",
    "plainfield",
];

/// A unit's word that no city begins with.
const UNITS: [&str; 15] = [
    "apt",
    "apartment",
    "unit",
    "suite",
    "bldg",
    "building",
    "rm",
    "room",
    "trlr",
    "trailer",
    "floor",
    "flr",
    "ph",
    "penthouse",
    "pmb",
];

/// A unit's word only before a number: Ste. Genevieve is a city.
const UNITS_BEFORE_NUMBER: [&str; 9] = ["ste", "fl", "lot", "space", "spc", "dept", "no", "tower", "wing"];

/// A unit without a number.
const UNITS_ALONE: [&str; 11] = [
    "rear",
    "front",
    "upper",
    "lower",
    "basement",
    "bsmt",
    "penthouse",
    "ph",
    "lobby",
    "upstairs",
    "downstairs",
];

fn is_in(table: &[&str], word: &str) -> bool {
    table.contains(&fold(word).as_str())
}

pub(super) fn is_suffix(word: &str) -> bool {
    is_in(&SUFFIXES, word)
}

pub(super) fn takes_number(word: &str) -> bool {
    is_in(&NUMBERED, word)
}

pub(super) fn is_route(word: &str) -> bool {
    is_in(&ROUTES, word)
}

pub(super) fn is_city_end(word: &str) -> bool {
    is_in(&CITY_ENDS, word)
}

pub(super) fn is_before_saint(word: &str) -> bool {
    is_in(&BEFORE_SAINT, word)
}

pub(super) fn is_saint(word: &str) -> bool {
    is_in(&["st", "saint", "ste"], word)
}

pub(super) fn is_directed_city(word: &str) -> bool {
    is_in(&DIRECTED_CITIES, word)
}

/// `N` or `SW`.
pub(super) fn is_direction(word: &str) -> bool {
    is_in(&["n", "s", "e", "w", "ne", "nw", "se", "sw"], word)
}

/// `North`.
pub(super) fn is_long_direction(word: &str) -> bool {
    is_in(&["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"], word)
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

/// How many words at the front are a post office box or a rural route; none when they are neither.
pub(super) fn box_len(words: &[&str]) -> usize {
    let at = |at: usize| words.get(at).copied().unwrap_or("");
    let folded = |n: usize| fold(at(n));
    let number = |n: usize| if has_digit(at(n)) { n + 1 } else { 0 };
    let (first, second, third) = (folded(0), folded(1), folded(2));
    match (first.as_str(), second.as_str(), third.as_str()) {
        ("po", "box", _) => number(2),
        ("p", "o", "box") | ("post", "office", "box") => number(3),
        ("pob" | "pobox" | "box", ..) => number(1),
        ("rural" | "star", "route" | "rte" | "rt", _) => with_box(words, number(2)),
        ("rr" | "hc" | "rfd", ..) => with_box(words, number(1)),
        _ => 0,
    }
}

fn with_box(words: &[&str], len: usize) -> usize {
    let has_box = len > 0
        && words.get(len).is_some_and(|word| fold(word) == "box")
        && words.get(len + 1).is_some_and(|word| has_digit(word));
    if has_box { len + 2 } else { len }
}

/// How many words at the front are one unit: `Apt 4`, `# 4`, `2nd Floor`; none when there is none.
pub(super) fn unit_len(words: &[&str]) -> usize {
    let Some(first) = words.first() else { return 0 };
    let folded = fold(first);
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
    if UNITS.contains(&folded.as_str()) || folded == "ste" {
        return if value(1 + sign, true) { 2 + sign } else { 0 };
    }
    if UNITS_BEFORE_NUMBER.contains(&folded.as_str()) {
        return if value(1 + sign, false) { 2 + sign } else { 0 };
    }
    if starts_with_digit(first) && words.get(1).is_some_and(|word| is_in(&["fl", "floor", "flr"], word)) {
        return if ["st", "nd", "rd", "th"].iter().any(|end| folded.ends_with(end)) { 2 } else { 0 };
    }
    let glued = ["apt", "unit", "ste", "suite", "bldg"].iter().any(|unit| {
        folded.strip_prefix(unit).is_some_and(|rest| starts_with_digit(rest.trim_start_matches('#')))
    });
    usize::from(glued)
}

/// How many words at the front are units.
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

/// Whether the words begin like a unit, with or without its number.
pub(super) fn begins_like_unit(words: &[&str]) -> bool {
    unit_len(words) > 0 || words.first().is_some_and(|word| is_in(&UNITS, word))
}

/// Whether a part between commas is a unit and nothing else.
pub(super) fn is_unit(words: &[&str]) -> bool {
    match words {
        [] => return false,
        [one] if is_in(&UNITS_ALONE, one) => return true,
        // Set off by commas, `Suite One` and `Apt Rear` are clear as well.
        [unit, _] if is_in(&UNITS, unit) => return true,
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

/// Whether a part is for whom the mail is, not where it goes.
pub(super) fn is_care_of(words: &[&str]) -> bool {
    let Some(first) = words.first() else { return false };
    let folded = fold(first);
    ["c/o", "attn", "attn:", "attention:"].contains(&folded.as_str())
        || first.len() <= 40 && folded.starts_with("c/o")
        || folded == "care" && words.get(1).is_some_and(|word| fold(word) == "of")
}
