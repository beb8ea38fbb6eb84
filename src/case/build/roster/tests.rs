use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::case::mapping::plan::PlanContext;
use crate::case::mapping::roster::KnownIds;
use crate::case::{CustomField, DefaultText, FieldKind, Recipe};
use crate::sheet::{Column, Row};

const RECIPE: &str = r#"
caseload = 1
allow_unidentified = true
name = "t"
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
[[fields]]
key = "subject.1"
label = "Name"
kind = "name"
[[fields]]
key = "custom.25"
label = "Line of business"
kind = "choice"
[[columns]]
from = "Contact"
to = "primary_contact_id"
[[columns]]
from = "Services"
to = "case_services_list"
[[columns]]
from = "Line"
to = "custom.25"
[[columns]]
from = "Name"
to = "subject.1"
"#;

fn ids(source: &str, ids: &[(u64, &str, bool)]) -> KnownIds {
    KnownIds {
        source: source.to_owned(),
        ids: ids.iter().map(|(id, label, deleted)| (*id, ((*label).to_owned(), *deleted))).collect(),
        complete: true,
        missing: BTreeSet::new(),
    }
}

fn roster() -> Roster {
    let mut roster = Roster::default();
    roster.ids.insert(
        CaseField::Services,
        ids("in the catalog", &[(1, "Surveillance", false), (2, "Canvass", true)]),
    );
    roster.ids.insert(
        CaseField::PrimaryContact,
        ids("in the list", &[(1000, "Dana", false), (2000, "Eli", false)]),
    );
    roster.ids.insert(CaseField::Client, ids("in the list", &[(100, "Acme", false), (200, "Bolt", false)]));
    roster.clients = [(1000, 100), (2000, 200)].into();
    roster.fields = vec![
        CustomField {
            choices: vec!["Auto".into(), "Property".into()],
            required: true,
            ..CustomField::new("custom.25".parse().unwrap(), "Line of business", FieldKind::Choice)
        },
        CustomField {
            subject_type: Some(1),
            ..CustomField::new("subject.1".parse().unwrap(), "Name", FieldKind::Name)
        },
    ];
    roster
}

fn plan(change: impl Fn(&mut Recipe)) -> Plan {
    plan_knowing(roster(), change)
}

fn plan_knowing(roster: Roster, change: impl Fn(&mut Recipe)) -> Plan {
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    change(&mut recipe);
    let columns: Vec<Column> = ["Contact", "Services", "Line", "Name"]
        .map(|header| Column { header: header.into(), filled: 1 })
        .into();
    let context = PlanContext { roster: Arc::new(roster), ..PlanContext::default() };
    Plan::new(&recipe, &columns, &context).unwrap()
}

/// Returns the problems of a row: severity, code and message.
fn found(plan: &Plan, cells: [&str; 4]) -> Vec<(Severity, Code, String)> {
    let row = Row { number: 1, line: 2, cells: cells.to_vec().into(), ..Row::default() };
    let built = plan.build(&row, jiff::civil::date(2026, 11, 28));
    built.problems.into_iter().map(|problem| (problem.severity, problem.code, problem.message)).collect()
}

fn with_default(key: &str, value: u64) -> impl Fn(&mut Recipe) {
    move |recipe| {
        recipe.defaults.insert(key.parse().unwrap(), DefaultText::Whole(value));
    }
}

#[test]
fn ids_and_texts_the_account_has_are_not_mentioned() {
    assert_eq!(found(&plan(|_| ()), ["1000", "1", "Auto", "Ann Lee"]), []);
    assert_eq!(found(&plan(|_| ()), ["", "", "Auto; Property", ""]), []);
    assert_eq!(plan(|_| ()).doubts(), [] as [String; 0]);
}

#[test]
fn an_unknown_id_is_a_warning_and_a_deleted_id_an_error() {
    let of = |services| found(&plan(|_| ()), ["", services, "Auto", ""]);
    assert_eq!(of("1;9"), [(Severity::Warning, Code::IdUnknown, "service 9 isn't in the catalog".into())]);
    let [(Severity::Error, Code::IdDeleted, message)] = &of("2")[..] else { panic!("{:?}", of("2")) };
    assert!(message.contains("service 2, “Canvass”, is marked as deleted"), "{message}");
}

