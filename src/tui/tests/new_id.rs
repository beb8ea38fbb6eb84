//! Ids that the account doesn't know yet.

use strum::VariantArray;

use crate::case::{CaseField, DefaultText, MappedValue, Target};
use crate::tui::core::model::Overlay;
use crate::tui::core::place::Place;
use crate::tui::tests::*;

fn default_of(model: &Model, field: CaseField) -> Option<DefaultText> {
    model.job.as_ref().unwrap().recipe().defaults.get(&Target::Case(field)).cloned()
}

/// The values of the column “Services”, at “Trial”, which has no match.
fn at_trial() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c Down Down Down Down v");
    answer_review(&mut model, effects);
    let Some(Overlay::Values(values)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(values.texts()[0].0, "Trial");
    model
}

#[test]
fn an_id_typed_with_its_name_needs_no_question() {
    let mut model = defaults();
    press(&mut model, "Down Enter '4711 Space 'Fraud Space 'claim");
    assert!(picture(&model, 80, 24).contains("Use id 4711 and name it “Fraud claim”"));
    press(&mut model, "Enter");
    assert_eq!(model.place(), Place::Defaults);
    assert_eq!(default_of(&model, CaseField::CaseType), Some(DefaultText::Whole(4711)));
    assert_eq!(model.catalog.label(List::CaseTypes, 4711), Some("Fraud claim"));
}

#[test]
fn a_known_id_is_not_renamed_by_typing_it_with_a_name() {
    let mut model = defaults();
    press(&mut model, "Down Enter '1 Space 'Fraud Enter");
    assert!(status(&model).starts_with("No match"), "{}", status(&model));
    assert_eq!(model.catalog.label(List::CaseTypes, 1), Some("Auto claim"));
}

#[test]
fn where_several_are_marked_an_id_and_its_name_are_typed_alike() {
    let mut model = defaults();
    let at = CaseField::VARIANTS.iter().position(|field| *field == CaseField::Services).unwrap();
    press(&mut model, &"Down ".repeat(at + 1));
    press(&mut model, "Enter '12 Space 'Photos Enter Enter");
    assert_eq!(default_of(&model, CaseField::Services), Some(DefaultText::Ids(vec![12])));
    assert_eq!(model.catalog.label(List::Services, 12), Some("Photos"));
}

#[test]
fn the_text_of_the_cell_is_the_proposed_name() {
    let mut model = at_trial();
    press(&mut model, "Enter '12 Enter");
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!((prompt.title.as_str(), prompt.input.value()), ("Name of id 12", "Trial"));
    press(&mut model, "Enter");
    assert_eq!(model.catalog.label(List::Services, 12), Some("Trial"));
    let rules = &model.job.as_ref().unwrap().recipe().columns;
    let values = &rules.iter().find(|rule| rule.from == "Services").unwrap().values;
    assert_eq!(values.get("Trial"), Some(&MappedValue::Id(12)));
}

#[test]
fn the_catalog_opens_at_the_list_of_the_picker_and_comes_back() {
    let mut model = at_trial();
    press(&mut model, "Enter Ctrl-O");
    assert!(picture(&model, 80, 24).contains("Catalog › Services"));
    press(&mut model, "Esc");
    assert_eq!(model.place(), Place::FieldMap);
    // A list that isn't of ids has none.
    press(&mut model, "/ Ctrl-O");
    assert_eq!((model.place(), status(&model)), (Place::Picker, "This list isn't part of the catalog."));
}

#[test]
fn an_empty_list_names_keys_that_work_from_there() {
    let mut model = defaults();
    model.catalog = Catalog::default();
    press(&mut model, "Down Enter");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("Ctrl-O") && !shown.contains("then C"), "{shown}");
}
