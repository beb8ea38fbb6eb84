use crate::case::{CaseField, Target};
use crate::tui::tests::*;

/// Case defaults without some of them, opened anew.
fn without(fields: &[CaseField]) -> Model {
    let mut model = home(true);
    let origin = Origin::New("x.csv".into());
    let effects = crate::tui::screens::imports::open(&mut model, origin);
    let mut answer = opened(13, Status::Ready);
    for field in fields {
        answer.recipe.defaults.remove(&Target::Case(*field));
    }
    answer_open(&mut model, &effects, answer);
    model
}

fn under(model: &Model) -> String {
    let lines = lines(draw(model, 80, 24).backend().buffer());
    let line = lines.iter().find(|line| line.starts_with('▸')).cloned().unwrap_or_default();
    line.split("  ").next().unwrap_or_default().to_owned()
}

#[test]
fn missing_fields_are_named_and_n_goes_to_each() {
    let mut model = without(&[CaseField::Client, CaseField::PrimaryContact, CaseField::SubjectType]);
    let text = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    let hint = "✗ 3 required fields missing (n): Client, Primary contact, Subject type";
    assert!(text.contains(hint), "{text}");
    assert_eq!(under(&model), "▸Client *", "the cursor begins on the first one");
    let mut seen = Vec::new();
    for key in ["n", "n", "n", "N"] {
        press(&mut model, key);
        seen.push(under(&model));
    }
    assert_eq!(seen, ["▸Primary contact *", "▸Subject type *", "▸Client *", "▸Subject type *"]);
}

#[test]
fn after_a_missing_field_comes_the_next_one() {
    let mut model = without(&[CaseField::CaseType, CaseField::Client]);
    assert_eq!(under(&model), "▸Case type *");
    press(&mut model, "Enter Enter");
    assert_eq!(under(&model), "▸Client *");
    // A field that wasn't missing keeps the cursor.
    press(&mut model, "g Down Enter Enter");
    assert_eq!(under(&model), "▸Case type *");
}

#[test]
fn without_a_missing_field_the_cursor_begins_at_the_top() {
    let mut model = without(&[]);
    assert_eq!(under(&model), "▸Import name");
    press(&mut model, "n");
    assert_eq!((status(&model), under(&model).as_str()), ("No required field is missing.", "▸Import name"));
}
