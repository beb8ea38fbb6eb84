//! What the first rows of a file say about how a column's cells must be read.
//!
//! The cells count as they are in the file: an edit of one cell doesn't change what the others mean.

use std::collections::BTreeMap;

use super::private_columns::SAMPLED;
use super::slot::{Dest, MappedColumn, Slot, ValueReading};
use crate::case::values::name_order::NameOrder;
use crate::case::values::number::AmountHabits;
use crate::case::values::reference_doubt::ReferenceProfile;
use crate::sheet::{Column, Row};

/// Adds the evidence to the columns.
pub(super) fn find(slots: &mut BTreeMap<Dest, Slot>, rows: &[Row], columns: &[Column]) {
    for slot in slots.values_mut() {
        let reading = slot.dest.reading();
        for source in &mut slot.sources {
            match reading {
                ValueReading::Number | ValueReading::Hours if source.decimal.is_none() && !source.as_is => {
                    source.evidence.amounts = amount_habits(source, rows);
                }
                ValueReading::Name if source.part.is_none() && !source.as_is => {
                    let header = columns.get(source.column).map_or("", |column| column.header.as_str());
                    source.evidence.names = NameOrder::of_header(header);
                    for row in rows {
                        source.evidence.names.add(row.cells.get(source.column).unwrap_or(""));
                    }
                }
                ValueReading::Text if slot.dest.is_reference() => {
                    let of_cases = rows.iter().filter(|row| row.not_a_case.is_none());
                    let cells = of_cases.map(|row| row.cells.get(source.column).unwrap_or(""));
                    let dates = rows.iter().filter(|row| row.date(source.column).is_some()).count();
                    let profile = ReferenceProfile::of(cells, rows.len() < SAMPLED);
                    source.evidence.references = profile.with_date_cells(dates);
                }
                _ => {}
            }
        }
    }
}

/// Returns how the amounts are written that no workbook stores as numbers.
fn amount_habits(source: &MappedColumn, rows: &[Row]) -> AmountHabits {
    let mut habits = AmountHabits::default();
    for row in rows.iter().filter(|row| row.number(source.column).is_none()) {
        habits.add(row.cells.get(source.column).unwrap_or(""));
    }
    habits
}
