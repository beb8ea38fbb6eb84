use super::*;
use crate::case::mapping::plan::PlanContext;
use crate::case::values::name::PersonName;
use crate::case::{ColumnRule, PlanError, Recipe, Target};
use crate::sheet::Column;
use crate::sheet::damage::Usual;

pub(super) const NOTES: Target = Target::Case(CaseField::Notes);
pub(super) const TODAY: Date = Date::constant(2026, 11, 23);

pub(super) const RECIPE: &str = r#"
caseload = 1

[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
case_services_list = [1]
due_on = "+14d"

[[fields]]
key = "subject.1"
kind = "name"
[[fields]]
key = "subject.3"
kind = "address"
[[fields]]
key = "custom.21"
kind = "date"

[[columns]]
from = "Claim"
to = "reference_value_1"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Last"
to = "subject.1.last_name"
[[columns]]
from = "Address"
to = "subject.3"
[[columns]]
from = "Zip"
to = "subject.3.zip"
[[columns]]
from = "Assigned"
to = "created_on"
date = "dmy"
[[columns]]
from = "Loss"
to = "custom.21"
[[columns]]
from = "Services"
to = "case_services_list"
separator = ";"
values = { "Surveillance" = 1, "Background" = 2 }
[[columns]]
from = "Budget"
to = "budget_money"
[[columns]]
from = "Note A"
to = "notes"
[[columns]]
from = "Note B"
to = "notes"
[[columns]]
from = "Client"
to = "client_id"
"#;

pub(super) const HEADERS: [&str; 12] = [
    "Claim", "Claimant", "Last", "Address", "Zip", "Assigned", "Loss", "Services", "Budget", "Note A",
    "Note B", "Client",
];

pub(super) fn columns(headers: &[&str]) -> Vec<Column> {
    headers.iter().map(|h| Column { header: (*h).to_owned(), filled: 1 }).collect()
}

pub(super) fn plan(recipe: &str, headers: &[&str]) -> Result<Plan, Vec<PlanError>> {
    Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns(headers), &PlanContext::default())
}

/// Builds a row in which only the named cells are filled.
pub(super) fn build(cells: &[(&str, &str)]) -> Built {
    let texts = HEADERS.map(|h| cells.iter().find(|(name, _)| *name == h).map_or("", |(_, text)| *text));
    build_row(&texts)
}

pub(super) fn build_row(cells: &[&str]) -> Built {
    let row = Row { number: 3, line: 5, cells: csv::StringRecord::from(cells.to_vec()), ..Row::default() };
    plan(RECIPE, &HEADERS).unwrap().build(&row, TODAY)
}

pub(super) fn value(built: &Built, key: &str) -> Option<Value> {
    built.case.values.iter().find(|p| p.dest.target().to_string() == key).map(|p| p.value.clone())
}

/// Creates a plan that detects damage.
pub(super) fn judging(recipe: &str, headers: &[&str]) -> Plan {
    let usual = vec![Usual::default(); headers.len()];
    let context = PlanContext { column_profiles: &usual, ..PlanContext::default() };
    Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns(headers), &context).unwrap()
}

pub(super) fn codes(built: &Built) -> Vec<(Code, Option<&str>)> {
    built.problems.iter().map(|p| (p.code.clone(), p.column.as_deref())).collect()
}

#[test]
fn a_row_with_neither_reference_nor_name_is_no_case() {
    let unidentified = |cells: &[(&str, &str)]| codes(&build(cells)) == [(Code::RowUnidentified, None)];
    assert!(unidentified(&[]) && unidentified(&[("Note A", "see page 2"), ("Budget", "300")]));
    assert!(!unidentified(&[("Claim", "A-1")]) && !unidentified(&[("Claimant", "Ann Lee")]));
    // Only the unreadable cell is reported.
    assert_eq!(codes(&build(&[("Budget", "x")])), [(Code::NumberInvalid, Some("Budget"))]);
    let allowed = RECIPE.replacen("caseload = 1", "caseload = 1\nallow_unidentified = true", 1);
    let row = Row { cells: csv::StringRecord::from(vec![""; 12]), ..Row::default() };
    assert!(plan(&allowed, &HEADERS).unwrap().build(&row, TODAY).is_sendable());
}

