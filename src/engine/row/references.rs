//! References seen so far in a file, in few bytes: a million rows have a million of them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem::take;

use crate::case::NearReference;
use crate::ledger::SentBy;

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

/// References that other imports sent: each row, by its hashes, with the number of groups.
#[derive(Debug, Default)]
pub(super) struct SentReferences(HashMap<u64, (SentBy, u8)>);

impl SentReferences {
    /// Of several rows with the same form, one sent since the start of the own import counts.
    pub(super) fn add(&mut self, near: NearHashes, row: SentBy) {
        for hash in [near.grouped, near.joined] {
            let known = self.0.entry(hash).or_insert((row, near.groups));
            if !known.0.since_start {
                *known = (row, near.groups);
            }
        }
    }

    /// Returns the row that sent nearly the same reference.
    pub(super) fn near(&self, near: NearHashes) -> Option<SentBy> {
        let joined = || self.0.get(&near.joined).filter(|(_, groups)| *groups != near.groups);
        self.0.get(&near.grouped).or_else(joined).map(|(row, _)| *row)
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
    /// By the hash of the grouped form: the first row with it, and part of its identity's hash.
    first: HashMap<u64, Packed>,
    /// Further rows with nearly the same reference, by their identity. There are few.
    more: HashMap<u64, u64>,
    joined: JoinedForms,
    /// Number of rows to expect.
    expected: usize,
}

/// Rows whose reference has a joined form of its own, by the hash of that form. It is compared only with references of
/// another number of groups, and in nearly every file all have the same: these rows are only listed.
#[derive(Debug)]
enum JoinedForms {
    Alike {
        /// The number of groups of all references; `None` before the first.
        groups: Option<u8>,
        rows: Vec<(u64, Packed)>,
    },
    Mixed(HashMap<u64, Packed>),
}

impl Default for JoinedForms {
    fn default() -> Self {
        Self::Alike { groups: None, rows: Vec::new() }
    }
}

impl JoinedForms {
    /// Returns the first row that has the joined form of a reference, but another number of groups.
    fn near(&self, near: NearHashes) -> Option<Packed> {
        match self {
            Self::Alike { groups, .. } if groups.is_none_or(|groups| groups == near.groups) => None,
            Self::Alike { rows, .. } => {
                rows.iter().find(|(joined, _)| *joined == near.joined).map(|(_, row)| *row)
            }
            Self::Mixed(rows) => rows.get(&near.joined).filter(|row| !row.has_groups(near.groups)).copied(),
        }
    }

    fn add(&mut self, near: NearHashes, row: Packed, expected: usize) {
        let is_own = near.joined != near.grouped;
        match self {
            Self::Alike { groups, rows } if groups.is_none_or(|groups| groups == near.groups) => {
                *groups = Some(near.groups);
                if is_own {
                    // Growing step by step would need half as much memory again.
                    rows.reserve_exact(expected.saturating_sub(rows.len()));
                    rows.push((near.joined, row));
                }
            }
            Self::Alike { rows, .. } => {
                // Of several rows with the same form, the first counts.
                let mut by_form: HashMap<u64, Packed> = take(rows).into_iter().rev().collect();
                if is_own {
                    by_form.entry(near.joined).or_insert(row);
                }
                *self = Self::Mixed(by_form);
            }
            Self::Mixed(rows) if is_own => {
                rows.entry(near.joined).or_insert(row);
            }
            Self::Mixed(_) => {}
        }
    }

    fn remove(&mut self, near: NearHashes, row: u64) {
        match self {
            Self::Alike { rows, .. } => rows.retain(|(_, of)| of.row() != row),
            Self::Mixed(rows) => {
                if rows.get(&near.joined).is_some_and(|of| of.row() == row) {
                    rows.remove(&near.joined);
                }
            }
        }
    }
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
        self.expected = usize::try_from(rows).unwrap_or(0);
        self.first.reserve(self.expected);
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
        let joined = || {
            let single = self.first.get(&near.joined).filter(|first| !first.has_groups(near.groups));
            single.copied().into_iter().chain(self.joined.near(near)).min_by_key(|first| first.row())
        };
        let near = grouped.copied().or_else(joined);
        near.map_or(ReferenceMatch::New, |first| ReferenceMatch::Near(first.row()))
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
        self.joined.add(hashes.near, packed, self.expected);
        matched
    }

