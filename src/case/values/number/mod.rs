//! Amounts and hours as people type them, read with the decimal mark of their column.

mod evidence;
mod habits;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::{MAX_CELL, clip, is_dash, is_lone_dash, unmarked};

pub use evidence::AmountEvidence;
pub(in crate::case) use evidence::has_ambiguous_mark;
pub(in crate::case) use habits::{AmountHabits, OddAmount};

/// Decimal mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberStyle {
    /// `1,500.00`
    #[default]
    Point,
    /// `1.500,00`
    Comma,
}

impl NumberStyle {
    /// Returns the name of the mark.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    /// Returns the other style.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    /// Returns the decimal mark and the thousands separator.
    fn marks(self) -> (char, char) {
        match self {
            Self::Point => ('.', ','),
            Self::Comma => (',', '.'),
        }
    }
}

/// Why a text isn't a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It is something else.
    #[error("“{0}” isn't a number")]
    NotANumber(String),
    /// A percentage, which says nothing without its base.
    #[error("“{0}” is a percentage, not an amount")]
    Percent(String),
    /// An `f64` would round it.
    #[error("“{0}” has more than 15 digits, too many for an exact number")]
    TooManyDigits(String),
    /// It is a number with the other decimal mark.
    #[error("“{text}” needs a decimal {}, but the column has a decimal {}", style.other().word(), style.word())]
    OtherStyle {
        /// The cell, cut when it is long.
        text: String,
        /// The column's style.
        style: NumberStyle,
    },
}

impl NumberError {
    /// Advice on what to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotANumber(_) | Self::Percent(_) => {
                concat!("write it like 1500 or 1,500.00: ", edit_cell!())
            }
            Self::TooManyDigits(_) => {
                "check whether these are amounts; map ids and account numbers to a text field"
            }
            Self::OtherStyle { .. } => {
                concat!(
                    "set the column's decimal mark (o on the field map; in a script: decimal in the recipe), or ",
                    edit_cell!()
                )
            }
        }
    }
}

/// Reads an amount with a sign, brackets or a trailing minus, a currency on either side, and grouped thousands.
pub fn read_number(text: &str, style: NumberStyle) -> Result<f64, NumberError> {
    let text = &*unmarked(text);
    if is_accounting_zero(text) {
        return Ok(0.0);
    }
    let plain = with_cents(text);
    let Some(amount) = Amount::of(&plain) else { return Err(not_a_number(text)) };
    amount.read(text, style)
}

/// Writes out the cents of an amount in whole units: `1.500,-` is 1.500,00, and not below zero.
fn with_cents(text: &str) -> Cow<'_, str> {
    // Nearly no amount has a dash.
    if !text.contains(is_dash) {
        return Cow::Borrowed(text);
    }
    let cents = text.char_indices().find_map(|(at, c)| {
        let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
        let after = rest.trim_start_matches(is_dash);
        let is_cents = matches!(c, '.' | ',')
            && before.ends_with(|c: char| c.is_ascii_digit())
            && after.len() < rest.len()
            && !after.contains(|c: char| c.is_ascii_digit());
        is_cents.then(|| format!("{before}{c}00{after}"))
    });
    cents.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Returns true if a text is an accountant's zero: `$-`, `$ - `, `(-)`. A lone dash is an empty cell.
fn is_accounting_zero(text: &str) -> bool {
    let around = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    if text.contains(|c: char| c.is_ascii_digit()) || !text.contains(is_dash) || is_lone_dash(text) {
        return false;
    }
    let text = text.trim_matches(around);
    let bare = [&SYMBOLS[..], &CODES[..]]
        .into_iter()
        .find_map(|words| without_any(text, words))
        .map_or(text, |(rest, _)| rest);
    let mut rest = bare.trim_matches(around).chars();
    rest.next().is_some_and(is_dash) && rest.next().is_none()
}

/// Reads hours: a number with or without a unit, or `7:30` or `7h 30m`, which are 7.5.
pub(in crate::case) fn read_hours(text: &str, style: NumberStyle) -> Result<f64, NumberError> {
    let text = &*unmarked(text);
    if is_accounting_zero(text) {
        return Ok(0.0);
    }
    let not = || not_a_number(text);
    let Some(plain) = without_unit(text) else { return hours_and_minutes(text).ok_or_else(not) };
    if plain.contains(':') {
        return clock(plain).ok_or_else(not);
    }
    let amount = Amount::of(plain).filter(|amount| amount.currency.is_none()).ok_or_else(not)?;
    amount.read(text, style)
}

/// A number without sign and currency.
struct Amount<'a> {
    digits: &'a str,
    negative: bool,
    /// Code of the currency, if there is one.
    currency: Option<&'static str>,
}

