//! Values of a column whose texts must become ids: each text, and what it stands for.

use crate::case::{CaseField, MappedValue, Shape, split_list};
use crate::trackops::List;
use crate::tui::action::Action;
use crate::tui::model::{Model, Mood, Overlay, moved};
use crate::tui::msg::Effect;

use super::field_map;
use super::job::Job;
use super::picker::{self, Purpose};

/// The texts of one column.
#[derive(Debug)]
pub(crate) struct Values {
    /// The line of the field map.
    pub(crate) line: usize,
    pub(crate) field: CaseField,
    pub(crate) texts: Vec<String>,
    pub(crate) cursor: usize,
}

/// The texts among the samples, split as the column is, and those the rule maps already.
fn texts(job: &Job, line: usize) -> Vec<String> {
    let Some(at) = job.lines().get(line).copied() else { return Vec::new() };
    let Some(rule) = job.rule(at) else { return Vec::new() };
    let several = field_map::id_field(rule.to).is_some_and(|field| field.spec().shape == Shape::Ids);
    let mut texts: Vec<String> = rule.values.keys().cloned().collect();
    for cell in at.column.map(|column| job.texts(column, usize::MAX)).unwrap_or_default() {
        // An empty separator is none: the cell is one text.
        let separator = if several { rule.separator.as_deref() } else { Some("") };
        for part in split_list(cell, separator) {
            if texts.iter().all(|known| known.to_lowercase() != part.to_lowercase()) {
                texts.push(part.to_owned());
            }
        }
    }
    texts
}

/// Opens the list, and first maps every text that is exactly a name of the account.
pub(crate) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let line = job.line;
    let Some(at) = field_map::under(job) else { return Vec::new() };
    let Some(field) = job.rule(at).and_then(|rule| field_map::id_field(rule.to)) else { return Vec::new() };
    let texts = texts(job, line);
    let mut matched = 0;
    if let (Some(list), Some(rule)) = (List::of(field), job.rule_mut(at)) {
        for text in &texts {
            let entry =
                model.catalog.entries(list).iter().find(|e| e.label.to_lowercase() == text.to_lowercase());
            if let (Some(entry), false) = (entry, rule.values.contains_key(text)) {
                rule.values.insert(text.clone(), MappedValue::Id(entry.id));
                matched += 1;
            }
        }
    }
    model.overlays.push(Overlay::Values(Values { line, field, texts, cursor: 0 }));
    if matched == 0 {
        return Vec::new();
    }
    model.status = Some((Mood::Good, format!("names of the account that were recognized: {matched}")));
    model.job.as_mut().map(Job::changed).unwrap_or_default()
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(Overlay::Values(values)) = model.overlays.last_mut() else { return Vec::new() };
    values.cursor = moved(values.cursor, action, values.texts.len(), page);
    let (line, field) = (values.line, values.field);
    let under = values.texts.get(values.cursor).cloned();
    match (action, under, List::of(field)) {
        (Action::Back, ..) => _ = model.overlays.pop(),
        (Action::Clear, Some(text), _) => return set(model, line, &text, None),
        (Action::Accept, Some(text), Some(list)) => {
            let title = format!("“{text}” stands for");
            return picker::open_ids(model, title, Purpose::Value(line, text), list, None, None);
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn set(model: &mut Model, line: usize, text: &str, value: Option<MappedValue>) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(at) = job.lines().get(line).copied() else { return Vec::new() };
    if let Some(rule) = job.rule_mut(at) {
        match value {
            Some(value) => _ = rule.values.insert(text.to_owned(), value),
            None => _ = rule.values.remove(text),
        }
    }
    job.changed()
}
