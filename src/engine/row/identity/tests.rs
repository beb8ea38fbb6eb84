use jiff::civil::date;

use super::*;
use crate::case::{Plan, PlanContext, Recipe};
use crate::sheet::{Column, Row};
use crate::text::hex;

const RECIPE: &str = r#"
caseload = 1
allow_unidentified = true
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
due_on = "+14d"
[[fields]]
key = "subject.1"
kind = "name"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Assigned"
to = "created_on"
date = "mdy"
[[columns]]
from = "Hint"
to = "notes"
[[columns]]
from = "Remark"
to = "notes"
[[columns]]
from = "Office"
to = "admin_notes"
[[columns]]
from = "Services"
to = "case_services_list"
"#;

/// Hashes that identify a row without a reference: of its cells, and of their values.
#[derive(Debug, PartialEq)]
struct Hashes {
    content: Hash,
    values: Option<Hash>,
}

/// Returns the identity of a row, by a recipe, on a day of 2026.
fn identity(recipe: &str, cells: &[(&str, &str)], (month, day): (i8, i8)) -> Hashes {
    let columns: Vec<Column> =
        cells.iter().map(|(header, _)| Column { header: (*header).into(), filled: 1 }).collect();
    let plan = Plan::new(
        &Recipe::from_toml(recipe).unwrap(),
        &columns,
        &PlanContext { seed: "5eed", ..PlanContext::default() },
    )
    .unwrap();
    let cells: csv::StringRecord = cells.iter().map(|(_, cell)| *cell).collect();
    let row = Row { number: 7, line: 8, cells, ..Row::default() };
    let built = plan.build(&row, date(2026, month, day));
    assert!(built.is_sendable(), "{:?}", built.problems);
    let token = plan.token(7);
    match Identified::of(&built.case, token.as_deref(), || content_hash(&row.cells)).identity {
        Identity::Row { content, values } => Hashes { content, values },
        identity @ Identity::Reference { .. } => panic!("{identity:?}"),
    }
}

const ROW: [(&str, &str); 6] = [
    ("Claimant", "Doe, Jane A"),
    ("Assigned", "11/02/2026"),
    ("Hint", "call first"),
    ("Remark", "dog"),
    ("Office", "Denver"),
    ("Services", "2;1"),
];

fn row_with(changes: &[(&str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let cell_of =
        |header: &str, cell| changes.iter().find(|(of, _)| *of == header).map_or(cell, |(_, to)| *to);
    ROW.iter().map(|(header, cell)| (*header, cell_of(header, *cell))).collect()
}

#[test]
fn a_row_in_another_form_has_the_same_values() {
    let first = identity(RECIPE, &ROW, (11, 23));
    let mut turned = ROW.to_vec();
    turned.reverse();
    let mut more = ROW.to_vec();
    more.push(("Fax", "555"));
    let notes_first = {
        let (head, columns) = RECIPE.split_once("[[columns]]").unwrap();
        let mut columns: Vec<&str> = columns.split("[[columns]]").collect();
        columns.reverse();
        format!("{head}[[columns]]{}", columns.join("[[columns]]"))
    };
    let cases = [
        (RECIPE.to_owned(), turned, "other order"),
        (RECIPE.to_owned(), more, "one column more"),
        (notes_first, ROW.to_vec(), "other order of the recipe"),
        (RECIPE.replace("mdy", "ymd"), row_with(&[("Assigned", "2026-11-02")]), "other date"),
        (
            RECIPE.to_owned(),
            row_with(&[("Claimant", "Jane A Doe "), ("Remark", " dog")]),
            "other name and spaces",
        ),
        (RECIPE.to_owned(), row_with(&[("Services", "1, 2")]), "other list"),
        (RECIPE.replace("client_id = 100", "client_id = 101"), ROW.to_vec(), "other client by default"),
        (RECIPE.replace("+14d", "+30d"), ROW.to_vec(), "due later"),
        (RECIPE.replace("caseload = 1", "caseload = 1\nrow_token = true"), ROW.to_vec(), "row token"),
        (RECIPE.replace("[defaults]", "[defaults]\nscheduling_notes = \"x\""), ROW.to_vec(), "more defaults"),
    ];
    for (recipe, cells, what) in cases {
        let other = identity(&recipe, &cells, (12, 1));
        assert_eq!(first.values, other.values, "{what}");
    }
}

#[test]
fn another_row_has_other_values() {
    let first = identity(RECIPE, &ROW, (11, 23));
    for change in [
        ("Claimant", "Doe, Jane B"),
        ("Assigned", "11/03/2026"),
        ("Remark", "cat"),
        ("Office", ""),
        ("Services", "1"),
    ] {
        let other = identity(RECIPE, &row_with(&[change]), (11, 23));
        assert_ne!(first.values, other.values, "{change:?}");
    }
    // The same text in another field is a different case.
    let swapped = RECIPE.replace("\"admin_notes\"", "\"scheduling_notes\"");
    assert_ne!(first.values, identity(&swapped, &ROW, (11, 23)).values);
}

#[test]
fn the_day_does_not_change_the_identity() {
    let cells = row_with(&[("Assigned", "")]);
    assert_eq!(identity(RECIPE, &cells, (11, 23)), identity(RECIPE, &cells, (12, 24)));
}

#[test]
fn ids_and_dates_alone_are_no_identity() {
    let cells = row_with(&[("Claimant", ""), ("Hint", ""), ("Remark", ""), ("Office", "")]);
    let found = identity(RECIPE, &cells, (11, 23));
    assert!(found.values.is_none(), "{found:?}");
}

#[test]
fn stored_hashes_never_change() {
    let found = identity(RECIPE, &ROW, (11, 23));
    assert_eq!(hex(&found.content), "0455ef2b7eabeae03776100a4a67b315");
    assert_eq!(found.values.map(|hash| hex(&hash)).as_deref(), Some("6019c4b15b3976781a4a95d2c27c75b2"));
}
