//! Actions on the list of imports.

use std::fmt::Write as _;

use crate::ledger::{Import, ImportId, Status};
use crate::text::{plural, sentence};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::{Goto, WantedStep};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Opened, Origin, Sentence, Ticket};
use crate::tui::core::place::Screen;
use crate::tui::dialogs::{Accepted, Confirm, Prompt, chooser};
use crate::tui::screens::draft::file_format;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::rematch;
use crate::tui::screens::processing::export;
use crate::tui::screens::resumable;
use crate::tui::screens::review::state::Review;

/// Shows the list of imports.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    model.imports.came_from = match model.screen {
        Screen::Processing => Some(model.watched),
        _ => model.job.as_ref().map(|job| job.import().id),
    };
    model.screen = Screen::Imports;
    model.job = None;
    vec![Effect::Query(Query::LoadImports)]
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let selected = model.imports.selected();
    let empty = model.imports.all.is_empty();
    let none = || {
        let why = if empty {
            "No imports yet. Press n to start one."
        } else {
            "No imports match. Press Esc to clear the filter."
        };
        why.to_owned()
    };
    match action {
        Action::Accept | Action::Duplicate => selected.map(|_| ()).ok_or_else(none),
        Action::Rename | Action::Delete => {
            let import = selected.ok_or_else(none)?;
            let running = import.status == Status::Processing || model.runs(import.id);
            if running { Err(format!("Import {} is running.", import.id)) } else { Ok(()) }
        }
        Action::New if model.who.is_none() => Err("No account is in use. Press a to choose one.".to_owned()),
        Action::Resume => resumable::can_resume(selected.ok_or_else(none)?, model),
        Action::Filter if model.imports.all.is_empty() => Err(none()),
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let len = model.imports.shown().len();
    model.imports.cursor = moved(model.imports.cursor, action, len, model.page());
    if model.imports.filtering {
        return act_filter(model, action);
    }
    let selected = model.imports.selected().map(|import| (import.id, import.status));
    match (action, selected) {
        (Action::New, _) => choose_file(model, None),
        (Action::EditAccount, _) => model.go(Goto::Accounts),
        (Action::Catalog, _) => model.go(Goto::Catalog),
        (Action::Filter, _) => {
            model.imports.filtering = true;
            Vec::new()
        }
        (Action::Back, _) if model.imports.filter.value().is_empty() => Vec::new(),
        (Action::Back, _) => {
            model.imports.filter.reset();
            model.imports.cursor = 0;
            Vec::new()
        }
        // The list may be older than the run.
        (Action::Accept, Some((id, _))) if model.runs(id) => model.go(Goto::Processing(id)),
        (Action::Accept, Some((id, Status::Draft | Status::Ready))) => {
            model.go(Goto::Want(WantedStep::Open(id)))
        }
        (Action::Accept, Some((id, _))) => model.go(Goto::Processing(id)),
        (Action::Duplicate, Some((id, _))) => model.go(Goto::Want(WantedStep::Duplicate(id))),
        (Action::Rename, Some((id, _))) => {
            let name = model.imports.selected().map(|import| import.name.clone()).unwrap_or_default();
            let rename =
                move |_: &mut Model, name| Accepted::Done(vec![Effect::Change(DataChange::Rename(id, name))]);
            Prompt::new(format!("Rename import {id}"), name, "Any text.", rename).open(model)
        }
        (Action::Delete, _) => {
            ask_delete(model);
            Vec::new()
        }
        (Action::Resume, Some((id, _))) => model.go(Goto::Want(WantedStep::Resume(id))),
        (Action::Export, _) => export::ask(model),
        _ => Vec::new(),
    }
}

