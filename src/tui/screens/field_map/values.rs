//! Values of a column, each with its count and meaning.

use std::collections::HashSet;

use crate::app::Picked;
use crate::case::{ApiType, Faceted, Fix, MappedValue, SkipRule, normalize};
use crate::engine::Facet;
use crate::text::plural;
use crate::trackops::{CatalogChange, CatalogEntry, List};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::pending::Pending;
use crate::tui::dialogs::id_choice::IdChoice;
use crate::tui::screens::draft::fix::{self, CellEdit, Rows};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::id_text;
use crate::tui::screens::draft::lines::{MapLine, id_field};
use crate::tui::screens::draft::undo;
use crate::tui::screens::field_map::meaning::{ValueRules, mapped_only, meaning_of, recognize};
use crate::tui::screens::field_map::split;
use crate::tui::screens::field_map::state::{Meaning, Values};

/// Opens the values of the column under the cursor of the field map.
pub(crate) fn open_line(model: &mut Model) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let Some(column) = job.line_under().and_then(|line| line.column) else { return Vec::new() };
    let line = job.line;
    open(model, column, Some(line))
}

/// Opens the values of the column under the cursor of Review.
pub(crate) fn open_column(model: &mut Model) -> Vec<Effect> {
    let Some(column) = model.column_under() else { return Vec::new() };
    let Some(job) = &model.job else { return Vec::new() };
    let ids = |line: &MapLine| {
        line.column == Some(column) && job.rule(*line).and_then(|rule| id_field(rule.to)).is_some()
    };
    let line = job.lines().iter().position(ids);
    open(model, column, line)
}

fn open(model: &mut Model, column: usize, line: Option<usize>) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let rule = line.and_then(|line| job.rule_at(line));
    let field = rule.and_then(|rule| id_field(rule.to));
    let line = line.filter(|_| field.is_some());
    model.overlays.push(Overlay::Values(Values {
        column,
        line,
        field,
        client: field.and_then(List::of).and_then(|list| job.only_client(list)),
        facet: Pending::default(),
        names: Pending::default(),
        texts: Vec::new(),
        cursor: 0,
    }));
    ask(model)
}

/// Requests the counts of the column's values in the whole file.
fn ask(model: &mut Model) -> Vec<Effect> {
    let (ticket, names) = (model.ticket(), model.ticket());
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last_mut()) else {
        return Vec::new();
    };
    values.facet.ask(ticket);
    let rule = values.rule(job);
    let list = values.field.is_some_and(|field| field.spec().shape == ApiType::Ids);
    let separator = rule.and_then(|rule| rule.separator.clone());
    let mut effects = vec![Effect::Query(Query::Facet(
        ticket,
        job.import().id,
        Faceted { column: values.column, list, separator },
    ))];
    if let Some(list) = values.field.and_then(List::of).filter(|list| list.is_live())
        && values.names.value().is_none()
    {
        values.names.ask(names);
        effects.push(Effect::Query(Query::Pick(names, list, values.client, false)));
    }
    effects
}

/// Shows the counted values, and maps those that match a name in the account.
pub(crate) fn answered(model: &mut Model, ticket: Ticket, answer: Result<Facet, Sentence>) -> Vec<Effect> {
    let open = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Values(values) if values.facet.awaits(ticket) => Some(values),
        _ => None,
    });
    let (Some(values), Some(job)) = (open, model.job.as_mut()) else { return Vec::new() };
    let facet = match answer {
        Ok(facet) => facet,
        Err(sentence) => {
            values.facet.answer(ticket, Err(sentence));
            return Vec::new();
        }
    };
    let recognized = recognize(job, values, &facet, &model.catalog);
    let under = values.texts.get(values.cursor).map(|(text, _)| text.clone());
    let mut texts = facet.texts.clone();
    texts.extend(mapped_only(job, values, &facet).into_iter().map(|text| (text, 0)));
    let rules = ValueRules::new(job, values);
    texts.sort_by_cached_key(|(text, _)| !rules.is_open(text));
    let last = texts.len().saturating_sub(1);
    let at = texts.iter().position(|(text, _)| Some(text) == under.as_ref());
    values.cursor = at.unwrap_or(values.cursor.min(last));
    values.texts = texts;
    values.facet.answer(ticket, Ok(facet));
    let effects = remember_mapped(model);
    report_matched(model, recognized, effects)
}

/// Applies the list of clients or contacts from Trackops and matches its names. Returns none if the answer belongs
/// elsewhere.
pub(crate) fn listed(
    model: &mut Model,
    ticket: Ticket,
    answer: &Result<Picked, Sentence>,
) -> Option<Vec<Effect>> {
    let values = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Values(values) if values.names.awaits(ticket) => Some(values),
        _ => None,
    })?;
    values.names.answer(ticket, answer.clone());
    let (Some(job), Some(facet)) = (model.job.as_mut(), values.facet.value()) else {
        return Some(Vec::new());
    };
    let recognized = recognize(job, values, facet, &model.catalog);
    let effects = remember_mapped(model);
    Some(report_matched(model, recognized, effects))
}

