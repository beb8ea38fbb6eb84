//! Sending one row first, and comparing what was sent with what Trackops stored.

use ratatui::text::Line;
use ratatui::text::Span;

use crate::app::Expected;
use crate::case::Target;
use crate::engine::{FirstOutcome, FirstResult};
use crate::ledger::{Import, Status};
use crate::trackops::Comparison;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::Sentence;
use crate::tui::dialogs::Confirm;
use crate::tui::screens::draft::refresh;
use crate::tui::screens::review::state::SentFirst;
use crate::tui::screens::start;
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::{fit, wrap};

pub(crate) fn availability(model: &Model) -> Result<(), String> {
    let review = &model.review;
    let Some(seen) = review.selected() else {
        return Err("Still reading the row. Try again in a moment.".to_owned());
    };
    if seen.created {
        return Err("The row is already created. Press s to send the rest.".to_owned());
    }
    if review.check.is_waiting() {
        return Err("The check is still running. Wait for its counts.".to_owned());
    }
    if review.all_problems(seen).any(|problem| problem.code.excludes()) || !seen.built.is_sendable() {
        return Err("The row can't be sent as it is. Choose one that is ready.".to_owned());
    }
    Ok(())
}

/// Asks before sending the row under the cursor.
pub(crate) fn ask(model: &mut Model) {
    let Some(row) = model.review.number(model.review.cursor) else { return };
    let (Some(target), Some(job)) = (start::target(model), &model.job) else { return };
    let (id, expected) = (job.import().id, Expected::of(job.import()));
    let question = format!(
        "Send only row {row}{target}? It creates one real case. You then see what was sent beside what Trackops \
         stored. The other rows wait for Start."
    );
    Confirm::new("Send one row first?", question, move |model| {
        model.overlays.push(Overlay::First(SentFirst::new(row, None)));
        vec![Effect::Run(RunCommand::SendFirst(id, row, expected))]
    })
    .open(model);
}

/// Shows the result of the row, and updates the import.
pub(crate) fn answered(
    model: &mut Model,
    answer: Result<Box<(Import, FirstResult)>, Sentence>,
) -> Vec<Effect> {
    let waits = |overlay: &Overlay| matches!(overlay, Overlay::First(sent) if sent.first.is_none());
    let Some(at) = model.overlays.iter().position(waits) else { return Vec::new() };
    let (import, first) = match answer {
        Ok(answer) => *answer,
        Err(sentence) => {
            model.overlays.remove(at);
            model.say(Mood::Bad, sentence);
            return refresh::ask(model);
        }
    };
    model.imports.update(&import);
    if let Some(job) = model.job.as_mut().filter(|job| job.import().id == import.id) {
        job.saved(import);
    }
    if let Some(Overlay::First(sent)) = model.overlays.get_mut(at) {
        sent.first = Some(first);
    }
    Vec::new()
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::First(sent)) = model.overlays.last() else { return Vec::new() };
    if action != Action::Back {
        return Vec::new();
    }
    let Some(first) = &sent.first else {
        model.say(Mood::Plain, "The row is being sent. Its answer comes in a moment.");
        return Vec::new();
    };
    let created = first.outcome == FirstOutcome::Created;
    if let FirstOutcome::Refused(exception) = &first.outcome {
        model.review.refused = Some((first.row, exception.message.clone()));
    }
    model.overlays.pop();
    let import = model.job.as_ref().map(|job| (job.import().id, job.import().status));
    match import {
        // The row is unknown or was the last one: nothing is left to prepare.
        Some((id, status)) if status != Status::Ready => {
            model.job = None;
            model.go(Goto::Processing(id))
        }
        _ if created => {
            model.say(Mood::Good, "The row counts as created and won't be resent. Press s to send the rest.");
            model.go(Goto::Recheck)
        }
        _ => Vec::new(),
    }
}

pub(crate) fn text(model: &Model, sent: &SentFirst, window: u16) -> FullText {
    let width = usize::from(window).saturating_sub(4);
    let lines = match &sent.first {
        None => vec![Line::from(format!("Sending row {}…", sent.row))],
        Some(first) => comparison(model, first, width),
    };
    FullText::new(format!("Row {} sent first", sent.row), lines)
}

fn comparison(model: &Model, first: &FirstResult, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines: Vec<Line<'static>> = wrap(&first.note, width)
        .into_iter()
        .map(|text| Line::from(Span::styled(text, theme.strong)))
        .collect();
    let shown = if model.private_shown { &first.lines } else { &first.masked };
    if shown.is_empty() {
        return lines;
    }
    let count = |same: Comparison| shown.iter().filter(|line| line.same == same).count();
    let sums = format!(
        "{} the same (=), {} different (≠), {} not shown (·), {} filled in by Trackops (+)",
        count(Comparison::Same),
        count(Comparison::Differs),
        count(Comparison::NotShown),
        count(Comparison::Added)
    );
    lines.extend(wrap(&sums, width).into_iter().map(Line::from));
    lines.push(Line::default());
    let label = width * 3 / 10;
    let each = width.saturating_sub(label + 4) / 2;
    let head = format!("  {} {} {}", fit("field", label), fit("sent", each), fit("stored", each));
    lines.push(Line::from(Span::styled(head, theme.head)));
    // Differences come first.
    let (differ, others): (Vec<_>, Vec<_>) = shown.iter().partition(|line| line.same == Comparison::Differs);
    for line in differ.into_iter().chain(others) {
        let name = name(model, &line.key);
        let stored = if line.same == Comparison::NotShown { "(not shown)" } else { &line.stored };
        let (sents, storeds, names) = (wrap(&line.sent, each), wrap(stored, each), wrap(&name, label));
        let style = if line.same == Comparison::Differs { theme.bad } else { ratatui::style::Style::new() };
        for at in 0..sents.len().max(storeds.len()).max(names.len()) {
            let part = |of: &[String]| of.get(at).cloned().unwrap_or_default();
            let mark = if at == 0 { line.same.mark() } else { ' ' };
            let text = format!(
                "{mark} {} {} {}",
                fit(&part(&names), label),
                fit(&part(&sents), each),
                fit(&part(&storeds), each)
            );
            lines.push(Line::from(Span::styled(text, style)));
        }
    }
    lines
}

/// Returns the label of a field.
fn name(model: &Model, key: &str) -> String {
    match (key.parse::<Target>(), &model.job) {
        (Ok(target), Some(job)) => job.target_label(target, &model.catalog),
        _ => key.to_owned(),
    }
}
