//! Imports that another caseload runs, or may.

use super::*;
use crate::tui::msg::Watched;

/// An import as another program left it in the ledger, looked at on the Processing screen.
fn looking_at(status: Status) -> Model {
    let mut model = home(true);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![found(status)]))));
    assert!(matches!(press(&mut model, "Enter").as_slice(), [Effect::Watch(14)]));
    answer(&mut model, status);
    model
}

fn found(status: Status) -> Import {
    import(14, status, counts(9, 1, 0, 2))
}

/// The ledger answers.
fn answer(model: &mut Model, status: Status) {
    let watched = Watched { import: found(status), log: vec![exception(2), exception(3)], older: 0 };
    let effects = update(model, Msg::Reply(Reply::Watched(14, Ok(Box::new(watched)))));
    assert!(effects.is_empty(), "{effects:?}");
}

fn status(model: &Model) -> &str {
    model.status.as_ref().map_or("", |(_, text)| text.as_str())
}

fn stopping(model: &Model) -> bool {
    model.board().unwrap().stopping
}

#[test]
fn an_import_of_another_caseload_is_watched_every_second() {
    let mut model = home(true);
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![found(Status::Processing)]))));
    assert!(matches!(update(&mut model, Msg::Tick(NOON)).as_slice(), [Effect::LoadImports]));
    assert!(matches!(press(&mut model, "Enter").as_slice(), [Effect::Watch(14)]));
    for second in 1..4 {
        assert!(matches!(update(&mut model, Msg::Tick(NOON + second)).as_slice(), [Effect::Watch(14)]));
    }
}

#[test]
fn it_is_paused_from_here_and_that_is_seen() {
    let mut model = looking_at(Status::Processing);
    assert!(matches!(press(&mut model, "p").as_slice(), [Effect::AskToPause(14)]));
    update(&mut model, Msg::Reply(Reply::AskedToPause(14, Ok(()))));
    answer(&mut model, Status::Processing);
    assert!(stopping(&model), "it still has rows in flight");
    assert!(press(&mut model, "p").is_empty());
    assert!(status(&model).contains("as soon as the rows in flight"), "{}", status(&model));
    answer(&mut model, Status::Paused);
    assert!(!stopping(&model));
    assert!(press(&mut model, "p").is_empty());
    assert_eq!(status(&model), "it is not running");
    // Resumed over there, it can be paused once more.
    answer(&mut model, Status::Processing);
    assert!(matches!(press(&mut model, "p").as_slice(), [Effect::AskToPause(14)]));
}

#[test]
fn when_nobody_can_be_asked_that_is_said() {
    let mut model = looking_at(Status::Processing);
    press(&mut model, "p");
    let nobody = Err("import 14 is not running".to_owned());
    let effects = update(&mut model, Msg::Reply(Reply::AskedToPause(14, nobody)));
    assert!(matches!(effects.as_slice(), [Effect::Watch(14)]));
    assert!(!stopping(&model));
    assert!(status(&model).contains("not running"));
}
