//! Recipes of imports, and recipe files.

use std::path::Path;

use crate::app::error::AppError;
use crate::app::imports::Imports;
use crate::case::Recipe;
use crate::home::read_small_text;
use crate::ledger::{Import, ImportId};

/// Maximum size of a recipe, in bytes. One with ten thousand values takes a tenth of it.
const MAX_RECIPE_LEN: usize = 8 << 20;

impl Imports {
    /// Returns the recipe of an import.
    pub fn recipe(&self, id: ImportId) -> Result<Recipe, AppError> {
        recipe_of(&self.get(id)?)
    }
}

pub(in crate::app) fn recipe_of(import: &Import) -> Result<Recipe, AppError> {
    Recipe::from_toml(&import.recipe)
        .map_err(|source| AppError::Recipe { name: format!("of import {}", import.id), source })
}

/// Reads a recipe file.
pub fn read_recipe(path: &Path) -> Result<Recipe, AppError> {
    let text = read_small_text(path, MAX_RECIPE_LEN)
        .map_err(|source| AppError::RecipeFile { path: path.to_path_buf(), source })?;
    Recipe::from_toml(&text).map_err(|source| AppError::Recipe { name: path.display().to_string(), source })
}
