//! Mixed files: one import for each group of rows.

use std::collections::{HashMap, HashSet};

use crate::app::drafts::Drafts;
use crate::app::error::AppError;
use crate::case::{
    CaseField, DefaultText, Edits, Faceted, GroupFilter, MappedValue, Recipe, SAMPLED, Target, column_called,
    normalize, private_columns,
};
use crate::engine;
use crate::ledger::{Import, ImportId};
use crate::sheet::Sheet;
use crate::text::mask;

impl Drafts {
    /// Splits an import into one import per group of rows; the first one is the import itself. A group is the rows with
    /// one value in the column, ignoring case; an empty value means an empty cell. `texts` must be all values of the
    /// column, so that the imports together have every row.
    pub fn split(
        &self,
        id: ImportId,
        sheet: &Sheet,
        column: &str,
        texts: &[String],
    ) -> Result<Vec<Import>, AppError> {
        let import = self.imports.get(id)?;
        let whole = self.imports.recipe(id)?;
        let mut imports = Vec::new();
        for group in groups(texts) {
            let Some(text) = group.first() else { continue };
            let shown = if text.is_empty() { "empty" } else { text };
            let name = format!("{} – {shown}", import.name);
            let mut recipe = of_group(&whole, column, text);
            recipe.name.clone_from(&name);
            recipe.only = Some(GroupFilter { column: column.to_owned(), values: group });
            imports.push(if imports.is_empty() {
                self.save(id, &name, &recipe, sheet)?
            } else {
                let made = self.create_draft(sheet, &recipe, import.on_error, import.duplicated_from)?;
                self.imports.measure(made.id, sheet)?
            });
        }
        Ok(imports)
    }

    /// Fails for a group without rows: most often a typo.
    pub fn require_groups(&self, sheet: &Sheet, recipe: &Recipe, only: &GroupFilter) -> Result<(), AppError> {
        let columns = sheet.columns();
        // A missing column is reported with everything else that doesn't fit.
        let Some(column) = column_called(&columns, &only.column) else {
            return Ok(());
        };
        let of = Faceted { column, list: false, separator: None };
        let facet = engine::facet(sheet, &Edits::default(), &of)?;
        let texts: HashSet<String> = facet.texts.iter().map(|(text, _)| normalize(text)).collect();
        let occurs = |value: &&String| {
            let wanted = normalize(value);
            texts.contains(&wanted)
                || (wanted.is_empty() && facet.empty > 0)
                // Not every value of a long column is listed.
                || facet.others > 0
        };
        let Some(value) = only.values.iter().find(|value| !occurs(value)) else { return Ok(()) };
        let first = sheet.first_rows(SAMPLED)?;
        let private = private_columns(recipe, &columns, &first).get(column) == Some(&true);
        let told = |text: &str| if private { mask(text) } else { text.to_owned() };
        let have = facet.texts.iter().take(MAX_SHOWN);
        let have: Vec<String> = have.map(|(text, count)| format!("{} ({count})", told(text))).collect();
        let more = facet.texts.len().saturating_sub(MAX_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Err(AppError::NoSuchGroup {
            column: only.column.clone(),
            value: value.clone(),
            have: have.join(", ") + &more,
        })
    }
}

/// Maximum number of values listed if the wanted one isn't among them.
const MAX_SHOWN: usize = 12;

/// Groups values that differ only by case.
fn groups(texts: &[String]) -> Vec<Vec<String>> {
    let (mut groups, mut places): (Vec<Vec<String>>, _) = (Vec::new(), HashMap::new());
    for text in texts {
        let place = *places.entry(normalize(text)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(text.clone()),
            None => groups.push(vec![text.clone()]),
        }
    }
    groups
}

/// Returns the recipe of one group. If the column sets the client, it becomes the group's default client, and a default
/// contact of another client is dropped.
fn of_group(whole: &Recipe, column: &str, text: &str) -> Recipe {
    let mut recipe = whole.clone();
    for rule in whole.columns.iter().filter(|rule| rule.from == column) {
        let (Target::Case(field @ (CaseField::Client | CaseField::CaseType)), Some(MappedValue::Id(id))) =
            (rule.to, rule.match_of(text))
        else {
            continue;
        };
        let default = Some(DefaultText::Whole(*id));
        let before = recipe.defaults.insert(Target::Case(field), DefaultText::Whole(*id));
        if field == CaseField::Client && before != default {
            recipe.defaults.remove(&Target::Case(CaseField::PrimaryContact));
        }
    }
    recipe
}

#[cfg(test)]
mod tests;
