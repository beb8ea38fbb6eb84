//! Values that can be read, but are seldom meant.

use super::*;
use crate::case::mapping::plan::PlanContext;
use crate::case::{MappedValue, Recipe, Target};
use crate::sheet::{Column, StoredDate};

const TODAY: Date = Date::constant(2026, 11, 23);

/// Creates a recipe that maps each header to a field.
fn recipe(columns: &[(&str, &str)]) -> Recipe {
    let start = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 100\nprimary_contact_id = 1000\n\
                 subject_type_id = 1\ncase_services_list = [1]\n\
                 [[fields]]\nkey = \"subject.1\"\nkind = \"name\"\n[[fields]]\nkey = \"subject.3\"\nkind = \"address\"\n";
    let columns = columns.iter().map(|(from, to)| format!("[[columns]]\nfrom = \"{from}\"\nto = \"{to}\"\n"));
    Recipe::from_toml(&columns.fold(start.to_owned(), |text, column| text + &column)).unwrap()
}

/// Builds all rows of a file, with what its columns show as a whole. Returns the code of each problem, with a `!` before
/// an error, and its column.
fn build(recipe: &Recipe, headers: &[&str], rows: &[&[&str]]) -> Vec<String> {
    let problems = problems(recipe, headers, rows).into_iter();
    problems
        .map(|problem| {
            let mark = if problem.severity == Severity::Error { "!" } else { "" };
            format!("{} {mark}{} {}", problem.row, problem.code, problem.column.unwrap_or_default())
        })
        .collect()
}

/// Builds all rows of a file, with what its columns show as a whole.
fn problems(recipe: &Recipe, headers: &[&str], rows: &[&[&str]]) -> Vec<Problem> {
    built(recipe, headers, rows).into_iter().flat_map(|built| built.problems).collect()
}

fn built(recipe: &Recipe, headers: &[&str], rows: &[&[&str]]) -> Vec<Built> {
    let columns: Vec<Column> =
        headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect();
    let row =
        |(number, cells): (u64, &&[&str])| Row { number, cells: cells.to_vec().into(), ..Row::default() };
    let rows: Vec<Row> = (1..).zip(rows).map(row).collect();
    let plan = Plan::new(recipe, &columns, &PlanContext { rows: &rows, ..PlanContext::default() }).unwrap();
    rows.iter().map(|row| plan.build(row, TODAY)).collect()
}

#[test]
fn a_reference_that_says_there_is_none_is_an_error() {
    let mut recipe =
        recipe(&[("Ref", "reference_value_1"), ("Policy", "reference_value_2"), ("Name", "subject.1")]);
    let rows: &[&[&str]] = &[
        &["WC-1", "P-1", "Jane Doe"],
        &["N/A", "P-2", "Ann Lee"],
        &["Pending", "P-3", "Bob Ray"],
        &["new claim", "P-4", "Tom Fox"],
        &["-", "none", "Al Gray"],
        &["NULL", "", "Ed Low"],
        &["", "", "Kim Day"],
    ];
    let headers = ["Ref", "Policy", "Name"];
    assert_eq!(
        build(&recipe, &headers, rows),
        [
            "2 !reference.placeholder Ref",
            "3 !reference.placeholder Ref",
            "4 !reference.placeholder Ref",
            "5 !reference.placeholder Ref",
            "5 reference.placeholder Policy",
            "6 !reference.placeholder Ref",
        ]
    );
    // A value of the recipe is meant, and a column can be confirmed.
    recipe.columns[0].values.insert("N/A".to_owned(), MappedValue::Text("WC-NONE".to_owned()));
    assert_eq!(build(&recipe, &headers, &rows[1..2]), Vec::<String>::new());
    recipe.columns[0].as_is = true;
    assert_eq!(build(&recipe, &headers, rows), ["5 reference.placeholder Policy"]);
}

#[test]
fn what_databases_write_for_an_empty_cell_is_noticed_in_a_text() {
    let recipe = recipe(&[("Ref", "reference_value_1"), ("Notes", "notes")]);
    let rows: &[&[&str]] = &[
        &["R-1", "NULL"],
        &["R-2", "\\N"],
        &["R-3", "nan"],
        &["R-4", "N/A"],
        &["R-5", "None"],
        &["R-6", "Null and void"],
        &["R-7", "undefined"],
        &["R-8", "[object Object]"],
        &["R-9", "(blank)"],
    ];
    assert_eq!(
        build(&recipe, &["Ref", "Notes"], rows),
        [1, 2, 3, 7, 8, 9].map(|row| format!("{row} value.null Notes"))
    );
}

