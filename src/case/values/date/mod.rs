//! Dates as people type them, read in the order of their column.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::text::{MAX_CELL, clip, unmarked};

mod header;
mod profile;
mod text;
mod zoned;

pub use profile::{DateConflict, DateProfile};
pub(in crate::case) use profile::{DateVerdict, OrderDoubt};
pub use zoned::ZonedTimes;

/// The order of day, month and year in a column. A picker shows the orders as they are listed here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Month, day, year: `12/31/2026`.
    #[default]
    Mdy,
    /// Day, month, year: `31/12/2026`.
    Dmy,
    /// Year, month, day: `2026/12/31`.
    Ymd,
}

impl DateOrder {
    /// Returns the pattern that describes it to people.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Mdy => "month/day/year",
            Self::Dmy => "day/month/year",
            Self::Ymd => "year-month-day",
        }
    }
}

/// Set of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(in crate::case) struct Orders(u8);

impl Orders {
    fn of(fits: impl Fn(DateOrder) -> bool) -> Self {
        Self(
            DateOrder::VARIANTS
                .iter()
                .copied()
                .filter(|order| fits(*order))
                .fold(0, |set, o| set | 1 << o as u8),
        )
    }

    /// Returns true if the order is in the set.
    #[must_use]
    pub(in crate::case) fn contains(self, order: DateOrder) -> bool {
        self.0 & 1 << order as u8 != 0
    }

    /// Returns the orders, as a picker shows them.
    pub(in crate::case) fn iter(self) -> impl Iterator<Item = DateOrder> {
        DateOrder::VARIANTS.iter().copied().filter(move |order| self.contains(*order))
    }
}

impl fmt::Display for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let patterns: Vec<_> = self.iter().map(DateOrder::pattern).collect();
        f.write_str(&patterns.join(" and "))
    }
}

/// Why a text isn't a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::case) enum DateError {
    /// It doesn't have the form of a date.
    #[error("“{text}” isn't a date (expected {}, with a four-digit year)", order.pattern())]
    NotADate {
        /// The cell, cut when it is long.
        text: String,
        /// The column's order.
        order: DateOrder,
    },
    /// It has the form of a date, but the calendar has no such day.
    #[error("“{text}” isn't a real date")]
    NoSuchDay {
        /// The cell.
        text: String,
    },
    /// It is a date, but not in the column's order.
    #[error("“{text}” isn't a date in {} order, but fits {fits}", order.pattern())]
    OtherOrder {
        /// The cell.
        text: String,
        /// The column's order.
        order: DateOrder,
        /// The orders that fit.
        fits: Orders,
    },
    /// The weekday and the date contradict each other, so one of them is wrong.
    #[error("“{text}” has the wrong weekday: {date} is a {weekday}")]
    WrongWeekday {
        /// The cell.
        text: String,
        /// The date.
        date: Date,
        /// The weekday of the date.
        weekday: &'static str,
    },
}

impl DateError {
    /// Advice on what to do.
    #[must_use]
    pub(in crate::case) fn hint(&self) -> &'static str {
        match self {
            Self::NotADate { .. } | Self::NoSuchDay { .. } | Self::WrongWeekday { .. } => edit_cell!(),
            Self::OtherOrder { .. } => {
                concat!(
                    "set the column's date order (o on the field map; in a script: date in the recipe), or ",
                    edit_cell!()
                )
            }
        }
    }
}

/// Reads a date in the given order. `2026-12-31` is read the same in any order.
///
/// The year needs four digits: with two, the century is a guess, and a wrong century is a wrong case.
#[must_use]
pub fn parse_date(text: &str, order: DateOrder) -> Option<Date> {
    let mut numbers = text.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty());
    let (first, second, third) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if numbers.next().is_some() {
        return None;
    }
    let (year, month, day) = match order {
        _ if first.len() == 4 => (first, second, third),
        DateOrder::Mdy => (third, first, second),
        DateOrder::Dmy => (third, second, first),
        DateOrder::Ymd => (first, second, third),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) || !digits(month) || !digits(day) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads a date that isn't in the column's order, if it is the same day in every order that it can have.
#[must_use]
pub(crate) fn only_day(text: &str, order: DateOrder) -> Option<Date> {
    let text = text.trim();
    if parse_date(text, order).is_some() {
        return None;
    }
    let mut days = DateOrder::VARIANTS.iter().filter_map(|order| parse_date(text, *order));
    let day = days.next()?;
    days.all(|other| other == day).then_some(day)
}

/// Reads a date as people type it: what [`parse_date`] reads, month names, times of day, two-digit years and Excel's day
/// numbers. Two-digit years up to `pivot` are 20yy, the others 19yy.
pub(in crate::case) fn read_date(text: &str, order: DateOrder, pivot: u8) -> Result<Date, DateError> {
    let text = text.trim();
    if let Some(date) = parse_date(text, order) {
        return Ok(date);
    }
    let shown = || clip(text, MAX_CELL);
    let plain = unmarked(text);
    let Some(written) = text::read(&plain) else { return Err(DateError::NotADate { text: shown(), order }) };
    let fits =
        Orders::of(|order| written.date(order, pivot).is_some_and(|date| written.weekday_matches(date)));
    match written.date(order, pivot) {
        Some(date) if written.weekday_matches(date) => Ok(date),
        Some(date) => Err(DateError::WrongWeekday { text: shown(), date, weekday: text::weekday_name(date) }),
        None if fits == Orders::default() => Err(DateError::NoSuchDay { text: shown() }),
        None => Err(DateError::OtherOrder { text: shown(), order, fits }),
    }
}

/// Returns true if a text is Excel's day number.
#[must_use]
pub(in crate::case) fn is_day_number(text: &str) -> bool {
    text::serial(&unmarked(text)).is_some()
}

/// How certainly a text is a date, whatever the order of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::case) enum DateLikeness {
    /// Digits without separators that may be another number: `20261101`, or Excel's day number.
    Digits,
    /// Three parts with dashes and a year that may be part of an id: `26-01-11`.
    Dashes,
    /// A date.
    Certain,
}

/// Returns how certainly a text is a date that [`read_date`] reads in some order; `None` if it isn't one.
#[must_use]
pub(in crate::case) fn date_likeness(text: &str) -> Option<DateLikeness> {
    let text = &*unmarked(text);
    let written = text::read(text)?;
    let is_likely = |date: Date| (1800..2200).contains(&date.year()) && written.weekday_matches(date);
    let fits = |order: &DateOrder| written.date(*order, 99).is_some_and(is_likely);
    if !DateOrder::VARIANTS.iter().any(fits) {
        return None;
    }
    let has_only = |dash: bool| text.bytes().all(|byte| byte.is_ascii_digit() || (dash && byte == b'-'));
    Some(match written.form {
        text::DateForm::Serial(_) => DateLikeness::Digits,
        _ if has_only(false) => DateLikeness::Digits,
        _ if has_only(true) && !text.split('-').any(|part| part.len() == 4) => DateLikeness::Dashes,
        _ => DateLikeness::Certain,
    })
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
