//! Cells that were once sent as another value without a word.

use strum::VariantArray;

use super::*;
use crate::case::mapping::plan::PlanContext;
use crate::case::{Code, Recipe};
use crate::sheet::damage::{Damage, Profile};
use crate::sheet::{Column, RowDoubt, RowFault, StoredDate, StoredNumber};

const TODAY: Date = Date::constant(2026, 11, 23);

const RECIPE: &str = r#"
caseload = 1
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
[[columns]]
from = "Ref"
to = "reference_value_1"
[[columns]]
from = "Due"
to = "due_on"
[[columns]]
from = "Hours"
to = "budget_hours"
[[columns]]
from = "Budget"
to = "budget_money"
[[columns]]
from = "Notes"
to = "notes"
"#;

const HEADERS: [&str; 5] = ["Ref", "Due", "Hours", "Budget", "Notes"];

/// Builds a row. The column of references has these cells.
fn build(row: &Row, references: &[&str]) -> Built {
    build_by(RECIPE, row, references)
}

fn build_by(recipe: &str, row: &Row, references: &[&str]) -> Built {
    let columns: Vec<Column> =
        HEADERS.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect();
    let mut usual = vec![damage::Usual::default(); HEADERS.len()];
    let mut profile = Profile::default();
    for (row, cell) in (1..).zip(references) {
        profile.add(row, row + 1, cell);
    }
    usual[0] = profile.usual("Vorgang");
    let context = PlanContext { column_profiles: &usual, ..PlanContext::default() };
    Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns, &context).unwrap().build(row, TODAY)
}

/// A row with one filled cell besides its reference.
fn row(header: &str, cell: &str) -> Row {
    let cells = HEADERS.map(|name| match name {
        _ if name == header => cell,
        "Ref" => "R-1",
        _ => "",
    });
    Row { cells: csv::StringRecord::from(cells.to_vec()), ..Row::default() }
}

/// A row whose cell holds a number.
fn number(header: &str, shown: &str, value: f64) -> Row {
    let column = HEADERS.iter().position(|name| *name == header).unwrap();
    Row { numbers: vec![StoredNumber { column, value }], ..row(header, shown) }
}

fn problems(built: &Built) -> Vec<(Severity, Code)> {
    built.problems.iter().map(|problem| (problem.severity, problem.code.clone())).collect()
}

fn value(built: &Built, key: &str) -> Option<Value> {
    built.case.values.iter().find(|p| p.dest.target().to_string() == key).map(|p| p.value.clone())
}

#[test]
fn a_row_that_may_be_shifted_is_not_sent() {
    let doubtful = Row { may_be_shifted: true, ..row("Notes", "500") };
    assert_eq!(problems(&build(&doubtful, &[])), [(Severity::Error, Code::RowTooLong)]);
    // Unless the user corrects this very row.
    let fixed = |row: &str| {
        let fix = format!("{RECIPE}[[fixes]]\n{row}column = \"Notes\"\nfrom = \"500\"\nto = \"call\"\n");
        problems(&build_by(&fix, &doubtful, &[]))
    };
    assert_eq!(fixed("row = 0\n"), [(Severity::Warning, Code::RowTooLong)]);
    assert_eq!(fixed(""), [(Severity::Error, Code::RowTooLong)]);
}

#[test]
fn a_row_that_may_not_be_a_case_is_sent_with_a_warning() {
    for doubt in RowDoubt::VARIANTS {
        let built = build(&Row { doubt: Some(*doubt), ..row("Notes", "x") }, &[]);
        assert_eq!(problems(&built), [(Severity::Warning, Code::RowDoubt(*doubt))]);
    }
}

#[test]
fn struck_text_in_a_reference_a_number_or_a_date_is_not_sent() {
    for (column, header) in HEADERS.iter().enumerate() {
        let cell = if *header == "Due" { "2027-03-04" } else { "15" };
        let built = build(&Row { faults: vec![(RowFault::Struck, Some(column))], ..row(header, cell) }, &[]);
        let severity = if *header == "Notes" { Severity::Warning } else { Severity::Error };
        assert_eq!(problems(&built), [(severity, Code::Fault(RowFault::Struck))], "{header}");
    }
}

#[test]
fn a_reference_that_became_a_date_or_a_decimal_is_not_sent() {
    for (others, cell, damage) in [
        (&["WC-1", "WC-2", "2026-03-04"][..], "2026-03-04", Damage::BecameDate),
        (&["4711", "4712", "3/4/2026"], "3/4/2026", Damage::BecameDate),
        (&["8915111.0", "8915112.0"], "8915111.0", Damage::DecimalId),
        (&["=A2&\"-1\""], "=A2&\"-1\"", Damage::Formula),
        (&["Mu?oz-1"], "Mu?oz-1", Damage::LostLetter),
    ] {
        let built = build(&row("Ref", cell), others);
        assert_eq!(problems(&built), [(Severity::Error, Code::Damage(damage))], "{cell}");
    }
    assert!(build(&row("Ref", "2026-03-04"), &["2026-03-04", "2026-03-05"]).problems.is_empty());
}

#[test]
fn a_date_shown_in_part_is_only_right_in_a_date_field() {
    let part = |header| {
        let column = HEADERS.iter().position(|name| *name == header).unwrap();
        problems(&build(
            &Row { dates: vec![StoredDate { column, is_partly_shown: true }], ..row(header, "2027-03-04") },
            &[],
        ))
    };
    assert_eq!(part("Notes"), [(Severity::Warning, Code::DateFormat)]);
    assert_eq!(part("Ref"), [(Severity::Error, Code::DateFormat)]);
    assert_eq!(part("Due"), []);
}

#[test]
fn a_day_number_counts_from_the_first_day_of_its_workbook() {
    let due =
        |from_1904| value(&build(&Row { from_1904, ..number("Due", "47963", 47_963.0) }, &[]), "due_on");
    assert_eq!(due(false), Some(Value::Date(Date::constant(2031, 4, 25))));
    assert_eq!(due(true), Some(Value::Date(Date::constant(2035, 4, 26))));
}

#[test]
fn a_unit_that_a_format_adds_counts() {
    let sent = |header, shown, held, key| {
        let built = build(&number(header, shown, held), &[]);
        assert_eq!(built.problems.is_empty(), built.is_sendable(), "{shown}");
        value(&built, key)
    };
    for (shown, held, want) in [
        ("90 min", 90.0, None),
        ("91 min", 90.5, None),
        ("2 days", 2.0, None),
        ("8 h", 7.5, Some(7.5)),
        ("7,5 Hrs.", 7.5, Some(7.5)),
        ("2.5M", 2_500_000.0, Some(2_500_000.0)),
        ("12", 12.0, Some(12.0)),
    ] {
        assert_eq!(sent("Hours", shown, held, "budget_hours"), want.map(Value::Number), "{shown}");
    }
    for (shown, held, want) in [
        ("12.0 k", 12.0, None),
        ("12.0 k", 12_000.0, Some(12_000.0)),
        ("1.5M", 1_500_000.0, Some(1_500_000.0)),
        ("1,500.00 USD", 1_500.0, Some(1_500.0)),
        ("7 kr.", 7.0, Some(7.0)),
    ] {
        assert_eq!(sent("Budget", shown, held, "budget_money"), want.map(Value::Number), "{shown}");
    }
}
