//! Keys in, model and effects out: no terminal and no runtime.

use strum::VariantArray;

use super::*;
use crate::app::{Picked, StartOptions};
use crate::case::{CaseField, Code, DefaultText, Target};
use crate::engine::{Ended, Event as RunEvent, Progress};
use crate::trackops::CatalogChange;
use crate::tui::core::effect::{DataChange, Effect, Query, RunCommand};
use crate::tui::core::model::{Overlay, Phase};
use crate::tui::core::place::{Place, Screen};

fn default_of(model: &Model, field: CaseField) -> Option<DefaultText> {
    model.job.as_ref().unwrap().recipe().defaults.get(&Target::Case(field)).cloned()
}

fn on_review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

pub(super) fn on_processing() -> Model {
    let mut model = on_review();
    let effects = press(&mut model, "s Tab Enter");
    assert!(matches!(
        effects.as_slice(),
        [Effect::Run(RunCommand::Start(
            13,
            StartOptions { on_error: OnError::Halt, send_duplicates: false, .. }
        ))]
    ));
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
fn start_needs_enter_on_its_button() {
    let mut model = on_review();
    assert!(press(&mut model, "s Space Space Esc").is_empty());
    assert!(press(&mut model, "s Tab Tab Enter").is_empty(), "Cancel");
    assert_eq!(model.place(), Place::Review);
    let effects = press(&mut model, "s BackTab BackTab Space Enter Enter");
    assert!(matches!(
        effects.as_slice(),
        [Effect::Run(RunCommand::Start(
            13,
            StartOptions { on_error: OnError::Skip, send_duplicates: false, .. }
        ))]
    ));
    assert_eq!(model.screen, Screen::Processing);
}

#[test]
fn start_and_resume_open_on_their_button() {
    let mut model = on_review();
    model.review.check_mut().value_mut().unwrap().report.with_errors = 0;
    press(&mut model, "s");
    assert!(picture(&model, 80, 24).contains("▸[ Start ]"));
    press(&mut model, "Esc Esc Esc Esc Down r");
    assert!(picture(&model, 80, 24).contains("▸[ Resume ]"), "{}", picture(&model, 80, 24));
}

#[test]
fn the_first_start_shows_the_full_notice_and_later_starts_one_line() {
    let start_dialog = |name: &str, url: &str| {
        let mut model = on_review();
        let who = model.who.as_mut().unwrap();
        (who.name, who.url) = (name.into(), url.into());
        press(&mut model, "s");
        let Some(Overlay::Start(dialog)) = model.overlays.last() else { panic!("no dialog") };
        (dialog.note(), picture(&model, 80, 24))
    };
    let acme = "https://acme.viewcases.com/api/v1/";
    let (note, shown) = start_dialog("acme", acme);
    assert!(note.contains("Case Assignment Notice") && note.contains("Webhooks"), "{note}");
    assert!(shown.contains("Cancel ]"), "all of it is on the screen: {shown}");
    // This account has started imports before.
    let (note, _) = start_dialog("sandbox", acme);
    assert!(note.contains("may assign staff to each case") && !note.contains("first import"), "{note}");
    assert!(
        !start_dialog("acme", "http://127.0.0.1:4711/api/v1/").0.contains("mail"),
        "a sandbox sends no mail"
    );
}

#[test]
fn rows_that_look_sent_are_sent_only_when_a_person_says_so() {
    let mut model = on_review();
    let report = &mut model.review.check_mut().value_mut().unwrap().report;
    report.groups[0].code = Code::DuplicateEarlier;
    let (to_send, duplicates) = (report.to_send, report.groups[0].count);
    press(&mut model, "s BackTab BackTab Space");
    let Some(Overlay::Start(dialog)) = model.overlays.last() else { panic!("no dialog") };
    assert!(dialog.question().starts_with(&format!("Create {} cases", to_send + duplicates)));
    let effects = press(&mut model, "Enter Tab Enter");
    assert!(matches!(
        effects.as_slice(),
        [Effect::Run(RunCommand::Start(
            13,
            StartOptions { on_error: OnError::Halt, send_duplicates: true, .. }
        ))]
    ));
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
fn start_waits_for_the_check() {
    let mut model = defaults();
    press(&mut model, "c c s");
    assert!(status(&model).contains("check"), "{}", status(&model));
    assert_eq!(model.place(), Place::Review);
}

#[test]
fn the_log_follows_until_one_scrolls() {
    let mut model = on_processing();
    update(&mut model, Msg::Run(13, RunEvent::Exceptions((1..=30).map(exception).collect())));
    assert_eq!(model.board().unwrap().log().cursor(), None);
    press(&mut model, "k");
    assert_eq!(model.board().unwrap().log().cursor(), Some(28));
    update(&mut model, Msg::Run(13, RunEvent::Exceptions(vec![exception(31)])));
    assert_eq!(model.board().unwrap().log().cursor(), Some(28));
    press(&mut model, "F");
    assert_eq!(model.board().unwrap().log().cursor(), None);
}

#[test]
fn pause_resume_and_duplicate_at_the_end() {
    let mut model = on_processing();
    press(&mut model, "d");
    assert!(status(&model).contains("running"));
    assert!(matches!(press(&mut model, "p").as_slice(), [Effect::Run(RunCommand::Stop(13))]));
    let ended = Ended {
        status: Status::Paused,
        counts: counts(4, 1, 0, 0),
        note: "paused by a person".into(),
        looked_up: true,
    };
    let effects = update(&mut model, Msg::Run(13, RunEvent::Ended(ended)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Query(Query::Watch(13)))));
    assert!(matches!(
        press(&mut model, "r BackTab BackTab Space Enter Enter").as_slice(),
        [Effect::Run(RunCommand::Start(
            13,
            StartOptions { on_error: OnError::Skip, send_duplicates: false, .. }
        ))]
    ));
    let ended =
        Ended { status: Status::Complete, counts: counts(4, 4, 0, 0), note: String::new(), looked_up: true };
    update(&mut model, Msg::Run(13, RunEvent::Ended(ended)));
    let effects = press(&mut model, "d 'new.csv Enter");
    assert!(
        matches!(effects.last(), Some(Effect::Query(Query::Open(_, Origin::Duplicate(13, _))))),
        "{effects:?}"
    );
}

#[test]
fn leaving_a_run_asks_then_waits_for_the_rows_in_flight() {
    let mut model = on_processing();
    assert!(press(&mut model, "q").is_empty());
    assert_eq!(model.place(), Place::Confirm);
    press(&mut model, "Esc");
    assert_eq!(model.phase, Phase::Open);
    assert!(matches!(press(&mut model, "Ctrl-C Enter").as_slice(), [Effect::Run(RunCommand::Stop(13))]));
    assert_eq!(model.phase, Phase::Leaving);
    let ended =
        Ended { status: Status::Paused, counts: counts(4, 1, 0, 0), note: String::new(), looked_up: true };
    update(&mut model, Msg::Run(13, RunEvent::Ended(ended)));
    assert_eq!(model.phase, Phase::Over);
}

#[test]
fn a_second_quit_leaves_at_once() {
    let mut model = on_processing();
    press(&mut model, "Ctrl-C Ctrl-C Ctrl-C");
    assert_eq!(model.phase, Phase::Abandoned);
}

#[test]
fn a_request_to_end_stops_runs_first() {
    let mut model = on_processing();
    assert!(matches!(update(&mut model, Msg::Terminate).as_slice(), [Effect::Run(RunCommand::Stop(13))]));
    let mut model = home(true);
    update(&mut model, Msg::Terminate);
    assert_eq!(model.phase, Phase::Over);
}

#[test]
fn a_run_that_cannot_start_says_why() {
    let mut model = on_processing();
    update(&mut model, Msg::Reply(Reply::Started(13, Err("the token is not valid".into()))));
    assert!(picture(&model, 80, 24).contains("! The token is not valid."));
    assert!(!model.is_running());
    press(&mut model, "q");
    assert_eq!(model.phase, Phase::Over);
}

#[test]
fn the_run_goes_on_while_one_looks_at_the_list() {
    let mut model = on_processing();
    assert!(matches!(press(&mut model, "Esc").as_slice(), [Effect::Query(Query::LoadImports)]));
    let progress = Progress { counts: counts(4, 2, 0, 1), in_flight: 1, rows_per_second: 3.0 };
    update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
    assert!(model.wants_ticks());
    press(&mut model, "Enter");
    assert_eq!((model.screen, model.board().unwrap().counts().created), (Screen::Processing, 2));
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

#[test]
fn a_resumed_import_begins_with_the_counts_that_were_shown() {
    let mut model = home(true);
    crate::tui::screens::processing::show(&mut model, 12);
    let board = model.boards.get_mut(&12).unwrap();
    board.import_mut().unwrap().counts = counts(112, 40, 2, 0);
    // The list dates from before the rows were counted.
    model.imports.all_mut().iter_mut().for_each(|import| import.counts = Counts::default());
    crate::tui::screens::processing::begin(&mut model, 12, OnError::Skip);
    let shown = picture(&model, 80, 24);
    assert!(shown.contains("42 of 112 rows") && shown.contains("created 40"), "{shown}");
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