#[test]
fn an_empty_row_is_all_defaults() {
    let allowed = RECIPE.replacen("caseload = 1", "caseload = 1\nallow_unidentified = true", 1);
    let row = Row { cells: csv::StringRecord::from(vec![""; 12]), ..Row::default() };
    let built = plan(&allowed, &HEADERS).unwrap().build(&row, TODAY);
    assert!(built.problems.is_empty());
    assert_eq!(value(&built, "case_type_id"), Some(Value::Id(1)));
    assert_eq!(value(&built, "case_services_list"), Some(Value::Ids(vec![1])));
    assert_eq!(value(&built, "due_on"), Some(Value::Date(Date::constant(2026, 12, 7))));
    assert_eq!(value(&built, "reference_value_1"), None);
    assert!(built.case.values.iter().all(|placed| placed.by_default));
}

#[test]
fn a_column_overrides_the_default_and_days_count_from_the_rows_creation_date() {
    let built =
        build(&[("Client", "101"), ("Assigned", "1/2/2026"), ("Services", "background; Surveillance;")]);
    assert_eq!(value(&built, "client_id"), Some(Value::Id(101)));
    assert_eq!(value(&built, "created_on"), Some(Value::Date(Date::constant(2026, 2, 1))));
    assert_eq!(value(&built, "due_on"), Some(Value::Date(Date::constant(2026, 2, 15))));
    assert_eq!(value(&built, "case_services_list"), Some(Value::Ids(vec![2, 1])));
}

#[test]
fn parts_fill_what_the_whole_cell_left_open() {
    let built = build(&[
        ("Claimant", "John A Smith"),
        ("Last", "Smith-Jones"),
        ("Address", "1 A St,Denver"),
        ("Zip", "80202"),
    ]);
    let name =
        PersonName { first_name: "John".into(), middle_name: "A".into(), last_name: "Smith-Jones".into() };
    assert_eq!(value(&built, "subject.1"), Some(Value::Name(name)));
    let Some(Value::Address(address)) = value(&built, "subject.3") else { panic!("no address") };
    assert_eq!(
        (address.address_1.as_str(), address.city.as_str(), address.zip.as_str()),
        ("1 A St", "Denver", "80202")
    );
}

#[test]
fn two_values_for_one_part_are_reported() {
    let built = build(&[
        ("Address", "1 A St, Denver, CO, 80202"),
        ("Zip", "80211"),
        ("Claimant", "Smith, Jo"),
        ("Last", "SMITH"),
    ]);
    assert_eq!(codes(&built), [(Code::PartReplaced, Some("Zip"))], "the same in other letters is no other");
    assert!(built.is_sendable());
    assert_eq!(built.problems[0].message, "“80211” replaces “80202” from the column with the whole value");
}

#[test]
fn several_columns_to_one_text_are_joined_by_line() {
    let built = build(&[("Note A", "call first"), ("Note B", "two\nlines")]);
    assert_eq!(value(&built, "notes"), Some(Value::Text("Note A: call first\nNote B: two\nlines".into())));
    assert_eq!(value(&build(&[("Note B", "x")]), "notes"), Some(Value::Text("Note B: x".into())));
}

#[test]
fn several_columns_of_a_list_are_joined() {
    let more =
        "[[columns]]\nfrom = \"Service 2\"\nto = \"case_services_list\"\nvalues = { \"Canvass\" = 3 }\n";
    let headers = [&HEADERS[..], &["Service 2"]].concat();
    let plan = plan(&format!("{RECIPE}{more}"), &headers).unwrap();
    let of = |services: &str, second: &str| {
        let cells = headers.iter().map(|header| match *header {
            "Claim" => "A-1",
            "Services" => services,
            "Service 2" => second,
            _ => "",
        });
        let row = Row { number: 1, cells: cells.collect::<Vec<_>>().into(), ..Row::default() };
        plan.build(&row, TODAY)
    };
    let ids = |ids: &[u64]| Some(Value::Ids(ids.to_vec()));
    assert_eq!(value(&of("Background", "Canvass; 2"), "case_services_list"), ids(&[2, 3]));
    assert_eq!(value(&of("", "Canvass"), "case_services_list"), ids(&[3]));
    assert_eq!(value(&of("", ""), "case_services_list"), ids(&[1]), "the default");
    assert_eq!(codes(&of("Background", "Polygraph")), [(Code::ValueUnmapped, Some("Service 2"))]);
}

