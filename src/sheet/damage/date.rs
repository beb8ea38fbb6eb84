//! Recognizes dates.

use super::shape::{COLON, LETTER, TextShape, all_digits};

/// Orders of day and month that fit a date with the year last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Both, as two different days.
    Either,
    /// Both, as the same day: `3/3/2026`.
    Same,
    DayFirst,
    MonthFirst,
}

/// Runs of dates in the same order that are kept; with more, the rest of the column counts as mixed.
const MAX_RUNS: usize = 500;

/// Rows of a column whose dates fit only one order, as runs of the same order.
#[derive(Debug, Clone, Default)]
pub(super) struct OrderRuns {
    runs: Vec<OrderRun>,
    is_full: bool,
}

#[derive(Debug, Clone, Copy)]
struct OrderRun {
    order: Order,
    first: u64,
    last: u64,
}

impl OrderRuns {
    /// Adds the next date.
    pub(super) fn add(&mut self, row: u64, order: Order) {
        if self.is_full || !matches!(order, Order::DayFirst | Order::MonthFirst) {
            return;
        }
        let length = self.runs.len();
        match self.runs.last_mut() {
            Some(run) if run.order == order => run.last = row,
            _ if length == MAX_RUNS => self.is_full = true,
            _ => self.runs.push(OrderRun { order, first: row, last: row }),
        }
    }

    /// Returns the rows, first and last, around the dates in this order, up to those in the other order.
    pub(super) fn around(&self, order: Order) -> Vec<(u64, u64)> {
        let before = [0].into_iter().chain(self.runs.iter().map(|run| run.last));
        let after = self.runs.iter().skip(1).map(|run| run.first).chain([u64::MAX]);
        let of_order = self.runs.iter().zip(before.zip(after)).filter(|(run, _)| run.order == order);
        let rest = self.runs.last().filter(|_| self.is_full).map(|run| (run.last, u64::MAX));
        of_order.map(|(_, (before, after))| (before + 1, after - 1)).chain(rest).collect()
    }
}

/// Whether five digits may be a date of six, day or month first, that lost its leading zero: `30426` for 03/04/26.
#[must_use]
pub fn may_lack_zero(text: &str) -> bool {
    let number = |range| text.get(range).and_then(|part: &str| part.parse::<u8>().ok());
    let (Some(first), Some(second)) = (number(0..1), number(1..3)) else { return false };
    text.len() == 5 && all_digits(text) && (is_date(first, second) || is_date(second, first))
}

/// Reads a text as a date, with or without a time. `seen` has the kinds of characters in it.
pub(super) fn read(text: &str, seen: u16) -> Option<TextShape> {
    let text = if seen & COLON == 0 { text } else { without_time(text)? };
    if seen & LETTER == 0 || !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return numbers(text);
    }
    if is_day_month(text) { Some(TextShape::DayMonth) } else { spelled(text) }
}

/// Whether a text is three numbers between separators, as a date is; `24-05-133` isn't one, but its column may have
/// ids that are.
pub(super) fn has_form(text: &str) -> bool {
    text.chars().find(|c| matches!(c, '/' | '-' | '.')).is_some_and(|separator| {
        let mut parts = text.split(separator);
        parts.clone().count() == 3 && parts.all(all_digits)
    })
}

fn without_time(text: &str) -> Option<&str> {
    let colon = text.find(':')?;
    let (before, after) = text.split_at_checked(colon)?;
    let (date, hour) = before.rsplit_once([' ', 'T'])?;
    let rest = after.bytes().all(|b| b.is_ascii_digit() || b": .+-ZAPMapm".contains(&b));
    (all_digits(hour) && hour.len() <= 2 && rest).then(|| date.trim_ascii_end().trim_end_matches(','))
}

/// Removes the time of `05-JAN-26 02.30.00.000000 PM`.
fn without_dotted_time(text: &str) -> &str {
    let Some((date, time)) = text.split_once(' ').filter(|(date, _)| date.contains('-')) else { return text };
    let mut parts = time.split('.');
    let is_time = parts.by_ref().take(2).filter(|part| part.len() == 2 && all_digits(part)).count() == 2;
    if is_time && parts.next().is_some() { date } else { text }
}

