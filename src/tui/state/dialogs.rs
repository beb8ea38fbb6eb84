//! The small dialogs: a question for a text, a new custom field, and yes or no.

use std::collections::BTreeSet;

use tui_input::Input;

use crate::case::{CustomKey, Fix, Target};
use crate::ledger::{Decision, ImportId};
use crate::text::mask;
use crate::trackops::{Change, Entry, List};
use crate::tui::action::Action;
use crate::tui::effect::{DataChange, Effect, Query, RunCommand};
use crate::tui::model::{Model, Mood, Overlay, Phase};
use crate::tui::msg::Ticket;

use super::accounts::{self, Wanted};
use super::correct::{self, Correcting};
use super::out::Paper;
use super::{catalog, defaults, first, groups, picker, plural, review, shown, values};

/// What a typed text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    ImportName,
    Default(Target),
    /// The name of an id the account's lists do not hold.
    NewId(List, u64),
    /// What is read in place of a text.
    Fix(Fix),
    /// What a cell of a rejected row should be.
    Correct(Correcting),
    /// The file something of an import is written to.
    WriteOut(ImportId, Paper),
    /// The case that an unknown row is.
    CaseId(ImportId, u64),
    /// The row to go to.
    Row,
    /// Another name for an import of the list.
    Rename(ImportId),
    /// Id and name of a new entry of the catalog.
    NewEntry(List),
    /// Another name for an entry.
    EntryName(List, u64),
    /// What a case type calls its references.
    References(u64),
    /// The file whose names are taken over.
    CatalogFrom,
    /// The file the catalog is written to.
    CatalogTo,
}

/// A question for one line of text.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) title: String,
    pub(crate) input: Input,
    pub(crate) asked: Asked,
    pub(crate) hint: &'static str,
    /// Whether the text that is there is not shown.
    pub(crate) hidden: bool,
    /// How many rows have the text that is fixed in all of them, once it is known.
    pub(crate) rows: Option<u64>,
    /// The counting of them.
    pub(crate) ticket: Ticket,
    pub(crate) error: Option<String>,
}

pub(crate) fn ask(model: &mut Model, title: String, text: String, asked: Asked) -> Vec<Effect> {
    let hint = match (&asked, &model.job) {
        (Asked::Default(target), Some(job)) => defaults::hint(job, *target, &model.catalog),
        (Asked::NewId(..), _) => "the name is kept for this account, beside the id",
        (Asked::NewEntry(_), _) => "such as 12 Surveillance; Trackops shows ids in its settings",
        (Asked::EntryName(..), _) => "the id stays",
        (Asked::References(_), _) => "such as Claim #; Policy #; an empty one is not used",
        (Asked::CatalogFrom, _) => {
            "a file that w wrote, here or at a colleague's; its names go before those known"
        }
        (Asked::WriteOut(..) | Asked::CatalogTo, _) => "a new file; one that is there is not written over",
        (Asked::CaseId(..), _) => "the id, not the case number; Trackops shows it in the address of the case",
        (Asked::Fix(_), _) => "blank makes the cell empty; the file itself is not changed",
        (Asked::Row, _) => "as the first column counts them; the file’s own lines may be more",
        _ => "any text",
    };
    let (input, hidden, rows, ticket, error) = (Input::new(text), false, None, 0, None);
    model.overlays.push(Overlay::Prompt(Prompt { title, input, asked, hint, hidden, rows, ticket, error }));
    Vec::new()
}

/// Asks what is read in place of a text. A hidden one is replaced and not edited.
pub(crate) fn ask_fix(model: &mut Model, title: String, text: String, fix: Fix, hidden: bool) -> Vec<Effect> {
    let effects = ask(model, title, if hidden { String::new() } else { text }, Asked::Fix(fix));
    if let (true, Some(Overlay::Prompt(prompt))) = (hidden, model.overlays.last_mut()) {
        prompt.hidden = true;
        prompt.hint = "the text that is there is hidden; what is typed replaces it (Esc, M shows it)";
    }
    effects
}

