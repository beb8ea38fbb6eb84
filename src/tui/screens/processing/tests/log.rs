//! The exception log and the counts beside it.

use crate::engine::{Event as RunEvent, Progress};
use crate::tui::core::msg::Watched;
use crate::tui::tests::*;

/// Processing of import 13 while it runs, with rows 2 and 3 rejected before.
fn resumed() -> Model {
    let mut model = home(true);
    let before = import(13, Status::Error, counts(9, 1, 2, 0));
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![before]))));
    crate::tui::screens::processing::begin(&mut model, 13, OnError::Skip);
    let effects = update(&mut model, Msg::Reply(Reply::Started(13, Ok(()))));
    assert!(asks(&effects), "{effects:?}");
    answer(&mut model, &[2, 3], counts(9, 1, 2, 0));
    model
}

fn asks(effects: &[Effect]) -> bool {
    matches!(effects, [Effect::Query(Query::Watch(13))])
}

/// Delivers the ledger's reply with these rows in the log.
fn answer(model: &mut Model, rows: &[u64], counts: Counts) {
    let watched = Watched {
        import: import(13, Status::Processing, counts),
        log: rows.iter().copied().map(exception).collect(),
        older: 0,
        version: 1,
        read_back: crate::app::ReadBack::default(),
        created_later: Vec::new(),
    };
    update(model, Msg::Reply(Reply::Watched(13, Ok(Box::new(watched)))));
}

fn progress(model: &mut Model, counts: Counts, in_flight: u64) -> Vec<Effect> {
    let progress = Progress { counts, in_flight, rows_per_second: 1.0 };
    update(model, Msg::Run(13, RunEvent::Progress(progress)))
}

fn rows(model: &Model) -> Vec<u64> {
    let log = &model.board().unwrap().log;
    (0..log.len()).filter_map(|at| log.get(at)).map(|found| found.row).collect()
}

fn shows(model: &Model, text: &str) -> bool {
    lines(draw(model, 80, 24).backend().buffer()).iter().any(|line| line.contains(text))
}

#[test]
fn a_row_that_is_created_after_all_leaves_the_log() {
    let mut model = resumed();
    assert!(shows(&model, "Exceptions: 2"));
    // Row 3 is sent again, so it is in flight; then it is created.
    assert!(asks(&progress(&mut model, counts(9, 1, 1, 1), 1)));
    assert!(shows(&model, "Exceptions: 1"), "the title follows the counts even before the ledger replies");
    answer(&mut model, &[2], counts(9, 1, 1, 1));
    assert_eq!(rows(&model), [2]);
    assert!(progress(&mut model, counts(9, 2, 1, 0), 0).is_empty(), "the log is up to date");
    assert!(shows(&model, "Exceptions: 1"));
}

#[test]
fn a_row_reported_while_the_log_is_read_stays() {
    let mut model = resumed();
    assert!(asks(&progress(&mut model, counts(9, 1, 1, 0), 0)));
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![exception(5)])));
    answer(&mut model, &[2], counts(9, 1, 1, 0));
    assert_eq!(rows(&model), [2, 5]);
}

#[test]
fn a_log_that_differs_from_the_counts_is_read_again_every_second() {
    let mut model = resumed();
    assert!(asks(&progress(&mut model, counts(9, 1, 1, 0), 0)));
    // A read from before the change.
    answer(&mut model, &[2, 3], counts(9, 1, 2, 0));
    assert!(progress(&mut model, counts(9, 1, 1, 0), 0).is_empty());
    assert!(asks(&update(&mut model, Msg::Tick(NOON + 1))));
    assert!(update(&mut model, Msg::Tick(NOON + 2)).is_empty(), "a reply is still awaited");
}

#[test]
fn rows_in_flight_of_another_process_are_no_exceptions() {
    let mut model = home(true);
    update(
        &mut model,
        Msg::Reply(Reply::Imports(Ok(vec![import(13, Status::Processing, counts(9, 1, 1, 4))]))),
    );
    press(&mut model, "Enter");
    answer(&mut model, &[2, 3], counts(9, 1, 1, 4));
    assert!(shows(&model, "Exceptions: 2"));
    assert!(shows(&model, "unknown 1  awaiting reply 3"));
}

#[test]
fn an_exception_names_its_field_by_label() {
    let mut model = resumed();
    let of = |field: &str| Exception { field: Some(field.to_owned()), ..exception(5) };
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![of("subject.1.last_name")])));
    press(&mut model, "Enter");
    assert!(shows(&model, "Claimant name: last name (subject.1.last_name)"));
    press(&mut model, "Esc");
    update(
        &mut model,
        Msg::Run(13, RunEvent::Exceptions(vec![of("due_on"), Exception { row: 6, ..of("custom.99") }])),
    );
    press(&mut model, "G Enter");
    assert!(shows(&model, "custom.99"), "an unknown field keeps its key");
    press(&mut model, "Esc k Enter");
    assert!(shows(&model, "Field         Due"));
}
