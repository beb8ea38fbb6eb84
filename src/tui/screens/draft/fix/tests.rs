use crate::case::{Fix, MappedValue};
use crate::tui::core::model::Overlay;
use crate::tui::tests::*;

/// Review with the cursor on “Background” in the column of services.
fn on_services() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    let effects = press(&mut model, "Down Right Right Right Right");
    answer_review(&mut model, effects);
    model
}

fn fixes(model: &Model) -> &[Fix] {
    &model.job.as_ref().unwrap().recipe.fixes
}

fn fix_to(text: &str) -> Fix {
    Fix { column: "Services".into(), row: Some(2), from: "Background".into(), to: text.into() }
}

#[test]
fn a_cell_of_ids_is_chosen_from_the_known_ones() {
    let mut model = on_services();
    press(&mut model, "e");
    assert!(matches!(model.overlays.last(), Some(Overlay::Picker(_))), "{:?}", model.overlays);
    press(&mut model, "'backg Enter");
    assert_eq!(fixes(&model), [fix_to("2")]);
}

#[test]
fn a_typed_name_becomes_its_id_and_an_unknown_one_is_asked_about() {
    let mut model = on_services();
    let typed = |model: &mut Model, text: &str| {
        press(model, "e PgDn Enter Ctrl-U");
        press(model, &format!("'{text} Enter"));
    };
    typed(&mut model, "Surveillance;Boat");
    let question = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(question.contains("“Boat” isn't in the catalog (Services)"), "{question}");
    press(&mut model, "Esc");
    assert_eq!(fixes(&model), []);
    typed(&mut model, "99");
    let question = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(question.contains("Id 99 isn't in the catalog (Services). Use it anyway?"), "{question}");
    press(&mut model, "Enter");
    assert_eq!(fixes(&model), [fix_to("99")]);
    typed(&mut model, "Surveillance;Background");
    assert_eq!(fixes(&model), [fix_to("1;2")]);
    typed(&mut model, "surveillance");
    assert_eq!(fixes(&model), [fix_to("surveillance")], "the column has a match for it");
    let values = &mut model.job.as_mut().unwrap().recipe.columns[4].values;
    values.insert("Boat".into(), MappedValue::Id(98));
    typed(&mut model, "Boat");
    assert_eq!(fixes(&model), [fix_to("Boat")], "the match counts, whatever the catalog has");
}

#[test]
fn a_hidden_cell_of_ids_is_typed_anew_and_never_displayed() {
    let mut model = on_services();
    model.job.as_mut().unwrap().recipe.columns[4].private = Some(true);
    let effects = model.draft_changed();
    answer_review(&mut model, effects);
    press(&mut model, "e PgDn Enter");
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!((prompt.input.value(), prompt.hidden), ("", true));
    press(&mut model, "'Surveillance Enter");
    assert_eq!(fixes(&model), [fix_to("Surveillance")]);
    assert_eq!(status(&model), "Row 2, “Services”: “••••••••••” changed to “••••••••••••”. u to undo.");
}