pub(crate) fn act_prompt(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Accept => return accept_prompt(model),
        _ => {}
    }
    Vec::new()
}

fn accept_prompt(model: &mut Model) -> Vec<Effect> {
    let (Some(Overlay::Prompt(prompt)), job) = (model.overlays.last_mut(), model.job.as_mut()) else {
        return Vec::new();
    };
    let text = prompt.input.value().trim().to_owned();
    let may_be_empty =
        matches!(prompt.asked, Asked::Default(_) | Asked::Fix(_) | Asked::Correct(_) | Asked::References(_));
    if text.is_empty() && !may_be_empty {
        prompt.error = Some("type something; Esc leaves it as it was".to_owned());
        return Vec::new();
    }
    // Enter alone must not empty a cell that nobody sees.
    if text.is_empty() && prompt.hidden {
        let error = "type the whole text; to empty the cell, show it first: Esc, then M";
        prompt.error = Some(error.to_owned());
        return Vec::new();
    }
    match (prompt.asked.clone(), job) {
        (Asked::Default(target), Some(job)) => match defaults::read(job, target, &text, &model.catalog) {
            Ok(value) => {
                model.overlays.pop();
                defaults::set(model, target, value)
            }
            Err(error) => {
                prompt.error = Some(error);
                Vec::new()
            }
        },
        (Asked::ImportName, Some(job)) => {
            job.import.name = text;
            model.overlays.pop();
            job.save()
        }
        (Asked::Fix(fix), Some(job)) => {
            let said = fixed(&fix, &text, prompt.rows, prompt.hidden);
            job.recipe.fix(Fix { to: text, ..fix });
            model.overlays.pop();
            let mut effects = review::changed(model);
            model.say(Mood::Good, said);
            effects.extend(values::fixed(model));
            effects
        }
        // It stays until it is known whether the value helps.
        (Asked::Correct(correcting), _) => correct::typed(&correcting, text),
        // It stays until the file is written: a name that is taken is not typed twice.
        (Asked::WriteOut(id, paper), _) => vec![Effect::Query(Query::WriteOut(id, paper, text.into()))],
        (Asked::CaseId(id, row), _) => {
            model.overlays.pop();
            vec![Effect::Change(DataChange::Decide(id, row, Decision::Created(text)))]
        }
        (Asked::EntryName(list, id), _) => {
            model.overlays.pop();
            catalog::renamed(model, list, id, text)
        }
        (Asked::NewEntry(list), _) => {
            let taken = catalog::typed(model, list, &text);
            taken.unwrap_or_else(|error| prompt_error(model, error))
        }
        (Asked::References(case_type), _) => match catalog::references(model, case_type, &text) {
            Ok(effects) => {
                model.overlays.pop();
                effects
            }
            Err(error) => prompt_error(model, error),
        },
        // It stays until the file is read: a path that is wrong is put right there.
        (Asked::CatalogFrom, _) => {
            let ticket = model.ticket();
            model.busy = Some((ticket, "reading the file"));
            vec![Effect::Change(DataChange::TakeOverCatalog(ticket, text.into()))]
        }
        (Asked::CatalogTo, _) => vec![Effect::Query(Query::WriteCatalog(text.into()))],
        (Asked::Row, _) => match shown::go_to(model, &text) {
            Ok(effects) => {
                model.overlays.pop();
                effects
            }
            Err(error) => prompt_error(model, error),
        },
        (Asked::Rename(id), _) => {
            model.overlays.pop();
            vec![Effect::Change(DataChange::Rename(id, text))]
        }
        (Asked::NewId(list, id), _) => {
            model.overlays.pop();
            picker::named(model, list, &Entry::new(id, text))
        }
        _ => {
            model.overlays.pop();
            Vec::new()
        }
    }
}

pub(crate) fn prompt_error(model: &mut Model, error: String) -> Vec<Effect> {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.error = Some(error);
    }
    Vec::new()
}

