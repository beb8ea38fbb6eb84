//! A list one chooses from, which gets shorter while one types.

use tui_input::Input;

use crate::app::Picked;
use crate::case::{CaseField, DefaultText, MappedValue, Target};
use crate::ledger::ImportId;
use crate::trackops::{Change, Entry, List};
use crate::tui::action::Action;
use crate::tui::effect::{DataChange, Effect, Query};
use crate::tui::model::{Model, Mood, Overlay, moved};
use crate::tui::msg::{Sentence, Ticket};

use super::correct::{self, Correctable};
use super::dialogs::{self, Asked};
use super::{accounts, defaults, field_map, log, out, palette, shown, subjects, values};

/// What the choice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The default of a case field.
    Default(CaseField),
    /// The field of a line of the field map.
    Field(usize),
    /// One more field for the column of a line of the field map.
    AnotherField(usize),
    /// The type of another subject, for one of whose fields a line of the field map is.
    SubjectType(subjects::Wanted),
    /// What a text of a line of the field map stands for.
    Value(usize, String),
    /// The rows that Review shows.
    Show,
    /// What is written of an import.
    WriteOut(ImportId),
    /// What an unknown row of an import is.
    Decide(ImportId, u64),
    /// The line of the field map to go to.
    Column,
    /// The exceptions that the log shows.
    Causes,
    /// The entry of the catalog to go to.
    CatalogLine,
    /// The cell of a rejected row to correct.
    Correct(Box<Correctable>),
    /// The ids that such a cell is to name: which of the row's cells.
    CorrectIds(Box<Correctable>, usize),
    /// What is to be done.
    Command,
    /// The account to use or to change.
    Account,
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    Id(u64),
    /// An id nobody has named yet.
    NewId(u64),
    Target(Target),
    /// A field of a subject that the recipe doesn't have yet.
    NewSubject,
    /// A line of a list that is not one of fields or ids.
    Line(usize),
    /// The typed text itself.
    Typed,
}

/// The ids that are chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Now {
    /// One is to be chosen.
    One(Option<u64>),
    /// Any number of them.
    Several(Vec<u64>),
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) pick: Pick,
    pub(crate) label: String,
    pub(crate) note: String,
}

/// The list, what is typed, and the cursor.
#[derive(Debug)]
pub(crate) struct Picker {
    pub(crate) title: String,
    pub(crate) purpose: Purpose,
    pub(crate) list: Option<List>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) filter: Input,
    pub(crate) cursor: usize,
    /// What is chosen so far: the cursor begins there.
    pub(crate) now: Option<Pick>,
    /// The marked ids, where several may be chosen.
    pub(crate) marked: Option<Vec<u64>>,
    /// Whether a mark was changed: then the marks are the answer, even when there are none.
    pub(crate) touched: bool,
    /// The `client_id` whose contacts it shows alone.
    pub(crate) within: Option<u64>,
    pub(crate) waits: Option<Ticket>,
    /// When Trackops gave the list, in seconds since 1970.
    pub(crate) read_at: Option<i64>,
    pub(crate) failed: Option<Sentence>,
}

impl Picker {
    pub(crate) fn new(title: String, purpose: Purpose, choices: Vec<Choice>) -> Self {
        Self {
            title,
            purpose,
            list: None,
            choices,
            filter: Input::default(),
            cursor: 0,
            now: None,
            marked: None,
            touched: false,
            within: None,
            waits: None,
            read_at: None,
            failed: None,
        }
    }

