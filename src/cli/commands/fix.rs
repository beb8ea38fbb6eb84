//! `caseload fix`: corrects rejected rows and checks whether they can be sent now.

use serde::Serialize;

use super::CommandOutcome;
use super::output::{print, print_json};
use crate::app::{App, AppError, Corrected, Correction};
use crate::case::{Problem, Severity};
use crate::engine::{Rechecked, RetryState};
use crate::ledger::ImportId;
use crate::text::{plural, visible};

/// Makes the correction and prints the result.
pub(super) fn fix(
    app: &App,
    id: ImportId,
    correction: Correction,
    json: bool,
) -> Result<CommandOutcome, AppError> {
    app.switch_to_owner(&app.imports().get(id)?)?;
    let corrected = app.runs().correct(id, correction)?;
    if json {
        print_json(&as_json(&corrected))?;
    } else {
        print(&to_text(&corrected))?;
    }
    let all = corrected.solved() == corrected.rows.len();
    Ok(if all { CommandOutcome::Done } else { CommandOutcome::Left })
}

#[derive(Serialize)]
struct JsonFix<'a> {
    import: ImportId,
    /// Rows of the import that are ready to resend.
    corrected: u64,
    rows: Vec<JsonFixedRow<'a>>,
}

#[derive(Serialize)]
struct JsonFixedRow<'a> {
    row: u64,
    line: u64,
    standing: &'static str,
    problems: &'a [Problem],
}

fn as_json(corrected: &Corrected) -> JsonFix<'_> {
    let rows = corrected.rows.iter().map(|row| JsonFixedRow {
        row: row.row,
        line: row.line,
        standing: word(row.state),
        problems: &row.problems,
    });
    JsonFix { import: corrected.import.id, corrected: corrected.import.corrected, rows: rows.collect() }
}

/// Returns the state of a row, for scripts.
fn word(state: RetryState) -> &'static str {
    match state {
        RetryState::Corrected => "corrected",
        RetryState::Skipped => "skipped",
        RetryState::Unchanged => "unchanged",
        RetryState::Rejected => "rejected",
    }
}

pub(super) fn to_text(corrected: &Corrected) -> String {
    let id = corrected.import.id;
    let mut lines: Vec<String> = corrected.rows.iter().flat_map(row_lines).collect();
    if corrected.rows.is_empty() {
        lines.push("No rejected rows affected. The change applies to rows not sent yet.".to_owned());
    }
    match corrected.import.corrected {
        0 => {}
        n => lines.push(format!("{} ready: caseload resume {id} --rejected", plural(n, "row"))),
    }
    lines.iter().fold(String::new(), |text, line| text + &visible(line) + "\n")
}

fn row_lines(row: &Rechecked) -> Vec<String> {
    let place = format!("Row {} (line {})", row.row, row.line);
    match row.state {
        RetryState::Corrected => vec![format!("{place} passes the check now.")],
        RetryState::Skipped => vec![format!("{place} will be skipped.")],
        RetryState::Unchanged => {
            vec![format!(
                "{place} hasn't changed since Trackops refused it. Fix the cell named in the reason."
            )]
        }
        RetryState::Rejected => {
            let errors = row.problems.iter().filter(|problem| problem.severity == Severity::Error);
            errors
                .map(|problem| {
                    let cell = problem
                        .column
                        .as_ref()
                        .map_or_else(String::new, |column| format!(", {column} “{}”", problem.value));
                    format!("{place}{cell}: {}; {}", problem.message, problem.hint)
                })
                .collect()
        }
    }
}