#[test]
fn an_ignored_column_may_be_gone() {
    let rule = |to: &str| format!("{RECIPE}[[columns]]\nfrom = \"Employer\"\nto = \"{to}\"\n");
    assert!(plan(&rule("ignore"), &HEADERS).is_ok());
    let errors = plan(&rule("notes"), &HEADERS).unwrap_err();
    assert!(matches!(errors.as_slice(), [PlanError::NoSuchColumn { .. }]), "{errors:?}");
}

#[test]
fn a_comma_in_the_street_shifts_nothing() {
    let address = |text: &str| match value(&build(&[("Address", text)]), "subject.3") {
        Some(Value::Address(a)) => [a.address_1, a.address_2, a.city, a.state, a.zip],
        other => panic!("{text}: {other:?}"),
    };
    let want = ["1 A St", "Unit 2", "Denver", "CO", "80202"];
    for text in [
        "1 A St, Unit 2, Denver, CO, 80202",
        "1 A St, Unit 2, Denver, CO 80202",
        "1 A St Unit 2\nDenver, CO 80202",
    ] {
        assert_eq!(address(text), want, "{text}");
    }
    let shifted = build(&[("Address", "1 A St, Back House, Denver, CO, 80202")]);
    assert_eq!(codes(&shifted), [(Code::AddressShifted, Some("Address"))]);
    assert!(shifted.problems[0].message.contains("state would be “Denver”"), "{:?}", shifted.problems);
    let odd = build(&[("Claim", "A-1"), ("Address", "1 A St, Denver, CO"), ("Zip", "802")]);
    assert_eq!(codes(&odd), [(Code::AddressOdd, Some("Address"))]);
    assert!(odd.is_sendable());
    assert_eq!(codes(&build(&[("Claimant", "Acme Trucking LLC")])), [(Code::NameOdd, Some("Claimant"))]);
}

#[test]
fn a_cell_that_cannot_be_read_is_an_error_even_where_a_default_would_do() {
    let built = build(&[
        ("Assigned", "31/02/2026"),
        ("Loss", "13/1/2026"),
        ("Services", "Surveillance;Sorveillance"),
        ("Budget", "12 h"),
        ("Client", "Acme"),
        ("Address", "a, b, c, d, e, f"),
    ]);
    assert!(!built.is_sendable());
    assert_eq!(
        codes(&built),
        [
            (Code::IdInvalid, Some("Client")),
            (Code::DateInvalid, Some("Assigned")),
            (Code::NumberInvalid, Some("Budget")),
            (Code::ValueUnmapped, Some("Services")),
            (Code::DateInvalid, Some("Loss")),
            (Code::AddressTooManyParts, Some("Address")),
        ]
    );
    let loss = &built.problems[4];
    assert_eq!((loss.row, loss.line, loss.value.as_str()), (3, 5, "13/1/2026"));
    assert!(loss.message.contains("but fits day/month/year"), "{}", loss.message);
    assert_eq!(value(&built, "case_services_list"), None);
}

#[test]
fn ragged_rows_are_reported_and_never_shifted() {
    let mut cells = vec![""; 14];
    cells[13] = "stray";
    assert_eq!(codes(&build_row(&cells)), [(Code::RowTooLong, None)]);
    assert!(!build_row(&cells).is_sendable());
    (cells[0], cells[13]) = ("C-1", " ");
    assert!(build_row(&cells).problems.is_empty());
    assert_eq!(codes(&build_row(&["C-1"])), [(Code::RowTooShort, None)]);
    assert!(build_row(&["C-1"]).is_sendable());
}

