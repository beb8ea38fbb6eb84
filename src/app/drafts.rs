//! Imports: drafts from a file and a recipe, and their results.

use std::{cmp::Ordering, path::Path};

use super::{App, AppError};
use crate::app::accounts::person;
use crate::app::imports::file::facts;
use crate::app::imports::recipe::recipe_of;
use crate::app::lock::locked;
use crate::app::today::today;
use crate::case::{Plan, PlanContext, Recipe, SkipRule, Target};
use crate::engine::{Duplicates, Judge};
use crate::ledger::{Decision, Import, ImportId, LedgerError, NewImport, OnError, Status};
use crate::sheet::{Layout, Sheet, SheetError};

impl App {
    /// Creates an import of a new file, with a field map guessed from its headers. The file is still being read:
    /// [`measure`](Self::measure) waits for that.
    pub fn new_import(&self, file: &Path) -> Result<(Import, Sheet), AppError> {
        let sheet = Sheet::open(file)?;
        let recipe = self.propose(&sheet, None)?.recipe;
        Ok((self.create_draft(&sheet, &recipe, OnError::default(), None)?, sheet))
    }

    /// Creates an import with another's defaults and field map. Its file is still being read.
    pub fn duplicate(&self, id: ImportId, file: &Path) -> Result<(Import, Sheet), AppError> {
        let import = self.inner.imports.get(id)?;
        let sheet = Sheet::open_as(file, &recipe_of(&import)?.for_other_files().sheet)?;
        let mut recipe = self.adapt_recipe(&sheet, id)?.recipe;
        // A name the user chose is copied; one taken from the file isn't.
        if import.file.as_deref().is_some_and(|file| import.name == name_of(file)) {
            recipe.name.clear();
        }
        Ok((self.create_draft(&sheet, &recipe, import.on_error, Some(id))?, sheet))
    }

    /// Creates an import with a recipe that must fit the file.
    pub fn import_with(&self, sheet: &Sheet, recipe: &Recipe, on_error: OnError) -> Result<Import, AppError> {
        sheet.scan()?;
        Plan::new(recipe, &sheet.columns(), &PlanContext::default()).map_err(AppError::Plan)?;
        let id = self.create_draft(sheet, recipe, on_error, None)?.id;
        self.inner.imports.measure(id, sheet)
    }

    pub(super) fn create_draft(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        on_error: OnError,
        made_like: Option<ImportId>,
    ) -> Result<Import, AppError> {
        sheet.require_rows()?;
        let (account, of_account) = self.inner.accounts.require()?;
        let file = sheet.path().canonicalize().unwrap_or_else(|_| sheet.path().to_path_buf());
        let name = if recipe.name.is_empty() { name_of(&file) } else { recipe.name.clone() };
        let id = self.inner.ledger.create(NewImport {
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
        self.inner.imports.get(id)
    }

    /// Changes the file format of a draft.
    pub fn change_format(&self, id: ImportId, layout: &Layout) -> Result<(Import, Sheet), AppError> {
        let import = self.inner.imports.get(id)?;
        // Before the recipe is saved: both change, or neither.
        self.inner.ledger.require_no_rows(id)?;
        let before = self.inner.imports.sheet(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), layout)?;
        sheet.require_rows()?;
        let mut recipe = recipe_of(&import)?;
        self.guess_again(&mut recipe, &before, &sheet)?;
        move_rows(&mut recipe, &before, &sheet)?;
        recipe.sheet = layout.clone();
        let import = self.save(id, &import.name, &recipe, &sheet)?;
        self.inner.ledger.set_file(id, facts(&sheet)?)?;
        Ok((self.inner.imports.get(import.id)?, sheet))
    }

    /// Restores an earlier recipe of a draft, including its file format.
    pub fn restore(&self, id: ImportId, recipe: &Recipe) -> Result<(Import, Sheet), AppError> {
        let import = self.inner.imports.get(id)?;
        self.inner.ledger.require_no_rows(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), &recipe.sheet)?;
        let import = self.save(id, &import.name, recipe, &sheet)?;
        self.inner.ledger.set_file(id, facts(&sheet)?)?;
        Ok((self.inner.imports.get(import.id)?, sheet))
    }

    /// Saves a draft: Ready if everything required is mapped, Draft otherwise.
    pub fn save(&self, id: ImportId, name: &str, recipe: &Recipe, sheet: &Sheet) -> Result<Import, AppError> {
        let mut recipe = recipe.clone();
        name.clone_into(&mut recipe.name);
        self.use_fields(&mut recipe);
        let status = readiness(&recipe, sheet);
        let text = recipe.to_toml();
        self.inner.ledger.save_draft(id, name, text.clone(), status)?;
        self.note_draft(id, text);
        self.inner.imports.get(id)
    }

    /// Remembers a draft as it is when opened, for [`save_opened`](Self::save_opened).
    pub fn open_draft(&self, import: &Import) {
        locked(&self.inner.drafts).insert(import.id, import.recipe.clone());
    }

