//! A first field map for a file: what the account knows, what earlier imports did, and what changed since.

use std::collections::BTreeSet;

use super::{App, AppError};
use crate::case::{
    CaseField, ColumnRule, CustomField, DefaultText, Guess, Known, Recipe, Remembered, Target, guess,
};
use crate::ledger::{Import, ImportId};
use crate::sheet::{Column, Sheet};
use crate::trackops::{Catalog, List};

/// So many rows show what a column holds.
const ROWS: usize = 200;
/// So many earlier imports are remembered.
const MEMORY: usize = 100;

/// A proposed recipe, with how sure each column is.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The recipe.
    pub recipe: Recipe,
    /// A guess for every column of the file, in its order.
    pub guesses: Vec<Guess>,
    /// The import it starts from.
    pub like: Option<ImportId>,
    /// Columns of the import it starts from that the file lacks.
    pub gone: Vec<String>,
    /// Columns of the file that the import it starts from does not name.
    pub new: Vec<String>,
}

impl App {
    /// Proposes a recipe for a file; `like`: starting from an earlier import.
    pub fn propose(&self, sheet: &Sheet, like: Option<ImportId>) -> Result<Proposal, AppError> {
        let mut recipe = match like {
            Some(id) => self.recipe(id)?,
            None => Recipe::new(super::imports::name_of(sheet.path())),
        };
        let (memory, remembered_fields) = self.memory(client_of(&recipe))?;
        let guesses = self.guesses(sheet, &recipe, &memory, &remembered_fields)?;
        let columns = sheet.columns();
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        if like.is_some() {
            let rules = std::mem::take(&mut recipe.columns);
            for guess in &guesses {
                if let Some(rule) = rules.iter().find(|rule| names(rule, &guess.rule.from, &columns)) {
                    recipe.columns.push(rule.clone());
                } else {
                    new.push(guess.rule.from.clone());
                    recipe.columns.push(guess.rule.clone());
                }
            }
            let found =
                |rule: &ColumnRule| guesses.iter().any(|guess| names(rule, &guess.rule.from, &columns));
            gone = rules.iter().filter(|rule| !found(rule)).map(|rule| rule.from.clone()).collect();
        } else {
            recipe.columns = guesses.iter().map(|guess| guess.rule.clone()).collect();
        }
        self.use_fields(&mut recipe);
        use_remembered(&mut recipe, &remembered_fields);
        Ok(Proposal { recipe, guesses, like, gone, new })
    }

    /// What each column of a file is guessed to be, for an import with this recipe.
    fn guesses(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        memory: &[Remembered],
        remembered_fields: &[CustomField],
    ) -> Result<Vec<Guess>, AppError> {
        let catalog = self.catalog();
        let (columns, rows) =
            (sheet.columns(), sheet.rows_from(1)?.take(ROWS).collect::<Result<Vec<_>, _>>()?);
        let mut custom = catalog.fields.clone();
        custom.extend(
            remembered_fields.iter().filter(|f| catalog.fields.iter().all(|k| k.key != f.key)).cloned(),
        );
        Ok(guess(&Known {
            columns: &columns,
            rows: &rows,
            custom: &custom,
            references: references(&catalog, recipe),
            labels: &labels(&catalog),
            memory,
        }))
    }

    /// Guesses the columns anew that nobody has touched, after the file was read another way. What a person chose
    /// stays, also where its column is gone.
    pub(super) fn guess_again(
        &self,
        recipe: &mut Recipe,
        before: &Sheet,
        after: &Sheet,
    ) -> Result<(), AppError> {
        let guessed: Vec<ColumnRule> =
            self.ideas(before, recipe)?.into_iter().map(|guess| guess.rule).collect();
        recipe.columns.retain(|rule| !guessed.contains(rule));
        let columns = after.columns();
        for guess in self.ideas(after, recipe)? {
            let taken = |rule: &ColumnRule| {
                names(rule, &guess.rule.from, &columns)
                    || (rule.to == guess.rule.to
                        && !matches!(rule.to, Target::Ignore | Target::Case(CaseField::Notes)))
            };
            if !recipe.columns.iter().any(taken) {
                recipe.columns.push(guess.rule);
            }
        }
        Ok(())
    }

