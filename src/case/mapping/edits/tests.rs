use super::*;
use crate::case::mapping::changes::GroupFilter;

const RECIPE: &str = r#"
caseload = 1

[[columns]]
from = "Services"
to = "case_services_list"
separator = "|"

[[fixes]]
column = "State"
from = "Calif."
to = "CA"

[[fixes]]
column = "State"
row = 2
from = "Calif."
to = "NV"

[[fixes]]
column = "Zip"
from = ""
to = "00000"

[[leave_out]]
column = "Status"
value = "Closed"

[[leave_out]]
column = "Services"
value = "Test"

[[leave_out]]
row = 4
"#;

fn columns() -> Vec<Column> {
    let headers = ["Status", "State", "Services", "Zip"];
    headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect()
}

fn edits() -> Edits {
    Edits::new(&Recipe::from_toml(RECIPE).unwrap(), &columns()).unwrap()
}

fn row(number: u64, cells: &[&str]) -> Row {
    Row { number, line: number + 1, cells: cells.iter().collect(), ..Row::default() }
}

fn cells(edited: &Edited<'_>) -> Vec<String> {
    edited.row.cells.iter().map(str::to_owned).collect()
}

#[test]
fn a_fix_replaces_the_value() {
    let edits = edits();
    let first = row(1, &["Open", " Calif. ", "A", "94110"]);
    let edited = edits.apply(&first);
    assert_eq!(cells(&edited), ["Open", "CA", "A", "94110"]);
    assert_eq!(edited.fixed, [1]);
    // A row's own fix comes before that of every row.
    assert_eq!(cells(&edits.apply(&row(2, &["Open", "Calif.", "A", "1"])))[1], "NV");
    // A short row gets its last cell, and a row without a fix isn't copied.
    assert_eq!(cells(&edits.apply(&row(3, &["Open"]))), ["Open", "", "", "00000"]);
    assert!(matches!(edits.apply(&row(3, &["Open", "NV", "A", "1"])).row, Cow::Borrowed(_)));
}

#[test]
fn a_row_fix_for_another_value_is_not_applied() {
    let second = row(2, &["Open", "Ohio", "A", "1"]);
    let edits = edits();
    let edited = edits.apply(&second);
    assert_eq!(cells(&edited)[1], "Ohio");
    assert_eq!(edited.stale, [1]);
}

#[test]
fn rows_are_left_out_by_number_by_text_and_by_group() {
    let edits = edits();
    let why = |number, cells: &[&str]| edits.skip_reason(&row(number, cells)).map(|why| format!("{why:?}"));
    assert_eq!(why(1, &["Open", "CA", "A"]), None);
    assert_eq!(why(1, &[" CLOSED ", "CA", "A"]).unwrap(), "Value(0, \"CLOSED\")");
    assert_eq!(why(1, &["Open", "CA", "A| test"]).unwrap(), "Value(2, \"test\")");
    assert_eq!(why(1, &["Open", "CA", "A; test"]), None, "the separator of the column, and no other");
    assert_eq!(why(4, &["Open"]).unwrap(), "Row");
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    recipe.only =
        Some(GroupFilter { column: "State".to_owned(), values: vec!["ca".to_owned(), String::new()] });
    let edits = Edits::new(&recipe, &columns()).unwrap();
    assert_eq!(edits.skip_reason(&row(1, &["Open", "NV"])), Some(SkipReason::OtherGroup(1, "NV")));
    assert_eq!(edits.skip_reason(&row(1, &["Open", " CA "])), None);
    assert_eq!(edits.skip_reason(&row(1, &["Open"])), None, "an empty text of the group is an empty cell");
}

#[test]
fn one_entry_of_check_boxes_is_enough_to_skip_the_row() {
    let recipe = r#"
caseload = 1
[[fields]]
key = "custom.9"
kind = "checkbox"
[[columns]]
from = "Services"
to = "custom.9"
[[leave_out]]
column = "Services"
value = "Theft"
"#;
    let edits = Edits::new(&Recipe::from_toml(recipe).unwrap(), &columns()).unwrap();
    let why = |cell| edits.skip_reason(&row(1, &["Open", "CA", cell])).is_some();
    assert_eq!([why("Fire; Theft"), why("theft"), why("Fire")], [true, true, false]);
}

#[test]
fn a_missing_column_is_an_error_unless_only_single_rows_use_it() {
    let errors = Edits::new(&Recipe::from_toml(RECIPE).unwrap(), &columns()[..1]).unwrap_err();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "the file has no column “State” (the recipe edits its values); its columns are: Status",
            "the file has no column “Zip” (the recipe edits its values); its columns are: Status",
            "the file has no column “Services” (the recipe skips rows by it); its columns are: Status",
        ]
    );
}

