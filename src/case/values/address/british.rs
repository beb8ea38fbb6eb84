//! British addresses in one line: `Flat 2, 10 High Street, Leeds, LS1 4AP`.

use super::Address;
use super::words;
use crate::case::values::country::country_code;

/// Parses street, city and postcode, with a unit before the street or a county behind the city; `None` if it is anything
/// else.
pub(super) fn parse(parts: &[Vec<&str>]) -> Option<Address> {
    // The second half of a postcode, which hardly any other address has.
    let is_half = |word: &&&str| {
        matches!(word.as_bytes(), [digit, one, two]
            if digit.is_ascii_digit() && one.is_ascii_alphabetic() && two.is_ascii_alphabetic())
    };
    parts.iter().rev().take(2).flatten().find(is_half)?;
    let mut parts: Vec<Vec<&str>> = parts.iter().filter(|part| !part.is_empty()).cloned().collect();
    let is_country = |part: &Vec<&str>| country_code(&part.join(" ")) == Some("GB");
    let country = parts.pop_if(|last| is_country(last)).map_or_else(String::new, |part| part.join(" "));
    let last = parts.last_mut()?;
    let zip = last.split_off(last.len().checked_sub(2)?);
    if !words::is_british_code(&zip) {
        return None;
    }
    if last.is_empty() {
        parts.pop();
    }
    let (unit, street, city, shire) = match parts.as_slice() {
        [street, city] => (None, street, city, None),
        [unit, street, city] if is_unit(unit) => (Some(unit), street, city, None),
        [street, city, shire] if is_shire(shire) => (None, street, city, Some(shire)),
        [unit, street, city, shire] if is_unit(unit) && is_shire(shire) => {
            (Some(unit), street, city, Some(shire))
        }
        _ => return None,
    };
    let is_city = !city.iter().any(|word| words::has_digit(word)) && !is_unit(city);
    let text = |part: Option<&Vec<&str>>| part.map_or_else(String::new, |part| part.join(" "));
    is_city.then(|| Address {
        address_1: street.join(" "),
        address_2: text(unit),
        city: city.join(" "),
        state: text(shire),
        zip: zip.join(" "),
        country,
    })
}

fn is_unit(part: &[&str]) -> bool {
    words::starts_like_unit(part) || part.first().is_some_and(|word| word.eq_ignore_ascii_case("flat"))
}

/// Returns true for `West Yorkshire`.
fn is_shire(part: &[&str]) -> bool {
    const OTHERS: [&str; 12] = [
        "cornwall",
        "cumbria",
        "devon",
        "dorset",
        "essex",
        "kent",
        "merseyside",
        "norfolk",
        "somerset",
        "suffolk",
        "surrey",
        "sussex",
    ];
    part.last().map(|word| word.to_lowercase()).is_some_and(|last| {
        last.ends_with("shire") || OTHERS.contains(&last.as_str()) || (part.len() > 1 && last == "midlands")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn british_addresses_end_with_a_postcode() {
        for (text, slots) in [
            ("10 Downing St, London, SW1A 2AA", ["10 Downing St", "", "London", "", "SW1A 2AA", ""]),
            ("10 Downing Street, London SW1A 2AA", ["10 Downing Street", "", "London", "", "SW1A 2AA", ""]),
            ("12 High Street, London,,SW1A 1AA", ["12 High Street", "", "London", "", "SW1A 1AA", ""]),
            (
                "Flat 2, 10 High Street, Leeds, West Yorkshire, LS1 4AP, UK",
                ["10 High Street", "Flat 2", "Leeds", "West Yorkshire", "LS1 4AP", "UK"],
            ),
            ("1 Mill Lane, Ely, Norfolk, CB7 4AA", ["1 Mill Lane", "", "Ely", "Norfolk", "CB7 4AA", ""]),
        ] {
            let (found, _) = Address::parse(text).unwrap();
            let Address { address_1, address_2, city, state, zip, country } = &found;
            assert_eq!([address_1, address_2, city, state, zip, country], slots, "{text}");
        }
        for text in [
            "Unit 4, Park Estate, Leeds, Kirkstall, LS1 4AP",
            "LS1 4AP",
            "Leeds, LS1 4AP",
            "1 Elm St, Denver, CO 80202",
        ] {
            let parts: Vec<Vec<&str>> =
                text.split(',').map(|part| part.split_whitespace().collect()).collect();
            assert_eq!(parse(&parts), None, "{text}");
        }
    }
}
