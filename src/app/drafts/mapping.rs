//! First field map for a file, from the account's names, earlier imports and changes since.

use std::collections::{BTreeSet, HashMap, HashSet};

use strum::VariantArray;

use crate::app::drafts::Drafts;
use crate::app::drafts::create::name_of;
use crate::app::error::AppError;
use crate::app::imports::recipe::recipe_of;
use crate::app::knowledge::memory::MappingMemory;
use crate::case::{
    CaseField, ColumnNames, ColumnRule, CustomField, DateProfile, DefaultText, Drift, Edits, Guess,
    GuessInput, Recipe, SAMPLED, Suggestion, Target, apply_renames, columns_to_survey, guess, misfits,
};
use crate::engine;
use crate::ledger::{DraftChange, Import, ImportId, Status};
use crate::sheet::{Column, Row, Sheet};
use crate::trackops::{Catalog, List};

/// Confidence above which a column's position doesn't overrule a guess.
const MIN_CONFIDENCE: f64 = 0.85;

/// A column (from 0), and its different values with their counts.
pub type IdColumnValues = (usize, Vec<(String, u64)>);

/// A proposed recipe, with the confidence for each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The recipe.
    pub recipe: Recipe,
    /// A guess for every column of the file, in its order.
    pub guesses: Vec<Guess>,
    /// The import it starts from.
    pub like: Option<ImportId>,
}

/// Guesses for a draft that was mapped with an earlier catalog.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LaterGuesses {
    /// A guess for every column of the file, in its order.
    pub guesses: Vec<Guess>,
    /// Columns (from 0) that the import it duplicates has, ignored or not.
    pub settled: HashSet<usize>,
}

impl LaterGuesses {
    /// Maps the columns that are ignored. Returns their names. A column stays ignored if the user ignored it, here or in
    /// the import that this one duplicates, or if the recipe of the import ignores it or doesn't name it.
    pub fn apply(&self, recipe: &mut Recipe, columns: &[Column]) -> Vec<String> {
        let names = ColumnNames::new(columns);
        let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, rule) in recipe.columns.iter().enumerate() {
            places.entry(names.called(&rule.from).unwrap_or(usize::MAX)).or_default().push(at);
        }
        let mut fields: BTreeSet<Target> = recipe.columns.iter().map(|rule| rule.to).collect();
        let mut guessed = Vec::new();
        for (index, guess) in self.guesses.iter().enumerate() {
            let clashes = fields.iter().any(|to| to.clashes(guess.rule.to));
            if guess.rule.to == Target::Ignore || clashes || self.settled.contains(&index) {
                continue;
            }
            let own = places.get(&index).map_or(&[][..], Vec::as_slice);
            let free = |rule: &&mut ColumnRule| rule.to == Target::Ignore && !rule.by_hand;
            let [only] = own else { continue };
            let Some(rule) = recipe.columns.get_mut(*only).filter(free) else { continue };
            *rule = guess.rule.clone();
            fields.insert(guess.rule.to);
            guessed.extend(columns.get(index).map(|column| column.name(index)));
        }
        if !guessed.is_empty() {
            apply_guesses(recipe, &self.guesses, &[]);
        }
        guessed
    }
}

impl Drafts {
    /// Proposes a recipe for a file. `like` starts from an earlier import, without its rules for missing columns.
    pub fn propose(&self, sheet: &Sheet, like: Option<ImportId>) -> Result<Proposal, AppError> {
        let mut proposal = if let Some(id) = like {
            self.adapt_recipe(sheet, id)?
        } else {
            let mut recipe = Recipe::new(name_of(sheet.path()));
            let memory = self.knowledge.memory(&recipe)?;
            let guesses = self.guesses(sheet, &recipe, &memory)?;
            recipe.columns = guesses.iter().map(|guess| guess.rule.clone()).collect();
            apply_guesses(&mut recipe, &guesses, &memory.fields);
            Proposal { recipe, guesses, like }
        };
        let columns = sheet.columns();
        let names = ColumnNames::new(&columns);
        proposal.recipe.columns.retain(|rule| names.called(&rule.from).is_some());
        self.use_fields(&mut proposal.recipe);
        Ok(proposal)
    }

