use super::*;
use crate::case::{ColumnRule, Plan, PlanContext, PlanError};

const RECIPE: &str = r#"
caseload = 1
[[columns]]
from = "Claim No"
to = "reference_value_1"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Assigned"
to = "created_on"
date = "mdy"
[[columns]]
from = "Services"
to = "case_services_list"
values = { "Surveillance" = 1 }
[[columns]]
from = "Notes"
to = "ignore"
"#;
const THEN: [&str; 5] = ["Claim No", "Claimant", "Assigned", "Services", "Notes"];

fn columns(headers: &[&str], filled: u64) -> Vec<Column> {
    headers.iter().map(|header| Column { header: (*header).to_owned(), filled }).collect()
}

/// Returns the differences of a file with these headers and as many rows as before.
fn describe_headers(headers: &[&str]) -> Vec<String> {
    let (then, now) = (columns(&THEN, 100), columns(headers, 100));
    describe_drift(&then, &now, (100, 100), None)
}

fn describe_drift(then: &[Column], now: &[Column], rows: (u64, u64), usual_rows: Option<u64>) -> Vec<String> {
    let recipe = Recipe::from_toml(RECIPE).unwrap();
    let before = EarlierFile { recipe: &recipe, columns: then, rows: rows.0, usual_rows };
    let (texts, orders) = (BTreeMap::new(), BTreeMap::new());
    let now = NewFile { columns: now, rows: rows.1, texts: &texts, orders: &orders, first_rows: &[] };
    drift(before, now).iter().map(Drift::describe).collect()
}

#[test]
fn the_same_file_has_no_drift() {
    assert!(describe_headers(&THEN).is_empty());
}

#[test]
fn columns_come_and_go() {
    assert_eq!(
        describe_headers(&["Claim No", "Claimant", "Paid", "Assigned", "Notes"]),
        ["“Services” is gone; it was mapped to case_services_list", "“Paid” is a new column"],
        "a column put in moves none"
    );
}

#[test]
fn a_renamed_column_is_known_by_its_name_or_its_place() {
    assert_eq!(
        describe_headers(&["Claim Number", "Claimant", "Assigned", "Services", "Notes"]),
        ["“Claim No” seems to be named “Claim Number” now: the names are similar"]
    );
    assert_eq!(
        describe_headers(&["Claim No", "Worker", "Assigned", "Services", "Notes"]),
        ["“Claimant” seems to be named “Worker” now: it is in the same place"]
    );
    // Two candidates are none.
    let two = describe_headers(&["Claim Number", "Claim Nr", "Claimant", "Assigned", "Services", "Notes"]);
    assert!(two.contains(&"“Claim No” is gone; it was mapped to reference_value_1".to_owned()), "{two:?}");
}

#[test]
fn a_column_of_another_thing_or_person_in_the_same_place_is_a_new_one() {
    let then = columns(&["Claim No", "Phone", "Date of Loss", "Notes", "Due Date", "Budget"], 100);
    let recipe = Recipe::from_toml(RECIPE).unwrap();
    let found = |place: usize, header: &str, more: &[&str]| {
        let mut now = then.clone();
        header.clone_into(&mut now[place].header);
        now.extend(columns(more, 100));
        let before = EarlierFile { recipe: &recipe, columns: &then, rows: 100, usual_rows: None };
        column_drift(before, &now)
    };
    let renamed = |place, header, more| {
        let all = found(place, header, more);
        all.iter().find(|drift| matches!(drift, Drift::Renamed { .. })).map(Drift::confidence)
    };
    for (place, header) in [
        (1, "Attorney Phone"),
        (1, "Adjuster Phone"),
        (1, "Insured Phone"),
        (1, "Employer"),
        (2, "Date Reported"),
        (3, "Internal Notes - do not send"),
        (4, "Date Closed"),
        (0, "Employee ID"),
    ] {
        assert_eq!(renamed(place, header, &[]), None, "{header}");
    }
    assert_eq!(renamed(1, "Home Phone", &[]), Some(0.85));
    let contact = |name: &str| columns(&["Claim No", name, "Notes"], 9);
    let (was, is) = (contact("Contact"), contact("Contact Person"));
    let before = EarlierFile { recipe: &recipe, columns: &was, rows: 9, usual_rows: None };
    assert!(matches!(column_drift(before, &is).as_slice(), [Drift::Renamed { .. }]));
    assert_eq!(renamed(1, "Claimant Phone", &[]), Some(0.85));
    assert_eq!(renamed(1, "Column 7", &[]), Some(0.55));
    // Another new column has a better claim.
    assert_eq!(renamed(1, "Column 7", &["Claimant Phone"]), None);
    assert_eq!(renamed(1, "Home Phone", &["Claimant Phone"]), None);
    assert_eq!(renamed(1, "Column 7", &["Attorney Phone"]), Some(0.55));
}

