//! Keys in, model and effects out: no terminal and no runtime.

use strum::VariantArray;

use super::*;
use crate::app::Picked;
use crate::case::{CaseField, DefaultText, Target};
use crate::trackops::CatalogChange;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::{Overlay, Phase};
use crate::tui::core::place::{Place, Screen};

fn default_of(model: &Model, field: CaseField) -> Option<DefaultText> {
    model.job.as_ref().unwrap().recipe().defaults.get(&Target::Case(field)).cloned()
}

pub(super) fn on_review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

#[test]
fn a_ready_import_opens_on_review_and_a_new_one_on_its_first_step() {
    let mut model = home(true);
    let effects = press(&mut model, "Enter");
    answer_open(&mut model, &effects, opened(13, Status::Ready));
    assert_eq!(model.screen, Screen::Review);
    assert_eq!(defaults().screen, Screen::Defaults);
}

#[test]
fn waiting_for_a_file_can_be_given_up() {
    let mut model = home(true);
    let effects = press(&mut model, "Enter Esc");
    answer_open(&mut model, &effects, opened(13, Status::Ready));
    assert_eq!(model.screen, Screen::Imports);
}

#[test]
fn a_case_type_brings_its_subject_type_and_no_other_goes_on() {
    let mut model = defaults();
    model
        .catalog
        .remember(crate::trackops::List::SubjectTypes, crate::trackops::CatalogEntry::new(2, "Applicant"));
    model.catalog.primary_subjects.insert("2".into(), 2);
    press(&mut model, "Down Enter 'comp Enter");
    assert_eq!(default_of(&model, CaseField::SubjectType), Some(DefaultText::Whole(2)));
    let job = model.job.as_mut().unwrap();
    job.set_default(Target::Case(CaseField::SubjectType), Some(DefaultText::Whole(1)), &model.catalog);
    press(&mut model, "Down Down Down Up Enter Esc");
    let job = model.job.as_mut().unwrap();
    let _ = job.changed(&model.catalog);
    let shown = picture(&model, 100, 40);
    assert!(shown.contains("✗ Claimant (1): not for this case type"), "{shown}");
    press(&mut model, "c c");
    assert_eq!(model.screen, Screen::Defaults);
    let message = "the subject type is Claimant (1), but cases of type Workers' compensation (2) can only have Applicant (2)";
    assert!(status(&model).contains(message), "{}", status(&model));
}

#[test]
fn a_guessed_field_owner_is_confirmed_once() {
    let mut model = defaults();
    let name = "subject.1".parse().unwrap();
    model.catalog.guessed.insert(name);
    press(&mut model, "c c");
    let Some(Overlay::Confirm(asked)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert!(asked.question.contains("Primary subject: Claimant name."), "{}", asked.question);
    press(&mut model, "Esc");
    assert_eq!(model.screen, Screen::FieldMap, "nothing was agreed to");
    let effects = press(&mut model, "c Enter");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Change(DataChange::Catalog(CatalogChange::ConfirmOwners(keys))) if keys.contains(&name)))
    );
    assert_eq!(model.screen, Screen::Review);
    assert!(model.catalog.guessed.is_empty() && model.overlays.is_empty(), "asked only once");
}

#[test]
fn a_picked_default_is_saved_at_once() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Enter 'comp Enter");
    assert_eq!(default_of(&model, CaseField::CaseType), Some(DefaultText::Whole(2)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Change(DataChange::Save(13, ..)))));
    assert!(model.overlays.is_empty());
}

#[test]
fn an_unknown_id_is_named_and_remembered() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Enter '4711 Enter 'Fraud Enter");
    assert_eq!(default_of(&model, CaseField::CaseType), Some(DefaultText::Whole(4711)));
    assert_eq!(model.catalog.label(List::CaseTypes, 4711), Some("Fraud"));
    let remembered = |effect: &Effect| matches!(effect, Effect::Change(DataChange::Catalog(CatalogChange::Entry(List::CaseTypes, entry))) if entry.id == 4711);
    assert!(effects.iter().any(remembered));
}