    /// Adapts an earlier import's recipe to another file: rules follow renamed columns, new columns are guessed, and
    /// rules for missing columns stay, to be shown.
    pub(super) fn adapt_recipe(&self, sheet: &Sheet, id: ImportId) -> Result<Proposal, AppError> {
        let mut recipe = self.imports.recipe(id)?.for_other_files();
        let memory = self.knowledge.memory(&recipe)?;
        let mut guesses = self.guesses(sheet, &recipe, &memory)?;
        let mut drift = self.column_drift(sheet, id)?;
        let is_new = |name: &str| {
            let names = |found: &Drift| matches!(found, Drift::New(new) | Drift::Renamed { to: new, .. } if new == name);
            drift.iter().any(names)
        };
        let columns = sheet.columns();
        let new: Vec<bool> =
            columns.iter().enumerate().map(|(index, column)| is_new(&column.name(index))).collect();
        drift.retain(|drift| !speaks_for_itself(drift, &recipe, &guesses));
        let followed = apply_renames(&mut recipe, &drift);
        let rows = sheet.first_rows(SAMPLED)?;
        let other = misfits(&recipe, &columns, &rows);
        let rules = std::mem::take(&mut recipe.columns);
        let (there, gone) = ColumnNames::new(&columns).rules(&rules);
        let going: BTreeSet<Target> = there.values().flatten().map(|rule| rule.to).collect();
        for (index, guess) in guesses.iter_mut().enumerate() {
            let own = there.get(&index).into_iter().flatten();
            let mut own: Vec<ColumnRule> = own.map(|rule| updated(rule, &guess.rule, index, &rows)).collect();
            let Some(first) = own.first().cloned() else {
                // A field that already has a column isn't mapped to a new one, and a column that the earlier import
                // left alone stays so.
                let taken = going.iter().any(|to| guess.rule.to.clashes(*to));
                let is_new = new.get(index).copied().unwrap_or_default();
                let rule = ColumnRule {
                    to: if taken || !is_new { Target::Ignore } else { guess.rule.to },
                    ..guess.rule.clone()
                };
                recipe.columns.push(rule);
                continue;
            };
            let is_renamed =
                |found: &&Drift| matches!(found, Drift::Renamed { to, .. } if *to == guess.rule.from);
            let renamed = drift
                .iter()
                .find(is_renamed)
                .filter(|_| followed.contains(&guess.rule.from))
                .map(Drift::confidence);
            let (confidence, why) = match other.get(&index) {
                Some(what) => (0.5, format!("as in import {id}, but its values aren't {what}")),
                None if is_renumbered(&drift, &first.from) => {
                    (0.5, format!("as in import {id}, but another column had this number"))
                }
                None if let Some(confidence) = renamed => {
                    (confidence, format!("looks like a renamed column of import {id}"))
                }
                None => (1.0, format!("as in import {id}")),
            };
            // What the user set may have been about another column. What was ignored stays ignored.
            for rule in &mut own {
                rule.by_hand &= confidence >= 1.0 || rule.to == Target::Ignore;
            }
            recipe.columns.extend(own);
            let suggestion = Suggestion { remembered: true, ..Suggestion::new(first.to, confidence, why) };
            *guess = Guess { suggestion: Some(suggestion), rule: first, subject: None };
        }
        // A column that was ignored isn't missed.
        recipe.columns.extend(gone.into_iter().filter(|rule| rule.to != Target::Ignore).cloned());
        self.use_fields(&mut recipe);
        apply_guesses(&mut recipe, &guesses, &memory.fields);
        Ok(Proposal { recipe, guesses, like: Some(id) })
    }

    /// Declares the catalog's custom fields that the recipe uses.
    pub fn use_fields(&self, recipe: &mut Recipe) {
        let catalog = self.knowledge.catalog();
        let mut used: Vec<_> = recipe
            .targets()
            .filter_map(|target| match target {
                Target::Custom(place, _) => Some(place.key()),
                Target::Case(_) | Target::SubjectType(_) | Target::Ignore => None,
            })
            .filter(|key| recipe.kind_of(*key).is_none())
            .collect();
        used.sort_unstable();
        used.dedup();
        recipe
            .fields
            .extend(used.iter().filter_map(|key| catalog.fields.iter().find(|f| f.key == *key).cloned()));
    }

