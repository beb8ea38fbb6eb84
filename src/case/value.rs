//! Values and how they are read from the text of a cell.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::field::Part;
use super::name::PersonName;

/// A value as the API wants it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One id.
    Id(u64),
    /// Several ids, in the order of the cell, each once.
    Ids(Vec<u64>),
    /// A text, never empty.
    Text(String),
    /// A date.
    Date(Date),
    /// A finite number.
    Number(f64),
    /// A person's name.
    Name(PersonName),
    /// An address.
    Address(Address),
}

/// The order of day, month and year in a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Every order, in the order a picker shows them.
    pub const ALL: [Self; 3] = [Self::Mdy, Self::Dmy, Self::Ymd];

    /// How a person writes it.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Mdy => "month/day/year",
            Self::Dmy => "day/month/year",
            Self::Ymd => "year-month-day",
        }
    }
}

/// Reads a date in the given order; `2026-12-31` is read as what it says in any order.
///
/// The year needs four digits: two are a guess, and a wrong century is a wrong case.
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

/// Reads a plain amount: `1500`, `1,500.00`, `$1,500.00`, `-3.5`.
#[must_use]
pub fn parse_number(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let text = text.strip_prefix('$').unwrap_or(text).trim_start();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut plain = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        grouped = true;
        plain.push_str(group);
    }
    let first_fits =
        if grouped { (1..=3).contains(&first.len()) } else { !first.is_empty() || !fraction.is_empty() };
    // Fifteen digits are what a double carries exactly.
    if !first_fits || !digits(&plain) || !digits(fraction) || plain.len() + fraction.len() > 15 {
        return None;
    }
    let number: f64 = format!("0{plain}.{fraction}0").parse().ok()?;
    Some(if negative { -number } else { number })
}

/// The texts of a cell that holds a list, without outer spaces and without empty ones. No separator is `;` or
/// `,`; an empty one is none at all.
pub fn split_list<'a>(text: &'a str, separator: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let parts: Vec<&str> = match separator {
        Some("") => vec![text],
        Some(separator) => text.split(separator).collect(),
        None => text.split([';', ',']).collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty())
}

/// A value made of parts, each of which a column may fill on its own.
pub(super) trait Parts: Default + PartialEq {
    /// The slot of a part; none when the part belongs to another kind.
    fn slot(&mut self, part: Part) -> Option<&mut String>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_order_of_the_column() {
        let date = |y, m, d| Some(Date::constant(y, m, d));
        assert_eq!(parse_date("3/4/2026", DateOrder::Mdy), date(2026, 3, 4));
        assert_eq!(parse_date("3/4/2026", DateOrder::Dmy), date(2026, 4, 3));
        assert_eq!(parse_date("31.12.2026", DateOrder::Dmy), date(2026, 12, 31));
        assert_eq!(parse_date("2026-12-31", DateOrder::Mdy), date(2026, 12, 31));
        assert_eq!(parse_date("2026/1/2", DateOrder::Ymd), date(2026, 1, 2));
        for wrong in ["31/02/2026", "3/4/26", "3/4", "3/4/2026/1", "", "x/y/2026", "+3/4/2026", "44927"] {
            assert_eq!(parse_date(wrong, DateOrder::Mdy), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (text, number) in [
            ("1500", 1500.0),
            ("1,500.25", 1500.25),
            ("$1,500.00", 1500.0),
            ("-3.5", -3.5),
            (".5", 0.5),
            ("8.", 8.0),
        ] {
            assert_eq!(parse_number(text), Some(number), "{text}");
        }
        for wrong in
            ["", "$", ".", "-", "1,5", "1,5000", "1.2.3", "12 h", "1e3", "NaN", "inf", "1234567890123456"]
        {
            assert_eq!(parse_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lists_in_a_cell() {
        let list = |text, separator| split_list(text, separator).collect::<Vec<_>>();
        assert_eq!(list(" a; b,c ;;", None), ["a", "b", "c"]);
        assert_eq!(list("a, b; c", Some(";")), ["a, b", "c"]);
        assert_eq!(list("a|b", Some("")), ["a|b"]);
        assert!(list(" ; ", None).is_empty());
    }
}
