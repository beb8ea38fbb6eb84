//! Imports that another process runs or may run.

use crate::tui::core::effect::{Effect, Query, RunCommand};
use crate::tui::core::msg::Watched;
use crate::tui::tests::*;

/// Opens Processing for an import that another process left in the ledger.
fn watching(status: Status) -> Model {
    let mut model = home(true);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![found(status)]))));
    assert!(matches!(press(&mut model, "Enter").as_slice(), [Effect::Query(Query::Watch(14))]));
    answer(&mut model, status);
    model
}

fn found(status: Status) -> Import {
    import(14, status, counts(9, 1, 0, 2))
}

/// Delivers the reply of the ledger.
fn answer(model: &mut Model, status: Status) {
    let watched = Watched {
        import: found(status),
        log: vec![exception(2), exception(3)],
        older: 0,
        version: 1,
        read_back: crate::app::ReadBack::default(),
        created_later: Vec::new(),
    };
    let effects = update(model, Msg::Reply(Reply::Watched(14, Ok(Box::new(watched)))));
    assert!(effects.is_empty(), "{effects:?}");
}

fn stopping(model: &Model) -> bool {
    model.board().unwrap().stopping
}

#[test]
fn an_import_of_another_caseload_is_watched_every_second() {
    let mut model = home(true);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![found(Status::Processing)]))));
    assert!(matches!(update(&mut model, Msg::Tick(NOON)).as_slice(), [Effect::Query(Query::LoadImports)]));
    assert!(matches!(press(&mut model, "Enter").as_slice(), [Effect::Query(Query::Watch(14))]));
    for second in 1..4 {
        assert!(matches!(
            update(&mut model, Msg::Tick(NOON + second)).as_slice(),
            [Effect::Query(Query::Watch(14))]
        ));
    }
}

#[test]
fn the_list_notices_imports_of_another_caseload() {
    let mut model = home(true);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(Vec::new()))));
    assert!(model.wants_ticks());
    let first = update(&mut model, Msg::Tick(NOON));
    assert!(matches!(first.as_slice(), [Effect::Query(Query::ImportChanges)]), "{first:?}");
    assert!(model.quiet && update(&mut model, Msg::Tick(NOON + 1)).is_empty());
    assert_eq!(update(&mut model, Msg::Tick(NOON + 2)).len(), 1);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![found(Status::Ready)]))));
    assert!(!model.quiet);
}

#[test]
fn the_message_that_an_import_runs_elsewhere_goes_when_that_run_ends() {
    let mut model = watching(Status::Paused);
    let why = "Import 14 was run in another window and is running there.";
    update(&mut model, Msg::Reply(Reply::Started(14, Err(why.into()))));
    assert!(picture(&model, 110, 24).contains("is running there"));
    answer(&mut model, Status::Processing);
    answer(&mut model, Status::Complete);
    let shown = picture(&model, 110, 24);
    assert!(model.status.is_none() && !shown.contains("is running there"), "{shown}");
}

#[test]
fn a_wait_for_the_ledger_is_shown_until_it_is_over() {
    let mut model = home(true);
    update(&mut model, Msg::LedgerWait(true));
    assert!(status(&model).contains("another program"), "{}", status(&model));
    update(&mut model, Msg::LedgerWait(false));
    assert!(model.status.is_none());
}

#[test]
fn an_import_of_another_caseload_can_be_paused() {
    let mut model = watching(Status::Processing);
    assert!(matches!(press(&mut model, "p").as_slice(), [Effect::Run(RunCommand::AskToPause(14))]));
    update(&mut model, Msg::Reply(Reply::AskedToPause(14, Ok(()))));
    answer(&mut model, Status::Processing);
    assert!(stopping(&model), "rows still await a reply");
    assert!(press(&mut model, "p").is_empty());
    assert!(status(&model).contains("once the rows awaiting reply"), "{}", status(&model));
    answer(&mut model, Status::Paused);
    assert!(!stopping(&model));
    assert!(press(&mut model, "p").is_empty());
    assert_eq!(status(&model), "The import isn't running.");
    // Once resumed there, it can be paused again.
    answer(&mut model, Status::Processing);
    assert!(matches!(press(&mut model, "p").as_slice(), [Effect::Run(RunCommand::AskToPause(14))]));
}

#[test]
fn a_pause_request_without_a_run_is_reported() {
    let mut model = watching(Status::Processing);
    press(&mut model, "p");
    let nobody = Err("import 14 is not running".to_owned());
    let effects = update(&mut model, Msg::Reply(Reply::AskedToPause(14, nobody)));
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::Watch(14))]));
    assert!(!stopping(&model));
    assert!(status(&model).contains("not running"));
}

