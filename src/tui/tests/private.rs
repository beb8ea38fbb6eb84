//! SSNs and dates of birth are masked on every screen until the user shows them.

use super::*;
use crate::case::Fix;
use crate::engine::{FirstOutcome, FirstResult};
use crate::trackops::{ComparedValue, Comparison};
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::Overlay;
use crate::tui::core::place::Place;
use crate::tui::screens::processing;

/// Values of the private columns of the sample, as in the file and as sent.
const SECRETS: [&str; 6] = ["3/20/2026", "31/02/2026", "2026-03-20", "Denver", "Boulder", "東京"];

/// The sample with “Due” and “City” as private columns, on the field map.
fn field_map() -> Model {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    let mut opened = opened(13, Status::Ready);
    for rule in opened.recipe.columns.iter_mut().filter(|rule| rule.from == "Due" || rule.from == "City") {
        rule.private = Some(true);
    }
    answer_open(&mut model, &effects, opened);
    press(&mut model, "c");
    model
}

fn review() -> Model {
    let mut model = field_map();
    let effects = press(&mut model, "c");
    // Unmapped services don't matter here.
    answer_review(&mut model, effects);
    model
}

fn shown(model: &Model) -> String {
    shown_at(model, 180, 50)
}

fn shown_at(model: &Model, width: u16, height: u16) -> String {
    lines(draw(model, width, height).backend().buffer()).join("\n")
}

#[track_caller]
fn assert_hidden(model: &Model) {
    for (width, height) in [(80, 24), (120, 40), (180, 50)] {
        // The client's name isn't a cell.
        let frame = shown_at(model, width, height).replace("— Denver", "");
        for secret in SECRETS {
            assert!(!frame.contains(secret), "{secret} in\n{frame}");
        }
    }
}

/// Asserts that the values are hidden, that `M` shows `text`, and that `M` hides them again.
#[track_caller]
fn assert_hidden_until_m(model: &mut Model, text: &str) {
    assert_hidden(model);
    press(model, "M");
    let frame = shown(model);
    assert!(frame.contains(text), "{text} is not in\n{frame}");
    let first = frame.lines().next().unwrap().to_owned();
    assert!(first.contains("SSNs shown, M hides"), "{first}");
    press(model, "M");
    assert_hidden(model);
}

#[test]
fn the_file_form_masks_them_too() {
    let mut model = field_map();
    press(&mut model, "f");
    assert!(matches!(model.overlays.last(), Some(Overlay::Sheet(_))));
    assert_hidden(&model);
}

#[test]
fn the_field_map_hides_samples_and_preview() {
    let mut model = field_map();
    assert_hidden_until_m(&mut model, "31/02/2026");
    press(&mut model, "Down Down Down");
    assert!(shown(&model).contains("“•/••/••••” (hidden; M to show) becomes"), "{}", shown(&model));
    assert_hidden_until_m(&mut model, "“3/20/2026” becomes");
    press(&mut model, "Right");
    assert_hidden(&model);
    press(&mut model, "Left Down Down");
    assert_hidden_until_m(&mut model, "“Denver” becomes");
}

#[test]
fn review_and_the_whole_row_hide_cells_values_and_problems() {
    let mut model = review();
    assert_hidden_until_m(&mut model, "Boulder");
    press(&mut model, "n");
    assert!(shown(&model).contains("“••/••/••••” isn't a real date"), "{}", shown(&model));
    assert_hidden_until_m(&mut model, "“Due” 31/02/2026");
    press(&mut model, "g Enter");
    assert_hidden_until_m(&mut model, "2026-03-20");
    press(&mut model, "Tab");
    assert_hidden_until_m(&mut model, "3/20/2026");
    press(&mut model, "Tab");
    assert!(shown(&model).contains("\"due_on\": \"••••-••-••\""), "{}", shown(&model));
    assert_hidden_until_m(&mut model, "\"due_on\": \"2026-03-20\"");
}

#[test]
fn the_texts_of_a_column_and_the_changes_are_hidden() {
    let mut model = review();
    press(&mut model, "0 l l l l l");
    let effects = press(&mut model, "v");
    answer_review(&mut model, effects);
    assert_eq!(model.place(), Place::Values);
    assert_hidden_until_m(&mut model, "Boulder");
    press(&mut model, "x");
    assert_hidden(&model);
    press(&mut model, "e");
    assert!(shown(&model).contains("Rows with “••••••” are skipped"), "{}", shown(&model));
    press(&mut model, "x S");
    assert!(shown(&model).contains("column is private"), "{}", shown(&model));
    press(&mut model, "Esc");
    let fix = Fix { column: "City".into(), row: Some(1), from: "Denver".into(), to: "Boulder".into() };
    model.job.as_mut().unwrap().recipe_mut().fix(fix);
    press(&mut model, "m");
    assert_eq!(model.place(), Place::Changes);
    assert_hidden_until_m(&mut model, "“Denver” changed to “Boulder”");
}

