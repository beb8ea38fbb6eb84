//! Evidence of unmapped columns: rows that they call canceled, and units of amounts.

use std::collections::BTreeMap;

use crate::case::{Edits, Plan};
use crate::sheet::Row;
use crate::text::plural;

/// Words for a case that isn't wanted, and how they are shown. The last few count only in a column of statuses.
const CANCELED: [(&str, &str); 11] = [
    ("cancelled", "Cancelled"),
    ("canceled", "Canceled"),
    ("cancel", "Cancel"),
    ("withdrawn", "Withdrawn"),
    ("deleted", "Deleted"),
    ("delete", "Delete"),
    ("void", "Void"),
    ("voided", "Voided"),
    ("duplicate", "Duplicate"),
    ("closed", "Closed"),
    ("dup", "Dup"),
];
/// Number of words that count in any column.
const IN_ANY: usize = 6;
/// First letters of these words.
const FIRST: &[u8] = b"cwvdCWVD";
/// Maximum length of these words.
const MAX_LEN: usize = 9;

/// Units that a column may name for the amounts of other columns.
const UNITS: [&str; 23] = [
    "hours", "hour", "hrs", "days", "day", "minutes", "mins", "weeks", "miles", "each", "usd", "cad", "eur",
    "gbp", "mxn", "aud", "nzd", "jpy", "chf", "cny", "inr", "dollars", "$",
];
/// Maximum number of different units kept.
const MAX_UNITS: usize = 5;

/// What the unmapped columns say about the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnmappedEvidence {
    rows: u64,
    /// Unmapped columns with the words for canceled cases in them.
    canceled: BTreeMap<usize, BTreeMap<&'static str, u64>>,
    /// Unmapped columns, and whether they are of statuses.
    unmapped: Vec<(usize, bool)>,
    /// Unmapped columns of units or currencies, with their different values.
    units: Vec<(usize, Vec<String>)>,
}

impl UnmappedEvidence {
    /// Starts without evidence.
    pub(super) fn new(plan: &Plan) -> Self {
        let unmapped = plan.not_imported().to_vec();
        let has_amounts = !plan.amount_columns().is_empty();
        let units = unmapped.iter().filter(|column| has_amounts && names_unit(plan.header(**column)));
        Self {
            rows: 0,
            canceled: BTreeMap::new(),
            units: units.map(|column| (*column, Vec::new())).collect(),
            unmapped: unmapped.iter().map(|column| (*column, names_status(plan.header(*column)))).collect(),
        }
    }

    /// Adds a row. Cheap tests decide nearly every cell.
    pub(super) fn add(&mut self, row: &Row, edits: &Edits) {
        self.rows += 1;
        let cell = |column: usize| row.cells.get(column).unwrap_or("").trim();
        for (column, is_status) in &self.unmapped {
            let text = cell(*column);
            let may_be =
                text.len() <= MAX_LEN && text.bytes().next().is_some_and(|byte| FIRST.contains(&byte));
            let words = if *is_status { CANCELED.len() } else { IN_ANY };
            let said = || CANCELED.iter().take(words).find(|(word, _)| text.eq_ignore_ascii_case(word));
            if may_be
                && let Some((_, word)) = said()
                && edits.skip_reason(row).is_none()
            {
                *self.canceled.entry(*column).or_default().entry(word).or_default() += 1;
            }
        }
        for (column, values) in &mut self.units {
            let text = cell(*column);
            add_unit(values, text);
        }
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn merge(&mut self, next: Self) {
        self.rows += next.rows;
        for (column, words) in next.canceled {
            let counts = self.canceled.entry(column).or_default();
            for (word, count) in words {
                *counts.entry(word).or_default() += count;
            }
        }
        for ((_, values), (_, more)) in self.units.iter_mut().zip(next.units) {
            for unit in more {
                add_unit(values, &unit);
            }
        }
    }

    /// Returns the doubts about the rows.
    pub(super) fn doubts(&self, plan: &Plan) -> Vec<String> {
        let mut doubts = Vec::new();
        for (column, words) in &self.canceled {
            let count: u64 = words.values().sum();
            // Where most rows say so, it is no exception.
            if count * 4 > self.rows * 3 {
                continue;
            }
            let said = words.keys().copied().collect::<Vec<_>>().join(" or ");
            let say = if count == 1 { "says" } else { "say" };
            doubts.push(format!(
                "{} {say} {said} in “{}”, which isn't imported; if they aren't wanted, skip them (x on the row; in a script: leave_out in the recipe)",
                plural(count, "row"),
                plan.header(*column)
            ));
        }
        for (column, values) in self.units.iter().filter(|(_, values)| values.len() > 1) {
            let shown: Vec<String> =
                values.iter().map(|unit| plan.masked_cell(Some(*column), unit)).collect();
            doubts.push(format!(
                "“{}” isn't imported, but has different values: {}; convert the amounts in the file, or skip those \
                 rows",
                plan.header(*column),
                shown.join(", ")
            ));
        }
        doubts
    }
}

fn add_unit(values: &mut Vec<String>, text: &str) {
    let is_new = || values.iter().all(|known| !known.eq_ignore_ascii_case(text));
    let is_unit = || UNITS.iter().any(|unit| text.eq_ignore_ascii_case(unit));
    if !text.is_empty() && values.len() < MAX_UNITS && is_unit() && is_new() {
        values.push(text.to_owned());
    }
}

/// Returns true for a column that says what to do with a case, or how far it is; `Prior Claim Status` is about another.
fn names_status(header: &str) -> bool {
    let header = header.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| header.contains(word));
    has(&["status", "action", "disposition", "stage"]) && !has(&["prior", "previous"])
}

fn names_unit(header: &str) -> bool {
    let header = header.trim().to_ascii_lowercase();
    let last = header.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
    last.is_some_and(|word| matches!(word, "currency" | "unit" | "units" | "uom" | "curr"))
}
