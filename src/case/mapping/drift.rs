//! Differences between a new file and earlier imports of the same format.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::changes::SkipRule;
use super::column_ref::ColumnNames;
use super::field::Target;
use super::recipe::{ColumnRule, Recipe};
use crate::case::mapping::guess::vocabulary::words;
use crate::case::mapping::guess::{means_another, means_the_same, misfits};
use crate::case::values::date::{DateOrder, DateProfile, OrderDoubt};
use crate::case::values::kind::ApiType;
use crate::case::values::value::Faceted;
use crate::case::values::words::{normalize, similarity};
use crate::sheet::{Column, Row};
use crate::text::plural;

/// The import to compare with.
#[derive(Debug, Clone, Copy)]
pub struct EarlierFile<'a> {
    /// Its recipe.
    pub recipe: &'a Recipe,
    /// Columns of its file; empty if not known.
    pub columns: &'a [Column],
    /// Number of rows of its file.
    pub rows: u64,
    /// Usual number of rows in files of the format; `None` if too few were imported.
    pub usual_rows: Option<u64>,
}

/// The new file.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// Columns of the file.
    pub columns: &'a [Column],
    /// Number of rows.
    pub rows: u64,
    /// Distinct values with their counts, by column (from 0) with a value map.
    pub texts: &'a BTreeMap<usize, Vec<(String, u64)>>,
    /// Profiles of the date columns (from 0).
    pub orders: &'a BTreeMap<usize, DateProfile>,
    /// First rows of the file; empty to compare no contents.
    pub first_rows: &'a [Row],
}

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// A new column.
    New(String),
    /// A missing column, and the field it was mapped to.
    Gone(String, Target),
    /// A column that seems to be renamed.
    Renamed {
        /// Its name before.
        from: String,
        /// Its name now.
        to: String,
        /// Reason for the assumption.
        why: &'static str,
        /// Fields it was mapped to.
        fields: Vec<Target>,
    },
    /// Columns that moved.
    Moved(Vec<String>),
    /// A rule for a column by number that has another header now.
    Renumbered {
        /// The number, as the rule has it: `#3`.
        number: String,
        /// The header before.
        was: String,
        /// The header now.
        is: String,
        /// The field it was mapped to.
        field: Target,
    },
    /// Unmapped values of a column, with their counts.
    NewValues(String, Vec<(String, u64)>),
    /// A column that is filled far more or far less: percentages before and now.
    Fill(String, u64, u64),
    /// A column whose cells don't look like its field.
    Content {
        /// The column.
        header: String,
        /// What the cells should be: “phone numbers”.
        what: &'static str,
        /// The fields it was mapped to.
        fields: Vec<Target>,
    },
    /// Far more or far fewer rows than usual: the usual number and the number now.
    Rows(u64, u64),
    /// Another footer: its number of rows before and now.
    Footer(u64, u64),
    /// Dates in another order.
    Order {
        /// Description, a whole sentence.
        told: String,
        /// The only order that fits, if there is one.
        only: Option<DateOrder>,
    },
}

