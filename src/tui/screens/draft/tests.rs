//! Values, edits, skipped rows, and undoing all of that.

mod first;
mod values;

use crate::case::{Code, Drift, Fix, MappedValue, SkipRule};
use crate::engine::{Facet, FirstOutcome, FirstResult};
use crate::trackops::{ComparedValue, Comparison};
use crate::tui::core::effect::{DataChange, Effect, Query, RunCommand};
use crate::tui::core::model::Overlay;
use crate::tui::core::place::{Place, Screen};
use crate::tui::screens::review::state::RowFilter;
use crate::tui::tests::*;

fn on_review() -> Model {
    let mut model = defaults();
    answered(&mut model, "c c");
    model
}

/// Presses keys and answers what they ask for.
fn answered(model: &mut Model, keys: &str) {
    let effects = press(model, keys);
    answer_review(model, effects);
}

fn recipe(model: &Model) -> &Recipe {
    &model.job.as_ref().unwrap().recipe
}

#[test]
fn one_cell_is_edited_and_the_edit_undone() {
    let mut model = on_review();
    press(&mut model, "n");
    let number = model.review.number(model.review.cursor());
    assert_eq!((number, model.column_under()), (Some(2), Some(3)), "the cell it is about");
    let before = recipe(&model).clone();
    answered(&mut model, "e Ctrl-U '3/1/2026 Enter");
    let fix = Fix { column: "Due".into(), row: Some(2), from: "31/02/2026".into(), to: "3/1/2026".into() };
    assert_eq!(recipe(&model).fixes, [fix]);
    assert!(model.review.problems_of(2).all(|problem| problem.code != Code::DateInvalid));
    let seen = model.review.row(2).unwrap();
    assert_eq!((&seen.row.cells[3], &seen.read.cells[3]), ("31/02/2026", "3/1/2026"));
    let fixed = recipe(&model).clone();
    answered(&mut model, "u");
    assert_eq!((recipe(&model), status(&model)), (&before, "Undone: an edit."));
    answered(&mut model, "Ctrl-R");
    assert_eq!(recipe(&model), &fixed);
}

#[test]
fn one_value_is_replaced_in_every_row_from_review_and_from_the_values() {
    let mut model = on_review();
    answered(&mut model, "Right Right Right Right Right E Ctrl-U 'Denver, 'CO Enter");
    let all =
        |from: &str, to: &str| Fix { column: "City".into(), row: None, from: from.into(), to: to.into() };
    assert_eq!(recipe(&model).fixes, [all("Denver", "Denver,CO")]);
    answered(&mut model, "v");
    let Some(Overlay::Values(open)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert!(open.texts().iter().any(|(text, _)| text == "Denver,CO"), "{:?}", open.texts());
    // Editing a replaced value again changes the edit; clearing it removes the edit.
    answered(&mut model, "Enter Ctrl-U 'CO Enter");
    assert_eq!(recipe(&model).fixes[0], all("Denver", "CO"));
    answered(&mut model, "Delete");
    assert_eq!(model.place(), Place::Values);
}

#[test]
fn rows_are_skipped_and_included_again() {
    let mut model = on_review();
    answered(&mut model, "Down x");
    assert_eq!(recipe(&model).leave_out, [SkipRule::Row(2)]);
    press(&mut model, "m");
    assert!(matches!(model.overlays.last(), Some(Overlay::Changes(0))));
    answered(&mut model, "Delete");
    assert!(recipe(&model).leave_out.is_empty());
    assert!(picture(&model, 80, 24).contains("No changes left. Esc to go back, u to undo."));
    answered(&mut model, "u");
    assert_eq!(recipe(&model).leave_out, [SkipRule::Row(2)]);
    answered(&mut model, "Delete Esc");
    assert_eq!(model.place(), Place::Review);
    press(&mut model, "m");
    assert_eq!(status(&model), "No edits and no skipped rows.");
}

#[test]
fn only_rows_with_problems_are_shown_until_none_is_left() {
    let mut model = on_review();
    press(&mut model, "P");
    assert_eq!(*model.review.filter(), RowFilter::Problems);
    assert_eq!(model.review.len(4), 3);
    press(&mut model, "/ 'date Enter");
    assert_eq!(*model.review.filter(), RowFilter::Group(Code::DateInvalid, Some("Due".to_owned())));
    assert_eq!((model.review.len(4), model.review.number(0)), (1, Some(2)));
    press(&mut model, "n");
    answered(&mut model, "e Ctrl-U Enter");
    assert_eq!((model.review.filter(), model.review.len(4)), (&RowFilter::All, 4));
    assert_eq!(status(&model), "No such rows are left. Showing all rows.");
    assert_eq!(model.review.number(model.review.cursor()), Some(2), "the cursor stays on its row");
}

#[test]
fn an_unchanged_import_is_not_checked_again() {
    let mut model = on_review();
    press(&mut model, "Esc");
    let effects = press(&mut model, "c");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Check(..)))), "{effects:?}");
    assert!(model.review.check().is_some());
    press(&mut model, "Esc x");
    let effects = press(&mut model, "u x c");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Check(..)))), "{effects:?}");
}

