//! Commands for scripts: results on standard output, progress on standard error, an exit status for the shell.

mod ask;
mod catalog;
mod checked;
mod doctor;
mod export;
mod first;
mod fix;
mod manual;
mod map;
mod output;
mod pause;
mod progress;
mod purge;
mod resume;
mod run;
mod sheet;
mod team;
mod verify;
mod watch;

use std::{io, path::Path, process::ExitCode};

use serde::Serialize;

use crate::app::{App, AppError, ReadBack, RowSelection, Settings, Spool, StartOptions, read_recipe};
use crate::case::{GroupFilter, Plan, PlanContext, Problem, Recipe};
use crate::cli::args::{Command, SourceArgs};
use crate::engine::CheckReport;
use crate::ledger::{ImportId, several_people};
use crate::sandbox::{self, Sandbox};
use crate::sheet::{Layout, Sheet};

use crate::text::{plural, visible};
pub use output::report_waits;
use output::{JsonImport, JsonRows, print, print_file, print_json, report_line};
use resume::Resumed;
use watch::{Signals, watch};

/// Result of a command, for the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandOutcome {
    /// Every row is created or excluded; for a check: no errors.
    Done,
    /// It ran, but something is left.
    Left,
    /// It couldn't start.
    NotStarted,
}

impl From<CommandOutcome> for ExitCode {
    fn from(outcome: CommandOutcome) -> Self {
        match outcome {
            CommandOutcome::Done => Self::SUCCESS,
            CommandOutcome::Left => Self::from(1),
            CommandOutcome::NotStarted => Self::from(2),
        }
    }
}

/// Runs a command without screens.
pub async fn command(command: Command, settings: Settings) -> Result<CommandOutcome, AppError> {
    match command {
        Command::Demo => demo(settings).await,
        Command::Sandbox(args) => sandbox(args.options()).await,
        Command::Run(args) => run::run(&App::open(settings).await?, args).await,
        Command::Resume { import, pace, on_error, treat_unknown_as, row, rejected, json } => {
            let named = settings.name_an_account();
            let app = App::open(settings).await?;
            let import = app.imports().get(import)?;
            if !named {
                app.switch_to_owner(&import)?;
            }
            let mut options = pace.options(on_error.map_or(import.on_error, Into::into));
            options.retry = rejected.map(Into::into).unwrap_or_default();
            let word = treat_unknown_as.map(|decision| (decision, row));
            match resume::resume(&app, &import, &options, word).await? {
                Resumed::Stopped if !json => state_of(&app, import.id).map(|(_, outcome)| outcome),
                Resumed::Stopped | Resumed::Done => finish(&app, import.id, json),
            }
        }
        Command::Verify { import, json } => verify::verify(&App::open(settings).await?, import, json).await,
        Command::Fix(args) => {
            let correction = args.correction()?;
            fix::fix(&App::open(settings).await?, args.import, correction, args.json)
        }
        Command::Pause { import, json } => pause::pause(&App::open(settings).await?, import, json).await,
        Command::Check { source, json } => {
            let app = App::open(settings).await?;
            let Opened { file, recipe, row_rules } = open(&app, &source)?;
            check(&app, &file.sheet, &recipe, (source.like, row_rules), json)
        }
        Command::Sheet(args) => match App::open(settings).await {
            Ok(app) => sheet::sheet(Ok(&app), &args),
            Err(error) => sheet::sheet(Err(error), &args),
        },
        Command::Map(args) => {
            let app = App::open(settings).await?;
            if let Some(why) = app.knowledge().learn_clients().await {
                report_line(&format!("couldn't read the account's clients and custom fields: {why}"));
            }
            map::map(&app, &args)
        }
        Command::Imports { json } => imports(&App::open(settings).await?, json),
        Command::Show { import, json } => finish(&App::open(settings).await?, import, json),
        Command::Rejects { import } => {
            export::rows(&App::open(settings).await?, import, RowSelection::Rejected)
        }
        Command::Remaining { import } => {
            export::rows(&App::open(settings).await?, import, RowSelection::Remaining)
        }
        Command::Receipt { import, csv, with_columns, undo, html, json } => {
            let app = App::open(settings).await?;
            if with_columns {
                return export::results(&app, import);
            }
            let form = match (csv, json, undo, html) {
                (true, ..) => export::ReceiptFormat::Csv,
                (_, true, ..) => export::ReceiptFormat::Json,
                (_, _, true, _) => export::ReceiptFormat::Undo,
                (.., true) => export::ReceiptFormat::Html,
                _ => export::ReceiptFormat::Page,
            };
            export::receipt(&app, import, form)
        }
        Command::Doctor(args) => doctor::doctor(&App::open(settings).await?, &args).await,
        Command::Catalog(args) => catalog::catalog(&App::open(settings).await?, &args).await,
        Command::Purge(args) => {
            let of_one = settings.name_an_account();
            purge::purge(&App::open(settings).await?, of_one, &args)
        }
        Command::Guide(args) => manual::guide(&args),
        Command::Man { folder } => manual::man(folder.as_deref()),
        Command::Completions { shell } => manual::completions(shell),
        Command::Team { action } => team::team(settings.home.as_deref(), &action),
        Command::Recipe { import, fixes } => {
            let recipe = App::open(settings).await?.imports().recipe(import)?;
            let recipe = if fixes { recipe } else { recipe.for_other_files() }.to_toml();
            print_file(&recipe)?;
            Ok(CommandOutcome::Done)
        }
    }
}

