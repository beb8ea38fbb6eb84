use crate::tui::screens::review::state::Review;
use crate::tui::tests::*;

fn review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

fn screen(model: &Model) -> Vec<String> {
    lines(draw(model, 80, 24).backend().buffer())
}

/// Changes the message of the first problem and of its kind.
fn set_message(review: &mut Review, message: &str) {
    let found = review.check.value_mut().unwrap();
    found.report.groups[0].first.message = message.to_owned();
    found.problems[0].message = message.to_owned();
}

#[test]
fn a_long_problem_is_shown_to_its_end() {
    let mut model = review();
    press(&mut model, "n");
    let long = format!("{}the last words", "this takes many words to explain, ".repeat(4));
    set_message(&mut model.review, &long);
    let text = screen(&model).join("\n");
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Once in the list of kinds, once for the row.
    assert_eq!(unwrapped.matches("the last words").count(), 2, "{text}");
    assert!(unwrapped.contains("the last words; fix the cell") && text.contains(" A-1 "), "{text}");
}

#[test]
fn a_cut_message_points_to_the_whole_text() {
    let mut model = review();
    press(&mut model, "n");
    set_message(&mut model.review, &"so many words ".repeat(80));
    let text = screen(&model).join("\n");
    assert!(text.contains("… Enter: all of it") && text.contains(" A-1 "), "{text}");
}

#[test]
fn notes_are_wrapped_while_there_is_room() {
    let mut model = review();
    let note = |last: &str| format!("{}{last}", "a note about the whole file, ".repeat(4));
    model.review.check.value_mut().unwrap().report.notes = vec![note("its end"), note("second")];
    let text = screen(&model).join("\n");
    assert!(text.contains("its end") && text.contains("second") && text.contains(" A-1 "), "{text}");
    model.review.check.value_mut().unwrap().report.doubts = vec![note("doubt"), note("another")];
    let text = screen(&model).join("\n");
    assert!(text.contains("its end") && !text.contains("second") && text.contains(" A-1 "), "{text}");
}
