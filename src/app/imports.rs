//! Imports: from a file and a recipe to a draft, and what becomes of it.

use std::{cmp::Ordering, path::Path};

use jiff::civil::Date;

use super::{App, AppError, locked};
use crate::case::{LeaveOut, Plan, PlanContext, Recipe, Target};
use crate::engine::{Duplicates, Judge};
use crate::home::{os_user, read_small_text};
use crate::ledger::{
    Decision, Done, Doubled, Exception, Exclusion, FileFacts, Import, ImportId, LedgerError, NewImport,
    OnError, Status, Try, Who,
};
use crate::sheet::{Layout, Scan, Sheet, SheetError};
use crate::trackops::ValueForms;

impl App {
    /// All imports, newest first.
    pub fn imports(&self) -> Result<Vec<Import>, AppError> {
        Ok(self.inner.ledger.imports()?)
    }

    /// One import.
    pub fn import(&self, id: ImportId) -> Result<Import, AppError> {
        Ok(self.inner.ledger.import(id)?)
    }

    /// The exception log of an import: `limit` exceptions after the first `skip`, oldest first.
    pub fn exceptions(&self, id: ImportId, skip: u64, limit: u64) -> Result<Vec<Exception>, AppError> {
        Ok(self.inner.ledger.exceptions(id, skip, limit)?)
    }

    /// Begins an import of a file nobody has mapped: a first field map, from headers that say what they are. Its
    /// file is still being read: [`measure`](Self::measure) waits for that.
    pub fn new_import(&self, file: &Path) -> Result<(Import, Sheet), AppError> {
        let sheet = Sheet::open(file)?;
        let recipe = self.propose(&sheet, None)?.recipe;
        Ok((self.begin(&sheet, &recipe, OnError::default(), None)?, sheet))
    }

    /// Begins an import with another's defaults and field map; its file is still being read.
    pub fn duplicate(&self, id: ImportId, file: &Path) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
        let sheet = Sheet::open_as(file, &recipe_of(&import)?.for_other_files().sheet)?;
        let mut recipe = self.like(&sheet, id)?.recipe;
        // Only a name that somebody gave goes with it; another file has another name.
        if import.file.as_deref().is_some_and(|file| import.name == name_of(file)) {
            recipe.name.clear();
        }
        Ok((self.begin(&sheet, &recipe, import.on_error, Some(id))?, sheet))
    }

    /// Begins an import with a recipe that must fit the file.
    pub fn import_with(&self, sheet: &Sheet, recipe: &Recipe, on_error: OnError) -> Result<Import, AppError> {
        sheet.scan()?;
        Plan::new(recipe, &sheet.columns(), &PlanContext::default()).map_err(AppError::Plan)?;
        let id = self.begin(sheet, recipe, on_error, None)?.id;
        self.measure(id, sheet)
    }

    pub(super) fn begin(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        on_error: OnError,
        made_like: Option<ImportId>,
    ) -> Result<Import, AppError> {
        sheet.require_rows()?;
        let (account, of_account) = self.require_account()?;
        let file = sheet.path().canonicalize().unwrap_or_else(|_| sheet.path().to_path_buf());
        let name = if recipe.name.is_empty() { name_of(&file) } else { recipe.name.clone() };
        let id = self.inner.ledger.create(NewImport {
            name,
            account,
            file,
            recipe: recipe.to_toml(),
            status: readiness(recipe, sheet),
            on_error,
            made_like,
            who: who(&of_account.username),
            facts: sheet.scanned().is_some_and(Result::is_ok).then(|| facts(sheet)).transpose()?,
        })?;
        self.import(id)
    }

    /// Waits until the whole file was read. A new import's file is written down: its hash, its rows, and how it is
    /// read. That of an older one must be the file it was made from.
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

    /// An import whose file was read to its end, by now at the latest: whoever began it may have died before that.
    pub fn measured(&self, id: ImportId) -> Result<Import, AppError> {
        let import = self.import(id)?;
        match import.sha256 {
            Some(_) => Ok(import),
            None => self.measure(id, &self.sheet(id)?),
        }
    }

    /// Reads the file of a draft another way.
    pub fn read_as(&self, id: ImportId, layout: &Layout) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
        // Before the recipe is saved: both change, or neither.
        self.inner.ledger.may_read_again(id)?;
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

    /// Gives a draft a recipe it had before, and reads its file as that one says.
    pub fn restore(&self, id: ImportId, recipe: &Recipe) -> Result<(Import, Sheet), AppError> {
        let import = self.import(id)?;
        self.inner.ledger.may_read_again(id)?;
        let sheet = Sheet::open_as(&import.file.clone().unwrap_or_default(), &recipe.sheet)?;
        let import = self.save(id, &import.name, recipe, &sheet)?;
        self.inner.ledger.set_file(id, facts(&sheet)?)?;
        Ok((self.import(import.id)?, sheet))
    }

    /// What earlier imports of the account made of the very same file, a sentence each, newest first.
    pub fn earlier(&self, sheet: &Sheet, but: ImportId) -> Result<Vec<String>, AppError> {
        let Some((account, _)) = self.account() else { return Ok(Vec::new()) };
        let imports = self.inner.ledger.imports_of_file(&account, sheet.scan()?.sha256)?;
        Ok(imports.iter().filter(|import| import.id != but).map(earlier).collect())
    }

    /// Changes a draft: Ready when everything required is mapped, Draft otherwise.
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

    /// Gives an import another name, wherever it stands.
    pub fn rename(&self, id: ImportId, name: &str) -> Result<Import, AppError> {
        let mut recipe = self.recipe(id)?;
        name.clone_into(&mut recipe.name);
        let text = recipe.to_toml();
        self.inner.ledger.rename(id, name, text.clone())?;
        self.note_draft(id, text);
        self.import(id)
    }

    /// Declares in the recipe the catalog's custom fields that it uses.
    pub(super) fn use_fields(&self, recipe: &mut Recipe) {
        let catalog = self.catalog();
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

    /// The recipe of an import.
    pub fn recipe(&self, id: ImportId) -> Result<Recipe, AppError> {
        recipe_of(&self.import(id)?)
    }

    /// Reads a recipe file.
    pub fn read_recipe(path: &Path) -> Result<Recipe, AppError> {
        let text = read_small_text(path, LONGEST_RECIPE)
            .map_err(|source| AppError::RecipeFile { path: path.to_path_buf(), source })?;
        Recipe::from_toml(&text)
            .map_err(|source| AppError::Recipe { name: path.display().to_string(), source })
    }

    /// The file of an import, read the same way as before; whether it is still the same file is seen when it is
    /// [measured](Self::measure).
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
        let guard = self.account().map(|(name, _)| self.inner.ledger.guard(&name, import));
        Judge::new(plan, today(), Duplicates::LeaveOut(guard))
    }

    /// How the account in use wants values of custom fields.
    pub(super) fn forms(&self) -> ValueForms {
        self.account().map(|(_, account)| account.values).unwrap_or_default()
    }

    /// The rows of an import that were left out, each with the reason.
    pub fn exclusions(&self, id: ImportId) -> Result<Vec<Exclusion>, AppError> {
        Ok(self.inner.ledger.exclusions(id)?)
    }

    /// The earlier tries of an import's rows that were sent again.
    pub fn tries(&self, id: ImportId) -> Result<Vec<Try>, AppError> {
        Ok(self.inner.ledger.tries(id)?)
    }

    /// The rows of an import that have more than one case in Trackops, as far as it was read back.
    pub fn doubled(&self, id: ImportId) -> Result<Vec<Doubled>, AppError> {
        Ok(self.inner.ledger.doubled(id)?)
    }

    /// The unknown rows that a person's word can be about: all of them, or the one that is named.
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

    /// The rows that were sent and have no known outcome.
    pub fn unknown(&self, id: ImportId) -> Result<Vec<u64>, AppError> {
        Ok(self.inner.ledger.unsettled(id)?.iter().map(|unsettled| unsettled.row).collect())
    }

    /// Takes a person's word for what became of an unknown row. A case has to be one that Trackops shows.
    pub async fn decide(&self, id: ImportId, row: u64, decision: Decision) -> Result<(), AppError> {
        let mut number = None;
        if let Decision::Created(case) = &decision {
            let (name, account) = self.account_of(&self.import(id)?)?;
            let record = self.client_of(&name, &account, 1)?.read_case(case).await?;
            let record = record.ok_or_else(|| AppError::NoSuchCase(case.clone()))?;
            number = record.get("case_number").and_then(|number| number.as_str()).map(str::to_owned);
        }
        Ok(self.inner.ledger.decide(id, row, decision, number, self.who())?)
    }
}

