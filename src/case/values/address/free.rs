//! Addresses recognized by their end, `City, State ZIP`, and by what comes before it.

use super::Address;
use super::words;

/// What separates the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// Commas, which may also be inside a part.
    Commas,
    /// Lines, each of which has a meaning.
    Lines,
}

/// Maximum length in words. Longer texts aren't addresses, and finding the street would take too long.
const MAX_WORDS: usize = 40;

const NO_END: &str = "it doesn't end with a state and ZIP";
const NO_BORDER: &str = "the street and the city can't be told apart";

/// Reads the parts of an address. The error says what is missing.
pub(super) fn parse(parts: &[Vec<&str>], set_off: Break) -> Result<Address, &'static str> {
    let mut parts: Vec<Vec<&str>> = parts.iter().filter(|part| !part.is_empty()).cloned().collect();
    if parts.iter().map(Vec::len).sum::<usize>() > MAX_WORDS {
        return Err("it is too long for an address");
    }
    let is_only_part = parts.len() == 1;
    if set_off == Break::Lines
        && let Some((street, units)) = parts.split_first()
        && is_street(street)
        && !units.is_empty()
        && units.iter().all(|part| words::is_unit(part))
    {
        let address_1 = street.join(" ");
        return Ok(Address { address_1, address_2: join(units), ..Address::default() });
    }
    let country = take_country(&mut parts);
    let zip = take_zip(&mut parts);
    let state = take_state(&mut parts, &zip, is_only_part).ok_or(NO_END)?;
    let of_county = take_county(&mut parts);
    let rest = parts.pop().ok_or("there is no city")?;
    let (mut before, city) =
        if is_only_part && state.same_part && rest.len() > 1 { (parts, None) } else { city_of(&rest, parts) };
    let city = if let Some(city) = city {
        city
    } else {
        let (street, units, city) = split_run(&rest).ok_or(NO_BORDER)?;
        before.push(street.to_vec());
        if !units.is_empty() {
            before.push(units.to_vec());
        }
        city.join(" ")
    };
    let (address_1, mut address_2) = split_street(&before, set_off)?;
    if let Some(county) = of_county {
        address_2 =
            [address_2, county].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    }
    Ok(Address { address_1, address_2, city, state: state.text, zip: zip.join(" "), country })
}

/// Reads a city, its state and ZIP, of which some may be missing; `None` if there is more.
pub(super) fn parse_city(parts: &[Vec<&str>]) -> Option<Address> {
    let mut parts: Vec<Vec<&str>> = parts.iter().filter(|part| !part.is_empty()).cloned().collect();
    let country = take_country(&mut parts);
    let zip = take_zip(&mut parts);
    let is_lone_name = parts.len() == 1
        && !parts.first().is_some_and(|part| part.iter().any(|word| words::is_capital_code(word)));
    // `New York` and `Washington 20001` are cities.
    let state = if is_lone_name { None } else { take_state(&mut parts, &zip, false) };
    let city = match parts.as_slice() {
        [] if state.is_some() || !zip.is_empty() => String::new(),
        [city] if is_city(city, true) => city.join(" "),
        _ => return None,
    };
    let state = state.map_or_else(String::new, |state| state.text);
    Some(Address { city, state, zip: zip.join(" "), country, ..Address::default() })
}

/// Takes out a county between the city and the state. A county in place of the city stays.
fn take_county(parts: &mut Vec<Vec<&str>>) -> Option<String> {
    let [_, .., city, county] = parts.as_slice() else { return None };
    if !is_county(county) || !is_city(city, true) || words::is_unit(city) || is_street(city) {
        return None;
    }
    parts.pop().map(|county| county.join(" "))
}

/// Returns true for `Adams County`.
pub(super) fn is_county(part: &[&str]) -> bool {
    matches!(part, [_, .., last] if matches!(words::fold(last).as_str(), "county" | "parish"))
}

/// Returns the city of the last part: all of it, or what follows a unit. `None` if it includes a street.
fn city_of<'a>(rest: &[&'a str], mut before: Vec<Vec<&'a str>>) -> (Vec<Vec<&'a str>>, Option<String>) {
    let (unit, city) = rest.split_at_checked(words::units_len(rest)).unwrap_or_default();
    if !is_city(city, !before.is_empty()) {
        return (before, None);
    }
    if !unit.is_empty() {
        if before.is_empty() {
            return (before, None);
        }
        before.push(unit.to_vec());
    }
    (before, Some(city.join(" ")))
}

