//! Doubts about a file as a whole, that no row has by itself.

use jiff::civil::date;

use super::CheckReport;
use crate::case::{Plan, PlanContext, Recipe};
use crate::engine::recheck::CachedCheck;
use crate::engine::test_sheet::sheet;
use crate::engine::{Duplicates, Judge};

const RECIPE: &str = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 1\nprimary_contact_id = 1\n\
                      subject_type_id = 1\n\
                      [[fields]]\nkey = \"subject.1\"\nkind = \"name\"\n\
                      [[columns]]\nfrom = \"Claim\"\nto = \"reference_value_1\"\n\
                      [[columns]]\nfrom = \"Name\"\nto = \"subject.1\"\n\
                      [[columns]]\nfrom = \"Due\"\nto = \"due_on\"\ndate = \"mdy\"\n\
                      [[columns]]\nfrom = \"Budget\"\nto = \"budget_money\"\n";
const HEADER: &str = "Claim,Name,Due,Budget,Status,Currency\n";

fn checked(recipe: &str, rows: &str) -> (CheckReport, Vec<String>) {
    checked_under(HEADER, recipe, rows)
}

fn checked_under(header: &str, recipe: &str, rows: &str) -> (CheckReport, Vec<String>) {
    let (_file, sheet) = sheet(&format!("{header}{rows}"));
    let first = sheet.first_rows(100).unwrap();
    let context = PlanContext { rows: &first, ..PlanContext::default() };
    let plan = Plan::new(&Recipe::from_toml(recipe).unwrap(), &sheet.columns(), &context).unwrap();
    let judge = Judge::new(plan, date(2026, 11, 24), Duplicates::Exclude(None));
    let check = CachedCheck::check_all(&sheet, judge, 100, || false).unwrap();
    let problems = check.problems().iter().map(|found| format!("{} {}", found.code, found.message)).collect();
    (check.report().clone(), problems)
}

/// Returns the doubts that contain a text.
fn doubts(rows: &str, of: &str) -> Vec<String> {
    checked(RECIPE, rows).0.doubts.into_iter().filter(|doubt| doubt.contains(of)).collect()
}

#[test]
fn many_cases_without_a_reference_are_one_doubt() {
    let some = "A-1,Ann Able,1/2/2027,,,\n,Al Able,,100,,\nA-2,Bob Baker,1/3/2027,,,\nA-3,Cy Cole,1/3/2027,,,\n,Di Cole,,100,,\n";
    let found = "2 of 5 rows have no reference, first in row 2; fill them in";
    assert!(
        matches!(doubts(some, "no reference").as_slice(), [doubt] if doubt.starts_with(found)),
        "{:?}",
        doubts(some, "no reference")
    );
    let (_, problems) = checked(RECIPE, some);
    let below = problems.iter().filter(|found| found.starts_with("reference.missing"));
    assert!(
        below.clone().count() == 2 && below.clone().all(|found| found.contains("row above")),
        "{problems:?}"
    );
    // Numbers that are given later: the rows lack nothing else.
    let later = some.replace(",Al Able,,", ",Al Able,1/2/2027,").replace(",Di Cole,,", ",Di Cole,1/2/2027,");
    assert!(!checked(RECIPE, &later).1.iter().any(|found| found.starts_with("reference.missing")));
    assert_eq!(doubts(&later, "no reference").len(), 1);
    let none = ",Ann Able,1/2/2027,,,\n,Bob Baker,1/3/2027,,,\n,Cy Cole,1/3/2027,,,\n";
    assert_eq!(doubts(none, "no reference"), [""; 0]);
}

#[test]
fn a_repeated_reference_with_another_name_says_which_roles_differ() {
    let rows = "A-1,\"Roe, Jane\",,,Attorney,\nA-1,\"Adams, Ann\",,,Claimant,\nA-2,Bob Baker,,,Claimant,\n";
    let (report, messages) = checked_under(&HEADER.replace("Status", "Role"), RECIPE, rows);
    let found = "1 row repeats a reference with another name, first in row 2, by “Role”: “Attorney”, “Claimant”; import";
    assert!(report.doubts.iter().any(|doubt| doubt.starts_with(found)), "{:?}", report.doubts);
    let named = "but with another name: “Jane Roe” (Attorney) there, “Ann Adams” (Claimant) here";
    assert!(messages[0].ends_with(named), "{messages:?}");
}