#[test]
fn all_mismatches_of_recipe_and_file_are_reported_at_once() {
    let recipe = RECIPE
        .replace("client_id = 100\n", "")
        .replace("from = \"Client\"\n", "from = \"Klient\"\n")
        .replace("due_on = \"+14d\"", "due_on = \"soon\"")
        .replace("key = \"subject.3\"\nkind = \"address\"", "key = \"subject.3\"\nkind = \"name\"");
    let mut headers = HEADERS.to_vec();
    headers.extend(["Claim", ""]);
    let errors = plan(&recipe, &headers).unwrap_err();
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(text.len(), 6, "{text:#?}");
    assert_eq!(
        text[0],
        "“Claim” is the header of columns 1 and 13; map one of them (in a script: from = \"#1\" in the recipe)"
    );
    assert_eq!(
        text[1],
        "subject.3.zip doesn't exist, because subject.3 is of kind name; use a part of that kind, or subject.3 itself"
    );
    assert!(text[2].starts_with("the file has no column “Klient” (the recipe maps it to client_id)"));
    assert!(text[3].starts_with("the default “soon” doesn't fit due_on"));
    assert!(text[4].starts_with("column 14 has no header but has values"));
    assert_eq!(
        text[5],
        "Client (client_id) has neither a default nor a column; set a default, or map a column"
    );
}

#[test]
fn a_subject_needs_its_type_and_a_column_goes_to_one_place() {
    let errors = plan(&RECIPE.replace("subject_type_id = 1", ""), &HEADERS).unwrap_err();
    assert!(matches!(errors.as_slice(), [PlanError::Missing { key: "subject_type_id", .. }]));
    let errors = plan(&RECIPE.replace("to = \"created_on\"", "to = \"custom.21\""), &HEADERS).unwrap_err();
    assert!(matches!(errors.as_slice(), [PlanError::TwoColumns { .. }]));
    let errors = plan(&RECIPE.replace("key = \"custom.21\"", "key = \"custom.22\""), &HEADERS).unwrap_err();
    assert!(matches!(errors.as_slice(), [PlanError::Undeclared(_)]));
}

#[test]
fn columns_by_number_and_unnamed_ones() {
    let recipe = RECIPE.replace("from = \"Client\"", "from = \"#13\"");
    let mut headers = HEADERS.to_vec();
    headers.push("");
    let plan = plan(&recipe, &headers).unwrap();
    assert_eq!(plan.unnamed(), [11]);
    assert_eq!(plan.header(12), "#13");
    assert_eq!(plan.column_of_key("client_id"), Some(12));
    assert_eq!(plan.label_of_key("custom.21"), None, "it has none in the recipe");
}

#[test]
fn columns_with_the_same_header_have_their_own_problems() {
    let recipe = RECIPE
        .replace("from = \"Note A\"\nto = \"notes\"", "from = \"#10\"\nto = \"admin_notes\"")
        .replace("from = \"Note B\"\nto = \"notes\"", "from = \"#11\"\nto = \"scheduling_notes\"");
    let mut headers = HEADERS;
    (headers[9], headers[10]) = ("Ref", "Ref");
    let plan = plan(&recipe, &headers).unwrap();
    let cells = HEADERS.map(|header| match header {
        "Claim" => "A-1",
        "Note A" | "Note B" => "NULL",
        _ => "",
    });
    let built = plan.build(&Row { cells: cells.to_vec().into(), ..Row::default() }, TODAY);
    let code = || Code::ValueNull;
    assert_eq!(codes(&built), [(code(), Some("#11")), (code(), Some("#10"))]);
}

/// None of these would ever finish if each rule looked at every column or at every other rule.
#[test]
fn recipes_and_files_of_thousands_of_columns() {
    let headers: Vec<String> = (0..16_384).map(|column| format!("Column {column}")).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    recipe.columns = headers.iter().map(|header| ColumnRule::new(*header, NOTES)).collect();
    assert_eq!(
        Plan::new(&recipe, &columns(&headers), &PlanContext::default()).unwrap().not_imported,
        [0_usize; 0]
    );
    let rule = ColumnRule::new(headers[1], NOTES);
    recipe.columns = vec![rule; 150_000];
    assert_eq!(
        Plan::new(&recipe, &columns(&headers), &PlanContext::default()).unwrap().not_imported.len(),
        16_383
    );
    recipe.columns = (0..1000).map(|rule| ColumnRule::new(format!("Gone {rule}"), NOTES)).collect();
    let wrong = Plan::new(&recipe, &columns(&headers), &PlanContext::default()).unwrap_err();
    let message = wrong[0].to_string();
    assert!(wrong.len() == 1000 && message.ends_with("Column 99, 16284 more"), "{message}");
}
