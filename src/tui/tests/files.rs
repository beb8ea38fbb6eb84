//! Open files: format, reading progress, and suggestions.

use super::*;
use crate::case::{CaseField, Target};
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::place::Place;

#[test]
fn how_the_file_is_read_is_changed_with_one_key() {
    use crate::sheet::{Header, Layout, Mark};
    let mut model = defaults();
    press(&mut model, "f");
    assert_eq!(model.place(), Place::Sheet);
    let changed = |model: &mut Model, keys: &str| match press(model, keys).pop() {
        Some(Effect::Change(DataChange::ReadAs(ticket, 13, layout))) => (ticket, *layout),
        other => panic!("{other:?}"),
    };
    // Settings that were not chosen are still detected.
    let (_, layout) = changed(&mut model, "Down Right");
    assert_eq!(layout, Layout { delimiter: Some(Mark::DELIMITERS[1]), ..Layout::default() });
    let (_, layout) = changed(&mut model, "Down Down Right");
    assert_eq!(layout.header, Some(Header::Lines(2, 2)));
    let (_, layout) = changed(&mut model, "Left");
    assert_eq!(layout.header, Some(Header::None(1)));
    let (late, _) = changed(&mut model, "Down Right");
    let (ticket, layout) = changed(&mut model, "Left");
    assert_eq!(layout.header, Some(Header::None(1)));

    let mut read = opened(13, Status::Ready);
    read.recipe.sheet = layout.clone();
    read.columns.truncate(3);
    update(&mut model, Msg::Reply(Reply::ReadAs(late, Ok(Box::new(opened(13, Status::Ready))))));
    assert_eq!(model.job.as_ref().unwrap().columns().len(), 7, "a late reply is ignored");
    update(&mut model, Msg::Reply(Reply::ReadAs(ticket, Ok(Box::new(read)))));
    let job = model.job.as_ref().unwrap();
    assert_eq!((&job.recipe().sheet, job.columns().len()), (&layout, 3));
    press(&mut model, "Enter");
    assert_eq!(model.place(), Place::Defaults);
}

#[test]
fn two_possible_encodings_are_shown_at_a_name_and_one_key_changes_to_the_other() {
    use crate::sheet::{DoubtfulCell, Encoding, EncodingDoubt, TwoReadings};
    let [dos, western] = ["CP437", "Windows-1252"].map(|name| name.parse::<Encoding>().unwrap());
    let reading = TwoReadings { read: "Peña, José".into(), other: "Pe¤a, Jos‚".into() };
    let cell = DoubtfulCell { row: 2, line: 3, column: "Claimant".into(), reading };
    let doubt = EncodingDoubt { read: dos, other: western, mixed: false, examples: vec![cell] };
    let mut model = defaults();
    if let Some(job) = &mut model.job {
        job.sheet_mut().layout.encoding = Some(dos);
        job.sheet_mut().how =
            vec![(crate::sheet::FormatFact::Encoding, format!("CP437: guessed; {}", doubt.alternative()))];
        job.sheet_mut().encoding_doubt = Some(doubt);
    }
    press(&mut model, "f");
    let frame = lines(draw(&model, 80, 24).backend().buffer()).join("\n");
    assert!(frame.contains("‹ CP437 (or Windows-1252?) ›"), "{frame}");
    assert!(frame.contains("or Windows-1252: “Peña, José” (Claimant, row"), "{frame}");
    assert!(frame.contains("would read “Pe¤a, Jos‚”"), "{frame}");
    match press(&mut model, "Right").pop() {
        Some(Effect::Change(DataChange::ReadAs(_, 13, layout))) => assert_eq!(layout.encoding, Some(western)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_long_file_is_open_at_once_and_measured_meanwhile() {
    let mut model = home(true);
    let effects = press(&mut model, "Enter");
    let mut long = opened(13, Status::Ready);
    (long.measured, long.rows) = (false, 4);
    let [Effect::Query(Query::Open(ticket, _))] = effects.as_slice() else { panic!("{effects:?}") };
    let effects = update(&mut model, Msg::Reply(Reply::Opened(*ticket, Ok(Box::new(long)))));
    assert!(matches!(effects.first(), Some(Effect::Query(Query::Measure(13)))), "{effects:?}");
    update(&mut model, Msg::Reply(Reply::Reading(13, 70_000, 35)));
    let job = model.job.as_ref().unwrap();
    assert_eq!((job.rows(), job.reading()), (70_000, Some(35)));
    let mut whole = opened(13, Status::Ready);
    whole.rows = 200_000;
    whole.sheet.earlier.push("this file was imported on Tuesday".to_owned());
    update(&mut model, Msg::Reply(Reply::Measured(13, Ok(Box::new(whole)))));
    let job = model.job.as_ref().unwrap();
    assert_eq!((job.rows(), job.reading()), (200_000, None));
    assert!(status(&model).contains("this file was imported on Tuesday"));
    update(&mut model, Msg::Reply(Reply::Reading(13, 80_000, 40)));
    assert_eq!(model.job.as_ref().unwrap().rows(), 200_000, "late progress is ignored");
}

#[test]
fn an_unsure_guess_is_shown_and_taken_with_one_key() {
    let mut model = defaults();
    press(&mut model, "c End");
    let to = |model: &Model| model.job.as_ref().unwrap().recipe().columns[6].to;
    assert_eq!(to(&model), Target::Ignore);
    press(&mut model, "Space");
    assert_eq!(to(&model), Target::Case(CaseField::AdminNotes));
    press(&mut model, "Space");
    assert!(status(&model).contains("No suggestion"));
}

#[test]
fn a_column_can_be_taken_as_it_is() {
    let mut model = defaults();
    let as_is = |model: &Model| model.job.as_ref().unwrap().recipe().columns[0].as_is;
    let effects = press(&mut model, "c i");
    assert!(as_is(&model) && matches!(effects.as_slice(), [Effect::Change(DataChange::Save(13, ..))]));
    press(&mut model, "i");
    assert!(!as_is(&model));
}
