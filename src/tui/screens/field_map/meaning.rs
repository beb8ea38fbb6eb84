//! What the values of a column mean: names of the account, ids, or texts.

use std::collections::HashSet;

use crate::case::{LabelMatch, MappedValue, SkipRule, match_label, normalize};
use crate::engine::Facet;
use crate::trackops::{Catalog, List};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::mapped_text;
use crate::tui::screens::field_map::state::{Meaning, Values};

/// Maps values that are surely names in the account. Returns their number.
pub(super) fn recognize(job: &mut Job, values: &Values, facet: &Facet, catalog: &Catalog) -> usize {
    let rules = ValueRules::new(job, values);
    let open = facet.texts.iter().map(|(text, _)| text).filter(|text| rules.is_open(text));
    let sure: Vec<(String, u64)> = open
        .filter_map(|text| Some((text.clone(), meaning(values, text, catalog).filter(|m| m.sure)?.id)))
        .collect();
    let line = values.line.and_then(|line| job.line_at(line));
    let rule = line.and_then(|line| line.rule).and_then(|at| job.recipe_mut().columns.get_mut(at));
    // The rule stays a guess, if it is one.
    let Some(rule) = rule else { return 0 };
    let count = sure.len();
    rule.values.extend(sure.into_iter().map(|(text, id)| (text, MappedValue::Id(id))));
    count
}

/// Returns values that are in the value map but not in the file.
pub(super) fn mapped_only(job: &Job, values: &Values, facet: &Facet) -> Vec<String> {
    let Some(rule) = values.rule(job) else { return Vec::new() };
    let occurring: HashSet<String> = facet.texts.iter().map(|(text, _)| normalize(text)).collect();
    rule.values.keys().filter(|known| !occurring.contains(&normalize(known))).cloned().collect()
}

/// Returns the account's name that a value means. Contacts are those of the client, if it is known and Trackops lists
/// them: the catalog doesn't know whose its contacts are.
fn meaning<'c>(values: &'c Values, text: &str, catalog: &'c Catalog) -> Option<LabelMatch<'c>> {
    let narrowed = values.client.is_some() && values.names.failure().is_none();
    let known = if narrowed { &[] } else { catalog.entries(List::of(values.field?)?) };
    let listed = values.names.value().into_iter().flat_map(|names| &names.entries);
    let listed = listed.filter(|entry| known.iter().all(|other| other.id != entry.id));
    match_label(text, known.iter().chain(listed).map(|entry| (entry.label.as_str(), entry.id)))
}

fn is_id(text: &str) -> bool {
    text.trim().parse::<u64>().is_ok_and(|id| id > 0)
}

/// What a recipe says about the values of a column, to tell the unmapped ones among many. Whether a name in the account
/// looks like a value makes no difference to that, and takes longest to find out.
pub(super) struct ValueRules {
    has_ids: bool,
    /// Values that are mapped or skipped, normalized.
    settled: HashSet<String>,
}

impl ValueRules {
    pub(super) fn new(job: &Job, values: &Values) -> Self {
        let column = job.column_name(values.column);
        let skipped = job.recipe().leave_out.iter().filter_map(|of| match of {
            SkipRule::Value { column: of, value } if *of == column => Some(value),
            _ => None,
        });
        let mapped = values.rule(job).into_iter().flat_map(|rule| rule.values.keys());
        let settled = skipped.chain(mapped).map(|text| normalize(text)).collect();
        Self { has_ids: values.field.is_some(), settled }
    }

    /// Returns whether rows with a value can't be sent.
    pub(super) fn is_open(&self, text: &str) -> bool {
        self.has_ids && !is_id(text) && !self.settled.contains(&normalize(text))
    }
}

/// Returns the current meaning of a value.
pub(super) fn meaning_of(job: &Job, values: &Values, text: &str, catalog: &Catalog) -> Meaning {
    let column = job.column_name(values.column);
    if job.recipe().leave_out.iter().any(|of| of.skips(&column, text)) {
        return Meaning::Skipped;
    }
    match (values.rule(job).and_then(|rule| rule.match_of(text)), values.field) {
        (Some(value), field) => {
            let listed = match value {
                MappedValue::Id(id) => values.listed_name(*id).map(|name| format!("{name} ({id})")),
                MappedValue::Text(_) => None,
            };
            Meaning::Mapped(listed.unwrap_or_else(|| mapped_text(value, field.and_then(List::of), catalog)))
        }
        (None, Some(_)) if is_id(text) => Meaning::Id,
        (None, Some(_)) => match meaning(values, text, catalog) {
            Some(meant) => Meaning::Suggested(meant.label.to_owned(), meant.id),
            None => Meaning::Unmapped,
        },
        (None, None) => {
            let fixes = job.recipe().fixes.iter().filter(|fix| fix.column == column && fix.row.is_none());
            Meaning::Unchanged(
                fixes.filter(|fix| fix.to.trim() == text).map(|fix| fix.from.clone()).collect(),
            )
        }
    }
}