impl<'a> Amount<'a> {
    /// Returns `None` if a sign or a currency is given twice.
    fn of(text: &'a str) -> Option<Self> {
        let (mut signed, mut negative, mut symbol, mut code) = (false, false, false, false);
        let (mut digits, mut currency) = (text, None);
        let is_bare = |text: &str| {
            let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
            digit(text.as_bytes().first()) && digit(text.as_bytes().last())
        };
        while !is_bare(digits) {
            let (rest, seen) = if let Some((rest, of)) = without_bracketed_code(digits) {
                currency = Some(of);
                (rest, &mut code)
            } else if let Some((rest, minus)) = without_sign(digits) {
                negative = minus;
                (rest, &mut signed)
            } else if let Some((rest, of)) = without_any(digits, &SYMBOLS) {
                currency = currency.or(Some(of));
                (rest, &mut symbol)
            } else if let Some((rest, of)) = without_any(digits, &CODES) {
                // `$500 CAD`: the code says more than the symbol.
                currency = Some(of);
                (rest, &mut code)
            } else {
                break;
            };
            if std::mem::replace(seen, true) {
                return None;
            }
            digits = rest.trim();
        }
        Some(Self { digits, negative, currency })
    }

    fn read(&self, text: &str, style: NumberStyle) -> Result<f64, NumberError> {
        let shown = || clip(text, MAX_CELL);
        let Some((whole, fraction)) = parts(self.digits, style) else {
            return Err(if self.digits.strip_suffix('%').is_some_and(|rest| is_number(rest.trim_end())) {
                NumberError::Percent(shown())
            } else if parts(self.digits, style.other()).is_some() {
                NumberError::OtherStyle { text: shown(), style }
            } else {
                not_a_number(text)
            });
        };
        if has_too_many_digits(&whole, fraction) {
            return Err(NumberError::TooManyDigits(shown()));
        }
        let read = match whole {
            Cow::Borrowed(_) if style == NumberStyle::Point => self.digits.parse::<f64>(),
            _ => format!("0{whole}.{fraction}0").parse(),
        };
        let number = read.map_err(|_| not_a_number(text))?;
        // Avoid negative zero, which would be sent as `-0`.
        Ok(if self.negative && number != 0.0 { -number } else { number })
    }
}

/// Returns true if an `f64` would round the number. Zeros in front don't count, and behind the decimal mark no one
/// misses what is beyond the 15th digit: a third of an hour is 0.333333333333333 or 0.33333333333333331.
fn has_too_many_digits(whole: &str, fraction: &str) -> bool {
    let whole = whole.trim_start_matches('0');
    let fraction_len = if whole.is_empty() { fraction.trim_start_matches('0').len() } else { fraction.len() };
    let most = if fraction.len() > MAX_CENTS { 17 } else { 15 };
    whole.len() > 15 || whole.len() + fraction_len > most
}

/// Maximum number of decimals of amounts that people type.
const MAX_CENTS: usize = 4;

/// Symbols and the codes they mean. A plain `$` is a US dollar, unless a code says otherwise.
const SYMBOLS: [(&str, &str); 10] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
];
const CODES: [(&str, &str); 9] = [
    ("USD", "USD"),
    ("CAD", "CAD"),
    ("EUR", "EUR"),
    ("GBP", "GBP"),
    ("AUD", "AUD"),
    ("NZD", "NZD"),
    ("MXN", "MXN"),
    ("CHF", "CHF"),
    ("JPY", "JPY"),
];

fn without_sign(text: &str) -> Option<(&str, bool)> {
    let minus = ['-', '\u{2212}'];
    // A minus at the end must touch the number; after a space it is a dash before a note.
    let trailing = || text.strip_suffix(minus).filter(|rest| !rest.ends_with(char::is_whitespace));
    let bracketed = || text.strip_prefix('(')?.strip_suffix(')');
    match text.strip_prefix('+').or_else(|| without_mainframe_plus(text)) {
        Some(rest) => Some((rest, false)),
        None => text.strip_prefix(minus).or_else(bracketed).or_else(trailing).map(|rest| (rest, true)),
    }
}

/// Removes the sign of `0002500.00+`. After a round number, a plus says that it may be more.
fn without_mainframe_plus(text: &str) -> Option<&str> {
    let rest = text.strip_suffix('+')?;
    let has_cents = || rest.bytes().rev().position(|byte| matches!(byte, b'.' | b',')) == Some(2);
    (rest.starts_with('0') || has_cents()).then_some(rest)
}

