//! One column, gathered cell by cell.

use std::collections::BTreeMap;

use super::{
    Damage,
    shape::{Class, Shape, classify},
    usual::{Counts, Usual},
};

/// How many cells are shown of each damage.
const EXAMPLES: usize = 5;
/// How many characters are shown of a cell.
const SHOWN: usize = 60;

/// What one column looks like, gathered cell by cell; flat memory whatever the file's length.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    filled: u64,
    blank: u64,
    /// Each class that occurred, in the order of appearance; there are only so many.
    slots: Vec<Slot>,
    /// Where the last cell went: columns are monotonous.
    last: usize,
    range: Option<(u64, u64)>,
}

#[derive(Debug, Clone)]
struct Slot {
    class: Class,
    count: u64,
    /// The first cells, each with its place among the filled ones.
    first: Vec<(u64, Example)>,
}

/// One damage of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was done.
    pub damage: Damage,
    /// To how many cells.
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
    /// The cell without outer spaces, cut to 60 characters with an ellipsis.
    pub value: String,
}

impl Profile {
    /// Takes in the next cell, as it is in the file. A blank one is only counted.
    pub fn add(&mut self, row: u64, line: u64, text: &str) {
        let Some(class) = classify(text) else {
            self.blank += 1;
            return;
        };
        self.filled += 1;
        if let Shape::Digits { .. } = class.shape
            && let Ok(number) = text.trim_ascii().parse()
        {
            let (low, high) = self.range.unwrap_or((number, number));
            self.range = Some((low.min(number), high.max(number)));
        }
        if self.slots.get(self.last).is_none_or(|slot| slot.class != class) {
            self.last = self.slots.iter().position(|slot| slot.class == class).unwrap_or_else(|| {
                self.slots.push(Slot { class, count: 0, first: Vec::new() });
                self.slots.len() - 1
            });
        }
        if let Some(slot) = self.slots.get_mut(self.last) {
            slot.count += 1;
            if slot.first.len() < EXAMPLES {
                slot.first.push((self.filled, Example { row, line, value: shown(text) }));
            }
        }
    }

    /// How many cells had something in them.
    #[must_use]
    pub fn filled(&self) -> u64 {
        self.filled
    }

    /// How many cells were blank.
    #[must_use]
    pub fn blank(&self) -> u64 {
        self.blank
    }

    /// What is usual in the column, to judge single cells by.
    #[must_use]
    pub fn usual(&self, header: &str) -> Usual {
        let shapes: Vec<_> = self.slots.iter().map(|slot| (slot.class.shape, slot.count)).collect();
        let usual = Usual::of(header, &Counts::new(&shapes, self.range));
        let clean = self.slots.iter().all(|slot| usual.verdict(slot.class).is_none());
        usual.found_clean(clean)
    }

    /// What was done to the column's cells, the worst first.
    #[must_use]
    pub fn findings(&self, header: &str) -> Vec<Finding> {
        let usual = self.usual(header);
        let mut found: BTreeMap<Damage, Slots<'_>> = BTreeMap::new();
        for slot in &self.slots {
            if let Some(damage) = usual.verdict(slot.class) {
                found.entry(damage).or_default().push(slot);
            }
        }
        found.into_iter().map(|(damage, slots)| finding(damage, &slots)).collect()
    }
}

type Slots<'a> = Vec<&'a Slot>;

/// The first cells of each class hold the first of all.
fn finding(damage: Damage, slots: &Slots<'_>) -> Finding {
    let mut first: Vec<_> = slots.iter().flat_map(|slot| &slot.first).collect();
    first.sort_by_key(|(place, _)| *place);
    Finding {
        damage,
        count: slots.iter().map(|slot| slot.count).sum(),
        examples: first.into_iter().take(EXAMPLES).map(|(_, example)| example.clone()).collect(),
    }
}

fn shown(text: &str) -> String {
    let text = text.trim_ascii();
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some(_) => text.chars().take(SHOWN - 1).chain(['…']).collect(),
    }
}
