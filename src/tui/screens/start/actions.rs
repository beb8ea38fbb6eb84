//! The Start dialog: how many cases, for which client, at which host.

use crate::app::{LookUpChoice, StartOptions, notice};
use crate::case::{CaseField, Target};
use crate::text::{capitalized, plural, sentence};
use crate::trackops::List;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::screens::draft::labels::id_text;
use crate::tui::screens::review::view::doubts;
use crate::tui::screens::start::state::{StartDialog, StartFocus, StartQuestion};

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
                expected: Some(dialog.expected.clone()),
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
    Some(format!("{client}{}", model.at_host()))
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
    let mut note: Vec<String> =
        doubts.iter().take(DOUBTS).map(|doubt| sentence(capitalized(doubt))).collect();
    if let more @ 1.. = doubts.len().saturating_sub(DOUBTS) {
        note.push(format!("There are {more} more; `caseload check` lists them all."));
    }
    let warning = model.who.as_ref().and_then(|who| notice(model.imports.all(), &who.name, &who.url));
    note.extend(warning.map(str::to_owned));
    if sent > 0 {
        note.push(format!("{} already sent; won't be resent.", plural(sent, "row")));
    }
    let mut dialog = StartDialog {
        duplicates: duplicates.map(|group| group.count).sum(),
        left_out: report.excluded,
        with_errors: report.with_errors,
        note: note.join(" "),
        ..StartDialog::new(job.import(), StartQuestion::New(target), report.to_send)
    };
    dialog.go_to_button();
    model.overlays.push(Overlay::Start(dialog));
}