#[test]
fn fixing_a_fixed_text_changes_what_gave_it() {
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    let fix = |from: &str, to: &str, row| Fix {
        column: "State".to_owned(),
        row,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    recipe.fix(fix("CA", "California", None));
    let edits = Edits::new(&recipe, &columns()).unwrap();
    for text in ["Calif.", "CA"] {
        assert_eq!(cells(&edits.apply(&row(1, &["Open", text, "A", "1"])))[1], "California");
    }
    // A value replaced by itself isn't a fix.
    recipe.fix(fix("California", "Calif.", None));
    recipe.fix(fix("Calif.", "Calif.", Some(2)));
    let states: Vec<_> = recipe.fixes.iter().filter(|fix| fix.column == "State").collect();
    assert_eq!(states, [&fix("CA", "Calif.", None), &fix("California", "Calif.", None)]);
}

#[test]
fn a_row_can_keep_a_value_that_every_other_row_replaces() {
    let mut recipe = Recipe::from_toml("caseload = 1").unwrap();
    let mut fix = |from: &str, to: &str, number| {
        let (column, from, to) = ("State".to_owned(), from.to_owned(), to.to_owned());
        recipe.fix(Fix { column, row: number, from, to });
        let edits = Edits::new(&recipe, &columns()).unwrap();
        let state = |number| cells(&edits.apply(&row(number, &["Open", "Calif.", "A", "1"])))[1].clone();
        (state(1), state(2), recipe.fixes.len())
    };
    let texts = |one: &str, two: &str, fixes| (one.to_owned(), two.to_owned(), fixes);
    assert_eq!(fix("Calif.", "CA", None), texts("CA", "CA", 1));
    assert_eq!(fix("Calif.", "Calif.", Some(2)), texts("CA", "Calif.", 2));
    // Without the fix of every row, that of the row is pointless.
    assert_eq!(fix("CA", "Calif.", None), texts("Calif.", "Calif.", 1));
    // Of every row with the value, only row 2 shows it.
    assert_eq!(fix("Calif.", "CA", None), texts("CA", "CA", 1));
    assert_eq!(fix("Calif.", "Calif.", Some(2)), texts("CA", "Calif.", 2));
    assert_eq!(fix("Calif.", "California", None), texts("CA", "California", 2));
    assert!(recipe.fixes.iter().any(|fix| fix.row.is_none() && fix.to == "CA"));
}

#[test]
fn edits_of_single_rows_stay_with_the_file() {
    let recipe = Recipe::from_toml(RECIPE).unwrap().for_other_files();
    assert!(recipe.fixes.iter().all(|fix| fix.row.is_none()));
    assert_eq!(recipe.fixes.len(), 2);
    assert_eq!(recipe.leave_out.len(), 2);
}

#[test]
fn rules_that_name_rows_are_described() {
    let recipe = |rules: &str| Recipe::from_toml(&format!("caseload = 1\n{rules}")).unwrap();
    assert_eq!(
        recipe("send_anyway = [1]\n[[leave_out]]\nrow = 2\n[[leave_out]]\nrow = 5")
            .describe_row_rules()
            .as_deref(),
        Some(
            "the recipe skips rows 2, 5 and sends row 1, even if already in Trackops, in any file; check whether these \
             rules were made for this file"
        )
    );
    let many = recipe("send_anyway = [1, 2, 3, 4, 5, 6]").describe_row_rules();
    assert!(many.is_some_and(|text| text.contains("rows 1, 2, 3, 4, 5, …")));
    for none in [
        "",
        "[[leave_out]]\ncolumn = \"A\"\nvalue = \"x\"",
        "[[fixes]]\ncolumn = \"A\"\nrow = 1\nfrom = \"x\"\nto = \"y\"",
    ] {
        assert_eq!(recipe(none).describe_row_rules(), None);
    }
}

#[test]
fn a_typed_date_that_can_only_be_one_day_fits_every_column() {
    let typed = |order: &str, text: &str| {
        let column = format!("[[columns]]\nfrom = \"Due\"\nto = \"due_on\"\ndate = \"{order}\"\n");
        let mut recipe = Recipe::from_toml(&format!("caseload = 1\n{column}")).unwrap();
        recipe.fix(Fix { column: "Due".into(), row: Some(1), from: "x".into(), to: text.into() });
        recipe.fixes[0].to.clone()
    };
    assert_eq!(typed("ymd", "12/20/2026"), "2026-12-20");
    assert_eq!(typed("ymd", "20.12.2026"), "2026-12-20");
    assert_eq!(typed("dmy", "12/20/2026"), "2026-12-20");
    // In its own order, in none, or in two.
    for (order, text) in [("mdy", "12/20/2026"), ("ymd", "31/02/2026"), ("ymd", "3/4/2026")] {
        assert_eq!(typed(order, text), text, "{order}");
    }
}
