//! Subjects beside the primary one on the field map.

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
    &model.job.as_ref().unwrap().recipe
}

#[test]
fn a_column_goes_to_another_subject_and_back() {
    let mut model = on_map();
    // The column “Internal” is ignored.
    press(&mut model, "End Enter 'another Enter");
    assert!(picture(&model, 100, 30).contains("Type of the other subject"));
    press(&mut model, "'witness Enter");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(picker.lines[picker.cursor].label, "Witness · Witness name");
    press(&mut model, "Enter");
    let rule = recipe(&model).columns.last().unwrap();
    assert_eq!((rule.from.as_str(), rule.to.to_string()), ("Internal", "subject2.45".to_owned()));
    let [subject] = recipe(&model).subjects.as_slice() else { panic!("{:?}", recipe(&model).subjects) };
    assert_eq!((subject.label.as_str(), subject.subject_type_id), ("Witness", 4));
    assert!(model.job.as_ref().unwrap().errors.is_empty(), "{:?}", model.job.as_ref().unwrap().errors);
    let map = picture(&model, 100, 30);
    assert!(map.contains("Witness · Witness name") && map.contains("there is no first name"), "{map}");
    // The case defaults have its fields as well.
    press(&mut model, "Esc End");
    let form = picture(&model, 100, 30);
    assert!(form.contains("Witness · Witness name") && form.contains("Internal"), "{form}");
    // A second subject of the type gets its own name; canceled, it leaves nothing behind.
    press(&mut model, "c End Enter 'another Enter 'witness Enter");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!(picker.lines[picker.cursor].label, "Witness 2 · Witness name");
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
    assert!(!has_none && picker.lines[picker.cursor].label == "Witness · Claimant name");
}

#[test]
fn values_that_the_file_does_not_have_are_not_counted() {
    let mut model = on_map();
    let job = model.job.as_mut().unwrap();
    let rule = job.recipe.columns.iter_mut().find(|rule| rule.from == "Services").unwrap();
    for id in 3..60 {
        rule.values.insert(format!("Of another file {id}"), crate::case::MappedValue::Id(id));
    }
    rule.values.insert("Background".into(), crate::case::MappedValue::Id(2));
    rule.values.insert("Trial".into(), crate::case::MappedValue::Id(2));
    let text = lines(draw(&model, 200, 24).backend().buffer()).join("\n");
    assert!(text.contains("3 matched"), "{text}");
}
