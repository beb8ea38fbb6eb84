use super::*;
use crate::case::mapping::plan::PlanContext;
use crate::case::values::name::PersonName;
use crate::case::{ColumnRule, PlanError, Recipe, Target};
use crate::sheet::damage::{Damage, Usual};
use crate::sheet::{Column, StoredNumber};

const NOTES: Target = Target::Case(CaseField::Notes);
const TODAY: Date = Date::constant(2026, 11, 23);

const RECIPE: &str = r#"
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

const HEADERS: [&str; 12] = [
    "Claim", "Claimant", "Last", "Address", "Zip", "Assigned", "Loss", "Services", "Budget", "Note A",
    "Note B", "Client",
];

fn columns(headers: &[&str]) -> Vec<Column> {
    headers.iter().map(|h| Column { header: (*h).to_owned(), filled: 1 }).collect()
}

fn plan(recipe: &str, headers: &[&str]) -> Result<Plan, Vec<PlanError>> {
    Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns(headers), &PlanContext::default())
}

/// Builds a row in which only the named cells are filled.
fn build(cells: &[(&str, &str)]) -> Built {
    let texts = HEADERS.map(|h| cells.iter().find(|(name, _)| *name == h).map_or("", |(_, text)| *text));
    build_row(&texts)
}

fn build_row(cells: &[&str]) -> Built {
    let row = Row { number: 3, line: 5, cells: csv::StringRecord::from(cells.to_vec()), ..Row::default() };
    plan(RECIPE, &HEADERS).unwrap().build(&row, TODAY)
}

fn value(built: &Built, key: &str) -> Option<Value> {
    built.case.values.iter().find(|p| p.dest.target().to_string() == key).map(|p| p.value.clone())
}

/// Creates a plan that detects damage.
fn judging(recipe: &str, headers: &[&str]) -> Plan {
    let usual = vec![Usual::default(); headers.len()];
    let context = PlanContext { column_profiles: &usual, ..PlanContext::default() };
    Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns(headers), &context).unwrap()
}

