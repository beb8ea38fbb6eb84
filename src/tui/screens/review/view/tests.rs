use crate::tui::screens::review::state::Review;
use crate::tui::tests::*;

fn review() -> Model {
    let mut model = defaults();
    let effects = press(&mut model, "c c");
    answer_review(&mut model, effects);
    model
}

fn screen(model: &Model) -> Vec<String> {
    lines(draw(model, 80, 24).backend().buffer())
}

/// Changes the message of the first problem and of its kind.
fn set_message(review: &mut Review, message: &str) {
    let found = review.check.value_mut().unwrap();
    found.report.groups[0].first.message = message.to_owned();
    found.problems[0].message = message.to_owned();
}

#[test]
fn a_long_problem_is_shown_to_its_end() {
    let mut model = review();
    press(&mut model, "n");
    let long = format!("{}the last words", "this takes many words to explain, ".repeat(4));
    set_message(&mut model.review, &long);
    let text = screen(&model).join("\n");
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Once in the list of kinds, once for the row.
    assert_eq!(unwrapped.matches("the last words").count(), 2, "{text}");
    assert!(unwrapped.contains("the last words; edit the cell") && text.contains(" A-1 "), "{text}");
}

#[test]
fn a_cut_message_points_to_the_whole_text() {
    let mut model = review();
    press(&mut model, "n");
    set_message(&mut model.review, &"so many words ".repeat(80));
    let text = screen(&model).join("\n");
    assert!(text.contains("… Enter: all of it") && text.contains(" A-1 "), "{text}");
}

#[test]
fn notes_are_wrapped_while_there_is_room() {
    let mut model = review();
    let note = |last: &str| format!("{}{last}", "a note about the whole file, ".repeat(4));
    model.review.check.value_mut().unwrap().report.notes = vec![note("its end"), note("second")];
    let text = screen(&model).join("\n");
    assert!(text.contains("its end") && text.contains("second") && text.contains(" A-1 "), "{text}");
    model.review.check.value_mut().unwrap().report.doubts = vec![note("doubt"), note("another")];
    let text = screen(&model).join("\n");
    assert!(text.contains("its end") && !text.contains("second") && text.contains(" A-1 "), "{text}");
}

/// Adds a problem to a row.
fn add(model: &mut Model, row: u64, code: Code, severity: Severity) {
    let found = model.review.check.value_mut().unwrap();
    let (field, message, hint) = (None, "found".to_owned(), "no action needed".to_owned());
    let (line, column, value) = (row + 1, None, String::new());
    let problem = crate::case::Problem { severity, row, line, column, field, value, code, message, hint };
    let at = found.problems.partition_point(|known| known.row < row);
    found.problems.insert(at, problem);
}

#[test]
fn an_error_of_the_row_is_shown_before_its_warnings() {
    let mut model = review();
    add(&mut model, 2, Code::ValueNone, Severity::Warning);
    press(&mut model, "Down");
    assert_eq!(row_under(&model), Some(2));
    let text = screen(&model).join("\n");
    assert!(text.contains("✗ Row 2, line 3, “Due”: ") && text.contains("(and 2 more: Enter)"), "{text}");
}

fn row_under(model: &Model) -> Option<u64> {
    model.review.number(model.review.cursor)
}

#[test]
fn next_problem_passes_over_rows_that_are_only_excluded() {
    let mut model = review();
    let wrong: Vec<u64> =
        model.review.check.value().unwrap().problems.iter().map(|found| found.row).collect();
    assert_eq!(wrong, [2, 2, 3, 4], "rows of the sample with a problem");
    add(&mut model, 1, Code::DuplicateEarlier, Severity::Warning);
    add(&mut model, 3, Code::DuplicateTrackops, Severity::Warning);
    for row in [2, 4, 2] {
        press(&mut model, "n");
        assert_eq!(row_under(&model), Some(row), "{}", status(&model));
    }
    assert_eq!(status(&model), "That was the last problem. This is the first one.");
    // Nothing else is left.
    model.review.check.value_mut().unwrap().problems.retain(|found| found.code.excludes());
    press(&mut model, "n");
    assert_eq!(
        (row_under(&model), status(&model)),
        (Some(3), "No errors or warnings are left. This row is only excluded.")
    );
    press(&mut model, "n");
    assert_eq!(
        (row_under(&model), status(&model)),
        (Some(1), "That was the last excluded row. This is the first one.")
    );
}

