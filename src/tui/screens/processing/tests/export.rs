//! Exporting rows and the receipt, and deciding unknown rows.

use crate::app::{ExportKind, StartOptions};
use crate::ledger::Decision;
use crate::tui::core::effect::{DataChange, Effect, Query, RunCommand};
use crate::tui::core::model::{Overlay, TemporaryFolder};
use crate::tui::core::msg::{NotDecided, Watched};
use crate::tui::core::place::Place;
use crate::tui::tests::*;

/// A complete import in which row 3 is unknown and row 2 was rejected.
fn at_its_end() -> Model {
    let mut model = home(true);
    let done = import(11, Status::Complete, counts(4, 2, 1, 1));
    model.imports.replace(vec![done.clone()]);
    let effects = press(&mut model, "Enter");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Watch(11)))), "{effects:?}");
    let unknown = Exception { code: Code::Unknown, source: ExceptionSource::Trackops, ..exception(3) };
    let watched = Watched {
        import: done,
        log: vec![exception(2), unknown],
        older: 0,
        version: 1,
        read_back: crate::app::ReadBack::default(),
        created_later: Vec::new(),
    };
    update(&mut model, Msg::Reply(Reply::Watched(11, Ok(Box::new(watched)))));
    model
}

#[test]
fn rejected_rows_are_written_beside_the_file() {
    let mut model = at_its_end();
    press(&mut model, "w");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("Rejected rows with reasons") && shown.contains("1 row "), "{shown}");
    press(&mut model, "Enter");
    assert_eq!(model.place(), Place::Prompt);
    let effects = press(&mut model, "Enter");
    let [.., Effect::Query(Query::Export(ticket, 11, ExportKind::Rejected, path))] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(path.to_str(), Some("/files/march-11-rejected.csv"));
    update(&mut model, Msg::Reply(Reply::Written(*ticket, Ok("Exported 1 row to x.csv".into()))));
    assert_eq!(model.status.as_ref().unwrap().1, "Exported 1 row to x.csv");
    // From the list as well, and the receipt as text and as a web page.
    press(&mut model, "Esc");
    let effects = press(&mut model, "w Down Down Down Enter Enter");
    let [.., Effect::Query(Query::Export(ticket, 11, ExportKind::Receipt, _))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    // A second Enter doesn't export a second time.
    assert!(press(&mut model, "Enter").is_empty());
    update(&mut model, Msg::Reply(Reply::Written(*ticket, Ok("written".into()))));
    let effects = press(&mut model, "w Down Down Down Down Enter Enter");
    let [.., Effect::Query(Query::Export(_, 11, ExportKind::ReceiptHtml, path))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(path.to_str(), Some("/files/march-11-receipt.html"));
}

#[test]
fn the_proposed_name_is_not_taken_and_an_edited_one_stays() {
    let proposed = |effects: &[Effect]| match effects {
        [.., Effect::Query(Query::UnusedPath(ticket, path))] => (*ticket, path.clone()),
        effects => panic!("{effects:?}"),
    };
    let mut model = at_its_end();
    let (ticket, path) = proposed(&press(&mut model, "w Enter"));
    assert_eq!(path, "/files/march-11-rejected.csv");
    let unused = "/files/march-11-rejected-2.csv";
    update(&mut model, Msg::Reply(Reply::UnusedPath(ticket, unused.into())));
    let effects = press(&mut model, "Enter");
    assert!(
        matches!(effects.as_slice(), [Effect::Query(Query::Export(.., path))] if path.to_str() == Some(unused)),
        "{effects:?}"
    );
    press(&mut model, "Esc");
    let (ticket, _) = proposed(&press(&mut model, "w Enter"));
    press(&mut model, "'x");
    update(&mut model, Msg::Reply(Reply::UnusedPath(ticket, unused.into())));
    assert!(picture(&model, 80, 24).contains("march-11-rejected.csvx"));
}

#[test]
fn what_a_demo_exports_is_not_removed_with_it() {
    let mut model = at_its_end();
    let temporary = |folder: &str| TemporaryFolder { folder: folder.into(), exports: "/home/kim".into() };
    let exported = |model: &mut Model| match press(model, "w Enter Enter").as_slice() {
        [.., Effect::Query(Query::Export(.., path))] => path.display().to_string(),
        effects => panic!("{effects:?}"),
    };
    model.temporary = Some(temporary("/files"));
    assert_eq!(exported(&mut model), "/home/kim/march-11-rejected.csv");
    press(&mut model, "Esc");
    // A file of the user's own.
    model.temporary = Some(temporary("/tmp/caseload-demo-1"));
    assert_eq!(exported(&mut model), "/files/march-11-rejected.csv");
}

#[test]
fn the_user_decides_an_unknown_row() {
    let mut model = at_its_end();
    press(&mut model, "k t");
    assert!(model.overlays.is_empty(), "a rejected row needs no decision");
    press(&mut model, "j t");
    assert!(matches!(model.overlays.last(), Some(Overlay::Picker(_))));
    let effects = press(&mut model, "Enter '5012 Enter");
    let decided = |effects: &[Effect], anyway: bool| {
        let [Effect::Change(DataChange::Decide(11, 3, decision))] = effects else { panic!("{effects:?}") };
        assert_eq!(*decision, Decision::Created { case: "5012".into(), anyway });
    };
    decided(&effects, false);
    // A case that is probably another row's needs a second answer.
    let answer = || Msg::Reply(Reply::Decided(11, Err(NotDecided::Anothers("5012".into(), 3))));
    update(&mut model, answer());
    assert!(matches!(model.overlays.last(), Some(Overlay::Confirm(_))));
    assert!(press(&mut model, "Esc").is_empty() && model.overlays.is_empty());
    update(&mut model, answer());
    decided(&press(&mut model, "Enter"), true);
    let effects = update(&mut model, Msg::Reply(Reply::Decided(11, Ok("row 3 is case 5012".into()))));
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::Watch(11))]), "the ledger is read again");
    let effects = press(&mut model, "t Down Enter");
    assert!(
        matches!(effects.as_slice(), [Effect::Change(DataChange::Decide(11, 3, Decision::Send))]),
        "{effects:?}"
    );
}

