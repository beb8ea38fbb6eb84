//! Addresses, read from the text of a cell.

mod british;
mod doubt;
mod free;
mod places;
mod states;
mod words;

use serde::Serialize;

use super::kind::{PartedValue, ValuePart};
use crate::text::clip;

/// Value of an address field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Address {
    /// Street address.
    pub address_1: String,
    /// Unit, building, suite.
    pub address_2: String,
    /// City.
    pub city: String,
    /// State or province.
    pub state: String,
    /// ZIP or postal code.
    pub zip: String,
    /// Country.
    pub country: String,
}

/// How an address was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressForm {
    /// By position, exactly as Trackops' own import reads it.
    Vendor,
    /// In several lines, as on an envelope.
    Lines,
    /// In one line, by the look of its parts.
    Free,
}

/// Why a text can't be read as an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// More parts than slots, whose meaning isn't clear.
    #[error("the address has {0} parts, but there are only five: Street, City, State, Zip, Country")]
    TooManyParts(usize),
    /// By position, a part would be in the wrong slot.
    #[error("{}: {why}", describe_slots(slots))]
    Shifted {
        /// The filled slots, by name.
        slots: Vec<(&'static str, String)>,
        /// What doesn't fit.
        why: String,
    },
    /// It can be read in several ways, or in none.
    #[error("the address isn't clear: {0}")]
    Unclear(String),
}

/// The five slots of the vendor's format, each a list of words.
type AddressSlots<'a> = [&'a [&'a str]; 5];

const SLOT_NAMES: [&str; 5] = ["street", "city", "state", "ZIP", "country"];

impl Address {
    /// Parses an address, and returns how it was read.
    ///
    /// First as Trackops' own import does: `Street, City, State, Zip, Country` by position from the left, where
    /// leading commas keep a gap and trailing parts may be missing. If a part doesn't fit its slot, the text is read
    /// as lines or as an address in one line, if that is certain. Keeps every word of the text in order; only a line
    /// before the street (`c/o Jane Doe`, a firm, a building) moves to `address_2`.
    pub fn parse(text: &str) -> Result<(Self, AddressForm), AddressError> {
        // `12 Main St; Denver; CO; 80202`
        if text.matches(';').count() > 1
            && !text.contains(',')
            && let Ok((address, form)) = Self::parse_with_commas(&text.replace(';', ","))
            && !address.city.is_empty()
        {
            return Ok((address, form));
        }
        if let Some(address) = british::parse(&split(text)) {
            return Ok((address, AddressForm::Free));
        }
        Self::parse_with_commas(text)
    }

    /// Parses `City, State Zip`, as beside a column with the street. Returns `None` if there is more.
    #[must_use]
    pub fn parse_city(text: &str) -> Option<Self> {
        free::parse_city(&split(&text.replace([';', '\n', '\r'], ",")))
    }

    fn parse_with_commas(text: &str) -> Result<(Self, AddressForm), AddressError> {
        let lines: Vec<Vec<Vec<&str>>> =
            text.split(['\n', '\r', '\u{2028}']).map(split).filter(|parts| !parts.is_empty()).collect();
        let one_line = lines.len() < 2;
        let parts = split(text);
        if !one_line {
            let parts: Vec<Vec<&str>> = lines.into_iter().flatten().collect();
            if let Ok(address) = free::parse(&parts, free::Break::Lines) {
                return Ok((address, AddressForm::Lines));
            }
        }
        if parts.len() == 1 && !one_line {
            return Err(AddressError::Unclear("the last line isn't city, state and ZIP".to_owned()));
        }
        let misfit = match slots(&parts) {
            Some(slots) => match describe_misfit(&slots) {
                None => return Ok((address_from_slots(&slots), AddressForm::Vendor)),
                misfit => misfit,
            },
            None => None,
        };
        if let Some(address) = without_units(&parts) {
            return Ok((address, AddressForm::Free));
        }
        let filled: Vec<Vec<&str>> = parts.iter().filter(|part| !part.is_empty()).cloned().collect();
        let why = match free::parse(&filled, free::Break::Commas) {
            Ok(address) => return Ok((address, AddressForm::Free)),
            Err(why) => why,
        };
        let Some(slots) = slots(&parts) else { return Err(AddressError::TooManyParts(parts.len())) };
        if parts.len() == 1 {
            // Without a ZIP, it may be just a street.
            return match misfit {
                Some(_) => Err(AddressError::Unclear(why.to_owned())),
                None => Ok((address_from_slots(&slots), AddressForm::Vendor)),
            };
        }
        let filled = SLOT_NAMES.into_iter().zip(slots).filter(|(_, words)| !words.is_empty());
        Err(AddressError::Shifted {
            slots: filled.map(|(name, words)| (name, words.join(" "))).collect(),
            why: format!("{}, and {why}", misfit.unwrap_or_default()),
        })
    }
}

/// Splits a text at commas, without the empty parts at the end.
fn split(text: &str) -> Vec<Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = text.split(',').map(|part| part.split_whitespace().collect()).collect();
    while parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    parts
}