#[test]
fn a_hint_names_the_key_and_no_flag() {
    let mut model = review();
    model.review.check.value_mut().unwrap().problems[0].hint =
        "send it anyway (y on the row; in a script: --send-anyway)".to_owned();
    press(&mut model, "n");
    let text = screen(&model).join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("send it anyway (y on the row)") && !text.contains("--send-anyway"), "{text}");
}

#[test]
fn three_rows_stay_in_sight_whatever_is_above_them() {
    let mut model = review();
    let report = &mut model.review.check.value_mut().unwrap().report;
    let long = |what: &str| {
        format!("{what} takes several lines in a narrow window, because it says a lot about the file")
    };
    report.doubts = (1..=4).map(|number| long(&format!("doubt {number}"))).collect();
    report.notes = vec![long("a note"), long("another note")];
    for text in ["", &"a long message in the status line ".repeat(7)] {
        model.status = Some((crate::tui::core::model::Mood::Plain, text.to_owned()));
        let shown = lines(draw(&model, 60, 16).backend().buffer());
        let rows = shown
            .iter()
            .filter(|line| ["A-1", "A-2", "A-3"].iter().any(|row| line.contains(&format!(" {row} "))));
        assert_eq!(rows.count(), 3, "{}", shown.join("\n"));
        assert!(shown.iter().any(|line| line.contains("more in a taller window")), "{}", shown.join("\n"));
    }
    // Without doubts there is room for the kinds of problems, too.
    let report = &mut model.review.check.value_mut().unwrap().report;
    (report.doubts, report.notes, model.status) = (Vec::new(), Vec::new(), None);
    let shown = lines(draw(&model, 60, 16).backend().buffer()).join("\n");
    assert!(shown.contains("A-3") && shown.contains("kinds") && !shown.contains("taller"), "{shown}");
}

#[test]
fn the_case_beside_the_table_can_be_hidden_and_stays_so() {
    let mut model = review();
    let has_case = |model: &Model| picture(model, 120, 40).contains("as a case (Enter");
    assert!(has_case(&model));
    press(&mut model, "z");
    assert!(status(&model).contains("wider window"), "{}", status(&model));
    update(&mut model, Msg::Resize(120, 40));
    press(&mut model, "z");
    assert!(!has_case(&model) && status(&model).contains("full width"), "{}", status(&model));
    // Another check, and another visit.
    let effects = press(&mut model, "x Esc c");
    answer_review(&mut model, effects);
    assert!(!has_case(&model));
    // A low window has no room for it.
    press(&mut model, "z");
    assert!(has_case(&model) && status(&model).contains("tall enough"), "{}", status(&model));
}

#[test]
fn a_check_without_a_row_to_send_says_so_on_the_screen() {
    let mut model = review();
    let report = &mut model.review.check.value_mut().unwrap().report;
    report.with_errors += report.to_send;
    report.to_send = 0;
    assert!(screen(&model).join("\n").contains("! Nothing to send: "), "{}", screen(&model).join("\n"));
    press(&mut model, "s");
    assert_eq!(model.place(), crate::tui::core::place::Place::Review);
    assert!(status(&model).starts_with("Nothing to send: "), "{}", status(&model));
}

#[test]
fn fields_to_confirm_are_among_the_doubts() {
    use crate::case::Drift;
    let mut model = review();
    let fields = model.job.as_ref().unwrap().recipe().columns[0].clone();
    let renamed = Drift::Renamed {
        from: "Old".into(),
        to: fields.from,
        why: "it is in the same place",
        fields: vec![fields.to],
    };
    model.job.as_mut().unwrap().sheet_mut().drift = vec![renamed];
    assert!(screen(&model).join("\n").contains("has the field of “Old”"), "{}", screen(&model).join("\n"));
    press(&mut model, "Esc");
    let map = picture(&model, 100, 30);
    assert!(map.contains("! 1 to confirm") && map.contains("! confirm: "), "{map}");
    let confirmed = |model: &Model| model.job.as_ref().unwrap().doubts().is_empty();
    // Looking, or another setting of the column, confirms nothing.
    press(&mut model, "g H");
    assert!(!confirmed(&model));
    press(&mut model, "g Space");
    assert!(confirmed(&model) && !picture(&model, 100, 30).contains("confirm: "));
    press(&mut model, "u");
    assert!(!confirmed(&model));
    press(&mut model, "x");
    assert!(confirmed(&model), "it isn't imported");
}
