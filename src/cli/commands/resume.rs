//! `caseload resume`: resumes an import, and applies your decision to rows that a lookup can't resolve.

use super::ask::answer;
use super::output::entry;
use super::watch::watch;
use super::{fix, report_line};
use crate::app::{App, AppError, Correction, RetryRows, StartOptions};
use crate::case::Code;
use crate::engine::Ended;
use crate::ledger::{Decision, Exception, Import, Status};
use crate::text::plural;

/// How a command to resume ended.
pub(super) enum Resumed {
    /// The import was resumed, or nothing was left to do.
    Done,
    /// The person at the terminal saw the row that halted it, and stopped.
    Stopped,
}

/// Resumes an import. `word` decides the rows that are still unknown after the lookup: all of them, or one.
pub(super) async fn resume(
    app: &App,
    import: &Import,
    options: &StartOptions,
    word: Option<(Decision, Option<u64>)>,
) -> Result<Resumed, AppError> {
    let Some((decision, row)) = word else {
        let import = app.imports().ensure_measured(import.id)?;
        let mut options = options.clone();
        if options.retry == RetryRows::None && import.status == Status::Error {
            match halted(app, &import)? {
                Some(retry) => options.retry = retry,
                None => return Ok(Resumed::Stopped),
            }
        } else if options.retry == RetryRows::None && import.corrected > 0 {
            let waiting = plural(import.corrected, "row");
            report_line(&format!(
                "{waiting} that you fixed or skipped not finished. Add --rejected to finish"
            ));
        }
        if import.has_something_left() || options.resends_excluded() || options.retry != RetryRows::None {
            go_on(app, &import, options).await?;
        }
        return Ok(Resumed::Done);
    };
    // An invalid decision fails before anything is done. It applies to these rows only, even if others become unknown.
    let meant = app.runs().unknown_rows(import.id, &decision, row)?;
    let looked_up = go_on(app, import, StartOptions { settle_only: true, ..options.clone() }).await?;
    if !looked_up.is_some_and(|ended| ended.looked_up) {
        report_line("nothing was decided, because not all unknown rows could be looked up. Resume again");
        return Ok(Resumed::Done);
    }
    let unknown = app.imports().unknown(import.id)?;
    let rows: Vec<u64> = meant.into_iter().filter(|row| unknown.contains(row)).collect();
    for row in &rows {
        app.runs().decide(import.id, *row, decision.clone()).await?;
    }
    let count = plural(rows.len() as u64, "unknown row");
    match decision {
        _ if rows.is_empty() => {
            report_line("the lookup resolved every row. Nothing was left to decide");
        }
        Decision::Created { case, .. } => report_line(&format!("{count} marked as created: case {case}")),
        Decision::Send => report_line(&format!("{count} marked as not sent")),
    }
    if app.imports().get(import.id)?.counts.not_sent > 0 {
        match go_on(app, import, options.clone()).await {
            // The decision is made, although its rows can't be sent.
            Err(why @ (AppError::Sheet(_) | AppError::FileChanged { .. })) => {
                report_line(&format!("the rest can't be sent: {why}"));
            }
            ended => _ = ended?,
        }
    }
    Ok(Resumed::Done)
}

/// Decides about the row that halted an import; `None` to stop. A corrected row is sent first. Otherwise the person at
/// the terminal is asked.
fn halted(app: &App, import: &Import) -> Result<Option<RetryRows>, AppError> {
    if import.corrected > 0 {
        return Ok(Some(RetryRows::Corrected));
    }
    let exceptions = app.imports().exceptions(import.id, 0, u64::MAX)?;
    let Some(last) = exceptions.iter().rfind(|exception| exception.code != Code::Unknown) else {
        return Ok(Some(RetryRows::None));
    };
    let column = last.column.as_deref().unwrap_or("COLUMN");
    let how = format!("caseload fix {} --row {} --column \"{column}\" --value VALUE", import.id, last.row);
    let question = format!(
        "Not corrected: {}\nf: fix it now, s: skip it and continue, anything else: stop",
        entry(last)
    );
    match answer(&question)?.as_deref() {
        None => {
            report_line(&format!(
                "row {} stays rejected, and the rows after it are sent. To fix it: {how}",
                last.row
            ));
            Ok(Some(RetryRows::None))
        }
        Some("s" | "S") => {
            let _ = app.runs().correct(import.id, Correction::Skip { row: last.row })?;
            Ok(Some(RetryRows::Corrected))
        }
        Some("f" | "F") => fixed_now(app, import, last),
        Some(_) => Ok(None),
    }
}

/// Asks for the cell that halted an import until the row passes the check; `None` if nothing is typed.
fn fixed_now(app: &App, import: &Import, halted: &Exception) -> Result<Option<RetryRows>, AppError> {
    let named = |column: Option<String>| column.filter(|column| !column.is_empty());
    let column = match named(halted.column.clone()) {
        Some(column) => Some(column),
        None => named(answer("Column to fix:")?),
    };
    let Some(column) = column else { return Ok(None) };
    let row = halted.row;
    loop {
        let Some(value) =
            answer(&format!("Row {row}: new value for “{column}”:"))?.filter(|value| !value.is_empty())
        else {
            return Ok(None);
        };
        let cell = Correction::Cell { row, column: column.clone(), value };
        let corrected = app.runs().correct(import.id, cell)?;
        if corrected.import.corrected > 0 {
            return Ok(Some(RetryRows::Corrected));
        }
        report_line(fix::to_text(&corrected).trim_end());
    }
}

async fn go_on(app: &App, import: &Import, options: StartOptions) -> Result<Option<Ended>, AppError> {
    app.runs().require_whole_ledger()?;
    app.accounts().account_of(import)?;
    app.accounts().test().await?;
    let on_error = options.on_error;
    Ok(watch(app.runs().start(import.id, options)?, app.accounts().on_hang_up(), on_error).await)
}