#[test]
fn a_column_goes_to_several_fields() {
    let mut model = defaults();
    press(&mut model, "c a 'admin Enter");
    let to: Vec<String> = recipe(&model).columns.iter().take(3).map(|rule| rule.to.to_string()).collect();
    assert_eq!(to, ["reference_value_1", "admin_notes", "subject.1"]);
    let job = model.job.as_ref().unwrap();
    assert_eq!((job.lines().len(), job.line), (8, 1), "a line of its own, and the cursor on it");
    assert!(job.errors.is_empty());
    press(&mut model, "x");
    assert_eq!(model.job.as_ref().unwrap().lines().len(), 7, "ignored, the second field is gone");
    assert_eq!(recipe(&model).columns[0].to.to_string(), "reference_value_1");
}

#[test]
fn a_row_is_shown_as_case_as_cells_and_as_json() {
    let mut model = on_review();
    press(&mut model, "Enter");
    let text = |model: &Model| lines(draw(model, 80, 24).backend().buffer()).join("\n");
    assert!(text(&model).contains("value to send"));
    press(&mut model, "Tab");
    let cells = text(&model);
    assert!(cells.contains("maps to") && cells.contains("not imported"), "{cells}");
    press(&mut model, "Tab");
    assert!(text(&model).contains("\"reference_value_1\": \"A-1\""));
    press(&mut model, "Tab Esc");
    assert_eq!(model.place(), Place::Review);
}

#[test]
fn a_mixed_file_becomes_an_import_for_each_group() {
    let mut model = on_review();
    answered(&mut model, "Right Right Right Right Right v");
    press(&mut model, "S");
    assert_eq!(model.place(), Place::Confirm);
    press(&mut model, "Esc");
    let only = crate::case::GroupFilter { column: "City".into(), values: vec!["Denver".into()] };
    model.job.as_mut().unwrap().recipe.only = Some(only);
    press(&mut model, "S");
    assert_eq!(status(&model), "This import already uses only part of the file. Press m to see which.");
    model.job.as_mut().unwrap().recipe.only = None;
    let effects = press(&mut model, "S Enter");
    let Some(Effect::Change(DataChange::Split(ticket, 13, column, texts))) = effects.first() else {
        panic!("{effects:?}")
    };
    assert_eq!((column.as_str(), texts.join("|").as_str()), ("City", "Denver|Boulder|東京|"));
    let made =
        vec![import(13, Status::Ready, counts(4, 0, 0, 0)), import(14, Status::Draft, counts(4, 0, 0, 0))];
    let effects = update(&mut model, Msg::Reply(Reply::Split(*ticket, Ok(made))));
    assert!(matches!(effects.first(), Some(Effect::Query(Query::LoadImports))), "{effects:?}");
    assert_eq!(status(&model), "Made 2 imports: 13, 14. Open each in turn.");
}