/// An open file; standard input is copied to a file first.
struct InputSheet {
    sheet: Sheet,
    spool: Option<Spool>,
}

impl InputSheet {
    /// Opens a file. Standard input is copied to the app's files, or to the system's temporary folder without an app.
    fn open(app: Option<&App>, file: &Path, layout: &Layout) -> Result<Self, AppError> {
        if file != Path::new("-") {
            return Ok(Self { sheet: Sheet::open_as(file, layout)?, spool: None });
        }
        let spool = match app {
            Some(app) => app.storage().spool(io::stdin().lock())?,
            None => crate::app::spool_elsewhere(io::stdin().lock())?,
        };
        Ok(Self { sheet: Sheet::open_as(spool.path(), layout)?, spool: Some(spool) })
    }

    /// Keeps the spooled file: the import needs it to resume.
    fn keep(self) -> Result<Sheet, AppError> {
        if let Some(spool) = self.spool {
            spool.keep()?;
        }
        Ok(self.sheet)
    }
}

/// A file and the recipe to read it with.
struct Opened {
    file: InputSheet,
    recipe: Recipe,
    /// Warning about rules of a recipe file that name rows by number.
    row_rules: Option<String>,
}

fn open(app: &App, source: &SourceArgs) -> Result<Opened, AppError> {
    let mut recipe = match (&source.recipe, source.like) {
        (Some(path), _) => {
            let mut recipe = read_recipe(path)?;
            app.drafts().use_fields(&mut recipe);
            recipe
        }
        (None, Some(import)) => {
            of_another_account(app, import)?;
            app.imports().recipe(import)?.for_other_files()
        }
        (None, None) => return Err(AppError::NoRecipe),
    };
    if let Some((column, _)) = source.only.first() {
        if let Some((other, _)) = source.only.iter().find(|(other, _)| other != column) {
            return Err(AppError::TwoGroups(column.clone(), other.clone()));
        }
        let values = source.only.iter().map(|(_, value)| value.clone()).collect();
        recipe.only = Some(GroupFilter { column: column.clone(), values });
    }
    recipe.sheet = source.reading.layout().over(recipe.sheet);
    let opened = InputSheet::open(Some(app), &source.file, &recipe.sheet)?;
    progress::while_scanning(&opened.sheet);
    if let Some(only) = recipe.only.as_ref().filter(|_| !source.only.is_empty()) {
        app.drafts().require_groups(&opened.sheet, &recipe, only)?;
    }
    let fits = Plan::new(&recipe, &opened.sheet.columns(), &PlanContext::default()).is_ok();
    if let (false, None, Some(id)) = (fits, &source.recipe, source.like) {
        let file = visible(&source.file.to_string_lossy()).into_owned();
        report_line(&format!(
            "run `caseload map {file} --like {id} > R.toml` for a recipe that follows renamed columns and maps new ones. \
             Review it, then use --recipe R.toml"
        ));
    }
    // The recipe of an import comes without them.
    let row_rules = source.recipe.as_ref().and_then(|_| recipe.describe_row_rules());
    Ok(Opened { file: opened, recipe, row_rules })
}

/// Warns if the recipe is from another account, where ids mean something else.
fn of_another_account(app: &App, id: ImportId) -> Result<(), AppError> {
    let theirs = app.imports().get(id)?.account;
    if let Some((ours, _)) = app.accounts().in_use().filter(|(ours, _)| *ours != theirs) {
        report_line(&format!(
            "warning: import {id} belongs to {theirs}, but you are using {ours}. The ids in its recipe may mean something \
             else there"
        ));
    }
    Ok(())
}

async fn demo(settings: Settings) -> Result<CommandOutcome, AppError> {
    let (app, import) = App::demo(settings).await?;
    report_line(&format!(
        "sample import: {} from {}, into the practice server",
        plural(import.counts.rows, "row"),
        import.file_name()
    ));
    let on_error = import.on_error;
    let run = app.runs().start(import.id, StartOptions { on_error, ..StartOptions::default() })?;
    watch(run, app.accounts().on_hang_up(), on_error).await;
    // The sample has rows that are refused on purpose: the demo is there to show them. No command can continue it,
    // because the practice server ends with it.
    let (shown, _) = state_of(&app, import.id)?;
    report_failed_output(print(&shown.state_text()));
    let on_server = app.sandbox().map_or(0, |sandbox| sandbox.stats().created);
    report_line(&format!(
        "the practice server counts {on_server} cases created. Run `caseload demo` in a terminal to see the screens"
    ));
    Ok(CommandOutcome::Done)
}