/// Removes one of the words from the start or end of a text. Returns the rest and what the word means.
fn without_any<'a>(text: &'a str, words: &[(&str, &'static str)]) -> Option<(&'a str, &'static str)> {
    words.iter().find_map(|(word, meaning)| {
        let same = |part: &&str| part.eq_ignore_ascii_case(word);
        let start = text.split_at_checked(word.len()).filter(|(start, _)| same(start)).map(|(_, rest)| rest);
        let end = || text.split_at_checked(text.len().checked_sub(word.len())?).filter(|(_, end)| same(end));
        Some((start.or_else(|| end().map(|(rest, _)| rest))?, *meaning))
    })
}

/// Removes the currency of `$1,234.00 (USD)`, as claims systems write it.
fn without_bracketed_code(text: &str) -> Option<(&str, &'static str)> {
    let (rest, code) = text.strip_suffix(')')?.rsplit_once('(')?;
    CODES.iter().find(|(word, _)| code.eq_ignore_ascii_case(word)).map(|(_, meaning)| (rest, *meaning))
}

fn is_number(text: &str) -> bool {
    [NumberStyle::Point, NumberStyle::Comma].into_iter().any(|style| parts(text, style).is_some())
}

/// Splits a number into the digits before and after the decimal mark.
fn parts(text: &str, style: NumberStyle) -> Option<(Cow<'_, str>, &str)> {
    let (mark, thousands) = style.marks();
    let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let plain = match whole.find(|c: char| !c.is_ascii_digit()) {
        None => Cow::Borrowed(whole),
        Some(at) => {
            let separator = whole.get(at..)?.chars().next()?;
            // A tab or a line break is between two numbers.
            let is_space = separator.is_whitespace() && !separator.is_control();
            let known = separator == thousands || is_space || matches!(separator, '\'' | '’');
            let mut groups = whole.split(separator);
            let first = groups.next()?;
            // `0,500` isn't grouped; its comma is a decimal mark.
            let fits = known && (1..=3).contains(&first.len()) && !first.starts_with('0');
            if !fits || groups.any(|group| group.len() != 3) {
                return None;
            }
            Cow::Owned(whole.split(separator).collect())
        }
    };
    let some = !plain.is_empty() || !fraction.is_empty();
    (some && digits(&plain) && digits(fraction)).then_some((plain, fraction))
}

/// Returns the number before `h`, `hrs` or `hours`, or the whole text if there is no unit.
fn without_unit(text: &str) -> Option<&str> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
    let unit = text.get(number.len()..)?;
    let unit = unit.strip_suffix('.').unwrap_or(unit);
    if unit.is_empty() {
        return Some(text);
    }
    is_one_of(unit, &HOURS).then(|| number.trim_end())
}

const HOURS: [&str; 5] = ["h", "hr", "hrs", "hour", "hours"];
const MINUTES: [&str; 5] = ["m", "min", "mins", "minute", "minutes"];

fn is_one_of(unit: &str, units: &[&str]) -> bool {
    units.iter().any(|word| word.eq_ignore_ascii_case(unit))
}

/// Reads `8h 30m` and `8 hrs. 30 min.`.
fn hours_and_minutes(text: &str) -> Option<f64> {
    /// Returns the number before a unit, and the rest.
    fn part<'t>(text: &'t str, units: &[&str]) -> Option<(u32, &'t str)> {
        let (number, rest) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit())?)?;
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (unit, rest) = rest.split_at_checked(end)?;
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        (number.len() <= 5 && is_one_of(unit, units)).then_some((number.parse().ok()?, rest.trim_start()))
    }
    let (hours, rest) = part(text, &HOURS)?;
    let (minutes, rest) = part(rest, &MINUTES)?;
    (rest.is_empty() && minutes < 60).then(|| f64::from(hours * 60 + minutes) / 60.0)
}

/// Returns true if a text has no unit, or one of hours.
pub(in crate::case) fn is_in_hours(text: &str) -> bool {
    without_unit(text.trim()).is_some()
}

/// Reads `7:30` and `7:30:00`.
fn clock(text: &str) -> Option<f64> {
    let (rest, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (hours, rest) = rest.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "00"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let sixty = |text: &str| text.len() == 2 && digits(text) && text < "60";
    if !(1..=5).contains(&hours.len()) || !digits(hours) || !sixty(minutes) || !sixty(seconds) {
        return None;
    }
    let part = |text: &str| text.parse::<u32>().ok();
    let seconds = (part(hours)? * 60 + part(minutes)?) * 60 + part(seconds)?;
    let number = f64::from(seconds) / 3600.0;
    Some(if negative && seconds > 0 { -number } else { number })
}

fn not_a_number(text: &str) -> NumberError {
    NumberError::NotANumber(clip(text, MAX_CELL))
}

#[cfg(test)]
mod tests;