#[test]
fn a_duplicate_lists_its_differences() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::Duplicate(11, "x.csv".into()));
    let mut answer = opened(13, Status::Ready);
    answer.import.duplicated_from = Some(11);
    answer.sheet.drift = vec![Drift::New("Paid".into()), Drift::Rows(110, 30)];
    answer_open(&mut model, &effects, answer);
    assert_eq!(model.place(), Place::Drift);
    insta::assert_snapshot!("80x24_drift", picture(&model, 80, 24));
    press(&mut model, "Esc");
    assert_eq!((model.place(), status(&model)), (Place::Defaults, ""));
    press(&mut model, "D");
    assert_eq!(model.place(), Place::Drift);
}

#[test]
fn a_file_that_looks_like_an_earlier_one_gets_its_settings_with_one_key() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    let mut answer = opened(13, Status::Draft);
    answer.sheet.looks_like = Some((11, "Acme weekly".into()));
    answer.recipe.defaults.clear();
    answer_open(&mut model, &effects, answer);
    assert!(status(&model).contains("Looks like “Acme weekly”: L to use settings"), "{}", status(&model));
    press(&mut model, "D");
    assert_eq!(status(&model), "This import isn't a duplicate of another.");
    let effects = press(&mut model, "L");
    let Some(Effect::Change(DataChange::TakeOver(ticket, 13, 11))) = effects.first() else {
        panic!("{effects:?}")
    };
    let mut taken = opened(13, Status::Ready);
    taken.import.duplicated_from = Some(11);
    update(&mut model, Msg::Reply(Reply::ReadAs(*ticket, Ok(Box::new(taken)))));
    assert!(model.job.as_ref().unwrap().errors.is_empty());
    assert_eq!(status(&model), "Settings copied from import 11. u to undo.");
    press(&mut model, "u");
    assert!(recipe(&model).defaults.is_empty());
}

#[test]
fn a_remembered_guess_is_forgotten() {
    let mut model = defaults();
    let idea = model.job.as_mut().unwrap().guesses[1].suggestion.insert(Suggestion::new(
        "subject.1".parse().unwrap(),
        0.9,
        "as in import 3".into(),
    ));
    idea.remembered = true;
    press(&mut model, "c F");
    assert_eq!(status(&model), "Nothing is remembered for this column.");
    let effects = press(&mut model, "Down F");
    assert!(
        matches!(effects.first(), Some(Effect::Change(DataChange::Forget(13, header))) if header == "Claimant"),
        "{effects:?}"
    );
    let mut guesses = guesses();
    guesses[1].rule.to = crate::case::Target::Ignore;
    update(&mut model, Msg::Reply(Reply::Guesses(13, "Claimant".into(), Ok(guesses))));
    assert_eq!(recipe(&model).columns[1].to, crate::case::Target::Ignore);
}

#[test]
fn a_row_that_is_a_case_already_is_not_changed() {
    let mut model = on_review();
    model.review.rows_mut().value_mut().unwrap()[0].created = true;
    for keys in ["e", "E", "x"] {
        press(&mut model, keys);
        assert_eq!(status(&model), "This row is already a case in Trackops. It won't be resent or changed.");
    }
    press(&mut model, "1");
    assert_eq!(status(&model), "The row is already created. Press s to send the rest.");
}

#[test]
fn an_edit_of_all_rows_shows_the_row_count() {
    let mut model = on_review();
    let effects = press(&mut model, "n E");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Query(Query::Facet(ticket, ..)) => Some(*ticket),
        _ => None,
    });
    let facet = Facet { texts: vec![("31/02/2026".to_owned(), 47)], ..Facet::default() };
    update(&mut model, Msg::Reply(Reply::Facet(ticket.unwrap(), Ok(Box::new(facet)))));
    assert!(picture(&model, 80, 24).contains("Found in 47 rows."));
    press(&mut model, "Ctrl-U '3/1/2026 Enter");
    assert_eq!(status(&model), "47 rows, “Due”: “31/02/2026” changed to “3/1/2026”. u to undo.");
}

#[test]
fn an_active_filter_is_shown() {
    let mut model = on_review();
    press(&mut model, "P");
    assert!(picture(&model, 80, 24).contains("Showing 3 of 4 rows: with a problem. P: show all"));
    press(&mut model, "P");
    assert!(!picture(&model, 80, 24).contains("P: show all"));
}

#[test]
fn an_undone_change_is_named() {
    let mut model = on_review();
    press(&mut model, "Esc g x c");
    press(&mut model, "u");
    assert_eq!(status(&model), "Undone: “Claim Number” in the field map.");
}

