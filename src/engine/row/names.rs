//! The rows before, to tell rows with the same reference apart: names of their primary subjects, and whether other values
//! differ.

use std::collections::{BTreeSet, VecDeque};

use crate::case::{PersonName, Plan, alphanumeric};
use crate::text::plural;

/// Primary subject of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: PersonName,
    /// What the person is in the case (`Attorney`, `Claimant`); empty if no column says so.
    pub(super) role: String,
}

impl Person {
    /// Describes a person: `“Jane Roe” (Attorney)`.
    pub(super) fn describe(&self, plan: &Plan) -> String {
        let role = if self.role.is_empty() { String::new() } else { format!(" ({})", self.role) };
        format!("“{}”{role}", plan.shown_name(&self.name))
    }
}

/// Returns the unmapped column (from 0) that says what each person is in the case.
pub(super) fn role_column(plan: &Plan) -> Option<usize> {
    const ROLES: [&str; 6] = ["role", "roles", "partytype", "partyrole", "persontype", "relationship"];
    let is_role = |column: &&usize| {
        let header = alphanumeric(plan.header(**column));
        ROLES.contains(&header.as_str()) || header.ends_with("role")
    };
    plan.not_imported().iter().find(is_role).copied()
}

/// A row that was judged.
#[derive(Debug)]
struct SeenRow {
    row: u64,
    /// Hash of the values that its cells give.
    values: u64,
    person: Option<Person>,
}

/// Maximum number of rows kept, the last ones.
const MAX_KEPT: usize = 10_000;

/// The last rows with a reference, in row order.
#[derive(Debug, Default)]
pub(super) struct SeenRows(VecDeque<SeenRow>);

impl SeenRows {
    /// Remembers the next row.
    pub(super) fn add(&mut self, row: u64, values: u64, person: Option<Person>) {
        if self.0.len() >= MAX_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(SeenRow { row, values, person });
    }

    fn get(&self, row: u64) -> Option<&SeenRow> {
        let at = self.0.binary_search_by_key(&row, |seen| seen.row).ok()?;
        self.0.get(at)
    }

    /// Returns the person of an earlier row if it has another name.
    pub(super) fn other_person(&self, row: u64, person: &Person) -> Option<&Person> {
        let other = self.get(row)?.person.as_ref()?;
        is_other_person(&other.name, &person.name).then_some(other)
    }

    /// Returns true if an earlier row is known to have other values.
    pub(super) fn has_other_values(&self, row: u64, values: u64) -> bool {
        self.get(row).is_some_and(|seen| seen.values != values)
    }
}

/// Returns true if two names aren't ways to write one: a part that one lacks, or has only the beginning of, doesn't
/// count, nor does their order.
fn is_other_person(one: &PersonName, other: &PersonName) -> bool {
    let key = |name: &PersonName| [alphanumeric(&name.first_name), alphanumeric(&name.last_name)];
    let ([first, last], [other_first, other_last]) = (key(one), key(other));
    let fits = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
    let is_same = fits(&first, &other_first) && fits(&last, &other_last);
    let is_swapped = fits(&first, &other_last) && fits(&last, &other_first);
    !is_same && !is_swapped
}

/// Rows that repeat a reference with another name or other values.
#[derive(Debug, Default)]
pub(super) struct RepeatedRows {
    rows: u64,
    /// The first of them.
    first: u64,
    /// What the persons are in their cases, each once.
    pub(super) roles: BTreeSet<String>,
}

/// Maximum number of roles named in a sentence.
pub(super) const MAX_ROLES: usize = 5;

impl RepeatedRows {
    pub(super) fn add(&mut self, row: u64, persons: &[&Person]) {
        self.first = if self.rows == 0 { row } else { self.first };
        self.rows += 1;
        for person in persons.iter().filter(|person| !person.role.is_empty()) {
            if self.roles.len() <= MAX_ROLES && !self.roles.contains(&person.role) {
                self.roles.insert(person.role.clone());
            }
        }
    }

    /// Describes how many rows repeat `what`; `None` if there are none.
    pub(super) fn describe(&self, what: &str) -> Option<String> {
        let Self { rows, first, .. } = self;
        let repeat = if *rows == 1 { "repeats" } else { "repeat" };
        (*rows > 0).then(|| format!("{} {repeat} {what}, first in row {first}", plural(*rows, "row")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_person_may_be_written_in_several_ways() {
        let is_other = |one, other| is_other_person(&PersonName::parse(one), &PersonName::parse(other));
        for (one, other) in [
            ("Adams, Ann", "ANN ADAMS"),
            ("Adams, Ann", "Adams, Ann M."),
            ("Adams, A.", "Adams, Ann"),
            ("Adams", "Adams, Ann"),
            ("Adams, Ann", "Adams Jr, Ann"),
            ("Adams, Ann", "Ann, Adams"),
        ] {
            assert!(!is_other(one, other), "{one} {other}");
        }
        assert!(is_other("Adams, Ann", "Adams, Bob") && is_other("Roe, Jane", "Adams, Ann"));
    }

    #[test]
    fn only_the_last_rows_are_kept() {
        let mut seen = SeenRows::default();
        let name = |text: &str| Person { name: PersonName::parse(text), role: String::new() };
        for row in 1..=MAX_KEPT as u64 + 1 {
            seen.add(row, 7, Some(name("Roe, Jane")));
        }
        assert!(!seen.has_other_values(1, 8) && seen.has_other_values(2, 8) && !seen.has_other_values(2, 7));
        assert_eq!(seen.other_person(1, &name("Adams, Ann")), None);
        assert_eq!(seen.other_person(2, &name("Adams, Ann")), Some(&name("Roe, Jane")));
    }
}
