//! Parsing of a date cell before the order of its column is known.

use jiff::civil::{Date, Weekday};

use super::DateOrder;
use crate::text::trimmed;

/// Maximum length; the longest form, with weekday, month, time and zone written out, is shorter.
const MAX_CHARS: usize = 80;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Spanish, French, German and Portuguese, for each month, where they differ from the English ones.
const MONTHS_ELSEWHERE: [&[&str]; 12] = [
    &["enero", "janvier", "januar", "jänner", "janeiro"],
    &["febrero", "février", "fevrier", "februar", "fevereiro"],
    &["marzo", "mars", "märz", "março", "marco"],
    &["abril", "avril"],
    &["mayo", "mai", "maio"],
    &["junio", "juin", "juni", "junho"],
    &["julio", "juillet", "juli", "julho"],
    &["agosto", "août", "aout"],
    &["septiembre", "setiembre", "septembre", "setembro"],
    &["octubre", "octobre", "oktober", "outubro"],
    &["noviembre", "novembre", "novembro"],
    &["diciembre", "décembre", "decembre", "dezember", "dezembro"],
];

/// From Monday, as jiff counts them.
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A text that has the form of a date, whether or not the day exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateText<'a> {
    weekday: Option<Weekday>,
    pub(super) form: DateForm<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateForm<'a> {
    /// Unambiguous: a month by name, or a four-digit year first.
    Clear { year: &'a str, month: i8, day: &'a str, year_first: bool },
    /// Three numbers, whose meaning depends on the order of the column.
    Numbers([&'a str; 3]),
    /// Excel's day number: days since the end of 1899.
    Serial(i32),
}

impl DateText<'_> {
    /// Returns the date in this order; `None` if there is no such day.
    pub(super) fn date(&self, order: DateOrder, pivot: u8) -> Option<Date> {
        let (year, month, day) = match self.form {
            DateForm::Serial(days) => return serial_date(days),
            DateForm::Clear { year, month, day, .. } => (year, month, day),
            DateForm::Numbers([first, second, third]) => {
                let (year, month, day) = match order {
                    DateOrder::Mdy => (third, first, second),
                    DateOrder::Dmy => (third, second, first),
                    DateOrder::Ymd => (first, second, third),
                };
                // A year isn't a day in any order.
                if day.len() > 2 {
                    return None;
                }
                (year, month.parse().ok()?, day)
            }
        };
        let number: i16 = year.parse().ok()?;
        let year = match year.len() {
            4 => number,
            2 if number <= i16::from(pivot) => 2000 + number,
            2 => 1900 + number,
            _ => return None,
        };
        (day.len() <= 2).then(|| Date::new(year, month, day.parse().ok()?).ok()).flatten()
    }

    /// Returns true if the text has no weekday, or the one of this date.
    pub(super) fn weekday_matches(&self, date: Date) -> bool {
        self.weekday.is_none_or(|weekday| weekday == date.weekday())
    }
}

/// Parses a text that has the form of a date. A valid time of day is ignored.
pub(super) fn read(text: &str) -> Option<DateText<'_>> {
    let text = trimmed(text);
    if text.len() > MAX_CHARS {
        return None;
    }
    let plain = |form| Some(DateText { weekday: None, form });
    // Most dates are three numbers.
    if let Some(numbers) = three_numbers(text) {
        return in_order(numbers).and_then(plain);
    }
    if let Some(days) = serial(text) {
        return plain(DateForm::Serial(days));
    }
    let text = without_time(text)?;
    if digits(text) { compact(text).and_then(plain) } else { spelled(text) }
}

pub(super) fn weekday_name(date: Date) -> &'static str {
    let name = usize::try_from(date.weekday().to_monday_zero_offset()).ok().and_then(|i| WEEKDAYS.get(i));
    name.copied().unwrap_or_default()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Splits `12/31/2026` into its numbers; `None` for other forms.
fn three_numbers(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.split(['/', '-', '.']);
    let numbers = [parts.next()?, parts.next()?, parts.next()?];
    (parts.next().is_none() && numbers.into_iter().all(digits)).then_some(numbers)
}

/// Parses a day number from 1954 to 2064; others are more likely another number.
pub(super) fn serial(text: &str) -> Option<i32> {
    let (days, time) = text.split_once('.').unwrap_or((text, "0"));
    let days: i32 = (days.len() == 5 && digits(days) && digits(time)).then(|| days.parse().ok())??;
    (20_000..=60_000).contains(&days).then_some(days)
}