#[test]
fn the_fewest_columns_moved() {
    assert_eq!(
        describe_headers(&["Claimant", "Assigned", "Services", "Claim No", "Notes"]),
        ["“Claim No” moved; columns are found by name"]
    );
}

#[test]
fn rules_go_with_a_renamed_column() {
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    let renamed =
        Drift::Renamed { from: "Claim No".into(), to: "Claim Number".into(), why: "", fields: Vec::new() };
    assert_eq!(apply_renames(&mut recipe, &[renamed]), ["Claim Number"]);
    assert_eq!(recipe.columns[0].from, "Claim Number");
}

#[test]
fn a_field_taken_over_from_another_column_is_doubted_until_it_is_confirmed() {
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    let now = columns(&["Claim No", "Worker", "Assigned", "Services", "Notes"], 100);
    let then = columns(&THEN, 100);
    let before = EarlierFile { recipe: &recipe, columns: &then, rows: 100, usual_rows: None };
    let drift = column_drift(before, &now);
    assert!(mapping_doubts(&recipe, &drift).is_empty(), "the column that was mapped is gone");
    apply_renames(&mut recipe, &drift);
    let doubts = mapping_doubts(&recipe, &drift);
    let told: Vec<&str> = doubts.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(told, ["“Worker” has the field of “Claimant”, because it is in the same place"]);
    let rule = doubts[0].0;
    recipe.columns[rule].by_hand = true;
    assert!(mapping_doubts(&recipe, &drift).is_empty(), "confirmed");
    recipe.columns[rule].by_hand = false;
    recipe.columns[rule].to = Target::Ignore;
    assert!(mapping_doubts(&recipe, &drift).is_empty(), "nothing is sent");
    let fields = recipe.fields_of("Claim No");
    let content = |fields| [Drift::Content { header: "Claim No".into(), what: "references", fields }];
    assert_eq!(mapping_doubts(&recipe, &content(fields)).len(), 1);
    assert!(mapping_doubts(&recipe, &content(Vec::new())).is_empty(), "it has another field now");
}

#[test]
fn far_fuller_emptier_longer_and_shorter() {
    let then = columns(&THEN, 98);
    let mut now = columns(&THEN, 100);
    now[1].filled = 40;
    now[4].filled = 0;
    assert_eq!(
        describe_drift(&then, &now, (100, 100), Some(110)),
        ["“Claimant” is filled in 40% of the rows; before, it was 98%"],
        "an ignored column may be empty"
    );
    let full = columns(&THEN, 5);
    assert!(describe_drift(&full, &columns(&THEN, 1), (5, 5), None).is_empty(), "five rows say nothing");
    assert_eq!(
        describe_drift(&then, &columns(&THEN, 30), (100, 30), Some(110)),
        ["30 rows instead of the usual 110"]
    );
    assert!(describe_drift(&then, &columns(&THEN, 40), (100, 40), Some(110)).is_empty());
}

#[test]
fn new_texts_and_another_order_of_dates() {
    let recipe = Recipe::from_toml(RECIPE).unwrap();
    let columns = columns(&THEN, 3);
    let texts = [("surveillance".to_owned(), 2), ("Trial".to_owned(), 7), ("12".to_owned(), 1)];
    let mut profile = DateProfile::default();
    for cell in ["13/5/2026", "14/5/2026"] {
        profile.add(cell);
    }
    let (texts, orders) = ([(3, texts.to_vec())].into(), [(2, profile)].into());
    let before = EarlierFile { recipe: &recipe, columns: &columns, rows: 3, usual_rows: None };
    let now = NewFile { columns: &columns, rows: 3, texts: &texts, orders: &orders, first_rows: &[] };
    let found = drift(before, now);
    assert_eq!(
        found.iter().map(Drift::describe).collect::<Vec<_>>(),
        [
            "“Services” has unmapped values: “Trial” (7 ×)",
            "“Assigned” is read as month/day/year, but its dates are day/month/year"
        ]
    );
    assert_eq!(found.iter().map(Drift::code).collect::<Vec<_>>(), ["values.new", "dates.order"]);
    let services = Faceted { column: 3, list: true, separator: None };
    assert_eq!(columns_to_survey(&recipe, &columns), (vec![services], vec![2]));
}

#[test]
fn a_rule_by_column_number_is_checked_against_the_current_header() {
    let recipe = Recipe::from_toml("caseload = 1\n[[columns]]\nfrom = \"#2\"\nto = \"notes\"\n").unwrap();
    let then = columns(&["A", "B", "C"], 1);
    let before = EarlierFile { recipe: &recipe, columns: &then, rows: 1, usual_rows: None };
    let drift_of = |headers: &[&str]| -> Vec<String> {
        column_drift(before, &columns(headers, 1)).iter().map(Drift::describe).collect()
    };
    assert!(drift_of(&["A", "B", "C"]).is_empty());
    let drift = drift_of(&["A", "Paid", "B", "C"]);
    assert!(
        drift.contains(&"column #2 was “B” and is now “Paid”; check its mapping".to_owned()),
        "{drift:?}"
    );
}

