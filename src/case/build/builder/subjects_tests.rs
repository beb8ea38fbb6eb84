//! Subjects other than the primary one.

use jiff::civil::Date;

use crate::case::{
    Built, Code, CustomField, KnownIds, Plan, PlanContext, PlanError, Recipe, Roster, SubjectNo, Value,
};
use crate::sheet::{Column, Row};

const TODAY: Date = Date::constant(2026, 11, 23);

const RECIPE: &str = r#"
caseload = 1

[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
"subject2.41.country" = "US"

[[fields]]
key = "subject.1"
kind = "name"
[[fields]]
key = "subject.40"
label = "Company"
kind = "text"
[[fields]]
key = "subject.41"
kind = "address"
[[fields]]
key = "subject.45"
kind = "name"

[[subjects]]
key = "subject2"
label = "Employer"
subject_type_id = 3
[[subjects]]
key = "subject3"
label = "Witness"
subject_type_id = 4

[[columns]]
from = "Claim"
to = "reference_value_1"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Employer"
to = "subject2.40"
[[columns]]
from = "City"
to = "subject2.41.city"
[[columns]]
from = "Witness First"
to = "subject3.45.first_name"
[[columns]]
from = "Witness Last"
to = "subject3.45.last_name"
"#;

const HEADERS: [&str; 6] = ["Claim", "Claimant", "Employer", "City", "Witness First", "Witness Last"];

fn columns() -> Vec<Column> {
    HEADERS.iter().map(|header| Column { header: (*header).into(), filled: 1 }).collect()
}

/// The recipe with another default in place of that of a part, which no recipe can have.
fn recipe(default: &str) -> Recipe {
    Recipe::from_toml(&RECIPE.replace("\"subject2.41.country\" = \"US\"", default)).unwrap()
}

fn plan(recipe: &Recipe, roster: Roster) -> Plan {
    let context = PlanContext { roster: roster.into(), ..PlanContext::default() };
    Plan::new(recipe, &columns(), &context).unwrap()
}

fn build(plan: &Plan, cells: [&str; 6]) -> Built {
    plan.build(&Row { number: 1, line: 2, cells: cells.to_vec().into(), ..Row::default() }, TODAY)
}

/// Returns the numbers of a case's subjects, and the codes of its problems.
fn subjects(built: &Built) -> (Vec<u8>, Vec<Code>) {
    let numbers = built.case.subjects().iter().map(SubjectNo::get).collect();
    (numbers, built.problems.iter().map(|problem| problem.code.clone()).collect())
}

#[test]
fn a_subject_is_left_out_of_rows_in_which_its_cells_are_empty() {
    for default in ["", "\"subject2.41\" = \"1 Main St, Denver, CO, 80202, US\""] {
        let plan = plan(&recipe(default), Roster::default());
        let all = build(&plan, ["A-1", "Doe, Jane", "Acme", "Denver", "Ann", "Lee"]);
        assert_eq!(subjects(&all), (vec![1, 2, 3], vec![]), "{default}");
        let of_type = |number: usize| {
            let number = all.case.subjects().iter().nth(number).unwrap();
            all.case.subject_type(number).cloned()
        };
        assert_eq!([0, 1, 2].map(of_type), [1, 3, 4].map(|id| Some(Value::Id(id))));
        assert_eq!(
            subjects(&build(&plan, ["A-2", "Doe, Jane", "", " ", "", "Lee"])),
            (vec![1, 3], vec![]),
            "a default alone makes no subject"
        );
        let built = build(&plan, ["A-3", "Doe, Jane", "", "", "", ""]);
        assert_eq!(subjects(&built), (vec![1], vec![]));
        assert!(built.case.values.iter().all(|placed| placed.dest.other_subject().is_none()), "{built:?}");
    }
}

#[test]
fn one_of_defaults_alone_is_in_every_row() {
    let mut recipe = recipe("\"subject2.40\" = \"Acme\"");
    recipe.columns.retain(|rule| !rule.from.starts_with("Employer") && rule.from != "City");
    recipe.columns.extend(
        ["Employer", "City"].map(|from| crate::case::ColumnRule::new(from, crate::case::Target::Ignore)),
    );
    let plan = plan(&recipe, Roster::default());
    assert_eq!(subjects(&build(&plan, ["A-1", "Doe, Jane", "x", "y", "", ""])), (vec![1, 2], vec![]));
}

#[test]
fn a_row_without_a_primary_subject_is_reported() {
    let built = build(&plan(&recipe(""), Roster::default()), ["A-1", "", "Acme", "", "", ""]);
    assert_eq!(subjects(&built), (vec![2], vec![Code::SubjectNotPrimary]));
    assert_eq!(built.problems[0].column.as_deref(), Some("Employer"));
    assert!(built.is_sendable());
}

#[test]
fn the_name_of_another_subject_does_not_identify_a_case() {
    let built = build(&plan(&recipe(""), Roster::default()), ["", "", "", "", "Ann", "Lee"]);
    assert!(built.problems.iter().any(|problem| problem.code == Code::RowUnidentified), "{built:?}");
}

#[test]
fn a_subject_needs_exactly_one_description_in_the_recipe() {
    let errors = |text: String| {
        Plan::new(&Recipe::from_toml(&text).unwrap(), &columns(), &PlanContext::default()).unwrap_err()
    };
    let plain = RECIPE.replace("\"subject2.41.country\" = \"US\"", "");
    let two = "subject2".parse().unwrap();
    assert_eq!(
        errors(plain.replace("key = \"subject2\"", "key = \"subject4\"")),
        [PlanError::NoSubject(two)]
    );
    let twice = plain.replace("key = \"subject3\"", "key = \"subject2\"");
    assert_eq!(
        errors(twice),
        [PlanError::SubjectTwice(two), PlanError::NoSubject("subject3".parse().unwrap())]
    );
    assert_eq!(
        errors(plain.replace("key = \"subject3\"", "key = \"subject\"")),
        [PlanError::SubjectTwice(SubjectNo::PRIMARY), PlanError::NoSubject("subject3".parse().unwrap())]
    );
    assert!(matches!(errors(RECIPE.to_owned())[0], PlanError::BadDefault { .. }));
}

#[test]
fn subjects_are_checked_against_the_fields_of_their_type() {
    let field = |key: &str, label: &str, of: u64, required: bool| CustomField {
        required,
        subject_type: Some(of),
        ..CustomField::new(key.parse().unwrap(), label, crate::case::FieldKind::Text)
    };
    let mut roster = Roster {
        fields: vec![
            field("subject.40", "Company", 3, true),
            field("subject.42", "Company phone", 3, true),
            field("subject.45", "Witness name", 5, false),
        ],
        ..Roster::default()
    };
    let ids = [(1, ("Claimant".to_owned(), false)), (3, ("Employer".to_owned(), true))].into();
    let known = KnownIds { ids, complete: true, ..KnownIds::default() };
    let plain = plan(&recipe(""), roster.clone());
    let doubts = plain.doubts();
    assert_eq!(doubts.len(), 2, "{doubts:?}");
    assert!(doubts[0].contains("Witness name (subject3.45) is a field of type 5"), "{doubts:?}");
    assert!(doubts[1].contains("marks Company phone (subject2.42) as required"), "{doubts:?}");
    let code = |built: &Built| subjects(built).1;
    assert_eq!(code(&build(&plain, ["A-1", "Doe, Jane", "", "Denver", "", ""])), [Code::FieldRequired]);
    assert_eq!(
        code(&build(&plain, ["A-1", "Doe, Jane", "", "", "", ""])),
        [],
        "no employer needs no company"
    );
    roster.ids.insert(crate::case::CaseField::SubjectType, known);
    let deleted = plan(&recipe(""), roster);
    assert_eq!(code(&build(&deleted, ["A-1", "Doe, Jane", "Acme", "", "", ""])), [Code::IdDeleted]);
    assert_eq!(code(&build(&deleted, ["A-1", "Doe, Jane", "", "", "", ""])), [], "its type is not sent");
}