/// Saves the names of mapped ids that only Trackops' list has, so that they show later.
fn remember_mapped(model: &mut Model) -> Vec<Effect> {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else {
        return Vec::new();
    };
    let (Some(list), Some(rule)) = (values.field.and_then(List::of), values.rule(job)) else {
        return Vec::new();
    };
    let occurring = values.texts.iter().filter(|(_, rows)| *rows > 0);
    let occurring: HashSet<String> = occurring.map(|(text, _)| normalize(text)).collect();
    let mapped = rule.values.iter().filter_map(|(text, value)| match value {
        MappedValue::Id(id)
            if model.catalog.label(list, *id).is_none() && occurring.contains(&normalize(text)) =>
        {
            Some(*id)
        }
        _ => None,
    });
    let new: Vec<CatalogEntry> =
        mapped.filter_map(|id| Some(CatalogEntry::new(id, values.listed_name(id)?.to_owned()))).collect();
    new.into_iter().flat_map(|entry| model.change_catalog(CatalogChange::Entry(list, entry))).collect()
}

fn report_matched(model: &mut Model, recognized: usize, mut effects: Vec<Effect>) -> Vec<Effect> {
    if recognized > 0 {
        model.say(Mood::Good, format!("Matched {} by name.", plural(recognized as u64, "value")));
        effects.extend(model.draft_changed());
    }
    effects
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Values(values)) = model.overlays.last_mut() else { return Vec::new() };
    values.cursor = moved(values.cursor, action, values.texts.len(), page);
    let (column, line, list) = (values.column, values.line, values.field.and_then(List::of));
    let under = values.texts.get(values.cursor).map(|(text, _)| text.clone());
    match (action, under) {
        (Action::Back, _) => _ = model.overlays.pop(),
        (Action::Undo | Action::Redo, _) => {
            let mut effects = undo::step(model, action == Action::Undo);
            effects.extend(ask(model));
            return effects;
        }
        (Action::Clear, Some(text)) => return clear(model, &text),
        (Action::Skip, Some(text)) => return leave_out(model, text),
        (Action::AcceptSuggestion, Some(text)) => return accept_suggestion(model, &text),
        (Action::Accept, Some(text)) => match (line, list) {
            (Some(line), Some(list)) => {
                let client = values.client;
                let title = format!("Match “{}” to", model.displayed(column, &text));
                let title = match client {
                    Some(client) => {
                        format!("{title} a contact of {}", id_text(List::Clients, client, &model.catalog))
                    }
                    None => title,
                };
                let now = id_of(model, line, &text).or_else(|| suggested(model, &text));
                // A private text must not become a name in the catalog.
                let likely = if model.hides(column) { String::new() } else { text.clone() };
                let set = move |model: &mut Model, id| {
                    let effects = set(model, line, &text, Some(MappedValue::Id(id)));
                    go_to_unmapped(model);
                    effects
                };
                let now = now.into_iter().collect();
                let choice = IdChoice { title, list, within: client, now, several: false };
                return choice.one(model, set).for_text(&likely).open(model);
            }
            _ => return ask_fix(model, text),
        },
        (Action::FixAll, Some(text)) => return ask_fix(model, text),
        (Action::Split, _) => split::ask(model),
        _ => {}
    }
    Vec::new()
}

/// Returns the id a value is mapped to.
fn id_of(model: &Model, line: usize, text: &str) -> Option<u64> {
    let job = model.job.as_ref()?;
    match job.rule_at(line)?.match_of(text)? {
        MappedValue::Id(id) => Some(*id),
        MappedValue::Text(_) => None,
    }
}

/// Asks for the value that replaces another one in every row.
fn ask_fix(model: &mut Model, text: String) -> Vec<Effect> {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else {
        return Vec::new();
    };
    let column = values.column;
    let title = format!("“{}”: new value for every “{}”", job.header(column), model.displayed(column, &text));
    let fix =
        Fix { column: job.column_name(values.column), row: None, from: text.clone(), to: String::new() };
    let count = values.texts.get(values.cursor).map(|(_, count)| *count);
    fix::ask(model, CellEdit { title, text, fix, rows: Rows::Known(count) })
}

/// Counts the values again after a change.
pub(crate) fn recount(model: &mut Model) -> Vec<Effect> {
    if matches!(model.overlays.last(), Some(Overlay::Values(_))) { ask(model) } else { Vec::new() }
}