#[test]
fn files_of_thousands_of_columns() {
    let headers = |word: &str| (0..16_384).map(|column| format!("{word} {column}")).collect::<Vec<_>>();
    let then = headers("Column");
    let mut now = then.clone();
    now.rotate_left(1);
    let of = |names: &[String]| columns(&names.iter().map(String::as_str).collect::<Vec<_>>(), 100);
    let drift = |now: &[String]| describe_drift(&of(&then), &of(now), (100, 100), None);
    assert_eq!(drift(&now), ["“Column 0” moved; columns are found by name"]);
    // Too many changed to look for renamed columns.
    assert_eq!(drift(&headers("Field")).len(), 2 * 16_384);
}

#[test]
fn drift_uses_the_same_column_as_the_plan() {
    let file = columns(&["Claim No", "Due", "Due", "Services", "#2"], 100);
    for (from, column) in [
        ("Claim No", Some(0)),
        ("#3", Some(2)),
        ("Due", None),
        ("services ", Some(3)),
        ("#2", Some(4)),
        ("#9", None),
    ] {
        let mut recipe = Recipe::new("");
        recipe.columns.push(ColumnRule::new(from, "case_services_list".parse().unwrap()));
        let wrong = Plan::new(&recipe, &file, &PlanContext::default()).unwrap_err();
        let is_none = |error: &PlanError| {
            matches!(error, PlanError::NoSuchColumn { .. } | PlanError::RepeatedHeader { .. })
        };
        assert_eq!(wrong.iter().any(is_none), column.is_none(), "{from}");
        let (lists, _) = columns_to_survey(&recipe, &file);
        assert_eq!(lists.iter().map(|of| of.column).collect::<Vec<_>>(), Vec::from_iter(column), "{from}");

        let texts = (0..5).map(|column| (column, vec![("Canvass".to_owned(), 1)])).collect();
        let now = columns(&["Claim No", "Due", "Due", "Services", "#2"], 10);
        let now =
            NewFile { columns: &now, rows: 100, texts: &texts, orders: &BTreeMap::new(), first_rows: &[] };
        let before = EarlierFile { recipe: &recipe, columns: &file, rows: 100, usual_rows: None };
        let name = column.map(|column| file[column].header.clone());
        let both = |name: String| {
            [Drift::NewValues(name.clone(), vec![("Canvass".to_owned(), 1)]), Drift::Fill(name, 100, 10)]
        };
        assert_eq!(drift(before, now), name.map(both).into_iter().flatten().collect::<Vec<_>>(), "{from}");
    }
}

#[test]
fn a_column_by_number_that_is_another_one_now_stops_a_run() {
    let recipe = |to: &str| {
        Recipe::from_toml(&format!("caseload = 1\n[defaults]\n[[columns]]\nfrom = \"#2\"\nto = \"{to}\"\n"))
            .unwrap()
    };
    let columns = |names: &[&str]| -> Vec<Column> {
        names.iter().map(|name| Column { header: (*name).into(), filled: 2 }).collect()
    };
    let (then, now) = (columns(&["Claim", "First"]), columns(&["Claim", "Suffix", "First"]));
    for (to, stops) in [("notes", true), ("ignore", false)] {
        let recipe = recipe(to);
        let before = EarlierFile { recipe: &recipe, columns: &then, rows: 2, usual_rows: None };
        let found = column_drift(before, &now);
        assert_eq!(renumbered(&recipe, &found).is_some(), stops, "{found:?}");
        assert!(renumbered(&recipe, &column_drift(before, &then)).is_none());
    }
}

#[test]
fn a_full_column_that_is_empty_now_is_noticed_in_few_rows() {
    let recipe =
        Recipe::from_toml("caseload = 1\n[defaults]\n[[columns]]\nfrom = \"Due\"\nto = \"due_on\"\n")
            .unwrap();
    let column = |filled: u64| vec![Column { header: "Due".into(), filled }];
    let found = |was: u64, is: u64| {
        let (then, now) = (column(was), column(is));
        let before = EarlierFile { recipe: &recipe, columns: &then, rows: 3, usual_rows: None };
        let (texts, orders) = (BTreeMap::new(), BTreeMap::new());
        drift(before, NewFile { columns: &now, rows: 3, texts: &texts, orders: &orders, first_rows: &[] })
    };
    assert_eq!(found(3, 0), [Drift::Fill("Due".into(), 100, 0)]);
    assert_eq!((found(3, 1), found(2, 0)), (vec![], vec![]));
}