/// Excel counts February 29, 1900, which didn't exist, but all days here are later.
fn serial_date(days: i32) -> Option<Date> {
    Date::constant(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Parses `20260304`. The year must be plausible: `03042026` would be the year 304.
fn compact(text: &str) -> Option<DateForm<'_>> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2).filter(|(_, day)| day.len() == 2)?;
    let month: i8 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let likely = ("1800"..="2199").contains(&year) && ("01"..="31").contains(&day);
    likely.then_some(DateForm::Clear { year, month, day, year_first: true })
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum CharClass {
    Digit,
    Letter,
    Gap,
}

fn class(c: char) -> Option<CharClass> {
    match c {
        '0'..='9' => Some(CharClass::Digit),
        '/' | '-' | '.' | ',' => Some(CharClass::Gap),
        c if c.is_alphabetic() => Some(CharClass::Letter),
        c if c.is_whitespace() => Some(CharClass::Gap),
        _ => None,
    }
}

/// Parses numbers and words between separators.
fn spelled(text: &str) -> Option<DateText<'_>> {
    let mut numbers = [""; 3];
    // `loose`: a comma or a word between the numbers, which a date of three numbers doesn't have.
    let (mut count, mut loose) = (0_usize, false);
    let (mut weekday, mut month, mut before) = (None, None, CharClass::Gap);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = class(first)?;
        let end = rest.find(|c| class(c) != Some(kind)).unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(end)?;
        match kind {
            CharClass::Gap => loose |= count > 0 && token.contains(','),
            CharClass::Digit => {
                *numbers.get_mut(count)? = token;
                count += 1;
            }
            CharClass::Letter => {
                if let (Some(number), None) = (month_named(token), month) {
                    month = Some((i8::try_from(number).ok()? + 1, count));
                } else if let (Some(number), None, 0) = (named(token, &WEEKDAYS), weekday, count) {
                    weekday = Some(Weekday::from_monday_zero_offset(i8::try_from(number).ok()?).ok()?);
                } else if filler(token, before) {
                    loose = true;
                } else {
                    return None;
                }
            }
        }
        before = kind;
        rest = after;
    }
    let form = match (month, numbers) {
        // `26-Mar-04` is the 26th, as databases write it; no one puts a short year before a month's name.
        (Some((month, 0 | 1)), [day, year, ""]) if day.len() <= 2 => {
            matches!(year.len(), 2 | 4).then_some(DateForm::Clear { year, month, day, year_first: false })
        }
        (Some((month, 1)), [year, day, ""]) if year.len() == 4 => {
            (1..=2).contains(&day.len()).then_some(DateForm::Clear { year, month, day, year_first: true })
        }
        (None, numbers) if !loose => in_order(numbers),
        _ => None,
    };
    form.map(|form| DateText { weekday, form })
}

fn in_order(numbers: [&str; 3]) -> Option<DateForm<'_>> {
    let [first, second, third] = numbers;
    let small = |text: &str| (1..=2).contains(&text.len());
    if !small(second) {
        return None;
    }
    match (first.len(), third.len()) {
        (4, 1 | 2) => {
            let month = second.parse().ok()?;
            Some(DateForm::Clear { year: first, month, day: third, year_first: true })
        }
        (1 | 2, 2 | 4) | (2, 1) => Some(DateForm::Numbers(numbers)),
        _ => None,
    }
}

/// Finds a month by at least three letters of its name, if no other month of any language begins with them.
fn month_named(word: &str) -> Option<usize> {
    named(word, &MONTHS).or_else(|| {
        let word = word.to_lowercase();
        let is_named = |names: &[&str]| names.iter().any(|name| name.starts_with(&word));
        let mut found = (0..).zip(MONTHS_ELSEWHERE).filter(|(_, names)| is_named(names));
        let (month, _) = found.next().filter(|_| word.chars().nth(2).is_some())?;
        found.next().is_none().then_some(month)
    })
}

/// Finds a month or weekday by at least three letters, which are unique; `Sept` and `Thurs` are longer.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    let starts = |name: &str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (word.len() >= 3).then(|| names.iter().position(|name| starts(name)))?
}

/// Returns true for the extra words of `the 4th of March`.
fn filler(word: &str, before: CharClass) -> bool {
    let one_of = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    if before == CharClass::Digit {
        one_of(&["st", "nd", "rd", "th", "er", "de"])
    } else {
        one_of(&["the", "of", "de", "del", "le", "den"])
    }
}

