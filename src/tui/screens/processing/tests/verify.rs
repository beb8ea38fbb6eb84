//! Reading the cases of an import back with one key.

use crate::app::ReadBack;
use crate::engine::{Ended, Event as RunEvent};
use crate::ledger::Verification;
use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::msg::Watched;
use crate::tui::tests::*;

const COUNTS: Counts = Counts { rows: 6, created: 6, rejected: 0, excluded: 0, unknown: 0, not_sent: 0 };

/// Delivers what the ledger has about the import.
fn answer(model: &mut Model, at: i64, created: u64) {
    let verified = Verification { at, created, same: created, ..Verification::default() };
    let watched = Watched {
        import: import(11, Status::Complete, COUNTS),
        log: Vec::new(),
        older: 0,
        version: 1,
        read_back: ReadBack { verified: Some(verified), findings: Vec::new() },
        created_later: Vec::new(),
    };
    update(model, Msg::Reply(Reply::Watched(11, Ok(Box::new(watched)))));
}

/// Processing of a complete import whose cases were read back at noon.
fn complete() -> Model {
    let mut model = home(true);
    crate::tui::screens::processing::show(&mut model, 11);
    answer(&mut model, NOON, 6);
    model
}

fn verify(model: &mut Model) {
    assert!(matches!(press(model, "V").as_slice(), [Effect::Run(RunCommand::Verify(11))]));
}

fn end(model: &mut Model, looked_up: bool, note: &str) {
    let ended = Ended { status: Status::Complete, counts: COUNTS, note: note.to_owned(), looked_up };
    update(model, Msg::Run(11, RunEvent::Ended(ended)));
}

const NOT_READ: &str =
    "✗ The cases weren't read back. Trackops answered 500. Press V to try again. Last read";

#[test]
fn cases_that_cannot_be_read_back_are_reported_with_the_time_of_the_last_result() {
    let mut model = complete();
    let result = format!("✓ Read back {}: 6 created, 6 found, 6 the same", model.moment(NOON));
    assert!(picture(&model, 80, 24).contains(&result));
    verify(&mut model);
    end(&mut model, false, "Trackops answered 500. Then verify again.");
    answer(&mut model, NOON, 6);
    let shown = picture(&model, 120, 24);
    assert!(shown.contains(NOT_READ), "{shown}");
    assert!(shown.contains(&model.moment(NOON)) && !shown.contains(&result), "{shown}");
    // A later result takes its place.
    verify(&mut model);
    end(&mut model, true, "");
    answer(&mut model, NOON + 60, 6);
    let shown = picture(&model, 120, 24);
    assert!(shown.contains(&format!("✓ Read back {}: 6", model.moment(NOON + 60))), "{shown}");
    assert!(!shown.contains("weren't"), "{shown}");
}

#[test]
fn reading_back_that_does_not_start_shows_no_progress() {
    let mut model = complete();
    verify(&mut model);
    assert!(picture(&model, 80, 24).contains("Reading back 0 cases"));
    update(&mut model, Msg::Reply(Reply::Started(11, Err("Trackops answered 500".to_owned()))));
    let shown = picture(&model, 120, 24);
    assert!(shown.contains(NOT_READ) && !shown.contains("Reading back 0"), "{shown}");
}

#[test]
fn nothing_is_read_back_if_nothing_was_created() {
    let mut model = complete();
    answer(&mut model, NOON, 0);
    let shown = picture(&model, 80, 24);
    assert!(!shown.contains("Read back"), "{shown}");
}

#[test]
fn reading_back_that_the_user_stops_is_no_failure() {
    let mut model = complete();
    verify(&mut model);
    press(&mut model, "p");
    end(&mut model, false, "Stopped before everything was read back.");
    assert!(status(&model).contains("because you stopped it"), "{}", status(&model));
    answer(&mut model, NOON, 6);
    let shown = picture(&model, 120, 24);
    assert!(!shown.contains("✗") && shown.contains("✓ Read back"), "{shown}");
}

#[test]
fn a_failure_to_read_back_is_a_sentence_until_the_import_runs_again() {
    let mut model = complete();
    verify(&mut model);
    end(&mut model, false, "the ledger can't be read");
    answer(&mut model, NOON, 6);
    let shown = picture(&model, 120, 24);
    assert!(shown.contains("weren't read back. The ledger can't be read. Press V"), "{shown}");
    let before = model.board().unwrap().import().unwrap().ended_at;
    model.board_mut().unwrap().import_mut().unwrap().ended_at = before.map(|at| at - 60);
    answer(&mut model, NOON, 6);
    assert!(!picture(&model, 120, 24).contains("weren't read back"));
}

#[test]
fn reading_back_that_does_not_start_is_reported_on_other_screens() {
    let mut model = complete();
    verify(&mut model);
    press(&mut model, "Esc");
    update(&mut model, Msg::Reply(Reply::Started(11, Err("Trackops answered 500".to_owned()))));
    assert!(status(&model).contains("import 11 weren't read back"), "{}", status(&model));
}

#[test]
fn a_long_note_leaves_room_for_the_log_and_begins_with_the_next_key() {
    let mut model = complete();
    let counts = Counts { rows: 20, created: 6, rejected: 11, unknown: 3, ..Counts::default() };
    let note = "Row 34 (line 35): its case has the reference of another row; compare the two. ".repeat(20);
    let verified =
        Verification { at: NOON + 3_700, created: 6, same: 2, different: 4, ..Verification::default() };
    let board = model.board_mut().unwrap();
    (board.progress.counts, board.note, board.read_back.verified) = (counts, note, Some(verified));
    board.log.replace((1..=14).map(exception).collect(), 0);
    for (width, height) in [(60, 16), (80, 24), (100, 30)] {
        let shown = picture(&model, width, height);
        assert!(shown.contains("! 3 rows unknown: press r to look up"), "{shown}");
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("11 rows rejected: press e to edit"), "{shown}");
        assert!(flat.contains("more lines: w, the web page, has them"), "{shown}");
        assert!(shown.contains("Exceptions: 14") && shown.contains("what happened"), "{shown}");
        assert!(shown.contains("! Read back") && shown.contains("row"), "{shown}");
        assert!(shown.contains("Complete, 11 REJECTED, 3 UNKNOWN, READ BACK DIFFERENTLY"), "{shown}");
    }
}

#[test]
fn a_row_with_a_second_case_is_no_success() {
    let mut model = complete();
    model.board_mut().unwrap().import_mut().unwrap().doubled = 1;
    let shown = picture(&model, 100, 24);
    assert!(shown.contains("! Complete, 1 DOUBLED"), "{shown}");
    assert!(shown.contains("! Read back") && shown.contains("6 the same, 1 with a second case"), "{shown}");
    let import = Import { doubled: 1, ..import(11, Status::Complete, COUNTS) };
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![import]))));
    press(&mut model, "Esc");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("! 1 doubled") && !shown.contains("✓"), "{shown}");
}