#[test]
fn start_can_look_each_case_up_first() {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    press(&mut model, "s BackTab Space");
    let shown = picture(&model, 80, 24);
    assert_eq!(shown.contains("a second case is"), shown.contains("[ ] Skip cases"), "{shown}");
    let effects = press(&mut model, "Enter Tab Enter");
    assert!(
        matches!(
            effects.as_slice(),
            [Effect::Run(RunCommand::Start(13, StartOptions { look_up: crate::app::LookUpChoice::Off, .. }))]
        ),
        "{effects:?}"
    );
}

#[test]
fn a_token_for_each_case_is_a_change_like_any_other() {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    press(&mut model, "T");
    assert!(model.job.as_ref().unwrap().recipe().row_token);
    press(&mut model, "u");
    assert!(!model.job.as_ref().unwrap().recipe().row_token);
    assert_eq!(model.status.as_ref().unwrap().1, "Undone: row tokens.");
}

#[test]
fn rejected_rows_that_a_later_import_created_are_reported_as_such() {
    let mut model = at_its_end();
    let board = model.boards.get_mut(&11).unwrap();
    board.created_later = vec![crate::ledger::CreatedLater { import: 12, rows: 1 }];
    let shown = picture(&model, 100, 24);
    assert!(shown.contains("1 row rejected: 1 created later by import 12."), "{shown}");
    assert!(!shown.contains("press e to edit"), "nothing is left to edit: {shown}");
    // A row fixed here as well is ready to finish, and the screen says how.
    let board = model.boards.get_mut(&11).unwrap();
    board.import.as_mut().unwrap().corrected = 1;
    let shown = picture(&model, 100, 24);
    assert!(shown.contains("1 rejected row fixed or skipped: press r to finish."), "{shown}");
}
