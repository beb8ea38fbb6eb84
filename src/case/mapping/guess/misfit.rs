//! Columns of a recipe whose cells don't look like their field.

use std::collections::BTreeMap;

use super::cells::{CellStats, sample};
use super::thing::Thing;
use crate::case::mapping::column_ref::ColumnNames;
use crate::case::mapping::field::Target;
use crate::case::mapping::recipe::{ColumnRule, Recipe};
use crate::case::values::kind::ValuePart;
use crate::sheet::{Column, Row};

/// Minimum number of filled cells that show what a column holds.
const ENOUGH_CELLS: usize = 2;

/// Returns the columns (from 0) whose cells aren't what their field holds, and what that is: “phone numbers”.
#[must_use]
pub fn misfits(recipe: &Recipe, columns: &[Column], rows: &[Row]) -> BTreeMap<usize, &'static str> {
    let (rules, _) = ColumnNames::new(columns).rules(&recipe.columns);
    let misfit = |(index, rules): (&usize, &Vec<&ColumnRule>)| {
        let rule = rules.iter().find(|rule| rule.to != Target::Ignore && rule.values.is_empty())?;
        let thing = thing_of(recipe, rule.to)?;
        let cells = rows.iter().filter_map(|row| row.cells.get(*index)).map(str::trim);
        let stats = CellStats::of(cells.filter(|cell| !cell.is_empty()).take(sample(columns.len())));
        let what = stats.misfit(thing).filter(|_| stats.cells >= ENOUGH_CELLS && !rule.as_is)?;
        Some((*index, what))
    };
    rules.iter().filter_map(misfit).collect()
}

fn thing_of(recipe: &Recipe, to: Target) -> Option<Thing> {
    match to {
        Target::Case(field) => Thing::of(field),
        Target::Custom(place, None) => Thing::of_kind(recipe.kind_of(place.key())?),
        Target::Custom(_, Some(part)) => Some(match part {
            ValuePart::FirstName => Thing::FirstName,
            ValuePart::LastName => Thing::LastName,
            ValuePart::Zip => Thing::Zip,
            ValuePart::State => Thing::State,
            ValuePart::City => Thing::City,
            _ => return None,
        }),
        Target::SubjectType(_) | Target::Ignore => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_changed_under_the_same_header_are_found() {
        let recipe = Recipe::from_toml(
            "caseload = 1\n[defaults]\n[[fields]]\nkey = \"subject.5\"\nkind = \"phone\"\n[[columns]]\nfrom = \
             \"Claim\"\nto = \"reference_value_1\"\n[[columns]]\nfrom = \"Phone\"\nto = \"subject.5\"\n[[columns]]\n\
             from = \"Notes\"\nto = \"notes\"\n",
        )
        .unwrap();
        let columns = ["Claim", "Phone", "Notes"].map(|header| Column { header: header.into(), filled: 2 });
        let found = |rows: [[&str; 3]; 2]| {
            let rows = rows.map(|cells| Row { cells: cells.to_vec().into(), ..Row::default() });
            misfits(&recipe, &columns, &rows).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(found([["R-1", "303-555-0101", "call"], ["R-2", "303-555-0102", ""]]), []);
        assert_eq!(
            found([["R-1", "see file", "303-555-0101"], ["R-2", "call first", "303-555-0102"]]),
            [(1, "phone numbers")]
        );
        assert_eq!(found([["R-1", "", ""], ["R-2", "call first", ""]]), [], "one cell shows nothing");
    }
}
