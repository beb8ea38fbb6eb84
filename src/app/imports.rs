//! Imports: drafts from a file and a recipe, and their results.

use std::{cmp::Ordering, path::Path};

use super::{App, AppError};
use crate::app::accounts::person;
use crate::app::lock::locked;
use crate::app::today::today;
use crate::case::{Plan, PlanContext, Recipe, SkipRule, Target};
use crate::engine::{Duplicates, Judge};
use crate::home::read_small_text;
use crate::ledger::{
    CreatedLater, Decision, DuplicateCases, Exception, Exclusion, FileFacts, Import, ImportId, LedgerError,
    LoggedAction, NewImport, OnError, Status, Try,
};
use crate::sheet::{Layout, Scan, Sheet, SheetError};

impl App {
    /// Returns all imports, newest first.
    pub fn imports(&self) -> Result<Vec<Import>, AppError> {
        Ok(self.inner.ledger.imports()?)
    }

    /// Returns an import.
    pub fn import(&self, id: ImportId) -> Result<Import, AppError> {
        Ok(self.inner.ledger.import(id)?)
    }

    /// Returns the exception log of an import: `limit` exceptions after the first `skip`, oldest first.
    pub fn exceptions(&self, id: ImportId, skip: u64, limit: u64) -> Result<Vec<Exception>, AppError> {
        Ok(self.inner.ledger.exceptions(id, skip, limit)?)
    }

    /// Creates an import of a new file, with a field map guessed from its headers. The file is still being read:
    /// [`measure`](Self::measure) waits for that.
    pub fn new_import(&self, file: &Path) -> Result<(Import, Sheet), AppError> {
        let sheet = Sheet::open(file)?;
        let recipe = self.propose(&sheet, None)?.recipe;
        Ok((self.create_draft(&sheet, &recipe, OnError::default(), None)?, sheet))
    }

