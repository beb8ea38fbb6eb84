//! Mixed files: one import for each group of rows.

use std::collections::{HashMap, HashSet};

use super::{App, AppError};
use crate::case::{
    CaseField, DefaultText, Edits, Faceted, MappedValue, Only, Recipe, SAMPLED, Target, column_called, fold,
    private_columns,
};
use crate::engine;
use crate::ledger::{Import, ImportId};
use crate::sheet::Sheet;
use crate::text::mask;

impl App {
    /// Makes one import for each group of rows, the first of them out of the import itself. A group is the rows with
    /// one text in the column, whatever its case; an empty one is an empty cell. The groups have to be all texts of
    /// the column, so that together the imports take every row.
    pub fn split(
        &self,
        id: ImportId,
        sheet: &Sheet,
        column: &str,
        texts: &[String],
    ) -> Result<Vec<Import>, AppError> {
        let import = self.import(id)?;
        let whole = self.recipe(id)?;
        let mut imports = Vec::new();
        for group in groups(texts) {
            let Some(text) = group.first() else { continue };
            let shown = if text.is_empty() { "no text" } else { text };
            let name = format!("{} – {shown}", import.name);
            let mut recipe = of_group(&whole, column, text);
            recipe.name.clone_from(&name);
            recipe.only = Some(Only { column: column.to_owned(), values: group });
            imports.push(if imports.is_empty() {
                self.save(id, &name, &recipe, sheet)?
            } else {
                let made = self.begin(sheet, &recipe, import.on_error, import.made_like)?;
                self.measure(made.id, sheet)?
            });
        }
        Ok(imports)
    }
}

impl App {
    /// Refuses a group that no row belongs to: most often a slip of the pen.
    pub fn require_groups(&self, sheet: &Sheet, recipe: &Recipe, only: &Only) -> Result<(), AppError> {
        let columns = sheet.columns();
        // A column that is not there is told with everything else that does not fit.
        let Some(column) = column_called(&columns, &only.column) else {
            return Ok(());
        };
        let of = Faceted { column, list: false, separator: None };
        let facet = engine::facet(sheet, &Edits::default(), &of)?;
        let texts: HashSet<String> = facet.texts.iter().map(|(text, _)| fold(text)).collect();
        let occurs = |value: &&String| {
            let wanted = fold(value);
            texts.contains(&wanted)
                || (wanted.is_empty() && facet.empty > 0)
                // Not every text of a long column is listed.
                || facet.others > 0
        };
        let Some(value) = only.values.iter().find(|value| !occurs(value)) else { return Ok(()) };
        let first = sheet.first_rows(SAMPLED)?;
        let private = private_columns(recipe, &columns, &first).get(column) == Some(&true);
        let told = |text: &str| if private { mask(text) } else { text.to_owned() };
        let have = facet.texts.iter().take(SHOWN);
        let have: Vec<String> = have.map(|(text, count)| format!("{} ({count})", told(text))).collect();
        let more = facet.texts.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Err(AppError::NoSuchGroup {
            column: only.column.clone(),
            value: value.clone(),
            have: have.join(", ") + &more,
        })
    }
}

/// So many texts of a column are named when the wanted one is not among them.
const SHOWN: usize = 12;

/// Texts that differ by case alone are one group.
fn groups(texts: &[String]) -> Vec<Vec<String>> {
    let (mut groups, mut places): (Vec<Vec<String>>, _) = (Vec::new(), HashMap::new());
    for text in texts {
        let place = *places.entry(fold(text)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(text.clone()),
            None => groups.push(vec![text.clone()]),
        }
    }
    groups
}

/// The recipe of one group. Where the column decides the client, that is the group's default as well, and a contact
/// of another client goes.
fn of_group(whole: &Recipe, column: &str, text: &str) -> Recipe {
    let mut recipe = whole.clone();
    for rule in whole.columns.iter().filter(|rule| rule.from == column) {
        let mapped = rule.values.iter().find(|(known, _)| fold(known) == fold(text));
        let (Target::Case(field @ (CaseField::Client | CaseField::CaseType)), Some((_, MappedValue::Id(id)))) =
            (rule.to, mapped)
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
mod tests {
    use super::*;

    #[test]
    fn groups_do_not_differ_by_case_and_know_their_client() {
        let texts = ["Acme", "Beta", "ACME ", ""].map(str::to_owned);
        assert_eq!(groups(&texts), [vec!["Acme", "ACME "], vec!["Beta"], vec![""]]);
        let recipe = Recipe::from_toml(
            "caseload = 1\n[defaults]\nclient_id = 100\nprimary_contact_id = 1000\n[[columns]]\nfrom = \"Carrier\"\n\
             to = \"client_id\"\nvalues = { \"acme\" = 100, \"Beta\" = 200 }\n",
        )
        .unwrap();
        let of = |text: &str| {
            let recipe = of_group(&recipe, "Carrier", text);
            ["client_id", "primary_contact_id"].map(|key| recipe.defaults.get(&key.parse().unwrap()).cloned())
        };
        let id = |id| Some(DefaultText::Whole(id));
        assert_eq!(of("Acme"), [id(100), id(1000)]);
        assert_eq!(of("Beta"), [id(200), None], "the contact is another client's");
        assert_eq!(of(""), [id(100), id(1000)]);
    }
}
