//! Full-screen texts scroll from any position, the end included.

use super::*;

/// Models with a full-screen text that doesn't fit the window.
fn texts() -> Vec<(&'static str, Model)> {
    let open = |keys: &str| {
        let mut model = defaults();
        let effects = press(&mut model, "c c");
        answer_review(&mut model, effects);
        update(&mut model, Msg::Resize(60, 16));
        press(&mut model, keys);
        model
    };
    vec![
        ("help", open("?")),
        ("guide", open("? Enter Enter")),
        ("row", open("Enter")),
        ("cells", open("Enter Tab Tab")),
    ]
}

fn shown(model: &Model) -> Vec<String> {
    lines(draw(model, model.size.0, model.size.1).backend().buffer())
}

#[test]
fn each_key_scrolls_from_the_end_of_a_text() {
    for (name, mut model) in texts() {
        press(&mut model, "G");
        let end = shown(&model);
        press(&mut model, "j PgDn");
        assert_eq!(shown(&model), end, "{name}: nothing follows the end");
        press(&mut model, "k");
        let above = shown(&model);
        assert_eq!(above.get(3..13), end.get(2..12), "{name}: one line up");
        press(&mut model, "j PgUp");
        assert_ne!(shown(&model), end, "{name}: one page up");
        press(&mut model, "g");
        assert!(shown(&model).join("\n").contains(" 1-"), "{name}: {:?}", shown(&model));
    }
}

#[test]
fn a_text_scrolls_at_once_after_the_window_grew() {
    let (_, mut model) = texts().remove(0);
    press(&mut model, "G");
    update(&mut model, Msg::Resize(60, 20));
    let end = shown(&model);
    press(&mut model, "k");
    assert_eq!(shown(&model).get(3..17), end.get(2..16));
}
