//! A list to choose from, filtered while typing.

use std::fmt;

use tui_input::Input;

use crate::app::Picked;
use crate::trackops::{CatalogChange, CatalogEntry, List};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::pending::Pending;
use crate::tui::dialogs::Then;
use crate::tui::dialogs::pick_line::{Choice, Pick, PickLine, id_and_name, lines_of};
use crate::tui::dialogs::prompt::{Accepted, Prompt};

type LabelOfTyped = Box<dyn Fn(&str) -> Option<String> + Send>;

/// A line for the typed text itself.
struct TypedLine {
    /// Returns the label for the typed text, or none for no line.
    label: LabelOfTyped,
    then: Then<String>,
}

/// Callback for the choice.
enum OnPick {
    Line(Then<usize>),
    Ids(Then<Vec<u64>>),
}

/// List, filter and cursor.
pub(crate) struct Picker {
    pub(crate) title: String,
    pub(super) list: Option<List>,
    pub(crate) lines: Vec<PickLine>,
    pub(crate) filter: Input,
    /// Entry under the cursor; none until the user moves or types, if no entry is likely.
    pub(crate) cursor: Option<usize>,
    /// Current id; the cursor starts there.
    pub(super) now: Option<u64>,
    /// Marked ids, if several may be chosen.
    pub(crate) marked: Option<Vec<u64>>,
    /// Whether a mark was changed; then the marks are the result, even if there are none.
    touched: bool,
    /// `client_id` whose contacts are shown; none for all.
    within: Option<u64>,
    /// List from Trackops.
    answer: Pending<Picked>,
    typed: Option<TypedLine>,
    /// Likely name of an id that is added.
    likely_name: String,
    on_pick: OnPick,
}

impl fmt::Debug for Picker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut picker = f.debug_struct("Picker");
        picker.field("title", &self.title).field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