#[test]
fn an_incomplete_list_reports_only_ids_known_to_be_gone() {
    let mut known = roster();
    let services = known.ids.get_mut(&CaseField::Services).unwrap();
    services.complete = false;
    services.missing.insert(8);
    let plan = plan_knowing(known, |_| ());
    let codes =
        |text| found(&plan, ["", text, "Auto", ""]).into_iter().map(|(_, code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes("9"), [] as [Code; 0]);
    assert_eq!(codes("8"), [Code::IdUnknown]);
}

#[test]
fn a_contact_of_another_client_is_reported_with_both_clients() {
    let [(Severity::Warning, Code::ContactElsewhere, message)] =
        &found(&plan(|_| ()), ["2000", "", "Auto", ""])[..]
    else {
        panic!()
    };
    assert_eq!(message, "Eli (2000) is a contact of Bolt (200), not of Acme (100)");
    let doubts = plan(with_default("primary_contact_id", 2000)).doubts();
    assert_eq!(
        doubts,
        ["Primary contact (case default): Eli (2000) is a contact of Bolt (200), not of Acme (100)"]
    );
}

#[test]
fn a_wrong_default_is_reported_once_not_per_row() {
    let plan = plan(with_default("client_id", 300));
    assert_eq!(found(&plan, ["", "", "Auto", ""]), []);
    let doubts = plan.doubts();
    assert!(doubts[0].ends_with("client 300 isn't in the list"), "{doubts:?}");
}

#[test]
fn a_default_choice_is_doubted_only_for_more_than_its_capitals() {
    let doubts = |line: &str| {
        let change = |recipe: &mut Recipe| {
            recipe.defaults.insert("custom.25".parse().unwrap(), DefaultText::Text(line.to_owned()));
        };
        plan(change).doubts()
    };
    assert_eq!(doubts("auto"), [] as [String; 0], "sent as “Auto”");
    assert!(doubts("Boat")[0].contains("“Boat” isn't one of the choices"));
}

#[test]
fn an_unknown_choice_is_reported_with_the_choices() {
    let of = |line| found(&plan(|_| ()), ["", "", line, ""]);
    let [(Severity::Warning, Code::ChoiceUnknown, message)] = &of("Boat")[..] else { panic!() };
    assert_eq!(message, "“Boat” isn't one of the choices of Line of business: Auto, Property");
    assert_eq!(of("auto"), [], "sent as “Auto”");
}

#[test]
fn choices_are_respelled_unless_the_column_is_sent_as_it_is() {
    let sent = |as_is, kind| {
        let mut roster = roster();
        roster.fields[0].kind = kind;
        let plan = plan_knowing(roster, |recipe| {
            recipe.fields[1].kind = kind;
            recipe.columns[2].as_is = as_is;
        });
        let cells = vec!["", "", "auto; Auto", "Ann Lee"];
        let row = Row { number: 1, line: 2, cells: cells.into(), ..Row::default() };
        let built = plan.build(&row, jiff::civil::date(2026, 11, 28));
        format!(
            "{:?}",
            built.case.values.iter().find(|placed| matches!(placed.dest, Dest::Custom(_, of) if of == kind))
        )
    };
    let box_of = |as_is| sent(as_is, FieldKind::Checkbox);
    assert!(box_of(false).contains(r#"["Auto"]"#), "{}", box_of(false));
    assert!(!box_of(true).contains(r#"["Auto"]"#), "{}", box_of(true));
}

#[test]
fn an_empty_or_unmapped_required_field_is_reported() {
    let [(Severity::Warning, Code::FieldRequired, _)] = &found(&plan(|_| ()), ["", "", "", ""])[..] else {
        panic!()
    };
    let unmapped = plan(|recipe| recipe.columns.retain(|rule| rule.from != "Line"));
    assert_eq!(found(&unmapped, ["", "", "", ""]), []);
    assert!(unmapped.doubts()[0].contains("marks Line of business (custom.25) as required"));
}

#[test]
fn a_field_of_another_subject_type_is_reported() {
    let doubts = plan(with_default("subject_type_id", 2)).doubts();
    assert_eq!(doubts, ["in every row: Name (subject.1) is a field of type 1, but the subject is type 2"]);
}
