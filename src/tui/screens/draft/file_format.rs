//! How the file is read: shown, and changed with one key.

use crate::text::plural;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Opened, Sentence, Ticket};
use crate::tui::screens::draft::file_form::{FileForm, SheetField};
use crate::tui::screens::draft::history::History;

/// Opens the form on the choice about hidden rows, when that is still to be made. Gives whether it did.
pub(crate) fn ask_about_hidden(model: &mut Model) -> bool {
    let Some(job) = &model.job else { return false };
    if job.sheet.hidden == 0 || job.sheet.layout.hidden.is_some() {
        return false;
    }
    let (hidden, rows) = (job.sheet.hidden, plural(job.rows, "row"));
    let field = SheetField::of(&job.sheet).iter().position(|field| *field == SheetField::Hidden).unwrap_or(0);
    open_at(model, field);
    model.say(
        Mood::Plain,
        format!(
            "{hidden} of {rows} are hidden or filtered out: → imports them, ← skips them. Then start again."
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
    let fields = SheetField::of(&job.sheet);
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
            let ticket = model.ticket();
            model.busy = Some((ticket, "reading the file"));
            vec![Effect::Change(DataChange::ReadAs(ticket, id, Box::new(layout)))]
        }
        _ => Vec::new(),
    }
}

/// Closes the form; a file that was read another way is read as before, with everything that was set for its rows.
fn restore(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket();
    let Some(Overlay::Sheet(form)) = model.overlays.pop() else { return Vec::new() };
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let (recipe, history) = *form.before;
    if job.recipe == recipe {
        return Vec::new();
    }
    job.restoring = Some((ticket, history));
    let id = job.import.id;
    model.busy = Some((ticket, "reading the file as before"));
    vec![Effect::Change(DataChange::Restore(ticket, id, Box::new(recipe)))]
}

/// The file is read another way, or its import has another one's defaults and field map.
pub(crate) fn read_as(model: &mut Model, ticket: Ticket, answer: Result<Opened, Sentence>) -> Vec<Effect> {
    if !model.awaited(ticket) {
        return Vec::new();
    }
    let opened = match answer {
        Ok(opened) => opened,
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
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
            // What was said of single rows went with their lines; there is no way back to other numbers.
            job.history = History::new(&job.recipe);
        }
        let like = job.import.made_like.filter(|_| same_rows && model.overlays.is_empty());
        let differs = !job.sheet.drift.is_empty();
        if let Some(like) = like {
            model.say(
                Mood::Good,
                format!("defaults and field map are those of import {like}; u takes it back"),
            );
            if differs {
                model.overlays.push(Overlay::Drift(0));
            }
        }
        model.go(Goto::CheckAnew);
    }
    effects
}

/// How far the reading of the open file is.
pub(crate) fn reading(model: &mut Model, id: crate::ledger::ImportId, rows: u64, part: u64) {
    if let Some(job) = model.job.as_mut().filter(|job| job.import.id == id && job.reading.is_some()) {
        job.rows = rows;
        job.reading = Some(part);
    }
}

/// The whole file was read.
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

/// Says what a person should know of the file that was just opened.
pub(crate) fn tell(model: &mut Model) {
    let Some(job) = &model.job else { return };
    let mut said: Vec<String> = job.sheet.earlier.iter().take(1).cloned().collect();
    if let (Some((like, name)), None) = (&job.sheet.looks_like, job.import.made_like) {
        said.push(format!("it looks like “{name}”: L takes over defaults and field map of import {like}"));
    }
    if let (Some(like), n @ 1..) = (job.import.made_like, job.sheet.drift.len() as u64) {
        said.push(format!("{} from import {like}: D lists them", plural(n, "difference")));
    }
    if !job.sheet.odd.is_empty() {
        said.push(format!("{} · f shows how the file is read", job.sheet.odd.join(" · ")));
    }
    if !said.is_empty() {
        model.say(Mood::Plain, said.join(" · "));
    }
}

/// Takes over defaults and field map of the import the file looks like.
pub(crate) fn take_over(model: &mut Model) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let Some((like, _)) = job.sheet.looks_like else { return Vec::new() };
    let (id, ticket) = (job.import.id, model.ticket());
    model.busy = Some((ticket, "taking over"));
    vec![Effect::Change(DataChange::TakeOver(ticket, id, like))]
}

/// Whether the keys of this file work: the list of differences, and taking over.
pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(job) = &model.job else { return Err("no import is open".to_owned()) };
    match action {
        Action::Drift if job.import.made_like.is_none() => {
            Err("the import was not made like another".to_owned())
        }
        Action::Drift if job.reading.is_some() => Err("the file is still being read".to_owned()),
        Action::Drift if job.sheet.drift.is_empty() => Err("nothing is different".to_owned()),
        Action::TakeOver if job.sheet.looks_like.is_none() => {
            Err("the file does not look like one that was imported before".to_owned())
        }
        _ => Ok(()),
    }
}