/// Returns the text before a time of day, or all of it if there is no time; `None` if the time is invalid.
fn without_time(text: &str) -> Option<&str> {
    if let Some(date) = without_dotted_time(text) {
        return Some(date);
    }
    let Some((before, after)) = text.split_once(':') else {
        return Some(without_bare_hour(text).unwrap_or_else(|| without_compact_time(text)));
    };
    let start = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let hour = before.get(start.len()..)?;
    let date = match start.strip_suffix('T') {
        Some(date) if date.ends_with(|c: char| c.is_ascii_digit()) => date,
        // A date with a zone only, as XML has it: `2026-01-05+01:00`.
        _ if start.len() == 11 && is_zone(text.get(10..)?) => return start.get(..10),
        _ if start.ends_with(char::is_whitespace) || start.ends_with('@') => before_time(start),
        _ => return None,
    };
    is_time(hour, after).then_some(date)
}

/// Returns the date in front of a time: `Jan 7, 2026` of `Jan 7, 2026 at `.
fn before_time(text: &str) -> &str {
    let date = text.trim_end();
    let date = date.strip_suffix(" at").or(date.strip_suffix('@')).unwrap_or(date).trim_end();
    date.strip_suffix(',').unwrap_or(date)
}

/// Removes an hour without minutes: `Jan 7, 2026 @ 11pm`.
fn without_bare_hour(text: &str) -> Option<&str> {
    let front = text.get(..text.len().checked_sub(2)?)?;
    let half = text.get(front.len()..)?;
    let front = front.trim_end();
    let start = front.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_set_off = start.ends_with(char::is_whitespace) || start.ends_with('@');
    let is_half = half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm");
    (is_half && is_set_off && is_time(front.get(start.len()..)?, &format!("00 {half}")))
        .then(|| before_time(start))
}

/// Removes a time with dots, as Oracle writes it: `02.30.00.000000 PM`.
fn without_dotted_time(text: &str) -> Option<&str> {
    let (date, time) =
        text.split_once(' ').filter(|(date, _)| date.ends_with(|c: char| c.is_ascii_digit()))?;
    let (hour, rest) = time.split_once('.')?;
    let (minute, rest) = rest.split_once('.')?;
    is_time(hour, &format!("{minute}:{rest}")).then_some(date)
}

/// Removes the time of `20260304T102000Z`.
fn without_compact_time(text: &str) -> &str {
    match text.split_once('T') {
        Some((date, time)) if date.len() == 8 && digits(date) => {
            let time = time.strip_suffix('Z').unwrap_or(time);
            let fits = digits(time) && matches!(time.len(), 4 | 6) && {
                ("00"..="23").contains(&time.get(..2).unwrap_or_default())
                    && time
                        .get(2..)
                        .unwrap_or_default()
                        .as_bytes()
                        .chunks(2)
                        .all(|pair| pair < b"60".as_slice())
            };
            if fits { date } else { text }
        }
        _ => text,
    }
}

/// Returns true if hour and rest are a time: `10`, `20:00.000 AM -07:00`.
fn is_time(hour: &str, rest: &str) -> bool {
    let sixty = |text: &str| text.len() == 2 && digits(text) && text < "60";
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ','));
    let (clock, tail) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default();
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let (minute, second) = clock.split_once(':').unwrap_or((clock, "00"));
    let tail = tail.trim().to_ascii_lowercase();
    let halves = ["a.m.", "p.m.", "am", "pm"];
    let half = halves.iter().find_map(|half| tail.strip_prefix(half));
    let hours = if half.is_some() { 12 } else { 23 };
    // The end of a day: `24:00`.
    let is_end = hour == "24" && half.is_none() && clock.bytes().all(|byte| matches!(byte, b'0' | b':'));
    (1..=2).contains(&hour.len())
        && (is_end || hour.parse::<u8>().is_ok_and(|hour| hour <= hours))
        && sixty(minute)
        && sixty(second)
        && digits(fraction)
        && is_zone(half.unwrap_or(&tail).trim_start())
}

fn is_zone(text: &str) -> bool {
    if let Some(offset) = text.strip_prefix(['+', '-']) {
        let (hours, minutes) = match offset.split_once(':') {
            Some(pair) => pair,
            None => offset.split_at_checked(2).unwrap_or((offset, "")),
        };
        return hours.len() == 2
            && digits(hours)
            && (minutes.is_empty() || minutes.len() == 2 && digits(minutes));
    }
    let known = ["", "z", "utc", "gmt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"];
    known.contains(&text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn three_numbers_are_read_like_any_other_date(text in "[0-9]{0,5}[-/. ,][0-9]{0,4}[-/.][0-9]{0,5}") {
            if three_numbers(&text).is_some() {
                prop_assert_eq!(read(&text), spelled(&text));
            }
        }
    }
}
