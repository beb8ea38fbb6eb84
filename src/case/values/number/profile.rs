//! Detection of a column's decimal mark from all its cells.

use super::{NumberStyle, read_hours, read_number};

/// Evidence for the decimal mark of a column. Keeps counts only, however long the column is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberProfile {
    filled: u64,
    /// Count of numbers that are the same with either mark.
    same: u64,
    /// Count of numbers that differ between a decimal point and a decimal comma.
    either: u64,

    point_only: u64,
    comma_only: u64,
}

/// Content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberVerdict {
    /// Numbers with one decimal mark.
    Style {
        /// The mark.
        style: NumberStyle,
        /// False if every cell is also a number with the other mark, and some are different numbers then.
        sure: bool,
    },
    /// Some cells need a point and some a comma.
    Mixed {
        /// Number of cells that need a point.
        point_only: u64,
        /// Number of cells that need a comma.
        comma_only: u64,
    },
    /// Fewer than half of the filled cells are numbers.
    NoNumbers {
        /// Number of cells that are numbers.
        numbers: u64,
        /// Number of filled cells.
        filled: u64,
    },
}

impl NumberProfile {
    /// Adds a cell.
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

    /// Returns what the column holds, based on the cells so far.
    #[must_use]
    pub fn verdict(&self) -> NumberVerdict {
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