    /// Guesses each column of a file, for an import with this recipe.
    fn guesses(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        memory: &MappingMemory,
    ) -> Result<Vec<Guess>, AppError> {
        let catalog = self.knowledge.catalog();
        let (columns, rows) = (sheet.columns(), sheet.first_rows(SAMPLED)?);
        let words = self.accounts.vocabulary();
        let mut custom = catalog.fields.clone();
        custom
            .extend(memory.fields.iter().filter(|f| catalog.fields.iter().all(|k| k.key != f.key)).cloned());
        let listed = self.knowledge.listed_names();
        let mut labels = labels(&catalog);
        let own: HashSet<_> = labels.iter().copied().collect();
        let listed = listed.iter().map(|(list, entry)| (list.field(), entry.label.as_str(), entry.id));
        labels.extend(listed.filter(|label| !own.contains(label)));
        Ok(guess(&GuessInput {
            columns: &columns,
            rows: &rows,
            custom: &custom,
            references: references(&catalog, recipe),
            labels: &labels,
            words: Some(&words),
            subjects: &memory.subjects,
            memory: &memory.rules,
        }))
    }

    /// Guesses untouched columns again after the file format changed. The user's choices stay, even for missing
    /// columns.
    pub(super) fn guess_again(
        &self,
        recipe: &mut Recipe,
        before: &Sheet,
        after: &Sheet,
    ) -> Result<(), AppError> {
        let guessed =
            self.suggestions(before, recipe)?.into_iter().map(|guess| (guess.rule.from.clone(), guess.rule));
        let guessed: HashMap<String, ColumnRule> = guessed.collect();
        recipe.columns.retain(|rule| guessed.get(&rule.from) != Some(rule));
        let columns = after.columns();
        let names = ColumnNames::new(&columns);
        let mut there: HashSet<usize> =
            recipe.columns.iter().filter_map(|rule| names.called(&rule.from)).collect();
        let mut fields: BTreeSet<Target> = recipe.columns.iter().map(|rule| rule.to).collect();
        let suggestions = self.suggestions(after, recipe)?;
        for (index, guess) in suggestions.iter().enumerate() {
            let takes_many = matches!(guess.rule.to, Target::Ignore | Target::Case(CaseField::Notes));
            if !there.contains(&index) && (takes_many || !fields.contains(&guess.rule.to)) {
                there.insert(index);
                fields.insert(guess.rule.to);
                recipe.columns.push(guess.rule.clone());
            }
        }
        apply_guesses(recipe, &suggestions, &[]);
        Ok(())
    }

    /// Guesses fields for the ignored columns of a draft with today's catalog. Returns the import and the columns that
    /// got a field.
    pub fn guess_later(&self, import: Import, sheet: &Sheet) -> Result<(Import, Vec<String>), AppError> {
        if !matches!(import.status, Status::Draft | Status::Ready) {
            return Ok((import, Vec::new()));
        }
        let (mut recipe, columns) = (self.imports.recipe(import.id)?, sheet.columns());
        let guessed = self.later_guesses(&import, sheet)?.apply(&mut recipe, &columns);
        if guessed.is_empty() {
            return Ok((import, guessed));
        }
        Ok((self.save(import.id, &import.name, &recipe, sheet)?, guessed))
    }

    /// Guesses the columns of a draft with today's catalog.
    pub fn later_guesses(&self, import: &Import, sheet: &Sheet) -> Result<LaterGuesses, AppError> {
        let columns = sheet.columns();
        let earlier = import.duplicated_from.and_then(|like| self.imports.recipe(like).ok());
        let names = ColumnNames::new(&columns);
        let settled = earlier.into_iter().flat_map(|recipe| recipe.columns);
        let settled = settled.filter_map(|rule| names.called(&rule.from)).collect();
        let guesses = self.suggestions(sheet, &self.imports.recipe(import.id)?)?;
        Ok(LaterGuesses { guesses, settled })
    }

    /// Returns the different values of columns of ids, the most frequent first.
    pub fn id_column_values(&self, sheet: &Sheet, recipe: &Recipe) -> Result<Vec<IdColumnValues>, AppError> {
        let columns = sheet.columns();
        let (of, _) = columns_to_survey(recipe, &columns);
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let (facets, _) = engine::survey(sheet, &Edits::default(), &of, &[])?;
        Ok(of.iter().map(|of| of.column).zip(facets.into_iter().map(|facet| facet.texts)).collect())
    }

