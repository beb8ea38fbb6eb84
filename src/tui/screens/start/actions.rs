//! The Start dialog: how many cases, for which client, at which host.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::text::Span;

use crate::app::{LookUpChoice, RetryRows, StartOptions, notice};
use crate::case::{CaseField, Target};
use crate::ledger::OnError;
use crate::text::{plural, sentence};
use crate::trackops::List;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::screens::draft::labels::id_text;
use crate::tui::screens::review::view::doubts;
use crate::tui::screens::start::state::{StartDialog, StartFocus};
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{paragraph, put};

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Start(dialog)) = model.overlays.last_mut() else { return Vec::new() };
    // The arrows only look: a choice changes by Space or Enter.
    if let (StartFocus::OnError(choice), Action::Toggle | Action::Accept) = (dialog.focus, action) {
        dialog.on_error = choice;
        if action == Action::Accept {
            dialog.go_to_button();
        }
        return Vec::new();
    }
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Toggle | Action::Left | Action::Right if dialog.focus == StartFocus::Duplicates => {
            dialog.send_duplicates = !dialog.send_duplicates;
        }
        Action::Toggle | Action::Left | Action::Right if dialog.focus == StartFocus::LookUp => {
            dialog.look_up = !dialog.look_up;
        }
        Action::Accept if matches!(dialog.focus, StartFocus::Duplicates | StartFocus::LookUp) => {
            dialog.go_to_button();
        }
        Action::Next | Action::Down | Action::Right => dialog.step(true),
        Action::Previous | Action::Up | Action::Left => dialog.step(false),
        Action::Accept if dialog.focus == StartFocus::FixFirst => {
            model.overlays.pop();
            return model.go(Goto::FirstError);
        }
        Action::Accept | Action::Toggle if dialog.focus == StartFocus::Cancel => _ = model.overlays.pop(),
        // Space only changes choices; only Enter on the button starts.
        Action::Accept => {
            let (id, on_error) = (dialog.import, dialog.on_error);
            let options = StartOptions {
                on_error,
                send_duplicates: dialog.send_duplicates,
                look_up: if dialog.look_up { LookUpChoice::Auto } else { LookUpChoice::Off },
                retry: dialog.retry,
                send_anyway: dialog.send_anyway.clone(),
                ..StartOptions::default()
            };
            model.overlays.pop();
            model.go(Goto::Begin(id, on_error));
            return vec![Effect::Run(RunCommand::Start(id, options))];
        }
        _ => {}
    }
    Vec::new()
}

/// Returns client and host, such as ` for Acme (100) at acme.viewcases.com`.
pub(crate) fn target(model: &Model) -> Option<String> {
    let job = model.job.as_ref()?;
    let client = match job.default_id(CaseField::Client) {
        Some(id) => format!(" for {}", id_text(List::Clients, id, &model.catalog)),
        None => " for the clients named in the file".to_owned(),
    };
    let mapped = job.recipe().columns.iter().any(|rule| rule.to == Target::Case(CaseField::Client));
    let client = if mapped { " for the clients named in the file".to_owned() } else { client };
    let host = model.who.as_ref().map_or_else(String::new, |who| format!(" at {}", who.host));
    Some(format!("{client}{host}"))
}

/// Capitalizes the first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Maximum number of doubts listed in the dialog.
const DOUBTS: usize = 4;

/// Opens the dialog before the first row is sent.
pub(crate) fn ask(model: &mut Model) {
    let (Some(job), Some(found), Some(target)) = (&model.job, model.review.check(), target(model)) else {
        return;
    };
    let report = &found.report;
    let sent = report.created;
    let duplicates = report.groups.iter().filter(|group| group.code.is_held());
    let doubts = doubts(model);
    let mut note: Vec<String> = doubts.iter().take(DOUBTS).map(|doubt| sentence(capital(doubt))).collect();
    if let more @ 1.. = doubts.len().saturating_sub(DOUBTS) {
        note.push(format!("There are {more} more; `caseload check` lists them all."));
    }
    let warning = model.who.as_ref().and_then(|who| notice(model.imports.all(), &who.name, &who.url));
    note.extend(warning.map(str::to_owned));
    if sent > 0 {
        note.push(format!("{} already sent; won't be resent.", plural(sent, "row")));
    }
    let mut dialog = StartDialog {
        import: job.import().id,
        to_send: report.to_send,
        duplicates: duplicates.map(|group| group.count).sum(),
        send_duplicates: false,
        look_up: true,
        target,
        resume: None,
        retry: RetryRows::None,
        send_anyway: Vec::new(),
        left_out: report.excluded,
        with_errors: report.with_errors,
        note: note.join(" "),
        on_error: job.import().on_error,
        focus: StartFocus::default(),
    };
    dialog.go_to_button();
    model.overlays.push(Overlay::Start(dialog));
}

pub(crate) fn draw(model: &Model, frame: &mut Frame, dialog: &StartDialog) {
    let theme = model.theme;
    let verb = if dialog.resume.is_some() { "Resume" } else { "Start" };
    let lines = crate::tui::widgets::text::wrap(&dialog.question(), 60).len()
        + crate::tui::widgets::text::wrap(&dialog.note(), 60).len();
    let height = u16::try_from(lines).unwrap_or(9).saturating_add(10);
    let inner = boxed(frame, theme, &format!("{verb} import {}", dialog.import), 66, height);
    let mut at = paragraph(frame, inner, 0, &dialog.question(), theme.strong);
    at += paragraph(frame, inner, at, &dialog.note(), theme.warning) + 1;
    put(frame, inner, at, "  When a row is refused:");
    let choices = [(OnError::Halt, "send no further rows"), (OnError::Skip, "log it and continue")];
    for (index, (choice, what)) in (1..).zip(choices) {
        let focus = dialog.focus == StartFocus::OnError(choice);
        let mark = if dialog.on_error == choice { "•" } else { " " };
        let line = format!("{} ({mark}) {choice}: {what}", table::marker(focus));
        let style = if focus { theme.selected } else { ratatui::style::Style::new() };
        put(frame, inner, at + index, Span::styled(line, style));
    }
    let button = |text: &'static str, focus: bool| {
        let style = if focus { theme.selected } else { ratatui::style::Style::new() };
        Span::styled(format!("{}[ {text} ]", table::marker(focus)), style)
    };
    let mut buttons = Vec::new();
    if dialog.is_to_fix() {
        buttons.extend([button("Fix first", dialog.focus == StartFocus::FixFirst), Span::raw("   ")]);
    }
    buttons.extend([
        button(verb, dialog.focus == StartFocus::Start),
        Span::raw("   "),
        button("Cancel", dialog.focus == StartFocus::Cancel),
    ]);
    let tick = |frame: &mut Frame, at: u16, focus: bool, on: bool, text: String| {
        let mark = if on { "[x]" } else { "[ ]" };
        let style = if focus { theme.selected } else { ratatui::style::Style::new() };
        put(frame, inner, at, Span::styled(format!("{} {mark} {text}", table::marker(focus)), style));
    };
    if dialog.duplicates > 0 {
        let (focus, on) = (dialog.focus == StartFocus::Duplicates, dialog.send_duplicates);
        tick(
            frame,
            at + 3,
            focus,
            on,
            format!("Also send {}", plural(dialog.duplicates, "possible duplicate")),
        );
    }
    let text = "Skip cases already in Trackops".to_owned();
    tick(frame, at + 4, dialog.focus == StartFocus::LookUp, dialog.look_up, text);
    put(frame, inner, at + 6, Line::from(buttons));
}
