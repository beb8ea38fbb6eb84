//! Names of the primary subjects of the rows before, to tell rows with the same reference apart.

use std::collections::VecDeque;

use crate::case::{PersonName, alphanumeric};

/// Maximum number of names kept, those of the last rows.
const MAX_KEPT: usize = 10_000;

/// Names by row, in row order.
#[derive(Debug, Default)]
pub(super) struct SeenNames(VecDeque<(u64, PersonName)>);

impl SeenNames {
    /// Remembers the name of the next row.
    pub(super) fn add(&mut self, row: u64, name: Option<PersonName>) {
        let Some(name) = name else { return };
        if self.0.len() >= MAX_KEPT {
            self.0.pop_front();
        }
        self.0.push_back((row, name));
    }

    /// Returns the name of an earlier row if it is another person's.
    pub(super) fn other_person(&self, row: u64, name: &PersonName) -> Option<&PersonName> {
        let at = self.0.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        let (_, other) = self.0.get(at)?;
        is_other_person(other, name).then_some(other)
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
    fn only_the_last_names_are_kept() {
        let mut seen = SeenNames::default();
        let name = |text: &str| PersonName::parse(text);
        for row in 1..=MAX_KEPT as u64 + 1 {
            seen.add(row, Some(name("Roe, Jane")));
        }
        assert_eq!(seen.other_person(1, &name("Adams, Ann")), None);
        assert_eq!(seen.other_person(2, &name("Adams, Ann")), Some(&name("Roe, Jane")));
    }
}