impl Picker {
    /// Creates a list of values; `then` gets the chosen one.
    pub(crate) fn new<T: Send + 'static>(
        title: impl Into<String>,
        choices: Vec<Choice<T>>,
        then: impl FnOnce(&mut Model, T) -> Vec<Effect> + Send + 'static,
    ) -> Self {
        let mut values = Vec::with_capacity(choices.len());
        let mut lines = Vec::with_capacity(choices.len());
        for (at, Choice { value, label, note, detail, is_faint }) in choices.into_iter().enumerate() {
            values.push(value);
            lines.push(PickLine { pick: Pick::Line(at), label, note, detail, is_faint });
        }
        let chosen = move |model: &mut Model, at: usize| match values.into_iter().nth(at) {
            Some(value) => then(model, value),
            None => Vec::new(),
        };
        Self::with(title.into(), lines, OnPick::Line(Box::new(chosen)))
    }

    fn with(title: String, lines: Vec<PickLine>, on_pick: OnPick) -> Self {
        Self {
            title,
            list: None,
            lines,
            filter: Input::default(),
            cursor: Some(0),
            now: None,
            marked: None,
            touched: false,
            within: None,
            answer: Pending::default(),
            typed: None,
            likely_name: String::new(),
            on_pick,
        }
    }

    /// Creates a list of ids: the catalog's entries at once, those from Trackops when they arrive.
    pub(super) fn of_ids(
        model: &Model,
        title: String,
        list: List,
        within: Option<u64>,
        then: Then<Vec<u64>>,
    ) -> Self {
        // One client's contacts must not begin with those of others.
        let known = if within.is_some() { Vec::new() } else { lines_of(model.catalog.entries(list)) };
        Self { list: Some(list), within, ..Self::with(title, known, OnPick::Ids(then)) }
    }

    /// Puts the cursor on a line.
    pub(crate) fn at(mut self, cursor: Option<usize>) -> Self {
        self.cursor = Some(cursor.unwrap_or(0));
        self
    }

    /// Adds a line for the typed text, if `label` returns one.
    pub(crate) fn or_typed(
        mut self,
        label: impl Fn(&str) -> Option<String> + Send + 'static,
        then: impl FnOnce(&mut Model, String) -> Vec<Effect> + Send + 'static,
    ) -> Self {
        self.typed = Some(TypedLine { label: Box::new(label), then: Box::new(then) });
        self
    }

    /// Makes it a list for a cell's text, which is proposed as the name of an id that is added. If no entry is like the
    /// text, none is marked: Enter must not take the first one.
    pub(crate) fn for_text(mut self, text: &str) -> Self {
        if self.now.is_none() {
            self.cursor = None;
        }
        // A number is an id, and no name.
        if text.parse::<u64>().is_err() {
            text.trim().clone_into(&mut self.likely_name);
        }
        self
    }

    /// Opens the picker, and requests a list of ids from Trackops.
    pub(crate) fn open(mut self, model: &mut Model) -> Vec<Effect> {
        let query = self.list.map(|list| {
            let ticket = model.ticket();
            self.answer.ask(ticket);
            Effect::Query(Query::Pick(ticket, list, self.within, false))
        });
        model.overlays.push(Overlay::Picker(self));
        query.into_iter().collect()
    }

    /// Returns the lines that contain every typed word, and those for the typed text itself. A typed id comes first,
    /// whether the list has it or not: another entry may have its digits in its name or id.
    pub(crate) fn shown(&self) -> Vec<PickLine> {
        let text = self.filter.value().trim();
        let typed = text.to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |line: &&PickLine| {
            let text = format!("{} {} {}", line.label, line.note, line.detail).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let mut shown: Vec<PickLine> = self.lines.iter().filter(fits).cloned().collect();
        let line = |pick, label| PickLine {
            pick,
            label,
            note: String::new(),
            detail: String::new(),
            is_faint: false,
        };
        if let Some(label) = self.typed.as_ref().and_then(|line| (line.label)(text)) {
            shown.push(line(Pick::Typed, label));
        }
        let typed_id = typed.parse::<u64>();
        shown
            .sort_by_key(|line| !matches!((line.pick, &typed_id), (Pick::Id(id), Ok(typed)) if id == *typed));
        let is_new = |id: u64| id > 0 && self.lines.iter().all(|line| line.pick != Pick::Id(id));
        match (self.list, typed_id, id_and_name(text)) {
            (Some(_), Ok(id), _) if is_new(id) => {
                shown.insert(0, line(Pick::NewId(id), format!("Use id {id} and name it")));
            }
            (Some(_), Err(_), Some((id, name))) if is_new(id) => {
                shown.insert(0, line(Pick::NewEntry(id), format!("Use id {id} and name it “{name}”")));
            }
            _ => {}
        }
        shown
    }

    /// Returns the entry under the cursor.
    fn under(&self) -> Option<Pick> {
        self.shown().get(self.cursor?).map(|line| line.pick)
    }

    /// Whether the list from Trackops is loading.
    pub(crate) fn is_waiting(&self) -> bool {
        self.answer.is_waiting()
    }

    /// Time the list was read from Trackops, in seconds since 1970.
    pub(crate) fn read_at(&self) -> Option<i64> {
        self.answer.value()?.read_at
    }

    /// Reason the list couldn't be refreshed.
    pub(crate) fn failure(&self) -> Option<&Sentence> {
        self.answer.failure().or_else(|| self.answer.value()?.failed.as_ref())
    }

    pub(crate) fn is_marked(&self, pick: Pick) -> bool {
        matches!((pick, &self.marked), (Pick::Id(id), Some(marked)) if marked.contains(&id))
    }

    fn toggle(&mut self, id: u64) {
        if let Some(marked) = self.marked.as_mut() {
            self.touched = true;
            match marked.iter().position(|known| *known == id) {
                Some(at) => _ = marked.remove(at),
                None => marked.push(id),
            }
        }
    }

    /// Returns the chosen ids: the marked ones, or the one under the cursor.
    fn ids(&self, under: Option<Pick>) -> Option<Vec<u64>> {
        match (&self.marked, under) {
            (Some(marked), _) if self.touched => Some(marked.clone()),
            (_, Some(Pick::Id(id))) => Some(vec![id]),
            _ => None,
        }
    }
}

/// Shows the catalog's current entries.
pub(crate) fn refresh(model: &mut Model) {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return };
    if let Some(list) = picker.list.filter(|list| !list.is_live()) {
        picker.lines = lines_of(model.catalog.entries(list));
        let last = picker.lines.len().saturating_sub(1);
        picker.cursor = picker.cursor.map(|at| at.min(last));
    }
}