    /// Creates an import with another's defaults and field map. Its file is still being read.
    pub fn duplicate(&self, id: ImportId, file: &Path) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
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
        self.measure(id, sheet)
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
        self.import(id)
    }

    /// Waits until the whole file was read. For a new import, records its hash, rows and format. Fails if the file no
    /// longer matches the one this import was created from.
    pub fn measure(&self, id: ImportId, sheet: &Sheet) -> Result<Import, AppError> {
        let scan = sheet.scan()?;
        sheet.require_rows()?;
        let import = self.import(id)?;
        match import.sha256 {
            Some(sha256) if sha256 != scan.sha256 => {
                Err(AppError::FileChanged { path: sheet.path().to_path_buf(), id })
            }
            Some(_) => Ok(import),
            None => {
                self.inner.ledger.set_file(id, facts(sheet)?)?;
                self.import(id)
            }
        }
    }

    /// Returns an import after measuring its file, unless that was done: the program that created it may have died
    /// before.
    pub fn ensure_measured(&self, id: ImportId) -> Result<Import, AppError> {
        let import = self.import(id)?;
        match import.sha256 {
            Some(_) => Ok(import),
            None => self.measure(id, &self.sheet(id)?),
        }
    }

    /// Changes the file format of a draft.
    pub fn change_format(&self, id: ImportId, layout: &Layout) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
        // Before the recipe is saved: both change, or neither.
        self.inner.ledger.require_no_rows(id)?;
        let before = self.sheet(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), layout)?;
        sheet.require_rows()?;
        let mut recipe = recipe_of(&import)?;
        self.guess_again(&mut recipe, &before, &sheet)?;
        move_rows(&mut recipe, &before, &sheet)?;
        recipe.sheet = layout.clone();
        let import = self.save(id, &import.name, &recipe, &sheet)?;
        self.inner.ledger.set_file(id, facts(&sheet)?)?;
        Ok((self.import(import.id)?, sheet))
    }

    /// Restores an earlier recipe of a draft, including its file format.
    pub fn restore(&self, id: ImportId, recipe: &Recipe) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
        self.inner.ledger.require_no_rows(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), &recipe.sheet)?;
        let import = self.save(id, &import.name, recipe, &sheet)?;
        self.inner.ledger.set_file(id, facts(&sheet)?)?;
        Ok((self.import(import.id)?, sheet))
    }

    /// Describes the account's earlier imports of the same file, a sentence each, newest first.
    pub fn earlier(&self, sheet: &Sheet, but: ImportId) -> Result<Vec<String>, AppError> {
        let Some((account, _)) = self.inner.accounts.in_use() else { return Ok(Vec::new()) };
        let imports = self.inner.ledger.imports_of_file(&account, sheet.scan()?.sha256)?;
        Ok(imports.iter().filter(|import| import.id != but).map(earlier).collect())
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
        self.import(id)
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
            Some(known) if known != self.import(id)?.recipe => Err(AppError::DraftChanged(id)),
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
        let mut recipe = self.recipe(id)?;
        name.clone_into(&mut recipe.name);
        let text = recipe.to_toml();
        self.inner.ledger.rename(id, name, text.clone())?;
        self.note_draft(id, text);
        self.import(id)
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

    /// Returns the recipe of an import.
    pub fn recipe(&self, id: ImportId) -> Result<Recipe, AppError> {
        recipe_of(&self.import(id)?)
    }

    /// Reads a recipe file.
    pub fn read_recipe(path: &Path) -> Result<Recipe, AppError> {
        let text = read_small_text(path, MAX_RECIPE_LEN)
            .map_err(|source| AppError::RecipeFile { path: path.to_path_buf(), source })?;
        Recipe::from_toml(&text)
            .map_err(|source| AppError::Recipe { name: path.display().to_string(), source })
    }

    /// Opens the file of an import in the same format as before. [`measure`](Self::measure) tests whether it is still
    /// the same file.
    pub fn sheet(&self, id: ImportId) -> Result<Sheet, AppError> {
        let import = self.import(id)?;
        let layout = match (import.layout.as_str(), import.sha256) {
            ("", Some(_)) => Layout::plain(),
            ("", None) => recipe_of(&import)?.sheet,
            (layout, _) => Layout::from_toml(layout),
        };
        let encoding_guessed = recipe_of(&import)?.sheet.encoding.is_none();
        let layout = Layout { encoding_guessed, ..layout };
        Ok(Sheet::open_as(&import.file.unwrap_or_default(), &layout)?)
    }

    pub(super) fn judge(&self, plan: Plan, import: ImportId) -> Judge {
        let guard = self.inner.accounts.in_use().map(|(name, _)| self.inner.ledger.guard(&name, import));
        Judge::new(plan, today(), Duplicates::Exclude(guard))
    }

    /// Returns which later imports created cases for the rejected rows of an import.
    pub fn created_later(&self, id: ImportId) -> Result<Vec<CreatedLater>, AppError> {
        Ok(self.inner.ledger.created_later(id)?)
    }

    /// Returns the excluded rows of an import, each with the reason.
    pub fn exclusions(&self, id: ImportId) -> Result<Vec<Exclusion>, AppError> {
        Ok(self.inner.ledger.exclusions(id)?)
    }

    /// Returns the earlier tries of an import's rows that were resent.
    pub fn tries(&self, id: ImportId) -> Result<Vec<Try>, AppError> {
        Ok(self.inner.ledger.tries(id)?)
    }

    /// Returns the rows with more than one case in Trackops, as far as the import was read back.
    pub fn duplicate_cases(&self, id: ImportId) -> Result<Vec<DuplicateCases>, AppError> {
        Ok(self.inner.ledger.duplicate_cases(id)?)
    }

    /// Returns the unknown rows that a decision applies to: all of them, or the one that is named.
    pub fn unknown_rows(
        &self,
        id: ImportId,
        decision: &Decision,
        row: Option<u64>,
    ) -> Result<Vec<u64>, AppError> {
        let rows = self.unknown(id)?;
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

    /// Returns the rows that were sent and have no known outcome.
    pub fn unknown(&self, id: ImportId) -> Result<Vec<u64>, AppError> {
        Ok(self.inner.ledger.unsettled(id)?.iter().map(|unsettled| unsettled.row).collect())
    }

    /// Applies the user's decision about an unknown row. The case it names must exist in Trackops.
    pub async fn decide(&self, id: ImportId, row: u64, decision: Decision) -> Result<(), AppError> {
        let mut number = None;
        if let Decision::Created(case) = &decision {
            let (name, account) = self.inner.accounts.account_of(&self.import(id)?)?;
            let record = self.inner.accounts.client_of(&name, &account, 1)?.read_case(case).await?;
            let record = record.ok_or_else(|| AppError::NoSuchCase(case.clone()))?;
            number = record.get("case_number").and_then(|number| number.as_str()).map(str::to_owned);
        }
        Ok(self.inner.ledger.decide(id, row, decision, number, self.inner.accounts.person())?)
    }
}

/// Returns the facts about a file that the ledger stores.
fn facts(sheet: &Sheet) -> Result<FileFacts, SheetError> {
    let Scan { sha256, rows, columns, .. } = sheet.scan()?;
    let (layout, profile) = (sheet.layout().to_toml(), super::drift::profile(columns));
    Ok(FileFacts { sha256: *sha256, rows: *rows, layout, profile })
}

pub(super) fn recipe_of(import: &Import) -> Result<Recipe, AppError> {
    Recipe::from_toml(&import.recipe)
        .map_err(|source| AppError::Recipe { name: format!("of import {}", import.id), source })
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

/// Maximum size of a recipe, in bytes. One with ten thousand values takes a tenth of it.
const MAX_RECIPE_LEN: usize = 8 << 20;

/// Describes an earlier import of the same file.
fn earlier(import: &Import) -> String {
    let at = jiff::Timestamp::from_second(import.started_at.unwrap_or(import.created_at)).unwrap_or_default();
    let at = at.to_zoned_datetime(jiff::tz::TimeZone::system());
    format!(
        "this file was imported on {} (import {}, {}): {} created, {} rejected, {} excluded, {} unknown, {} not sent",
        at.strftime("%A %Y-%m-%d at %H:%M"),
        import.id,
        import.status,
        import.counts.created,
        import.counts.rejected,
        import.counts.excluded,
        import.counts.unknown,
        import.counts.not_sent,
    )
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

impl App {
    /// Returns people's actions on an import, in order.
    pub fn actions(&self, id: ImportId) -> Result<Vec<LoggedAction>, AppError> {
        Ok(self.inner.ledger.actions(id)?)
    }
}