impl Drift {
    /// Returns the word for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::New(_) => "column.new",
            Self::Gone(..) => "column.gone",
            Self::Renamed { .. } => "column.renamed",
            Self::Moved(_) => "column.moved",
            Self::Renumbered { .. } => "column.renumbered",
            Self::NewValues(..) => "values.new",
            Self::Fill(..) => "fill.changed",
            Self::Content { .. } => "content.changed",
            Self::Rows(..) => "rows.unusual",
            Self::Footer(..) => "footer.changed",
            Self::Order { .. } => "dates.order",
        }
    }

    /// Returns how certain it is that a renamed column is the same one: little if only its place says so.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        match self {
            Self::Renamed { from, to, .. } => {
                let before = words(from);
                let has_common = words(to).iter().any(|word| before.contains(word));
                if has_common || means_the_same(from, to) { 0.85 } else { 0.55 }
            }
            _ => 1.0,
        }
    }

    /// Returns why a rule that was kept in spite of the difference may be wrong.
    fn doubt_about(&self, rule: &ColumnRule) -> Option<String> {
        let is_of = |name: &String| rule.from.trim() == name;
        match self {
            Self::Renamed { from, to, why, fields } if is_of(to) && fields.contains(&rule.to) => {
                Some(format!("“{to}” has the field of “{from}”, because {why}"))
            }
            Self::Renumbered { number, was, is, field } if is_of(number) && *field == rule.to => {
                Some(format!("“{is}” has the field of “{was}”, because it is column {number} now"))
            }
            Self::Content { header, what, fields } if is_of(header) && fields.contains(&rule.to) => {
                Some(format!("“{header}” has the same field as before, but its values aren't {what}"))
            }
            _ => None,
        }
    }

    /// Describes the difference in a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::New(header) => format!("“{header}” is a new column"),
            Self::Gone(header, Target::Ignore) => format!("“{header}” is gone; it was ignored"),
            Self::Gone(header, to) => format!("“{header}” is gone; it was mapped to {to}"),
            Self::Renamed { from, to, why, .. } => format!("“{from}” seems to be named “{to}” now: {why}"),
            Self::Moved(headers) => {
                format!("“{}” moved; columns are found by name", headers.join("”, “"))
            }
            Self::Renumbered { number, was, is, .. } => {
                format!("column {number} was “{was}” and is now “{is}”; check its mapping")
            }
            Self::NewValues(header, texts) => {
                let named: Vec<String> = texts
                    .iter()
                    .take(MAX_NAMED)
                    .map(|(text, count)| format!("“{text}” ({count} ×)"))
                    .collect();
                let more = texts.len().saturating_sub(MAX_NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("“{header}” has unmapped values: {}{more}", named.join(", "))
            }
            Self::Fill(header, before, now) => {
                format!("“{header}” is filled in {now}% of the rows; before, it was {before}%")
            }
            Self::Content { header, what, .. } => {
                format!("the values of “{header}” aren't {what}; check its mapping")
            }
            Self::Rows(usual, now) => format!("{} instead of the usual {usual}", plural(*now, "row")),
            Self::Footer(was, 0) => {
                format!("no footer was found; the previous file's footer had {}", plural(*was, "row"))
            }
            Self::Footer(was, is) => {
                let (is, was) = (plural(*is, "row"), plural(*was, "row"));
                format!("a footer of {is} is excluded; the previous file's footer had {was}")
            }
            Self::Order { told: description, .. } => description.clone(),
        }
    }
}

/// Returns the rules (by index) that were kept from the earlier import although their column may be another one now,
/// each with the reason. Rules that the user set aren't among them.
#[must_use]
pub fn mapping_doubts(recipe: &Recipe, drift: &[Drift]) -> Vec<(usize, String)> {
    let may_doubt = |found: &&Drift| {
        matches!(found, Drift::Renamed { .. } | Drift::Renumbered { .. } | Drift::Content { .. })
    };
    // Other differences may be as many as the rules.
    let drift: Vec<&Drift> = drift.iter().filter(may_doubt).collect();
    let open = |rule: &ColumnRule| rule.to != Target::Ignore && !rule.by_hand;
    let rules = recipe.columns.iter().enumerate().filter(|(_, rule)| open(rule));
    rules
        .filter_map(|(at, rule)| Some((at, drift.iter().find_map(|found| found.doubt_about(rule))?)))
        .collect()
}

/// Maximum number of new values named.
const MAX_NAMED: usize = 5;
/// Minimum similarity of a renamed column.
const MIN_SIMILARITY: f64 = 0.6;
/// Maximum number of new or missing columns among which renamed ones are looked for.
const MAX_RENAMED: usize = 200;
/// Minimum number of rows for comparing how full columns are.
const ENOUGH_ROWS: u64 = 20;
/// Minimum number of rows for noticing that a full column is empty now.
const FEW_ROWS: u64 = 2;
/// Difference in percent of filled cells that counts as a change.
const MIN_FILL_CHANGE: u64 = 30;

