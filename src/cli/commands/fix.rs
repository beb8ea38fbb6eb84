//! `caseload fix`: corrects rejected rows and checks whether they can be sent now.

use serde::Serialize;

use super::Outcome;
use super::output::{print, print_json};
use crate::app::{App, AppError, Corrected, Correction};
use crate::case::{Problem, Severity};
use crate::engine::{Rechecked, Standing};
use crate::ledger::ImportId;
use crate::text::{plural, visible};

/// Makes the correction and prints the result.
pub(super) fn fix(app: &App, id: ImportId, correction: Correction, json: bool) -> Result<Outcome, AppError> {
    app.turn_to_own(&app.import(id)?)?;
    let corrected = app.correct(id, correction)?;
    if json {
        print_json(&as_json(&corrected))?;
    } else {
        print(&to_text(&corrected))?;
    }
    let all = corrected.solved() == corrected.rows.len();
    Ok(if all { Outcome::Done } else { Outcome::Left })
}

#[derive(Serialize)]
struct Printed<'a> {
    import: ImportId,
    /// Rows of the import that are ready to resend.
    corrected: u64,
    rows: Vec<PrintedRow<'a>>,
}

#[derive(Serialize)]
struct PrintedRow<'a> {
    row: u64,
    line: u64,
    standing: &'static str,
    problems: &'a [Problem],
}

fn as_json(corrected: &Corrected) -> Printed<'_> {
    let rows = corrected.rows.iter().map(|row| PrintedRow {
        row: row.row,
        line: row.line,
        standing: word(row.standing),
        problems: &row.problems,
    });
    Printed { import: corrected.import.id, corrected: corrected.import.corrected, rows: rows.collect() }
}

/// Returns the state of a row, for scripts.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Corrected => "corrected",
        Standing::Skipped => "skipped",
        Standing::Unchanged => "unchanged",
        Standing::Rejected => "rejected",
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
        n => lines
            .push(format!("{} ready to resend: caseload resume {id} --rejected", plural(n, "corrected row"))),
    }
    lines.iter().fold(String::new(), |text, line| text + &visible(line) + "\n")
}

fn row_lines(row: &Rechecked) -> Vec<String> {
    let place = format!("Row {} (line {})", row.row, row.line);
    match row.standing {
        Standing::Corrected => vec![format!("{place} passes the check now.")],
        Standing::Skipped => vec![format!("{place} will be skipped.")],
        Standing::Unchanged => {
            vec![format!(
                "{place} hasn't changed since Trackops refused it. Fix the cell named in the reason."
            )]
        }
        Standing::Rejected => {
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
