//! Profile of a column, collected cell by cell.

use std::collections::BTreeMap;

use super::{
    Damage,
    date::OrderRuns,
    shape::{CellClass, TextShape, classify},
    usual::{ShapeCounts, Usual},
};
use crate::known_texts::KnownTexts;

/// Maximum number of example cells per damage.
const EXAMPLES: usize = 5;
/// Maximum number of characters shown of a cell.
const MAX_SHOWN: usize = 60;

/// Profile of a column, collected cell by cell, in constant memory whatever the file's length.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    filled: u64,
    blank: u64,
    /// Each class seen so far, in order of appearance; their number is limited.
    slots: Vec<ClassCount>,
    /// Slot of the last cell: columns are monotonous.
    last: usize,
    range: Option<(u64, u64)>,
    /// Where its dates have the day or the month first.
    orders: OrderRuns,
    /// Slots of texts seen before.
    known: KnownTexts<usize>,
}

#[derive(Debug, Clone)]
struct ClassCount {
    class: CellClass,
    count: u64,
    /// The first cells, each with its position among the filled ones.
    first: Vec<(u64, Example)>,
}

/// A kind of damage found in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamageFinding {
    /// The damage.
    pub damage: Damage,
    /// Number of cells.
    pub count: u64,
    /// The first of them, at most five.
    pub examples: Vec<Example>,
}

/// A damaged cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// The cell without outer spaces, cut to 60 characters including an ellipsis.
    pub value: String,
}

impl Profile {
    /// Adds the next cell, as it is in the file. A blank one is only counted.
    pub fn add(&mut self, row: u64, line: u64, text: &str) {
        if text.is_empty() {
            self.blank += 1;
            return;
        }
        if let Some(slot) = self.known.get(text).and_then(|slot| self.slots.get_mut(*slot))
            && slot.first.len() == EXAMPLES
        {
            self.filled += 1;
            slot.count += 1;
            if let TextShape::YearLast { order, .. } = slot.class.shape {
                self.orders.add(row, order);
            }
            return;
        }
        let Some(class) = classify(text) else {
            self.blank += 1;
            return;
        };
        self.filled += 1;
        if let TextShape::Digits { .. } = class.shape
            && let Ok(number) = text.trim_ascii().parse()
        {
            let (low, high) = self.range.unwrap_or((number, number));
            self.range = Some((low.min(number), high.max(number)));
        }
        if let TextShape::YearLast { order, .. } = class.shape {
            self.orders.add(row, order);
        }
        if self.slots.get(self.last).is_none_or(|slot| slot.class != class) {
            self.last = self.slots.iter().position(|slot| slot.class == class).unwrap_or_else(|| {
                self.slots.push(ClassCount { class, count: 0, first: Vec::new() });
                self.slots.len() - 1
            });
        }
        if let Some(slot) = self.slots.get_mut(self.last) {
            slot.count += 1;
            if slot.first.len() < EXAMPLES {
                slot.first.push((self.filled, Example { row, line, value: shown(text) }));
            }
            self.known.insert_with(text, || self.last);
        }
    }

    /// Number of filled cells.
    #[must_use]
    pub fn filled(&self) -> u64 {
        self.filled
    }

    /// Number of blank cells.
    #[must_use]
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// Returns what is usual in the column, to judge single cells by.
    #[must_use]
    pub fn usual(&self, header: &str) -> Usual {
        let shapes: Vec<_> = self.slots.iter().map(|slot| (slot.class.shape, slot.count)).collect();
        let usual = Usual::of(header, &ShapeCounts::new(&shapes, self.range), &self.orders);
        let clean = self.slots.iter().all(|slot| usual.verdict(slot.class).is_none());
        usual.found_clean(clean)
    }

    /// Returns the damage to the column's cells, the worst first.
    #[must_use]
    pub fn findings(&self, header: &str) -> Vec<DamageFinding> {
        let usual = self.usual(header);
        let mut found: BTreeMap<Damage, ClassCounts<'_>> = BTreeMap::new();
        for slot in &self.slots {
            if let Some(damage) = usual.verdict(slot.class) {
                found.entry(damage).or_default().push(slot);
            }
        }
        found.into_iter().map(|(damage, slots)| finding(damage, &slots)).collect()
    }
}

type ClassCounts<'a> = Vec<&'a ClassCount>;

/// Merges slots into a finding; the first cells of each class include the first of all.
fn finding(damage: Damage, slots: &ClassCounts<'_>) -> DamageFinding {
    let mut first: Vec<_> = slots.iter().flat_map(|slot| &slot.first).collect();
    first.sort_by_key(|(place, _)| *place);
    DamageFinding {
        damage,
        count: slots.iter().map(|slot| slot.count).sum(),
        examples: first.into_iter().take(EXAMPLES).map(|(_, example)| example.clone()).collect(),
    }
}

fn shown(text: &str) -> String {
    let text = text.trim_ascii();
    match text.char_indices().nth(MAX_SHOWN) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MAX_SHOWN - 1).chain(['…']).collect(),
    }
}
