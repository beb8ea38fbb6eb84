//! `caseload run`: a whole import without screens.

use super::checked::Checked;
use super::output::{self, report_line};
use super::watch::watch;
use super::{CommandOutcome, Opened, check, drift, first, open, show, state_of};
use crate::app::{App, AppError, notice};
use crate::case::{Plan, PlanContext, Severity};
use crate::cli::args::RunArgs;
use crate::engine::FirstError;
use crate::ledger::OnError;
use crate::text::plural;

/// Maximum number of errors listed if a file with errors isn't started.
const SHOWN_ERRORS: usize = 20;

/// Runs an import. Nothing is sent and no import is created before file, recipe and account are known to be good.
pub(super) async fn run(app: &App, args: RunArgs) -> Result<CommandOutcome, AppError> {
    let Opened { file: opened, mut recipe, row_rules } = open(app, &args.source)?;
    recipe.send_anyway.extend(args.pace.rows_anyway());
    if args.dry_run && args.pace.looks_up() {
        return Err(AppError::LookUpInDryRun);
    }
    if args.dry_run {
        return check(app, &opened.sheet, &recipe, (args.source.like, row_rules), args.json);
    }
    app.runs().require_whole_ledger()?;
    let rows = opened.sheet.scan()?.rows;
    let hidden = opened.sheet.undecided_hidden()?;
    if hidden > 0 {
        return Err(AppError::HiddenRows { hidden, rows });
    }
    let named = args.first.iter().chain(args.pace.rows_anyway());
    if let Some(&row) = named.into_iter().find(|row| **row > rows) {
        return Err(FirstError::NoSuchRow { row, rows }.into());
    }
    for text in drift(app, &opened.sheet, args.source.like)? {
        report_line(&text);
    }
    if let (Some(like), None) = (args.source.like, &args.source.recipe) {
        app.drafts().require_same_meaning(&opened.sheet, like)?;
    }
    Plan::new(&recipe, &opened.sheet.columns(), &PlanContext::default()).map_err(AppError::Plan)?;
    app.accounts().test().await?;
    app.knowledge().look_up_ids(&recipe).await;
    // All rows are checked before the first is sent, so that doubts are reported while it can still be stopped.
    let mut errors = Vec::new();
    let mut checked = Checked::of(app, &opened.sheet, &recipe, |problem| {
        if problem.severity == Severity::Error && errors.len() < SHOWN_ERRORS {
            errors.push(problem.clone());
        }
    })?;
    checked.report.doubts.extend(row_rules);
    for text in output::warning_lines(&checked.report) {
        report_line(&text);
    }
    let report = &checked.report;
    let halts = args.first.is_none() && OnError::from(args.on_error) == OnError::Halt && !args.send_valid;
    if halts && report.with_errors > 0 {
        for problem in &errors {
            report_line(&output::problem_line(problem));
        }
        return Err(AppError::HasErrors {
            rows: report.with_errors,
            more: report.errors - errors.len() as u64,
        });
    }
    if let Some((name, account)) = app.accounts().in_use()
        && let Some(text) = notice(&app.imports().all()?, &name, &account.url.to_string())
    {
        report_line(&format!("note: {text}"));
    }
    let on_error = args.on_error.into();
    let import = app.drafts().create_with(&opened.sheet, &recipe, on_error)?;
    let sheet = opened.keep()?;
    report_line(&format!(
        "import {}: {} from {}",
        import.id,
        plural(import.counts.rows, "row"),
        import.file_name()
    ));
    if let Some(row) = args.first {
        return first::send(app, import.id, row, args.pace.options(on_error), checked, args.json).await;
    }
    let run = app.runs().start_with(import.id, Some(sheet), args.pace.options(on_error))?;
    watch(run, app.accounts().on_hang_up(), on_error).await;
    let (shown, outcome) = state_of(app, import.id)?;
    show(&checked.add_to(app, import.id, shown)?, args.json);
    Ok(outcome)
}