    /// Saves an opened draft. Fails if another program changed it in the meantime.
    pub fn save_opened(
        &self,
        id: ImportId,
        name: &str,
        recipe: &Recipe,
        sheet: &Sheet,
    ) -> Result<Import, AppError> {
        let known = locked(&self.inner.drafts).get(&id).cloned();
        match known {
            Some(known) if known != self.inner.imports.get(id)?.recipe => Err(AppError::DraftChanged(id)),
            _ => self.save(id, name, recipe, sheet),
        }
    }

    /// Remembers our own change to an opened draft.
    fn note_draft(&self, id: ImportId, recipe: String) {
        if let Some(known) = locked(&self.inner.drafts).get_mut(&id) {
            *known = recipe;
        }
    }

    /// Renames an import, whatever its status.
    pub fn rename(&self, id: ImportId, name: &str) -> Result<Import, AppError> {
        let mut recipe = self.inner.imports.recipe(id)?;
        name.clone_into(&mut recipe.name);
        let text = recipe.to_toml();
        self.inner.ledger.rename(id, name, text.clone())?;
        self.note_draft(id, text);
        self.inner.imports.get(id)
    }

    /// Declares the catalog's custom fields that the recipe uses.
    pub(super) fn use_fields(&self, recipe: &mut Recipe) {
        let catalog = self.inner.knowledge.catalog();
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

    pub(super) fn judge(&self, plan: Plan, import: ImportId) -> Judge {
        let guard = self.inner.accounts.in_use().map(|(name, _)| self.inner.ledger.guard(&name, import));
        Judge::new(plan, today(), Duplicates::Exclude(guard))
    }

    /// Returns the unknown rows that a decision applies to: all of them, or the one that is named.
    pub fn unknown_rows(
        &self,
        id: ImportId,
        decision: &Decision,
        row: Option<u64>,
    ) -> Result<Vec<u64>, AppError> {
        let rows = self.inner.imports.unknown(id)?;
        match (row, rows.as_slice()) {
            (Some(row), rows) if rows.contains(&row) => Ok(vec![row]),
            (Some(row), _) => Err(LedgerError::NotUnknown { import: id, row }.into()),
            (None, []) => Err(AppError::NothingUnknown(id)),
            (None, [_, _, ..]) if matches!(decision, Decision::Created(_)) => {
                Err(AppError::SeveralUnknown { id, rows })
            }
            (None, _) => Ok(rows),
        }
    }

    /// Applies the user's decision about an unknown row. The case it names must exist in Trackops.
    pub async fn decide(&self, id: ImportId, row: u64, decision: Decision) -> Result<(), AppError> {
        let mut number = None;
        if let Decision::Created(case) = &decision {
            let (name, account) = self.inner.accounts.account_of(&self.inner.imports.get(id)?)?;
            let record = self.inner.accounts.client_of(&name, &account, 1)?.read_case(case).await?;
            let record = record.ok_or_else(|| AppError::NoSuchCase(case.clone()))?;
            number = record.get("case_number").and_then(|number| number.as_str()).map(str::to_owned);
        }
        Ok(self.inner.ledger.decide(id, row, decision, number, self.inner.accounts.person())?)
    }
}

/// Moves decisions about single rows with their lines, after the file format changed.
fn move_rows(recipe: &mut Recipe, before: &Sheet, after: &Sheet) -> Result<(), AppError> {
    let moved = |row: u64| -> Result<Option<u64>, AppError> {
        let Some(found) = before.rows_from(row)?.next().transpose()? else { return Ok(None) };
        Ok(row_at(after, found.line)?)
    };
    for fix in &mut recipe.fixes {
        if let Some(row) = fix.row {
            // The row is gone: its fix finds nothing at row 0.
            fix.row = Some(moved(row)?.unwrap_or(0));
        }
    }
    let mut anyway = Vec::new();
    for row in &recipe.send_anyway {
        anyway.extend(moved(*row)?);
    }
    recipe.send_anyway = anyway;
    for leave_out in &mut recipe.leave_out {
        if let SkipRule::Row(row) = leave_out {
            *row = moved(*row)?.unwrap_or(0);
        }
    }
    Ok(())
}

/// Returns the row that begins at a line. Lines rise with the rows, so this is a binary search.
fn row_at(sheet: &Sheet, line: u64) -> Result<Option<u64>, SheetError> {
    let (mut low, mut high) = (1, sheet.scan()?.rows);
    while low <= high {
        let middle = u64::midpoint(low, high);
        let Some(row) = sheet.rows_from(middle)?.next().transpose()? else { return Ok(None) };
        match row.line.cmp(&line) {
            Ordering::Equal => return Ok(Some(middle)),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle - 1,
        }
    }
    Ok(None)
}

fn readiness(recipe: &Recipe, sheet: &Sheet) -> Status {
    if Plan::new(recipe, &sheet.columns(), &PlanContext::default()).is_ok() {
        Status::Ready
    } else {
        Status::Draft
    }
}

pub(super) fn name_of(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

impl App {}
