//! Actions of the catalog.

use crate::app::Picked;
use crate::case::CustomField;
use crate::text::plural;
use crate::trackops::{Catalog, CatalogChange, CatalogEntry, List, Merged};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::pending::Pending;
use crate::tui::core::place::Screen;
use crate::tui::dialogs::{Accepted, Choice, Confirm, Picker, Prompt, picker, prompt};
use crate::tui::screens::catalog::declare;
use crate::tui::screens::catalog::state::{CatalogView, Tab};

fn entry(model: &Model) -> Option<&CatalogEntry> {
    model.lists.entries(&model.catalog).get(model.lists.cursor)
}

fn field(model: &Model) -> Option<&CustomField> {
    match model.lists.tab() {
        Tab::Fields => model.catalog.fields.get(model.lists.cursor),
        _ => None,
    }
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let tab = model.lists.tab();
    let empty = model.lists.len(&model.catalog) == 0;
    let read_only = |what: &str| {
        Err(format!("{what} come from Trackops and can't be changed here. Press Ctrl-R to refresh."))
    };
    match (action, tab) {
        (Action::Refresh, Tab::FromTrackops(_) | Tab::Fields) => Ok(()),
        (Action::Refresh, _) => {
            Err("This list can't be refreshed. Press L to learn names from the newest cases.".to_owned())
        }
        (Action::New | Action::Accept | Action::Skip | Action::Clear, Tab::FromTrackops(list)) => {
            read_only(list.title())
        }
        (Action::Skip, Tab::Fields) => {
            Err("Fields can't be marked as deleted. Press Del to remove one.".to_owned())
        }
        (Action::Format, Tab::Own(List::CaseTypes)) if !empty => Ok(()),
        (Action::Format, _) => {
            Err("Only case types have references. Press Tab to go to their list.".to_owned())
        }
        (Action::Accept | Action::Skip | Action::Clear | Action::Filter, _) if empty => {
            Err("The list is empty. Press n to add an entry.".to_owned())
        }
        _ => Ok(()),
    }
}

/// Shows the catalog of the account in use.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let came_from = (model.screen != Screen::Imports).then_some(model.screen);
    model.screen = Screen::Catalog;
    model.lists = CatalogView { came_from, ..CatalogView::default() };
    Vec::new()
}

/// Shows a list of the catalog.
pub(crate) fn open_at(model: &mut Model, list: List) -> Vec<Effect> {
    open(model);
    let is_it = |tab: &Tab| matches!(tab, Tab::Own(of) | Tab::FromTrackops(of) if *of == list);
    model.lists.at = Tab::ALL.iter().position(is_it).unwrap_or(0);
    read(model, false)
}

fn show_tab(model: &mut Model, forward: bool) -> Vec<Effect> {
    let count = Tab::ALL.len();
    let view = &mut model.lists;
    view.at = (view.at + if forward { 1 } else { count - 1 }) % count;
    (view.cursor, view.live) = (0, Pending::default());
    read(model, false)
}

/// Requests the list from Trackops, if one of those is shown.
fn read(model: &mut Model, anew: bool) -> Vec<Effect> {
    let Tab::FromTrackops(list) = model.lists.tab() else { return Vec::new() };
    let ticket = model.ticket();
    model.lists.live.ask(ticket);
    vec![Effect::Query(Query::Pick(ticket, list, None, anew))]
}