/// Splits the parts before the city into the street and the rest.
fn split_street(before: &[Vec<&str>], set_off: Break) -> Result<(String, String), &'static str> {
    let streets = before.iter().filter(|part| is_street(part)).count();
    let at = match before.iter().position(|part| is_street(part)) {
        Some(at) => at,
        // `Empire State Building, New York, NY 10118`
        None => before.iter().position(|part| !words::is_unit(part) && !words::is_care_of(part)).unwrap_or(0),
    };
    let Some((front, [street, back @ ..])) = before.split_at_checked(at) else {
        return Ok((String::new(), String::new()));
    };
    let numbered = |part: &Vec<&str>| is_street(part) && words::box_len(part) == 0;
    if back.iter().any(numbered) {
        return Err("there is more than one street");
    }
    let plain = |part: &Vec<&str>| !words::is_unit(part) && !words::is_care_of(part);
    if set_off == Break::Commas && back.iter().any(plain) {
        return Err("one part is neither a street, a unit nor a city");
    }
    // A word like `Street` alone on a line comes from a wrapped line.
    if back.iter().any(|part| matches!(part.as_slice(), [word] if words::is_suffix(word))) {
        return Err(NO_BORDER);
    }
    if streets == 0 && front.iter().any(plain) {
        return Err("no part looks like a street");
    }
    let (line, unit) = street.split_at_checked(street_len(street)).unwrap_or_default();
    let mut second = front.to_vec();
    if !unit.is_empty() {
        second.push(unit.to_vec());
    }
    second.extend(back.iter().cloned());
    Ok((line.join(" "), join(&second)))
}

fn join(parts: &[Vec<&str>]) -> String {
    parts.iter().map(|part| part.join(" ")).collect::<Vec<_>>().join(", ")
}

/// Returns the length of a street without the units at its end.
fn street_len(street: &[&str]) -> usize {
    (2..street.len())
        .find(|at| street.get(*at..).is_some_and(|rest| words::units_len(rest) == rest.len()))
        .unwrap_or(street.len())
}

fn take_country(parts: &mut Vec<Vec<&str>>) -> String {
    let Some(last) = parts.last() else { return String::new() };
    let is_country_name = words::is_us_or_canada(last);
    let behind_code = matches!(last.as_slice(), ["CA"])
        && parts.iter().rev().nth(1).is_some_and(|part| zip_len(part) > 0 && ends_with_canadian_code(part));
    if parts.len() > 1 && (is_country_name || behind_code) {
        return parts.pop().unwrap_or_default().join(" ");
    }
    let Some(last) = parts.last_mut() else { return String::new() };
    last.split_off(last.len() - country_len(last)).join(" ")
}

/// Returns the number of words at the end that are a country after a ZIP or a state.
fn country_len(words: &[&str]) -> usize {
    let is_country = |len: &usize| {
        let Some((before, country)) = words.len().checked_sub(*len).and_then(|at| words.split_at_checked(at))
        else {
            return false;
        };
        let behind = zip_len(before) > 0 || before.last().is_some_and(|word| words::is_capital_code(word));
        behind && (words::is_us_or_canada(country) || country == ["CA"] && ends_with_canadian_code(before))
    };
    (1..=4).rev().find(is_country).unwrap_or(0)
}

fn ends_with_canadian_code(words: &[&str]) -> bool {
    words::is_canadian_code(words.get(words.len().saturating_sub(2)..).unwrap_or_default())
        || words.last().is_some_and(|word| words::is_canadian_code(&[*word]))
}

/// Returns the number of words at the end that are a ZIP or postal code.
fn zip_len(words: &[&str]) -> usize {
    match words {
        [.., area, unit] if words::is_canadian_code(&[*area, *unit]) => 2,
        [.., zip] if words::is_zip(&[without_dash(zip)]) => 1,
        _ => 0,
    }
}

/// Returns a ZIP without a dash at its end, behind which programs leave out the other four digits: `80202-`.
fn without_dash(zip: &str) -> &str {
    zip.strip_suffix('-').unwrap_or(zip)
}