    /// Copies the defaults and field map of an earlier import. The file and the name stay.
    pub fn copy_settings(&self, id: ImportId, like: ImportId, sheet: &Sheet) -> Result<Import, AppError> {
        let import = self.imports.get(id)?;
        let mut recipe = self.adapt_recipe(sheet, like)?.recipe;
        recipe.sheet = recipe_of(&import)?.sheet;
        let change = self.change(Some(import.recipe), &import.name, &recipe, sheet);
        self.write(id, DraftChange { duplicated_from: Some(like), ..change })
    }

    /// Guesses each column of an import's file.
    pub fn suggestions(&self, sheet: &Sheet, recipe: &Recipe) -> Result<Vec<Guess>, AppError> {
        let memory = self.knowledge.memory(recipe)?;
        self.guesses(sheet, recipe, &memory)
    }
}

/// Returns an earlier rule updated with facts from the new file: the order of its dates, and account names that didn't
/// occur before. An order that no date of the column (from 0) fits any more is dropped.
fn updated(rule: &ColumnRule, guess: &ColumnRule, column: usize, rows: &[Row]) -> ColumnRule {
    let mut rule = rule.clone();
    rule.date = rule.date.filter(|order| {
        let mut dates = DateProfile::default();
        for row in rows {
            dates.add(row.cells.get(column).unwrap_or(""));
        }
        !dates.excludes(*order)
    });
    if rule.to == guess.to {
        rule.date = guess.date.or(rule.date);
        rule.learn(guess.values.clone());
    }
    rule
}

/// Returns true if a column named by number is another one than in the earlier file.
fn is_renumbered(drift: &[Drift], from: &str) -> bool {
    drift.iter().any(|drift| matches!(drift, Drift::Renumbered { number, .. } if number == from.trim()))
}

/// Returns true if a column that may be a renamed one is clearly something else by its own name.
fn speaks_for_itself(drift: &Drift, recipe: &Recipe, guesses: &[Guess]) -> bool {
    let Drift::Renamed { from, to, .. } = drift else { return false };
    let rule = recipe.columns.iter().find(|rule| rule.from.trim() == from);
    let suggestion =
        guesses.iter().find(|guess| guess.rule.from == *to).and_then(|guess| guess.suggestion.as_ref());
    let (Some(rule), Some(suggestion)) = (rule, suggestion) else { return false };
    suggestion.to != rule.to && suggestion.confidence > MIN_CONFIDENCE
}

/// Returns the account's names of the references, for the recipe's case type, or the first one that has names.
fn references<'a>(catalog: &'a Catalog, recipe: &Recipe) -> [Option<&'a str>; 3] {
    let named = match recipe.defaults.get(&Target::Case(CaseField::CaseType)) {
        Some(DefaultText::Whole(id)) => catalog.references.get(&id.to_string()),
        _ => catalog.references.values().next(),
    };
    [0, 1, 2].map(|index| named.and_then(|labels| labels.get(index)).map(String::as_str))
}

/// Returns the labels of ids.
fn labels(catalog: &Catalog) -> Vec<(CaseField, &str, u64)> {
    CaseField::VARIANTS
        .iter()
        .copied()
        .filter_map(|field| Some((field, List::of(field)?)))
        .flat_map(|(field, list)| catalog.entries(list).iter().map(move |e| (field, e.label.as_str(), e.id)))
        .collect()
}

/// Adds the subjects of guesses, and declares the custom fields that only earlier imports know.
fn apply_guesses(recipe: &mut Recipe, guesses: &[Guess], fields: &[CustomField]) {
    recipe.describe(guesses.iter().filter_map(|guess| guess.subject.as_ref()));
    for target in recipe.columns.iter().map(|rule| rule.to).collect::<Vec<_>>() {
        if let Target::Custom(place, _) = target
            && let key = place.key()
            && recipe.kind_of(key).is_none()
            && let Some(field) = fields.iter().find(|field| field.key == key)
        {
            recipe.fields.push(field.clone());
        }
    }
}
