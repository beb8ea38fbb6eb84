//! Columns that were mapped to the wrong field, or not at all although the check reads their cells.

use super::{Guess, GuessInput, SURE_ENOUGH, guess};
use crate::case::mapping::recipe::CustomField;
use crate::case::values::date::DateOrder;
use crate::case::values::kind::FieldKind;
use crate::sheet::{Column, Row};

fn fields() -> Vec<CustomField> {
    let of_subject = [
        (1, "Name", FieldKind::Name),
        (3, "Home address", FieldKind::Address),
        (4, "Date of birth", FieldKind::Birthday),
        (5, "Phone", FieldKind::Phone),
        (7, "SSN", FieldKind::Ssn),
        (45, "Witness name", FieldKind::Name),
        (46, "Witness phone", FieldKind::Phone),
        (47, "Witness address", FieldKind::Address),
    ];
    let of_case = [
        (21, "Date of loss", FieldKind::Date),
        (24, "Claim reserve", FieldKind::Money),
        (37, "Vehicles involved", FieldKind::Number),
    ];
    let key = |owner: &str, id: u64| format!("{owner}.{id}").parse().unwrap();
    let subject = of_subject.map(|(id, label, kind)| CustomField::new(key("subject", id), label, kind));
    let case = of_case.map(|(id, label, kind)| CustomField::new(key("custom", id), label, kind));
    subject.into_iter().chain(case).collect()
}

/// Returns the guesses for columns, given as header and cells.
fn guesses(columns: &[(&str, &[&str])]) -> Vec<Guess> {
    let length = columns.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let cell = |cells: &[&str], row: usize| cells.get(row).copied().unwrap_or("").to_owned();
    let rows: Vec<Row> = (0..length)
        .map(|row| {
            let cells: Vec<String> = columns.iter().map(|(_, cells)| cell(cells, row)).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            Row { cells: cells.into(), ..Row::default() }
        })
        .collect();
    let columns: Vec<Column> =
        columns.iter().map(|(header, _)| Column { header: (*header).into(), filled: 1 }).collect();
    guess(&GuessInput { columns: &columns, rows: &rows, custom: &fields(), ..GuessInput::default() })
}

/// Returns the targets for columns without cells.
fn targets(headers: &[&str]) -> Vec<String> {
    let columns: Vec<(&str, &[&str])> = headers.iter().map(|header| (*header, &[][..])).collect();
    guesses(&columns).into_iter().map(|guess| guess.rule.to.to_string()).collect()
}

fn target(header: &str, cells: &[&str]) -> String {
    guesses(&[("Claimant", &[]), (header, cells)]).remove(1).rule.to.to_string()
}

