//! Edits of cells: one value in place of another.

use crate::case::{ApiType, CaseField, ColumnRule, Fix, MappedValue, match_label, split_list};
use crate::text::plural;
use crate::trackops::{Catalog, List};
use crate::tui::core::cell_mask::CellMask;
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::dialogs::id_choice::IdChoice;
use crate::tui::dialogs::{Accepted, Confirm, Prompt};
use crate::tui::screens::draft::lines::id_field;

/// A value to be edited.
#[derive(Debug, Clone)]
pub(crate) struct CellEdit {
    pub(crate) title: String,
    /// Current value.
    pub(crate) text: String,
    /// The edit, still without its new value.
    pub(crate) fix: Fix,
    pub(crate) rows: Rows,
}

/// Number of rows that an edit changes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows {
    Known(Option<u64>),
    /// Review is counting them.
    Counted,
}

impl CellEdit {
    fn rows(&self, model: &Model) -> Option<u64> {
        match self.rows {
            Rows::Known(rows) => rows,
            Rows::Counted => model.review.rows_with_same_text(),
        }
    }

    /// Makes the edit.
    fn apply(self, model: &mut Model, to: String) -> Vec<Effect> {
        let rows = self.rows(model);
        let fix = Fix { to, ..self.fix };
        let message = describe(&fix, model.mask_named(&fix.column), rows);
        let Some(job) = model.job.as_mut() else { return Vec::new() };
        job.recipe.fix(fix);
        let mut effects = model.draft_changed();
        model.say(Mood::Good, message);
        effects.extend(model.go(Goto::Recount));
        effects
    }
}

/// Asks for a new value; in a column of ids, from the list of known ones.
pub(crate) fn ask(model: &mut Model, edit: CellEdit) -> Vec<Effect> {
    match IdColumn::of(model, &edit.fix.column) {
        Some(ids) => pick(model, ids, edit),
        None => type_in(model, edit),
    }
}

/// Offers the known ids, and typing the text instead.
fn pick(model: &mut Model, ids: IdColumn, edit: CellEdit) -> Vec<Effect> {
    let job = model.job.as_ref();
    let client = job.and_then(|job| job.default_id(CaseField::Client));
    // A private text must not become a name in the catalog.
    let private = job.is_some_and(|job| job.cell_mask_named(&edit.fix.column) == CellMask::Whole);
    let likely = if private { String::new() } else { edit.text.clone() };
    let choice = IdChoice {
        title: edit.title.clone(),
        list: ids.list,
        within: client.filter(|_| ids.list == List::Contacts),
        now: ids.parts(&edit.text).into_iter().filter_map(|part| ids.id(part)).collect(),
        several: ids.several,
    };
    let typed = edit.clone();
    let chosen = move |model: &mut Model, chosen: Vec<u64>| edit.apply(model, ids.write(&chosen));
    choice.for_cell(model, &likely, chosen, |model| type_in(model, typed)).open(model)
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

    /// Returns the id that a text means.
    fn id(&self, text: &str) -> Option<u64> {
        match self.rule.match_of(text) {
            Some(MappedValue::Id(id)) => Some(*id),
            Some(MappedValue::Text(other)) => plain_id(other),
            None => plain_id(text),
        }
    }

    /// Returns the id that a text means, or that has this name in the account; `None` if the catalog lacks it.
    fn known_id(&self, catalog: &Catalog, text: &str) -> Option<u64> {
        let entries = catalog.entries(self.list);
        // Most clients and contacts are only in Trackops.
        let is_complete = !entries.is_empty() && !self.list.is_live();
        match (self.rule.match_of(text), plain_id(text)) {
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

/// Asks for the text of a cell. A hidden value is typed anew, not edited.
fn type_in(model: &mut Model, edit: CellEdit) -> Vec<Effect> {
    let hidden = model.mask_named(&edit.fix.column) == CellMask::Whole;
    let (text, hint) = if hidden {
        (String::new(), "The current value is hidden. What you type replaces it. To see it: Esc, then M.")
    } else {
        (edit.text.clone(), "Leave blank for an empty cell. The file itself doesn't change.")
    };
    let (title, counted) = (edit.title.clone(), edit.clone());
    let typed = move |model: &mut Model, to: String| {
        let (ids, edit) = (IdColumn::of(model, &edit.fix.column), edit.clone());
        let read = ids.as_ref().map_or_else(|| Ok(to.clone()), |ids| ids.read(&model.catalog, &to));
        Accepted::Done(match (ids, read) {
            (Some(ids), Err(part)) => confirm(model, &ids, &part, edit, to),
            (_, read) => edit.apply(model, read.unwrap_or(to)),
        })
    };
    let remark =
        move |model: &Model, _: &str| Some(format!("Found in {}.", plural(counted.rows(model)?, "row")));
    let mut prompt = Prompt::new(title, text, hint, typed).or_empty().remark(remark);
    prompt.hidden = hidden;
    prompt.open(model)
}

/// Asks whether to use a text that means no known id.
fn confirm(model: &mut Model, ids: &IdColumn, part: &str, edit: CellEdit, to: String) -> Vec<Effect> {
    let list = ids.list.title();
    let question = if plain_id(part).is_some() {
        format!("Id {part} isn't in the catalog ({list}). Use it anyway?")
    } else {
        format!(
            "“{part}” isn't in the catalog ({list}), and the column has no match for it. Rows with it can't be sent until \
             you match it (v). Use it anyway?"
        )
    };
    Confirm::new("Unknown value", question, move |model| edit.apply(model, to)).open(model);
    Vec::new()
}

/// Describes an edit.
fn describe(fix: &Fix, mask: CellMask, rows: Option<u64>) -> String {
    let place = match (fix.row, rows) {
        (Some(row), _) => format!("Row {row}"),
        (None, Some(rows)) => plural(rows, "row"),
        (None, None) => "Every row".to_owned(),
    };
    let (from, to) = (mask.apply(&fix.from), mask.apply(&fix.to));
    let to = if to.is_empty() { "an empty cell".to_owned() } else { format!("“{to}”") };
    format!("{place}, “{}”: “{from}” changed to {to}. u to undo.", fix.column)
}

#[cfg(test)]
mod tests;
