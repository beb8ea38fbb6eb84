//! References seen so far in a file, in few bytes: a million rows have a million of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::case::near_reference;

/// Hashes that distinguish cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdentityHashes {
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
pub(super) enum ReferenceMatch {
    New,
    /// The same as in this row.
    Same(u64),
    /// Nearly the same as in this row.
    Near(u64),
}

/// Rows by their references.
#[derive(Debug, Default)]
pub(super) struct SeenReferences {
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

impl SeenReferences {
    /// Reserves memory for this number of rows: growing step by step would need half as much again.
    pub(super) fn expect(&mut self, rows: u64) {
        self.first.reserve(usize::try_from(rows).unwrap_or(0));
    }

    /// Compares a row's reference with those of other rows.
    pub(super) fn compare(&self, hashes: IdentityHashes, row: u64) -> ReferenceMatch {
        let Some(first) = self.first.get(&hashes.near) else { return ReferenceMatch::New };
        if first.has(hashes.identity) {
            return if first.row() == row { ReferenceMatch::New } else { ReferenceMatch::Same(first.row()) };
        }
        match self.more.get(&hashes.identity) {
            Some(other) if *other != row => ReferenceMatch::Same(*other),
            _ => ReferenceMatch::Near(first.row()),
        }
    }

    /// Remembers a row's reference, unless another row has it.
    pub(super) fn add(&mut self, hashes: IdentityHashes, row: u64) -> ReferenceMatch {
        let matched = self.compare(hashes, row);
        match matched {
            ReferenceMatch::New => {
                _ = self.first.entry(hashes.near).or_insert(Packed::new(row, hashes.identity));
            }
            ReferenceMatch::Near(_) => _ = self.more.entry(hashes.identity).or_insert(row),
            ReferenceMatch::Same(_) => {}
        }
        matched
    }

    /// Forgets a row's reference.
    pub(super) fn remove(&mut self, hashes: IdentityHashes, row: u64) {
        if self.first.get(&hashes.near).is_some_and(|first| first.row() == row) {
            self.first.remove(&hashes.near);
        }
        if self.more.get(&hashes.identity) == Some(&row) {
            self.more.remove(&hashes.identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(identity: u64, near: u64) -> IdentityHashes {
        // The high bits distinguish identities.
        IdentityHashes { identity: identity << 40, near }
    }

    #[test]
    fn same_and_nearly_same_references_differ() {
        let mut seen = SeenReferences::default();
        assert_eq!(seen.add(mark(1, 7), 1), ReferenceMatch::New);
        assert_eq!(seen.add(mark(2, 8), 2), ReferenceMatch::New);
        assert_eq!(seen.add(mark(3, 7), 3), ReferenceMatch::Near(1));
        assert_eq!(seen.add(mark(1, 7), 4), ReferenceMatch::Same(1));
        // Also of a row that was itself nearly the same as another.
        assert_eq!(seen.add(mark(3, 7), 5), ReferenceMatch::Same(3));
        assert_eq!(seen.add(mark(1, 7), 1), ReferenceMatch::New);
        assert_eq!(seen.add(mark(3, 7), 3), ReferenceMatch::Near(1));
        seen.remove(mark(2, 8), 2);
        assert_eq!(seen.compare(mark(2, 8), 6), ReferenceMatch::New);
    }
}