fn leave_out(model: &mut Model, text: String) -> Vec<Effect> {
    let Some(Overlay::Values(values)) = model.overlays.last() else { return Vec::new() };
    let (column, shown) = (values.column, model.displayed(values.column, &text));
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let column = job.column_name(column);
    let out = job.recipe_mut().toggle_skip(SkipRule::Value { column, value: text });
    model.say(
        Mood::Plain,
        format!("Rows with “{shown}” are {}.", if out { "skipped" } else { "included again" }),
    );
    model.draft_changed()
}

fn accept_suggestion(model: &mut Model, text: &str) -> Vec<Effect> {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else {
        return Vec::new();
    };
    let meaning = meaning_of(job, values, text, &model.catalog);
    match (meaning, values.line) {
        (Meaning::Suggested(_, id), Some(line)) => {
            let effects = set(model, line, text, Some(MappedValue::Id(id)));
            go_to_unmapped(model);
            effects
        }
        _ => Vec::new(),
    }
}

/// The id whose name looks like a value, if any does.
fn suggested(model: &Model, text: &str) -> Option<u64> {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else { return None };
    match meaning_of(job, values, text, &model.catalog) {
        Meaning::Suggested(_, id) => Some(id),
        _ => None,
    }
}

/// Moves the cursor to the next unmapped value, or else to the next one.
fn go_to_unmapped(model: &mut Model) {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last_mut()) else { return };
    let rules = ValueRules::new(job, values);
    let is_open = |at: &usize| values.texts.get(*at).is_some_and(|(text, _)| rules.is_open(text));
    let next = (values.cursor..values.texts.len()).find(is_open).or_else(|| (0..values.cursor).find(is_open));
    // Enter again must not change the value just chosen.
    values.cursor = next.unwrap_or_else(|| (values.cursor + 1).min(values.texts.len().saturating_sub(1)));
}

/// Clears a value: it's no longer mapped, replaced or skipped.
fn clear(model: &mut Model, text: &str) -> Vec<Effect> {
    let (Some(job), Some(Overlay::Values(values))) = (model.job.as_mut(), model.overlays.last()) else {
        return Vec::new();
    };
    let (column, line) = (job.column_name(values.column), values.line);
    job.recipe_mut()
        .fixes
        .retain(|fix| !(fix.column == column && fix.row.is_none() && fix.to.trim() == text));
    job.recipe_mut().drop_pointless_fixes();
    let value = SkipRule::Value { column, value: text.to_owned() };
    job.recipe_mut().leave_out.retain(|known| *known != value);
    let mut effects = match line {
        Some(line) => set(model, line, text, None),
        None => model.draft_changed(),
    };
    effects.extend(ask(model));
    effects
}

/// Maps a value of a line, or clears its match.
pub(crate) fn set(model: &mut Model, line: usize, text: &str, value: Option<MappedValue>) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(at) = job.line_at(line) else { return Vec::new() };
    if let Some(rule) = job.rule_mut(at) {
        rule.values.retain(|known, _| normalize(known) != normalize(text));
        if let Some(value) = value {
            rule.values.insert(text.to_owned(), value);
        }
    }
    model.draft_changed()
}

/// Whether the column under the cursor of the field map is in the file.
pub(crate) fn has_column(job: &Job) -> bool {
    job.line_under().is_some_and(|line| line.column.is_some())
}

/// Returns the number of unmapped values, and how often they occur.
pub(crate) fn count_unmapped(job: &Job, values: &Values) -> (usize, u64) {
    let rules = ValueRules::new(job, values);
    let open = values.texts.iter().filter(|(text, _)| rules.is_open(text));
    open.fold((0, 0), |(texts, rows), (_, count)| (texts + 1, rows + count))
}

/// Whether an action works on the value under the cursor.
pub(crate) fn availability(action: Action, model: &Model, values: &Values) -> Result<(), String> {
    let (Some(job), Some((text, _))) = (&model.job, values.texts.get(values.cursor)) else { return Ok(()) };
    let list = values.field.is_some_and(|field| field.spec().shape == ApiType::Ids);
    match (action, meaning_of(job, values, text, &model.catalog)) {
        (Action::Accept | Action::FixAll | Action::AcceptSuggestion, Meaning::Skipped) => {
            let text = model.displayed(values.column, text);
            Err(format!("Rows with “{text}” are skipped. Press x to include them."))
        }
        (Action::FixAll, _) if list => {
            Err("Values of a list can't be replaced. Press Enter to choose an id.".to_owned())
        }
        (Action::AcceptSuggestion, Meaning::Suggested(..)) => Ok(()),
        (Action::AcceptSuggestion, _) => Err("No suggestion for this value.".to_owned()),
        (Action::Clear, Meaning::Unmapped | Meaning::Suggested(..) | Meaning::Id) => {
            Err("Nothing to clear for this value.".to_owned())
        }
        (Action::Clear, Meaning::Unchanged(from)) if from.is_empty() => {
            Err("Nothing to clear for this value.".to_owned())
        }
        (Action::Undo | Action::Redo, _) => undo::availability(action, model),
        _ => Ok(()),
    }
}