#[test]
fn a_text_that_refers_to_the_row_above_is_noticed() {
    let fields = [
        ("Ref", "reference_value_1"),
        ("Name", "subject.1"),
        ("Where", "case_location"),
        ("Addr", "subject.3"),
    ];
    let rows: &[&[&str]] = &[
        &["R-1", "Jane Doe", "Denver", "12 Main St, Denver, CO, 80202"],
        &["R-2", "Ann Lee", "\"", "same"],
        &["R-3", "Bob Ray", "ditto", "12 Main St, Denver, CO, 80202"],
        &["R-4", "Tom Fox", "-", "0"],
        &["R-5", "0", "same day", ""],
        &["0", "Ed Low", "", ""],
    ];
    assert_eq!(
        build(&recipe(&fields), &fields.map(|(header, _)| header), rows),
        [
            "2 address.odd Addr",
            "2 value.none Where",
            "3 value.none Where",
            "4 address.odd Addr",
            "5 name.odd Name",
            "6 !reference.placeholder Ref",
        ]
    );
}

#[test]
fn a_cell_that_refers_to_the_row_above_asks_for_its_value() {
    let fields = [
        ("Ref", "reference_value_1"),
        ("Name", "subject.1"),
        ("City", "subject.3.city"),
        ("Services", "case_services_list"),
    ];
    let mut recipe = recipe(&fields);
    recipe.columns[3].values.insert("Surveillance".to_owned(), MappedValue::Id(1));
    for values in [1, 0] {
        let found = problems(&recipe, &fields.map(|(header, _)| header), &[&["R-1", "\"", "\"", "\""]]);
        for column in ["Name", "City", "Services"] {
            let of_column = found.iter().find(|problem| problem.column.as_deref() == Some(column)).unwrap();
            assert!(of_column.message.contains("refers to another row"), "{values}: {of_column:?}");
            assert!(of_column.hint.starts_with("type in the value itself"), "{values}: {of_column:?}");
        }
        recipe.columns[3].values.clear();
    }
}

#[test]
fn names_and_addresses_that_say_there_is_none_are_noticed_at_their_columns() {
    let fields = [
        ("Ref", "reference_value_1"),
        ("First", "subject.1.first_name"),
        ("Middle", "subject.1.middle_name"),
        ("Last", "subject.1.last_name"),
        ("Addr", "subject.3"),
    ];
    let rows: &[&[&str]] = &[
        &["R-1", "Jane", "NULL", "Doe", "NULL"],
        &["R-2", "Ann", "N/A", "Lee", "Same as above"],
        &["R-3", "Not", "", "Provided", "12 Main St"],
        &["R-4", "John and Mary", "", "Fox", "TBD"],
        &["R-5", "Tom", "", "Fox DOB 3/4/70", ""],
        &["R-6", "Tom", "A", "Fox", "12 Main St, Denver, CO, 80202"],
    ];
    assert_eq!(
        build(&recipe(&fields), &fields.map(|(header, _)| header), rows),
        [
            "1 name.odd Middle",
            "1 address.odd Addr",
            "2 name.odd Middle",
            "2 address.odd Addr",
            "3 name.odd First",
            "4 name.odd First",
            "4 address.odd Addr",
            "5 name.odd Last",
        ]
    );
}

#[test]
fn last_names_that_come_first_are_noticed_where_the_column_shows_them() {
    let recipe = recipe(&[("Ref", "reference_value_1"), ("Name", "subject.1")]);
    let headers = ["Ref", "Name"];
    let rows: &[&[&str]] = &[&["R-1", "SMITH JOHN A"], &["R-2", "DOE JANE"], &["R-3", "LEE, ANN"]];
    assert_eq!(build(&recipe, &headers, rows), ["1 name.odd Name", "2 name.odd Name"]);
    let rows: &[&[&str]] = &[&["R-1", "JOHN A SMITH"], &["R-2", "JANE DOE"]];
    assert_eq!(build(&recipe, &headers, rows), Vec::<String>::new());
}

#[test]
fn names_are_read_in_the_order_that_the_header_states() {
    let recipe = recipe(&[("Ref", "reference_value_1"), ("Name (Last First)", "subject.1")]);
    let headers = ["Ref", "Name (Last First)"];
    let rows: &[&[&str]] = &[&["R-1", "SMITH JOHN A"], &["R-2", "GARCIA LOPEZ MARIA"]];
    assert_eq!(build(&recipe, &headers, rows), ["2 name.odd Name (Last First)"]);
    let built = built(&recipe, &headers, rows);
    let names = built.iter().flat_map(|built| &built.case.values).filter_map(|placed| match &placed.value {
        Value::Name(name) => Some([&*name.first_name, &*name.middle_name, &*name.last_name]),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), [["JOHN", "A", "SMITH"], ["LOPEZ", "MARIA", "GARCIA"]]);
}