/// Asks before deleting, naming what is lost and what is kept.
fn ask_delete(model: &mut Model) {
    let Some(import) = model.imports.selected() else { return };
    let (id, counts) = (import.id, import.counts);
    let mut question =
        format!("Delete import {id} (“{}”, {}) from the history?", import.name, import.file_name());
    if model.imports.of_several_people() && !import.made_by.is_empty() {
        let _ = write!(question, " {}", sentence(format!("It was made by {}", import.made_by)));
    }
    if import.started_at.is_some() {
        question.push_str(
            " Its outcomes, exceptions and receipt are lost. Its cases stay in Trackops, and duplicate protection \
             is kept.",
        );
    }
    let open = [(counts.unknown, "unknown"), (counts.not_sent, "not sent")];
    for (count, word) in open.into_iter().filter(|(count, _)| *count > 0 && import.started_at.is_some()) {
        let _ = write!(question, " {} {word} and can no longer be resumed.", are(count));
    }
    let delete = move |_: &mut Model| vec![Effect::Change(DataChange::Delete(id))];
    Confirm::new("Delete this import record?", question, delete).open(model);
}

fn are(rows: u64) -> String {
    format!("{} {}", plural(rows, "row"), if rows == 1 { "is" } else { "are" })
}

/// Handles the deletion of an import.
pub(crate) fn deleted(model: &mut Model, id: ImportId, answer: Result<(), Sentence>) -> Vec<Effect> {
    match answer {
        Ok(()) => {
            model.boards.remove(&id);
            model.say(Mood::Good, format!("Import {id} is deleted from the history."));
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
    vec![Effect::Query(Query::LoadImports)]
}

fn act_filter(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept => model.imports.filtering = false,
        Action::Back => {
            model.imports.filtering = false;
            model.imports.filter.reset();
            model.imports.cursor = 0;
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for the file of a new or duplicated import.
pub(crate) fn choose_file(model: &mut Model, like: Option<ImportId>) -> Vec<Effect> {
    let title = match like {
        Some(id) => format!("Duplicate import {id}: choose a file"),
        None => "New import: choose a file".to_owned(),
    };
    chooser::open(model, title, move |model, path| {
        let origin = like.map_or_else(|| Origin::New(path.clone()), |id| Origin::Duplicate(id, path.clone()));
        open(model, origin)
    })
}

/// Opens an import and its file, which may take a moment.
pub(crate) fn open(model: &mut Model, origin: Origin) -> Vec<Effect> {
    let ticket = model.wait_for("Reading the file");
    // A new import opens on its first step, even if it could start at once.
    model.starts_at_first_step = !matches!(origin, Origin::Existing(_));
    vec![Effect::Query(Query::Open(ticket, origin))]
}

/// Shows an import that was opened.
pub(crate) fn opened(model: &mut Model, ticket: Ticket, answer: Result<Opened, Sentence>) -> Vec<Effect> {
    let Some(mut opened) = model.take_answer(ticket, answer) else { return Vec::new() };
    let ready = opened.import.status == Status::Ready;
    let mut effects = Vec::new();
    if !opened.measured {
        effects.push(Effect::Query(Query::Measure(opened.import.id)));
    }
    let guessed = std::mem::take(&mut opened.guessed_later);
    let mut job = Job::new(opened, &model.catalog);
    // The catalog may have got names since a draft was left; a new one has just been matched.
    if !model.starts_at_first_step && rematch::match_values(&mut job, &model.catalog) > 0 {
        effects.extend(job.changed(&model.catalog));
    }
    // Other imports may have run since it was last checked.
    model.review = Review::default();
    let complete = ready && job.errors().is_empty();
    let columns_only = !job.errors().is_empty() && job.missing() == 0 && !model.starts_at_first_step;
    model.job = Some(job);
    model.screen = if columns_only { Screen::FieldMap } else { Screen::Defaults };
    model.overlays.clear();
    file_format::tell(model);
    // Show differences first: a duplicate usually needs a look at them.
    if model.starts_at_first_step && model.job.as_ref().is_some_and(|job| !job.sheet().drift.is_empty()) {
        model.overlays.push(Overlay::Drift(0));
    }
    if complete && !model.starts_at_first_step {
        effects.extend(model.go(Goto::Review));
    }
    if !guessed.is_empty() {
        let columns = sentence(format!("Newly mapped columns: {}", guessed.join(", ")));
        model.say(Mood::Plain, format!("The catalog has new entries. {columns}"));
    }
    effects
}

/// Takes over the saved state of an import.
pub(crate) fn saved(model: &mut Model, import: Import) {
    model.imports.update(&import);
    if let Some(job) = model.job.as_mut().filter(|job| job.import().id == import.id) {
        job.saved(import);
    }
}
