//! What the values of a column mean: names of the account, ids, or texts.

use crate::case::{LabelMatch, MappedValue, SkipRule, match_label, normalize};
use crate::engine::Facet;
use crate::trackops::{Catalog, List};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::mapped_text;
use crate::tui::screens::field_map::state::{Meaning, Values};

/// Maps values that are surely names in the account. Returns their number.
pub(super) fn recognize(job: &mut Job, values: &Values, facet: &Facet, catalog: &Catalog) -> usize {
    let sure: Vec<(String, u64)> = facet
        .texts
        .iter()
        .filter(|(text, _)| matches!(meaning_of(job, values, text, catalog), Meaning::Suggested(..)))
        .filter_map(|(text, _)| Some((text.clone(), meaning(values, text, catalog).filter(|m| m.sure)?.id)))
        .collect();
    let line = values.line.and_then(|line| job.lines().get(line).copied());
    let rule = line.and_then(|line| line.rule).and_then(|at| job.recipe_mut().columns.get_mut(at));
    // The rule stays a guess, if it is one.
    let Some(rule) = rule else { return 0 };
    let count = sure.len();
    rule.values.extend(sure.into_iter().map(|(text, id)| (text, MappedValue::Id(id))));
    count
}

/// Returns values that are in the value map but not in the file.
pub(super) fn mapped_only(job: &Job, values: &Values, facet: &Facet) -> Vec<String> {
    let line = values.line.and_then(|line| job.lines().get(line).copied());
    let Some(rule) = line.and_then(|line| job.rule(line)) else { return Vec::new() };
    let occurs = |known: &&String| facet.texts.iter().any(|(text, _)| normalize(text) == normalize(known));
    rule.values.keys().filter(|known| !occurs(known)).cloned().collect()
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

/// Returns the current meaning of a value.
pub(super) fn meaning_of(job: &Job, values: &Values, text: &str, catalog: &Catalog) -> Meaning {
    let column = job.column_name(values.column);
    let same = |known: &str| normalize(known) == normalize(text);
    let left_out = |leave_out: &SkipRule| match leave_out {
        SkipRule::Value { column: of, value } => *of == column && same(value),
        SkipRule::Row(_) => false,
    };
    if job.recipe().leave_out.iter().any(left_out) {
        return Meaning::Skipped;
    }
    let line = values.line.and_then(|line| job.lines().get(line).copied());
    let rule = line.and_then(|line| job.rule(line));
    let mapped = rule.and_then(|rule| rule.values.iter().find(|(known, _)| same(known)));
    match (mapped, values.field) {
        (Some((_, value)), field) => {
            let listed = match value {
                MappedValue::Id(id) => values.listed_name(*id).map(|name| format!("{name} ({id})")),
                MappedValue::Text(_) => None,
            };
            Meaning::Mapped(listed.unwrap_or_else(|| mapped_text(value, field.and_then(List::of), catalog)))
        }
        (None, Some(_)) if text.trim().parse::<u64>().is_ok_and(|id| id > 0) => Meaning::Id,
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
