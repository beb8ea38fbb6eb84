//! The file format: shown, and changed with one key.

use crate::text::plural;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Opened, Sentence, Ticket};
use crate::tui::screens::draft::file_form::{FileForm, FormatField};
use crate::tui::screens::draft::history::History;

/// Opens the form at the choice about hidden rows, if it's still to be made. Returns whether it did.
pub(crate) fn ask_about_hidden(model: &mut Model) -> bool {
    let Some(job) = &model.job else { return false };
    if job.sheet.hidden == 0 || job.sheet.layout.hidden.is_some() {
        return false;
    }
    let (hidden, rows) = (job.sheet.hidden, plural(job.rows, "row"));
    let field =
        FormatField::of(&job.sheet).iter().position(|field| *field == FormatField::Hidden).unwrap_or(0);
    open_at(model, field);
    model.say(
        Mood::Plain,
        format!(
            "Hidden or filtered out: {hidden} of {rows}. → imports them, ← skips them. Then start again."
        ),
    );
    true
}

/// Opens the form.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    open_at(model, 0);
    Vec::new()
}

fn open_at(model: &mut Model, cursor: usize) {
    let Some(job) = &model.job else { return };
    let before = Box::new((job.recipe.clone(), job.history.clone()));
    model.overlays.push(Overlay::Sheet(FileForm { cursor, before }));
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let (Some(Overlay::Sheet(form)), Some(job)) = (model.overlays.last_mut(), &model.job) else {
        return Vec::new();
    };
    let fields = FormatField::of(&job.sheet);
    form.cursor = moved(form.cursor, action, fields.len(), fields.len());
    let field = fields.get(form.cursor).copied();
    match (action, field) {
        (Action::Back, _) => restore(model),
        (Action::Accept, _) => {
            model.overlays.pop();
            Vec::new()
        }
        (Action::Left | Action::Right | Action::Toggle, Some(field)) => {
            let layout = field.change(&job.recipe.sheet, &job.sheet, action != Action::Left);
            let id = job.import.id;
            let ticket = model.wait_for("Reading the file");
            vec![Effect::Change(DataChange::ReadAs(ticket, id, Box::new(layout)))]
        }
        _ => Vec::new(),
    }
}

/// Closes the form. A changed format is restored, with everything that was set for the rows.
fn restore(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Sheet(form)) = model.overlays.pop() else { return Vec::new() };
    let (recipe, history) = *form.before;
    if model.job.as_ref().is_none_or(|job| job.recipe == recipe) {
        return Vec::new();
    }
    let ticket = model.wait_for("Restoring the file format");
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    job.restoring = Some((ticket, history));
    let id = job.import.id;
    vec![Effect::Change(DataChange::Restore(ticket, id, Box::new(recipe)))]
}

/// Shows the file in its new format, or with settings copied from another import.
pub(crate) fn read_as(model: &mut Model, ticket: Ticket, answer: Result<Opened, Sentence>) -> Vec<Effect> {
    let Some(opened) = model.take_answer(ticket, answer) else { return Vec::new() };
    let mut effects = Vec::new();
    if !opened.measured {
        effects.push(Effect::Query(Query::Measure(opened.import.id)));
    }
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == opened.import.id) {
        let same_rows = job.sheet.layout == opened.sheet.layout;
        job.recipe.clone_from(&opened.recipe);
        job.reread(opened, &model.catalog);
        if let Some((_, history)) = job.restoring.take_if(|(awaited, _)| *awaited == ticket) {
            job.history = history;
            model.say(Mood::Plain, "The file format is unchanged.");
            model.go(Goto::CheckAnew);
            return effects;
        }
        if same_rows {
            job.history.note(&job.recipe);
        } else {
            // Edits of single rows are gone with their line numbers, so there's nothing to undo them to.
            job.history = History::new(&job.recipe);
        }
        let like = job.import.duplicated_from.filter(|_| same_rows && model.overlays.is_empty());
        let differs = !job.sheet.drift.is_empty();
        if let Some(like) = like {
            model.say(Mood::Good, format!("Settings copied from import {like}. u to undo."));
            if differs {
                model.overlays.push(Overlay::Drift(0));
            }
        }
        model.go(Goto::CheckAnew);
    }
    effects
}

/// Updates the progress of reading the open file.
pub(crate) fn reading(model: &mut Model, id: crate::ledger::ImportId, rows: u64, part: u64) {
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == id && job.reading.is_some()) {
        job.rows = rows;
        job.reading = Some(part);
    }
}

/// Applies the facts once the whole file is read.
pub(crate) fn measured(model: &mut Model, id: crate::ledger::ImportId, answer: Result<Opened, Sentence>) {
    match answer {
        Ok(opened) => {
            if let Some(job) = model.job.as_mut().filter(|job| job.import.id == id) {
                job.reread(opened, &model.catalog);
                tell(model);
            }
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
}

/// Reports what the user should know about the file just opened.
pub(crate) fn tell(model: &mut Model) {
    let Some(job) = &model.job else { return };
    let mut hints: Vec<String> = job.sheet.earlier.iter().take(1).cloned().collect();
    if let (Some((like, name)), None) = (&job.sheet.looks_like, job.import.duplicated_from) {
        hints.push(format!("Looks like “{name}”: L to use settings from import {like}"));
    }
    if let (Some(like), n @ 1..) = (job.import.duplicated_from, job.sheet.drift.len() as u64) {
        hints.push(format!("{} from import {like}: D to list", plural(n, "difference")));
    }
    if !job.sheet.odd.is_empty() {
        hints.push(format!("{} · f for the file format", job.sheet.odd.join(" · ")));
    }
    if !hints.is_empty() {
        model.say(Mood::Plain, hints.join(" · "));
    }
}

/// Copies defaults and field map from the import the file looks like.
pub(crate) fn take_over(model: &mut Model) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let Some((like, _)) = job.sheet.looks_like else { return Vec::new() };
    let id = job.import.id;
    let ticket = model.wait_for("Copying the settings");
    vec![Effect::Change(DataChange::TakeOver(ticket, id, like))]
}

/// Whether the list of differences and copying settings are available.
pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(job) = &model.job else { return Err("No import is open.".to_owned()) };
    match action {
        Action::Differences if job.import.duplicated_from.is_none() => {
            Err("This import isn't a duplicate of another.".to_owned())
        }
        Action::Differences if job.reading.is_some() => {
            Err("Still reading the file. Try again in a moment.".to_owned())
        }
        Action::Differences if job.sheet.drift.is_empty() => Err("No differences.".to_owned()),
        Action::CopySettings if job.sheet.looks_like.is_none() => {
            Err("The file doesn't look like one imported before.".to_owned())
        }
        _ => Ok(()),
    }
}
