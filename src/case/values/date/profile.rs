//! Detection of a column's date order from all its cells.

mod conflict;

use strum::VariantArray;

pub use conflict::DateConflict;

use super::text::{self, DateForm};
use super::{DateOrder, Orders};
use crate::text::unmarked;

/// Evidence for the date order of a column. Keeps counts only, however long the column is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateProfile {
    filled: u64,
    /// Number of dates that are the same in any order.
    clear: u64,
    /// How many of them have the year first.
    year_first: u64,
    /// How many of these have a day above 12.
    year_first_late: u64,
    /// Number of dates of three numbers, by the set of orders they fit.
    by_orders: [u64; 8],
    /// How many of them are the same day with the month or the day first.
    same_day: u64,
    /// How many of them have dots; with these, how many are different days with the month or the day first, and how many
    /// fit only with the month first.
    dotted: u64,
    dotted_either: u64,
    dotted_mdy: u64,
    serials: u64,
}

/// Content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateVerdict {
    /// Dates in one order.
    Order {
        /// The order.
        order: DateOrder,
        /// False if the cells also fit another order, as other dates.
        sure: bool,
    },
    /// Dates that no single order fits.
    Mixed {
        /// Number of dates that fit month first but not day first.
        mdy_only: u64,
        /// Number of dates that fit day first but not month first.
        dmy_only: u64,
    },
    /// Fewer than half of the filled cells are dates.
    NoDates,
}

/// Why a column may be read in the wrong order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderDoubt {
    /// The dates fit this other order, but not the one they are read in.
    Other(DateOrder),
    /// The dates also fit this order, as other dates.
    AsWell(DateOrder),
    /// Numbers of dates that fit only with the month first, and only with the day first.
    Mixed(u64, u64),
}

impl OrderDoubt {
    /// Describes the doubt for a column that is read in this order.
    #[must_use]
    pub fn describe(self, header: &str, read_as: DateOrder) -> String {
        let read_as = read_as.pattern();
        match self {
            Self::Other(order) => {
                format!("“{header}” is read as {read_as}, but its dates are {}", order.pattern())
            }
            Self::AsWell(order) => format!(
                "“{header}” is ambiguous: it is read as {read_as}, but every date also fits {}",
                order.pattern()
            ),
            Self::Mixed(mdy, dmy) => format!(
                "“{header}” has mixed dates: {mdy} with the month first, {dmy} with the day first; it is read as \
                 {read_as}"
            ),
        }
    }
}

impl DateProfile {
    /// Returns the doubt about reading the column in an order that no one chose.
    #[must_use]
    pub fn doubt(&self, read_as: DateOrder) -> Option<OrderDoubt> {
        if self.count(|_| true) == 0 {
            return None;
        }
        match self.verdict() {
            DateVerdict::Order { order, sure: true } => {
                (order != read_as).then_some(OrderDoubt::Other(order))
            }
            DateVerdict::Order { .. } => {
                let mut others = DateOrder::VARIANTS.iter().copied().filter(|order| *order != read_as);
                let other = others.find(|order| self.fits(*order))?;
                Some(if self.fits(read_as) { OrderDoubt::AsWell(other) } else { OrderDoubt::Other(other) })
            }
            DateVerdict::Mixed { mdy_only, dmy_only } => Some(OrderDoubt::Mixed(mdy_only, dmy_only)),
            DateVerdict::NoDates => None,
        }
    }

    /// Returns true if there are dates, and all of them can only be in this order.
    #[must_use]
    pub fn is_surely(&self, order: DateOrder) -> bool {
        self.verdict() == DateVerdict::Order { order, sure: true } && self.count(|_| true) > 0
    }

    /// Returns true if every date fits an order, as one date or another.
    #[must_use]
    pub fn fits(&self, order: DateOrder) -> bool {
        self.count(|orders| orders.contains(order)) == self.count(|_| true)
    }

    /// Returns true if there are dates, and none of them fits an order.
    #[must_use]
    pub fn excludes(&self, order: DateOrder) -> bool {
        self.count(|_| true) > 0 && self.count(|orders| orders.contains(order)) == 0
    }