fn slots<'a>(parts: &'a [Vec<&'a str>]) -> Option<AddressSlots<'a>> {
    if parts.len() > 5 {
        return None;
    }
    let mut slots: AddressSlots<'a> = [&[]; 5];
    for (slot, part) in slots.iter_mut().zip(parts) {
        *slot = part;
    }
    Some(slots)
}

fn address_from_slots(slots: &AddressSlots) -> Address {
    let [address_1, city, state, zip, country] = slots.map(|words| words.join(" "));
    Address { address_1, address_2: String::new(), city, state, zip, country }
}

/// Describes the first part that doesn't fit its slot, if any.
fn describe_misfit(slots: &AddressSlots) -> Option<String> {
    let [street, city, state, zip, country] = *slots;
    let misfit =
        |words: &[&str], what: &str| Some(format!("“{}” is {what}", clip(&words.join(" "), MAX_SHOWN)));
    let is_bare = state.is_empty() && zip.is_empty();
    if is_bare && free::contains_zip(street) || city.is_empty() && is_bare && free::ends_with_code(street) {
        return misfit(street, "more than a street");
    }
    if words::starts_like_unit(city) {
        return misfit(city, "a unit, not a city");
    }
    if free::is_numbered_street(city) {
        return misfit(city, "a street, not a city");
    }
    if matches!(city, [code] if words::is_state_code(code)) || words::is_us_or_canada(city) {
        return misfit(city, "not a city");
    }
    if words::is_zip(city) || free::contains_zip(city) {
        return misfit(city, "more than a city");
    }
    let ends_in_code = city.len() > 1 && city.last().is_some_and(|word| words::is_capital_code(word));
    if is_bare && country.is_empty() && ends_in_code {
        return misfit(city, "a city and a state");
    }
    if words::is_zip(country) {
        return misfit(country, "a ZIP, not a country");
    }
    if country.iter().any(|word| words::has_digit(word)) {
        return misfit(country, "not a country");
    }
    if is_foreign(country) {
        return None;
    }
    let is_state_as_country = words::is_state(country) && !words::is_us_or_canada(country);
    let fit_state = state.is_empty() || words::is_state(state);
    let fit_zip = zip.is_empty() || words::is_zip(zip);
    // `DE` and `IN` are countries too; then the ZIP's slot has a number.
    if is_state_as_country
        && (state.is_empty() || !fit_state)
        && zip.iter().any(|word| words::has_digit(word))
    {
        return None;
    }
    if !fit_state {
        return misfit(state, "not a state or province");
    }
    if !fit_zip {
        return misfit(zip, "not a ZIP or postal code");
    }
    if is_state_as_country && zip.is_empty() {
        return misfit(country, "a state, not a country");
    }
    None
}

/// Returns true if the country is given and is neither the United States nor Canada, so that other states and codes
/// apply.
fn is_foreign(country: &[&str]) -> bool {
    !country.is_empty()
        && !words::is_us_or_canada(country)
        && !words::is_state(country)
        && !country.iter().any(|word| words::has_digit(word))
}

/// Reads an address by position, without the units after the street; `None` if there are none or if the rest doesn't
/// fit.
fn without_units(parts: &[Vec<&str>]) -> Option<Address> {
    let (street, rest) = parts.split_first()?;
    let units = rest.iter().take_while(|part| words::is_unit(part)).count();
    let (units, rest) = rest.split_at_checked(units)?;
    if street.is_empty()
        || words::is_unit(street) && words::box_len(street) == 0
        || units.is_empty()
        || rest.len() > 4
    {
        return None;
    }
    let parts_left: Vec<Vec<&str>> = std::iter::once(street).chain(rest).cloned().collect();
    let slots = slots(&parts_left)?;
    if words::is_care_of(street) || describe_misfit(&slots).is_some() {
        return None;
    }
    let units: Vec<String> = units.iter().map(|unit| unit.join(" ")).collect();
    Some(Address { address_2: units.join(", "), ..address_from_slots(&slots) })
}

fn describe_slots(slots: &[(&'static str, String)]) -> String {
    let slots: Vec<String> =
        slots.iter().map(|(name, text)| format!("{name} would be “{}”", clip(text, MAX_SHOWN))).collect();
    slots.join(", ")
}

/// Maximum number of characters of an address part in a message.
const MAX_SHOWN: usize = 40;

impl PartedValue for Address {
    fn slot(&mut self, part: ValuePart) -> Option<&mut String> {
        match part {
            ValuePart::Address1 => Some(&mut self.address_1),
            ValuePart::Address2 => Some(&mut self.address_2),
            ValuePart::City => Some(&mut self.city),
            ValuePart::State => Some(&mut self.state),
            ValuePart::Zip => Some(&mut self.zip),
            ValuePart::Country => Some(&mut self.country),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod properties;
