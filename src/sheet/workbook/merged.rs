//! Cells merged over several rows: only the first row has their value.

/// Maximum number of merged cells noted.
const MOST: usize = 10_000;

/// Cells merged over several rows of a worksheet, by first and last row, from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sheet) struct MergedRows(Vec<(u64, u64)>);

impl MergedRows {
    /// Adds a merged cell by its first and last row, from 0. Cells merged within a row don't count.
    pub(super) fn add(&mut self, first: u32, last: u32) {
        if last > first && self.0.len() < MOST {
            self.0.push((u64::from(first) + 1, u64::from(last) + 1));
        }
    }

    /// Describes those that begin below a row, from 1.
    pub(in crate::sheet) fn describe_below(&self, row: u64) -> Option<String> {
        let below = || self.0.iter().filter(|(first, _)| *first > row);
        let (first, last) = below().min()?;
        Some(format!(
            "merged cells have their value in their first row only: {} found, the first in rows {first} to {last}; the \
             other rows are read as blank there",
            below().count()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_below_the_header_are_described() {
        let mut merged = MergedRows::default();
        for (first, last) in [(0, 1), (4, 4), (5, 7), (2, 3)] {
            merged.add(first, last);
        }
        let below = merged.describe_below(2).unwrap();
        assert!(below.contains("2 found, the first in rows 3 to 4;"), "{below}");
        assert_eq!(merged.describe_below(6), None);
    }
}
