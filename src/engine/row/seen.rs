//! References seen so far in a file, in few bytes: a million rows have a million of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::case::near_reference;

/// Hashes that distinguish cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Of client and reference; without a reference, of the cells.
    pub(super) identity: u64,
    /// Of client and reference without what programs and people change; without a reference, of the sent values.
    pub(super) near: u64,
}

/// Hashes a client and a normalized reference.
pub(super) fn near_hash(hasher: &RandomState, client: u64, reference: &str) -> u64 {
    hasher.hash_one((client, near_reference(reference)))
}

/// Comparison of a reference with earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    New,
    /// The same as in this row.
    Same(u64),
    /// Nearly the same as in this row.
    Near(u64),
}

/// Rows by their references.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By the hash that nearly the same references share: the first row with it, and part of its identity's hash.
    first: HashMap<u64, Packed>,
    /// Further rows with nearly the same reference, by their identity. There are few.
    more: HashMap<u64, u64>,
}

/// A row in 40 bits, and 24 bits of the hash of its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed(u64);

const ROW: u64 = (1 << 40) - 1;

impl Packed {
    fn new(row: u64, identity: u64) -> Self {
        Self(row & ROW | identity & !ROW)
    }

    fn row(self) -> u64 {
        self.0 & ROW
    }

    fn has(self, identity: u64) -> bool {
        self.0 & !ROW == identity & !ROW
    }
}

impl Seen {
    /// Reserves memory for this number of rows: growing step by step would need half as much again.
    pub(super) fn expect(&mut self, rows: u64) {
        self.first.reserve(usize::try_from(rows).unwrap_or(0));
    }

    /// Compares a row's reference with those of other rows.
    pub(super) fn meet(&self, mark: Mark, row: u64) -> Met {
        let Some(first) = self.first.get(&mark.near) else { return Met::New };
        if first.has(mark.identity) {
            return if first.row() == row { Met::New } else { Met::Same(first.row()) };
        }
        match self.more.get(&mark.identity) {
            Some(other) if *other != row => Met::Same(*other),
            _ => Met::Near(first.row()),
        }
    }

    /// Remembers a row's reference, unless another row has it.
    pub(super) fn add(&mut self, mark: Mark, row: u64) -> Met {
        let met = self.meet(mark, row);
        match met {
            Met::New => _ = self.first.entry(mark.near).or_insert(Packed::new(row, mark.identity)),
            Met::Near(_) => _ = self.more.entry(mark.identity).or_insert(row),
            Met::Same(_) => {}
        }
        met
    }

    /// Forgets a row's reference.
    pub(super) fn remove(&mut self, mark: Mark, row: u64) {
        if self.first.get(&mark.near).is_some_and(|first| first.row() == row) {
            self.first.remove(&mark.near);
        }
        if self.more.get(&mark.identity) == Some(&row) {
            self.more.remove(&mark.identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(identity: u64, near: u64) -> Mark {
        // The high bits distinguish identities.
        Mark { identity: identity << 40, near }
    }

    #[test]
    fn same_and_nearly_same_references_differ() {
        let mut seen = Seen::default();
        assert_eq!(seen.add(mark(1, 7), 1), Met::New);
        assert_eq!(seen.add(mark(2, 8), 2), Met::New);
        assert_eq!(seen.add(mark(3, 7), 3), Met::Near(1));
        assert_eq!(seen.add(mark(1, 7), 4), Met::Same(1));
        // Also of a row that was itself nearly the same as another.
        assert_eq!(seen.add(mark(3, 7), 5), Met::Same(3));
        assert_eq!(seen.add(mark(1, 7), 1), Met::New);
        assert_eq!(seen.add(mark(3, 7), 3), Met::Near(1));
        seen.remove(mark(2, 8), 2);
        assert_eq!(seen.meet(mark(2, 8), 6), Met::New);
    }
}
