//! Correcting rejected rows in the exception log, and resending them.

use crate::app::{
    Corrected, Correction, CurrentCell, CurrentRow, EarlierChanges, IdsOf, Picked, ReadBack, RetryRows,
    StartOptions,
};
use crate::case::{CaseField, Code};
use crate::engine::{Rechecked, RetryState};
use crate::ledger::{Exclusion, Import, Verification};
use crate::text::plural;
use crate::tui::core::effect::{DataChange, Effect, Query, RunCommand};
use crate::tui::core::model::Overlay;
use crate::tui::core::msg::Watched;
use crate::tui::core::place::Place;
use crate::tui::tests::loops::with_user;
use crate::tui::tests::*;

/// Processing of a complete import with two rejected rows and an unknown one.
fn complete() -> Model {
    let mut model = home(true);
    let counts = Counts { rows: 9, created: 6, rejected: 2, unknown: 1, ..Counts::default() };
    let import = import(11, Status::Complete, counts);
    let unknown = Exception { code: Code::Unknown, ..exception(7) };
    let log = vec![exception(3), exception(5), unknown];
    crate::tui::screens::processing::show(&mut model, 11);
    let watched = Watched {
        import,
        log,
        older: 0,
        version: 1,
        read_back: ReadBack::default(),
        created_later: Vec::new(),
    };
    update(&mut model, Msg::Reply(Reply::Watched(11, Ok(Box::new(watched)))));
    model
}

fn rechecked(row: u64, standing: RetryState) -> Rechecked {
    Rechecked { row, line: row + 1, state: standing, problems: Vec::new(), sent: None }
}

fn answer(model: &mut Model, effects: &[Effect], corrected: u64, rows: Vec<Rechecked>) -> Vec<Effect> {
    let [Effect::Change(DataChange::Correct(ticket, 11, _))] = effects else { panic!("{effects:?}") };
    let import = model.board().unwrap().import.clone().unwrap();
    let answer =
        Corrected { import: Import { corrected, ..import }, rows, earlier: EarlierChanges::default() };
    update(model, Msg::Reply(Reply::Corrected(*ticket, 11, Ok(Box::new(answer)))))
}

/// Opens the prompt for the cell at fault.
fn open_prompt(model: &mut Model, text: &str, private: bool) {
    let effects = press(model, "e");
    let [Effect::Query(Query::RowNow { ticket, import: 11, row: 3, column, every_row: false })] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(column.as_deref(), Some("Due"));
    let cell = |header: &str, text: &str| CurrentCell {
        header: header.into(),
        column: header.into(),
        text: text.into(),
        private,
        ids: None,
    };
    let cells = vec![cell("Claim", "C-3"), cell("Due", text)];
    let now =
        CurrentRow { row: 3, cells, at: Some(1), client: None, reason: Some("there is no such day".into()) };
    update(model, Msg::Reply(Reply::RowNow(*ticket, 11, false, Ok(Box::new(now)))));
}

#[test]
fn the_prompt_shows_the_faulty_cell_and_reason_then_the_next_row() {
    let mut model = complete();
    press(&mut model, "g");
    open_prompt(&mut model, "31/02/2026", false);
    let shown = picture(&model, 80, 24);
    assert!(
        shown.contains("Row 3: new value for “Due”") && shown.contains("there is no such day"),
        "{shown}"
    );
    let effects = press(&mut model, "'3/4/2026 Enter");
    let [Effect::Change(DataChange::Correct(_, 11, Correction::Cell { row: 3, column, value }))] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((column.as_str(), value.as_str()), ("Due", "3/4/2026"));
    let effects = answer(&mut model, &effects, 1, vec![rechecked(3, RetryState::Corrected)]);
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::Watch(11))]), "{effects:?}");
    assert_eq!(model.place(), Place::Processing);
    assert_eq!(model.board().unwrap().log.under().map(|found| found.row), Some(5), "the next one");
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("✓ ready") && shown.contains("1 of 2 rejected rows fixed or skipped"), "{shown}");

    // One key asks, the next one sends.
    press(&mut model, "r");
    let effects = press(&mut model, "Enter");
    assert!(
        matches!(
            effects.as_slice(),
            [Effect::Run(RunCommand::Start(11, StartOptions { retry: RetryRows::Corrected, .. }))]
        ),
        "{effects:?}"
    );
}

