//! Edits of cells: one value in place of another.

use crate::case::{ApiType, CaseField, ColumnRule, Fix, MappedValue, match_label, normalize, split_list};
use crate::text::{mask, plural};
use crate::trackops::{Catalog, List};
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::dialogs::{Accepted, Confirm, Prompt, id_picker};
use crate::tui::screens::draft::lines::id_field;

/// Asks for a new value; in a column of ids, from the list of known ones. A hidden value is typed anew, not edited.
/// `rows` returns the number of rows with the value, if known.
pub(crate) fn ask(
    model: &mut Model,
    title: String,
    text: String,
    fix: Fix,
    hidden: bool,
    rows: impl Fn(&Model) -> Option<u64> + Copy + Send + 'static,
) -> Vec<Effect> {
    match IdColumn::of(model, &fix.column) {
        Some(ids) => pick(model, ids, title, text, fix, rows),
        None => type_in(model, title, text, fix, hidden, rows),
    }
}

/// Offers the known ids, and typing the text instead.
fn pick(
    model: &mut Model,
    ids: IdColumn,
    title: String,
    text: String,
    fix: Fix,
    rows: impl Fn(&Model) -> Option<u64> + Copy + Send + 'static,
) -> Vec<Effect> {
    let client = model.job.as_ref().and_then(|job| job.default_id(CaseField::Client));
    let (list, within) = (ids.list, client.filter(|_| ids.list == List::Contacts));
    let now: Vec<u64> = ids.parts(&text).into_iter().filter_map(|part| ids.id(part)).collect();
    let (again, typed) = (fix.clone(), title.clone());
    let several = ids.several;
    let chosen = move |model: &mut Model, chosen: Vec<u64>| {
        // Without a mark there is nothing to change.
        if chosen.is_empty() {
            return Vec::new();
        }
        let (fix, rows) = (Fix { to: ids.write(&chosen), ..fix }, rows(model));
        apply(model, fix, false, rows)
    };
    let picker = if several {
        id_picker::several_ids(model, title, list, within, now, chosen)
    } else {
        let now = now.first().copied();
        id_picker::one_id(model, title, list, within, now, move |model, id| chosen(model, vec![id]))
    };
    let label = |typed: &str| typed.is_empty().then(|| "Type the cell's text instead…".to_owned());
    let hidden = model.job.as_ref().is_some_and(|job| job.is_private_name(&again.column));
    let likely = if several || hidden { String::new() } else { text.clone() };
    picker
        .for_text(&likely)
        .or_typed(label, move |model, _| type_in(model, typed, text, again, false, rows))
        .open(model)
}

/// A column of ids.
struct IdColumn {
    list: List,
    /// Whether a cell can have several.
    several: bool,
    rule: ColumnRule,
}

impl IdColumn {
    /// Returns the column with this name in the recipe, if it is mapped to a field of ids.
    fn of(model: &Model, column: &str) -> Option<Self> {
        let job = model.job.as_ref()?;
        let is_it = |at: usize| job.column_name(at) == column;
        let mut lines = job.lines().into_iter().filter(|line| line.column.is_some_and(is_it));
        lines.find_map(|line| {
            let rule = job.rule(line)?.clone();
            let field = id_field(rule.to)?;
            Some(Self { list: List::of(field)?, several: field.spec().shape == ApiType::Ids, rule })
        })
    }

    fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        if self.several {
            split_list(text, self.rule.separator.as_deref()).collect()
        } else {
            Some(text.trim()).filter(|text| !text.is_empty()).into_iter().collect()
        }
    }

    /// Returns what the column matches a text to.
    fn matched(&self, text: &str) -> Option<&MappedValue> {
        let same = |known: &str| normalize(known) == normalize(text);
        self.rule.values.iter().find(|(known, _)| same(known)).map(|(_, value)| value)
    }

    /// Returns the id that a text means.
    fn id(&self, text: &str) -> Option<u64> {
        match self.matched(text) {
            Some(MappedValue::Id(id)) => Some(*id),
            Some(MappedValue::Text(other)) => plain_id(other),
            None => plain_id(text),
        }
    }

    /// Returns the id that a text means, or that has this name in the account; `None` if the catalog lacks it.
    fn known_id(&self, catalog: &Catalog, text: &str) -> Option<u64> {
        let entries = catalog.entries(self.list);
        // Most clients and contacts are only in Trackops.
        let is_complete = !entries.is_empty() && !matches!(self.list, List::Clients | List::Contacts);
        match (self.matched(text), plain_id(text)) {
            (Some(_), _) => self.id(text),
            (None, Some(id)) => Some(id).filter(|id| !is_complete || catalog.label(self.list, *id).is_some()),
            (None, None) => {
                let labels = entries.iter().map(|entry| (entry.label.as_str(), entry.id));
                match_label(text, labels).filter(|meant| meant.sure).map(|meant| meant.id)
            }
        }
    }

    fn write(&self, ids: &[u64]) -> String {
        let separator = self.rule.separator.as_deref().unwrap_or(";");
        ids.iter().map(u64::to_string).collect::<Vec<_>>().join(separator)
    }

    /// Returns the text to put into a cell: names of the account are replaced by their ids. Fails with the part that
    /// means no known id.
    fn read(&self, catalog: &Catalog, text: &str) -> Result<String, String> {
        let (mut ids, mut named) = (Vec::new(), false);
        for part in self.parts(text) {
            let id = self.known_id(catalog, part).ok_or_else(|| part.to_owned())?;
            named |= self.id(part) != Some(id);
            ids.push(id);
        }
        Ok(if named { self.write(&ids) } else { text.to_owned() })
    }
}

fn plain_id(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|id| *id > 0)
}

/// Asks for the text of a cell.
fn type_in(
    model: &mut Model,
    title: String,
    text: String,
    fix: Fix,
    hidden: bool,
    rows: impl Fn(&Model) -> Option<u64> + Copy + Send + 'static,
) -> Vec<Effect> {
    let (text, hint) = if hidden {
        (String::new(), "The current value is hidden. What you type replaces it. To see it: Esc, then M.")
    } else {
        (text, "Leave blank for an empty cell. The file itself doesn't change.")
    };
    let typed = move |model: &mut Model, to: String| {
        let rows = rows(model);
        let Some(ids) = IdColumn::of(model, &fix.column) else {
            return Accepted::Done(apply(model, Fix { to, ..fix.clone() }, hidden, rows));
        };
        match ids.read(&model.catalog, &to) {
            Ok(to) => Accepted::Done(apply(model, Fix { to, ..fix.clone() }, hidden, rows)),
            Err(part) => {
                confirm(model, &ids, &part, Fix { to, ..fix.clone() }, rows);
                Accepted::Done(Vec::new())
            }
        }
    };
    let remark =
        move |model: &Model, _: &str| rows(model).map(|rows| format!("Found in {}.", plural(rows, "row")));
    let mut prompt = Prompt::new(title, text, hint, typed).or_empty().remark(remark);
    prompt.hidden = hidden;
    prompt.open(model)
}

/// Asks whether to use a text that means no known id.
fn confirm(model: &mut Model, ids: &IdColumn, part: &str, fix: Fix, rows: Option<u64>) {
    let list = ids.list.title();
    let question = if plain_id(part).is_some() {
        format!("Id {part} isn't in the catalog ({list}). Use it anyway?")
    } else {
        format!(
            "“{part}” isn't in the catalog ({list}), and the column has no match for it. Rows with it can't be sent until \
             you match it (v). Use it anyway?"
        )
    };
    Confirm::new("Unknown value", question, move |model| apply(model, fix, false, rows)).open(model);
}

fn apply(model: &mut Model, fix: Fix, hidden: bool, rows: Option<u64>) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let message = describe(&fix, hidden, rows);
    job.recipe.fix(fix);
    let mut effects = model.draft_changed();
    model.say(Mood::Good, message);
    effects.extend(model.go(Goto::Recount));
    effects
}

/// Describes an edit.
fn describe(fix: &Fix, hidden: bool, rows: Option<u64>) -> String {
    let place = match (fix.row, rows) {
        (Some(row), _) => format!("Row {row}"),
        (None, Some(rows)) => plural(rows, "row"),
        (None, None) => "Every row".to_owned(),
    };
    let shown = |text: &str| if hidden { mask(text) } else { text.to_owned() };
    let (from, to) = (shown(&fix.from), shown(&fix.to));
    let to = if to.is_empty() { "an empty cell".to_owned() } else { format!("“{to}”") };
    format!("{place}, “{}”: “{from}” changed to {to}. u to undo.", fix.column)
}

#[cfg(test)]
mod tests;