#[test]
fn a_hidden_cell_is_replaced_and_never_emptied_by_accident() {
    for (keys, at) in [("e", Some(2)), ("E", None)] {
        let mut model = review();
        press(&mut model, "n");
        let effects = press(&mut model, keys);
        answer_review(&mut model, effects);
        assert_hidden(&model);
        assert!(shown(&model).contains("The current value is hidden"), "{}", shown(&model));
        press(&mut model, "Enter");
        assert!(shown(&model).contains("Type the whole value"), "{}", shown(&model));
        press(&mut model, "'2/28/2026' Enter");
        let fixes = &model.job.as_ref().unwrap().recipe().fixes;
        let fix = Fix { column: "Due".into(), row: at, from: "31/02/2026".into(), to: "2/28/2026".into() };
        assert_eq!(fixes, &[fix], "the fix is about the real text");
        assert!(shown(&model).contains("“••/••/••••” changed to “•/••/••••”"), "{}", shown(&model));
        // Once shown, the text is there to be edited.
        let mut model = review();
        press(&mut model, "M n");
        press(&mut model, keys);
        let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("no prompt") };
        assert_eq!((prompt.input.value(), prompt.hidden), ("31/02/2026", false));
        assert!(prompt.title.contains("new value for"), "{}", prompt.title);
    }
}

/// Review with an SSN in an ordinary column.
fn review_with_ssn() -> Model {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    answer_open(&mut model, &effects, opened(13, Status::Ready));
    let fix = Fix { column: "City".into(), row: Some(1), from: "Denver".into(), to: "078-05-1120".into() };
    model.job.as_mut().unwrap().recipe_mut().fix(fix);
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    press(&mut model, "0 l l l l l");
    model
}

#[test]
fn the_status_line_masks_ssns_in_an_ordinary_column() {
    let mut model = review_with_ssn();
    let effects = press(&mut model, "v");
    answer_review(&mut model, effects);
    assert!(shown(&model).contains("•••-••-••••"), "{}", shown(&model));
    press(&mut model, "x");
    assert_eq!(status(&model), "Rows with “•••-••-••••” are skipped.");
    let mut model = review_with_ssn();
    press(&mut model, "e Ctrl-U '078-05-1121 Enter");
    assert_eq!(status(&model), "Row 1, “City”: “Denver” changed to “•••-••-••••”. u to undo.");
    let mut model = review_with_ssn();
    press(&mut model, "M E '078-05-1121 Enter");
    assert!(status(&model).contains("“078-05-1120” changed to “078-05-1121”"), "{}", status(&model));
}

#[test]
fn the_row_that_was_sent_first_hides_what_was_sent_and_stored() {
    let mut model = review();
    let line = |text: &str| ComparedValue {
        key: "due_on".into(),
        sent: text.into(),
        stored: text.into(),
        same: Comparison::Same,
    };
    let first = FirstResult {
        row: 1,
        line: 2,
        outcome: FirstOutcome::Created,
        case_id: Some("5001".into()),
        case_number: None,
        lines: vec![line("2026-03-20")],
        masked: vec![line("••••-••-••")],
        note: String::new(),
    };
    let sent = crate::tui::screens::review::state::SentFirst::new(1, Some(first));
    model.overlays.push(Overlay::First(sent));
    assert_hidden_until_m(&mut model, "2026-03-20");
}

#[test]
fn the_file_chooser_hides_them_in_the_first_rows() {
    let mut model = home(true);
    let effects = press(&mut model, "n");
    let Some(Effect::Query(Query::Folder(ticket, _))) = effects.first() else { panic!("{effects:?}") };
    let entry =
        crate::tui::core::msg::FileEntry { name: "a.csv".into(), folder: false, bytes: 9, changed: NOON };
    update(&mut model, Msg::Reply(Reply::Folder(*ticket, Ok(vec![entry]))));
    let effects = press(&mut model, "Down");
    let Some(Effect::Query(Query::Preview(ticket, _))) = effects.first() else { panic!("{effects:?}") };
    let line = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let lines = vec![line(["Claim", "DOB", "Id"]), line(["A-1", "3/20/2026", "078-05-1120"])];
    update(&mut model, Msg::Reply(Reply::Preview(*ticket, Ok(lines))));
    let frame = shown(&model);
    assert!(frame.contains("A-1") && frame.contains("•/••/••••") && frame.contains("•••-••-••••"), "{frame}");
    assert!(!frame.contains("078-05-1120"), "{frame}");
    assert_hidden(&model);
    press(&mut model, "Esc M");
    press(&mut model, "n");
    assert!(shown(&model).contains("SSNs shown"), "{}", shown(&model));
}

#[test]
fn a_key_with_nothing_to_show_explains_why() {
    let mut model = home(true);
    processing::show(&mut model, 12);
    assert_eq!(model.place(), Place::Processing);
    press(&mut model, "M");
    assert!(shown(&model).contains("The log never contains SSNs"), "{}", shown(&model));
    assert!(!model.private_shown);
}

#[test]
fn one_key_toggles_a_private_column_and_m_hides_values() {
    let mut model = home(true);
    let effects = crate::tui::screens::imports::open(&mut model, Origin::New("x.csv".into()));
    answer_open(&mut model, &effects, opened(13, Status::Ready));
    press(&mut model, "M");
    assert!(shown(&model).contains("SSNs shown, M hides  sandbox"), "the account stays visible");
    press(&mut model, "M");
    assert!(!shown(&model).contains("SSNs shown"));
    press(&mut model, "c Down");
    assert!(shown(&model).contains("Smith, John"));
    press(&mut model, "H");
    assert!(!shown(&model).contains("Smith, John"), "{}", shown(&model));
    assert_eq!(model.job.as_ref().unwrap().recipe().columns[1].private, Some(true));
    press(&mut model, "H");
    assert!(shown(&model).contains("Smith, John"));
}
