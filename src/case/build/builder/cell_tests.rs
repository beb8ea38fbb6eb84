//! What one cell becomes in its field.

use super::tests::*;
use super::*;
use crate::sheet::StoredNumber;
use crate::sheet::damage::Damage;

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
    for text in [
        "/  /",
        "__/__/____",
        "00/00/0000",
        "0000-00-00",
        "1/0/1900",
        "01/00/1900",
        "0",
        "MM/DD/YYYY",
        "12:00:00 AM",
    ] {
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
