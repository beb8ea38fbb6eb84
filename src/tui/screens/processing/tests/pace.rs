//! What Processing says about speed, time left, and why something can't be done now.

use crate::engine::{Ended, Event as RunEvent, Progress};
use crate::tui::tests::*;

/// Processing of import 13 while it runs, after this progress.
fn running(counts: Counts, in_flight: u64, rows_per_second: f64) -> Model {
    let mut model = home(true);
    crate::tui::screens::processing::begin(&mut model, 13, OnError::Skip);
    let progress = Progress { counts, in_flight, rows_per_second };
    update(&mut model, Msg::Run(13, RunEvent::Progress(progress)));
    model
}

/// Returns the end of the headline.
fn headline(model: &Model) -> String {
    lines(draw(model, 80, 24).backend().buffer())[1].clone()
}

fn says(model: &Model, text: &str) -> bool {
    headline(model).ends_with(text)
}

#[test]
fn an_estimate_counts_down_and_is_withdrawn_when_it_was_wrong() {
    let mut model = running(counts(52, 12, 0, 0), 0, 2.0);
    assert!(says(&model, "2.0 rows/s, about 20 s left"), "{}", headline(&model));
    update(&mut model, Msg::Tick(NOON + 15));
    assert!(says(&model, "2.0 rows/s, a few seconds left"), "{}", headline(&model));
    update(&mut model, Msg::Tick(NOON + 30));
    assert!(says(&model, "a few seconds left"), "ten seconds are no lie: {}", headline(&model));
    update(&mut model, Msg::Tick(NOON + 31));
    assert!(says(&model, "– rows/s, time left –"), "{}", headline(&model));
}

#[test]
fn when_only_replies_are_awaited_it_is_almost_done() {
    let model = running(counts(52, 50, 0, 2), 2, 2.0);
    assert!(says(&model, "almost done"), "{}", headline(&model));
}

#[test]
fn while_cases_are_read_back_no_rate_is_shown() {
    let mut model = running(counts(52, 52, 0, 0), 0, 2.0);
    update(&mut model, Msg::Run(13, RunEvent::ReadingBack { read: 10, of: Some(52) }));
    assert!(headline(&model).contains("Reading back") && !headline(&model).contains("left"));
}

#[test]
fn a_lookup_stays_on_the_screen_while_it_lists_cases() {
    let mut model = running(Counts { unknown: 4, ..counts(52, 48, 0, 0) }, 0, 2.0);
    let shown = |model: &Model| lines(draw(model, 80, 24).backend().buffer()).join("\n");
    update(&mut model, Msg::Run(13, RunEvent::Settling { left: 4, seconds: 30 }));
    update(&mut model, Msg::Run(13, RunEvent::ReadingBack { read: 0, of: Some(0) }));
    assert!(shown(&model).contains("Checking 4 rows to avoid duplicates"), "{}", shown(&model));
    update(&mut model, Msg::Run(13, RunEvent::Settling { left: 0, seconds: 0 }));
    update(&mut model, Msg::Run(13, RunEvent::ReadingBack { read: 10, of: Some(52) }));
    update(&mut model, Msg::Run(13, RunEvent::Waiting { why: "busy".into(), seconds: 9 }));
    assert!(shown(&model).contains("! busy; sending again in 9 s"), "{}", shown(&model));
}

#[test]
fn a_refusal_goes_when_it_is_not_true_any_more() {
    let mut model = running(counts(52, 12, 1, 0), 0, 2.0);
    press(&mut model, "r");
    assert_eq!(status(&model), "The import is running.");
    update(&mut model, Msg::Tick(NOON + 1));
    assert_eq!(status(&model), "The import is running.", "it still is");
    let ended =
        Ended { status: Status::Paused, counts: counts(52, 12, 1, 0), note: String::new(), looked_up: true };
    update(&mut model, Msg::Run(13, RunEvent::Ended(ended)));
    assert_eq!(status(&model), "");
}

#[test]
fn a_rate_is_withdrawn_while_no_answer_comes() {
    let mut model = running(counts(200, 44, 0, 1), 1, 13.6);
    assert!(says(&model, "13.6 rows/s, about 20 s left"), "{}", headline(&model));
    update(&mut model, Msg::Tick(NOON + 8));
    assert!(says(&model, "no answer for 8 s"), "{}", headline(&model));
}
