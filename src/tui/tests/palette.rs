//! Actions that work everywhere (palette, clipboard, suspend), and the causes of the log.

use super::*;
use crate::engine::{Event as RunEvent, Progress};
use crate::tui::core::action::Action;
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use crate::tui::core::keymap::{ACTIONS, actions_of};
use crate::tui::core::model::{Overlay, TerminalRequest};
use crate::tui::core::palette;
use crate::tui::core::place::{Place, Screen};
use crate::tui::tests::runs::on_processing;

fn with_exceptions() -> Model {
    let mut model = on_processing();
    let unknown = Exception { code: Code::Unknown, ..exception(3) };
    let refused = |row| Exception {
        code: Code::Trackops(422),
        source: ExceptionSource::Trackops,
        message: format!("service {row} is unknown"),
        ..exception(row)
    };
    let found = vec![exception(1), refused(2), unknown, refused(44), exception(5), exception(6)];
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(found)));
    model
}

#[test]
fn the_log_shows_one_cause_alone() {
    let mut model = with_exceptions();
    press(&mut model, "/");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    let choices: Vec<_> =
        picker.lines.iter().map(|choice| format!("{}: {}", choice.label, choice.note)).collect();
    assert_eq!(
        choices,
        [
            "All exceptions: 6 rows",
            "“Due” isn't a date: 3 rows",
            "“Due” service # is unknown: 2 rows",
            "unknown: sent, but no answer arrived: 1 row",
        ]
    );
    press(&mut model, "Down Enter");
    let log = model.board().unwrap().log();
    assert_eq!((log.len(), log.total()), (3, 6));
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![exception(7)])));
    assert_eq!(model.board().unwrap().log().len(), 4);
    press(&mut model, "Esc");
    assert_eq!((model.screen, model.board().unwrap().log().len()), (Screen::Processing, 7));
}

#[test]
fn an_exception_goes_to_the_clipboard_as_text_that_steers_nothing() {
    let mut model = with_exceptions();
    press(&mut model, "g Y");
    let Some(TerminalRequest::Copy(text)) = model.terminal_request.take() else {
        panic!("nothing is copied")
    };
    assert!(text.starts_with("Where: row 1 of the file, line 2\nColumn: Due\n"), "{text}");
    assert!(text.contains("Value: 31/02/2026␛[2J\n"), "{text}");
    assert!(status(&model).contains("to your terminal’s clipboard"), "{}", status(&model));
    press(&mut model, "G Enter Y");
    assert!(
        matches!(model.terminal_request.take(), Some(TerminalRequest::Copy(text)) if text.contains("row 6 "))
    );
}

#[test]
fn the_palette_does_what_is_typed_and_says_why_not() {
    let mut model = with_exceptions();
    press(&mut model, ":");
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!() };
    let resume = picker.lines.iter().find(|choice| choice.note == "r").unwrap();
    assert!(
        resume.detail.starts_with("Unavailable: The import is running. Send corrected rows"),
        "{resume:?}"
    );
    assert!(resume.is_faint && !picker.lines[0].is_faint, "it looks different from what can be done");
    press(&mut model, "'cause Enter");
    assert!(matches!(model.overlays.last(), Some(Overlay::Picker(picker)) if picker.title.contains("cause")));
    press(&mut model, "Esc Ctrl-P 'sent Enter");
    assert_eq!(status(&model), "The import is running.", "an unavailable action says why");
}

#[test]
fn every_action_of_a_place_is_in_its_palette() {
    for (keys, place) in [("", Place::Defaults), ("c", Place::FieldMap), ("c v", Place::Values)] {
        let mut model = defaults();
        press(&mut model, keys);
        assert_eq!(model.place(), place);
        press(&mut model, ":");
        let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("no palette in {place:?}") };
        let named = ACTIONS.iter().filter(|spec| spec.exists_in(place) && !spec.text.is_empty());
        for spec in named {
            let found = picker.lines.iter().any(|choice| choice.note == spec.shown);
            assert!(found, "{place:?}: {}", spec.help);
        }
    }
}

#[test]
fn no_line_of_the_palette_is_cut_in_a_usual_window() {
    for place in Place::VARIANTS {
        for spec in actions_of(*place).filter(|spec| palette::is_listed(spec)) {
            let label = palette::label(spec);
            assert!(label.width() <= 57, "{place:?}: {label}");
        }
    }
    let mut model = with_exceptions();
    press(&mut model, ":");
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(
        !shown.lines().filter_map(|line| line.split('│').nth(1)).any(|line| line.contains('…')),
        "{shown}"
    );
}

#[test]
fn the_background_is_reached_from_everywhere() {
    for keys in ["", "c", "Down Enter", "c v", "?", "c +"] {
        let mut model = defaults();
        press(&mut model, keys);
        press(&mut model, "Ctrl-Z");
        assert_eq!(model.terminal_request, Some(TerminalRequest::Suspend), "after {keys}");
    }
    assert!(ACTIONS.iter().any(|spec| spec.action == Action::Suspend && spec.places.is_empty()));
}

#[test]
fn the_rate_is_drawn_second_by_second() {
    let mut model = on_processing();
    for (second, created) in (1..).zip([0, 10, 40, 40, 60]) {
        let counts = Counts { rows: 5_000, created, not_sent: 5_000 - created, ..Counts::default() };
        let progress = Progress { counts, in_flight: 0, rows_per_second: 10.0 };
        update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
        update(&mut model, Msg::Tick(NOON + second));
    }
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(shown.contains("▄█ ▆ at most 30"), "{shown}");
    assert!(shown.contains("60 of 5,000 rows"), "{shown}");
}
