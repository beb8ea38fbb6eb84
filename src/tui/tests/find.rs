//! Finding texts, rows and columns in long lists, and renaming or deleting imports.

use super::*;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::Overlay;
use crate::tui::core::place::{Place, Screen};
use crate::tui::screens::review::state::RowFilter;

fn review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

/// Searches for a text that is in rows 2 and 4.
fn found(model: &mut Model) {
    let effects = press(model, "/ 'Tri Enter");
    let [Effect::Query(Query::Find(ticket, 13, text))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((text.as_str(), model.busy.is_some()), ("Tri", true));
    let effects = update(model, Msg::Reply(Reply::Found(*ticket, text.clone(), Ok(vec![2, 4]))));
    answer_review(model, effects);
}

#[test]
fn rows_with_a_text_are_shown_alone_until_all_are_wanted() {
    let mut model = review();
    found(&mut model);
    assert_eq!((model.review.filter().clone(), model.review.len(4)), (RowFilter::Text("Tri".into()), 2));
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(shown.contains("Showing 2 of 4 rows: with “Tri” in a cell. P: show all"), "{shown}");
    press(&mut model, "P");
    assert_eq!(model.review.len(4), 4);
    // So does Esc, which leaves the screen only if all rows are shown.
    found(&mut model);
    press(&mut model, "Esc");
    assert_eq!((model.screen, model.review.len(4)), (Screen::Review, 4));
    press(&mut model, "Esc");
    assert_eq!(model.screen, Screen::FieldMap);
}

#[test]
fn a_search_without_results_keeps_the_rows() {
    let mut model = review();
    let effects = press(&mut model, "/ 'zebra Enter");
    let [Effect::Query(Query::Find(ticket, ..))] = effects.as_slice() else { panic!("{effects:?}") };
    update(&mut model, Msg::Reply(Reply::Found(*ticket, "zebra".into(), Ok(Vec::new()))));
    assert_eq!((model.review.len(4), status(&model)), (4, "No cell contains “zebra”."));
}

#[test]
fn a_search_that_is_given_up_changes_nothing_when_it_answers() {
    let mut model = review();
    let effects = press(&mut model, "/ 'Tri Enter");
    let [Effect::Query(Query::Find(ticket, ..))] = effects.as_slice() else { panic!("{effects:?}") };
    press(&mut model, "Esc");
    update(&mut model, Msg::Reply(Reply::Found(*ticket, "Tri".into(), Ok(vec![4]))));
    assert_eq!((model.screen, model.review.len(4)), (Screen::Review, 4));
}

#[test]
fn go_to_row_by_number() {
    let mut model = review();
    press(&mut model, "# '3 Enter");
    assert_eq!(model.review.cursor(), 2);
    press(&mut model, "# '9 Enter");
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("the question stays") };
    assert_eq!(
        prompt.error.as_deref(),
        Some("“9” is neither a row nor a column. Type a number from 1 to 4, or part of a header.")
    );
    press(&mut model, "Esc");
    // Among the shown rows, or among all rows if it is hidden.
    found(&mut model);
    press(&mut model, "# '4 Enter");
    assert_eq!((model.review.cursor(), model.review.len(4)), (1, 2));
    press(&mut model, "# '1 Enter");
    assert_eq!((model.review.cursor(), model.review.len(4)), (0, 4));
}

#[test]
fn the_column_cursor_moves_by_one_to_the_ends_and_by_name() {
    let mut model = review();
    press(&mut model, "$");
    assert_eq!(model.column_under(), Some(6));
    let shown = lines(draw(&model, 60, 16).backend().buffer()).join("\n");
    assert!(
        shown.contains("Claim Number") && shown.contains("▸Internal"),
        "the first stays in sight\n{shown}"
    );
    press(&mut model, "0");
    assert_eq!(model.column_under(), Some(0));
    press(&mut model, "Esc / 'serv Enter");
    assert_eq!((model.screen, model.job.as_ref().unwrap().cursors().1), (Screen::FieldMap, 4));
}