fn numbers(text: &str) -> Option<TextShape> {
    let separator = text.chars().find(|c| matches!(c, '/' | '-' | '.'))?;
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || ![first, second, third].into_iter().all(all_digits) {
        return None;
    }
    let small = |part: &str| part.parse::<u8>().ok().filter(|_| part.len() <= 2);
    if first.len() == 4 {
        let fits = is_date(small(third)?, small(second)?);
        return (fits && is_year(first)).then_some(TextShape::YearFirst);
    }
    let (a, b) = (small(first)?, small(second)?);
    let order = match (is_date(a, b), is_date(b, a)) {
        (true, true) if a == b => Order::Same,
        (true, true) => Order::Either,
        (true, false) => Order::DayFirst,
        (false, true) => Order::MonthFirst,
        (false, false) => return None,
    };
    Some(TextShape::YearLast { order, short_year: short_year(third)? })
}

/// Whether a text is `1-Mar` or `Mar-01`, with a capital letter as Excel writes it.
#[must_use]
pub fn is_day_month(text: &str) -> bool {
    let Some((first, second)) = text.split_once('-').filter(|_| text.len() <= 6) else { return false };
    let excels = |name: &str| {
        name.len() == 3 && month(name) && name.starts_with(|c: char| c.is_ascii_uppercase()) && {
            name.bytes().skip(1).all(|b| b.is_ascii_lowercase())
        }
    };
    let number = |part: &str| all_digits(part).then(|| part.parse::<u8>().ok()).flatten();
    (first.len() <= 2 && number(first).is_some_and(is_day) && excels(second))
        || (second.len() == 2 && number(second).is_some() && excels(first))
}

/// `3-Jan-24`, `3 January 2024`, `Jan 3, 2024`.
fn spelled(text: &str) -> Option<TextShape> {
    let text = without_dotted_time(text);
    let mut parts = text.split([' ', '-', ',', '/', '.']).filter(|part| !part.is_empty());
    let day = |part: &str| part.len() <= 2 && all_digits(part) && part.parse().is_ok_and(is_day);
    // Most ids are ruled out by their first part.
    let first = parts.next().filter(|first| day(first) || month(first))?;
    let (second, third) = (parts.next()?, parts.next()?);
    if parts.next().is_some() || !((day(first) && month(second)) || (month(first) && day(second))) {
        return None;
    }
    let dashes = text.bytes().filter(|b| *b == b'-').count() == 2 && day(first);
    Some(TextShape::Spelled { short_year: short_year(third)?, dashes })
}

fn month(name: &str) -> bool {
    let [a, b, c, rest @ ..] = name.as_bytes() else { return false };
    let whole: &[u8] = match &[a | 0x20, b | 0x20, c | 0x20] {
        b"jan" => b"uary",
        b"feb" => b"ruary",
        b"mar" => b"ch",
        b"apr" => b"il",
        b"may" => b"",
        b"jun" => b"e",
        b"jul" => b"y",
        b"aug" => b"ust",
        b"sep" if rest.len() == 1 => b"t",
        b"sep" => b"tember",
        b"oct" => b"ober",
        b"nov" | b"dec" => b"ember",
        _ => return false,
    };
    rest.is_empty() || rest.eq_ignore_ascii_case(whole)
}

fn is_day(number: u8) -> bool {
    (1..=31).contains(&number)
}

/// Whether it is a date in a leap year. February 31 fits no order, and so proves nothing about the column's.
fn is_date(day: u8, month: u8) -> bool {
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=last).contains(&day)
}

fn is_year(text: &str) -> bool {
    ("1800"..="2199").contains(&text)
}

fn short_year(text: &str) -> Option<bool> {
    match text.len() {
        2 if all_digits(text) => Some(true),
        4 if all_digits(text) && is_year(text) => Some(false),
        _ => None,
    }
}