#[test]
fn an_idle_import_is_polled_every_other_second() {
    let mut model = watching(Status::Paused);
    let looks = |effects: &[Effect]| matches!(effects, [Effect::Query(Query::WatchChanges(14, 1))]);
    let queried: Vec<bool> = (1..=6)
        .map(|second| {
            let effects = update(&mut model, Msg::Tick(NOON + second));
            assert!(model.quiet && (effects.is_empty() || looks(&effects)), "{effects:?}");
            looks(&effects)
        })
        .collect();
    assert_eq!(queried, [true, false, true, false, true, false]);
    // Once resumed there, it is polled every second.
    answer(&mut model, Status::Processing);
    assert!(!model.quiet && picture(&model, 80, 24).contains("another window"));
    assert!(matches!(update(&mut model, Msg::Tick(NOON + 7)).as_slice(), [Effect::Query(Query::Watch(14))]));
}

#[test]
fn nothing_is_drawn_when_nothing_changed() {
    for status in [Status::Processing, Status::Paused, Status::Interrupted, Status::Complete] {
        let mut model = watching(status);
        let before = picture(&model, 80, 24);
        answer(&mut model, status);
        assert!(model.quiet, "{status}");
        assert_eq!(picture(&model, 80, 24), before, "{status}");
        press(&mut model, "k");
        assert!(!model.quiet, "a key is always drawn");
        update(&mut model, Msg::Tick(NOON + 1));
        assert!(model.quiet, "{status}");
    }
    let mut model = watching(Status::Paused);
    let (import, log) = (found(Status::Paused), vec![exception(2)]);
    let watched = Watched {
        import,
        log,
        older: 0,
        version: 2,
        read_back: crate::app::ReadBack::default(),
        created_later: Vec::new(),
    };
    update(&mut model, Msg::Reply(Reply::Watched(14, Ok(Box::new(watched)))));
    assert!(!model.quiet, "an exception is gone");
    for quiet in [false, true] {
        update(&mut model, Msg::Reply(Reply::Watched(14, Err("the ledger cannot be read".to_owned()))));
        assert_eq!(model.quiet, quiet, "it is said once");
    }
}

#[test]
fn only_processing_and_the_list_poll() {
    let mut model = home(true);
    assert!(model.wants_ticks());
    press(&mut model, "j Enter");
    assert!(model.wants_ticks());
    model.screen = crate::tui::core::place::Screen::Review;
    assert!(!model.wants_ticks(), "nothing runs");
}

#[test]
fn nothing_is_decided_while_another_caseload_runs_the_import() {
    let mut model = watching(Status::Processing);
    let unknown = |row| Exception { code: crate::case::Code::Unknown, ..exception(row) };
    model.board_mut().unwrap().log.replace(vec![unknown(2)], 0);
    assert!(press(&mut model, "t").is_empty() && model.overlays.is_empty());
    assert!(status(&model).contains("running in another window"), "{}", status(&model));
    model.board_mut().unwrap().import_mut().unwrap().status = Status::Paused;
    press(&mut model, "t");
    assert_eq!(model.overlays.len(), 1);
}

#[test]
fn the_reason_why_an_import_did_not_start_stays_until_it_runs() {
    const WHY: &str = "! The ledger is read-only, so nothing is sent.";
    let refuse = |model: &mut Model| {
        press(model, "r Enter");
        let refused = Err("the ledger is read-only, so nothing is sent".to_owned());
        update(model, Msg::Reply(Reply::Started(14, refused)));
    };
    let mut model = watching(Status::Paused);
    refuse(&mut model);
    answer(&mut model, Status::Paused);
    press(&mut model, "j k");
    assert!(picture(&model, 80, 24).contains(WHY), "{}", picture(&model, 80, 24));
    // It ran in another window meanwhile.
    answer(&mut model, Status::Processing);
    answer(&mut model, Status::Paused);
    assert!(!picture(&model, 80, 24).contains(WHY));
    refuse(&mut model);
    press(&mut model, "r Enter");
    assert!(!picture(&model, 80, 24).contains(WHY), "the next start");
    press(&mut model, "Esc");
    update(&mut model, Msg::Reply(Reply::Started(14, Err("the disk is full".to_owned()))));
    assert_eq!(status(&model), "Import 14 wasn't started. The disk is full");
}

#[test]
fn an_import_that_never_started_has_no_empty_note() {
    let mut model = watching(Status::Paused);
    let board = model.board_mut().unwrap();
    board.note.clear();
    board.import_mut().unwrap().status = Status::Ready;
    let shown = picture(&model, 80, 24);
    assert!(!shown.lines().any(|line| line.trim() == "!"), "{shown}");
}
