//! Columns that identify most rows of a file: a row without them is unusual.

use std::collections::BTreeMap;

use super::field::CaseField;
use super::slot::{Dest, Slot};
use crate::sheet::Column;

/// Minimum number of rows that show what is usual.
const ENOUGH_ROWS: u64 = 3;

/// Columns (from 0) that identify most rows; `None` for those that are often blank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::case) struct UsualIdentity {
    /// Column of the first reference.
    pub(in crate::case) reference: Option<usize>,
    /// Column of the primary subject's name, or of its last part.
    pub(in crate::case) name: Option<usize>,
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
        let reference = slots.get(&Dest::Case(CaseField::Reference1));
        let is_name = |slot: &&Slot| slot.dest.names_subject();
        Self { reference: reference.and_then(most), name: slots.values().find(is_name).and_then(most) }
    }
}
