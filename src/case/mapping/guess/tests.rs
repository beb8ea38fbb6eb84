use super::*;
use crate::case::values::kind::FieldKind;
use crate::case::{CustomField, CustomFieldOwner, CustomKey};
use crate::sheet::{Column, Row};

fn field(id: u64, label: &str, kind: FieldKind) -> CustomField {
    CustomField::new(CustomKey { owner: CustomFieldOwner::Subject, id }, label, kind)
}

fn fields() -> Vec<CustomField> {
    vec![
        field(1, "Name", FieldKind::Name),
        field(2, "Date of Birth", FieldKind::Date),
        field(3, "Home Address", FieldKind::Address),
        field(4, "Employer Address", FieldKind::Address),
        field(5, "SSN", FieldKind::Ssn),
        field(6, "Phone", FieldKind::Phone),
        field(7, "Date of Loss", FieldKind::Date),
        field(8, "Employer", FieldKind::Text),
    ]
}

/// Returns the guess for each header with the cells below it.
fn guessed(headers: &[&str], cells: &[&[&str]], memory: &[Remembered]) -> Vec<Guess> {
    let columns: Vec<Column> = headers.iter().map(|h| Column { header: (*h).into(), filled: 1 }).collect();
    let rows: Vec<Row> =
        cells.iter().map(|cells| Row { cells: cells.to_vec().into(), ..Row::default() }).collect();
    let custom = fields();
    let labels = [(CaseField::Services, "Surveillance", 1), (CaseField::Services, "Background", 2)];
    let references = [Some("Claim #"), Some("Policy #"), Some("")];
    guess(&GuessInput {
        columns: &columns,
        rows: &rows,
        custom: &custom,
        references,
        subjects: &[],
        labels: &labels,
        memory,
        words: None,
    })
}

