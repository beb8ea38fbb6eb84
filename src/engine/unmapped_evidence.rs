//! Evidence of what isn't imported: rows that unmapped columns or headings call canceled, and units of amounts.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::case::{Edits, Plan};
use crate::sheet::Row;
use crate::text::{hide_ssns, plural};

const TEXT: &str = include_str!("../../assets/vocabulary/unmapped.toml");

/// Lists of that file, which documents each.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnmappedWords {
    canceled: Vec<String>,
    canceled_statuses: Vec<String>,
    units: Vec<String>,
}

impl UnmappedWords {
    /// Returns the built-in lists, parsed once.
    fn get() -> &'static Self {
        static WORDS: OnceLock<UnmappedWords> = OnceLock::new();
        // A test parses the file. Without it, nothing is said about unmapped columns.
        WORDS.get_or_init(|| toml::from_str(TEXT).unwrap_or_default())
    }

    /// Returns the word for a canceled case that a cell has, in a column of statuses or another.
    fn canceled(&'static self, text: &str, is_status: bool) -> Option<&'static str> {
        let statuses = if is_status { self.canceled_statuses.as_slice() } else { &[] };
        let mut words = self.canceled.iter().chain(statuses);
        words.find(|word| text.eq_ignore_ascii_case(word)).map(String::as_str)
    }
}

/// Maximum length of a word for a canceled case.
const MAX_LEN: usize = 9;

/// Maximum number of different units kept.
const MAX_UNITS: usize = 5;

/// Maximum number of headings kept.
const MAX_HEADINGS: usize = 5;

/// What the unmapped columns and the headings say about the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnmappedEvidence {
    rows: u64,
    /// Unmapped columns with the words for canceled cases in them.
    canceled: BTreeMap<usize, BTreeMap<&'static str, u64>>,
    /// Unmapped columns, and whether they are of statuses.
    unmapped: Vec<(usize, bool)>,
    /// Unmapped columns of units or currencies, with their different values.
    units: Vec<(usize, Vec<String>)>,
    /// Headings that begin with a word for canceled cases, with their lines.
    headings: Vec<(u64, String)>,
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
            headings: Vec::new(),
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
            // “Closed - dup” is a status with a note.
            let text = if *is_status { before_note(text) } else { text };
            if (1..=MAX_LEN).contains(&text.len())
                && let Some(word) = UnmappedWords::get().canceled(text, *is_status)
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

    /// Adds the heading of a group, which is alone in its row.
    pub(super) fn add_heading(&mut self, row: &Row) {
        let text = row.cells.iter().map(str::trim).find(|cell| !cell.is_empty()).unwrap_or("");
        let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        if self.headings.len() < MAX_HEADINGS && UnmappedWords::get().canceled(first, true).is_some() {
            self.headings.push((row.line, text.to_owned()));
        }
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn merge(&mut self, next: Self) {
        self.rows += next.rows;
        self.headings.extend(next.headings);
        self.headings.truncate(MAX_HEADINGS);
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
        let heading = |(line, text): &(u64, String)| {
            format!(
                "line {line} is the heading “{}”; if the rows below it aren't wanted, skip them (x on the row; in a script: \
                 leave_out in the recipe)",
                hide_ssns(text)
            )
        };
        let mut doubts: Vec<String> = self.headings.iter().map(heading).collect();
        for (column, words) in &self.canceled {
            let count: u64 = words.values().sum();
            // Where most rows say so, it is no exception.
            if count * 4 > self.rows * 3 {
                continue;
            }
            let said = words.keys().map(|word| capitalized(word)).collect::<Vec<_>>().join(" or ");
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

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns a status without what is noted behind it.
fn before_note(text: &str) -> &str {
    text.split([',', ';', ':', '(', '/', '-', '–', '—']).next().unwrap_or(text).trim_end()
}

fn add_unit(values: &mut Vec<String>, text: &str) {
    let is_new = || values.iter().all(|known| !known.eq_ignore_ascii_case(text));
    let is_unit = || UnmappedWords::get().units.iter().any(|unit| text.eq_ignore_ascii_case(unit));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_can_be_found() {
        let words: UnmappedWords = toml::from_str(TEXT).unwrap();
        for word in words.canceled.iter().chain(&words.canceled_statuses) {
            assert!(word.len() <= MAX_LEN && !word.is_empty(), "{word}");
        }
        assert!(!words.units.is_empty());
        let words = UnmappedWords::get();
        assert_eq!(
            (words.canceled("DELETE", false), words.canceled("Closed", true)),
            (Some("delete"), Some("closed"))
        );
        assert_eq!((words.canceled("Closed", false), words.canceled("", true)), (None, None));
    }
}