#[test]
fn several_services_are_marked_with_space() {
    let mut model = defaults();
    let at = CaseField::VARIANTS.iter().position(|field| *field == CaseField::Services).unwrap();
    press(&mut model, &"Down ".repeat(at + 1));
    press(&mut model, "Enter Space Down Space Enter");
    assert_eq!(default_of(&model, CaseField::Services), Some(DefaultText::Ids(vec![1, 2])));
}

#[test]
fn contacts_are_those_of_the_client_and_go_with_it() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Down Down Enter");
    assert!(matches!(effects.as_slice(), [Effect::Query(Query::Pick(_, List::Contacts, Some(100), false))]));
    let effects = press(&mut model, "Esc Up Enter");
    let [Effect::Query(Query::Pick(ticket, List::Clients, None, false))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let entries = vec![
        CatalogEntry::new(100, "Acme Insurance — Denver"),
        CatalogEntry::new(101, "Acme Insurance — Boise"),
    ];
    update(&mut model, Msg::Reply(Reply::Picked(*ticket, Ok(picked(entries)))));
    press(&mut model, "Down Enter");
    assert_eq!(default_of(&model, CaseField::Client), Some(DefaultText::Whole(101)));
    assert_eq!(default_of(&model, CaseField::PrimaryContact), None);
    assert!(status(&model).contains("primary contact"));
}

#[test]
fn a_late_answer_to_a_closed_picker_is_ignored() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Down Enter Esc Up Enter");
    let Some(Effect::Query(Query::Pick(ticket, ..))) = effects.first() else { panic!("{effects:?}") };
    update(&mut model, Msg::Reply(Reply::Picked(*ticket, Ok(picked(vec![CatalogEntry::new(9, "stale")])))));
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { panic!("no picker") };
    assert!(picker.lines.iter().all(|choice| choice.label != "stale"));
}

#[test]
fn a_date_default_is_read_like_a_recipes() {
    let mut model = defaults();
    press(&mut model, "Down Down Down Down Down Down Down Enter");
    assert_eq!(model.place(), Place::Prompt);
    press(&mut model, "Ctrl-U '31/02/2026 Enter");
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { panic!("accepted") };
    assert!(prompt.error.as_ref().unwrap().contains("2026-12-31"));
    press(&mut model, "Ctrl-U '+7d Enter");
    assert_eq!(default_of(&model, CaseField::DueOn), Some(DefaultText::Text("+7d".into())));
}

#[test]
fn a_paste_of_several_lines_is_one_text_and_no_command() {
    let mut model = defaults();
    press(&mut model, "Enter Ctrl-U");
    update(&mut model, Msg::Paste("one\r\ntwo\nq\n".into()));
    press(&mut model, "Enter");
    assert_eq!(model.job.as_ref().unwrap().import().name, "one two q");
    update(&mut model, Msg::Paste("q\nq\n".into()));
    assert_eq!((model.phase, model.screen), (Phase::Open, Screen::Defaults));
}

#[test]
fn continue_is_blocked_by_what_is_missing_and_says_why() {
    let mut model = defaults();
    press(&mut model, "Down Delete Tab");
    assert_eq!(model.screen, Screen::FieldMap);
    assert!(press(&mut model, "c").is_empty());
    assert_eq!(model.screen, Screen::Defaults);
    assert_eq!(model.job.as_ref().unwrap().cursors().0, 1);
    assert!(status(&model).contains("Case type"), "{}", status(&model));
}

#[test]
fn a_column_goes_to_another_field_and_how_it_is_read_can_change() {
    let mut model = defaults();
    press(&mut model, "c Down Down o");
    let rule = |model: &Model, at: usize| model.job.as_ref().unwrap().recipe().columns[at].clone();
    assert_eq!(rule(&model, 2).date, Some(crate::case::DateOrder::Dmy));
    press(&mut model, "End Enter 'admin Enter");
    assert_eq!(rule(&model, 6).to, Target::Case(CaseField::AdminNotes));
    press(&mut model, "x");
    assert_eq!(rule(&model, 6).to, Target::Ignore);
    press(&mut model, "x");
    assert!(status(&model).contains("ignored"));
}