#[test]
fn a_firm_s_own_words_win_and_a_mistake_in_them_is_named() {
    let own = r#"
        headers = { "Gerichts-Az." = "reference_value_1", "Balance" = "custom.9" }
        short = { vu = "carrier" }
        owners = { subject = [["mandant"], ["claimant", "geschaedigter"]], client = ["auftraggeber"] }
        things = { created = ["eingang"], phone = ["rufnummer"] }
    "#;
    let own: Words = toml::from_str(own).unwrap();
    let columns = |headers: &[&str]| -> Vec<Column> {
        headers.iter().map(|header| Column { header: (*header).into(), filled: 1 }).collect()
    };
    let custom = fields();
    let to = |headers: &[&str], words: Option<&Words>| -> Vec<String> {
        let columns = columns(headers);
        let known = GuessInput { columns: &columns, custom: &custom, words, ..GuessInput::default() };
        guess(&known).into_iter().map(|guess| guess.rule.to.to_string()).collect()
    };
    let headers = ["gerichts az", "Balance", "VU", "Geschaedigter", "Rufnummer Geschaedigter", "Eingang"];
    let nothing = ["ignore"; 6];
    assert_eq!(to(&headers, None), nothing);
    assert_eq!(to(&headers, Some(&Words::default())), nothing);
    let wanted = ["reference_value_1", "custom.9", "client_id", "subject.1", "subject.6", "created_on"];
    assert_eq!(to(&headers, Some(&own)), wanted);
    assert_eq!(to(&["Mandant", "Rufnummer"], Some(&own)), ["subject.1", "subject.6"]);
    for (text, expected) in [
        ("things = { creatd = [\"eingang\"] }", "creatd"),
        ("headers = { a = \"reference_9\" }", "reference_9"),
    ] {
        let error = toml::from_str::<Words>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

fn targets(headers: &[&str]) -> Vec<String> {
    guessed(headers, &[], &[]).into_iter().map(|guess| guess.rule.to.to_string()).collect()
}

#[test]
fn the_words_of_the_trade() {
    let headers = [
        "Clm No.",
        "Policy Number",
        "Claimant",
        "D.O.B.",
        "DOL",
        "SS#",
        "Telephone",
        "Date Assigned",
        "Due By",
        "Special Instructions",
        "Comments",
        "Hrs",
        "Budget Amt",
        "Mystery",
        "",
        "custom.7",
    ];
    let want = [
        "reference_value_1",
        "reference_value_2",
        "subject.1",
        "subject.2",
        "subject.7",
        "subject.5",
        "subject.6",
        "created_on",
        "due_on",
        "notes",
        "notes",
        "budget_hours",
        "budget_money",
        "ignore",
        "ignore",
        "custom.7",
    ];
    assert_eq!(targets(&headers), want);
}

#[test]
fn parts_of_names_and_addresses_and_whose_they_are() {
    let headers = [
        "First Name",
        "MI",
        "Claimant Last Name",
        "Addr 1",
        "Addr 2",
        "City",
        "ST",
        "Zip Code",
        "Employer City",
        "Employer State",
        "Employer",
    ];
    let want = [
        "subject.1.first_name",
        "subject.1.middle_name",
        "subject.1.last_name",
        "subject.3.address_1",
        "subject.3.address_2",
        "subject.3.city",
        "subject.3.state",
        "subject.3.zip",
        "subject.4.city",
        "subject.4.state",
        "subject.8",
    ];
    assert_eq!(targets(&headers), want);
    assert_eq!(targets(&["Address"]), ["subject.3"]);
    assert_eq!(targets(&["Address", "City", "State"])[0], "subject.3.address_1");
}

#[test]
fn an_address_goes_on_in_the_columns_behind_its_street() {
    let employers = ["subject.1", "subject.4.address_1", "subject.4.city", "subject.4.state"];
    assert_eq!(targets(&["Claimant", "Employer Address", "City", "State"]), employers);
    let own = ["subject.1", "subject.3.address_1", "subject.3.city"];
    assert_eq!(targets(&["Name", "Premises Address", "Premises City"]), own, "the only address there is");
    assert_eq!(
        targets(&["Last Name", "Defendant Address", "Defendant City"])[1..],
        own[1..],
        "of the only person"
    );
    assert_eq!(targets(&["Name", "Unit #", "Make"])[1], "ignore", "a truck");
    assert_eq!(targets(&["Name", "Street", "Unit #", "City"])[2], "subject.3.address_2");
    assert_eq!(targets(&["Name", "Storage State"])[1], "ignore");
}

#[test]
fn details_behind_another_persons_column_are_not_the_claimants() {
    let of = |headers: &[&str]| targets(headers).join(" ");
    assert_eq!(of(&["Insured", "Phone", "Claimant", "Phone"]), "ignore ignore subject.1 subject.6");
    assert_eq!(of(&["Insured Name", "DOB", "Claimant Name", "DOB"]), "ignore ignore subject.1 subject.2");
    assert_eq!(
        of(&["Claimant", "Attorney", "Address", "City", "Phone"]),
        "subject.1 ignore ignore ignore ignore"
    );
    assert_eq!(of(&["Adjuster", "Phone", "Email"]).split(' ').nth(1), Some("ignore"));
    assert_eq!(of(&["Claimant", "Employer", "Home Phone"]), "subject.1 subject.8 subject.6");
    // Nobody asks for a lawyer's birth date, and another kind of column ends a block.
    assert_eq!(of(&["Claimant", "Attorney", "DOB"]), "subject.1 ignore subject.2");
    assert_eq!(
        of(&["Claimant", "Attorney", "Claim #", "Phone"]),
        "subject.1 ignore reference_value_1 subject.6"
    );
    // The insured is the person of a list without another.
    assert_eq!(of(&["Insured", "Phone", "DOB"]), "subject.1 subject.6 subject.2");
}

#[test]
fn only_the_first_notes_of_several_with_one_header_are_imported() {
    let headers = ["Claim #", "Claimant", "Notes", "Adjuster", "Notes"];
    assert_eq!((&*targets(&headers)[2], &*targets(&headers)[4]), ("notes", "ignore"));
    let headers = ["Claim #", "Claimant", "Notes", "Instructions"];
    assert_eq!((&*targets(&headers)[2], &*targets(&headers)[3]), ("notes", "notes"));
}

#[test]
fn remarks_codes_and_slips_in_a_header_change_nothing() {
    let headers =
        ["DOB (MM/DD/YYYY)", "D/Loss", "Email Addres", "Phone (best to reach)", "Target Completion"];
    assert_eq!(targets(&headers), ["subject.2", "subject.7", "ignore", "subject.6", "due_on"]);
    assert_eq!(targets(&["Claimant Code", "Claimant Name"]), ["ignore", "subject.1"]);
    assert_eq!(targets(&["Insured", "Target Completion"])[0], "subject.1", "nobody is called a target");
}

#[test]
fn another_partys_number_is_the_reference_if_it_is_the_only_one() {
    assert_eq!(targets(&["Court Case No", "Firm File No."]), ["ignore", "reference_value_1"]);
    assert_eq!(targets(&["Name", "Police Report #"]), ["subject.1", "reference_value_1"]);
    let alone = row(&[("Operator's License Number", &["A-1", "B-2"]), ("XY Number", &["77-1", "78-2"])]);
    assert_eq!(alone, ["ignore", "reference_value_1"], "a licence is no number of a case");
}

#[test]
fn a_custom_field_is_matched_only_by_its_own_words() {
    let custom = [CustomField::new("custom.9".parse().unwrap(), "Claim Status", FieldKind::Text)];
    let to = |header: &str| {
        let columns = [Column { header: header.into(), filled: 1 }];
        guess(&GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() })[0]
            .rule
            .to
            .to_string()
    };
    assert_eq!([to("Status of Claim"), to("Severity"), to("Gender")], ["custom.9", "ignore", "ignore"]);
}

#[test]
fn no_field_goes_to_two_columns_and_the_surer_one_has_it() {
    assert_eq!(targets(&["Claim", "Claim #"]), ["ignore", "reference_value_1"]);
    let repeated = guessed(&["Due", "Due"], &[], &[]);
    assert_eq!(repeated.iter().map(|guess| guess.rule.from.as_str()).collect::<Vec<_>>(), ["#1", "#2"]);
}

#[test]
fn a_similar_name_is_only_a_suggestion() {
    let near = guessed(&["Dat of Lose", "Home Adress"], &[], &[]);
    assert_eq!(near[1].rule.to.to_string(), "subject.3");
    let idea = near[1].suggestion.clone().unwrap();
    assert!(idea.confidence < 0.9 && idea.why.contains("matches “Home Address”"), "{idea:?}");
    let far = guessed(&["Loss Payee"], &[], &[]);
    assert_eq!(far[0].rule.to, Target::Ignore);
    // The header matches, but the values don't.
    let wrong = guessed(&["Due", "Adjuster"], &[&["soon", "Kim Doe"], &["later", "Pat Roe"]], &[]);
    assert!(wrong.iter().all(|guess| guess.rule.to == Target::Ignore));
    assert!(wrong[0].suggestion.as_ref().unwrap().why.ends_with("but its values aren't dates"));
    let right = guessed(&["Service Requested"], &[&["surveillance; Background"]], &[]);
    assert_eq!(right[0].rule.to, Target::Case(CaseField::Services));
    let values: Vec<_> = right[0].rule.values.iter().map(|(text, id)| (text.as_str(), id.clone())).collect();
    assert_eq!(values, [("Background", MappedValue::Id(2)), ("Surveillance", MappedValue::Id(1))]);
}

#[test]
fn the_date_order_is_that_of_the_column() {
    let order = |cells: &[&str]| {
        let rows: Vec<Vec<&str>> = cells.iter().map(|cell| vec![*cell]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        guessed(&["Due Date"], &rows, &[])[0].rule.date
    };
    assert_eq!(order(&["3/4/2026", "3/14/2026"]), Some(DateOrder::Mdy));
    assert_eq!(order(&["3/4/2026", "14/3/2026"]), Some(DateOrder::Dmy));
    assert_eq!(order(&["3/4/2026", "5/6/2026"]), None, "it cannot be known");
    assert_eq!(order(&["2026-03-04"]), Some(DateOrder::Ymd));
}

#[test]
fn what_was_mapped_before_is_mapped_the_same() {
    let rule = |from: &str, to: &str, date| ColumnRule { date, ..ColumnRule::new(from, to.parse().unwrap()) };
    let remember = |rule, import, same_client| Remembered { rule, import, same_client };
    let memory = [
        remember(rule("Due Date", "subject.7", None), 14, false),
        remember(rule("due-date", "created_on", Some(DateOrder::Dmy)), 12, true),
        remember(rule("Claim", "ignore", None), 12, true),
    ];
    let guesses = guessed(&["Due Date", "Claim"], &[&["3/4/2026", "A-1"]], &memory);
    let first = guesses[0].clone();
    assert_eq!((first.rule.to, first.rule.date), (Target::Case(CaseField::CreatedOn), Some(DateOrder::Dmy)));
    assert_eq!(first.rule.from, "Due Date");
    assert_eq!(first.suggestion.unwrap().why, "as in import 12");
    assert_eq!(guesses[1].rule.to, Target::Ignore, "also that it went nowhere");
    let other = guessed(&["Due Date", "Claim"], &[&["3/14/2026", "A-1"]], &memory);
    assert_eq!(other[0].rule.date, Some(DateOrder::Mdy), "cells that leave no doubt say more");
}

#[test]
fn a_whole_field_and_a_part_of_it_are_not_both_guessed() {
    let cells: &[&[&str]] = &[&["1 Main St, Denver, CO, 80202, US", "Reno", "NV", "89501"]];
    let headers = ["Home Address", "Work City", "Work State", "Work Zip"];
    let to: Vec<Target> = guessed(&headers, cells, &[]).iter().map(|guess| guess.rule.to).collect();
    assert_eq!(
        to[0].to_string(),
        "subject.3",
        "whole addresses are no first lines, whatever stands beside them"
    );
    for (at, one) in to.iter().enumerate() {
        assert!(to.iter().skip(at + 1).all(|other| !one.clashes(*other)), "{to:?}");
    }
}

#[test]
fn a_part_goes_only_to_a_field_with_the_same_owner() {
    let mut custom = fields();
    custom.push(field(9, "Adjuster's supervisor", FieldKind::Name));
    let header = |header: &str| Column { header: header.into(), filled: 0 };
    let columns = [header("Adjuster First"), header("Employer City")];
    let known = GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() };
    let guesses = guess(&known);
    assert_eq!(guesses[0].rule.to, Target::Ignore, "{guesses:?}");
    assert_eq!(guesses[1].rule.to.to_string(), "subject.4.city");
}

#[test]
fn targets_clash_when_one_holds_the_other() {
    let clash = |a: &str, b: &str| a.parse::<Target>().unwrap().clashes(b.parse().unwrap());
    assert!(clash("subject.3", "subject.3.city") && clash("subject.3.city", "subject.3"));
    assert!(clash("due_on", "due_on") && clash("subject.3.city", "subject.3.city"));
    assert!(!clash("subject.3.city", "subject.3.zip") && !clash("subject.3", "subject.4.city"));
    assert!(!clash("notes", "notes") && !clash("ignore", "ignore"));
}

/// Returns the guesses for a header row, each header with its cells.
fn row(columns: &[(&str, &[&str])]) -> Vec<String> {
    let headers: Vec<&str> = columns.iter().map(|(header, _)| *header).collect();
    let most = columns.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let rows: Vec<Vec<&str>> = (0..most)
        .map(|at| columns.iter().map(|(_, cells)| cells.get(at).copied().unwrap_or("")).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    guessed(&headers, &rows, &[]).into_iter().map(|guess| guess.rule.to.to_string()).collect()
}

#[test]
fn the_lists_own_number_is_the_reference_under_any_name() {
    for header in [
        "Report No.",
        "Case #",
        "Subpoena Number",
        "Confirmation #",
        "Loan Number",
        "Account #",
        "Ticket",
        "DR_NO",
    ] {
        let found = row(&[(header, &["A-17", "A-19", "B-2"]), ("Officer Badge No", &["11", "12", "13"])]);
        assert_eq!(found, ["reference_value_1", "ignore"], "{header}");
    }
    let counted = row(&[("No", &["1", "2", "3", "4"]), ("Claim Number", &["X1", "X2", "X3", "X4"])]);
    assert_eq!(counted, ["ignore", "reference_value_1"], "a count of the rows is no reference");
    let phones = row(&[("Account", &["(303) 555-0100", "(303) 555-0100", "(303) 555-0101"])]);
    assert_eq!(phones, ["ignore"], "the same twice is no reference");
}

#[test]
fn one_list_is_about_one_person() {
    let people: &[&str] = &["Doe, Jane", "Roe, Max"];
    let debtor = targets(&[
        "debtor_first_name",
        "debtor_last_name",
        "debtor_phone",
        "Attorney First Name",
        "Cosigner",
    ]);
    assert_eq!(debtor, ["subject.1.first_name", "subject.1.last_name", "subject.6", "ignore", "ignore"]);
    let both =
        row(&[("Insured", people), ("Claimant", people), ("Claimant DOB", &["3/4/1970", "3/14/1981"])]);
    assert_eq!(both, ["ignore", "subject.1", "subject.2"]);
    let insured = targets(&["Named Insured", "InsuredPhone"]);
    assert_eq!(insured, ["subject.1", "subject.6"]);
    // An unknown beginning also stands for one person.
    assert_eq!(targets(&["D1_NAME", "D1_PHONE", "D1_SSN"]), ["subject.1", "subject.6", "subject.5"]);
    assert_eq!(
        targets(&["Client Last Name", "Client SSN", "Client DOB"]),
        ["subject.1.last_name", "subject.5", "subject.2"]
    );
}

#[test]
fn a_city_belongs_to_the_subject_or_to_the_event_it_names() {
    let mut custom = fields();
    custom.push(field(9, "Loss location", FieldKind::Address));
    let columns: Vec<Column> = ["Claimant", "City", "Loss City", "Employer City"]
        .map(|header| Column { header: header.into(), filled: 0 })
        .to_vec();
    let known = GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() };
    let to: Vec<String> = guess(&known).iter().map(|guess| guess.rule.to.to_string()).collect();
    assert_eq!(to[..3], ["subject.1", "subject.3.city", "subject.9.city"]);
    assert_eq!(to[3], "subject.4.city");
}

#[test]
fn a_column_of_ids_is_one_by_its_texts() {
    let services: &[&str] = &["Surveillance", "Background", "Surveillance"];
    assert_eq!(row(&[("What to do", services)]), ["case_services_list"], "whatever its header");
    assert_eq!(row(&[("Service", &["80202", "80203"])]), ["ignore"], "a ZIP code is no service");
    assert_eq!(row(&[("Service ID", &["1", "2"])]), ["case_services_list"]);
    assert_eq!(row(&[("Client", &["80202", "80203"])]), ["client_id"], "where no client is known by name");
    assert_eq!(row(&[("Adjuster", &["Kim Doe", "Pat Roe"])]), ["ignore"]);
}

#[test]
fn the_sender_of_a_form_is_not_the_claimant() {
    let custom = [field(1, "E-mail", FieldKind::Email)];
    let to = |headers: [&str; 2]| {
        let columns = headers.map(|header| Column { header: header.into(), filled: 0 });
        guess(&GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() })[1]
            .rule
            .to
            .to_string()
    };
    assert_eq!(to(["Timestamp", "Email Address"]), "ignore");
    assert_eq!(to(["Claimant", "Email Address"]), "subject.1");
}