fn codes(built: &Built) -> Vec<(Code, Option<&str>)> {
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

/// Builds a row of one cell by a rule for it.
fn read_one(header: &str, rule: &str, cell: &str) -> Built {
    let fields = "[[fields]]\nkey = \"subject.4\"\nlabel = \"Date of birth\"\nkind = \"date\"\n\
                  [[fields]]\nkey = \"subject.6\"\nkind = \"phone\"\n";
    let recipe = format!(
        "caseload = 1\nallow_unidentified = true\n[defaults]\ncase_type_id = 1\nclient_id = 1\n\
         primary_contact_id = 1\nsubject_type_id = 1\n{fields}[[columns]]\nfrom = \"{header}\"\n{rule}\n"
    );
    let row = Row { number: 1, line: 2, cells: vec![cell].into(), ..Row::default() };
    judging(&recipe, &[header]).build(&row, TODAY)
}

#[test]
fn dates_and_numbers_as_people_write_them() {
    let date = |header: &str, to: &str, cell: &str| {
        let built = read_one(header, &format!("to = \"{to}\""), cell);
        value(&built, to).map(|value| match value {
            Value::Date(date) => date.to_string(),
            other => format!("{other:?}"),
        })
    };
    for cell in
        ["3/4/2026", "2026-03-04", "4-Mar-2026", "March 4, 2026", "3/4/2026 10:20 AM", "3/4/26", "46085"]
    {
        assert_eq!(date("Due", "due_on", cell).as_deref(), Some("2026-03-04"), "{cell}");
    }
    assert_eq!(date("DOB", "subject.4", "3/4/62").as_deref(), Some("1962-03-04"));
    assert_eq!(
        date("DOB", "subject.4", "3/4/27").as_deref(),
        Some("1927-03-04"),
        "nobody is born in the future"
    );
    assert_eq!(codes(&read_one("DOB", "to = \"subject.4\"", "3/4/2099")), [(Code::DateFuture, Some("DOB"))]);
    let number =
        |rule: &str, to: &str, cell: &str| value(&read_one("N", &format!("to = \"{to}\"\n{rule}"), cell), to);
    assert_eq!(number("", "budget_money", "($1,500.00)"), Some(Value::Number(-1500.0)));
    let below = read_one("N", "to = \"budget_money\"", "(250)");
    assert_eq!(codes(&below), [(Code::NumberNegative, Some("N"))]);
    assert!(below.is_sendable());
    assert_eq!(number("decimal = \"comma\"", "budget_money", "1.500,50 €"), Some(Value::Number(1500.5)));
    assert_eq!(number("", "budget_money", "1.500,50"), None);
    assert_eq!(number("", "budget_hours", "7:30"), Some(Value::Number(7.5)));
    assert_eq!(number("", "budget_hours", "12 hrs"), Some(Value::Number(12.0)));
    let odd = read_one("Phone", "to = \"subject.6\"", "12/31/1969");
    assert_eq!(codes(&odd), [(Code::PhoneOdd, Some("Phone"))]);
    assert!(odd.is_sendable());
}

/// Builds a row whose named cell shows a text but holds a number.
fn build_number(header: &str, rule: &str, shown: &str, value: f64) -> Built {
    let recipe = format!("{RECIPE}\n[[columns]]\nfrom = \"{header}\"\n{rule}");
    let mut headers = HEADERS.to_vec();
    headers.push(header);
    let mut cells = vec![""; 12];
    cells[0] = "A-1";
    cells.push(shown);
    let numbers = vec![StoredNumber { column: 12, value }];
    let row = Row { cells: csv::StringRecord::from(cells), numbers, ..Row::default() };
    judging(&recipe, &headers).build(&row, TODAY)
}

#[test]
fn a_number_is_sent_as_the_file_has_it() {
    let hours = "to = \"budget_hours\"";
    for (rule, shown, held, want) in [
        (hours, "1,021", 1_021_000.0, "1021000"),
        (hours, "2.5", 2_500_000.0, "2500000"),
        (hours, "8 h", 7.5, "7.5"),
        (hours, "$-", 0.0, "0"),
        (hours, "", 0.0, "0"),
        (hours, "1.500", 1.5, "1.5"),
        // The column's decimal mark applies only to text.
        ("to = \"budget_hours\"\ndecimal = \"comma\"", "1,500.25", 1500.25, "1500.25"),
    ] {
        let built = build_number("N", rule, shown, held);
        assert_eq!(value(&built, "budget_hours"), Some(Value::Number(want.parse().unwrap())), "{shown}");
        assert!(built.problems.is_empty(), "{shown}: {:?}", built.problems);
    }
    let percent = build_number("N", hours, "13%", 0.125);
    assert_eq!(codes(&percent), [(Code::NumberPercent, Some("N"))]);
    assert_eq!(value(&percent, "budget_hours"), Some(Value::Number(0.125)));
    let long = build_number("N", hours, "1E+15", 1e15);
    assert_eq!(codes(&long), [(Code::NumberInvalid, Some("N"))]);
}

#[test]
fn an_identifier_is_sent_as_it_is_shown() {
    let text = "to = \"reference_value_2\"";
    for (shown, held) in
        [("00802", 802.0), ("(303) 555-0100", 3_035_550_100.0), ("CLM-00007", 7.0), ("12-1500", 121_500.0)]
    {
        let built = build_number("N", text, shown, held);
        assert_eq!(value(&built, "reference_value_2"), Some(Value::Text(shown.to_owned())));
        assert!(built.problems.is_empty(), "{shown}: {:?}", built.problems);
    }
    // A number shown as an amount would be another case than the same number shown plainly.
    for shown in ["1,500", "1,500.00", "1500.00", "$1,500", "$1500", "(1500)"] {
        let built = build_number("N", text, shown, 1500.0);
        assert_eq!(codes(&built), [(Code::Damage(Damage::DecimalId), Some("N"))], "{shown}");
        assert!(!built.is_sendable(), "{shown}");
        assert!(build_number("N", &format!("{text}\nas_is = true"), shown, 1500.0).is_sendable(), "{shown}");
    }
    // A text that hides digits of the number isn't an identifier any more.
    for (shown, held) in [("1501", 1500.75), ("1.5M", 1_500_000.0), ("12", 12_345.0), ("250", -250.0)] {
        assert_eq!(
            codes(&build_number("N", text, shown, held)),
            [(Code::NumberFormat, Some("N"))],
            "{shown}"
        );
        let note = build_number("N", "to = \"case_location\"", shown, held);
        assert!(note.is_sendable() && note.problems.len() == 1, "{shown}");
    }
}

#[test]
fn cells_that_are_errors_are_not_sent() {
    let wrong = read_one("N", "to = \"case_location\"", "#N/A");
    assert_eq!(codes(&wrong), [(Code::Damage(Damage::ErrorValue), Some("N"))]);
    assert!(!wrong.is_sendable());
    // Even if it also looks wrong otherwise.
    let name = build(&[("Claim", "A-1"), ("Claimant", "#N/A")]);
    assert!(
        codes(&name).contains(&(Code::NameOdd, Some("Claimant"))) && name.is_sendable(),
        "not judged, not refused"
    );
    let judged = judging(RECIPE, &HEADERS);
    let cells = HEADERS.map(|header| if header == "Claimant" { "#N/A" } else { "" });
    let row = Row { cells: cells.to_vec().into(), ..Row::default() };
    assert!(!judged.build(&row, TODAY).is_sendable());
    let blank = read_one("N", "to = \"case_location\"\nerrors = \"blank\"", "#REF!");
    assert!(blank.problems.is_empty() && value(&blank, "case_location").is_none(), "{:?}", blank.problems);
}

#[test]
fn placeholders_for_no_date_are_blank() {
    for text in
        ["/  /", "__/__/____", "00/00/0000", "0000-00-00", "1/0/1900", "01/00/1900", "0", "MM/DD/YYYY"]
    {
        let built = read_one("N", "to = \"created_on\"", text);
        assert!(
            built.problems.is_empty() && value(&built, "created_on").is_none(),
            "{text}: {:?}",
            built.problems
        );
    }
    assert!(!read_one("N", "to = \"created_on\"", "10/00/2026").is_sendable());
    for (text, to) in [("n/a", "created_on"), ("TBD", "due_on"), ("unknown", "budget_money")] {
        let built = read_one("N", &format!("to = \"{to}\""), text);
        assert!(built.is_sendable() && value(&built, to).is_none(), "{text}");
        assert_eq!(codes(&built), [(Code::ValueNone, Some("N"))], "{text}");
    }
}

#[test]
fn a_case_is_not_due_before_it_is_opened() {
    let late = read_one("N", "to = \"due_on\"\ndate = \"mdy\"", "11/22/2026");
    assert_eq!(codes(&late), [(Code::DateDueBefore, Some("N"))]);
    assert!(read_one("N", "to = \"due_on\"\ndate = \"mdy\"", "11/23/2026").problems.is_empty());
    let typing = read_one("N", "to = \"due_on\"\ndate = \"mdy\"", "11/23/2206");
    assert_eq!(codes(&typing), [(Code::DateOddYear, Some("N"))]);
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