#[test]
fn a_repeated_reference_with_another_name_says_so() {
    let rows = "A-1,\"Roe, Jane\",,,,\nA-1,\"Adams, Ann\",,,,\nA-1,Jane Roe,,,,\nA-2,Bob Baker,,,,\nA-2,\"Cole, Cy\",,,,\n";
    let found = "2 rows repeat a reference with another name, first in row 2; check which row is right";
    assert!(matches!(doubts(rows, "repeat").as_slice(), [doubt] if doubt.starts_with(found)));
    let messages = checked(RECIPE, rows).1;
    let named = "also in row 1 of this file, but with another name: “Jane Roe” there, “Ann Adams” here";
    assert!(
        messages[0].ends_with(named) && messages[1].ends_with("also in row 1 of this file"),
        "{messages:?}"
    );
    let private = RECIPE.replace("to = \"subject.1\"", "to = \"subject.1\"\nprivate = true");
    let messages = checked(&private, rows).1;
    assert!(messages[0].ends_with("another name: “•••• •••” there, “••• •••••” here"), "{messages:?}");
}

#[test]
fn a_group_that_no_row_belongs_to_is_a_doubt() {
    let rows = "A-1,Ann Able,,,Open,\nA-2,Bob Baker,,,Closed,\n,,,,,\n";
    let of = |more: &str| {
        let doubts = checked(&format!("{RECIPE}{more}"), rows).0.doubts.into_iter();
        doubts.filter(|doubt| doubt.contains("no row belongs")).collect::<Vec<_>>()
    };
    assert_eq!(
        of("[only]\ncolumn = \"Status\"\nvalues = [\"Opened\"]\n"),
        [
            "no row belongs to the group of this import: row 1: “Open” in “Status” belongs to another group; if the group \
             has another name now, change it (only in the recipe)"
        ]
    );
    let skipped = "[[leave_out]]\ncolumn = \"Claim\"\nvalue = \"A-1\"\n";
    for more in ["", "[only]\ncolumn = \"Status\"\nvalues = [\"open\"]\n"] {
        assert_eq!(of(more), [""; 0], "{more}");
        assert_eq!(of(&format!("{skipped}{more}")), [""; 0], "{more}");
    }
}

#[test]
fn rows_that_an_unmapped_column_cancels_are_a_doubt() {
    let noted = "A-1,Ann Able,,,Open,\nA-2,Bob Baker,,,Closed,\nA-3,Cy Cole,,,Closed - dup,\nA-4,Di Dean,,,closely,\n";
    let skipping = "[[leave_out]]\ncolumn = \"Status\"\nvalue = \"Closed\"\n";
    let left = checked(&format!("{RECIPE}{skipping}"), noted).0.doubts;
    assert!(left.iter().any(|doubt| doubt.starts_with("1 row says Closed in “Status”")), "{left:?}");

    let rows = "A-1,Ann Able,,,Open,\nA-2,Bob Baker,,,CANCELLED,\nA-3,Cy Cole,,,closed,\nA-4,Di Dean,,,,\n";
    let found =
        "2 rows say Cancelled or Closed in “Status”, which isn't imported; if they aren't wanted, skip them";
    assert!(matches!(doubts(rows, "say").as_slice(), [doubt] if doubt.starts_with(found)));
    let skipped =
        format!("{RECIPE}[[leave_out]]\ncolumn = \"Status\"\nvalue = \"Closed\"\n[[leave_out]]\nrow = 2\n");
    assert!(!checked(&skipped, rows).0.doubts.iter().any(|doubt| doubt.contains("Status”, which")));
    let all =
        rows.replace("Open", "Closed").replace("CANCELLED", "Closed").replace("Dean,,,", "Dean,,,Closed");
    assert_eq!(doubts(&all, "say"), [""; 0], "that is how the file is");
    assert_eq!(doubts(&rows.replace("CANCELLED", "Clark").replace("closed", "Widow"), "say"), [""; 0]);
}

#[test]
fn units_that_differ_beside_an_amount_are_a_doubt() {
    let rows = "A-1,Ann Able,,100,,USD\nA-2,Bob Baker,,200,,CAD\nA-3,Cy Cole,,300,,usd\n";
    assert_eq!(
        doubts(rows, "Currency” isn't"),
        [
            "“Currency” isn't imported, but has different values: USD, CAD; convert the amounts in the file, or skip those rows"
        ]
    );
    assert_eq!(doubts(&rows.replace("CAD", "USD"), "Currency” isn't"), [""; 0]);
}

#[test]
fn times_in_utc_are_one_doubt_per_column() {
    let rows = "A-1,Ann Able,2027-01-05T02:12:00Z,,,\nA-2,Bob Baker,2027-01-06T14:00:00Z,,,\n";
    let found =
        "“Due” has 2 times in UTC, sent as the day in UTC, which may be another day where it happened";
    assert!(matches!(doubts(rows, "UTC").as_slice(), [doubt] if doubt.starts_with(found)));
}