    /// Forgets a row's reference.
    pub(super) fn remove(&mut self, hashes: IdentityHashes, row: u64) {
        let grouped = hashes.near.grouped;
        if self.first.get(&grouped).is_some_and(|first| first.row() == row) {
            self.first.remove(&grouped);
        }
        self.joined.remove(hashes.near, row);
        if self.more.get(&hashes.identity) == Some(&row) {
            self.more.remove(&hashes.identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::ProptestConfig;

    use super::*;

    fn mark(identity: u64, near: u64) -> IdentityHashes {
        // The high bits distinguish identities.
        IdentityHashes { identity: identity << 40, near: NearHashes::single(near) }
    }

    proptest::proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Compared with a search of all rows.
        #[test]
        fn every_earlier_reference_is_compared(
            references in proptest::collection::vec("A?(-?[012]){1,4}", 1..20), alike: bool,
        ) {
            let hasher = RandomState::new();
            let of = |reference: &str| NearHashes::of(&hasher, 1, reference);
            let (mut seen, mut before) = (SeenReferences::default(), Vec::<(u64, String)>::new());
            for (row, mut reference) in (1..).zip(references) {
                if alike {
                    reference = format!("{}-{row}", reference.replace('-', ""));
                }
                let near = of(&reference);
                let is_near = |(_, other): &&(u64, String)| {
                    let other = of(other);
                    near.grouped == other.grouped || (near.joined == other.joined && near.groups != other.groups)
                };
                let same = before.iter().find(|(_, other)| *other == reference);
                let hashes = IdentityHashes { identity: hasher.hash_one(&reference), near };
                match (same, before.iter().find(is_near), seen.add(hashes, row)) {
                    (Some((first, _)), _, ReferenceMatch::Same(found)) => proptest::prop_assert_eq!(*first, found),
                    (None, Some(_), ReferenceMatch::Near(found)) => {
                        let found = before.iter().filter(|(at, _)| *at == found).find(is_near);
                        proptest::prop_assert!(found.is_some());
                    }
                    // Of the rows with one joined form, only the first is compared.
                    (None, Some(_), ReferenceMatch::New) => {
                        let is_alike = |other: NearHashes| (near.joined, near.groups) == (other.joined, other.groups);
                        let hides = before.iter().any(|(_, other)| is_alike(of(other)));
                        proptest::prop_assert!(hides, "{} {:?}", reference, before);
                    }
                    (None, None, ReferenceMatch::New) => {}
                    other => proptest::prop_assert!(false, "{}: {:?} {:?}", reference, other, before),
                }
                before.push((row, reference));
            }
        }
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

        // While all have the same number of groups.
        let mut alike = SeenReferences::default();
        for (row, reference) in [(1, "WC-26-1"), (2, "WC-26-2"), (3, "WC-2-62")] {
            assert_eq!(alike.add(of(reference), row), ReferenceMatch::New, "{reference}");
        }
        assert_eq!(alike.compare(of("WC262"), 4), ReferenceMatch::Near(2));
        alike.remove(of("WC-26-2"), 2);
        assert_eq!(alike.compare(of("WC262"), 4), ReferenceMatch::Near(3));
        assert_eq!(alike.add(of("WC262"), 4), ReferenceMatch::Near(3));
        assert_eq!(alike.add(of("WC-26-2"), 5), ReferenceMatch::Near(4));

        let mut sent = SentReferences::default();
        let row = SentBy { import: 1, row: 4, since_start: false };
        sent.add(of("WC-26-00137").near, row);
        for (reference, found) in
            [("WC2600137", true), ("WC/26/137", true), ("WC-2600-137", false), ("WC-27-137", false)]
        {
            assert_eq!(sent.near(of(reference).near), found.then_some(row), "{reference}");
        }
        let later = SentBy { import: 2, row: 1, since_start: true };
        for row in [later, row] {
            sent.add(of("WC-26-137").near, row);
            assert_eq!(sent.near(of("WC-26-00137").near), Some(later));
        }
    }
}