/// Sorts by the column under the cursor; the rows come in this order.
fn sort(model: &mut Model, key: &str, rows: &[u64]) {
    let effects = press(model, key);
    let [Effect::Query(Query::Sort(ticket, 13, column, descending))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(*descending, key == "]");
    let answer = Reply::Sorted(*ticket, (*column, *descending), Ok(rows.to_vec()));
    let effects = update(model, Msg::Reply(answer));
    answer_review(model, effects);
}

#[test]
fn rows_are_sorted_by_a_column_and_filters_and_problems_follow_the_order() {
    let mut model = review();
    press(&mut model, "# 'due Enter");
    sort(&mut model, "]", &[3, 4, 1, 2]);
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("Sorted by “Due”, highest first. ] on it: order of the file"), "{shown}");
    assert!(shown.contains("▸↓Due"), "{shown}");
    let numbers =
        |model: &Model| (0..model.review.len(4)).map(|at| model.review.number(at).unwrap()).collect();
    let order: Vec<u64> = numbers(&model);
    assert_eq!((order, model.review.cursor()), (vec![3, 4, 1, 2], 0));
    // The table shows the cells of those rows.
    let at = |row: &str| shown.find(row).unwrap_or_else(|| panic!("{row} in {shown}"));
    assert!(at("  3 A-3") < at("  1 A-1") && at("  1 A-1") < at("  2 A-2"), "{shown}");
    // The next problem is the next one in sight.
    press(&mut model, "n");
    assert_eq!(model.review.number(model.review.cursor()), Some(4));
    press(&mut model, "n");
    assert_eq!(model.review.number(model.review.cursor()), Some(2));
    press(&mut model, "# '4 Enter");
    assert_eq!(model.review.cursor(), 1);
    found(&mut model);
    assert_eq!(numbers(&model), [4, 2]);
    press(&mut model, "P");
    assert_eq!(numbers(&model), [3, 4, 1, 2]);
    // The same key again brings the order of the file back.
    press(&mut model, "# 'due Enter ]");
    assert_eq!(numbers(&model), [1, 2, 3, 4]);
    assert_eq!(status(&model), "Rows are in the order of the file.");
}

#[test]
fn columns_are_hidden_widened_and_frozen_and_found_by_their_name() {
    let mut model = review();
    press(&mut model, "Right -");
    assert!(!picture(&model, 120, 40).contains("Claimant  "), "{}", picture(&model, 120, 40));
    assert_eq!((model.review_columns(), model.column_under()), (vec![0, 2, 3, 4, 5, 6], Some(2)));
    assert!(picture(&model, 80, 24).contains("1 hidden (=)"), "{}", picture(&model, 80, 24));
    // A problem in a hidden column, or its name, shows it again.
    press(&mut model, "# 'claimant Enter");
    assert_eq!((model.review_columns().len(), model.column_under()), (7, Some(1)));
    press(&mut model, "- =");
    assert_eq!((model.review_columns().len(), model.column_under()), (7, Some(2)));
    press(&mut model, "# 'nowhere Enter");
    assert!(matches!(model.overlays.last(), Some(Overlay::Prompt(_))), "the question stays");
    press(&mut model, "Esc 0 Right |");
    press(&mut model, "$");
    let shown = picture(&model, 60, 16);
    assert!(
        shown.contains("Claim Number") && shown.contains("Claimant") && shown.contains("▸Internal"),
        "{shown}"
    );
    assert!(shown.contains("columns 1-2, "), "{shown}");
    // Of more than there is room for, some stay; the one under the cursor is always in sight.
    press(&mut model, "|");
    for column in 0..7 {
        let shown = picture(&model, 60, 16);
        assert_eq!(shown.matches('▸').count(), 2, "row and column, {column} columns from the end:\n{shown}");
        press(&mut model, "Left");
    }
    press(&mut model, "0 Right |");
    for key in ["-", "-", "-", "-", "-", "-", "-"] {
        press(&mut model, key);
    }
    assert_eq!((model.review_columns().len(), status(&model)), (1, "This is the only column shown."));
}

#[test]
fn every_cell_of_a_row_is_read_in_full() {
    let mut model = review();
    press(&mut model, "Space");
    assert_eq!(model.place(), Place::RowView);
    let shown = lines(draw(&model, 60, 16).backend().buffer()).join("\n");
    assert!(shown.contains("[cells]"), "{shown}");
}

