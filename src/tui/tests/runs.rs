//! Start, a run and its end, from keys to effects: no terminal and no runtime.

use super::flow::on_review;
use super::*;
use crate::app::StartOptions;
use crate::engine::{Ended, Event as RunEvent, Progress};
use crate::tui::core::effect::{Effect, Query, RunCommand};
use crate::tui::core::model::{Overlay, Phase};
use crate::tui::core::place::{Place, Screen};

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
