//! Ids of the values in the first rows: all the field map knows before the whole file is read.

use std::collections::BTreeSet;

use crate::case::{ApiType, Fix, MappedValue, match_label, normalize, split_list};
use crate::trackops::{Catalog, List};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::lines::{MapLine, id_field};

/// Maps values that are names in the account, in a line without a value map.
pub(crate) fn recognize(job: &mut Job, line: MapLine, catalog: &Catalog) {
    let Some(rule) = job.rule(line).filter(|rule| rule.values.is_empty()) else { return };
    let Some(list) = id_field(rule.to).and_then(List::of) else { return };
    let sure = surely_named(texts(job, line, catalog), list, catalog);
    if let Some(rule) = job.rule_mut(line) {
        rule.values.extend(sure);
    }
}

/// Maps values of a line without a match that are names in the account by now. Returns their number.
pub(crate) fn recognize_open(job: &mut Job, line: MapLine, catalog: &Catalog) -> usize {
    let list = job.rule(line).and_then(|rule| id_field(rule.to)).and_then(List::of);
    let (Some(list), Some(at)) = (list, line.rule) else { return 0 };
    let sure = surely_named(open_texts(job, line, catalog), list, catalog);
    let count = sure.len();
    // The rule stays a guess, if it is one.
    if let Some(rule) = job.recipe_mut().columns.get_mut(at) {
        rule.values.extend(sure);
    }
    count
}

/// Returns the values that are surely names in the account, with their ids.
fn surely_named(texts: Vec<&str>, list: List, catalog: &Catalog) -> Vec<(String, MappedValue)> {
    let entries = || catalog.entries(list).iter().map(|entry| (entry.label.as_str(), entry.id));
    let id_of = |text: &str| match_label(text, entries()).filter(|meant| meant.sure).map(|meant| meant.id);
    let named = |text: &str| Some((text.to_owned(), MappedValue::Id(id_of(text)?)));
    texts.into_iter().filter_map(named).collect()
}

/// Returns the number of different unmapped values in the first rows.
pub(crate) fn open(job: &Job, line: MapLine, catalog: &Catalog) -> usize {
    open_texts(job, line, catalog).len()
}

/// Returns the different unmapped values in the first rows.
fn open_texts<'j>(job: &'j Job, line: MapLine, catalog: &Catalog) -> Vec<&'j str> {
    let (Some(column), Some(rule)) = (line.column, job.rule(line)) else { return Vec::new() };
    let name = job.column_name(column);
    let fixed = |fix: &Fix, text: &str| {
        fix.column == name && fix.row.is_none() && normalize(&fix.from) == normalize(text)
    };
    let settled = |text: &str| {
        text.parse::<u64>().is_ok_and(|id| id > 0)
            || rule.match_of(text).is_some()
            || job.recipe().leave_out.iter().any(|of| of.skips(&name, text))
            || job.recipe().fixes.iter().any(|fix| fixed(fix, text))
    };
    let mut known = BTreeSet::new();
    let open = texts(job, line, catalog).into_iter().filter(|text| !settled(text));
    open.filter(|text| known.insert(text.to_lowercase())).collect()
}

/// Returns the number of different values in the first rows that are matched to an id or a text. The value map itself may
/// have more: it also has those of earlier files.
pub(crate) fn matched(job: &Job, line: MapLine, catalog: &Catalog) -> usize {
    let Some(rule) = job.rule(line) else { return 0 };
    let known: BTreeSet<String> = rule.values.keys().map(|known| normalize(known)).collect();
    let texts = texts(job, line, catalog).into_iter().map(normalize);
    texts.filter(|text| known.contains(text)).collect::<BTreeSet<_>>().len()
}

/// Returns the values of a line of ids; empty for other lines.
fn texts<'j>(job: &'j Job, line: MapLine, catalog: &Catalog) -> Vec<&'j str> {
    let (Some(column), Some(rule)) = (line.column, job.rule(line)) else { return Vec::new() };
    let cells = job.texts(column, usize::MAX).into_iter();
    match job.shape(rule.to, catalog) {
        Some(ApiType::Ids) => cells.flat_map(|cell| split_list(cell, rule.separator.as_deref())).collect(),
        Some(ApiType::Id) => cells.collect(),
        _ => Vec::new(),
    }
}

/// Returns a `+` for numbers that count only the first rows of a longer file.
pub(crate) fn more(job: &Job) -> &'static str {
    if job.rows() > job.samples().len() as u64 { "+" } else { "" }
}
