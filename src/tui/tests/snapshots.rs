//! Snapshots of every screen, with text and styles.

use insta::assert_snapshot;

use super::*;
use crate::engine::{Event as RunEvent, Progress};

fn review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

fn processing() -> Model {
    let mut model = review();
    press(&mut model, "s Tab Enter");
    let counts = Counts { rows: 112, created: 40, rejected: 2, excluded: 1, unknown: 4, not_sent: 65 };
    let progress = Progress { counts, in_flight: 4, rows_per_second: 0.4 };
    update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![exception(17), exception(40)])));
    model
}

fn after(mut model: Model, keys: &str) -> Model {
    let effects = press(&mut model, keys);
    answer_review(&mut model, effects);
    model
}

/// An edited cell, a value replaced in every row, and a skipped row.
fn changed() -> Model {
    ["n e Ctrl-U '3/1/2026 Enter", "Left E Ctrl-U '3/9/2026 Enter", "G x", "m"]
        .into_iter()
        .fold(review(), after)
}

/// Returns every screen and dialog in its main states, by name.
pub(super) fn all() -> Vec<(&'static str, Model)> {
    let mut empty = home(true);
    update(&mut empty, Msg::Reply(Reply::Imports(Ok(Vec::new()))));
    vec![
        ("account", crate::tui::screens::account::tests::first_run()),
        ("account_environment", crate::tui::screens::account::tests::first_run_with_token()),
        ("account_change", after(crate::tui::screens::account::tests::two(), "a Down Enter")),
        ("accounts", after(crate::tui::screens::account::tests::two(), "a")),
        ("accounts_question", after(crate::tui::screens::account::tests::two(), "Down r")),
        ("imports_accounts", crate::tui::screens::account::tests::two()),
        ("imports", home(true)),
        ("imports_empty", empty),
        ("defaults", defaults()),
        ("defaults_missing", after(defaults(), "Down Delete")),
        ("picker", after(defaults(), "Down Enter 'comp")),
        ("prompt_error", after(defaults(), "Down Down Down Down Down Down Down Enter 'x Enter")),
        ("field_map", after(defaults(), "c Down Down")),
        ("field_map_bad_sample", after(defaults(), "c Down Down Down Right")),
        ("declare", after(defaults(), "c End +")),
        ("values", after(defaults(), "c Down Down Down Down v")),
        ("review", after(review(), "n")),
        ("review_problems", after(review(), "P")),
        ("review_kinds", after(review(), "/")),
        ("fix", after(review(), "n e")),
        ("texts", after(review(), "v")),
        ("row", after(review(), "Enter")),
        ("row_cells", after(review(), "Enter Tab")),
        ("row_json", after(review(), "Enter Tab Tab")),
        ("changes", changed()),
        ("start", after(review(), "s")),
        ("processing", processing()),
        ("processing_frozen", after(processing(), "k")),
        ("exception", after(processing(), "Enter")),
        ("leave", after(processing(), "q")),
        ("resume", after(home(true), "Down Down Down r")),
        ("sheet", after(defaults(), "f Down Down Down")),
        ("help", after(review(), "?")),
        ("paused", after(home(true), "Down Enter")),
        ("processing_causes", after(processing(), "/")),
        ("processing_one_cause", after(processing(), "/ Down Enter")),
        ("chooser", after(home(true), "n")),
        ("date", after(defaults(), "Down Down Down Down Down Down Down Enter")),
        ("palette", after(review(), ":")),
        ("catalog", after(crate::tui::screens::catalog::tests::lists(), "Down x")),
        ("catalog_entry", after(crate::tui::screens::catalog::tests::lists(), "n")),
        (
            "catalog_fields",
            after(crate::tui::screens::catalog::tests::lists(), "Tab Tab Tab Tab Tab Tab Enter"),
        ),
        ("catalog_live", crate::tui::screens::catalog::tests::live()),
    ]
}

#[test]
fn every_screen_at_the_usual_size() {
    for (name, mut model) in all() {
        update(&mut model, Msg::Resize(80, 24));
        assert_snapshot!(format!("80x24_{name}"), picture(&model, 80, 24));
    }
}

/// Screens that show more in a wide window.
const WIDE: [&str; 4] = ["field_map", "review", "processing", "paused"];

#[test]
fn what_a_wide_window_adds() {
    for (name, mut model) in all().into_iter().filter(|(name, _)| WIDE.contains(name)) {
        update(&mut model, Msg::Resize(120, 40));
        assert_snapshot!(format!("120x40_{name}"), picture(&model, 120, 40));
    }
}

#[test]
fn without_colours_nothing_is_lost() {
    let mut model = home(false);
    press(&mut model, "Down");
    let picture = picture(&model, 80, 24);
    for colour in ["red", "green", "yellow", "cyan"] {
        assert!(!picture.contains(colour));
    }
    assert_snapshot!("no_color", picture);
}
