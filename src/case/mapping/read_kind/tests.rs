use jiff::civil::date;

use super::*;
use crate::case::{
    ColumnRule, CustomField, DefaultText, FieldKind, MappedValue, Plan, PlanContext, PlanError, Recipe,
    Roster, Severity, Target,
};
use crate::sheet::{Column, Row, StoredNumber};

const RECIPE: &str =
    "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 100\nprimary_contact_id = 1000\n";

/// Creates a recipe that maps one column to a field of this kind.
fn recipe(kind: FieldKind) -> Recipe {
    let mut recipe = Recipe::from_toml(RECIPE).unwrap();
    recipe.allow_unidentified = true;
    let key = "custom.7".parse().unwrap();
    recipe.fields.push(CustomField::new(key, "Field", kind));
    recipe.columns.push(ColumnRule::new("Column", Target::Custom(key.into(), None)));
    recipe
}

fn plan(recipe: &Recipe) -> Result<Plan, Vec<PlanError>> {
    plan_knowing(recipe, Roster::default())
}

fn plan_knowing(recipe: &Recipe, roster: Roster) -> Result<Plan, Vec<PlanError>> {
    let context = PlanContext { roster: roster.into(), ..PlanContext::default() };
    Plan::new(recipe, &[Column { header: "Column".into(), filled: 1 }], &context)
}

/// Returns the value of the field as text, and the codes of its problems.
fn read_as(plan: &Plan, row: &Row) -> (String, Vec<(Severity, Code)>) {
    let built = plan.build(row, date(2026, 11, 28));
    let value = built.case.values.iter().find(|placed| placed.dest.target().to_string() == "custom.7");
    let value = value.map_or_else(String::new, |placed| match &placed.value {
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        value => format!("{value:?}"),
    });
    (value, built.problems.iter().map(|problem| (problem.severity, problem.code.clone())).collect())
}

fn row(cell: &str) -> Row {
    Row { number: 1, line: 2, cells: vec![cell].into(), ..Row::default() }
}

fn read(kind: FieldKind, cell: &str) -> (String, Vec<(Severity, Code)>) {
    read_as(&plan(&recipe(kind)).unwrap(), &row(cell))
}

/// Checks cells and their values of a kind, all without problems.
fn assert_kept(kind: FieldKind, cells: &[(&str, &str)]) {
    for (cell, value) in cells {
        assert_eq!(read(kind, cell), ((*value).to_owned(), vec![]), "{kind} {cell}");
    }
}

fn assert_refused(kind: FieldKind, code: &Code, cells: &[&str]) {
    for cell in cells {
        assert_eq!(read(kind, cell), (String::new(), vec![(Severity::Error, code.clone())]), "{kind} {cell}");
    }
}

fn assert_doubtful(kind: FieldKind, code: &Code, cells: &[&str]) {
    for cell in cells {
        assert_eq!(
            read(kind, cell),
            ((*cell).to_owned(), vec![(Severity::Warning, code.clone())]),
            "{kind} {cell}"
        );
    }
}

#[test]
fn texts_are_kept_and_odd_ones_are_reported() {
    assert_kept(FieldKind::Text, &[("007", "007"), ("1,500", "1,500"), ("", "")]);
    assert_kept(FieldKind::Long, &[("two\nlines", "two\nlines")]);
    assert_kept(FieldKind::Link, &[("https://acme.example/a", "https://acme.example/a"), ("", "")]);
    assert_doubtful(FieldKind::Link, &Code::LinkOdd, &["www.acme.example", "see file"]);
    assert_doubtful(FieldKind::Email, &Code::EmailOdd, &["ann at acme"]);
    assert_kept(FieldKind::Country, &[("England", "England"), ("", "")]);
    assert_doubtful(FieldKind::Country, &Code::CountryUnknown, &["Narnia"]);
    assert_kept(FieldKind::Radio, &[("High", "High")]);
}

#[test]
fn a_birthday_is_in_the_past_and_any_date_may_be_ahead() {
    assert_kept(FieldKind::Birthday, &[("1/2/58", "1958-01-02"), ("2/29/1980", "1980-02-29"), ("", "")]);
    assert_refused(FieldKind::Birthday, &Code::DateFuture, &["12/1/2026"]);
    assert_refused(FieldKind::Birthday, &Code::DateInvalid, &["2/30/1980", "long ago"]);
    assert_kept(FieldKind::Date, &[("12/1/2026", "2026-12-01")]);
}