/// What the ledger keeps of a file.
fn facts(sheet: &Sheet) -> Result<FileFacts, SheetError> {
    let Scan { sha256, rows, columns, .. } = sheet.scan()?;
    let (layout, profile) = (sheet.layout().to_toml(), super::drift::profile(columns));
    Ok(FileFacts { sha256: *sha256, rows: *rows, layout, profile })
}

pub(super) fn recipe_of(import: &Import) -> Result<Recipe, AppError> {
    Recipe::from_toml(&import.recipe)
        .map_err(|source| AppError::Recipe { name: format!("of import {}", import.id), source })
}

/// Lets what was said of single rows go with their lines, when a file is read another way.
fn move_rows(recipe: &mut Recipe, before: &Sheet, after: &Sheet) -> Result<(), AppError> {
    let moved = |row: u64| -> Result<Option<u64>, AppError> {
        let Some(found) = before.rows_from(row)?.next().transpose()? else { return Ok(None) };
        Ok(row_at(after, found.line)?)
    };
    for fix in &mut recipe.fixes {
        if let Some(row) = fix.row {
            // A row that is none any more: its fix finds nothing there.
            fix.row = Some(moved(row)?.unwrap_or(0));
        }
    }
    let mut anyway = Vec::new();
    for row in &recipe.send_anyway {
        anyway.extend(moved(*row)?);
    }
    recipe.send_anyway = anyway;
    for leave_out in &mut recipe.leave_out {
        if let LeaveOut::Row(row) = leave_out {
            *row = moved(*row)?.unwrap_or(0);
        }
    }
    Ok(())
}

/// The row that begins at a line. Lines rise with the rows, so half of them are passed over at each look.
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

/// A recipe with ten thousand texts is a tenth of it.
const LONGEST_RECIPE: usize = 8 << 20;

/// What an import of the same file made of it.
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
    /// Who acts: the user of the machine, and of the account in use.
    pub(super) fn who(&self) -> Who {
        who(&self.account().map(|(_, account)| account.username).unwrap_or_default())
    }

    /// What people did with an import, in order.
    pub fn deeds(&self, id: ImportId) -> Result<Vec<Done>, AppError> {
        Ok(self.inner.ledger.deeds(id)?)
    }
}

/// Who acts, by their user name in Trackops.
pub(super) fn who(username: &str) -> Who {
    Who { username: username.to_owned(), os_user: os_user() }
}

/// Today, where the program runs.
pub(super) fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}
