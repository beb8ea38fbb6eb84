//! Differences between a new file and earlier imports in the same format.

use std::collections::BTreeSet;

use crate::app::drafts::Drafts;
use crate::app::error::AppError;
use crate::app::imports::profile::columns_of;
use crate::case::{
    Drift, EarlierFile, Edits, NewFile, Recipe, SAMPLED, alphanumeric, column_drift, columns_to_survey,
    drift, renumbered,
};
use crate::engine;
use crate::ledger::{Import, ImportId};
use crate::sheet::{Layout, Sheet};

/// Percentage of headers that must match for a file to have the same format.
const SAME_FORMAT: usize = 75;
/// Minimum number of earlier imports needed to know the usual number of rows.
const ENOUGH_IMPORTS: usize = 2;

impl Drafts {
    /// Returns the differences between a file and an earlier import. Reads the whole file if columns have value maps or
    /// dates.
    pub fn drift(&self, sheet: &Sheet, like: ImportId) -> Result<Vec<Drift>, AppError> {
        let (import, recipe) = (self.imports.get(like)?, self.imports.recipe(like)?);
        let columns = sheet.scan()?.columns.clone();
        let (lists, dates) = columns_to_survey(&recipe, &columns);
        let (texts, orders) = if lists.is_empty() && dates.is_empty() {
            Default::default()
        } else {
            let (facets, orders) = engine::survey(sheet, &Edits::default(), &lists, &dates)?;
            let texts = lists.iter().map(|of| of.column).zip(facets.into_iter().map(|facet| facet.texts));
            (texts.collect(), dates.into_iter().zip(orders).collect())
        };
        let then = columns_of(&import);
        let usual_rows = self.usual_rows(sheet)?;
        let before = EarlierFile { recipe: &recipe, columns: &then, rows: import.counts.rows, usual_rows };
        let rows = sheet.scan()?.rows;
        let first_rows = sheet.first_rows(SAMPLED)?;
        let now =
            NewFile { columns: &columns, rows, texts: &texts, orders: &orders, first_rows: &first_rows };
        let mut found = drift(before, now);
        let footer = sheet.scan()?.footer;
        let was = Layout::from_toml(&import.layout).footer.unwrap_or(footer);
        if was != footer {
            found.push(Drift::Footer(was, footer));
        }
        Ok(found)
    }

    /// Fails if a column of a file means something else than in the import whose recipe is used unchanged: its dates are
    /// in another order, or it is named by number and another column has that number now.
    pub fn require_same_meaning(&self, sheet: &Sheet, like: ImportId) -> Result<(), AppError> {
        let drift = self.drift(sheet, like)?;
        if let Some(moved) = renumbered(&self.imports.recipe(like)?, &drift) {
            return Err(AppError::OtherColumn { told: moved.describe(), like });
        }
        let other = drift.into_iter().find_map(|drift| match drift {
            Drift::Order { told, only: Some(_) } => Some(told),
            _ => None,
        });
        other.map_or(Ok(()), |told| Err(AppError::OtherOrder { told, like }))
    }

    /// Returns the differences between columns. Needs only the header.
    pub(super) fn column_drift(&self, sheet: &Sheet, like: ImportId) -> Result<Vec<Drift>, AppError> {
        let (import, recipe) = (self.imports.get(like)?, self.imports.recipe(like)?);
        let then = columns_of(&import);
        let before =
            EarlierFile { recipe: &recipe, columns: &then, rows: import.counts.rows, usual_rows: None };
        Ok(column_drift(before, &sheet.columns()))
    }

    /// Returns the median number of rows of earlier files in the same format.
    fn usual_rows(&self, sheet: &Sheet) -> Result<Option<u64>, AppError> {
        let mut rows: Vec<u64> =
            self.imports_of_same_format(sheet)?.iter().map(|import| import.counts.rows).collect();
        rows.sort_unstable();
        Ok(rows.get(rows.len() / 2).copied().filter(|_| rows.len() >= ENOUGH_IMPORTS))
    }

    /// Returns the earlier import with nearly the same columns that is most similar to the file.
    pub fn resembling(&self, sheet: &Sheet) -> Result<Option<Import>, AppError> {
        Ok(self.imports_of_same_format(sheet)?.into_iter().next())
    }

    /// Returns the account's earlier imports with nearly the same columns, the most similar first, then the newest.
    fn imports_of_same_format(&self, sheet: &Sheet) -> Result<Vec<Import>, AppError> {
        let Some((account, _)) = self.accounts.in_use() else { return Ok(Vec::new()) };
        let headers = |names: &mut dyn Iterator<Item = String>| -> BTreeSet<String> {
            names.map(|name| alphanumeric(&name)).filter(|name| !name.is_empty()).collect()
        };
        let mine = headers(&mut sheet.columns().into_iter().map(|column| column.header));
        let mut alike: Vec<(usize, Import)> = Vec::new();
        for import in self.knowledge.remembered_imports(&account)? {
            let columns = columns_of(&import);
            let theirs = if columns.is_empty() {
                // Skip a recipe that can no longer be read.
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
}
