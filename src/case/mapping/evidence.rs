//! What the first rows of a file say about how a column's cells must be read.
//!
//! The cells count as they are in the file: an edit of one cell doesn't change what the others mean.

use std::collections::BTreeMap;

use super::slot::{Dest, MappedColumn, Slot, ValueReading};
use crate::case::values::name::NameOrder;
use crate::sheet::Row;

/// What the first cells of a column say about the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::case) struct ColumnEvidence {
    /// Whether whole names seem to begin with the last name, without a comma.
    pub(in crate::case) last_name_first: bool,
}

/// Adds the evidence to the columns.
pub(super) fn find(slots: &mut BTreeMap<Dest, Slot>, rows: &[Row]) {
    for slot in slots.values_mut() {
        let reading = slot.dest.reading();
        for source in &mut slot.sources {
            match reading {
                ValueReading::Name if source.part.is_none() && !source.as_is => {
                    source.evidence.last_name_first = last_name_first(source, rows);
                }
                _ => {}
            }
        }
    }
}

fn last_name_first(source: &MappedColumn, rows: &[Row]) -> bool {
    let mut order = NameOrder::default();
    for row in rows {
        order.add(row.cells.get(source.column).unwrap_or(""));
    }
    order.is_last_name_first()
}
