use super::super::{GuessInput, guess};
use crate::case::mapping::field::CaseField;
use crate::case::mapping::recipe::{CustomField, OtherSubject};
use crate::case::values::kind::FieldKind;
use crate::sheet::Column;

fn custom() -> Vec<CustomField> {
    [
        (1, "Name", FieldKind::Name, 1),
        (3, "Home address", FieldKind::Address, 1),
        (40, "Company", FieldKind::Text, 3),
        (41, "Company address", FieldKind::Address, 3),
        (42, "Company phone", FieldKind::Phone, 3),
        (45, "Witness name", FieldKind::Name, 4),
        (46, "Phone", FieldKind::Phone, 4),
    ]
    .map(|(id, label, kind, of)| CustomField {
        subject_type: Some(of),
        ..CustomField::new(format!("subject.{id}").parse().unwrap(), label, kind)
    })
    .to_vec()
}

const TYPES: [(CaseField, &str, u64); 3] = [
    (CaseField::SubjectType, "Claimant", 1),
    (CaseField::SubjectType, "Employer", 3),
    (CaseField::SubjectType, "Witness", 4),
];

/// Returns the target of each header, and the subjects as `number label type`.
fn guessed(
    headers: &[&str],
    subjects: &[OtherSubject],
    types: &[(CaseField, &str, u64)],
) -> (Vec<String>, Vec<String>) {
    let columns: Vec<Column> = headers.iter().map(|h| Column { header: (*h).into(), filled: 1 }).collect();
    let custom = custom();
    let known =
        GuessInput { columns: &columns, custom: &custom, labels: types, subjects, ..GuessInput::default() };
    let guesses = guess(&known);
    let mut described: Vec<String> = guesses
        .iter()
        .filter_map(|guess| guess.subject.as_ref())
        .map(|subject| format!("{} {} {}", subject.key, subject.label, subject.subject_type_id))
        .collect();
    described.dedup();
    (guesses.into_iter().map(|guess| guess.rule.to.to_string()).collect(), described)
}

#[test]
fn parties_with_a_subject_type_become_subjects() {
    let headers = [
        "Claim #",
        "Claimant Name",
        "Employer",
        "Employer Address",
        "Employer City",
        "Employer Zip",
        "Employer Phone",
    ];
    let (to, subjects) = guessed(&headers, &[], &TYPES);
    assert_eq!(
        to,
        [
            "reference_value_1",
            "subject.1",
            "subject2.40",
            "subject2.41.address_1",
            "subject2.41.city",
            "subject2.41.zip",
            "subject2.42",
        ]
    );
    assert_eq!(subjects, ["subject2 Employer 3"]);
    // Without a type for them, as before.
    let (to, subjects) = guessed(&headers, &[], &TYPES[..1]);
    assert_eq!((to[2].as_str(), to[6].as_str(), subjects.len()), ("ignore", "ignore", 0));
}

#[test]
fn each_of_several_is_a_subject_of_its_own() {
    let headers = [
        "Claimant",
        "Witness 1 First Name",
        "Witness 1 Last Name",
        "Witness 1 Phone",
        "Witness 2 Name",
        "Witness 2 Phone",
    ];
    let (to, subjects) = guessed(&headers, &[], &TYPES);
    assert_eq!(
        to,
        [
            "subject.1",
            "subject2.45.first_name",
            "subject2.45.last_name",
            "subject2.46",
            "subject3.45",
            "subject3.46",
        ]
    );
    assert_eq!(subjects, ["subject2 Witness 1 4", "subject3 Witness 2 4"]);
}

#[test]
fn a_subject_that_is_known_keeps_its_number_and_a_phone_alone_is_none() {
    let known = [
        OtherSubject { key: "subject2".parse().unwrap(), label: "Insured".into(), subject_type_id: 9 },
        OtherSubject { key: "subject5".parse().unwrap(), label: "employer".into(), subject_type_id: 3 },
    ];
    let (to, subjects) = guessed(&["Claimant", "Employer Name", "Witness Name"], &known, &TYPES);
    assert_eq!(to, ["subject.1", "subject5.40", "subject3.45"]);
    assert_eq!(subjects, ["subject5 employer 3", "subject3 Witness 4"]);
    let (to, subjects) = guessed(&["Claimant", "Employer Phone"], &[], &TYPES);
    assert_eq!((to[1].as_str(), subjects.len()), ("ignore", 0));
}