#[test]
fn a_point_between_thousands_is_an_error_where_another_amount_has_a_decimal_comma() {
    let mut recipe = recipe(&[("Ref", "reference_value_1"), ("Amt", "budget_money")]);
    let headers = ["Ref", "Amt"];
    let rows: &[&[&str]] =
        &[&["R-1", "1.500"], &["R-2", "12.000 €"], &["R-3", "1.250,50"], &["R-4", "1500"], &["R-5", "2.5"]];
    // Also where others, such as `2.5`, have a decimal point.
    for rows in [&rows[..4], rows] {
        assert_eq!(
            build(&recipe, &headers, rows),
            ["1 !number.ambiguous Amt", "2 !number.ambiguous Amt", "3 !number.invalid Amt"]
        );
    }
    recipe.columns[1].decimal = Some(crate::case::NumberStyle::Comma);
    assert_eq!(build(&recipe, &headers, &rows[..4]), Vec::<String>::new());
    recipe.columns[1].decimal = Some(crate::case::NumberStyle::Point);
    assert_eq!(build(&recipe, &headers, &rows[..4]), ["3 !number.invalid Amt"]);
    assert_eq!(recipe.columns[1].to, Target::Case(CaseField::BudgetMoney));
}

/// Returns the problems of an amount beside others.
fn amount(to: &str, amount: &str, others: &[&str]) -> Vec<String> {
    let rows: Vec<[&str; 2]> = [amount].iter().chain(others).map(|amount| ["R-1", *amount]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let found = build(&recipe(&[("Ref", "reference_value_1"), ("Amt", to)]), &["Ref", "Amt"], &rows);
    found.into_iter().filter(|problem| problem.starts_with("1 ")).collect()
}

#[test]
fn an_amount_with_three_decimals_among_cents_is_an_error() {
    let cents = ["12.50", "100.25", "1,300.00"];
    assert_eq!(amount("budget_money", "1.500", &cents), ["1 !number.ambiguous Amt"]);
    // No money has three decimals, whoever chose the comma; programs write them with a point.
    let comma = "budget_money\"\ndecimal = \"comma";
    assert_eq!(amount(comma, "$1,500", &["1.500,00", "500,00"]), ["1 !number.ambiguous Amt"]);
    assert_eq!(amount(comma, "1.500", &["1.500,00"]), [""; 0]);
    assert_eq!(amount("budget_hours\"\ndecimal = \"comma", "1,500", &["12,5"]), [""; 0]);
    assert_eq!(amount("budget_money", "$1.500", &cents), ["1 !number.ambiguous Amt"]);
    for others in [
        &["12.5", "100.25", "1,300.00", "7.75"][..],
        &["12.50", "100.25"],
        &["0.125", "12.50", "3.25", "4.50"],
    ] {
        assert_eq!(amount("budget_money", "1.500", others), [""; 0], "{others:?}");
    }
    for fine in ["1,500", "1500.000", "0.500", "75"] {
        assert_eq!(amount("budget_money", fine, &cents), [""; 0], "{fine}");
    }
    assert_eq!(amount("budget_hours", "1.500", &cents), [""; 0], "hours have any decimals");
}

#[test]
fn two_amounts_in_a_cell_are_an_error() {
    for others in [&["1,500", "75"][..], &["300", "2500"], &[]] {
        assert_eq!(amount("budget_money", "100 300", others), ["1 !number.ambiguous Amt"], "{others:?}");
    }
    for (text, others) in [
        ("100 300", &["1 500", "75"][..]),
        ("100 300", &["1 250 000"]),
        ("100 300", &["12\u{a0}500"]),
        ("100\u{a0}300", &["1,500"]),
        ("1 250 000", &["1,500"]),
        ("$ 1500", &["1,500"]),
        ("1500 USD", &["1,500"]),
    ] {
        assert_eq!(amount("budget_money", text, others), [""; 0], "{text} {others:?}");
    }
    assert_eq!(amount("budget_hours", "8h 30m", &["1500"]), [""; 0]);
    assert_eq!(amount("budget_money", "500\t600", &["1500"]), ["1 !number.invalid Amt"]);
}

#[test]
fn a_cell_without_a_value_says_so_in_every_field() {
    for to in ["budget_money", "budget_hours", "due_on", "case_region_id"] {
        for (cell, code) in [("#N/A", "excel.error_value"), ("####", "excel.hashes")] {
            assert_eq!(amount(to, cell, &["1"]), [format!("1 !{code} Amt")], "{to}");
        }
    }
}

#[test]
fn several_columns_make_one_part() {
    let columns = [
        ("Last", "subject.1.last_name"),
        ("Suffix", "subject.1.last_name"),
        ("No", "subject.3.address_1"),
        ("Street", "subject.3.address_1"),
        ("Apt", "subject.3.address_2"),
        ("Floor", "subject.3.address_2"),
        ("Rest", "subject.3"),
        ("Zip4", "subject.3.zip"),
    ];
    let headers: Vec<&str> = columns.iter().map(|(header, _)| *header).collect();
    let listed: Vec<Column> =
        headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect();
    let plan = Plan::new(&recipe(&columns), &listed, &PlanContext::default()).unwrap();
    let built = |cells: &[&str]| {
        let built = plan.build(&Row { number: 1, cells: cells.to_vec().into(), ..Row::default() }, TODAY);
        let texts = built.case.values.iter().filter_map(|placed| match &placed.value {
            Value::Name(name) => Some(name.last_name.clone()),
            Value::Address(of) => {
                Some([&*of.address_1, &*of.address_2, &*of.city, &*of.state, &*of.zip].join("|"))
            }
            _ => None,
        });
        let found: Vec<String> = built.problems.iter().map(|problem| problem.code.to_string()).collect();
        (texts.collect::<Vec<_>>().join(" "), found.join(" "))
    };
    for (cells, texts, found) in [
        (
            ["Smith", "Jr.", "12", "Main St", "Apt 4", "Fl 2", "Denver CO", ""],
            "Smith Jr. 12 Main St|Apt 4, Fl 2|Denver|CO|",
            "",
        ),
        (
            ["Doe", "", "", "Elm St", "", "Fl 2", "Austin, TX 78701", ""],
            "Doe Elm St|Fl 2|Austin|TX|78701",
            "",
        ),
        (["Fox", "N/A", "7", "Oak St", "", "", "Reno", ""], "Fox N/A 7 Oak St||Reno||", "name.odd"),
        (
            ["Lee", "III", "7", "Oak St", "", "", "9 Elm St, Reno, NV 89501", ""],
            "Lee III 7 Oak St||Reno|NV|89501",
            "part.replaced",
        ),
    ] {
        assert_eq!(built(&cells), (texts.to_owned(), found.to_owned()));
    }
    // A city is in one column.
    let twice = [("Last", "subject.1.last_name"), ("City", "subject.3.city"), ("Town", "subject.3.city")];
    let listed: Vec<Column> =
        twice.iter().map(|(header, _)| Column { header: (*header).to_owned(), filled: 1 }).collect();
    assert!(Plan::new(&recipe(&twice), &listed, &PlanContext::default()).is_err());
}

#[test]
fn a_date_that_a_workbook_stores_is_no_reference_among_texts_like_it() {
    let recipe = recipe(&[("Ref", "reference_value_1")]);
    let listed = [Column { header: "Ref".to_owned(), filled: 1 }];
    let row = |number: u64, cell: &str, is_date: bool| Row {
        number,
        cells: vec![cell].into(),
        dates: is_date.then_some(StoredDate { column: 0, is_partly_shown: false }).into_iter().collect(),
        ..Row::default()
    };
    let damage = |rows: &[Row]| {
        let context = PlanContext { rows, ..PlanContext::default() };
        let plan = Plan::new(&recipe, &listed, &context).unwrap();
        rows.last()
            .map(|row| plan.build(row, TODAY).problems)
            .unwrap()
            .into_iter()
            .map(|found| found.code)
            .collect::<Vec<_>>()
    };
    let became_date = [Code::Damage(damage::Damage::BecameDate)];
    for texts in [["2026-01-33", "2026-02-41"], ["01-33-26", "02-41-26"], ["WC-1", "WC-2"]] {
        let found = damage(&[row(1, texts[0], false), row(2, texts[1], false), row(3, "2026-03-04", true)]);
        assert_eq!(found, became_date, "{texts:?}");
    }
    // A column of dates is meant as one, and a text isn't a date.
    let dates = [row(1, "2026-03-02", true), row(2, "2026-03-03", true), row(3, "2026-03-04", true)];
    assert_eq!(damage(&dates), []);
    assert_eq!(damage(&[row(1, "2026-01-33", false), row(2, "2026-03-04", false)]), []);
}

#[test]
fn references_may_look_like_dates_with_two_digits_for_the_year() {
    let recipe = recipe(&[("Ref", "reference_value_1")]);
    let cells: Vec<String> = (1..=40).map(|n| format!("26-{:02}-{:02}", n % 12 + 1, n)).collect();
    let rows: Vec<[&str; 1]> = cells.iter().map(|cell| [cell.as_str()]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let mut profile = damage::Profile::default();
    cells.iter().zip(1..).for_each(|(cell, row)| profile.add(row, row + 1, cell));
    let usual = [profile.usual("Ref")];
    let listed = [Column { header: "Ref".to_owned(), filled: 40 }];
    let context = PlanContext { column_profiles: &usual, ..PlanContext::default() };
    let plan = Plan::new(&recipe, &listed, &context).unwrap();
    for row in rows {
        let row = Row { number: 1, cells: row.to_vec().into(), ..Row::default() };
        assert_eq!(plan.build(&row, TODAY).problems, [], "{:?}", row.cells);
    }
}