#[test]
fn an_amount_in_thousands_is_a_doubt_until_it_is_accepted() {
    let header = HEADER.replace("Budget", "Budget ($000)");
    let recipe = RECIPE.replace("Budget", "Budget ($000)");
    let doubts = |recipe: &str| {
        let doubts = checked_under(&header, recipe, "A-1,Ann Able,1/2/2027,100,,\n").0.doubts;
        doubts.iter().filter(|doubt| doubt.contains("is in thousands")).count()
    };
    assert_eq!((doubts(&recipe), doubts(&format!("{recipe}as_is = true\n"))), (1, 0));
}

#[test]
fn rows_that_repeat_a_reference_with_other_values_are_one_doubt() {
    let rows = "A-1,Ann Able,1/2/2027,100,Open,\nA-2,Bob Baker,1/2/2027,,,\nA-1,Ann Able,1/2/2027,100,New,\n\
                A-1,\"Able, Ann\",1/2/2027,200,Open,\nA-2,Bob Baker,1/3/2027,,,\n";
    let found =
        "2 rows repeat a reference with other values, first in row 4; if it is another case, send it anyway";
    let doubts = doubts(rows, "other values");
    assert!(matches!(doubts.as_slice(), [doubt] if doubt.starts_with(found)), "{doubts:?}");
    let (_, problems) = checked(RECIPE, rows);
    let of = |row: &str| problems.iter().filter(|problem| problem.ends_with(row)).count();
    assert_eq!(
        (of("in row 1 of this file"), of("in row 1 of this file, but with other values")),
        (1, 1),
        "{problems:?}"
    );
}

#[test]
fn a_heading_that_calls_its_rows_closed_is_a_doubt() {
    let rows = "A-1,Ann Able,1/2/2027,100,Open,\nA-2,Bob Baker,1/2/2027,,,\nHEADING,,,,,\nA-3,Cy Cole,1/3/2027,,,\n\
                A-4,Di Dole,1/3/2027,,,\n";
    let found = "line 4 is the heading “CLOSED - DO NOT WORK”; if the rows below it aren't wanted, skip them";
    let told = doubts(&rows.replace("HEADING", "CLOSED - DO NOT WORK"), "is the heading");
    assert!(matches!(told.as_slice(), [doubt] if doubt.starts_with(found)), "{told:?}");
    assert_eq!(doubts(&rows.replace("HEADING", "Denver office"), "is the heading"), [""; 0]);
}

#[test]
fn a_header_beside_its_column_is_a_doubt() {
    let header = "Claim,Name,,Due,Budget\n";
    let found = |row: &str| {
        let (report, _) = checked_under(
            header,
            &(RECIPE.to_owned() + "[[columns]]\nfrom = \"#3\"\nto = \"ignore\"\n"),
            row,
        );
        report.doubts.into_iter().filter(|doubt| doubt.contains("blank in every row")).collect::<Vec<_>>()
    };
    assert_eq!(
        found("A-1,,Ann Able,1/2/2027,5\nA-2,,Al Baker,1/3/2027,5\n"),
        [
            "“Name” is blank in every row, so no case has a subject's name; #3 beside it has values but no header: map that \
          column instead"
        ]
    );
    assert_eq!(
        found("A-1,,,1/2/2027,5\n"),
        ["“Name” is blank in every row, so no case has a subject's name"]
    );
    assert_eq!(found("A-1,,Ann Able,1/2/2027,5\nA-2,Al Baker,,1/3/2027,5\n"), [""; 0]);
    // The header of that column is `#`.
    let (report, _) = checked_under("Claim,Name,#,Due,Budget\n", RECIPE, "A-1,,7,1/2/2027,5\n");
    assert!(report.doubts.iter().any(|doubt| doubt.ends_with("no case has a subject's name")), "{report:?}");
}

#[test]
fn dates_that_fit_the_order_of_another_column_are_a_doubt() {
    let header = "Claim,Name,Loss,Due,Budget\n";
    let recipe = RECIPE.replace("\ndate = \"mdy\"", "")
        + "[[fields]]\nkey = \"custom.1\"\nkind = \"date\"\n[[columns]]\nfrom = \"Loss\"\nto = \"custom.1\"\ndate = \"dmy\"\n";
    let found = |loss: &str, recipe: &str| {
        let rows = format!("A-1,Ann Able,{loss},1/2/2027,5\nA-2,Al Baker,{loss},3/4/2027,5\n");
        let (report, _) = checked_under(header, recipe, &rows);
        report.doubts.iter().filter(|doubt| doubt.contains("“Due” is read as")).count()
    };
    assert_eq!(found("25/12/2026", &recipe), 1);
    assert_eq!(found("5/12/2026", &recipe), 0);
    let chosen = recipe.replace("to = \"due_on\"\n", "to = \"due_on\"\ndate = \"mdy\"\n");
    assert_eq!(found("25/12/2026", &chosen), 0);
}
