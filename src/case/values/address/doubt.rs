//! Doubts about addresses: parts that are missing, in the wrong place, or that contradict each other.

use super::{Address, free, is_foreign, words};
use crate::case::values::country::country_code;
use crate::case::values::kind::ValuePart;
use crate::case::values::placeholder::{is_no_street, is_zeros};

/// Why someone should check an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressDoubt {
    /// Four digits.
    ShortZip,
    /// Another country, and a word before the postal code: `CDMX 06600`.
    WordInZip,
    /// Another country, and no digit in the postal code.
    NoZip,
    /// Another country, and a postal code in the state: `06000 Ciudad de México`.
    DigitsInState,
    /// Neither a ZIP nor a postal code.
    UnknownZip,
    /// Not a known state or province.
    UnknownState,
    /// The ZIP belongs to another state.
    ZipOfOtherState,
    /// A ZIP instead of the country.
    ZipInCountry,
    /// A state instead of the city, or at its end.
    StateInCity,
    /// A street that seems to be a whole address.
    StateInStreet,
    /// A street that ends with a state and a ZIP.
    WholeInStreet,
    /// A street and its number instead of the city.
    StreetInCity,
    /// A unit instead of the city.
    UnitInCity,
    /// A ZIP instead of the city, or at its end.
    ZipInCity,
    /// Other digits in the city, such as a postal code of another country.
    DigitsInCity,
    /// Only a ZIP or a state, read as the street.
    NoStreet,
    /// A text that says that there is none: `Homeless`.
    SaysNoStreet,
    /// A street with `|` or several `;`, which seems to be a whole address.
    PartsInStreet,
    /// A county, for which there is no part.
    County,
    /// A state's code or name that is also a country.
    StateInCountry,
    /// Another country, but a state and a ZIP of the United States.
    StateOfOtherCountry,
}

impl AddressDoubt {
    /// Describes the doubt in one sentence.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::ShortZip => "the ZIP has four digits; its leading zero is likely lost",
            Self::WordInZip => "there is a state or a country before the postal code",
            Self::NoZip => "the postal code has no digits",
            Self::DigitsInState => "the state has digits",
            Self::UnknownZip => "the ZIP is neither a US ZIP code nor a Canadian postal code",
            Self::UnknownState => "the state isn't a known state or province",
            Self::ZipOfOtherState => "the ZIP belongs to another state",
            Self::ZipInCountry => "there is a ZIP where the country should be",
            Self::StateInCity => "there is a state where the city should be",
            Self::StateInStreet => "the street ends with a state, but there is no city",
            Self::WholeInStreet => "the street ends with a state and a ZIP, so it may be a whole address",
            Self::StreetInCity => "there is a street where the city should be",
            Self::UnitInCity => "there is a unit where the city should be",
            Self::ZipInCity => "there is a ZIP where the city should be",
            Self::DigitsInCity => "the city has digits",
            Self::NoStreet => "there is only a ZIP or a state, which is sent as the street",
            Self::SaysNoStreet => "the street says that there is no address",
            Self::PartsInStreet => {
                "the street seems to be a whole address, with other separators than commas"
            }
            Self::County => "the county is sent as the second line of the street",
            Self::StateInCountry => "the country is a state's code or name, but is sent as a foreign country",
            Self::StateOfOtherCountry => "the state and ZIP are in the United States, but the country isn't",
        }
    }

    /// Returns the part that the doubt is about, if it can be in a column of its own.
    pub(in crate::case) fn part(self) -> Option<ValuePart> {
        match self {
            Self::WholeInStreet => Some(ValuePart::Address1),
            Self::ZipInCity | Self::StreetInCity | Self::DigitsInCity => Some(ValuePart::City),
            Self::StateInCountry | Self::StateOfOtherCountry => Some(ValuePart::Country),
            _ => None,
        }
    }
}