#[test]
fn a_declared_field_takes_the_free_column_it_was_declared_on() {
    let mut model = defaults();
    let effects = press(&mut model, "c End + Tab '7 Ctrl-S");
    assert!(
        effects.iter().any(
            |effect| matches!(effect, Effect::Change(DataChange::Catalog(CatalogChange::Field(field))) if field.label == "Internal")
        )
    );
    let rule = model.job.as_ref().unwrap().recipe().columns[6].clone();
    assert_eq!(rule.to.to_string(), "custom.7");
}

#[test]
fn problem_keys_move_the_cursor_and_open_whole_rows() {
    let mut model = on_review();
    press(&mut model, "n");
    assert_eq!(model.review.cursor(), 1);
    press(&mut model, "N");
    assert_eq!(model.review.cursor(), 3);
    press(&mut model, "g Enter");
    assert_eq!(model.place(), Place::RowView);
    press(&mut model, "Esc Esc");
    assert_eq!(model.screen, Screen::FieldMap);
}

#[test]
fn a_draft_opens_where_it_needs_work() {
    let mut model = home(true);
    let effects = press(&mut model, "Enter");
    let mut draft = opened(13, Status::Draft);
    draft.columns.remove(0);
    answer_open(&mut model, &effects, draft);
    assert_eq!(model.screen, Screen::FieldMap);
}

#[test]
fn the_filter_narrows_the_list() {
    let mut model = home(true);
    press(&mut model, "/ 'paused Enter");
    assert_eq!(model.imports.shown().iter().map(|import| import.id).collect::<Vec<_>>(), [12]);
    press(&mut model, "Esc");
    assert_eq!(model.imports.shown().len(), 4);
}