    /// Adds the counts of another part of the column.
    pub fn merge(&mut self, other: &Self) {
        self.filled += other.filled;
        self.clear += other.clear;
        self.year_first += other.year_first;
        self.year_first_late += other.year_first_late;
        self.same_day += other.same_day;
        self.dotted += other.dotted;
        self.dotted_either += other.dotted_either;
        self.dotted_mdy += other.dotted_mdy;
        for (count, more) in self.by_orders.iter_mut().zip(other.by_orders) {
            *count += more;
        }
        self.serials += other.serials;
    }

    /// Adds a cell.
    pub fn add(&mut self, cell: &str) {
        if cell.trim().is_empty() {
            return;
        }
        self.filled += 1;
        let plain = unmarked(cell);
        let Some(written) = text::read(&plain) else { return };
        let fits =
            Orders::of(|order| written.date(order, 99).is_some_and(|date| written.weekday_matches(date)));
        if fits == Orders::default() {
            return;
        }
        match written.form {
            DateForm::Serial(_) => self.serials += 1,
            DateForm::Clear { year_first, day, .. } => {
                let is_late = day.parse::<u8>().is_ok_and(|day| day > 12);
                self.clear += 1;
                self.year_first += u64::from(year_first);
                self.year_first_late += u64::from(year_first && is_late);
            }
            DateForm::Numbers([first, second, _]) => {
                let (mdy, dmy) = (fits.contains(DateOrder::Mdy), fits.contains(DateOrder::Dmy));
                let is_same = mdy && dmy && first.parse::<u8>() == second.parse::<u8>();
                self.same_day += u64::from(is_same);
                if cell.contains('.') && is_dotted(cell, first) {
                    self.dotted += 1;
                    self.dotted_either += u64::from(mdy && dmy && !is_same);
                    self.dotted_mdy += u64::from(mdy && !dmy);
                }
                if let Some(count) = self.by_orders.get_mut(usize::from(fits.0)) {
                    *count += 1;
                }
            }
        }
    }

    /// Returns what the column holds, based on the cells so far.
    #[must_use]
    pub fn verdict(&self) -> DateVerdict {
        let numbers = self.count(|_| true);
        let dates = numbers + self.clear + self.serials;
        if dates == 0 || dates < self.filled - dates {
            return DateVerdict::NoDates;
        }
        let verdict = |order, sure| DateVerdict::Order { order, sure };
        if numbers == 0 {
            // No cell needs an order, so the picker shows the one that most are written in.
            let year_first = self.year_first > 0 && self.year_first >= self.clear - self.year_first;
            return verdict(if year_first { DateOrder::Ymd } else { DateOrder::Mdy }, true);
        }
        let fitting = |order| self.count(|orders| orders.contains(order));
        let mut all = DateOrder::VARIANTS.iter().copied().filter(|order| fitting(*order) == numbers);
        if let Some(order) = all.next() {
            return verdict(order, all.next().is_none());
        }
        let mdy_only = self.count_only(DateOrder::Mdy, DateOrder::Dmy);
        let dmy_only = self.count_only(DateOrder::Dmy, DateOrder::Mdy);
        if mdy_only > 0 && dmy_only > 0 {
            return DateVerdict::Mixed { mdy_only, dmy_only };
        }
        // Some two-digit years come first and some last.
        let best = DateOrder::VARIANTS.iter().copied().rev().max_by_key(|order| fitting(*order));
        verdict(best.unwrap_or_default(), false)
    }

    /// Returns the number of dates of three numbers that fit one order and not the other.
    fn count_only(&self, one: DateOrder, other: DateOrder) -> u64 {
        self.count(|orders| orders.contains(one) && !orders.contains(other))
    }

    /// Returns the number of dates of three numbers whose set of orders matches.
    fn count(&self, which: impl Fn(Orders) -> bool) -> u64 {
        (0_u8..).map(Orders).zip(self.by_orders).filter(|(orders, _)| which(*orders)).map(|(_, n)| n).sum()
    }
}

/// Returns true if a dot follows the first number of a date; the time may have one too.
fn is_dotted(cell: &str, first: &str) -> bool {
    cell.split_once(first).is_some_and(|(_, rest)| rest.trim_start().starts_with('.'))
}

#[cfg(test)]
mod tests;