fn take_zip<'a>(parts: &mut Vec<Vec<&'a str>>) -> Vec<&'a str> {
    let Some(last) = parts.last_mut() else { return Vec::new() };
    let zip: Vec<&str> = last.split_off(last.len() - zip_len(last)).into_iter().map(without_dash).collect();
    if last.is_empty() {
        parts.pop();
    }
    zip
}

struct ParsedState {
    text: String,
    /// Whether something else came before it without a comma.
    same_part: bool,
}

fn take_state(parts: &mut Vec<Vec<&str>>, zip: &[&str], is_only_part: bool) -> Option<ParsedState> {
    let last = parts.last_mut()?;
    if words::is_state(last) {
        let text = parts.pop()?.join(" ");
        return Some(ParsedState { text, same_part: false });
    }
    let len = state_len(last, zip, is_only_part);
    let at = last.len().checked_sub(len).filter(|_| len > 0)?;
    Some(ParsedState { text: last.split_off(at).join(" "), same_part: true })
}

/// Returns the number of words at the end that are a state after something else. A name, or a code in lower case,
/// counts only if the ZIP confirms it: Port Washington is in New York, and `Ct` is a court.
fn state_len(words: &[&str], zip: &[&str], is_only_part: bool) -> usize {
    for len in (1..=4usize).rev() {
        let Some(at) = words.len().checked_sub(len).filter(|at| *at > 0) else { continue };
        let state = words.get(at..).unwrap_or_default();
        if !words::is_state(state) {
            continue;
        }
        let code = matches!(state, [code] if words::is_capital_code(code));
        let twofold = matches!(state, [code] if words::is_direction(code) || words::is_suffix(code));
        let sure = match zip.first() {
            Some(zip) => {
                code && !twofold
                    || words::zip_starts(state).is_some_and(|starts| words::zip_starts_with(zip, starts))
            }
            None => code && !(is_only_part && twofold),
        };
        if sure {
            return len;
        }
    }
    0
}

/// Returns true if a text has a state with a ZIP, or ends with a number that can only be a ZIP.
pub(super) fn contains_zip(words: &[&str]) -> bool {
    let words = without_country(words);
    let (before, zip) = words.split_at_checked(words.len() - zip_len(words)).unwrap_or_default();
    // The longest state has four words, plus one before it.
    let tail = before.get(before.len().saturating_sub(5)..).unwrap_or_default();
    let has_state = words::is_state(tail) || state_len(tail, zip, false) > 0;
    // `PO Box 12345`, `County Rd 12345` and `Apt 12345` aren't ZIPs.
    let is_before_number =
        |word: &str| words::precedes_number(word) || words::is_route(word) || words::fold(word) == "box";
    let lone = matches!(words, [.., before, zip]
        if words::is_us_zip(zip) && !is_before_number(before) && words::unit_len(&[*before, *zip]) == 0);
    // `CO 80202 1234`, whatever follows.
    let inside = words
        .windows(2)
        .any(|pair| matches!(pair, [code, zip] if words::is_us_zip(zip) && words::is_capital_code(code)));
    !zip.is_empty() && has_state || lone || inside
}

/// Returns true if a text is more than a street, such as `12 Main St Denver CO`.
pub(super) fn ends_with_code(words: &[&str]) -> bool {
    let Some((code, before)) = without_country(words).split_last() else { return false };
    let is_street = words::is_direction(code) || words::is_suffix(code);
    words::is_capital_code(code) && !is_street && split_run(before).is_some()
}

fn without_country<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    words.get(..words.len() - country_len(words)).unwrap_or_default()
}

/// Returns true for a number and a word for a street: `12 Main St`.
pub(super) fn is_numbered_street(part: &[&str]) -> bool {
    let numbered = part.first().is_some_and(|word| words::starts_with_digit(word));
    numbered && part.iter().skip(1).any(|word| words::is_suffix(word)) || words::box_len(part) > 0
}