/// Returns all differences, columns first.
#[must_use]
pub fn drift(before: EarlierFile<'_>, now: NewFile<'_>) -> Vec<Drift> {
    let mut found = column_drift(before, now.columns);
    found.extend(new_values(before.recipe, now));
    found.extend(fill(before, now));
    let other = misfits(before.recipe, now.columns, now.first_rows);
    found.extend(other.into_iter().filter_map(|(column, what)| {
        let header = now.columns.get(column)?.name(column);
        let fields = before.recipe.fields_of(&header);
        Some(Drift::Content { header, what, fields })
    }));
    if let Some(usual) = before.usual_rows
        && (now.rows > usual.saturating_mul(3) || now.rows.saturating_mul(3) < usual)
    {
        found.push(Drift::Rows(usual, now.rows));
    }
    found.extend(orders(before.recipe, now));
    found
}

fn names(columns: &[Column]) -> Vec<String> {
    columns.iter().enumerate().map(|(index, column)| column.name(index)).collect()
}

/// Returns the columns by number that feed a field and have another header now.
#[must_use]
pub fn renumbered<'d>(recipe: &Recipe, drift: &'d [Drift]) -> Option<&'d Drift> {
    let is_mapped = |number: &str| {
        recipe.columns.iter().any(|rule| rule.from.trim() == number && rule.to != Target::Ignore)
    };
    drift.iter().find(|found| matches!(found, Drift::Renumbered { number, .. } if is_mapped(number)))
}

/// Returns new, missing, renamed and moved columns.
#[must_use]
pub fn column_drift(before: EarlierFile<'_>, columns: &[Column]) -> Vec<Drift> {
    let mapped: Vec<String> = before.recipe.columns.iter().map(|rule| rule.from.trim().to_owned()).collect();
    let known = !before.columns.is_empty();
    let then = if known { names(before.columns) } else { mapped };
    let here = names(columns);
    let (was, is): (BTreeSet<&String>, BTreeSet<&String>) = (then.iter().collect(), here.iter().collect());
    let mut gone: Vec<&String> =
        then.iter().filter(|name| !is.contains(name) && !name.starts_with('#')).collect();
    let mut new: Vec<&String> =
        here.iter().filter(|name| !was.contains(name) && !name.starts_with('#')).collect();
    let mut found = Vec::new();
    // With more changes than this it is another kind of file, not the same one with new names.
    let may_be_renamed = gone.len() <= MAX_RENAMED && new.len() <= MAX_RENAMED;
    let renamed: Vec<(&String, &String, &'static str)> = gone
        .iter()
        .filter(|_| may_be_renamed)
        .filter_map(|from| {
            let same = |to: &&&String| same_column((&then, from), (&here, to), known);
            // The place decides only if no other new column is the same thing.
            let is_unrivaled = |to: &&&String| {
                let rival = |other: &&&String| other != to && means_the_same(from, other);
                same(to) != Some(SAME_PLACE) || !new.iter().any(|other| rival(&other))
            };
            let mut candidates = new.iter().filter(|to| same(to).is_some() && is_unrivaled(to));
            let to = candidates.next()?;
            // Two candidates are none.
            if candidates.next().is_some() { None } else { Some((*from, *to, same(&to)?)) }
        })
        .collect();
    for (from, to, why) in &renamed {
        let several = renamed.iter().filter(|(_, other, _)| other == to).count() > 1;
        if !several {
            let fields = before.recipe.fields_of(from);
            found.push(Drift::Renamed { from: (*from).clone(), to: (*to).clone(), why, fields });
            gone.retain(|name| name != from);
            new.retain(|name| name != to);
        }
    }
    let rules = before.recipe.columns.iter().rev();
    let targets: HashMap<&str, Target> = rules.map(|rule| (rule.from.trim(), rule.to)).collect();
    let target = |name: &str| targets.get(name).copied().unwrap_or(Target::Ignore);
    found.extend(gone.into_iter().map(|name| Drift::Gone(name.clone(), target(name))));
    found.extend(new.into_iter().map(|name| Drift::New(name.clone())));
    if known {
        found.extend(before.recipe.columns.iter().filter_map(|rule| {
            let at = rule.from.trim().strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)?;
            let (was, is) = (then.get(at)?, here.get(at)?);
            (normalize(was) != normalize(is)).then(|| Drift::Renumbered {
                number: rule.from.trim().to_owned(),
                was: was.clone(),
                is: is.clone(),
                field: rule.to,
            })
        }));
        let moved = moved(&then, &here);
        if !moved.is_empty() {
            found.push(Drift::Moved(moved));
        }
    }
    found
}

