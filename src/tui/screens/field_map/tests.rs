//! Subjects beside the primary one on the field map.

use crate::case::NumberStyle;
use crate::tui::core::effect::DataChange;
use crate::tui::core::model::Overlay;
use crate::tui::tests::*;

/// Model on the field map, with a subject type that has its own field.
fn on_map() -> Model {
    let mut model = defaults();
    model.catalog.remember(List::SubjectTypes, CatalogEntry::new(4, "Witness"));
    let field = CustomField::new("subject.45".parse().unwrap(), "Witness name", FieldKind::Name);
    model.catalog.fields.push(CustomField { subject_type: Some(4), ..field });
    press(&mut model, "c");
    model
}

fn recipe(model: &Model) -> &Recipe {
    model.job.as_ref().unwrap().recipe()
}

#[test]
fn a_column_goes_to_another_subject_and_back() {
    let mut model = on_map();
    // The column “Internal” is ignored.
    press(&mut model, "End Enter 'another Enter");
    assert!(picture(&model, 100, 30).contains("Type of the other subject"));
    press(&mut model, "'witness Enter");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(picker.lines[picker.cursor.unwrap()].label, "Witness · Witness name");
    press(&mut model, "Enter");
    let rule = recipe(&model).columns.last().unwrap();
    assert_eq!((rule.from.as_str(), rule.to.to_string()), ("Internal", "subject2.45".to_owned()));
    let [subject] = recipe(&model).subjects.as_slice() else { panic!("{:?}", recipe(&model).subjects) };
    assert_eq!((subject.label.as_str(), subject.subject_type_id), ("Witness", 4));
    assert!(model.job.as_ref().unwrap().errors().is_empty(), "{:?}", model.job.as_ref().unwrap().errors());
    let map = picture(&model, 100, 30);
    assert!(map.contains("Witness · Witness name") && map.contains("there is no first name"), "{map}");
    // The case defaults have its fields as well.
    press(&mut model, "Esc End");
    let form = picture(&model, 100, 30);
    assert!(form.contains("Witness · Witness name") && form.contains("Internal"), "{form}");
    // A second subject of the type gets its own name; canceled, it leaves nothing behind.
    press(&mut model, "c End Enter 'another Enter 'witness Enter");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(picker.lines[picker.cursor.unwrap()].label, "Witness 2 · Witness name");
    press(&mut model, "Esc x");
    assert_eq!(
        (recipe(&model).subjects.len(), recipe(&model).fields.len()),
        (0, 1),
        "nothing maps to it anymore"
    );
}

#[test]
fn a_type_without_fields_says_what_is_missing() {
    let mut model = on_map();
    model.catalog.fields.retain(|field| field.subject_type.is_none());
    press(&mut model, "End Enter 'another Enter 'witness Enter");
    let has_none =
        model.status.as_ref().is_some_and(|(_, text)| text.contains("No custom fields for Witness"));
    // A field without a subject type may be theirs.
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.status) };
    assert!(!has_none && picker.lines[picker.cursor.unwrap()].label == "Witness · Claimant name");
}

#[test]
fn values_that_the_file_does_not_have_are_not_counted() {
    let mut model = on_map();
    let job = model.job.as_mut().unwrap();
    let rule = job.recipe_mut().columns.iter_mut().find(|rule| rule.from == "Services").unwrap();
    for id in 3..60 {
        rule.values.insert(format!("Of another file {id}"), crate::case::MappedValue::Id(id));
    }
    rule.values.insert("Background".into(), crate::case::MappedValue::Id(2));
    rule.values.insert("Trial".into(), crate::case::MappedValue::Id(2));
    let text = lines(draw(&model, 200, 24).backend().buffer()).join("\n");
    assert!(text.contains("3 matched"), "{text}");
}

/// The field map, its values without names in the catalog, and then the catalog with them.
fn after_the_catalog_was_filled() -> (Model, Vec<Effect>) {
    let mut model = defaults();
    model.catalog.lists.remove(&List::Services);
    press(&mut model, "c C");
    model.catalog.remember(List::Services, CatalogEntry::new(2, "Background"));
    let effects = press(&mut model, "Esc");
    (model, effects)
}

fn services(model: &Model) -> &crate::case::ColumnRule {
    recipe(model).columns.iter().find(|rule| rule.from == "Services").unwrap()
}

#[test]
fn values_are_matched_as_soon_as_the_catalog_has_their_names() {
    let (model, effects) = after_the_catalog_was_filled();
    assert_eq!(services(&model).values.get("Background"), Some(&crate::case::MappedValue::Id(2)));
    assert!(!services(&model).by_hand, "the user has chosen no field");
    assert_eq!(status(&model), "The catalog has new entries. Matched 1 value by name.");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Change(DataChange::GuessAgain(13)))));
    let saved = |effect: &Effect| matches!(effect, Effect::Change(DataChange::Save(13, ..)));
    assert!(effects.iter().any(saved), "{effects:?}");
}

#[test]
fn an_unchanged_catalog_matches_nothing_anew() {
    let (mut model, _) = after_the_catalog_was_filled();
    let cleared = "Down Down Down Down v";
    let effects = press(&mut model, cleared);
    answer_review(&mut model, effects);
    press(&mut model, "End Backspace Esc");
    assert!(press(&mut model, "Up Down").is_empty());
}

#[test]
fn columns_are_guessed_anew_unless_someone_chose_to_ignore_them() {
    let (mut model, _) = after_the_catalog_was_filled();
    let to_notes = |from: &str| {
        let mut rule = crate::case::ColumnRule::new(from.to_owned(), "admin_notes".parse().unwrap());
        rule.private = None;
        Guess { rule, suggestion: None, subject: None }
    };
    let mut guesses = guesses();
    guesses[6] = to_notes("Internal");
    let later = crate::app::LaterGuesses { guesses, settled: std::collections::HashSet::new() };
    let reply = |later: &crate::app::LaterGuesses| Msg::Reply(Reply::GuessedAgain(13, Ok(later.clone())));
    let internal = |model: &Model| recipe(model).columns.last().unwrap().to.to_string();
    update(&mut model, reply(&later));
    assert_eq!(internal(&model), "admin_notes");
    assert_eq!(status(&model), "The catalog has new entries. Newly mapped columns: Internal. u to undo.");
    // Ignored by hand, it stays ignored.
    press(&mut model, "End x");
    update(&mut model, reply(&later));
    assert_eq!(internal(&model), "ignore");
}

/// Returns the line of the last column on the field map.
fn shown_line(model: &Model) -> String {
    let shown = picture(model, 80, 24);
    shown.lines().find(|line| line.contains("Internal")).unwrap().to_owned()
}

#[test]
fn a_decimal_mark_that_was_set_is_shown_until_it_is_open_again() {
    let mut model = defaults();
    press(&mut model, "c");
    let rule = model.job.as_mut().unwrap().recipe_mut().columns.last_mut().unwrap();
    rule.to = "budget_money".parse().unwrap();
    press(&mut model, "End");
    let mut next = || {
        press(&mut model, "o");
        let set = recipe(&model).columns.last().unwrap().decimal;
        let line = shown_line(&model);
        (set, line.contains("1.500,00"), line.contains("1,500.00"))
    };
    assert_eq!(next(), (Some(NumberStyle::Comma), true, false));
    assert_eq!(next(), (Some(NumberStyle::Point), false, true));
    assert_eq!(next(), (None, false, false));
}
