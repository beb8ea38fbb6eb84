//! Prompts that begin with a text: typing replaces it, moving in it edits it.

use crate::tui::core::model::Overlay;
use crate::tui::tests::*;

/// The prompt for the name of import 12, with “Acme weekly” in it.
fn renaming() -> Model {
    let mut model = home(true);
    press(&mut model, "Down e");
    assert_eq!(text(&model), "Acme weekly");
    model
}

fn text(model: &Model) -> &str {
    match model.overlays.last() {
        Some(Overlay::Prompt(prompt)) => prompt.input.value(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn typing_replaces_a_selected_text() {
    let mut model = renaming();
    press(&mut model, "'Beta");
    assert_eq!(text(&model), "Beta");
    let mut model = renaming();
    update(&mut model, Msg::Paste("Gamma".into()));
    assert_eq!(text(&model), "Gamma");
}

#[test]
fn keys_that_move_or_delete_edit_a_selected_text() {
    for (keys, edited) in [
        ("Left 'X", "Acme weeklXy"),
        ("Right '!", "Acme weekly!"),
        ("End '!", "Acme weekly!"),
        ("Home '!", "!Acme weekly"),
        ("Backspace '!", "Acme weekl!"),
        ("Ctrl-W 'daily", "Acme daily"),
        ("Ctrl-U 'x", "x"),
    ] {
        let mut model = renaming();
        press(&mut model, keys);
        assert_eq!(text(&model), edited, "{keys}");
    }
}

#[test]
fn a_selected_text_is_reversed_and_says_what_typing_does() {
    let mut model = renaming();
    let reversed = |model: &Model| {
        let terminal = draw(model, 80, 24);
        let buffer = terminal.backend().buffer();
        let shown = lines(buffer);
        let line = shown.iter().position(|line| line.contains("│ Acme weekly")).unwrap();
        runs(buffer, u16::try_from(line).unwrap()) == ["10-20 reversed"]
    };
    let hint = "Type to replace it";
    assert!(reversed(&model) && picture(&model, 80, 24).contains(hint), "{}", picture(&model, 80, 24));
    press(&mut model, "Left");
    assert!(!reversed(&model) && !picture(&model, 80, 24).contains(hint), "{}", picture(&model, 80, 24));
}

#[test]
fn a_proposed_path_is_edited() {
    let mut model = home(true);
    press(&mut model, "Down w Enter");
    let before = text(&model).to_owned();
    press(&mut model, "'x");
    assert_eq!(text(&model), before + "x");
}

#[test]
fn a_long_reason_and_the_hint_on_the_selection_are_both_whole() {
    let mut model = renaming();
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else { panic!() };
    prompt.error = Some("a reason that takes many words, ".repeat(8) + "to its last word");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("last word") && shown.contains("Type to replace it; ← to edit it."), "{shown}");
}
