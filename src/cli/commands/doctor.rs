//! `caseload doctor`: tests the assumptions about the API.

use serde::Serialize;

use super::CommandOutcome;
use super::ask::confirm;
use super::output::{joined, print, print_json, report_line};
use crate::app::{App, AppError, read_recipe};
use crate::cli::args::DoctorArgs;
use crate::doctor::{AssumptionResult, DoctorReport, Setting, TestResult, Trial};
use crate::trackops::Account;

/// The report as `doctor --json` prints it.
#[derive(Serialize)]
struct JsonDoctor<'a> {
    account: &'a str,
    url: String,
    username: &'a str,
    #[serde(flatten)]
    report: &'a DoctorReport,
    /// Reference of the test case, if one was sent.
    test_case: Option<&'a str>,
}

pub(super) async fn doctor(app: &App, args: &DoctorArgs) -> Result<CommandOutcome, AppError> {
    let (name, account) = app.accounts().require()?;
    let trial = if args.create_test_case { trial(app, args, &account)? } else { None };
    let report = app.accounts().doctor(trial.as_ref(), &mut |line| report_line(line)).await?;
    if args.json {
        let test_case = trial.as_ref().map(|trial| trial.reference.as_str());
        let username = &account.username;
        let url = account.url.to_string();
        print_json(&JsonDoctor { account: &name, url, username, report: &report, test_case })?;
    } else {
        print(&text(&name, &account, &report))?;
    }
    Ok(match (report.connected, report.works) {
        (false, _) => CommandOutcome::NotStarted,
        (true, false) => CommandOutcome::Left,
        (true, true) => CommandOutcome::Done,
    })
}

/// Describes the test case and asks for agreement; `None` if it isn't given.
fn trial(app: &App, args: &DoctorArgs, account: &Account) -> Result<Option<Trial>, AppError> {
    let recipe = match (&args.recipe, args.like) {
        (Some(path), _) => read_recipe(path)?,
        (None, Some(import)) => app.imports().recipe(import)?,
        (None, None) => return Err(AppError::TrialWithoutDefaults),
    };
    let trial = app.accounts().trial(recipe)?;
    let body: serde_json::Value = serde_json::from_slice(&trial.request.body).unwrap_or_default();
    report_line(&format!("one test case will be created at {}. The API can't delete it:", account.url));
    for (key, value) in body.get("casefile").and_then(|case| case.as_object()).into_iter().flatten() {
        report_line(&format!("  {key}: {value}"));
    }
    report_line("Trackops may e-mail people about the new case");
    if confirm(args.yes, "Create it?")? {
        return Ok(Some(trial));
    }
    report_line("no case was created");
    Ok(None)
}

fn text(name: &str, account: &Account, report: &DoctorReport) -> String {
    let mut lines = vec![format!("{name}: {} as {}", account.url, account.username), String::new()];
    for AssumptionResult { what, verdict, seen, setting, .. } in &report.findings {
        lines.push(format!("{:<14} {what}", word(*verdict)));
        lines.push(format!("{:<14}   {seen}", ""));
        if let Some(Setting { name, fits, now }) = setting {
            let fits = if fits.parse::<u64>().is_ok() { fits.clone() } else { format!("\"{fits}\"") };
            lines.push(format!("{:<14}   set {name} = {fits} in the config file (now {now})", ""));
        }
    }
    lines.push(String::new());
    let count = |verdict| report.findings.iter().filter(|finding| finding.verdict == verdict).count();
    let [holds, fails, untested] =
        [TestResult::Holds, TestResult::DoesNotHold, TestResult::NotTested].map(count);
    lines.push(format!("{holds} hold, {fails} don't, {untested} not tested"));
    let needed = report.findings.iter().filter(|f| f.needed && f.verdict == TestResult::DoesNotHold);
    let needed: Vec<&str> = needed.map(|finding| finding.assumption).collect();
    lines.push(match needed.as_slice() {
        [] if fails > 0 => "caseload works around what doesn't hold".to_owned(),
        [] => "no problems found".to_owned(),
        needed => format!("caseload needs what doesn't hold: {}", needed.join(", ")),
    });
    joined(lines)
}

fn word(verdict: TestResult) -> &'static str {
    match verdict {
        TestResult::Holds => "holds",
        TestResult::DoesNotHold => "doesn't hold",
        TestResult::NotTested => "not tested",
    }
}
