//! What is different in a new file of a format that was imported before.

use std::collections::BTreeSet;

use super::{App, AppError};
use crate::case::{Before, Drift, Edits, Now, Recipe, column_drift, drift, plain, to_survey};
use crate::engine;
use crate::ledger::{Import, ImportId};
use crate::sheet::{Column, Layout, Sheet};

/// So many of 100 headers have to be the same for a file to be of the same format.
const SAME_FORMAT: usize = 75;
/// With fewer earlier imports, how many rows are usual is not known.
const ENOUGH_IMPORTS: usize = 2;

/// The columns of a file as the ledger keeps them.
pub(super) fn profile(columns: &[Column]) -> String {
    let columns: Vec<(&str, u64)> =
        columns.iter().map(|column| (column.header.as_str(), column.filled)).collect();
    // Texts and numbers only: nothing in them can fail to be written.
    serde_json::to_string(&columns).unwrap_or_default()
}

/// The columns of an import's file; empty when they were not kept.
fn columns_of(import: &Import) -> Vec<Column> {
    let kept: Vec<(String, u64)> = serde_json::from_str(&import.profile).unwrap_or_default();
    kept.into_iter().map(|(header, filled)| Column { header, filled }).collect()
}

impl App {
    /// What is different in a file from an earlier import; looks through the whole file where columns have value
    /// maps or dates.
    pub fn drift(&self, sheet: &Sheet, like: ImportId) -> Result<Vec<Drift>, AppError> {
        let (import, recipe) = (self.import(like)?, self.recipe(like)?);
        let columns = sheet.scan()?.columns.clone();
        let (lists, dates) = to_survey(&recipe, &columns);
        let (texts, orders) = if lists.is_empty() && dates.is_empty() {
            Default::default()
        } else {
            let (facets, orders) = engine::survey(sheet, &Edits::default(), &lists, &dates)?;
            let texts = lists.iter().map(|of| of.column).zip(facets.into_iter().map(|facet| facet.texts));
            (texts.collect(), dates.into_iter().zip(orders).collect())
        };
        let then = columns_of(&import);
        let usual_rows = self.usual_rows(sheet)?;
        let before = Before { recipe: &recipe, columns: &then, rows: import.counts.rows, usual_rows };
        let rows = sheet.scan()?.rows;
        let mut found = drift(before, Now { columns: &columns, rows, texts: &texts, orders: &orders });
        let footer = sheet.scan()?.footer;
        let was = Layout::from_toml(&import.layout).footer.unwrap_or(footer);
        if was != footer {
            found.push(Drift::Footer(was, footer));
        }
        Ok(found)
    }

    /// Refuses a file whose dates are in another order than those of the import whose recipe is taken as it is: they
    /// would be swapped without a word.
    pub fn require_order(&self, sheet: &Sheet, like: ImportId) -> Result<(), AppError> {
        let other = self.drift(sheet, like)?.into_iter().find_map(|drift| match drift {
            Drift::Order { told, only: Some(_) } => Some(told),
            _ => None,
        });
        other.map_or(Ok(()), |told| Err(AppError::OtherOrder { told, like }))
    }

    /// Which columns are different; needs no more than the header.
    pub(super) fn column_drift(&self, sheet: &Sheet, like: ImportId) -> Result<Vec<Drift>, AppError> {
        let (import, recipe) = (self.import(like)?, self.recipe(like)?);
        let then = columns_of(&import);
        let before = Before { recipe: &recipe, columns: &then, rows: import.counts.rows, usual_rows: None };
        Ok(column_drift(before, &sheet.columns()))
    }

    /// How many rows the earlier files of the same format have: the middle one of them.
    fn usual_rows(&self, sheet: &Sheet) -> Result<Option<u64>, AppError> {
        let mut rows: Vec<u64> =
            self.of_same_format(sheet)?.iter().map(|import| import.counts.rows).collect();
        rows.sort_unstable();
        Ok(rows.get(rows.len() / 2).copied().filter(|_| rows.len() >= ENOUGH_IMPORTS))
    }

    /// The earlier import whose columns are most like the file's: nearly all of them the same.
    pub fn resembling(&self, sheet: &Sheet) -> Result<Option<Import>, AppError> {
        Ok(self.of_same_format(sheet)?.into_iter().next())
    }

    /// The earlier imports of the account with nearly the same columns, the most alike first, then the newest.
    fn of_same_format(&self, sheet: &Sheet) -> Result<Vec<Import>, AppError> {
        let Some((account, _)) = self.account() else { return Ok(Vec::new()) };
        let headers = |names: &mut dyn Iterator<Item = String>| -> BTreeSet<String> {
            names.map(|name| plain(&name)).filter(|name| !name.is_empty()).collect()
        };
        let mine = headers(&mut sheet.columns().into_iter().map(|column| column.header));
        let mut alike: Vec<(usize, Import)> = Vec::new();
        for import in self.remembered_imports(&account)? {
            let columns = columns_of(&import);
            let theirs = if columns.is_empty() {
                // One that cannot be read any more has nothing to say.
                let Ok(recipe) = Recipe::from_toml(&import.recipe) else { continue };
                headers(&mut recipe.columns.into_iter().map(|rule| rule.from))
            } else {
                headers(&mut columns.into_iter().map(|column| column.header))
            };
            let (common, all) = (mine.intersection(&theirs).count(), mine.union(&theirs).count());
            if all > 0 && common * 100 >= all * SAME_FORMAT {
                alike.push((common * 1_000 / all, import));
            }
        }
        alike.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
        Ok(alike.into_iter().map(|(_, import)| import).collect())
    }

    /// Remembers no more what imports so far made of a header. Gives whether anything was remembered.
    pub fn forget(&self, header: &str) -> Result<bool, AppError> {
        let Some((account, _)) = self.account() else { return Ok(false) };
        let memory = self.memory(&Recipe::new(""))?;
        let known = memory.rules.iter().any(|remembered| plain(&remembered.rule.from) == plain(header));
        if known {
            self.inner.ledger.forget(&account, &plain(header))?;
        }
        Ok(known)
    }
}