#[test]
fn a_renamed_import_is_renamed_on_every_screen() {
    let mut model = home(true);
    let effects = press(&mut model, "Down e Ctrl-U 'Beta Enter");
    assert!(
        matches!(effects.as_slice(), [Effect::Change(DataChange::Rename(12, name))] if name == "Beta"),
        "{effects:?}"
    );
    let renamed = Import { name: "Beta".into(), ..import(12, Status::Paused, counts(112, 40, 2, 0)) };
    update(&mut model, Msg::Reply(Reply::Renamed(Ok(Box::new(renamed)))));
    assert_eq!(model.imports.selected().unwrap().name, "Beta");
}

#[test]
fn deleting_an_import_asks_once_and_names_what_is_lost() {
    let mut model = home(true);
    press(&mut model, "Down Delete");
    let Some(Overlay::Confirm(confirm)) = model.overlays.last() else { panic!("it asks") };
    assert!(
        confirm.question.contains("duplicate protection is kept. 70 rows are not sent"),
        "{}",
        confirm.question
    );
    assert!(press(&mut model, "Esc").is_empty());
    let effects = press(&mut model, "Delete Enter");
    assert!(matches!(effects.as_slice(), [Effect::Change(DataChange::Delete(12))]), "{effects:?}");
    let effects = update(&mut model, Msg::Reply(Reply::Deleted(12, Ok(()))));
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::LoadImports)]));
    // Deleting a draft loses nothing, but asks all the same.
    press(&mut model, "Up Delete");
    let Some(Overlay::Confirm(confirm)) = model.overlays.last() else { panic!("it asks") };
    assert_eq!(confirm.question, "Delete import 13 (“Acme weekly”, march-13.csv) from the history?");
}

#[test]
fn the_newest_file_is_in_sight_before_one_is_chosen() {
    use crate::tui::core::msg::FileEntry;
    let mut model = home(true);
    let effects = press(&mut model, "n");
    let [Effect::Query(Query::Folder(ticket, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let entry = |n: u32| FileEntry { name: format!("f{n:02}.csv"), folder: false, bytes: 10, changed: NOON };
    update(&mut model, Msg::Reply(Reply::Folder(*ticket, Ok((1..=40).map(entry).collect()))));
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(shown.contains("f01.csv") && !shown.contains("f40.csv"), "{shown}");
}

#[test]
fn escape_without_a_filter_leaves_the_cursor_where_it_is() {
    let mut model = home(true);
    press(&mut model, "G Esc");
    assert_eq!(model.imports.cursor(), 3);
    press(&mut model, "/ 'zebra Enter d");
    assert_eq!(status(&model), "No imports match. Press Esc to clear the filter.");
}

#[test]
fn processing_shows_the_error_handling_that_was_chosen() {
    let mut model = review();
    press(&mut model, "s BackTab BackTab Space Enter Enter");
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(shown.contains("» Processing   Skip Row and Continue"), "{shown}");
}

#[test]
fn a_path_that_is_refused_can_be_corrected() {
    let mut model = home(true);
    let effects = press(&mut model, "n '/nope/x Enter");
    let Some(Effect::Query(Query::Open(ticket, _))) = effects.last() else { panic!("{effects:?}") };
    assert!(press(&mut model, "Enter").is_empty(), "one file is opened at a time");
    update(&mut model, Msg::Reply(Reply::Opened(*ticket, Err("/nope/x does not exist".into()))));
    let Some(Overlay::Chooser(chooser)) = model.overlays.last() else { panic!("the chooser is gone") };
    assert_eq!((chooser.input.value(), status(&model)), ("/nope/x", "/nope/x does not exist"));
}

#[test]
fn a_typed_date_is_shown_as_the_import_will_read_it() {
    use crate::tui::screens::defaults::day;
    let model = defaults();
    let due = "due_on".parse().unwrap();
    for (text, shown) in [
        ("+14d", Some("For a case created today: Monday, December 7, 2026")),
        ("2026-12-31", Some("Thursday, December 31, 2026")),
        ("2026/12/31", Some("Thursday, December 31, 2026")),
        ("+99999d", None),
        ("-3d", None),
        ("soon", None),
    ] {
        assert_eq!(day(&model, due, text).as_deref(), shown, "{text}");
    }
    assert_eq!(day(&model, "notes".parse().unwrap(), "+14d"), None, "a text is no date");
}