    /// The lines that hold every typed word, and a number nobody knows as an id to be named.
    pub(crate) fn shown(&self) -> Vec<Choice> {
        let typed = self.filter.value().trim().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |choice: &&Choice| {
            let text = format!("{} {}", choice.label, choice.note).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let mut shown: Vec<Choice> = self.choices.iter().filter(fits).cloned().collect();
        if self.purpose == Purpose::Show && !typed.is_empty() {
            let label = format!("rows with “{}” in a cell", self.filter.value().trim());
            shown.push(Choice { pick: Pick::Typed, label, note: String::new() });
        }
        if matches!(self.purpose, Purpose::CorrectIds(..)) && typed.is_empty() {
            let label = "type the cell's text instead …".to_owned();
            shown.push(Choice { pick: Pick::Typed, label, note: String::new() });
        }
        if let (Some(_), Ok(id)) = (self.list, typed.parse::<u64>())
            && id > 0
            && self.choices.iter().all(|choice| choice.pick != Pick::Id(id))
        {
            let label = format!("use id {id}, and give it a name");
            shown.push(Choice { pick: Pick::NewId(id), label, note: String::new() });
        }
        shown
    }

    pub(crate) fn is_marked(&self, pick: Pick) -> bool {
        matches!((pick, &self.marked), (Pick::Id(id), Some(marked)) if marked.contains(&id))
    }

    fn toggle(&mut self, pick: Pick) {
        if let (Pick::Id(id), Some(marked)) = (pick, self.marked.as_mut()) {
            self.touched = true;
            match marked.iter().position(|known| *known == id) {
                Some(at) => _ = marked.remove(at),
                None => marked.push(id),
            }
        }
    }
}

/// The lines for the entries of a list.
pub(crate) fn choices(entries: &[Entry]) -> Vec<Choice> {
    let line = |entry: &Entry| Choice {
        pick: Pick::Id(entry.id),
        label: if entry.deleted {
            format!("{} (deleted in Trackops)", entry.label)
        } else {
            entry.label.clone()
        },
        note: entry.id.to_string(),
    };
    entries.iter().map(line).collect()
}

/// Opens a picker of ids: what the catalog knows at once, the account's answer when it comes.
pub(crate) fn open_ids(
    model: &mut Model,
    title: String,
    purpose: Purpose,
    list: List,
    within: Option<u64>,
    now: Now,
) -> Vec<Effect> {
    let ticket = model.ticket();
    // A narrowed list must not show the entries of others first.
    let known = if within.is_some() { Vec::new() } else { choices(model.catalog.entries(list)) };
    let mut picker = Picker::new(title, purpose, known);
    (picker.list, picker.within) = (Some(list), within);
    match now {
        Now::One(id) => picker.now = id.map(Pick::Id),
        Now::Several(ids) => picker.marked = Some(ids),
    }
    picker.cursor = picker.choices.iter().position(|choice| Some(choice.pick) == picker.now).unwrap_or(0);
    picker.waits = Some(ticket);
    model.overlays.push(Overlay::Picker(picker));
    vec![Effect::Query(Query::Pick(ticket, list, within, false))]
}

/// The account's answer.
pub(crate) fn answered(model: &mut Model, ticket: Ticket, answer: Result<Picked, Sentence>) {
    let waiting = model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Picker(picker) if picker.waits == Some(ticket) => Some(picker),
        _ => None,
    });
    let Some(picker) = waiting else { return };
    picker.waits = None;
    match answer {
        Ok(Picked { entries, read_at, failed }) => {
            (picker.read_at, picker.failed) = (read_at, failed);
            // The line for a text was the only one so far.
            let selected = picker.shown().get(picker.cursor).map(|choice| choice.pick);
            let selected = selected.filter(|pick| *pick != Pick::Typed).or(picker.now);
            picker.choices = choices(&entries);
            let shown = picker.shown();
            let at = shown.iter().position(|choice| Some(choice.pick) == selected);
            picker.cursor = at.unwrap_or(0);
        }
        Err(sentence) => picker.failed = Some(sentence),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    let shown = picker.shown();
    picker.cursor = moved(picker.cursor, action, shown.len(), page);
    let under = shown.get(picker.cursor).cloned();
    match (action, under) {
        (Action::Back, _) => _ = model.overlays.pop(),
        (Action::Toggle, Some(Choice { pick: Pick::Id(id), .. })) => picker.toggle(Pick::Id(id)),
        (Action::Accept | Action::Toggle, Some(Choice { pick: Pick::NewId(id), .. })) => {
            if let Some(list) = picker.list {
                let title = format!("What is id {id} called?");
                return dialogs::ask(model, title, String::new(), Asked::NewId(list, id));
            }
        }
        (Action::Accept, under) => return accept(model, under.map(|choice| choice.pick)),
        (Action::Refresh, _) => return ask_again(model),
        _ => {}
    }
    Vec::new()
}

/// Whether the list under the keys is one that Trackops answers.
pub(crate) fn is_live(model: &Model) -> bool {
    let live = |picker: &Picker| matches!(picker.list, Some(List::Clients | List::Contacts));
    matches!(model.overlays.last(), Some(Overlay::Picker(picker)) if live(picker))
}

fn ask_again(model: &mut Model) -> Vec<Effect> {
    let ticket = model.ticket();
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    let Some(list) = picker.list else { return Vec::new() };
    (picker.waits, picker.failed) = (Some(ticket), None);
    vec![Effect::Query(Query::Pick(ticket, list, picker.within, true))]
}

