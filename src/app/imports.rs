//! Imports: from a file and a recipe to a run.

use std::{fs, io, path::Path, sync::Arc, time::Duration};

use jiff::civil::Date;

use super::{App, AppError};
use crate::case::{Built, Plan, Problem, Recipe, Target, guess};
use crate::engine::{self, Duplicates, Job, Options, Preparer, Report, Run};
use crate::ledger::{Exception, Exclusion, Import, ImportId, NewImport, OnError, Status};
use crate::sheet::{Row, Sheet};

/// What the check found, with as many problems as a screen can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Counts and groups.
    pub report: Report,
    /// The first problems, in the order of the rows.
    pub problems: Vec<Problem>,
}

/// How to start a run; what is not given comes from the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StartOptions {
    /// What to do when a row is refused.
    pub on_error: OnError,
    /// Rows in flight at a time.
    pub concurrency: Option<usize>,
    /// Requests a minute; 0 for no limit.
    pub per_minute: Option<u32>,
    /// Send cases that were sent before, and references that stand twice in the file.
    pub send_duplicates: bool,
}

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

    /// Begins an import of a file nobody has mapped: a first field map, from headers that say what they are.
    pub fn new_import(&self, file: &Path) -> Result<Import, AppError> {
        let sheet = Sheet::open(file)?;
        let mut recipe = Recipe::new(name_of(file));
        recipe.columns = guess(sheet.columns(), &self.catalog().fields);
        self.use_fields(&mut recipe);
        self.begin(&sheet, &recipe, OnError::default())
    }

    /// Begins an import with another's defaults and field map.
    pub fn duplicate(&self, id: ImportId, file: &Path) -> Result<Import, AppError> {
        let import = self.import(id)?;
        let recipe = recipe_of(&import)?;
        self.begin(&Sheet::open(file)?, &recipe, import.on_error)
    }

    /// Begins an import with a recipe that must fit the file.
    pub fn import_with(&self, sheet: &Sheet, recipe: &Recipe, on_error: OnError) -> Result<Import, AppError> {
        Plan::new(recipe, sheet.columns()).map_err(AppError::Plan)?;
        self.begin(sheet, recipe, on_error)
    }

    fn begin(&self, sheet: &Sheet, recipe: &Recipe, on_error: OnError) -> Result<Import, AppError> {
        let (account, _) = self.account().ok_or(AppError::NoAccount)?;
        let file = sheet.path().canonicalize().unwrap_or_else(|_| sheet.path().to_path_buf());
        let name = if recipe.name.is_empty() { name_of(&file) } else { recipe.name.clone() };
        let id = self.inner.ledger.create(NewImport {
            name,
            account,
            file,
            sha256: sheet.sha256(),
            rows: sheet.rows(),
            recipe: recipe.to_toml(),
            status: readiness(recipe, sheet),
            on_error,
        })?;
        self.import(id)
    }

    /// Changes a draft: Ready when everything required is mapped, Draft otherwise.
    pub fn save(&self, id: ImportId, name: &str, recipe: &Recipe, sheet: &Sheet) -> Result<Import, AppError> {
        let mut recipe = recipe.clone();
        name.clone_into(&mut recipe.name);
        self.use_fields(&mut recipe);
        let status = readiness(&recipe, sheet);
        self.inner.ledger.save_draft(id, name, recipe.to_toml(), status)?;
        self.import(id)
    }

    /// Declares in the recipe the catalog's custom fields that it uses.
    fn use_fields(&self, recipe: &mut Recipe) {
        let catalog = self.catalog();
        let targets = recipe.columns.iter().map(|rule| rule.to).chain(recipe.defaults.keys().copied());
        let mut used: Vec<_> = targets
            .filter_map(|target| match target {
                Target::Custom(key, _) => Some(key),
                Target::Case(_) | Target::Ignore => None,
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
        let text = fs::read_to_string(path)
            .map_err(|source| AppError::RecipeFile { path: path.to_path_buf(), source })?;
        Recipe::from_toml(&text)
            .map_err(|source| AppError::Recipe { name: path.display().to_string(), source })
    }

    /// The file of an import, unchanged since the import was made. Reads it once.
    pub fn sheet(&self, id: ImportId) -> Result<Arc<Sheet>, AppError> {
        let import = self.import(id)?;
        let path = import.file.unwrap_or_default();
        let sheet = Sheet::open(&path)?;
        if import.sha256 == Some(sheet.sha256()) {
            Ok(Arc::new(sheet))
        } else {
            Err(AppError::FileChanged { path, id })
        }
    }

    /// Keeps standard input in a file, because an import needs to read it again when it is resumed.
    ///
    /// The file is removed again unless it is kept.
    pub fn spool(&self, mut input: impl io::Read) -> Result<tempfile::TempPath, AppError> {
        let fail = |source| AppError::File { what: "standard input cannot be kept", source };
        let folder = &self.inner.home.data;
        let mut file =
            tempfile::Builder::new().prefix("stdin-").suffix(".csv").tempfile_in(folder).map_err(fail)?;
        io::copy(&mut input, &mut file).map_err(fail)?;
        Ok(file.into_temp_path())
    }

    fn preparer(&self, plan: Plan, import: ImportId) -> Preparer {
        let guard = self.account().map(|(name, _)| self.inner.ledger.guard(&name, import));
        Preparer::new(plan, today(), Duplicates::LeaveOut(guard))
    }

    /// Checks a file against a recipe; `import` is the number of the import it belongs to, 0 for none.
    pub fn check_file(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        import: ImportId,
        each: impl FnMut(&Problem),
    ) -> Result<Report, AppError> {
        let plan = Plan::new(recipe, sheet.columns()).map_err(AppError::Plan)?;
        Ok(engine::check(sheet, &mut self.preparer(plan, import), each)?)
    }

    /// Checks an import; keeps the first `most` problems.
    pub fn check(&self, id: ImportId, most: usize) -> Result<Checked, AppError> {
        let (sheet, recipe) = (self.sheet(id)?, self.recipe(id)?);
        let mut problems = Vec::new();
        let report = self.check_file(&sheet, &recipe, id, |problem| {
            if problems.len() < most {
                problems.push(problem.clone());
            }
        })?;
        Ok(Checked { report, problems })
    }

    /// A few rows of an import, read and built; `from` counts from 1.
    pub fn preview(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        from: u64,
        count: usize,
    ) -> Result<Vec<(Row, Built)>, AppError> {
        let plan = Plan::new(recipe, sheet.columns()).map_err(AppError::Plan)?;
        let today = today();
        let rows = sheet.rows_from(from)?.take(count);
        let built =
            rows.map(|row| row.map(|row| (plan.build(&row, today), row)).map(|(built, row)| (row, built)));
        Ok(built.collect::<Result<_, _>>()?)
    }

    /// The rows of an import that were left out, each with the reason.
    pub fn exclusions(&self, id: ImportId) -> Result<Vec<Exclusion>, AppError> {
        Ok(self.inner.ledger.exclusions(id)?)
    }

    /// Starts an import, or goes on where it stopped: rows without a known outcome are looked up first.
    pub fn start(&self, id: ImportId, options: StartOptions) -> Result<Run, AppError> {
        let import = self.import(id)?;
        let (name, account) = self.account().ok_or(AppError::NoAccount)?;
        if import.account != name {
            return Err(AppError::OtherAccount { id, theirs: import.account, ours: name });
        }
        if import.counts.unknown + import.counts.not_sent == 0 {
            return Err(AppError::NothingLeft(id));
        }
        let sheet = self.sheet(id)?;
        let plan = Plan::new(&recipe_of(&import)?, sheet.columns()).map_err(AppError::Plan)?;
        let concurrency = options.concurrency.unwrap_or(account.concurrency).max(1);
        let options = Options {
            on_error: options.on_error,
            concurrency,
            per_minute: options.per_minute.unwrap_or(account.per_minute),
            send_duplicates: options.send_duplicates,
            settle_delay: Duration::from_secs(account.settle_seconds),
        };
        let (client, ledger) = (self.client(concurrency)?, self.inner.ledger.clone());
        Ok(engine::start(Job { import, sheet, plan, today: today(), client, ledger, options })?)
    }
}

fn recipe_of(import: &Import) -> Result<Recipe, AppError> {
    Recipe::from_toml(&import.recipe)
        .map_err(|source| AppError::Recipe { name: format!("of import {}", import.id), source })
}

fn readiness(recipe: &Recipe, sheet: &Sheet) -> Status {
    if Plan::new(recipe, sheet.columns()).is_ok() { Status::Ready } else { Status::Draft }
}

fn name_of(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Today, where the program runs.
fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}
