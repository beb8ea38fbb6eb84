//! Warnings about rows that can be sent: values that are missing or contradict each other, and what gets no warning.

use jiff::civil::Date;

use crate::case::mapping::plan::{Plan, PlanContext};
use crate::case::mapping::recipe::Recipe;
use crate::case::problem::Severity;
use crate::sheet::damage::{Profile, Usual};
use crate::sheet::{Column, Row, RowDoubt};

const TODAY: Date = Date::constant(2026, 11, 30);

const RECIPE: &str = r#"
caseload = 1
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
[[fields]]
key = "subject.1"
kind = "name"
[[fields]]
key = "subject.4"
label = "Date of birth"
kind = "birthday"
[[fields]]
key = "custom.21"
label = "Date of loss"
kind = "date"
[[columns]]
from = "Claim Number"
to = "reference_value_1"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "DOB"
to = "subject.4"
[[columns]]
from = "Assigned"
to = "created_on"
[[columns]]
from = "DOL"
to = "custom.21"
"#;

const HEADERS: [&str; 5] = ["Claim Number", "Claimant", "DOB", "Assigned", "DOL"];

fn row((number, cells): (u64, &[&str; 5])) -> Row {
    Row { number, line: number + 1, cells: cells.to_vec().into(), ..Row::default() }
}

/// Returns the problems of each row of a file, as `code column`, with `!` before errors.
fn found_in(recipe: &str, rows: &[[&str; 5]]) -> Vec<Vec<String>> {
    found_in_rows(recipe, &(1..).zip(rows).map(row).collect::<Vec<_>>())
}

fn found_in_rows(recipe: &str, rows: &[Row]) -> Vec<Vec<String>> {
    let filled = |at: usize| rows.iter().filter(|row| !row.cells[at].is_empty()).count() as u64;
    let columns: Vec<Column> = HEADERS
        .iter()
        .enumerate()
        .map(|(at, header)| Column { header: (*header).into(), filled: filled(at) })
        .collect();
    let usual: Vec<Usual> = HEADERS
        .iter()
        .enumerate()
        .map(|(at, header)| {
            let mut profile = Profile::default();
            for (number, row) in (1..).zip(rows) {
                profile.add(number, number + 1, &row.cells[at]);
            }
            profile.usual(header)
        })
        .collect();
    let context = PlanContext { rows, column_profiles: &usual, ..PlanContext::default() };
    let plan = Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns, &context).unwrap();
    let describe = |row: &Row| {
        let built = plan.build(row, TODAY);
        let one = |problem: &crate::case::Problem| {
            let sign = if problem.severity == Severity::Error { "!" } else { "" };
            format!("{sign}{} {}", problem.code, problem.column.as_deref().unwrap_or_default())
        };
        built.problems.iter().map(one).collect()
    };
    rows.iter().map(describe).collect()
}

fn found(rows: &[[&str; 5]]) -> Vec<String> {
    found_in(RECIPE, rows).concat()
}

const GOOD: [&str; 5] = ["C-1001", "Able, Ann", "05/17/1970", "11/20/2026", "11/10/2026"];

/// Returns the problems of one row between good ones.
fn found_among(row: [&str; 5]) -> Vec<String> {
    found_in(RECIPE, &[GOOD, row, GOOD, GOOD, GOOD]).remove(1)
}

#[test]
fn a_row_without_the_reference_or_name_that_others_have_is_told() {
    assert_eq!(found_among(["", "Baker, Bob", "", "", ""]), ["reference.missing Claim Number"]);
    assert_eq!(found_among(["C-1002", "", "", "", ""]), ["name.missing Claimant"]);
    assert_eq!(found_among(["", "", "06/17/1980", "", ""]), ["!row.unidentified "]);
    // Where most have none, that is how the file is.
    let rare =
        [["C-1", "Able, Ann", "", "", ""], ["", "Baker, Bob", "", "", ""], ["", "Cole, Cal", "", "", ""]];
    assert_eq!(found(&rare), [""; 0]);
}

#[test]
fn a_struck_row_may_also_lack_its_reference() {
    let of_doubt = |doubt| {
        let cells = [GOOD, ["", "Baker, Bob", "", "", ""], GOOD, GOOD];
        let mut rows: Vec<Row> = (1..).zip(&cells).map(row).collect();
        rows[1].doubt = Some(doubt);
        found_in_rows(RECIPE, &rows).remove(1)
    };
    assert_eq!(of_doubt(RowDoubt::Struck), ["row.struck ", "reference.missing Claim Number"]);
    assert_eq!(of_doubt(RowDoubt::LoneCell), ["row.lone_cell "]);
}

#[test]
fn cases_that_nobody_can_tell_apart_are_an_error() {
    let rows = [["C-1", "Able, Ann", "05/17/1970", "", ""]];
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    for rule in recipe.columns.iter_mut().take(2) {
        rule.to = crate::case::Target::Ignore;
    }
    assert_eq!(found_in(&recipe.to_toml(), &rows).concat(), [""; 0]);
    let columns = HEADERS.map(|header| Column { header: header.into(), filled: 1 });
    let plan = |recipe: &Recipe| Plan::new(recipe, &columns, &PlanContext::default());
    let is_refused = |recipe: &Recipe| plan(recipe).unwrap().require_identity().is_err();
    assert!(is_refused(&recipe));
    recipe.allow_unidentified = true;
    assert!(!is_refused(&recipe));
    recipe.allow_unidentified = false;
    recipe.row_token = true;
    assert!(!is_refused(&recipe));
    recipe.row_token = false;
    // Without rules for columns, each row becomes a case of the defaults, on purpose.
    recipe.columns.clear();
    assert!(!is_refused(&recipe));
}