async fn sandbox(options: sandbox::SandboxOptions) -> Result<CommandOutcome, AppError> {
    let (username, token) = (options.username.clone(), options.token.clone());
    let sandbox = Sandbox::start(options).await?;
    let url = sandbox.url();
    // The sandbox's own credentials, the same for everyone: no secret.
    print(&format!(
        "listening on {url}\nexport CASELOAD_URL={url} CASELOAD_USERNAME={username} CASELOAD_TOKEN={token}\n"
    ))?;
    report_line("to see its contents: GET /sandbox/stats and /sandbox/cases. Press Ctrl-C to stop it");
    Signals::new().next().await;
    Ok(CommandOutcome::Done)
}

/// Prints the state of an import.
fn finish(app: &App, id: ImportId, json: bool) -> Result<CommandOutcome, AppError> {
    let (shown, outcome) = state_of(app, id)?;
    show(&shown, json);
    Ok(outcome)
}

fn show(shown: &JsonImport, json: bool) {
    report_failed_output(if json { print_json(shown) } else { print(&shown.to_text()) });
}

/// Reports a result that can't be printed. That isn't a failure to start: the outcomes don't change.
fn report_failed_output(printed: Result<(), AppError>) {
    if let Err(error) = printed {
        report_line(&error.to_string());
    }
}

/// Returns the state of an import, and whether anything is left of it.
fn state_of(app: &App, id: ImportId) -> Result<(JsonImport, CommandOutcome), AppError> {
    let imports = app.imports();
    let import = imports.get(id)?;
    let exceptions = imports.exceptions(id, 0, u64::MAX)?;
    let doubled = imports.duplicate_cases(id)?;
    let ReadBack { verified, findings } = imports.read_back(id)?;
    // A deleted case needs attention.
    let some_gone = verified.is_some_and(|seen| seen.missing > 0);
    let is_done = import.counts.all_done() && doubled.is_empty() && !some_gone;
    let outcome = if is_done { CommandOutcome::Done } else { CommandOutcome::Left };
    let (exclusions, tries) = (imports.exclusions(id)?, imports.tries(id)?);
    let deeds = imports.actions(id)?;
    let created_later = imports.created_later(id)?;
    let rows = JsonRows { exceptions, exclusions, doubled, created_later, tries, deeds, verified, findings };
    Ok((JsonImport::whole(&import, rows), outcome))
}

fn imports(app: &App, json: bool) -> Result<CommandOutcome, AppError> {
    let imports = app.imports().all()?;
    if json {
        print_json(&imports.iter().map(JsonImport::in_list).collect::<Vec<_>>())?;
    } else if imports.is_empty() {
        print("No imports yet. Run `caseload run FILE --recipe R.toml`, or try `caseload demo`.\n")?;
    } else {
        let several = imports.windows(2).any(|two| matches!(two, [a, b] if a.account != b.account));
        let people = several_people(&imports);
        let lines = imports.iter().map(|import| output::imports_line(import, several, people));
        print(&lines.fold(output::imports_header(several, people), |text, line| text + &line))?;
    }
    Ok(CommandOutcome::Done)
}

/// Describes the differences from the import whose recipe is used.
fn drift(app: &App, sheet: &Sheet, like: Option<ImportId>) -> Result<Vec<String>, AppError> {
    let Some(id) = like else { return Ok(Vec::new()) };
    let found = app.drafts().drift(sheet, id)?.into_iter();
    Ok(found.map(|drift| format!("compared with import {id}: {}", drift.describe())).collect())
}

/// Prints the result of the check.
fn check(
    app: &App,
    sheet: &Sheet,
    recipe: &Recipe,
    (like, row_rules): (Option<ImportId>, Option<String>),
    json: bool,
) -> Result<CommandOutcome, AppError> {
    #[derive(Serialize)]
    struct JsonCheck {
        #[serde(flatten)]
        report: CheckReport,
        problems: Vec<Problem>,
    }
    let mut problems = Vec::new();
    let drift = drift(app, sheet, like)?;
    if Plan::new(recipe, &sheet.columns(), &PlanContext::default()).is_err() {
        // The differences explain best why the recipe doesn't fit.
        for text in &drift {
            report_line(text);
        }
    }
    let mut report = app.checks().check_file(sheet, recipe, 0, |problem| problems.push(problem.clone()))?;
    report.notes.extend(drift);
    report.doubts.extend(row_rules);
    let outcome = if report.errors == 0 { CommandOutcome::Done } else { CommandOutcome::Left };
    if json {
        print_json(&JsonCheck { report, problems })
    } else {
        print(&output::report(&report, &problems))
    }?;
    Ok(outcome)
}
