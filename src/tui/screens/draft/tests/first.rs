//! One row sent first.

use super::*;

fn sent_first(outcome: FirstOutcome) -> FirstResult {
    let line = |key: &str, sent: &str, stored: &str, same| ComparedValue {
        key: key.into(),
        sent: sent.into(),
        stored: stored.into(),
        same,
    };
    let lines = vec![
        line("reference_value_1", "A-1", "A-1", Comparison::Same),
        line("due_on", "2026-03-20", "2026-03-21", Comparison::Differs),
        line("subject.1.last_name", "Smith", "", Comparison::NotShown),
    ];
    let note = "Row 1 (line 2) was created as case 5001.".to_owned();
    let (masked, case_id) = (lines.clone(), Some("5001".into()));
    FirstResult { row: 1, line: 2, outcome, case_id, case_number: None, lines, masked, note }
}

#[test]
fn the_refusal_of_a_row_sent_first_stays_in_sight_until_the_import_changes() {
    let mut model = defaults();
    model.job.as_mut().unwrap().recipe.allow_unidentified = true;
    answered(&mut model, "c c");
    press(&mut model, "1 Enter");
    let ready = import(13, Status::Ready, counts(4, 0, 0, 0));
    let refused = sent_first(FirstOutcome::Refused(exception(1)));
    update(&mut model, Msg::Reply(Reply::First(Ok(Box::new((ready, refused))))));
    answered(&mut model, "Esc");
    let shown = picture(&model, 120, 40);
    assert!(shown.contains("✗ Trackops refused row 1 when it was sent first: "), "{shown}");
    answered(&mut model, "x");
    let shown = picture(&model, 120, 40);
    assert!(!shown.contains("refused row 1"), "{shown}");
}

#[test]
fn one_row_is_sent_first_and_its_case_is_looked_at() {
    let mut model = defaults();
    model.job.as_mut().unwrap().recipe.allow_unidentified = true;
    for (text, id) in [("Background", 2), ("Trial", 3)] {
        let values = &mut model.job.as_mut().unwrap().recipe.columns[4].values;
        values.insert(text.into(), MappedValue::Id(id));
    }
    answered(&mut model, "c c");
    press(&mut model, "1");
    let question = lines(draw(&model, 80, 24).backend().buffer()).join(" ");
    assert!(question.contains("Send only row 1 for Acme Insurance"), "{question}");
    assert!(press(&mut model, "Esc").is_empty());
    let effects = press(&mut model, "1 Enter");
    assert!(matches!(effects.as_slice(), [Effect::Run(RunCommand::SendFirst(13, 1, _))]), "{effects:?}");
    press(&mut model, "Esc");
    assert_eq!(model.place(), Place::First, "it waits for the answer");
    let ready = import(13, Status::Ready, counts(4, 1, 0, 0));
    update(&mut model, Msg::Reply(Reply::First(Ok(Box::new((ready, sent_first(FirstOutcome::Created)))))));
    insta::assert_snapshot!("80x24_first", picture(&model, 80, 24));
    answered(&mut model, "Esc");
    assert_eq!(model.place(), Place::Review);
    press(&mut model, "s");
    let Some(Overlay::Start(start)) = model.overlays.last() else { panic!("{:?}", model.overlays) };
    assert_eq!((start.to_send(), start.note().contains("1 row already sent")), (1, true), "{start:?}");
}

#[test]
fn an_answer_that_is_lost_leads_to_the_import() {
    let mut model = on_review();
    press(&mut model, "1 Enter");
    let paused = import(13, Status::Paused, counts(4, 0, 0, 1));
    update(&mut model, Msg::Reply(Reply::First(Ok(Box::new((paused, sent_first(FirstOutcome::Unknown)))))));
    press(&mut model, "Esc");
    assert_eq!((model.screen, model.watched), (Screen::Processing, 13));
}

#[test]
fn a_row_with_an_error_is_not_sent_first() {
    let mut model = on_review();
    press(&mut model, "Down 1");
    assert_eq!(status(&model), "The row can't be sent as it is. Choose one that is ready.");
}