/// The file chooser in a folder with these files.
fn model_with_files(names: &[&str]) -> Model {
    use crate::tui::core::msg::FileEntry;
    let mut model = home(true);
    let effects = press(&mut model, "n");
    let [Effect::Query(Query::Folder(ticket, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let entry = |name: &&str| FileEntry { name: (*name).into(), folder: false, bytes: 10, changed: NOON };
    update(&mut model, Msg::Reply(Reply::Folder(*ticket, Ok(names.iter().map(entry).collect()))));
    model
}

#[test]
fn a_path_is_completed_as_far_as_it_is_certain() {
    use crate::tui::core::msg::FileEntry;
    let mut model = home(true);
    let effects = press(&mut model, "n");
    let [Effect::Query(Query::Folder(ticket, folder))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(folder, "/files/");
    let entry = |name: &str, folder| FileEntry { name: name.into(), folder, bytes: 10, changed: NOON };
    let entries = vec![entry("march-a.csv", false), entry("march-b.csv", false), entry("old", true)];
    update(&mut model, Msg::Reply(Reply::Folder(*ticket, Ok(entries))));
    let typed = |model: &Model| match model.overlays.last() {
        Some(Overlay::Chooser(chooser)) => chooser.input.value().to_owned(),
        _ => String::new(),
    };
    // The file under the cursor is previewed; a file imported from another folder is offered too.
    let effects = press(&mut model, "Down");
    let [Effect::Query(Query::Preview(look, path))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(path, "/files/march-a.csv");
    let first =
        vec![vec!["Claim".to_owned(), "Due".to_owned()], vec!["A-1".to_owned(), "3/4/2026".to_owned()]];
    update(&mut model, Msg::Reply(Reply::Preview(look - 1, Ok(Vec::new()))));
    update(&mut model, Msg::Reply(Reply::Preview(*look, Ok(first))));
    let shown = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(shown.contains("Claim") && shown.contains("A-1") && shown.contains("2026-11-23"), "{shown}");
    press(&mut model, "'m Tab");
    assert_eq!(typed(&model), "/files/march-");
    press(&mut model, "'b Tab");
    assert_eq!(typed(&model), "/files/march-b.csv");
    // Part of a name finds it as well, and is enough if only one file has it.
    let mut part = model_with_files(&["march-a.csv", "march-b.csv", "summit-april.csv"]);
    press(&mut part, "'ARCH");
    assert_eq!(typed(&part), "/files/ARCH");
    assert!(picture(&part, 80, 24).contains("march-b.csv"), "{}", picture(&part, 80, 24));
    press(&mut part, "Backspace Backspace Backspace Backspace 'april");
    let effects = press(&mut part, "Enter");
    let opened = |effects: &[Effect]| match effects {
        [Effect::Query(Query::Open(_, Origin::New(path)))] => path.display().to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(opened(&effects), "/files/summit-april.csv");
    let mut missing = model_with_files(&["summit-april.csv"]);
    let effects = press(&mut missing, "'april.csv Enter");
    assert_eq!(opened(&effects), "/files/april.csv", "not another file whose name contains it");
    let mut pasted = home(true);
    press(&mut pasted, "n '/data/a.csv");
    assert_eq!(typed(&pasted), "/data/a.csv", "an absolute path replaces the one before it");
    press(&mut pasted, "'/~/b.csv");
    assert_eq!(typed(&pasted), "~/b.csv");
    let effects = press(&mut model, "Enter");
    assert!(
        matches!(effects.last(), Some(Effect::Query(Query::Open(_, Origin::New(path)))) if path.ends_with("march-b.csv"))
    );
}

fn picked(entries: Vec<CatalogEntry>) -> Picked {
    Picked { entries, read_at: Some(crate::tui::tests::NOON), failed: None }
}

#[test]
fn a_list_shows_when_it_was_read_and_a_key_refreshes_it() {
    let mut model = defaults();
    let effects = press(&mut model, "Down Down Enter");
    let [Effect::Query(Query::Pick(ticket, List::Clients, None, false))] = effects[..] else {
        panic!("{effects:?}")
    };
    update(&mut model, Msg::Reply(Reply::Picked(ticket, Ok(picked(vec![CatalogEntry::new(100, "Acme")])))));
    let screen = picture(&model, 80, 24);
    assert!(screen.contains("Updated 2026-11-23 12:00"), "{screen}");
    let effects = press(&mut model, "Ctrl-r");
    let [Effect::Query(Query::Pick(ticket, List::Clients, None, true))] = effects[..] else {
        panic!("{effects:?}")
    };
    let failed = Some("no connection".to_owned());
    let old = Picked { failed, ..picked(vec![CatalogEntry::new(100, "Acme")]) };
    update(&mut model, Msg::Reply(Reply::Picked(ticket, Ok(old))));
    let screen = picture(&model, 80, 24);
    assert!(screen.contains("List from 2026-11-23 12:00. Refresh failed: no connection"), "{screen}");
    assert!(screen.contains("Acme"), "what is known is still to be chosen from: {screen}");
}

#[test]
fn an_import_without_a_row_to_send_is_not_listed_as_ready() {
    let mut model = defaults();
    press(&mut model, "c");
    let effects = press(&mut model, "c");
    let Some(Effect::Query(Query::Check(ticket, _))) = effects.first() else { panic!("{effects:?}") };
    let report = CheckReport { rows: 4, excluded: 4, ..CheckReport::default() };
    let checked = Box::new(CheckResult { report, problems: Vec::new() });
    update(&mut model, Msg::Reply(Reply::Checked(*ticket, Ok(checked))));
    let listed = |model: &Model| {
        let mut shown = lines(draw(model, 80, 24).backend().buffer()).into_iter();
        shown.find(|line| line.contains("march-13.csv")).unwrap()
    };
    press(&mut model, "Esc Esc Esc");
    assert!(listed(&model).contains("! 0 to send"), "{}", listed(&model));
    // Another recipe has to be checked first.
    let changed =
        Import { recipe: RECIPE.replace("+14d", "+15d"), ..import(13, Status::Ready, counts(4, 0, 0, 0)) };
    update(&mut model, Msg::Reply(Reply::Imports(Ok(vec![changed]))));
    assert!(listed(&model).contains("· Ready"), "{}", listed(&model));
}