#[test]
fn single_words_named_name_are_the_part_that_is_missing() {
    let name_and = |part: &str, names: &[&str]| {
        let guesses = guesses(&[("Name", names), (part, &["Smith", "Lee"])]);
        guesses.iter().map(|guess| guess.rule.to.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(name_and("Surname", &["Ann", "Bo"]), "subject.1.first_name subject.1.last_name");
    assert_eq!(name_and("First Name", &["Ann", "Bo"]), "subject.1.last_name subject.1.first_name");
    assert_eq!(name_and("Surname", &["Ann Smith", "Bo Lee"]), "subject.1 ignore");
}

#[test]
fn whoever_sent_the_list_is_not_the_subject() {
    for (headers, expected) in [
        (
            "First Name|Last Name|Email|Phone|Subject First Name|Subject Last Name|Subject DOB",
            "ignore ignore ignore ignore subject.1.first_name subject.1.last_name subject.4",
        ),
        ("Name|Phone|Subject Name|Subject Phone", "ignore ignore subject.1 subject.5"),
        ("Email|Name|Claim #|Claimant", "ignore ignore reference_value_1 subject.1"),
        ("Claimant Name|Claimant Phone|Name|Phone|Email", "subject.1 subject.5 ignore ignore ignore"),
        ("Claimant|DOB|Phone|Name|Email", "subject.1 subject.4 subject.5 ignore ignore"),
        ("Name|Phone|Claim #|Subject", "ignore subject.5 reference_value_1 ignore"),
        (
            "Start time|Completion time|Email|Name|Claimant|Phone",
            "ignore ignore ignore ignore subject.1 subject.5",
        ),
        (
            "Email|Name|Last modified time|Last Name|First Name|Phone",
            "ignore ignore ignore subject.1.last_name subject.1.first_name subject.5",
        ),
    ] {
        assert_eq!(targets(&headers.split('|').collect::<Vec<_>>()).join(" "), expected, "{headers}");
    }
}

#[test]
fn a_person_owns_the_columns_behind_what_is_said_of_them() {
    for headers in [
        "Attorney|Law Firm|Phone",
        "Treating Physician|Facility|Phone",
        "Adjuster Name|Title|Phone",
        "Spouse|DOB|Phone",
        "Insured|Policy #|Phone",
        "CSR|Phone",
    ] {
        let all: Vec<&str> = ["Claimant"].into_iter().chain(headers.split('|')).collect();
        assert_eq!(targets(&all).last().unwrap(), "ignore", "{headers}");
    }
    assert_eq!(targets(&["Claimant", "Department", "Phone"])[2], "subject.5");
}

#[test]
fn headers_in_spanish_and_french_are_read() {
    let columns = [
        ("Número de Reclamo", "PR-1"),
        ("Nombre", "José"),
        ("Apellidos", "Rivera Ortiz"),
        ("Fecha de Nacimiento", "3 de mayo de 1980"),
        ("Fecha del Accidente", "12 ene 2026"),
        ("Dirección", "12 Calle Luna"),
        ("Ciudad", "Ponce"),
        ("Código Postal", "00730"),
        ("Teléfono", "787-555-0100"),
        ("Instrucciones", "Vigilancia"),
    ];
    let columns = columns.map(|(header, cell)| (header, [cell]));
    let columns: Vec<(&str, &[&str])> = columns.iter().map(|(header, cells)| (*header, &cells[..])).collect();
    let found: Vec<String> = guesses(&columns).iter().map(|guess| guess.rule.to.to_string()).collect();
    assert_eq!(
        found,
        [
            "reference_value_1",
            "subject.1.first_name",
            "subject.1.last_name",
            "subject.4",
            "custom.21",
            "subject.3.address_1",
            "subject.3.city",
            "subject.3.zip",
            "subject.5",
            "notes",
        ]
    );
    let french =
        ["Numéro de dossier", "Nom", "Date de naissance", "Date du sinistre", "Adresse", "Téléphone"];
    assert_eq!(
        targets(&french),
        ["reference_value_1", "subject.1", "subject.4", "custom.21", "subject.3", "subject.5"]
    );
}

#[test]
fn dates_are_dates_in_every_form_that_the_check_reads() {
    for cells in [
        ["11/15/2026 9:30", "11/20/2026 2:15 PM"],
        ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00.000Z"],
        ["2026-11-01 00:00:00.000", "2026-11-02 00:00:00.000"],
        ["01-NOV-26", "11-May-26"],
        ["20261101", "20261102"],
        ["Nov 1, 2026", "November 2, 2026"],
        ["46327", "46328"],
    ] {
        assert_eq!(target("Date Assigned", &cells), "created_on", "{cells:?}");
        assert_eq!(target("Date of Loss", &cells), "custom.21", "{cells:?}");
    }
    assert_eq!(target("Date Assigned", &["next week", "soon"]), "ignore");
    // Amounts aren't day numbers.
    assert_eq!(target("Reserve", &["46327", "20261101"]), "custom.24");
}

#[test]
fn claim_numbers_may_look_like_dates() {
    for cells in [["26-1-11", "26-1-12"], ["01-11-1001", "01-12-1002"], ["26-01-01", "26-01-02"]] {
        assert_eq!(target("Claim Number", &cells), "reference_value_1", "{cells:?}");
    }
    assert_eq!(target("Claim Number", &["11/01/2026", "11/02/2026"]), "ignore");
}

#[test]
fn a_field_of_a_witness_needs_a_column_of_a_witness() {
    let got = targets(&["Claimant", "Claimant Phone", "Cell Phone", "Mailing Address", "Residence Address"]);
    assert_eq!(got, ["subject.1", "subject.5", "ignore", "ignore", "subject.3"]);
    assert_eq!(targets(&["Claimant Name", "Name", "Mobile"]), ["subject.1", "ignore", "ignore"]);
    assert_eq!(targets(&["Name", "Claimant Name"]), ["ignore", "subject.1"]);
    assert_eq!(targets(&["First", "Last", "First", "Last"])[2..], ["ignore", "ignore"]);
    assert_eq!(
        targets(&["Claimant", "Witness Name", "Witness Phone", "Witness Address"]),
        ["subject.1", "subject.45", "subject.46", "subject.47"]
    );
}

#[test]
fn measures_and_parts_are_only_suggested() {
    for (header, cells) in [
        ("SSN Last 4", ["1234", "0034"]),
        ("Days Authorized", ["3", "2"]),
        ("Budget Used", ["300", "200"]),
        ("Budget (days)", ["3", "2"]),
        ("Authorized Minutes", ["480", "240"]),
        ("Last Seen", ["11/20/2026", "11/21/2026"]),
        ("Contact Phone", ["303-555-0199", "303-555-0198"]),
        ("Location Code", ["D1", "D2"]),
        ("Subject Vehicle", ["Ford", "Fiat"]),
    ] {
        let guess = guesses(&[("Claimant", &[]), (header, &cells)]).remove(1);
        let sure = guess.suggestion.map_or(0.0, |suggestion| suggestion.confidence);
        assert!(guess.rule.to.to_string() == "ignore" && sure < SURE_ENOUGH, "{header} {sure}");
    }
    assert_eq!(target("Authorized Amount", &["300", "200"]), "budget_money");
    assert_eq!(target("Postcode", &["SW1A 2AA", "M1 1AE"]), "subject.3.zip");
    assert_eq!(target("Postal Code", &["M5V 3A0", "M5V 3A1"]), "subject.3.zip");
}

#[test]
fn the_header_sets_the_date_order() {
    let order =
        |header: &str, cells: &[&str]| guesses(&[("Claimant", &[]), (header, cells)]).remove(1).rule.date;
    assert_eq!(order("Date of Loss (dd/mm/yyyy)", &["03/04/2026", "05/06/2026"]), Some(DateOrder::Dmy));
    // Cells that fit only one order say more.
    assert_eq!(order("Date of Loss (dd/mm/yyyy)", &["03/24/2026"]), Some(DateOrder::Mdy));
    assert_eq!(order("Date of Loss", &["03/04/2026"]), None);
    // In a mixed column, that of most cells; the usual one stays open.
    assert_eq!(order("Date of Loss", &["25/04/2026", "26/04/2026", "04/26/2026"]), Some(DateOrder::Dmy));
    assert_eq!(order("Date of Loss", &["25/04/2026", "04/25/2026", "04/26/2026"]), None);
    assert_eq!(target("DOB DD-MM-YYYY", &["17-05-1970"]), "subject.4");
    assert_eq!(target("D/O/B", &["05/17/1970"]), "subject.4");
}

#[test]
fn what_may_be_someone_elses_is_only_suggested() {
    for header in [
        "Claimant Adjuster Phone",
        "Claimant Law Firm Phone",
        "Claimant Insurer Phone",
        "Claimant Rep Phone",
        "Claimant Representative Phone",
        "Claimant Social Worker Phone",
        "Claimant Tax Preparer Phone",
        "Claimant Disconnected Phone",
        "Claimant Bookkeeper Phone",
        "Phone of Claimant's Bookkeeper",
        "Claimant Daughter DOB",
        "Claimant Treatment Address",
        "Claimant Deposition Address",
    ] {
        assert_eq!(targets(&["Claimant", header]), ["subject.1", "ignore"], "{header}");
    }
    for (header, to) in [
        ("Claimant Home Phone", "subject.5"),
        ("Claimant Daytime Phone", "subject.5"),
        ("Claimant Contact Phone", "subject.5"),
        ("Claimant Phone (verified)", "subject.5"),
        ("Claimant Current Mailing Address", "subject.3"),
        ("Adjuster's Claimant DOB", "subject.4"),
    ] {
        assert_eq!(targets(&["Claimant", header]), ["subject.1", to], "{header}");
    }
}

#[test]
fn columns_with_a_piece_of_a_value_are_mapped_beside_the_rest() {
    let to = |columns: &[(&str, &[&str])]| -> String {
        let mapped = guesses(columns).into_iter().map(|guess| guess.rule.to.to_string());
        mapped.collect::<Vec<_>>().join(" ")
    };
    let (number, street): (&[&str], &[&str]) = (&["12", "140"], &["Main St", "Oak Ave"]);
    let city: &[&str] = &["Denver, CO 80202", "Reno, NV 89501"];
    let last: (&str, &[&str]) = ("Last Name", &["Smith", "Doe"]);
    assert_eq!(
        to(&[
            last,
            ("First Name", &["Al", "Jo"]),
            ("Suffix", &["Jr.", ""]),
            ("House #", number),
            ("Street Name", street),
            ("City/State/Zip", city)
        ]),
        "subject.1.last_name subject.1.first_name subject.1.last_name subject.3.address_1 subject.3.address_1 subject.3"
    );
    assert_eq!(
        to(&[last, ("Address", street), ("City, ST Zip", city)]),
        "subject.1.last_name subject.3.address_1 subject.3"
    );
    assert_eq!(
        to(&[last, ("Zip", &["80202"]), ("Zip+4", &["1234"])]),
        "subject.1.last_name subject.3.zip subject.3.zip"
    );
    // Whose street it is isn't certain.
    let adjusters = [last, ("Adjuster", &["Al Roe"]), ("House #", number), ("Street Name", street)];
    assert_eq!(to(&adjusters), "subject.1.last_name ignore ignore ignore");
    // The rest is another person's, or isn't there; the cells are something else.
    for columns in [
        [last, ("Employer Street", street), ("City State Zip", city)],
        [("Claim #", &["WC-100", "WC-101"]), ("Suffix", &["Jr.", "Sr."]), last],
        [last, ("Suffix", &["Ave", "St"]), ("Due", &["1/2/2026"])],
        [last, ("Street", street), ("House #", number)],
    ] {
        let found = to(&columns);
        let mapped = found.split(' ').filter(|to| *to != "ignore").count();
        assert!(mapped < 3, "{found}");
        assert!(!found.ends_with("subject.3"), "{found}");
    }
}

#[test]
fn a_city_behind_a_place_may_be_the_places() {
    for place in ["Work Location", "Store #", "Jobsite", "Accident Description", "Date of Loss"] {
        let found = guesses(&[
            ("Claimant", &["Jo Doe"]),
            (place, &["North"]),
            ("City", &["Reno"]),
            ("State", &["NV"]),
        ]);
        let confidence = |at: usize| found[at].suggestion.as_ref().map_or(0.0, |idea| idea.confidence);
        assert!(confidence(2) < SURE_ENOUGH && confidence(3) < SURE_ENOUGH, "{place}");
    }
    let with_street = targets(&["Claimant", "Work Location", "Address", "City", "State"]);
    assert_eq!(with_street[2..], ["subject.3.address_1", "subject.3.city", "subject.3.state"]);
    assert_eq!(targets(&["Claimant", "City", "State"])[1..], ["subject.3.city", "subject.3.state"]);
}

#[test]
fn a_claim_number_is_preferred_to_the_key_of_a_database() {
    assert_eq!(targets(&["Claim ID", "Claim Number", "Claimant"])[..2], ["ignore", "reference_value_1"]);
    assert_eq!(targets(&["File Key", "File", "Claimant"])[..2], ["ignore", "reference_value_1"]);
    assert_eq!(targets(&["Claim ID", "Claimant"])[..1], ["reference_value_1"]);
    let escaped = ["ID", "Claim_x0020__x0023_", "Date_x0020_of_x0020_Birth", "a_x00zz_b"];
    assert_eq!(targets(&escaped), ["ignore", "reference_value_1", "subject.4", "ignore"]);
    let counted: (&str, &[&str]) = ("Claim Record #", &["1", "2", "3"]);
    let numbers: (&str, &[&str]) = ("Claim Number", &["WC-1", "WC-7", "GL-2"]);
    let to = guesses(&[counted, numbers, ("Claimant", &[])]);
    assert_eq!(to[1].rule.to.to_string(), "reference_value_1");
    let salesforce = ["Id", "Name", "Claim_Number__c", "Table1.Claimant"];
    assert_eq!(targets(&salesforce)[2..], ["reference_value_1", "subject.1"]);
}

#[test]
fn the_total_of_several_reserves_is_preferred() {
    let several = ["Indemnity Reserve", "Medical Reserve", "Total Reserve"];
    assert_eq!(targets(&several), ["ignore", "ignore", "custom.24"]);
    assert_eq!(targets(&several[..2]), ["ignore", "ignore"]);
    assert_eq!(targets(&several[..1]), ["custom.24"]);
}

#[test]
fn a_whole_address_is_preferred_to_its_parts() {
    let whole: (&str, &[&str]) = ("Address", &["12 Elm St, Denver, CO 80202", "9 Oak St, Reno, NV 89501"]);
    let to = |columns: &[(&str, &[&str])]| -> Vec<String> {
        guesses(columns).into_iter().map(|guess| guess.rule.to.to_string()).collect()
    };
    let claimant: (&str, &[&str]) = ("Claimant", &["Jo Doe", "Al Roe"]);
    let parts = [claimant, whole, ("City", &["Denver", "Reno"]), ("State", &["CO", "NV"])];
    assert_eq!(to(&parts)[1..], ["subject.3", "ignore", "ignore"]);
    assert_eq!(to(&[claimant, whole, ("State", &["WY", "WY"])])[1..], ["subject.3", "ignore"]);
    let street = [claimant, ("Address", &["12 Elm St"][..]), ("City", &["Denver"]), ("State", &["CO"])];
    assert_eq!(to(&street)[1..], ["subject.3.address_1", "subject.3.city", "subject.3.state"]);
}

#[test]
fn a_first_claimant_is_a_claimant() {
    let whole: &[&str] = &["Smith, John", "Doe, Jane"];
    assert_ne!(guesses(&[("First Claimant", whole)])[0].rule.to.to_string(), "subject.1.first_name");
    assert_eq!(
        guesses(&[("Claimant First", &["John", "Jane"])])[0].rule.to.to_string(),
        "subject.1.first_name"
    );
}

#[test]
fn a_column_named_after_its_text_is_preferred() {
    let to = targets(&["Claimant", "Preferred Days", "Scheduling Notes"]);
    assert_eq!(to[1..], ["ignore", "scheduling_notes"]);
    assert_eq!(targets(&["Claimant", "Preferred Days"])[1], "scheduling_notes");
}

#[test]
fn body_parts_and_kinds_of_injury_go_to_fields_of_their_own() {
    let field = |id: u64, label: &str| {
        CustomField::new(format!("custom.{id}").parse().unwrap(), label, FieldKind::Text)
    };
    let custom = [field(20, "Injury type"), field(29, "Body parts")];
    let columns = ["Claimant", "Body Part", "Nature of Injury"]
        .map(|header| Column { header: header.to_owned(), filled: 1 });
    let guesses = guess(&GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() });
    let to: Vec<String> = guesses.iter().map(|guess| guess.rule.to.to_string()).collect();
    assert_eq!(to[1..], ["custom.29", "custom.20"]);
}