#[test]
fn dates_that_contradict_each_other_are_told() {
    for (birth, created, loss, expected) in [
        ("05/17/1970", "11/20/2026", "11/10/2026", &[][..]),
        ("05/17/1970", "11/20/2026", "11/20/2026", &[]),
        ("05/17/1970", "", "11/30/2026", &[]),
        ("05/17/1970", "12/20/2026", "", &["date.future Assigned"]),
        ("05/17/1970", "12/01/2026", "", &[]),
        ("05/17/1970", "", "12/25/2026", &["date.future DOL"]),
        ("05/17/1990", "11/20/2026", "01/02/1989", &["date.contradicts DOL"]),
        ("11/01/2026", "", "11/01/2026", &["date.contradicts DOB"]),
        ("11/20/2026", "11/20/2026", "", &["date.contradicts DOB"]),
        ("05/17/1970", "11/01/2026", "11/20/2026", &["date.contradicts DOL"]),
    ] {
        assert_eq!(
            found_among(["C-1002", "Baker, Bob", birth, created, loss]),
            expected,
            "{birth} {created} {loss}"
        );
    }
}

#[test]
fn a_century_is_told_only_where_it_is_a_guess() {
    let short = |birth: &'static str, loss: &'static str| {
        let rows = [["C-1", "Able, Ann", birth, "11/20/26", loss]; 3];
        found_in(RECIPE, &rows).remove(0)
    };
    assert_eq!(short("5/17/70", "11/10/26"), [""; 0]);
    assert_eq!(short("5/17/45", "11/10/99"), [""; 0]);
    assert_eq!(short("5/17/20", "11/10/26"), ["date.two_digit_year DOB"]);
    assert_eq!(short("5/17/70", "11/10/45"), ["date.odd_year DOL"]);
}

#[test]
fn dates_that_may_have_day_and_month_swapped_are_told() {
    let loss = [
        "02/13/2026",
        "02/14/2026",
        "02/15/2026",
        "3/4/2026",
        "13/02/2026",
        "3/4/2026",
        "14/02/2026",
        "3/3/2026",
    ];
    let short = loss.map(|date| date.replace("/2026", "/26"));
    for loss in [loss, short.each_ref().map(String::as_str)] {
        let rows = loss.map(|loss| ["C-1001", "Able, Ann", "", "", loss]);
        let mut found = found_in(RECIPE, &rows);
        let swapped = ["date.mixed_order DOL"];
        assert_eq!(found.remove(3), swapped);
        assert_eq!(found.remove(4), swapped);
        assert_eq!(found.concat(), ["!date.invalid DOL"; 2]);
    }
    // In a text, the date is sent as it is.
    let text = RECIPE.replace("kind = \"date\"", "kind = \"text\"");
    let rows = loss.map(|loss| ["C-1001", "Able, Ann", "", "", loss]);
    assert_eq!(found_in(&text, &rows)[3], [""; 0]);
}

#[test]
fn a_day_number_is_told_whatever_its_column_holds() {
    let loss = |cell: &'static str, others: &[&'static str]| {
        let rows: Vec<[&str; 5]> =
            [cell].iter().chain(others).map(|loss| ["C-1001", "Able, Ann", "", "", *loss]).collect();
        found_in(RECIPE, &rows).remove(0)
    };
    for others in [&["pending", "unknown", "open"][..], &["11/10/2026"], &["46330"]] {
        assert_eq!(loss("46331", others), ["excel.serial_date DOL"], "{others:?}");
    }
    // Dates of six digits, one of which lost its zero.
    assert_eq!(loss("40570", &["120570", "110570"]), ["!date.invalid DOL"]);
    assert_eq!(loss("46331", &["120570", "110570"]), ["excel.serial_date DOL"]);
    assert_eq!(loss("40570", &["40571"]), ["excel.serial_date DOL"]);
}

#[test]
fn references_are_compared_with_their_column() {
    let reference = |text: &'static str| found_among([text, "Baker, Bob", "", "", ""]);
    assert_eq!(reference("C-1002\u{a0}"), [""; 0]);
    for text in ["ann@example.com", "C-1 & C-2", "C-1003 (old C-90)", "'C-1004", "Ann Able"] {
        assert_eq!(reference(text), ["reference.odd Claim Number"], "{text}");
    }
    for text in ["12-Mar", "11/3/2045"] {
        assert_eq!(reference(text), ["!excel.became_date Claim Number"], "{text}");
    }
    let dates = ["11/3/2045", "10/4/2045", "12-Mar"].map(|text| [text, "Able, Ann", "", "", ""]);
    assert_eq!(found(&dates), ["!excel.became_date Claim Number"; 3]);
    let as_is = RECIPE.replace("to = \"reference_value_1\"", "to = \"reference_value_1\"\nas_is = true");
    assert_eq!(found_in(&as_is, &dates).concat(), [""; 0]);
}
