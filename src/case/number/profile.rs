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
    /// Those of them with a point before their last three digits: `1.500`.
    pointed: u64,
    /// The first of those.
    first: Option<String>,
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
            (Some(_), Some(_)) => {
                self.either += 1;
                if cell.contains('.') {
                    self.pointed += 1;
                    self.first.get_or_insert_with(|| cell.trim().to_owned());
                }
            }
            (Some(_), None) => self.point_only += 1,
            (None, Some(_)) => self.comma_only += 1,
            (None, None) => {}
        }
    }

    /// Adds what the cells that came next say.
    pub fn join(&mut self, next: &Self) {
        self.filled += next.filled;
        self.same += next.same;
        self.either += next.either;
        self.pointed += next.pointed;
        self.point_only += next.point_only;
        self.comma_only += next.comma_only;
        if self.first.is_none() {
            self.first.clone_from(&next.first);
        }
    }

    /// A number such as `1.500` that no other number of the column tells to be 1.5 or 1500; none where the column is
    /// clear.
    #[must_use]
    pub fn ambiguous(&self) -> Option<&str> {
        let clear = self.point_only > 0 || self.pointed == 0;
        if clear { None } else { self.first.as_deref() }
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