#[test]
fn numbered_columns_of_a_list_are_all_mapped() {
    let cells = &["Surveillance", "Background"][..];
    assert_eq!(
        row(&[("Service 1", cells), ("Service #2", cells), ("Services Completed", cells)]),
        ["case_services_list", "case_services_list", "ignore"]
    );
}

#[test]
fn a_clear_header_outweighs_values_that_name_other_things() {
    let columns = [Column { header: "Service".into(), filled: 2 }];
    let rows: Vec<Row> = ["Surveillance", "Background"]
        .map(|cell| Row { cells: vec![cell].into(), ..Row::default() })
        .to_vec();
    let texts = [("Surveillance", 1), ("Background", 2)];
    let labels: Vec<_> = [CaseField::Services, CaseField::CaseType, CaseField::Flags]
        .into_iter()
        .flat_map(|field| texts.map(|(text, id)| (field, text, id)))
        .collect();
    let yes_or_no = CustomField {
        choices: vec!["Yes".into(), "No".into()],
        ..CustomField::new("custom.9".parse().unwrap(), "Rush", FieldKind::Choice)
    };
    let custom = [yes_or_no];
    let known = GuessInput {
        columns: &columns,
        rows: &rows,
        custom: &custom,
        labels: &labels,
        ..GuessInput::default()
    };
    assert_eq!(guess(&known)[0].rule.to, Target::Case(CaseField::Services));
    let columns = [Column { header: "Litigated".into(), filled: 2 }];
    let rows: Vec<Row> =
        ["Yes", "No"].map(|cell| Row { cells: vec![cell].into(), ..Row::default() }).to_vec();
    let known = GuessInput { columns: &columns, rows: &rows, ..known };
    assert_eq!(guess(&known)[0].rule.to, Target::Ignore, "Yes and No are choices of many things");
}