#[test]
fn numbers_and_money_are_numbers_whatever_is_around_them() {
    for kind in [FieldKind::Number, FieldKind::Money] {
        assert_kept(
            kind,
            &[("$1,500.25", "Number(1500.25)"), ("12", "Number(12.0)"), ("$ -", "Number(0.0)"), ("", "")],
        );
        assert_refused(kind, &Code::NumberInvalid, &["soon", "12%", "1.500,00", "12345678901234567"]);
        let (value, problems) = read(kind, "(250)");
        assert_eq!(
            (value.as_str(), &problems[..]),
            ("Number(-250.0)", &[(Severity::Warning, Code::NumberNegative)][..])
        );
    }
    let mut comma = recipe(FieldKind::Money);
    comma.columns[0].decimal = Some(crate::case::NumberStyle::Comma);
    comma.columns[0].values = [("offen".to_owned(), MappedValue::Text("0".into()))].into();
    let plan = plan(&comma).unwrap();
    assert_eq!(read_as(&plan, &row("1.500,00 €")).0, "Number(1500.0)");
    assert_eq!(read_as(&plan, &row("Offen")).0, "Number(0.0)", "a value map comes first");
    // A workbook stores the number itself.
    let held = Row { numbers: vec![StoredNumber { column: 0, value: 1500.75 }], ..row("$1,501") };
    assert_eq!(read_as(&plan, &held), ("Number(1500.75)".into(), vec![]));
}

#[test]
fn yes_and_no_in_every_usual_spelling_and_nothing_else() {
    for kind in [FieldKind::YesNo, FieldKind::YesNoNa] {
        for yes in ["yes", "Y", "TRUE", "1", "x", "Checked", "✓"] {
            assert_kept(kind, &[(yes, "YesNo(Some(true))")]);
        }
        for no in ["No", "n", "False", "0", "unchecked"] {
            assert_kept(kind, &[(no, "YesNo(Some(false))")]);
        }
        assert_kept(kind, &[("", "")]);
        assert_refused(kind, &Code::YesNoInvalid, &["maybe", "2", "ja"]);
    }
    for na in ["n/a", "NA", "N.A.", "none", "Not Applicable"] {
        assert_kept(FieldKind::YesNoNa, &[(na, "YesNo(None)")]);
        let plan = plan(&recipe(FieldKind::YesNo)).unwrap();
        let none = (String::new(), vec![(Severity::Warning, Code::ValueNone)]);
        assert_eq!(read_as(&plan, &row(na)), none, "{na}");
    }
    let mut mapped = recipe(FieldKind::YesNo);
    let values = [
        ("Ja", MappedValue::Text("yes".into())),
        ("Nein", MappedValue::Id(0)),
        ("?", MappedValue::Text("?".into())),
    ];
    mapped.columns[0].values = values.map(|(text, value)| (text.to_owned(), value)).into();
    let plan = plan(&mapped).unwrap();
    assert_eq!(read_as(&plan, &row("ja")).0, "YesNo(Some(true))");
    assert_eq!(read_as(&plan, &row("nein")).0, "YesNo(Some(false))");
    assert_eq!(read_as(&plan, &row("?")).1, [(Severity::Error, Code::YesNoInvalid)]);
    let held = Row { numbers: vec![StoredNumber { column: 0, value: 1.0 }], ..row("Da") };
    assert_eq!(read_as(&plan, &held).0, "YesNo(Some(true))", "a 1 that a format shows as a word");
    let problems = plan.build(&row("maybe"), date(2026, 11, 28)).problems;
    assert!(problems[0].message.contains("checked; no, n, false"), "{}", problems[0].message);
}

