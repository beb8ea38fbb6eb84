use jiff::civil::date;

use super::*;
use crate::case::mapping::field::CaseField;
use crate::case::mapping::plan::PlanContext;
use crate::case::mapping::private_columns::private_columns;
use crate::case::mapping::recipe::Recipe;
use crate::sheet::Column;

fn columns(headers: &[&str]) -> Vec<Column> {
    headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect()
}

fn row(cells: &[&str]) -> Row {
    Row { number: 1, line: 2, cells: cells.iter().copied().collect(), ..Row::default() }
}

const RECIPE: &str = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 1\nprimary_contact_id = 1\n\
                      subject_type_id = 1\n";

fn recipe(more: &str) -> Recipe {
    Recipe::from_toml(&format!("{RECIPE}{more}")).unwrap()
}

#[test]
fn headers_that_look_private() {
    let private = [
        "SSN",
        "SS#",
        "SS No",
        "S.S.N.",
        "ssn_last4",
        "Claimant SSN",
        "claimantssn",
        "SSNumber",
        "ClaimantSSN",
        "Social Security Number",
        "social",
        "Soc Sec No",
        "SIN",
        "Tax ID",
        "TaxID",
        "TIN",
        "DOB",
        "D.O.B.",
        "Clmt DOB",
        "Date of Birth",
        "birthdate",
        "Birthday",
        "Born on",
        "B-day",
        "Taxpayer",
        "Claimant Social",
        "Social Sec #",
    ];
    let others = [
        "Business Name",
        "businessname",
        "Social media",
        "Social worker",
        "Since",
        "Claim Number",
        "Date of Loss",
        "Notes",
        "Listing",
        "Mission",
        "Address",
        "Class",
        "Passenger",
        "Tinted glass",
        "Assn",
        "",
    ];
    for header in private {
        assert_eq!(private_columns(&recipe(""), &columns(&[header]), &[]), [true], "{header}");
    }
    for header in others.iter().filter(|header| **header != "Assn") {
        assert_eq!(private_columns(&recipe(""), &columns(&[header]), &[]), [false], "{header}");
    }
}

#[test]
fn fields_and_cells_make_columns_private_unless_the_user_decides() {
    let map = "[[fields]]\nkey = \"subject.4\"\nlabel = \"Born (birth)\"\nkind = \"date\"\n\
               [[fields]]\nkey = \"subject.5\"\nlabel = \"Id\"\nkind = \"ssn\"\n\
               [[columns]]\nfrom = \"A\"\nto = \"subject.4\"\n[[columns]]\nfrom = \"B\"\nto = \"subject.5\"\n\
               [[columns]]\nfrom = \"C\"\nto = \"notes\"\n[[columns]]\nfrom = \"D\"\nto = \"budget_money\"\n\
               [[columns]]\nfrom = \"E\"\nto = \"ignore\"\nprivate = true\n\
               [[columns]]\nfrom = \"SSN\"\nto = \"ignore\"\nprivate = false\n";
    let columns = columns(&["A", "B", "C", "D", "E", "SSN", "F", "G"]);
    let ssn = "078-05-1120";
    let rows = [
        row(&["x", "x", ssn, ssn, "x", ssn, ssn, ssn]),
        row(&["x", "x", ssn, ssn, "x", ssn, ssn, "x"]),
        row(&["x", "x", "", "", "x", ssn, "x", "x"]),
    ];
    let found = private_columns(&recipe(map), &columns, &rows);
    assert_eq!(found, [true, true, true, false, true, false, true, false]);
    assert_eq!(private_columns(&recipe(map), &columns, &[])[..3], [true, true, false]);
}

fn plan() -> Plan {
    let map = "[[fields]]\nkey = \"subject.4\"\nlabel = \"DOB\"\nkind = \"date\"\n\
               [[fields]]\nkey = \"subject.5\"\nlabel = \"SSN\"\nkind = \"ssn\"\n\
               [[columns]]\nfrom = \"DOB\"\nto = \"subject.4\"\n[[columns]]\nfrom = \"SSN\"\nto = \"subject.5\"\n\
               [[columns]]\nfrom = \"SSN\"\nto = \"notes\"\n[[columns]]\nfrom = \"Note\"\nto = \"notes\"\n";
    Plan::new(&recipe(map), &columns(&["DOB", "SSN", "Note"]), &PlanContext::default()).unwrap()
}

const TODAY: Date = Date::constant(2026, 11, 23);

#[test]
fn what_a_server_repeats_is_masked_in_every_form() {
    let secrets = plan().secrets(&row(&["3/4/1980", "078-05-1120", "calls at 9"]).cells, TODAY);
    for text in [
        "1980-03-04 is wrong",
        "3/4/1980",
        "03/04/1980",
        "march 4, 1980",
        "078-05-1120",
        "078051120",
        "SSN078051120",
        "078 05 1120",
        "another one's: 219-09-9999",
    ] {
        let hidden = secrets.hide(text);
        assert!(!hidden.contains(|c: char| c.is_ascii_digit()), "{hidden}");
    }
    assert_eq!(secrets.hide("a long answer about 1980-03-0"), "a long answer about ••••-••-•");
    assert_eq!(secrets.hide("a long answer about 078-05-"), "a long answer about •••-••-");
    let kept = "contact 3 of 1980 is not one of client 4 (422); 13/4/19801 calls at 9";
    assert_eq!(
        secrets.hide("contact 3 of 1980 is not one of client 4"),
        "contact 3 of 1980 is not one of client 4"
    );
    assert!(secrets.hide(kept).ends_with("calls at 9"));
}

