//! The small dialogs: a question for a text, a new custom field, and yes or no.

use tui_input::{Input, InputRequest};

use crate::case::{CustomField, CustomKey, Fix, Kind, Owner, Target};
use crate::ledger::{Decision, ImportId};
use crate::trackops::{Entry, List};
use crate::tui::action::Action;
use crate::tui::model::{Model, Mood, Overlay, Phase};
use crate::tui::msg::{Effect, Ticket};

use super::accounts::{self, Wanted};
use super::out::Paper;
use super::{defaults, field_map, first, groups, picker, plural, review, shown, values};

/// What a typed text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    ImportName,
    Default(Target),
    /// The name of an id the account's lists do not hold.
    NewId(List, u64),
    /// What is read in place of a text.
    Fix(Fix),
    /// The file something of an import is written to.
    WriteOut(ImportId, Paper),
    /// The case that an unknown row is.
    CaseId(ImportId, u64),
    /// The row to go to.
    Row,
    /// Another name for an import of the list.
    Rename(ImportId),
}

/// A question for one line of text.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) title: String,
    pub(crate) input: Input,
    pub(crate) asked: Asked,
    pub(crate) hint: &'static str,
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
        (Asked::WriteOut(..), _) => "a new file; one that is there is not written over",
        (Asked::CaseId(..), _) => "the id, not the case number; Trackops shows it in the address of the case",
        (Asked::Fix(_), _) => "blank makes the cell empty; the file itself is not changed",
        (Asked::Row, _) => "as the first column counts them; the file’s own lines may be more",
        _ => "any text",
    };
    let prompt = Prompt { title, input: Input::new(text), asked, hint, rows: None, ticket: 0, error: None };
    model.overlays.push(Overlay::Prompt(prompt));
    Vec::new()
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
    if text.is_empty() && !matches!(prompt.asked, Asked::Default(_) | Asked::Fix(_)) {
        prompt.error = Some("type something; Esc leaves it as it was".to_owned());
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
            let said = fixed(&fix, &text, prompt.rows);
            job.recipe.fix(Fix { to: text, ..fix });
            model.overlays.pop();
            let mut effects = review::changed(model);
            model.say(Mood::Good, said);
            effects.extend(values::fixed(model));
            effects
        }
        (Asked::WriteOut(id, paper), _) => {
            model.overlays.pop();
            vec![Effect::WriteOut(id, paper, text.into())]
        }
        (Asked::CaseId(id, row), _) => {
            model.overlays.pop();
            vec![Effect::Decide(id, row, Decision::Created(text))]
        }
        (Asked::Row, _) => match shown::go_to(model, &text) {
            Ok(effects) => {
                model.overlays.pop();
                effects
            }
            Err(error) => {
                prompt_error(model, error);
                Vec::new()
            }
        },
        (Asked::Rename(id), _) => {
            model.overlays.pop();
            vec![Effect::Rename(id, text)]
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

fn prompt_error(model: &mut Model, error: String) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.error = Some(error);
    }
}

/// What a fix does, in words.
fn fixed(fix: &Fix, to: &str, rows: Option<u64>) -> String {
    let place = match (fix.row, rows) {
        (Some(row), _) => format!("row {row}"),
        (None, Some(rows)) => plural(rows, "row"),
        (None, None) => "every row".to_owned(),
    };
    let to = if to.is_empty() { "an empty cell".to_owned() } else { format!("“{to}”") };
    format!("{place}, “{}”: “{}” is read as {to}; u takes it back", fix.column, fix.from)
}

/// The fields of the declaration, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum DeclareField {
    #[default]
    Owner,
    Id,
    Label,
    Kind,
}

const DECLARE: [DeclareField; 4] =
    [DeclareField::Owner, DeclareField::Id, DeclareField::Label, DeclareField::Kind];

/// A custom field of the account that caseload does not know yet.
#[derive(Debug)]
pub(crate) struct Declare {
    pub(crate) subject: bool,
    pub(crate) id: Input,
    pub(crate) label: Input,
    pub(crate) kind: Kind,
    pub(crate) focus: DeclareField,
    pub(crate) error: Option<String>,
}

/// Asks for a new custom field; the header of the column is a good first name for it.
pub(crate) fn declare(model: &mut Model, header: String) -> Vec<Effect> {
    model.overlays.push(Overlay::Declare(Declare {
        subject: false,
        id: Input::default(),
        label: Input::new(header),
        kind: Kind::Text,
        focus: DeclareField::Owner,
        error: None,
    }));
    Vec::new()
}

impl Declare {
    pub(crate) fn edit(&mut self, request: InputRequest) {
        let forward = !matches!(request, InputRequest::GoToPrevChar);
        let change = matches!(
            request,
            InputRequest::GoToPrevChar | InputRequest::GoToNextChar | InputRequest::InsertChar(' ')
        );
        match self.focus {
            DeclareField::Id => _ = self.id.handle(request),
            DeclareField::Label => _ = self.label.handle(request),
            DeclareField::Owner if change => self.subject = !self.subject,
            DeclareField::Kind if change => self.kind = next_in(&Kind::ALL, self.kind, forward),
            _ => {}
        }
    }

    pub(crate) fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            DeclareField::Id => Some(&mut self.id),
            DeclareField::Label => Some(&mut self.label),
            _ => None,
        }
    }

    fn read(&self) -> Result<CustomField, (DeclareField, &'static str)> {
        let id = self.id.value().trim().parse().ok().filter(|id| *id > 0);
        let id =
            id.ok_or((DeclareField::Id, "type the field's id: the number Trackops has for it, above 0"))?;
        let label = self.label.value().trim();
        if label.is_empty() {
            return Err((DeclareField::Label, "type what Trackops calls the field"));
        }
        let owner = if self.subject { Owner::Subject } else { Owner::Case };
        Ok(CustomField { key: CustomKey { owner, id }, label: label.to_owned(), kind: self.kind })
    }
}

/// The entry after or before one, round and round.
pub(crate) fn next_in<T: Copy + PartialEq>(all: &[T], one: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or(0);
    let to = if forward { at + 1 } else { at + all.len().saturating_sub(1) };
    all.get(to % all.len().max(1)).copied().unwrap_or(one)
}

pub(crate) fn act_declare(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Declare(form)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Next | Action::Down => form.focus = next_in(&DECLARE, form.focus, true),
        Action::Previous | Action::Up => form.focus = next_in(&DECLARE, form.focus, false),
        Action::Accept if form.focus != DeclareField::Kind => {
            form.focus = next_in(&DECLARE, form.focus, true);
        }
        Action::Accept | Action::Save => match form.read() {
            Ok(field) => {
                model.overlays.pop();
                return field_map::declared(model, field);
            }
            Err((focus, text)) => {
                form.focus = focus;
                form.error = Some(text.to_owned());
            }
        },
        _ => {}
    }
    Vec::new()
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
                Then::Switch(name, wanted) => accounts::switch(model, &name, Some(wanted)),
                Then::Delete(id) => vec![Effect::Delete(id)],
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
        effects.push(Effect::Stop(*id));
    }
    effects
}