/// What a fix does, in words.
fn fixed(fix: &Fix, to: &str, rows: Option<u64>, hidden: bool) -> String {
    let place = match (fix.row, rows) {
        (Some(row), _) => format!("row {row}"),
        (None, Some(rows)) => plural(rows, "row"),
        (None, None) => "every row".to_owned(),
    };
    let told = |text: &str| if hidden { mask(text) } else { text.to_owned() };
    let (from, to) = (told(&fix.from), told(to));
    let to = if to.is_empty() { "an empty cell".to_owned() } else { format!("“{to}”") };
    format!("{place}, “{}”: “{from}” is read as {to}; u takes it back", fix.column)
}

/// The entry after or before one, round and round.
pub(crate) fn next_in<T: Copy + PartialEq>(all: &[T], one: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or(0);
    let to = if forward { at + 1 } else { at + all.len().saturating_sub(1) };
    all.get(to % all.len().max(1)).copied().unwrap_or(one)
}

/// A question that is answered with yes or no.
#[derive(Debug)]
pub(crate) struct Confirm {
    pub(crate) title: String,
    pub(crate) question: String,
    pub(crate) then: Then,
}

/// What is done on yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    /// Leave while an import runs.
    Leave,
    /// Make an import of each group: the column's name, and the texts.
    Split(String, Vec<String>),
    /// Send this row alone.
    SendFirst(u64),
    /// Forget an import.
    Delete(ImportId),
    /// Change the catalog.
    Catalog(Change),
    /// Keep whose these custom fields are, and go on to Review.
    Whose(BTreeSet<CustomKey>),
    /// Use another account, and go on with what was wanted.
    Switch(String, Wanted),
}

pub(crate) fn act_confirm(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Accept => {
            let Some(Overlay::Confirm(confirm)) = model.overlays.pop() else { return Vec::new() };
            return match confirm.then {
                Then::Leave => stop_and_leave(model),
                Then::Catalog(change) => catalog::change(model, change),
                Then::Whose(keys) => {
                    let mut effects = catalog::change(model, Change::Sure(keys));
                    effects.extend(review::show(model));
                    effects
                }
                Then::Switch(name, wanted) => accounts::switch(model, &name, Some(wanted)),
                Then::Delete(id) => vec![Effect::Change(DataChange::Delete(id))],
                Then::SendFirst(row) => first::send(model, row),
                Then::Split(column, texts) => groups::split(model, column, texts),
            };
        }
        _ => {}
    }
    Vec::new()
}

/// Leaves at once, or asks first while an import runs.
pub(crate) fn leave(model: &mut Model) -> Vec<Effect> {
    let running: Vec<String> =
        model.boards.iter().filter(|(_, board)| board.running).map(|(id, _)| id.to_string()).collect();
    if running.is_empty() {
        model.phase = Phase::Over;
        return Vec::new();
    }
    if model.phase == Phase::Leaving {
        model.phase = Phase::Abandoned;
        return Vec::new();
    }
    let asked =
        matches!(model.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.then == Then::Leave);
    // Ctrl-C on the question is an answer: whoever insists must not be kept.
    if asked {
        model.overlays.pop();
        return stop_and_leave(model);
    }
    let question = format!(
        "Import {} is running. Leave? The rows in flight get their answers first; then the import is paused, \
         and r resumes it next time.",
        running.join(" and ")
    );
    let title = "Leave?".to_owned();
    model.overlays.push(Overlay::Confirm(Confirm { title, question, then: Then::Leave }));
    Vec::new()
}

const LEAVING: &str = "leaving as soon as the rows in flight have their answers … Ctrl-C again leaves at once; \
                       what became of them is then looked up on resume";

/// Stops every run after the rows in flight; the program ends with the last of them.
pub(crate) fn stop_and_leave(model: &mut Model) -> Vec<Effect> {
    model.phase = if model.is_running() { Phase::Leaving } else { Phase::Over };
    model.say(Mood::Plain, LEAVING);
    let mut effects = Vec::new();
    for (id, board) in model.boards.iter_mut().filter(|(_, board)| board.running) {
        board.stopping = true;
        effects.push(Effect::Run(RunCommand::Stop(*id)));
    }
    effects
}
