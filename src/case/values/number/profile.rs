//! Which decimal mark a column has, from all its cells.

use super::{NumberStyle, read_hours, read_number};

/// What the cells of a column say about its decimal mark: counts only, whatever its length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberProfile {
    filled: u64,
    /// Numbers that are the same with either mark.
    same: u64,
    /// Numbers that are one number with a point and another with a comma.
    either: u64,

    point_only: u64,
    comma_only: u64,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberVerdict {
    /// Numbers with one decimal mark.
    Style {
        /// The mark.
        style: NumberStyle,
        /// False when every cell is a number with the other mark too, and some are another one.
        sure: bool,
    },
    /// Some cells need a point and some a comma.
    Mixed {
        /// How many need a point.
        point_only: u64,
        /// How many need a comma.
        comma_only: u64,
    },
    /// Fewer than half of the filled cells are numbers.
    NoNumbers {
        /// How many are.
        numbers: u64,
        /// How many are filled.
        filled: u64,
    },
}

impl NumberProfile {
    /// Takes the next cell into account.
    pub fn add(&mut self, cell: &str) {
        if cell.trim().is_empty() {
            return;
        }
        self.filled += 1;
        let read = |style| read_number(cell, style).or_else(|_| read_hours(cell, style)).ok();
        match (read(NumberStyle::Point), read(NumberStyle::Comma)) {
            (Some(point), Some(comma)) if point.to_bits() == comma.to_bits() => self.same += 1,
            (Some(_), Some(_)) => self.either += 1,
            (Some(_), None) => self.point_only += 1,
            (None, Some(_)) => self.comma_only += 1,
            (None, None) => {}
        }
    }

    /// What the column holds, by the cells so far.
    #[must_use]
    pub fn judge(&self) -> NumberVerdict {
        let (point_only, comma_only) = (self.point_only, self.comma_only);
        let numbers = self.same + self.either + point_only + comma_only;
        if numbers == 0 || numbers < self.filled - numbers {
            return NumberVerdict::NoNumbers { numbers, filled: self.filled };
        }
        match (point_only > 0, comma_only > 0) {
            (true, true) => NumberVerdict::Mixed { point_only, comma_only },
            (true, false) => NumberVerdict::Style { style: NumberStyle::Point, sure: true },
            (false, true) => NumberVerdict::Style { style: NumberStyle::Comma, sure: true },
            (false, false) => NumberVerdict::Style { style: NumberStyle::Point, sure: self.either == 0 },
        }
    }
}

/// Whether the points of a column's amounts may stand between thousands: `1.500`, and no `12.5` or `0.500` to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PointDoubt {
    /// An amount has a point that can only be a decimal one.
    clear: bool,
    /// The first amount whose point can be either.
    first: Option<String>,
}

impl PointDoubt {
    /// Takes the next cell into account.
    pub fn add(&mut self, cell: &str) {
        let Some((whole, fraction)) = cell.trim().rsplit_once('.') else { return };
        let whole = whole.trim_start_matches(|c: char| !c.is_ascii_digit());
        let grouped = fraction.len() == 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=3).contains(&whole.len()) && whole.bytes().all(|byte| byte.is_ascii_digit());
        if grouped && fits && !whole.starts_with('0') {
            if self.first.is_none() {
                self.first = Some(cell.trim().to_owned());
            }
        } else {
            self.clear = true;
        }
    }

    /// Adds what the cells that came next say.
    pub fn join(&mut self, next: &Self) {
        self.clear |= next.clear;
        if self.first.is_none() {
            self.first.clone_from(&next.first);
        }
    }

    /// The first such amount; none where another one tells what the point is.
    #[must_use]
    pub fn ambiguous(&self) -> Option<&str> {
        if self.clear { None } else { self.first.as_deref() }
    }
}