#[test]
fn a_value_that_does_not_help_keeps_the_question_open() {
    let mut model = complete();
    press(&mut model, "g");
    open_prompt(&mut model, "31/02/2026", false);
    let effects = press(&mut model, "'x Enter");
    answer(&mut model, &effects, 0, vec![rechecked(3, RetryState::Unchanged)]);
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("Row 3: new value for “Due”") && shown.contains("Change it first"), "{shown}");
    assert!(press(&mut model, "Esc").is_empty());
    assert_eq!(model.place(), Place::Processing);
}

#[tokio::test]
async fn esc_discards_a_value_that_is_still_an_error() {
    let (_, status) = with_user(|mut user| async move {
        user.starts().await;
        user.sees("Complete").await;
        user.press("e");
        user.sees("Row 17: new value").await;
        user.paste("31/04/2026");
        user.press("Enter");
        user.sees("✗ “31/04/2026” isn't a real date").await;
        user.press("Esc e");
        user.sees("│ 31/02/2026").await;
        user.press("Esc q");
        user
    })
    .await;
    assert_eq!(status, Status::Complete);
}

#[tokio::test]
async fn a_rejected_row_becomes_a_case_with_four_keys_and_its_value() {
    let (_, status) = with_user(|mut user| async move {
        user.starts().await;
        user.sees("4 rows rejected: press e to edit").await;
        user.press("e");
        user.sees("Row 17: new value").await;
        user.paste("2027-01-15");
        user.press("Enter");
        user.sees("Press r to finish: 1 row ready").await;
        user.press("r");
        user.sees("Finish 1 row of import 1").await;
        user.press("Enter");
        user.sees("Complete, 3 REJECTED").await;
        user.press("q");
        user
    })
    .await;
    assert_eq!(status, Status::Complete);
}

#[test]
fn the_error_of_a_fixed_row_is_not_shown_again() {
    let mut model = complete();
    press(&mut model, "g");
    let effects = press(&mut model, "e");
    let [Effect::Query(Query::RowNow { ticket, .. })] = effects.as_slice() else { panic!("{effects:?}") };
    let cell = CurrentCell {
        header: "Due".into(),
        column: "Due".into(),
        text: "2026-03-20".into(),
        private: false,
        ids: None,
    };
    let now = CurrentRow { row: 3, cells: vec![cell], at: Some(0), client: None, reason: None };
    model.board_mut().unwrap().log.corrected(&[rechecked(3, RetryState::Corrected)]);
    press(&mut model, "g");
    update(&mut model, Msg::Reply(Reply::RowNow(*ticket, 11, false, Ok(Box::new(now)))));
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("no prompt") };
    assert_eq!(prompt.error, None);
}

#[test]
fn what_the_keys_act_on_is_marked_whenever_an_import_is_opened() {
    let mut model = complete();
    let cursor = |model: &Model| model.board().unwrap().log.cursor;
    press(&mut model, "G");
    assert_eq!(cursor(&model), Some(2));
    crate::tui::screens::processing::show(&mut model, 11);
    assert_eq!(cursor(&model), Some(0));
    press(&mut model, "G / Down Enter");
    assert_eq!(cursor(&model), Some(0), "the first of a cause");
    press(&mut model, "Esc");
    assert_eq!(cursor(&model), Some(0));
}

#[test]
fn cases_that_no_list_shows_are_no_success() {
    let mut model = complete();
    let verified = Verification { created: 6, same: 2, not_listed: 4, ..Verification::default() };
    model.board_mut().unwrap().read_back.verified = Some(verified);
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("6 created, 2 found, 2 the same, 4 not listed."), "{shown}");
    assert!(shown.contains("Press V"), "{shown}");
}

#[test]
fn a_private_cell_is_replaced_unseen() {
    let mut model = complete();
    press(&mut model, "g");
    open_prompt(&mut model, "078-05-1120", true);
    let shown = picture(&model, 80, 24);
    assert!(!shown.contains("078"), "{shown}");
    assert!(shown.contains("hidden: type all of it"), "{shown}");
    assert!(press(&mut model, "Enter").is_empty(), "Enter alone must not empty it");
}

#[test]
fn an_unknown_row_is_looked_up_and_not_corrected() {
    let mut model = complete();
    for key in ["e", "E", "x"] {
        press(&mut model, "G");
        assert!(press(&mut model, key).is_empty());
        assert!(
            model.status.as_ref().unwrap().1.contains("may be in Trackops already"),
            "{:?}",
            model.status
        );
    }
}