#[test]
fn an_unlikely_suggestion_is_not_shown() {
    let questions = [
        "Which of the many other first things about names of people in the last year",
        "Pet name zzz qqq xxx",
    ];
    for guess in guessed(&questions, &[], &[]) {
        assert!(guess.suggestion.is_none_or(|idea| (0.3..=1.0).contains(&idea.confidence)));
    }
}

#[test]
fn notes_stay_notes_whatever_they_are_about() {
    let texts: &[&str] = &["He was seen lifting boxes.", "Call before you come."];
    let found =
        row(&[("SIU Comments", texts), ("Narrative of Loss", texts), ("Handling Instructions", texts)]);
    assert_eq!(found, ["notes", "notes", "notes"]);
    assert_eq!(row(&[("Weapon Desc", &["knife", "none"])]), ["ignore"], "a word is no note");
}

#[test]
fn thousands_of_columns_are_guessed() {
    let headers: Vec<String> = (0..2048).map(|column| format!("Claimant address {column}")).collect();
    let mut columns: Vec<Column> = headers.into_iter().map(|header| Column { header, filled: 0 }).collect();
    columns.extend((0..2048).map(|_| Column { header: "Notes".to_owned(), filled: 0 }));
    let custom = fields();
    let known = GuessInput { columns: &columns, custom: &custom, ..GuessInput::default() };
    let guesses = guess(&known);
    assert_eq!(guesses.len(), 4096);
    assert_eq!(guesses[4095].rule.from, "#4096");
    assert_eq!(guesses[2048].rule.to, Target::Case(CaseField::Notes));
    assert!(guesses[2049..].iter().all(|guess| guess.rule.to == Target::Ignore), "the same header");
}

#[test]
fn counts_and_codes_are_no_ids() {
    let to = |header: &str, cells: [&str; 2]| row(&[("Claim", &["A-1", "A-2"]), (header, &cells)]).remove(1);
    for header in
        ["No. of Services", "# of Services", "Number of Services", "Service Count", "Total Services"]
    {
        assert_eq!(to(header, ["2", "1"]), "ignore", "{header}");
    }
    for header in ["Service Code", "Service Number"] {
        assert_eq!(to(header, ["2", "1"]), "ignore", "{header}");
        assert_eq!(to(header, ["Surveillance", "Background"]), "case_services_list", "{header}");
    }
    assert_eq!(to("Service ID", ["2", "1"]), "case_services_list");
}
