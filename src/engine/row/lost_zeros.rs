//! References of digits that lost their leading zeros in the whole file, so that only earlier imports show it.

use std::collections::{BTreeMap, HashMap};

/// Smallest number of earlier references that show what is usual.
const ENOUGH: u64 = 5;
/// Longer ones are no numbers to Excel.
const MAX_LENGTH: usize = 20;

/// References of digits, by client.
#[derive(Debug, Default)]
pub(super) struct DigitReferences(HashMap<u64, BTreeMap<usize, Count>>);

/// References of one length.
#[derive(Debug, Default)]
struct Count {
    /// Those that begin with a zero.
    padded: u64,
    all: u64,
    /// The first row.
    first: u64,
}

/// References that lost their zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LostZeros {
    pub(super) rows: u64,
    /// The first row.
    pub(super) first: u64,
    /// Number of digits that references of the client have.
    pub(super) digits: usize,
}

impl DigitReferences {
    /// Counts the reference of a row; no others than digits.
    pub(super) fn add(&mut self, client: u64, reference: &str, row: u64) {
        if reference.len() > MAX_LENGTH || !reference.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let count = self.0.entry(client).or_default().entry(reference.len()).or_default();
        count.first = if count.all == 0 { row } else { count.first };
        count.all += 1;
        count.padded += u64::from(reference.starts_with('0'));
    }

    /// Returns the length of nearly all of a client's references, if they begin with a zero.
    fn padded_length(&self, client: u64) -> Option<usize> {
        let counts = self.0.get(&client)?;
        let (length, usual) = counts.iter().max_by_key(|(_, count)| count.padded)?;
        let all: u64 = counts.values().map(|count| count.all).sum();
        (usual.padded >= ENOUGH && usual.padded * 10 >= all * 9).then_some(*length)
    }

    /// Returns the references of a client that all are shorter than its earlier ones, which begin with a zero.
    pub(super) fn lost_zeros(&self, earlier: &Self) -> Option<LostZeros> {
        let of_client = |(client, counts): (&u64, &BTreeMap<usize, Count>)| {
            let digits = earlier.padded_length(*client)?;
            let are_short = counts.iter().all(|(length, count)| *length < digits && count.padded == 0);
            let rows = counts.values().map(|count| count.all).sum();
            let first = counts.values().map(|count| count.first).min()?;
            are_short.then_some(LostZeros { rows, first, digits })
        };
        self.0.iter().filter_map(of_client).min_by_key(|lost| lost.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(client: u64, references: &[&str]) -> DigitReferences {
        let mut all = DigitReferences::default();
        references.iter().zip(1..).for_each(|(reference, row)| all.add(client, reference, row));
        all
    }

    #[test]
    fn only_earlier_references_show_that_zeros_are_lost() {
        let earlier = of(7, &["0081500", "0081507", "0081514", "0081521", "0081528", "WC-1"]);
        let lost = LostZeros { rows: 2, first: 2, digits: 7 };
        assert_eq!(of(7, &["WC-2", "81900", "81907"]).lost_zeros(&earlier), Some(lost));
        for fine in [&["0081900", "81907"][..], &["81900", "1234567"], &["12345678"], &["WC-2"], &[]] {
            assert_eq!(of(7, fine).lost_zeros(&earlier), None, "{fine:?}");
        }
        assert_eq!(of(8, &["81900"]).lost_zeros(&earlier), None, "another client");
        let mixed = of(7, &["0081500", "0081507", "0081514", "0081521", "0081528", "81535"]);
        assert_eq!(of(7, &["81900"]).lost_zeros(&mixed), None, "some never began with a zero");
        assert_eq!(of(7, &["81900"]).lost_zeros(&of(7, &["0081500"; 4])), None, "too few");
    }
}
