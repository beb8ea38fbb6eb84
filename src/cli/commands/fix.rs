//! `caseload fix`: corrects rejected rows and checks whether they can be sent now.

use std::collections::BTreeMap;

use serde::Serialize;

use super::CommandOutcome;
use super::output::{cell_and_hint, joined, print, print_json};
use crate::app::{App, AppError, Corrected, Correction, EarlierChanges};
use crate::case::{Problem, Severity};
use crate::engine::{Rechecked, RetryState};
use crate::ledger::ImportId;
use crate::text::plural;

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
    /// Columns of earlier fixes that a new recipe doesn't have; they were kept.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    kept_fixes: &'a [String],
    /// Columns of values that the earlier recipe skipped and a new one doesn't.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    dropped_skips: &'a [String],
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
    JsonFix {
        import: corrected.import.id,
        corrected: corrected.import.corrected,
        rows: rows.collect(),
        kept_fixes: &corrected.earlier.kept_fixes,
        dropped_skips: &corrected.earlier.dropped_skips,
    }
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
    let mut lines = earlier_lines(&corrected.earlier);
    lines.extend(corrected.rows.iter().flat_map(row_lines));
    if corrected.rows.is_empty() {
        lines.push("No rejected rows affected. The change applies to rows not sent yet.".to_owned());
    }
    match corrected.import.corrected {
        0 => {}
        n => lines.push(format!("{} ready: caseload resume {id} --rejected", plural(n, "row"))),
    }
    joined(lines)
}

/// Describes earlier changes that a new recipe doesn't have. Their values may be private, so only columns are named.
fn earlier_lines(earlier: &EarlierChanges) -> Vec<String> {
    let EarlierChanges { kept_fixes, dropped_skips } = earlier;
    let mut lines = Vec::new();
    if !kept_fixes.is_empty() {
        lines.push(format!(
            "Earlier fixes that the recipe doesn't have are kept: {}. To undo one, add it to the recipe with `to` \
             equal to `from`.",
            by_column(kept_fixes)
        ));
    }
    if !dropped_skips.is_empty() {
        lines.push(format!(
            "Values that the recipe doesn't skip are no longer skipped: {}.",
            by_column(dropped_skips)
        ));
    }
    lines
}

/// Counts the entries of each column: “Due” (2), “City” (1).
fn by_column(columns: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for column in columns {
        *counts.entry(column).or_default() += 1;
    }
    let counted = counts.into_iter().map(|(column, count)| format!("“{column}” ({count})"));
    counted.collect::<Vec<_>>().join(", ")
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
            errors.map(|problem| format!("{place}{}", cell_and_hint(problem))).collect()
        }
    }
}