#[test]
fn escape_from_the_file_format_changes_nothing() {
    let mut model = defaults();
    answered(&mut model, "Down Down Down Down Down Down Down Enter Ctrl-U '+3d Enter");
    let before = recipe(&model).clone();
    let effects = press(&mut model, "f Right");
    let [Effect::Change(DataChange::ReadAs(ticket, 13, layout))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let mut read = opened(13, Status::Ready);
    (read.recipe, read.sheet.layout) = (before.clone(), (**layout).clone());
    read.recipe.sheet.clone_from(layout);
    update(&mut model, Msg::Reply(Reply::ReadAs(*ticket, Ok(Box::new(read)))));
    assert_ne!(*recipe(&model), before);
    let effects = press(&mut model, "Esc");
    let [Effect::Change(DataChange::Restore(ticket, 13, restored))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(**restored, before);
    let mut read = opened(13, Status::Ready);
    read.recipe = before.clone();
    update(&mut model, Msg::Reply(Reply::ReadAs(*ticket, Ok(Box::new(read)))));
    assert_eq!((recipe(&model), status(&model)), (&before, "The file format is unchanged."));
    // Earlier changes can still be undone.
    answered(&mut model, "u");
    assert_ne!(*recipe(&model), before);
    // Without a change there is nothing to restore.
    assert!(press(&mut model, "f Down Esc").is_empty());
}

#[test]
fn another_cell_format_is_named_and_undone() {
    let mut model = defaults();
    answered(&mut model, "c Down Down Down Down o");
    assert_eq!(status(&model), "Services: values are separated by ;. u to undo.");
    answered(&mut model, "Up o");
    assert!(status(&model).starts_with("Due: dates are "), "{}", status(&model));
    answered(&mut model, "u u");
    assert_eq!(recipe(&model).columns[4].separator, None);
}

#[test]
fn the_arrows_only_look_at_the_ways_to_handle_errors() {
    let mut model = on_review();
    press(&mut model, "s");
    let handling = |model: &Model| match model.overlays.last() {
        Some(Overlay::Start(start)) => start.on_error(),
        other => panic!("{other:?}"),
    };
    press(&mut model, "Up Up Up Down Down Up");
    assert_eq!(handling(&model), OnError::Halt);
    press(&mut model, "Space");
    assert_eq!(handling(&model), OnError::Skip);
    press(&mut model, "Up Enter");
    assert_eq!(handling(&model), OnError::Halt);
    press(&mut model, "Up Up Enter");
    assert_eq!(handling(&model), OnError::Skip);
}

#[test]
fn a_skip_by_a_missing_column_leads_to_where_it_is_undone() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    let mut opened = opened(13, Status::Ready);
    opened.recipe.leave_out.push(SkipRule::Row(2));
    opened.recipe.leave_out.push(SkipRule::Value { column: "Status".into(), value: "closed".into() });
    answer_open(&mut model, &effects, opened);
    model.screen = Screen::FieldMap;
    press(&mut model, "c");
    assert!(status(&model).contains("no column “Status”"), "{}", status(&model));
    assert!(matches!(model.overlays.last(), Some(Overlay::Changes(1))), "{:?}", model.overlays);
    press(&mut model, "Delete Esc");
    assert_eq!(recipe(&model).leave_out, [SkipRule::Row(2)]);
    let effects = press(&mut model, "c");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Check(..)))));
}

#[test]
fn a_new_column_of_a_duplicate_names_its_field() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::Duplicate(11, "x.csv".into()));
    let mut answer = opened(13, Status::Ready);
    answer.import.duplicated_from = Some(11);
    answer.sheet.drift = ["Claim Number", "Assigned", "Internal"].map(|name| Drift::New(name.into())).into();
    answer_open(&mut model, &effects, answer);
    let shown = picture(&model, 110, 24);
    assert!(
        shown.contains(
            "“Claim Number” is a new column: mapped to Claim number (reference 1), guessed, 97% sure"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("“Internal” is a new column: not imported, maybe Administrative notes, 45% sure"),
        "{shown}"
    );
}
