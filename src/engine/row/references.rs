//! References seen so far in a file, in few bytes: a million rows have a million of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::case::NearReference;
use crate::ledger::ImportId;

/// Hashes that distinguish cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IdentityHashes {
    /// Of client and reference; without a reference, of the cells.
    pub(super) identity: u64,
    /// What nearly the same cases share.
    pub(super) near: NearHashes,
}

/// Hashes that nearly the same references of a client share: see [`NearReference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NearHashes {
    /// Of the groups of digits; without a reference, of the sent values.
    pub(super) grouped: u64,
    /// Of the digits without groups. For a single group, the same as `grouped`.
    joined: u64,
    groups: u8,
}

impl NearHashes {
    /// Hashes a client and a reference.
    pub(super) fn of(hasher: &RandomState, client: u64, reference: &str) -> Self {
        let near = NearReference::of(reference);
        let grouped = hasher.hash_one((client, near.grouped()));
        let is_single = near.joined() == near.grouped();
        let joined = if is_single { grouped } else { hasher.hash_one((client, near.joined())) };
        Self { grouped, joined, groups: near.groups() }
    }

    /// The hash of a case without a reference.
    pub(super) fn single(hash: u64) -> Self {
        Self { grouped: hash, joined: hash, groups: 1 }
    }
}

/// References that earlier imports sent: each import and row, by its hashes, with the number of groups.
#[derive(Debug, Default)]
pub(super) struct SentReferences(HashMap<u64, (ImportId, u64, u8)>);

impl SentReferences {
    pub(super) fn add(&mut self, near: NearHashes, import: ImportId, row: u64) {
        for hash in [near.grouped, near.joined] {
            self.0.insert(hash, (import, row, near.groups));
        }
    }

    /// Returns the import and row that sent nearly the same reference.
    pub(super) fn near(&self, near: NearHashes) -> Option<(ImportId, u64)> {
        let joined = || self.0.get(&near.joined).filter(|(_, _, groups)| *groups != near.groups);
        self.0.get(&near.grouped).or_else(joined).map(|(import, row, _)| (*import, *row))
    }
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
    /// By each hash that nearly the same references share: the first row with it, and part of its identity's hash.
    first: HashMap<u64, Packed>,
    /// Further rows with nearly the same reference, by their identity. There are few.
    more: HashMap<u64, u64>,
}

/// A row in 37 bits, the number of its groups in 3, and 24 bits of the hash of its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed(u64);

const ROW: u64 = (1 << 37) - 1;
const IDENTITY: u64 = !((1 << 40) - 1);
const MAX_GROUPS: u8 = 7;

impl Packed {
    fn new(row: u64, hashes: IdentityHashes) -> Self {
        let groups = u64::from(hashes.near.groups.min(MAX_GROUPS)) << 37;
        Self(row & ROW | groups | hashes.identity & IDENTITY)
    }

    fn row(self) -> u64 {
        self.0 & ROW
    }

    fn has(self, identity: u64) -> bool {
        self.0 & IDENTITY == identity & IDENTITY
    }

    fn has_groups(self, groups: u8) -> bool {
        (self.0 & !IDENTITY) >> 37 == u64::from(groups.min(MAX_GROUPS))
    }
}

impl SeenReferences {
    /// Reserves memory for this number of rows: growing step by step would need half as much again.
    pub(super) fn expect(&mut self, rows: u64) {
        self.first.reserve(usize::try_from(rows).unwrap_or(0));
    }

    /// Compares a row's reference with those of other rows.
    pub(super) fn compare(&self, hashes: IdentityHashes, row: u64) -> ReferenceMatch {
        let IdentityHashes { identity, near } = hashes;
        let grouped = self.first.get(&near.grouped);
        if let Some(first) = grouped.filter(|first| first.has(identity)) {
            return if first.row() == row { ReferenceMatch::New } else { ReferenceMatch::Same(first.row()) };
        }
        if let Some(other) = self.more.get(&identity).filter(|other| **other != row) {
            return ReferenceMatch::Same(*other);
        }
        let joined = || self.first.get(&near.joined).filter(|first| !first.has_groups(near.groups));
        grouped.or_else(joined).map_or(ReferenceMatch::New, |first| ReferenceMatch::Near(first.row()))
    }

    /// Remembers a row's reference, unless another row has it.
    pub(super) fn add(&mut self, hashes: IdentityHashes, row: u64) -> ReferenceMatch {
        let matched = self.compare(hashes, row);
        if let ReferenceMatch::Same(_) = matched {
            return matched;
        }
        let packed = Packed::new(row, hashes);
        if !self.first.entry(hashes.near.grouped).or_insert(packed).has(hashes.identity) {
            self.more.entry(hashes.identity).or_insert(row);
        }
        if hashes.near.joined != hashes.near.grouped {
            self.first.entry(hashes.near.joined).or_insert(packed);
        }
        matched
    }

    /// Forgets a row's reference.
    pub(super) fn remove(&mut self, hashes: IdentityHashes, row: u64) {
        for hash in [hashes.near.grouped, hashes.near.joined] {
            if self.first.get(&hash).is_some_and(|first| first.row() == row) {
                self.first.remove(&hash);
            }
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
        IdentityHashes { identity: identity << 40, near: NearHashes::single(near) }
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

    #[test]
    fn a_reference_without_groups_is_nearly_one_with_them() {
        let hasher = RandomState::new();
        let of = |reference: &str| IdentityHashes {
            identity: hasher.hash_one(reference),
            near: NearHashes::of(&hasher, 1, reference),
        };
        let mut seen = SeenReferences::default();
        for (row, reference, matched) in [
            (1, "WC-26-00137", ReferenceMatch::New),
            (2, "WC2600137", ReferenceMatch::Near(1)),
            (3, "WC-26-137", ReferenceMatch::Near(1)),
            (4, "WC-26-137", ReferenceMatch::Same(3)),
            (5, "WC2600137", ReferenceMatch::Same(2)),
            (6, "100,000", ReferenceMatch::New),
            (7, "100000", ReferenceMatch::Near(6)),
            (8, "12-3", ReferenceMatch::New),
            (9, "1-23", ReferenceMatch::New),
            (10, "1-23", ReferenceMatch::Same(9)),
        ] {
            assert_eq!(seen.add(of(reference), row), matched, "{reference}");
        }
        seen.remove(of("12-3"), 8);
        assert_eq!(seen.compare(of("12-3"), 11), ReferenceMatch::New);
        assert_eq!(seen.compare(of("1-23"), 11), ReferenceMatch::Same(9));

        let mut sent = SentReferences::default();
        sent.add(of("WC-26-00137").near, 1, 4);
        for (reference, found) in
            [("WC2600137", true), ("WC/26/137", true), ("WC-2600-137", false), ("WC-27-137", false)]
        {
            assert_eq!(sent.near(of(reference).near), found.then_some((1, 4)), "{reference}");
        }
    }
}