#[test]
fn problems_of_private_cells_do_not_repeat_them() {
    let wrong = [
        ["31/02/1980", "078-05-112", "x"],
        ["2/3/2031", "x078051120", "x"],
        ["Friday 1980-03-04", "1.23E+11", "x"],
        ["29283", "666-05-1120", "x"],
        ["born “31/02/1980” or so", "078-05-1120 or “078-05-1121”", "x"],
    ];
    for cells in wrong {
        let problems = plan().build(&row(&cells), TODAY).problems;
        assert!(!problems.is_empty());
        for problem in problems {
            let text = format!("{} {} {}", problem.value, problem.message, problem.hint);
            let digits = ["31/02", "1980", "078", "112", "2031", "29283", "05-"];
            assert!(digits.iter().all(|part| !text.contains(part)), "{text}");
        }
    }
    let ssn = &plan().build(&row(&["3/4/1980", "078-05-112", ""]), TODAY).problems[0];
    assert_eq!((ssn.value.as_str(), ssn.column.as_deref()), ("•••-••-•••", Some("SSN")));
    assert_eq!(ssn.message, "“•••-••-•••” has too few digits; a leading zero may be lost");
}

#[test]
fn an_ssn_in_other_text_is_masked_unless_the_column_is_public() {
    let note = "SSN 078-05-1120";
    let plan = |private: &str| {
        let map = format!("[[columns]]\nfrom = \"Note\"\nto = \"created_on\"\n{private}");
        Plan::new(&recipe(&map), &columns(&["Note"]), &PlanContext::default()).unwrap()
    };
    let shows_ssn = |private: &str| {
        let problem = plan(private).build(&row(&[note]), TODAY).problems.remove(0);
        (problem.value.contains("1120"), problem.message.contains("1120"))
    };
    assert_eq!(shows_ssn(""), (false, false));
    assert_eq!(shows_ssn("private = false\n"), (true, true));
}

#[test]
fn private_values_are_masked_in_messages_about_other_cells() {
    let more = "[[columns]]\nfrom = \"SSN\"\nto = \"ignore\"\n[[columns]]\nfrom = \"DOB\"\nto = \"ignore\"\n\
                [[columns]]\nfrom = \"Due\"\nto = \"due_on\"\n[[columns]]\nfrom = \"Policy\"\nto = \"reference_value_2\"\n\
                [[columns]]\nfrom = \"Notes\"\nto = \"notes\"\n";
    let plan = Plan::new(
        &recipe(more),
        &columns(&["SSN", "DOB", "Due", "Policy", "Notes"]),
        &PlanContext::default(),
    )
    .unwrap();
    let cells = |due| row(&["501225001", "04/05/1974", due, "501-22-5001", "his SSN is 501-22-5001"]);
    for due in ["501225001", "DOB 04/05/1974"] {
        let built = plan.build(&cells(due), date(2026, 11, 28));
        let problems = format!("{:?}", built.problems);
        assert!(problems.contains("DateInvalid") && problems.contains("ReferenceSsn"), "{problems}");
        for secret in ["501225001", "501-22-5001", "04/05/1974"] {
            assert!(!problems.contains(secret), "{secret} in {problems}");
        }
    }
    let built = plan.build(&cells("04/05/2026"), date(2026, 11, 28));
    let secrets = plan.secrets(&cells("").cells, date(2026, 11, 28));
    let shown = plan.masked(&built.case, &secrets);
    assert_eq!(shown.text(CaseField::Notes), Some("his SSN is •••-••-••••"));
    assert_eq!(built.case.text(CaseField::Notes), Some("his SSN is 501-22-5001"), "and is sent as it is");
}

#[test]
fn a_case_is_shown_without_what_is_private() {
    let cells = row(&["3/4/1980", "078-05-1120", "calls at 9"]);
    let (plan, secrets) = (plan(), plan().secrets(&cells.cells, TODAY));
    let case = plan.build(&cells, TODAY).case;
    let shown: Vec<String> =
        plan.masked(&case, &secrets).values.iter().map(|placed| format!("{:?}", placed.value)).collect();
    let shown = shown.join("\n");
    assert!(shown.contains("••••-••-••") && shown.contains("SSN: •••-••-••••\\nNote: calls at 9"), "{shown}");
    assert!(!shown.contains("1980") && !shown.contains("1120"), "{shown}");
    assert_eq!(plan.masked_text("subject.4", "March 4", &secrets), "••••• •");
    assert_eq!(plan.masked_text("notes", "078-05-1120 at 9", &secrets), "•••-••-•••• at 9");
    assert_eq!(plan.masked_text("client_id", "1", &secrets), "1");
    assert_eq!(date(1980, 3, 4).to_string(), "1980-03-04");
}

#[test]
fn birthday_columns_are_private_under_any_header() {
    let column = "[[columns]]\nfrom = \"Day\"\nto = \"subject.4\"\n";
    for (kind, private) in [("birthday", true), ("date", false)] {
        let recipe = recipe(&format!("[[fields]]\nkey = \"subject.4\"\nkind = \"{kind}\"\n{column}"));
        assert_eq!(private_columns(&recipe, &columns(&["Day"]), &[]), [private], "{kind}");
    }
}