/// Shows a list from Trackops.
pub(crate) fn listed(model: &mut Model, ticket: Ticket, answer: Result<Picked, Sentence>) {
    let view = &mut model.lists;
    if view.live.answer(ticket, answer) {
        view.cursor = view.cursor.min(view.len(&model.catalog).saturating_sub(1));
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let len = model.lists.len(&model.catalog);
    model.lists.cursor = moved(model.lists.cursor, action, len, model.page());
    match action {
        Action::Back => match model.lists.came_from {
            Some(step) => model.screen = step,
            None => return model.go(Goto::Imports),
        },
        Action::Next | Action::Right => return show_tab(model, true),
        Action::Previous | Action::Left => return show_tab(model, false),
        Action::Refresh if model.lists.tab() == Tab::Fields => return learn(model),
        Action::Refresh => return read(model, true),
        Action::New => return new(model),
        Action::Accept => return edit(model),
        Action::Skip => return mark(model),
        Action::Clear => ask_to_remove(model),
        Action::Format => return ask_references(model),
        Action::Filter => return find(model),
        Action::Learn => return learn(model),
        Action::Import => return import(model),
        Action::Export => return export(model),
        _ => {}
    }
    Vec::new()
}

/// Loads the custom fields, and names from the newest cases.
fn learn(model: &mut Model) -> Vec<Effect> {
    let ticket = model.wait_for("Loading custom fields and the newest cases");
    vec![Effect::Change(DataChange::Learn(ticket))]
}

fn new(model: &mut Model) -> Vec<Effect> {
    match model.lists.tab() {
        Tab::Own(list) => {
            let title = format!("{}: add an entry", list.title());
            let hint = "Id and name, such as 12 Surveillance. Ids are in the Trackops settings.";
            Prompt::new(title, "", hint, move |model, text| typed(model, list, &text)).open(model)
        }
        Tab::Fields => declare::open(model, String::new(), |_, _| Vec::new()),
        Tab::FromTrackops(_) => Vec::new(),
    }
}

fn edit(model: &mut Model) -> Vec<Effect> {
    if let Some(field) = field(model).cloned() {
        return declare::again(model, &field);
    }
    let (Tab::Own(list), Some(CatalogEntry { id, label, .. })) = (model.lists.tab(), entry(model).cloned())
    else {
        return Vec::new();
    };
    let title = format!("{} {id}: rename", list.title());
    let rename = move |model: &mut Model, name| Accepted::Done(renamed(model, list, id, name));
    Prompt::new(title, label, "The id doesn't change.", rename).open(model)
}

/// Marks an entry as deleted in Trackops, or unmarks it.
fn mark(model: &mut Model) -> Vec<Effect> {
    let (Tab::Own(list), Some(entry)) = (model.lists.tab(), entry(model).cloned()) else {
        return Vec::new();
    };
    let deleted = !entry.deleted;
    let text = if deleted {
        format!("{} is marked as deleted. Rows using it won't be sent. x removes the mark.", entry.label)
    } else {
        format!("{} is no longer marked as deleted.", entry.label)
    };
    model.say(Mood::Good, text);
    model.change_catalog(CatalogChange::Entry(list, CatalogEntry { deleted, ..entry }))
}

fn ask_to_remove(model: &mut Model) {
    let (what, then) = match (model.lists.tab(), entry(model), field(model)) {
        (Tab::Own(list), Some(entry), _) => {
            (format!("{} ({})", entry.label, entry.id), CatalogChange::Remove(list, entry.id))
        }
        (_, _, Some(field)) => {
            (format!("{} ({})", field.label, field.key), CatalogChange::RemoveField(field.key))
        }
        _ => return,
    };
    let question = format!(
        "Remove {what} from the catalog? Recipes and earlier imports keep the id but lose its name. If it was deleted in \
         Trackops, mark it with x instead."
    );
    Confirm::new("Remove from catalog?", question, |model| model.change_catalog(then)).open(model);
}

fn ask_references(model: &mut Model) -> Vec<Effect> {
    let Some(CatalogEntry { id, label, .. }) = entry(model).cloned() else { return Vec::new() };
    let now = model.catalog.references.get(&id.to_string()).map(|labels| labels.join("; "));
    let title = format!("{label}: names of its three references");
    let hint = "Such as Claim #; Policy #. Leave unused ones empty.";
    let named = move |model: &mut Model, text: String| references(model, id, &text);
    Prompt::new(title, now.unwrap_or_default(), hint, named).or_empty().unselected().open(model)
}

/// Opens a list to find an entry by name and go to it.
fn find(model: &mut Model) -> Vec<Effect> {
    let choices = if model.lists.tab() == Tab::Fields {
        let fields = model.catalog.fields.iter().enumerate();
        fields.map(|(at, field)| Choice::new(at, field.label.as_str(), field.key.to_string())).collect()
    } else {
        let entries = model.lists.entries(&model.catalog).iter().enumerate();
        entries.map(|(at, entry)| Choice::new(at, entry.label.as_str(), entry.id.to_string())).collect()
    };
    let go_to = |model: &mut Model, at| {
        model.lists.cursor = at;
        Vec::new()
    };
    Picker::new(format!("{}: find", model.lists.tab().title()), choices, go_to).open(model)
}

/// Asks for the catalog file to import. The prompt stays until the file is read, so a wrong path can be corrected.
fn import(model: &mut Model) -> Vec<Effect> {
    let read = |model: &mut Model, path: String| {
        let ticket = model.wait_for("Reading the file");
        let change = DataChange::ImportCatalog(ticket, path.into());
        Accepted::Waiting(ticket, vec![Effect::Change(change)])
    };
    let hint = "A file exported with w, yours or a colleague's. Its names replace yours.";
    Prompt::new("Import a catalog file", "", hint, read).open(model)
}

/// Asks for the file to export the catalog to.
fn export(model: &mut Model) -> Vec<Effect> {
    let name = model.who.as_ref().map_or("caseload", |who| who.name.as_str());
    let file = format!("{name}.catalog.toml");
    let write = |model: &mut Model, path: String| {
        let ticket = model.ticket();
        Accepted::Waiting(ticket, vec![Effect::Query(Query::ExportCatalog(ticket, path.into()))])
    };
    Prompt::new(
        "Export the catalog to a file",
        file,
        crate::tui::screens::processing::export::NEW_FILE,
        write,
    )
    .open_for_new_file(model)
}

/// Parses a new entry, with the id before or after the name.
pub(crate) fn read_entry(text: &str) -> Option<CatalogEntry> {
    let separators = [' ', ',', ';', '\t', ':', '='];
    let id = |text: &str| text.trim().parse::<u64>().ok().filter(|id| *id > 0);
    let (first, rest) = text.trim().split_once(separators)?;
    let (start, last) = text.trim().rsplit_once(separators)?;
    let (id, label) = id(first).map(|id| (id, rest)).or_else(|| id(last).map(|id| (id, start)))?;
    let label = label.trim_matches(separators);
    (!label.is_empty()).then(|| CatalogEntry::new(id, label))
}

/// Adds a typed entry and asks for the next one, or reports what is wrong with it.
fn typed(model: &mut Model, list: List, text: &str) -> Accepted {
    let Some(entry) = read_entry(text) else {
        return Accepted::Wrong("Enter an id and a name, such as 12 Surveillance.".to_owned());
    };
    if let Some(label) = model.catalog.label(list, entry.id) {
        let id = entry.id;
        return Accepted::Wrong(format!(
            "{id} is already “{label}”. To rename it, press Esc, then Enter on it."
        ));
    }
    model.say(Mood::Good, format!("Added {} ({}). Enter the next one, or press Esc.", entry.label, entry.id));
    let effects = model.change_catalog(CatalogChange::Entry(list, entry));
    model.lists.cursor = model.lists.len(&model.catalog).saturating_sub(1);
    Accepted::Again(effects)
}

/// Renames an entry.
fn renamed(model: &mut Model, list: List, id: u64, label: String) -> Vec<Effect> {
    let deleted = model.catalog.entries(list).iter().any(|entry| entry.id == id && entry.deleted);
    model.change_catalog(CatalogChange::Entry(list, CatalogEntry { id, label, deleted }))
}

/// Sets the names of a case type's references.
fn references(model: &mut Model, case_type: u64, text: &str) -> Accepted {
    let mut labels = text.split(';').map(|label| label.trim().to_owned());
    let three = [(); 3].map(|()| labels.next().unwrap_or_default());
    if labels.next().is_some() {
        let error = "A case type has three references at most, such as Claim #; Policy #; Employer #.";
        return Accepted::Wrong(error.to_owned());
    }
    Accepted::Done(model.change_catalog(CatalogChange::References(case_type, three)))
}

/// Handles learned or imported names.
pub(crate) fn merged(model: &mut Model, ticket: Ticket, answer: Result<(Merged, Catalog), Sentence>) {
    match answer {
        Ok((merged, catalog)) => {
            prompt::close(model, ticket);
            model.catalog = catalog;
            picker::refresh(model);
            let Merged { new, same, changed } = merged;
            let text = match (new, changed.len(), same) {
                (0, 0, 0) => {
                    let text = "No names found. Type them in, or import a colleague's catalog file.";
                    return model.say(Mood::Plain, text);
                }
                (new, 0, same) => format!("{new} new, {same} unchanged."),
                (new, others, same) => {
                    let first = changed.first().map_or("", String::as_str);
                    format!("{new} new, {same} unchanged, {} changed: {first}", plural(others as u64, "name"))
                }
            };
            model.say(Mood::Good, text);
        }
        Err(sentence) => prompt::fail(model, ticket, sentence),
    }
}