fn is_street(part: &[&str]) -> bool {
    let Some((first, rest)) = part.split_first() else { return false };
    if words::is_unit(part) && words::box_len(part) == 0 || words::is_care_of(part) {
        return false;
    }
    let is_route = words::is_route(first) && rest.iter().any(|word| words::has_digit(word));
    let end = rest.iter().rev().find(|word| !words::is_direction(word));
    words::box_len(part) > 0
        || words::starts_with_digit(first) && !rest.is_empty()
        || is_route
        || end.is_some_and(|word| words::is_suffix(word))
        || rest.iter().any(|word| words::is_and(word)) && rest.iter().any(|word| words::is_suffix(word))
}

/// Returns true if the words can only be a city.
fn is_city(city: &[&str], has_street: bool) -> bool {
    let Some((first, rest)) = city.split_first() else { return false };
    let lone_code = rest.is_empty() && words::is_state_code(first);
    if lone_code
        || city.iter().any(|word| words::has_digit(word) || words::is_and(word))
        || words::starts_like_unit(city)
        || words::is_care_of(city)
        || words::is_us_or_canada(city)
        || words::is_suffix(first) && rest.is_empty()
    {
        return false;
    }
    city.windows(2).enumerate().all(|(at, pair)| match pair {
        [before, word] if words::is_suffix(word) => {
            let is_last = at + 2 == city.len();
            if is_last {
                words::is_city_end(word)
            } else {
                words::is_saint(word) && (has_street || words::precedes_saint(before))
            }
        }
        _ => true,
    })
}

/// Splits words without a comma into street, units and city; `None` if the border isn't certain.
fn split_run<'a>(run: &'a [&'a str]) -> Option<(&'a [&'a str], &'a [&'a str], &'a [&'a str])> {
    if run.len() > MAX_WORDS {
        return None;
    }
    let cut = |street: usize| {
        let (street, rest) = run.split_at_checked(street)?;
        let units = words::units_len(rest);
        let units = units + words::box_len(rest.get(units..).unwrap_or_default());
        let (units, city) = rest.split_at_checked(units)?;
        let single = city.first().is_some_and(|word| word.chars().count() == 1 && !words::is_direction(word));
        // `Park Place | Dr Denver` is wrong; but Circle Pines is a city, and then there are two readings.
        let abbreviated = city
            .first()
            .is_some_and(|word| word.len() <= 4 && words::is_suffix(word) && !words::is_saint(word));
        (is_city(city, true) && !single && !abbreviated).then_some((street, units, city))
    };
    let in_box = words::box_len(run);
    if in_box > 0 {
        return cut(in_box);
    }
    let first = run.first()?;
    let numbered = words::starts_with_digit(first);
    // A unit is as good a border as a word for a street.
    let unit = (2..run.len()).find(|at| run.get(*at..).is_some_and(|rest| words::unit_len(rest) > 0));
    if let (Some(unit), true) = (unit, numbered || words::is_route(first)) {
        return cut(unit);
    }
    let mut found = None;
    let mut previous = usize::MAX;
    for at in 0..run.len() {
        let Some((end, certain)) = street_end(run, at, numbered, previous) else { continue };
        previous = at;
        if let Some(reading) = cut(end) {
            if found.is_some() || !certain {
                return None;
            }
            found = Some(reading);
        }
    }
    found
}

/// Returns where a street ends that has its word for a street at `at`, and whether that is certain; `None` if there
/// is no such word.
fn street_end(run: &[&str], at: usize, numbered: bool, previous: usize) -> Option<(usize, bool)> {
    let word = |at: usize| run.get(at).copied().unwrap_or("");
    let with_number = words::precedes_number(word(at)) && words::has_digit(word(at + 1));
    let is_route = at == 0 && words::is_route(word(0)) || words::is_route(word(0)) && at < 3;
    let crosses = run.iter().take(at).any(|word| words::is_and(word));
    let named = at >= 2 && (numbered || crosses);
    let follows = previous.checked_add(1) == Some(at) && words::is_saint(word(at));
    if !(words::is_suffix(word(at)) || with_number)
        || !(named || with_number && (numbered || is_route))
        || follows
    {
        return None;
    }
    let mut end = at + 1 + usize::from(with_number);
    if words::is_and(word(end)) {
        return None;
    }
    let mut certain = !words::is_long_direction(word(end));
    if words::is_direction(word(end)) {
        certain = word(end).trim_end_matches('.').len() > 1 || !words::is_city_after_direction(word(end + 1));
        end += 1;
    }
    Some((end, certain))
}