/// Shows the list from Trackops.
pub(crate) fn answered(model: &mut Model, ticket: Ticket, answer: Result<Picked, Sentence>) {
    let waiting = model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Picker(picker) if picker.answer.awaits(ticket) => Some(picker),
        _ => None,
    });
    let Some(picker) = waiting else { return };
    // The line for the typed text was the only one so far.
    let selected = picker.under();
    let selected = selected.filter(|pick| *pick != Pick::Typed).or(picker.now.map(Pick::Id));
    picker.answer.answer(ticket, answer);
    if let (Some(list), None) = (picker.answer.value(), picker.answer.failure()) {
        picker.lines = lines_of(&list.entries);
        let at = picker.shown().iter().position(|line| Some(line.pick) == selected);
        picker.cursor = at.or(picker.cursor.map(|_| 0));
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    let shown = picker.shown();
    picker.cursor = match (picker.cursor, action) {
        (None, Action::Down) => Some(0),
        (None, Action::PageDown | Action::First | Action::Last) => Some(moved(0, action, shown.len(), page)),
        (cursor, action) => cursor.map(|at| moved(at, action, shown.len(), page)),
    };
    let under = picker.under();
    match (action, under) {
        (Action::Back, _) => _ = model.overlays.pop(),
        (Action::Toggle, Some(Pick::Id(id))) => picker.toggle(id),
        (Action::Accept | Action::Toggle, Some(Pick::NewId(id))) => {
            if let Some(list) = picker.list {
                let name = picker.likely_name.clone();
                return ask_name(model, list, id, name);
            }
        }
        (Action::Accept, Some(Pick::NewEntry(_))) => {
            let entry = id_and_name(picker.filter.value()).map(|(id, name)| CatalogEntry::new(id, name));
            if let (Some(list), Some(entry)) = (picker.list, entry) {
                return named(model, list, &entry);
            }
        }
        (Action::Accept, under) => return accept(model, under),
        (Action::Refresh, _) => return ask_again(model),
        (Action::Catalog, _) => {
            if let Some(list) = picker.list {
                // What is under the picker may be about names that the catalog has only afterwards.
                model.overlays.clear();
                return model.go(Goto::CatalogList(list));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for the name of an id that no list has.
fn ask_name(model: &mut Model, list: List, id: u64, likely: String) -> Vec<Effect> {
    let named = move |model: &mut Model, name: String| {
        Accepted::Done(named(model, list, &CatalogEntry::new(id, name)))
    };
    let hint = "The name is saved in this account's catalog.";
    Prompt::new(format!("Name of id {id}"), likely, hint, named).open(model)
}

/// Whether the open picker lists ids, which can be refreshed.
pub(crate) fn is_of_ids(model: &Model) -> bool {
    matches!(model.overlays.last(), Some(Overlay::Picker(picker)) if picker.list.is_some())
}

fn ask_again(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    let Some(list) = picker.list else { return Vec::new() };
    if !list.is_live() {
        let ticket = model.wait_for("Learning names from the newest cases");
        return vec![Effect::Change(DataChange::Learn(ticket))];
    }
    let ticket = model.ticket();
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return Vec::new() };
    picker.answer.ask(ticket);
    vec![Effect::Query(Query::Pick(ticket, list, picker.within, true))]
}

fn accept(model: &mut Model, under: Option<Pick>) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return Vec::new() };
    if picker.ids(under).is_none() && under.is_none() {
        let text = match (picker.cursor, picker.list) {
            (None, _) => "Choose an entry first: ↓ goes to the list, letters filter it.",
            (_, Some(_)) => "No match. Shorten the text, or type an id.",
            (_, None) => "No match. Shorten the text.",
        };
        model.say(Mood::Bad, text);
        return Vec::new();
    }
    match model.overlays.pop() {
        Some(Overlay::Picker(picker)) => take(model, picker, under),
        _ => Vec::new(),
    }
}

/// Passes the choice to the callback.
fn take(model: &mut Model, picker: Picker, under: Option<Pick>) -> Vec<Effect> {
    let chosen = picker.ids(under);
    let mut effects = remember(model, &picker, chosen.as_deref().unwrap_or_default());
    effects.extend(match (picker.on_pick, chosen, under) {
        (OnPick::Ids(then), Some(ids), _) => then(model, ids),
        (OnPick::Line(then), _, Some(Pick::Line(at))) => then(model, at),
        (_, _, Some(Pick::Typed)) => match picker.typed {
            Some(line) => (line.then)(model, picker.filter.value().trim().to_owned()),
            None => Vec::new(),
        },
        _ => Vec::new(),
    });
    effects
}

/// Saves the names of chosen entries that only Trackops has, so that they show later.
fn remember(model: &mut Model, picker: &Picker, chosen: &[u64]) -> Vec<Effect> {
    let Some(list) = picker.list.filter(|list| list.is_live()) else { return Vec::new() };
    let mut effects = Vec::new();
    for line in &picker.lines {
        if let Pick::Id(id) = line.pick
            && chosen.contains(&id)
            && model.catalog.label(list, id) != Some(line.label.as_str())
        {
            let entry = CatalogEntry::new(id, line.label.clone());
            effects.extend(model.change_catalog(CatalogChange::Entry(list, entry)));
        }
    }
    effects
}

/// Adds an id that was just named, and chooses or marks it.
fn named(model: &mut Model, list: List, entry: &CatalogEntry) -> Vec<Effect> {
    let mut effects = model.change_catalog(CatalogChange::Entry(list, entry.clone()));
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else { return effects };
    picker.lines.extend(lines_of(std::slice::from_ref(entry)));
    picker.filter.reset();
    picker.cursor = Some(picker.lines.len().saturating_sub(1));
    if picker.marked.is_some() {
        picker.toggle(entry.id);
    } else {
        effects.extend(accept(model, Some(Pick::Id(entry.id))));
    }
    effects
}