#[test]
fn check_boxes_are_a_list_of_which_each_is_a_choice() {
    assert_kept(
        FieldKind::Checkbox,
        &[
            ("Photos; Video,Photos", r#"Choices(["Photos", "Video"])"#),
            ("Photos", r#"Choices(["Photos"])"#),
            (" ; ", ""),
        ],
    );
    let mut split = recipe(FieldKind::Checkbox);
    split.columns[0].separator = Some("|".into());
    split.columns[0].values = [("pics".to_owned(), MappedValue::Text("Photos".into()))].into();
    split.fields[0].choices = vec!["Photos".into(), "Slip, trip".into()];
    let roster = Roster { fields: split.fields.clone(), ..Roster::default() };
    let plan = plan_knowing(&split, roster).unwrap();
    let all = r#"Choices(["Photos", "Slip, trip"])"#;
    assert_eq!(read_as(&plan, &row("Pics|Slip, trip|Photos")), (all.into(), vec![]));
    assert_eq!(read_as(&plan, &row("Pics|Boat")).1, [(Severity::Warning, Code::ChoiceUnknown)]);
}

#[test]
fn radio_buttons_are_one_choice() {
    let mut recipe = recipe(FieldKind::Radio);
    recipe.fields[0].choices = vec!["High".into(), "Low".into()];
    let roster = Roster { fields: recipe.fields.clone(), ..Roster::default() };
    let plan = plan_knowing(&recipe, roster).unwrap();
    for cell in ["Low", "low", " LOW "] {
        assert_eq!(read_as(&plan, &row(cell)), ("Low".into(), vec![]));
    }
    for cell in ["Middle", "High; Low"] {
        assert_eq!(read_as(&plan, &row(cell)).1, [(Severity::Warning, Code::ChoiceUnknown)], "{cell}");
    }
}

#[test]
fn an_unknown_country_in_an_address_is_reported_at_its_cell() {
    let mut parts = recipe(FieldKind::Address);
    let whole = read_as(&plan(&parts).unwrap(), &row("1 Elm St, Oslo, , 0150, Norge"));
    assert_eq!(whole.1, [(Severity::Warning, Code::CountryUnknown)]);
    assert_eq!(read_as(&plan(&parts).unwrap(), &row("1 Elm St, Oslo, , 0150, Norway")).1, []);
    assert_eq!(read_as(&plan(&parts).unwrap(), &row("1 Elm St, Denver, CO, 80202")).1, []);
    parts.columns[0].to = "custom.7.country".parse().unwrap();
    assert_eq!(read_as(&plan(&parts).unwrap(), &row("Norge")).1, [(Severity::Warning, Code::CountryUnknown)]);
}

#[test]
fn a_default_that_isnt_a_country_is_reported_once() {
    let mut recipe = recipe(FieldKind::Country);
    recipe.defaults.insert("custom.7".parse().unwrap(), DefaultText::Text("Narnia".into()));
    let doubt = "custom.7 (case default): “Narnia” isn't a known country; it is sent as it is";
    assert_eq!(plan(&recipe).unwrap().doubts(), [doubt]);
    recipe.defaults.insert("custom.7".parse().unwrap(), DefaultText::Text("Chile".into()));
    assert_eq!(plan(&recipe).unwrap().doubts(), [] as [String; 0]);
}

#[test]
fn case_defaults_of_every_kind() {
    let by_default = |kind, text: DefaultText| {
        let mut recipe = recipe(kind);
        recipe.defaults.insert("custom.7".parse().unwrap(), text);
        plan(&recipe).map(|plan| read_as(&plan, &row("")).0).map_err(|errors| errors[0].to_string())
    };
    let text = |text: &str| DefaultText::Text(text.into());
    for (kind, default, value) in [
        (FieldKind::Money, text("$1,500"), "Number(1500.0)"),
        (FieldKind::Number, DefaultText::Whole(3), "Number(3.0)"),
        (FieldKind::YesNo, text("no"), "YesNo(Some(false))"),
        (FieldKind::YesNoNa, text("n/a"), "YesNo(None)"),
        (FieldKind::YesNo, DefaultText::Whole(1), "YesNo(Some(true))"),
        (FieldKind::Checkbox, text("Photos; Video"), r#"Choices(["Photos", "Video"])"#),
        (FieldKind::Country, text("USA"), "USA"),
        (FieldKind::Birthday, text("1980-02-29"), "1980-02-29"),
        (FieldKind::Choice, text("Auto"), "Auto"),
    ] {
        assert_eq!(by_default(kind, default), Ok(value.to_owned()), "{kind}");
    }
    for (kind, default) in [
        (FieldKind::Money, text("TBD")),
        (FieldKind::YesNo, text("n/a")),
        (FieldKind::YesNo, DefaultText::Number(0.5)),
        (FieldKind::Checkbox, DefaultText::Ids(vec![1])),
        (FieldKind::Checkbox, text(";")),
    ] {
        assert!(by_default(kind, default.clone()).is_err(), "{kind} {default:?}");
    }
}
