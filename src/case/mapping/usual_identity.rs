//! Columns that identify most rows of a file: a row without them is unusual.

use std::collections::BTreeMap;

use super::field::CaseField;
use super::slot::{Dest, Slot};
use crate::sheet::{Column, Row};

/// Minimum number of rows that show what is usual.
const ENOUGH_ROWS: u64 = 3;

/// Maximum number of rows that go on with the case above.
const MOST_FOLLOWING: usize = 5;

/// Finds the columns (from 0) that are blank in the rows without a reference and filled in the others, if the rows
/// without one are below one with it: they go on with the case above, which has more than one person.
pub(super) fn blank_below_reference(slots: &BTreeMap<Dest, Slot>, rows: &[Row]) -> Vec<usize> {
    let Some(reference) = slots.get(&Dest::Case(CaseField::Reference1)) else { return Vec::new() };
    let references: Vec<usize> = reference.sources.iter().map(|source| source.column).collect();
    let is_blank = |row: &Row, column: usize| row.cells.get(column).is_none_or(|cell| cell.trim().is_empty());
    let lacks = |row: &Row| references.iter().all(|column| is_blank(row, *column));
    let cases: Vec<&Row> = rows.iter().filter(|row| row.not_a_case.is_none() && !row.is_blank()).collect();
    let (without, with): (Vec<&Row>, Vec<&Row>) = cases.iter().partition(|row| lacks(row));
    // Rows that directly follow one with a reference, a few at most: new cases may come at the end without one.
    let mut follow = MOST_FOLLOWING;
    let below = cases.iter().filter(|row| {
        follow = if lacks(row) { follow + 1 } else { 0 };
        (1..=MOST_FOLLOWING).contains(&follow)
    });
    let below = below.count();
    if without.is_empty() || below * 2 < without.len() {
        return Vec::new();
    }
    let nearly_all = |count: usize, of: &[&Row]| count * 10 >= of.len() * 9;
    let mapped = slots.values().flat_map(|slot| &slot.sources).map(|source| source.column);
    let goes_along = |column: &usize| {
        let blank = |of: &[&Row]| of.iter().filter(|row| is_blank(row, *column)).count();
        !references.contains(column)
            && nearly_all(blank(&without), &without)
            && nearly_all(with.len() - blank(&with), &with)
    };
    mapped.filter(goes_along).collect()
}

/// Columns (from 0) that identify most rows; `None` for those that are often blank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::case) struct UsualIdentity {
    /// Column of the first reference.
    pub(in crate::case) reference: Option<usize>,
    /// Column of the primary subject's name, or of its last part.
    pub(in crate::case) name: Option<usize>,
    /// Whether the first reference is often blank, but not always.
    pub(in crate::case) lacks_references: bool,
    /// Column of the primary subject's name, if all its columns are blank.
    pub(in crate::case) blank_name: Option<usize>,
}

impl UsualIdentity {
    /// Finds the columns by how many of their cells are filled in the whole file.
    pub(super) fn of(slots: &BTreeMap<Dest, Slot>, columns: &[Column]) -> Self {
        let filled = |column: usize| columns.get(column).map_or(0, |column| column.filled);
        let rows = columns.iter().map(|column| column.filled).max().unwrap_or(0);
        let most = |slot: &Slot| {
            let of_slot = slot.sources.iter().map(|source| source.column);
            let column = of_slot.max_by_key(|column| filled(*column))?;
            // A column that one row in ten leaves blank is usually filled later.
            let blank = rows.saturating_sub(filled(column));
            (rows >= ENOUGH_ROWS && (blank <= 1 || blank.saturating_mul(10) <= rows)).then_some(column)
        };
        let slot = slots.get(&Dest::Case(CaseField::Reference1)).filter(|slot| slot.default.is_none());
        let is_filled = |slot: &Slot| slot.sources.iter().any(|source| filled(source.column) > 0);
        let reference = slot.and_then(most);
        let name = slots.values().find(|slot| slot.dest.names_subject());
        let blank_name = name.filter(|name| rows > 0 && !is_filled(name));
        Self {
            reference,
            name: name.and_then(most),
            blank_name: blank_name.and_then(|name| name.sources.first()).map(|source| source.column),
            lacks_references: rows >= ENOUGH_ROWS && reference.is_none() && slot.is_some_and(is_filled),
        }
    }
}