fn accept(model: &mut Model, under: Option<Pick>) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let ids = match (&picker.marked, under) {
        (Some(marked), _) if picker.touched => Some(marked.clone()),
        (Some(_), Some(Pick::Id(id))) => Some(vec![id]),
        _ => None,
    };
    if ids.is_none() && under.is_none() {
        let text = if picker.list.is_some() {
            "nothing fits what is typed; shorten it, or type an id"
        } else {
            "nothing fits what is typed; shorten it"
        };
        model.say(Mood::Bad, text);
        return Vec::new();
    }
    let Some(Overlay::Picker(picker)) = model.overlays.pop() else { return Vec::new() };
    take(model, picker, under, ids)
}

/// Hands the choice to who asked; names of live entries are remembered, so that they show later.
fn take(model: &mut Model, picker: Picker, under: Option<Pick>, ids: Option<Vec<u64>>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let chosen: Vec<u64> = match (&ids, under) {
        (Some(ids), _) => ids.clone(),
        (None, Some(Pick::Id(id))) => vec![id],
        _ => Vec::new(),
    };
    if let Some(list @ (List::Clients | List::Contacts)) = picker.list {
        for choice in &picker.choices {
            if let Pick::Id(id) = choice.pick
                && chosen.contains(&id)
                && model.catalog.label(list, id) != Some(choice.label.as_str())
            {
                let entry = Entry::new(id, choice.label.clone());
                model.catalog.remember(list, entry.clone());
                effects.push(Effect::Change(DataChange::Catalog(Change::Entry(list, entry))));
            }
        }
    }
    effects.extend(match (picker.purpose, under) {
        (Purpose::Default(field), _) if ids.is_some() => {
            let ids = ids.filter(|ids| !ids.is_empty()).map(DefaultText::Ids);
            defaults::set(model, Target::Case(field), ids)
        }
        (Purpose::Default(field), Some(Pick::Id(id))) => {
            defaults::set(model, Target::Case(field), Some(DefaultText::Whole(id)))
        }
        (Purpose::Field(line), Some(Pick::Target(target))) => field_map::set(model, line, target),
        (Purpose::AnotherField(line), Some(Pick::Target(target))) => field_map::add(model, line, target),
        (Purpose::Field(_), Some(Pick::NewSubject)) => subjects::choose_type(model, subjects::Wanted::Field),
        (Purpose::AnotherField(_), Some(Pick::NewSubject)) => {
            subjects::choose_type(model, subjects::Wanted::AnotherField)
        }
        (Purpose::SubjectType(wanted), Some(Pick::Id(id))) => subjects::add(model, wanted, id),
        (Purpose::Show, Some(Pick::Typed)) => shown::find(model, picker.filter.value()),
        (Purpose::Show, Some(Pick::Line(at))) => shown::chosen(model, at),
        (Purpose::Column, Some(Pick::Line(at))) => {
            field_map::go_to(model, at);
            Vec::new()
        }
        (Purpose::CatalogLine, Some(Pick::Line(at))) => {
            model.lists.cursor = at;
            Vec::new()
        }
        (Purpose::Causes, Some(Pick::Line(at))) => {
            log::chosen(model, at);
            Vec::new()
        }
        (Purpose::Correct(row), Some(Pick::Line(at))) => correct::chosen(model, *row, at),
        (Purpose::CorrectIds(row, at), Some(Pick::Typed)) => {
            correct::type_in(model, &row, at);
            Vec::new()
        }
        (Purpose::CorrectIds(row, at), _) if !chosen.is_empty() => correct::named(&row, at, &chosen),
        (Purpose::Command, Some(Pick::Line(at))) => palette::chosen(model, at),
        (Purpose::Account, Some(Pick::Line(at))) => accounts::chosen(model, at),
        (Purpose::WriteOut(id), Some(Pick::Line(at))) => out::chosen(model, id, at),
        (Purpose::Decide(id, row), Some(Pick::Line(at))) => out::word(model, id, row, at),
        (Purpose::Value(line, text), Some(Pick::Id(id))) => {
            values::set(model, line, &text, Some(MappedValue::Id(id)))
        }
        _ => Vec::new(),
    });
    effects
}

/// A new id got its name: it joins the list and is the answer, or one of them.
pub(crate) fn named(model: &mut Model, list: List, entry: &Entry) -> Vec<Effect> {
    model.catalog.remember(list, entry.clone());
    let mut effects = vec![Effect::Change(DataChange::Catalog(Change::Entry(list, entry.clone())))];
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return effects };
    let pick = Pick::Id(entry.id);
    picker.choices.extend(choices(std::slice::from_ref(entry)));
    picker.filter.reset();
    picker.cursor = picker.choices.len().saturating_sub(1);
    if picker.marked.is_some() {
        picker.toggle(pick);
    } else {
        effects.extend(accept(model, Some(pick)));
    }
    effects
}