    /// What each column of an import's file is guessed to be.
    pub fn ideas(&self, sheet: &Sheet, recipe: &Recipe) -> Result<Vec<Guess>, AppError> {
        let (memory, fields) = self.memory(client_of(recipe))?;
        self.guesses(sheet, recipe, &memory, &fields)
    }

    /// The rules of the account's earlier imports, the newest first, and the custom fields they use.
    fn memory(&self, client: Option<u64>) -> Result<(Vec<Remembered>, Vec<CustomField>), AppError> {
        let Some((account, _)) = self.account() else { return Ok((Vec::new(), Vec::new())) };
        let (mut memory, mut fields) = (Vec::new(), Vec::new());
        for import in self.started(&account)?.into_iter().take(MEMORY) {
            // One that cannot be read any more has nothing to say.
            let Ok(recipe) = Recipe::from_toml(&import.recipe) else { continue };
            let same_client = client.is_some() && client_of(&recipe) == client;
            let rules = recipe.columns.into_iter().filter(|rule| !rule.from.starts_with('#'));
            memory.extend(rules.map(|rule| Remembered { rule, import: import.id, same_client }));
            fields.extend(recipe.fields);
        }
        Ok((memory, fields))
    }

    fn started(&self, account: &str) -> Result<Vec<Import>, AppError> {
        let mut imports = self.inner.ledger.imports()?;
        imports.retain(|import| import.account == account && import.started_at.is_some());
        Ok(imports)
    }

    /// The earlier import whose columns are most like the file's: nearly all of them the same.
    pub fn resembling(&self, sheet: &Sheet) -> Result<Option<Import>, AppError> {
        let Some((account, _)) = self.account() else { return Ok(None) };
        let headers = |names: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
            names.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect()
        };
        let columns = sheet.columns();
        let mine = headers(&mut columns.iter().map(|column| column.header.as_str()));
        let mut best: Option<(usize, Import)> = None;
        for import in self.started(&account)?.into_iter().take(MEMORY) {
            let Ok(recipe) = Recipe::from_toml(&import.recipe) else { continue };
            let theirs = headers(&mut recipe.columns.iter().map(|rule| rule.from.as_str()));
            let (common, all) = (mine.intersection(&theirs).count(), mine.union(&theirs).count());
            let alike = all > 0 && common * 100 >= all * 75;
            if alike && best.as_ref().is_none_or(|(most, _)| common > *most) {
                best = Some((common, import));
            }
        }
        Ok(best.map(|(_, import)| import))
    }
}

/// Whether a rule is for the column of this name.
fn names(rule: &ColumnRule, name: &str, columns: &[Column]) -> bool {
    let from = rule.from.trim();
    let at = columns.iter().enumerate().position(|(index, column)| column.name(index) == name);
    from == name || at.is_some_and(|index| from == format!("#{}", index + 1))
}

fn client_of(recipe: &Recipe) -> Option<u64> {
    match recipe.defaults.get(&Target::Case(CaseField::Client)) {
        Some(DefaultText::Whole(id)) => Some(*id),
        _ => None,
    }
}

/// What the account calls the references: of the recipe's case type, or of the first that has names for them.
fn references<'a>(catalog: &'a Catalog, recipe: &Recipe) -> [Option<&'a str>; 3] {
    let named = match recipe.defaults.get(&Target::Case(CaseField::CaseType)) {
        Some(DefaultText::Whole(id)) => catalog.references.get(&id.to_string()),
        _ => catalog.references.values().next(),
    };
    [0, 1, 2].map(|index| named.and_then(|labels| labels.get(index)).map(String::as_str))
}

/// The texts that stand for ids.
fn labels(catalog: &Catalog) -> Vec<(CaseField, &str, u64)> {
    let fields = crate::case::CASE_FIELDS.iter().map(|spec| spec.field);
    fields
        .filter_map(|field| Some((field, List::of(field)?)))
        .flat_map(|(field, list)| catalog.entries(list).iter().map(move |e| (field, e.label.as_str(), e.id)))
        .collect()
}

/// Declares the custom fields that only earlier imports know.
fn use_remembered(recipe: &mut Recipe, fields: &[CustomField]) {
    for target in recipe.columns.iter().map(|rule| rule.to).collect::<Vec<_>>() {
        if let Target::Custom(key, _) = target
            && recipe.kind_of(key).is_none()
            && let Some(field) = fields.iter().find(|field| field.key == key)
        {
            recipe.fields.push(field.clone());
        }
    }
}
