//! The check: every row built and judged, nothing sent.

use std::collections::HashMap;

use serde::Serialize;

use super::prepare::{Preparer, Verdict};
use crate::case::{Problem, Severity};
use crate::sheet::{Sheet, SheetError};

/// What the check found. `to_send + excluded + with_errors = rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Data rows.
    pub rows: u64,
    /// Rows that can be sent.
    pub to_send: u64,
    /// Rows that are left out: blank, or sent before.
    pub excluded: u64,
    /// Rows with an error.
    pub with_errors: u64,
    /// Problems that are errors.
    pub errors: u64,
    /// Problems that are warnings.
    pub warnings: u64,
    /// Problems of the same kind at the same column, most frequent first.
    pub groups: Vec<ProblemGroup>,
    /// What concerns the file and not a row.
    pub notes: Vec<String>,
}

/// Problems of the same kind at the same column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemGroup {
    /// How bad they are.
    pub severity: Severity,
    /// The word for scripts.
    pub code: &'static str,
    /// The column's header.
    pub column: Option<String>,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Problem,
}

/// Why the check could not be carried to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The file.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The ledger, which the duplicate guard asks.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
}

/// Judges every row; `each` is given every problem, in the order of the rows.
pub fn check(
    sheet: &Sheet,
    preparer: &mut Preparer,
    mut each: impl FnMut(&Problem),
) -> Result<Report, CheckError> {
    let mut report = Report { rows: sheet.scan()?.rows, ..Report::default() };
    let mut groups: HashMap<(Severity, &'static str, Option<String>), ProblemGroup> = HashMap::new();
    for row in sheet.rows_from(1)? {
        let problems = match preparer.prepare(row?)?.verdict {
            Verdict::Send(_, warnings) => {
                report.to_send += 1;
                warnings
            }
            Verdict::Exclude(problem) => {
                report.excluded += 1;
                vec![problem]
            }
            Verdict::Reject(problems) => {
                report.with_errors += 1;
                problems
            }
        };
        for problem in problems {
            each(&problem);
            match problem.severity {
                Severity::Error => report.errors += 1,
                Severity::Warning => report.warnings += 1,
            }
            let key = (problem.severity, problem.code, problem.column.clone());
            let group = groups.entry(key).or_insert_with(|| ProblemGroup {
                severity: problem.severity,
                code: problem.code,
                column: problem.column.clone(),
                count: 0,
                first: problem,
            });
            group.count += 1;
        }
    }
    report.notes = notes(sheet, preparer)?;
    report.groups = groups.into_values().collect();
    report.groups.sort_by_key(|group| (group.severity, std::cmp::Reverse(group.count), group.first.row));
    Ok(report)
}

fn notes(sheet: &Sheet, preparer: &Preparer) -> Result<Vec<String>, SheetError> {
    let mut notes = preparer.already();
    notes.extend(sheet.described()?);
    let plan = preparer.plan();
    let unnamed: Vec<&str> = plan.unnamed().iter().map(|index| plan.header(*index)).collect();
    if !unnamed.is_empty() {
        notes.push(format!("not in the field map and ignored: {}", unnamed.join(", ")));
    }
    Ok(notes)
}
