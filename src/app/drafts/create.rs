//! New imports, from a file.

use std::path::Path;

use crate::app::accounts::person;
use crate::app::drafts::{Drafts, readiness};
use crate::app::error::AppError;
use crate::app::imports::file::facts;
use crate::app::imports::recipe::recipe_of;
use crate::case::{Plan, PlanContext, Recipe, Target};
use crate::ledger::{Import, ImportId, NewImport, OnError};
use crate::sheet::Sheet;

impl Drafts {
    /// Creates an import of a new file, with a field map guessed from its headers. The file is still being read:
    /// [`measure`](crate::app::imports::Imports::measure) waits for that.
    pub fn create(&self, file: &Path) -> Result<(Import, Sheet), AppError> {
        let sheet = Sheet::open(file)?;
        let recipe = self.propose(&sheet, None)?.recipe;
        Ok((self.create_draft(&sheet, &recipe, OnError::default(), None)?, sheet))
    }

    /// Creates an import with another's defaults and field map. Its file is still being read.
    pub fn duplicate(&self, id: ImportId, file: &Path) -> Result<(Import, Sheet), AppError> {
        let import = self.imports.get(id)?;
        let sheet = Sheet::open_as(file, &recipe_of(&import)?.for_other_files().sheet)?;
        let mut recipe = self.adapt_recipe(&sheet, id)?.recipe;
        // A name the user chose is copied; one taken from the file isn't.
        if import.file.as_deref().is_some_and(|file| import.name == name_of(file)) {
            recipe.name.clear();
        }
        Ok((self.create_draft(&sheet, &recipe, import.on_error, Some(id))?, sheet))
    }

    /// Creates an import with a recipe that must fit the file.
    pub fn create_with(&self, sheet: &Sheet, recipe: &Recipe, on_error: OnError) -> Result<Import, AppError> {
        sheet.scan()?;
        Plan::new(recipe, &sheet.columns(), &PlanContext::default()).map_err(AppError::Plan)?;
        let mut recipe = recipe.clone();
        ignore_by_hand(&mut recipe);
        let id = self.create_draft(sheet, &recipe, on_error, None)?.id;
        self.imports.measure(id, sheet)
    }

    pub(super) fn create_draft(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        on_error: OnError,
        made_like: Option<ImportId>,
    ) -> Result<Import, AppError> {
        sheet.require_rows()?;
        let (account, of_account) = self.accounts.require()?;
        let file = sheet.path().canonicalize().unwrap_or_else(|_| sheet.path().to_path_buf());
        let name = if recipe.name.is_empty() { name_of(&file) } else { recipe.name.clone() };
        let id = self.ledger.create(NewImport {
            name,
            account,
            file,
            recipe: recipe.to_toml(),
            status: readiness(recipe, sheet),
            on_error,
            duplicated_from: made_like,
            who: person(&of_account.username),
            facts: sheet.scanned().is_some_and(Result::is_ok).then(|| facts(sheet)).transpose()?,
        })?;
        self.imports.get(id)
    }
}

/// Marks the ignored columns of a recipe that the user wrote as the user's choice: no later guess maps them.
pub(in crate::app) fn ignore_by_hand(recipe: &mut Recipe) {
    for rule in recipe.columns.iter_mut().filter(|rule| rule.to == Target::Ignore) {
        rule.by_hand = true;
    }
}

pub(super) fn name_of(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
