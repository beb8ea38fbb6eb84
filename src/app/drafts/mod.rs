//! Drafts: imports that were not started, whose file format and field map can change.

pub(super) mod create;
mod drift;
mod format;
mod groups;
pub(super) mod mapping;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::app::accounts::Accounts;
use crate::app::error::AppError;
use crate::app::imports::Imports;
use crate::app::imports::recipe::recipe_of;
use crate::app::knowledge::Knowledge;
use crate::app::lock::locked;
use crate::case::{Plan, PlanContext, Recipe};
use crate::ledger::{DraftChange, Import, ImportId, Ledger, LedgerError, Status};
use crate::sheet::Sheet;

/// Imports before their start: a file, its format, and a field map that can change.
pub struct Drafts {
    accounts: Arc<Accounts>,
    knowledge: Arc<Knowledge>,
    imports: Arc<Imports>,
    ledger: Ledger,
    /// The recipe of each draft open here, as last seen in the ledger.
    opened: Mutex<HashMap<ImportId, String>>,
}

impl Drafts {
    pub(super) fn new(
        accounts: Arc<Accounts>,
        knowledge: Arc<Knowledge>,
        imports: Arc<Imports>,
        ledger: Ledger,
    ) -> Self {
        Self { accounts, knowledge, imports, ledger, opened: Mutex::default() }
    }

    /// Saves a draft: Ready if everything required is mapped, Draft otherwise.
    pub fn save(&self, id: ImportId, name: &str, recipe: &Recipe, sheet: &Sheet) -> Result<Import, AppError> {
        self.write(id, self.change(None, name, recipe, sheet))
    }

    /// Saves the recipe of a draft over the one that was read. Fails if another program changed it in the meantime.
    pub(crate) fn save_over(
        &self,
        read: &Import,
        recipe: &Recipe,
        sheet: &Sheet,
    ) -> Result<Import, AppError> {
        self.write(read.id, self.change(Some(read.recipe.clone()), &read.name, recipe, sheet))
    }

    /// Returns the change that gives a draft this name and recipe, if its recipe is still the one before.
    fn change(&self, before: Option<String>, name: &str, recipe: &Recipe, sheet: &Sheet) -> DraftChange {
        let mut recipe = recipe.clone();
        name.clone_into(&mut recipe.name);
        self.use_fields(&mut recipe);
        DraftChange {
            name: name.to_owned(),
            recipe: recipe.to_toml(),
            status: readiness(&recipe, sheet),
            before,
            facts: None,
            duplicated_from: None,
        }
    }

    fn write(&self, id: ImportId, change: DraftChange) -> Result<Import, AppError> {
        let recipe = change.recipe.clone();
        self.ledger.save_draft(id, change).map_err(changed)?;
        if let Some(known) = locked(&self.opened).get_mut(&id) {
            *known = recipe;
        }
        self.imports.get(id)
    }

    /// Remembers a draft as it is when opened, for [`save_opened`](Self::save_opened).
    pub fn open(&self, import: &Import) {
        locked(&self.opened).insert(import.id, import.recipe.clone());
    }

    /// Returns true if an import has the recipe that this program knows, and hasn't started.
    #[must_use]
    pub fn is_as_opened(&self, import: &Import) -> bool {
        let is_draft = matches!(import.status, Status::Draft | Status::Ready);
        is_draft && self.known(import.id).is_none_or(|known| known == import.recipe)
    }

    /// Saves an opened draft. Fails if another program changed it in the meantime.
    pub fn save_opened(
        &self,
        id: ImportId,
        name: &str,
        recipe: &Recipe,
        sheet: &Sheet,
    ) -> Result<Import, AppError> {
        self.write(id, self.change(self.known(id), name, recipe, sheet))
    }

    /// Returns the recipe of an opened draft as this program knows it.
    fn known(&self, id: ImportId) -> Option<String> {
        locked(&self.opened).get(&id).cloned()
    }

    /// Renames an import, whatever its status.
    pub fn rename(&self, id: ImportId, name: &str) -> Result<Import, AppError> {
        let import = self.imports.get(id)?;
        let mut recipe = recipe_of(&import)?;
        name.clone_into(&mut recipe.name);
        let text = recipe.to_toml();
        self.ledger.rename(id, name, import.recipe.clone(), text.clone()).map_err(changed)?;
        // What another program has saved since the draft was opened isn't known here.
        if let Some(known) = locked(&self.opened).get_mut(&id).filter(|known| **known == import.recipe) {
            *known = text;
        }
        self.imports.get(id)
    }
}

/// Words the error of a draft that another program changed.
fn changed(error: LedgerError) -> AppError {
    match error {
        LedgerError::Changed(id) => AppError::DraftChanged(id),
        error => error.into(),
    }
}

/// Returns Ready if everything required is mapped.
pub(super) fn readiness(recipe: &Recipe, sheet: &Sheet) -> Status {
    let plan = Plan::new(recipe, &sheet.columns(), &PlanContext::default());
    if plan.is_ok_and(|plan| plan.require_identity().is_ok()) { Status::Ready } else { Status::Draft }
}