#[tokio::test]
async fn four_rejected_rows_are_corrected_or_skipped_and_sent_in_one_import() {
    let (_, status) = with_user(|mut user| async move {
        user.starts().await;
        user.sees("Complete").await;
        user.sees("4 rows rejected: press e to edit, x to skip").await;
        for left in (0..4).rev() {
            user.press("x");
            user.sees(&format!("{} to skip", plural(4 - left, "row"))).await;
        }
        user.press("r");
        user.sees("skipped: 17, 23, 30, 45.").await;
        user.press("Enter");
        user.sees("rejected 0").await;
        user.sees("No exceptions").await;
        user.press("q");
        user
    })
    .await;
    assert_eq!(status, Status::Complete);
}

#[test]
fn a_cell_of_ids_is_chosen_from_the_list() {
    let mut model = complete();
    press(&mut model, "g");
    let open = |model: &mut Model, key: &str| {
        let effects = press(model, key);
        let Some(Effect::Query(Query::RowNow { ticket, every_row, .. })) = effects.first() else {
            panic!("{effects:?}")
        };
        let ids = IdsOf { field: CaseField::PrimaryContact, separator: None };
        let cell = CurrentCell {
            header: "Contact".into(),
            column: "Contact".into(),
            text: "Dena W".into(),
            private: false,
            ids: Some(ids),
        };
        let reason = Some("“Dena W” isn't an id".into());
        let now = CurrentRow { row: 3, cells: vec![cell], at: Some(0), client: Some(100), reason };
        update(model, Msg::Reply(Reply::RowNow(*ticket, 11, *every_row, Ok(Box::new(now)))))
    };
    let effects = open(&mut model, "e");
    let [Effect::Query(Query::Pick(ticket, List::Contacts, Some(100), false))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let entries = vec![CatalogEntry::new(1000, "Dana Whitfield"), CatalogEntry::new(1001, "Sam Ode")];
    let picked = Picked { entries, read_at: None, failed: None };
    update(&mut model, Msg::Reply(Reply::Picked(*ticket, Ok(picked))));
    let shown = picture(&model, 80, 24);
    assert!(!shown.contains("▸Dana Whitfield"), "no entry is like it, so none is marked: {shown}");
    assert!(press(&mut model, "Enter").is_empty(), "Enter takes none");
    assert!(shown.contains("Row 3: new value for “Contact”") && shown.contains("Dana Whitfield"), "{shown}");
    assert!(shown.contains("“Dena W” isn't an id"), "the reason stays in view: {shown}");
    let effects = press(&mut model, "'dana Enter");
    assert!(
        effects.iter().any(|effect| matches!(effect,
            Effect::Change(DataChange::Correct(_, 11, Correction::Cell { row: 3, value, .. })) if value == "1000")),
        "{effects:?}"
    );
    // In every row, and as text.
    open(&mut model, "E");
    press(&mut model, "End Enter");
    assert!(picture(&model, 80, 24).contains("“Contact”: new value for every “Dena W”"));
    let effects = press(&mut model, "Ctrl-U '1001 Enter");
    assert!(
        matches!(effects.as_slice(),
            [Effect::Change(DataChange::Correct(_, 11, Correction::Value { from, value, .. }))] if from == "Dena W" && value == "1001"),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_row_excluded_as_a_duplicate_is_sent_anyway_with_one_key() {
    let (_, status) = with_user(|mut user| async move {
        user.starts().await;
        user.sees("Complete").await;
        user.sees("excluded 2").await;
        user.press("y");
        user.sees("Send a row that was held back").await;
        user.press("Enter");
        user.sees("although it may already have one?").await;
        user.press("Enter");
        user.sees("excluded 1").await;
        user.sees("Complete").await;
        user.press("q");
        user
    })
    .await;
    assert_eq!(status, Status::Complete);
}

#[test]
fn the_row_under_the_cursor_is_the_one_to_send_anyway() {
    let mut model = complete();
    let excluded =
        |row, code, reason: &str| Exclusion { row, line: row + 1, code, reason: reason.to_owned() };
    let mut ask = |keys: &str| {
        let effects = press(&mut model, keys);
        let [Effect::Query(Query::HeldBack(ticket, 11))] = effects.as_slice() else { panic!("{effects:?}") };
        let rows = vec![
            excluded(2, Code::DuplicateTrackops, "“A-2” is already in Trackops: case 7"),
            excluded(4, Code::DuplicatePossible, "“A-4” may already be in Trackops: case 8"),
            excluded(5, Code::DuplicateCopied, "it may have been sent"),
        ];
        update(&mut model, Msg::Reply(Reply::HeldBack(*ticket, Ok(rows))));
        press(&mut model, "Enter");
        let shown = picture(&model, 110, 24);
        press(&mut model, "Esc");
        shown
    };
    let shown = ask("g Down y");
    assert!(shown.contains("row 5 of import 11") && shown.contains("may already have one?"), "{shown}");
    // Row 3 isn't held back, so the first row is marked.
    let shown = ask("g y");
    assert!(shown.contains("Create a second case for row 2 of import 11"), "{shown}");
    assert!(shown.contains("It is already in Trackops."), "{shown}");
}

#[test]
fn rows_that_a_copied_ledger_holds_back_name_the_key_that_sends_them() {
    let mut model = complete();
    let board = model.board_mut().unwrap();
    (board.progress.counts.rejected, board.progress.counts.unknown) = (2, 0);
    let held = |row| Exception { code: Code::DuplicateCopied, ..exception(row) };
    board.log.replace(vec![held(3), held(5)], 0);
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("2 rows held back: y sends one or all, x skips one."), "{shown}");
    model.board_mut().unwrap().log.replace(vec![held(3), exception(5)], 0);
    assert!(picture(&model, 80, 24).contains("2 rows rejected: press e"));
}

#[test]
fn all_rows_that_a_copied_ledger_holds_back_are_sent_with_one_question() {
    let mut model = complete();
    let effects = press(&mut model, "g y");
    let [Effect::Query(Query::HeldBack(ticket, 11))] = effects.as_slice() else { panic!("{effects:?}") };
    let (code, reason) = (Code::DuplicateCopied, "it may have been sent".to_owned());
    let held = [2, 5].map(|row| Exclusion { row, line: row + 1, code: code.clone(), reason: reason.clone() });
    update(&mut model, Msg::Reply(Reply::HeldBack(*ticket, Ok(held.to_vec()))));
    press(&mut model, "Down Down Enter");
    let shown = picture(&model, 110, 24);
    assert!(shown.contains("Create 2 cases of import 11") && shown.contains("was copied?"), "{shown}");
    let effects = press(&mut model, "Enter");
    let [Effect::Run(RunCommand::Start(11, options))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(options.send_anyway, [2, 5]);
}

#[test]
fn a_second_press_on_the_last_row_does_not_skip_one_far_above() {
    let mut model = complete();
    let board = model.board_mut().unwrap();
    board.log.replace((3..=7).map(exception).collect(), 0);
    (board.progress.counts.rejected, board.progress.counts.unknown) = (5, 0);
    let skips = |rows: &[u64]| {
        rows.iter().fold(RECIPE.to_owned(), |text, row| text + &format!("[[leave_out]]\nrow = {row}\n"))
    };
    let skip = |model: &mut Model, row: u64, skipped: &[u64]| {
        let effects = press(model, "x");
        let [Effect::Change(DataChange::Correct(ticket, 11, Correction::ToggleSkip { row: toggled }))] =
            effects.as_slice()
        else {
            panic!("{effects:?}")
        };
        assert_eq!(*toggled, row);
        let now = model.board().unwrap().import.clone().unwrap();
        let import = Import { corrected: skipped.len() as u64, recipe: skips(skipped), ..now };
        let rows = vec![rechecked(row, RetryState::Skipped)];
        let answer = Corrected { import, rows, earlier: EarlierChanges::default() };
        update(model, Msg::Reply(Reply::Corrected(*ticket, 11, Ok(Box::new(answer)))));
        model.board().unwrap().log.under().map(|found| found.row)
    };
    press(&mut model, "g");
    assert_eq!(skip(&mut model, 3, &[3]), Some(4), "the next one");
    press(&mut model, "G");
    let under = skip(&mut model, 7, &[3, 7]);
    let shown = picture(&model, 110, 24);
    assert_eq!(under, Some(7), "not a row above: {shown}");
    assert!(
        shown.contains("3 rows above still have problems. Press r to finish: 2 rows to skip."),
        "{shown}"
    );
    assert!(shown.contains("– will be skipped ·") && !shown.contains("✓ ready"), "{shown}");
    press(&mut model, "r");
    let shown = picture(&model, 80, 24).replace('│', "");
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("skipped: 3, 7.") && !shown.contains("fixed row"), "{shown}");
}