/// Reason to think that a column is renamed.
const SAME_PLACE: &str = "it is in the same place";

/// Returns why two columns may be the same one renamed: similar names, or the same neighbors. A name that means
/// something else, or something of another person, is that of another column.
fn same_column(
    (then, from): (&[String], &String),
    (here, to): (&[String], &String),
    places_known: bool,
) -> Option<&'static str> {
    let beside = |all: &[String], name: &String| {
        let at = all.iter().position(|other| other == name)?;
        Some((at.checked_sub(1).and_then(|at| all.get(at)).cloned(), all.get(at + 1).cloned()))
    };
    if means_another(from, to) {
        return None;
    }
    if similarity(&words(from), &words(to)) >= MIN_SIMILARITY {
        return Some("the names are similar");
    }
    let same_place = places_known && then.len() > 1 && beside(then, from) == beside(here, to);
    same_place.then_some(SAME_PLACE)
}

/// Returns the position of each name, from 0, except repeated ones: it can't be told which of them moved.
fn places(names: &[String]) -> HashMap<&str, usize> {
    let mut places: HashMap<&str, Option<usize>> = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        places.entry(name).and_modify(|several| *several = None).or_insert(Some(place));
    }
    places.into_iter().filter_map(|(name, place)| Some((name, place?))).collect()
}

/// Returns the smallest set of columns whose move explains the new order.
fn moved(then: &[String], here: &[String]) -> Vec<String> {
    let (then, once) = (places(then), places(here));
    let here = here.iter().filter(|name| once.contains_key(name.as_str()));
    let places: Vec<(usize, &String)> =
        here.filter_map(|name| Some((*then.get(name.as_str())?, name))).collect();
    // The longest increasing run of positions stays. `ends` has the lowest end of the runs of each length, `before`
    // the predecessor of each name in its run.
    let (mut ends, mut before): (Vec<(usize, usize)>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, (place, _)) in places.iter().enumerate() {
        let length = ends.partition_point(|(end, _)| end < place);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).map(|(_, at)| *at));
        match ends.get_mut(length) {
            Some(end) => *end = (*place, at),
            None => ends.push((*place, at)),
        }
    }
    let mut next = ends.last().map(|(_, at)| *at);
    let mut stay = BTreeSet::new();
    while let Some(at) = next {
        stay.insert(at);
        next = before.get(at).copied().flatten();
    }
    places
        .iter()
        .enumerate()
        .filter(|(at, _)| !stay.contains(at))
        .map(|(_, (_, name))| (*name).clone())
        .collect()
}

/// Returns values of mapped columns that are neither mapped nor an id.
fn new_values(recipe: &Recipe, now: NewFile<'_>) -> Vec<Drift> {
    let (rules, _) = ColumnNames::new(now.columns).rules(&recipe.columns);
    let new_in_column = |(column, texts): (&usize, &Vec<(String, u64)>)| {
        let name = now.columns.get(*column)?.name(*column);
        let rule = rules.get(column)?.first()?;
        let known: BTreeSet<String> = rule.values.keys().map(|text| normalize(text)).collect();
        let is_new = |text: &str| !known.contains(&normalize(text)) && text.trim().parse::<u64>().is_err();
        let new: Vec<(String, u64)> = texts.iter().filter(|(text, _)| is_new(text)).cloned().collect();
        (!new.is_empty()).then_some(Drift::NewValues(name, new))
    };
    now.texts.iter().filter_map(new_in_column).collect()
}