impl Address {
    /// Returns the doubts about the address, wherever its parts come from.
    #[must_use]
    pub fn doubts(&self) -> Vec<AddressDoubt> {
        let words = |text| str::split_whitespace(text).collect::<Vec<&str>>();
        let [street, city, state, zip, country] =
            [&self.address_1, &self.city, &self.state, &self.zip, &self.country].map(|text| words(text));
        let mut doubts = Vec::new();
        let mut doubt = |is_so: bool, doubt| {
            if is_so {
                doubts.push(doubt);
            }
        };
        // Without a country, the postal code may show it.
        let is_british = country.is_empty() && words::is_british_code(&zip) && !words::is_state(&state);
        let is_abroad = is_british || is_foreign(&country);
        let is_short = matches!(zip.as_slice(), [zip] if words::is_short_zip(zip));
        let starts = words::zip_starts(&state);
        let known_state = state.is_empty() || starts.is_some();
        let known_zip = zip.is_empty() || words::is_zip(&zip);
        doubt(words::is_zip(&country), AddressDoubt::ZipInCountry);
        doubt(words::starts_like_unit(&city), AddressDoubt::UnitInCity);
        let separators = [self.address_1.contains('|'), self.address_1.matches(';').count() > 1];
        doubt(separators.contains(&true), AddressDoubt::PartsInStreet);
        doubt(is_no_street(&self.address_1), AddressDoubt::SaysNoStreet);
        let last_line = self.address_2.rsplit(',').next().map(words).unwrap_or_default();
        doubt(free::is_county(&last_line), AddressDoubt::County);
        let others_empty = [&city, &state, &zip].iter().all(|words| words.is_empty());
        let is_no_street =
            || matches!(street.as_slice(), [word] if words::is_us_zip(word)) || words::is_state(&street);
        doubt(others_empty && is_no_street(), AddressDoubt::NoStreet);
        let is_american = is_abroad && is_american(&state, &zip);
        let is_country = || country_code(&self.country).is_some();
        doubt(is_american && is_country(), AddressDoubt::StateOfOtherCountry);
        doubt(is_state_as_country(&state, &zip, &country) && is_country(), AddressDoubt::StateInCountry);
        if is_abroad && !is_american {
            // `Dublin 2` is a city, `80331 München` isn't.
            let digits = self.city.bytes().filter(u8::is_ascii_digit).count();
            doubt(digits > 3, AddressDoubt::DigitsInCity);
            // `1012 AB` and `SE-111 22` are postal codes.
            let is_word_first = matches!(zip.as_slice(), [word, number] if word.len() > 1
                && word.chars().all(char::is_alphabetic)
                && number.len() > 3
                && number.bytes().all(|byte| byte.is_ascii_digit()));
            doubt(is_word_first, AddressDoubt::WordInZip);
            let is_wordy = !zip.is_empty() && !zip.iter().any(|word| words::has_digit(word));
            doubt(is_wordy, AddressDoubt::NoZip);
            let digits = self.state.bytes().filter(u8::is_ascii_digit).count();
            doubt(digits > 3, AddressDoubt::DigitsInState);
            return doubts;
        }
        let ends_in_zip = city.last().is_some_and(|word| words::is_us_zip(word));
        let is_numbered = matches!(city.as_slice(), [number, _, ..]
            if words::starts_with_digit(number) && city.last().is_some_and(|word| words::is_suffix(word)));
        let is_told = ends_in_zip || is_numbered || words::starts_like_unit(&city) || is_zeros(&self.city);
        doubt(has_digits(&city) && !is_told, AddressDoubt::DigitsInCity);
        doubt(ends_in_zip, AddressDoubt::ZipInCity);
        doubt(is_short, AddressDoubt::ShortZip);
        doubt(!known_zip, AddressDoubt::UnknownZip);
        doubt(!known_state, AddressDoubt::UnknownState);
        let both = starts.zip(zip.first()).filter(|_| known_zip);
        let disagree =
            both.is_some_and(|(starts, zip)| !words::zip_starts_with(zip, starts) && !is_odd_zip(zip));
        doubt(disagree, AddressDoubt::ZipOfOtherState);
        let ends_in_code = |words: &[&str]| words.last().is_some_and(|word| words::is_capital_code(word));
        let is_listed = self.city.contains(',') && ends_in_code(&city);
        doubt(
            is_listed || state.is_empty() && (words::is_state(&city) || ends_in_code(&city)),
            AddressDoubt::StateInCity,
        );
        let is_whole = matches!(street.as_slice(), [_, _, .., code, zip]
            if words::is_us_zip(zip) && words::is_capital_code(code));
        doubt(is_whole && !separators.contains(&true), AddressDoubt::WholeInStreet);
        doubt(is_numbered, AddressDoubt::StreetInCity);
        if city.is_empty() && state.is_empty() {
            // `NE` and `CT` also end streets.
            let is_part_of_street =
                || street.last().is_some_and(|word| words::is_direction(word) || words::is_suffix(word));
            let ends_in_state = street.len() > 1 && ends_in_code(&street) && !is_part_of_street();
            doubt(ends_in_state, AddressDoubt::StateInStreet);
        }
        doubts
    }
}

/// Returns true for a city with digits, other than a short number in front: `29 Palms`, `100 Mile House`.
fn has_digits(city: &[&str]) -> bool {
    let is_short = |word: &str| word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = usize::from(city.len() > 1 && city.first().is_some_and(|word| is_short(word)));
    city.iter().skip(number).any(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// Returns true if the state and the ZIP can only be in the United States.
fn is_american(state: &[&str], zip: &[&str]) -> bool {
    let fits = |zip: &&str| {
        let starts = words::zip_starts(state);
        words::is_us_zip(zip) && starts.is_some_and(|starts| words::zip_starts_with(zip, starts))
    };
    zip.first().is_some_and(fits)
}

/// Returns true if a country such as `CA` or `Georgia` is more likely the state: it is the same as the state, or the
/// ZIP is one of the United States.
fn is_state_as_country(state: &[&str], zip: &[&str], country: &[&str]) -> bool {
    if !words::is_state(country) || words::is_us_or_canada(country) {
        return false;
    }
    let is_same = words::fold_all(state) == words::fold_all(country);
    // Without a state, a foreign postal code may have five digits too.
    let fits = if state.is_empty() { is_american(country, zip) } else { words::is_state(state) };
    !state.is_empty() && is_same || fits && zip.first().is_some_and(|zip| words::is_us_zip(zip))
}

/// Returns true for the few ZIPs that begin unlike the others of their state: Holtsville and Fishers Island.
fn is_odd_zip(zip: &str) -> bool {
    zip.starts_with("005") || zip.starts_with("06390")
}
