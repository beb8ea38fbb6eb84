//! Sort keys of cells: how rows are ordered by a column.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::plan::Plan;
use super::read::read_single;
use super::slot::ValueReading;
use crate::case::values::value::Value;

/// A cell's place in the order of its column: first what is read as a date or a number, then other text, then nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A date, in a column that is sent as dates.
    Date(Date),
    /// A number, in a column that is sent as numbers or ids.
    Number(SortNumber),
    /// Any other text, in small letters, with its numbers padded: `claim 9` is before `claim 10`.
    Text(String),
    /// An empty cell.
    Empty,
}

/// A number with a total order.
#[derive(Debug, Clone, Copy)]
pub struct SortNumber(f64);

impl Ord for SortNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for SortNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortNumber {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortNumber {}

impl SortKey {
    /// Compares two cells. Empty cells are last in either direction.
    #[must_use]
    pub fn compare(&self, other: &Self, descending: bool) -> Ordering {
        match (self, other) {
            (Self::Empty, _) | (_, Self::Empty) => self.cmp(other),
            _ if descending => other.cmp(self),
            _ => self.cmp(other),
        }
    }
}

impl Plan {
    /// Returns the sort key of a cell, read as its column (from 0) is.
    #[must_use]
    pub fn sort_key(&self, column: usize, cell: &str, today: Date) -> SortKey {
        let cell = cell.trim();
        if cell.is_empty() {
            return SortKey::Empty;
        }
        let fed = self.slots.iter().find_map(|slot| {
            let source =
                slot.sources.iter().find(|source| source.column == column && source.part.is_none())?;
            Some((slot.dest.reading(), source))
        });
        let number = |value| SortKey::Number(SortNumber(value));
        match fed {
            Some((reading @ (ValueReading::Date | ValueReading::Number | ValueReading::Hours), source)) => {
                match read_single(cell, source, reading, today) {
                    Ok(Value::Date(date)) => SortKey::Date(date),
                    Ok(Value::Number(value)) => number(value),
                    _ => SortKey::Text(natural(cell)),
                }
            }
            _ => SortKey::Text(natural(cell)),
        }
    }
}

/// Digits that a number inside a text is padded to.
const PADDED: usize = 12;

/// Returns a text in the form it is sorted by: in small letters, with its numbers padded with zeros.
fn natural(text: &str) -> String {
    let mut natural = String::with_capacity(text.len() + PADDED);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let (number, after) = rest.split_at(digits);
            natural.extend(std::iter::repeat_n('0', PADDED.saturating_sub(digits)));
            natural.push_str(number);
            rest = after;
        } else {
            natural.extend(c.to_lowercase());
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    natural
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts_sort_by_their_value_and_case_does_not_count() {
        let mut texts = ["claim 10", "Claim 9", "claim 9b", "Zoë", "anna", "Ärger"];
        texts.sort_by_key(|text| natural(text));
        assert_eq!(texts, ["anna", "Claim 9", "claim 9b", "claim 10", "Zoë", "Ärger"]);
        assert_eq!(natural("x0012345678901234"), "x0012345678901234", "longer numbers stay as they are");
    }

    #[test]
    fn empty_cells_are_last_in_either_direction() {
        let number = |value| SortKey::Number(SortNumber(value));
        let mut keys = [SortKey::Empty, SortKey::Text("n/a".into()), number(2.0), number(-1.0)];
        keys.sort_by(|a, b| a.compare(b, false));
        assert_eq!(keys, [number(-1.0), number(2.0), SortKey::Text("n/a".into()), SortKey::Empty]);
        keys.sort_by(|a, b| a.compare(b, true));
        assert_eq!(keys, [SortKey::Text("n/a".into()), number(2.0), number(-1.0), SortKey::Empty]);
    }
}