/// Returns mapped columns that are filled far more or far less than before.
fn fill(before: EarlierFile<'_>, now: NewFile<'_>) -> Vec<Drift> {
    let has_enough = before.rows >= ENOUGH_ROWS && now.rows >= ENOUGH_ROWS;
    let has_few = before.rows >= FEW_ROWS && now.rows >= FEW_ROWS;
    if !has_few {
        return Vec::new();
    }
    let (then, here) = (ColumnNames::new(before.columns), ColumnNames::new(now.columns));
    let (rules, _) = then.rules(&before.recipe.columns);
    let percent = |filled: u64, rows: u64| filled.saturating_mul(100) / rows;
    let fill_change = |(index, column): (usize, &Column)| {
        let rule = rules.get(&index)?.iter().find(|rule| rule.to != Target::Ignore)?;
        let filled = now.columns.get(here.called(&rule.from)?)?.filled;
        let (was, is) = (percent(column.filled, before.rows), percent(filled, now.rows));
        // Of few rows only a column that was full and is empty says something.
        let has_changed = if has_enough { was.abs_diff(is) > MIN_FILL_CHANGE } else { was == 100 && is == 0 };
        has_changed.then(|| Drift::Fill(column.name(index), was, is))
    };
    before.columns.iter().enumerate().filter_map(fill_change).collect()
}

/// Returns date columns whose dates are in another order than the recipe says.
fn orders(recipe: &Recipe, now: NewFile<'_>) -> Vec<Drift> {
    let (rules, _) = ColumnNames::new(now.columns).rules(&recipe.columns);
    let order_change = |(column, profile): (&usize, &DateProfile)| {
        let name = now.columns.get(*column)?.name(*column);
        let read_as = rules.get(column)?.first()?.date.unwrap_or_default();
        match profile.doubt(read_as)? {
            // Dates that also fit another order are nothing new.
            OrderDoubt::AsWell(_) => None,
            doubt => {
                let only = if let OrderDoubt::Other(order) = doubt { Some(order) } else { None };
                Some(Drift::Order { told: doubt.describe(&name, read_as), only })
            }
        }
    };
    now.orders.iter().filter_map(order_change).collect()
}

/// Renames columns in the recipe as they were renamed in the file. Returns the new names.
pub fn apply_renames(recipe: &mut Recipe, drift: &[Drift]) -> Vec<String> {
    let mut followed = Vec::new();
    for found in drift {
        let Drift::Renamed { from, to, .. } = found else { continue };
        for rule in recipe.columns.iter_mut().filter(|rule| rule.from.trim() == from) {
            rule.from.clone_from(to);
            followed.push(to.clone());
        }
        for fix in recipe.fixes.iter_mut().filter(|fix| fix.column == *from) {
            fix.column.clone_from(to);
        }
        for leave_out in &mut recipe.leave_out {
            if let SkipRule::Value { column, .. } = leave_out
                && column == from
            {
                column.clone_from(to);
            }
        }
        if let Some(only) = recipe.only.as_mut().filter(|only| only.column == *from) {
            only.column.clone_from(to);
        }
    }
    followed
}

/// Returns the columns (from 0) to survey: those of ids for their values, and those of dates for their order.
#[must_use]
pub fn columns_to_survey(recipe: &Recipe, columns: &[Column]) -> (Vec<Faceted>, Vec<usize>) {
    let (mut lists, mut dates) = (Vec::new(), Vec::new());
    let (rules, _) = ColumnNames::new(columns).rules(&recipe.columns);
    for index in 0..columns.len() {
        // A column may be mapped to several fields.
        for rule in rules.get(&index).into_iter().flatten() {
            match rule.to.shape(|key| recipe.kind_of(key)) {
                Some(shape @ (ApiType::Id | ApiType::Ids)) => {
                    let list = shape == ApiType::Ids;
                    lists.push(Faceted { column: index, list, separator: rule.separator.clone() });
                }
                Some(ApiType::Date) => dates.push(index),
                _ => {}
            }
        }
    }
    (lists, dates)
}

#[cfg(test)]
mod tests;
