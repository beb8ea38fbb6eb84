//! The check: builds and judges every row, sends nothing.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::in_order::in_order;
use super::row::{Judge, Verdict};
use crate::case::{AmountEvidence, Code, DateProfile, Plan, Problem, Severity};
use crate::sheet::{Row, Sheet, SheetError};
use crate::text::plural;

/// Result of the check. `created + to_send + excluded + with_errors = rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Number of data rows.
    pub rows: u64,
    /// Rows that are already cases: those sent first.
    pub created: u64,
    /// Rows that can be sent.
    pub to_send: u64,
    /// Rows that aren't sent: blank, skipped, or sent before.
    pub excluded: u64,
    /// Rows with an error.
    pub with_errors: u64,
    /// Number of errors.
    pub errors: u64,
    /// Number of warnings; the reason for excluding a row is not one.
    pub warnings: u64,
    /// Problems of the same kind in the same column, most frequent first.
    pub groups: Vec<ProblemGroup>,
    /// Doubts about all rows, from what is known about the account.
    pub doubts: Vec<String>,
    /// Notes about the file as a whole.
    pub notes: Vec<String>,
}

/// Problems of the same kind in the same column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemGroup {
    /// Their severity.
    pub severity: Severity,
    /// Their code, for scripts.
    pub code: Code,
    /// The column's header.
    pub column: Option<String>,
    /// Number of problems.
    pub count: u64,
    /// The first one.
    pub first: Problem,
}

impl ProblemGroup {
    /// Describes the group in a few words: number of rows, column, cause.
    #[must_use]
    pub fn describe(&self) -> String {
        let column = self.column.as_ref().map(|column| format!("“{column}” ")).unwrap_or_default();
        format!("{}: {column}{}", plural(self.count, "row"), self.code.cause())
    }
}

/// Error that ended the check early.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The file can't be read.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The ledger, which the duplicate guard reads, can't be read.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// The result is no longer wanted.
    #[error("the check was canceled")]
    Canceled,
}

/// Judges every row, and passes every problem to `each`, in row order. Rows are built on all processors but judged on
/// this thread, because a verdict depends on the rows before it. Ends early once `given_up` returns true.
pub fn check(
    sheet: &Sheet,
    judge: &mut Judge,
    given_up: impl Fn() -> bool,
    mut each: impl FnMut(&Problem),
) -> Result<CheckReport, CheckError> {
    let rows = sheet.scan()?.rows;
    let mut tally = CheckTally {
        report: CheckReport { rows, ..CheckReport::default() },
        groups: ProblemGroups::default(),
    };
    judge.expect(rows);
    let first = judge.row_builder(None)?;
    let date_columns = judge.plan().date_columns();
    let amount_columns = judge.plan().amount_columns();
    let nothing = || {
        let amounts = amount_columns.iter().map(|(_, style, _)| AmountEvidence::new(*style));
        (vec![DateProfile::default(); date_columns.len()], amounts.collect::<Vec<_>>())
    };
    let (mut orders, mut amounts) = nothing();
    in_order(
        sheet,
        rows,
        |rows| {
            let (mut orders, mut amounts) = nothing();
            let mut built = Vec::new();
            for row in rows {
                let row = row?;
                for (order, (column, ..)) in orders.iter_mut().zip(&date_columns) {
                    order.add(row.cells.get(*column).unwrap_or(""));
                }
                for (evidence, (column, _, is_open)) in amounts.iter_mut().zip(&amount_columns) {
                    let cell = row.cells.get(*column).unwrap_or("");
                    evidence.add_currency(cell);
                    // A workbook says what its numbers are.
                    if *is_open && row.number(*column).is_none() {
                        evidence.add_mark(cell);
                    }
                }
                built.push(first.build(&row));
            }
            Ok((built, orders, amounts))
        },
        |(built, parts, evidence)| -> Result<(), CheckError> {
            if given_up() {
                return Err(CheckError::Canceled);
            }
            orders.iter_mut().zip(&parts).for_each(|(order, part)| order.merge(part));
            amounts.iter_mut().zip(evidence).for_each(|(all, part)| all.merge(part));
            for built in built {
                tally.add(judge.judge(built)?, &mut each);
            }
            Ok(())
        },
    )?;
    let mut report = tally.report;
    let plan = judge.plan();
    report.doubts = [plan.doubts(), plan.gaps(), sheet.pre_send_warnings()?].concat();
    report.doubts.extend(header_doubt(sheet, plan));
    report.notes = notes(sheet, judge)?;
    for ((column, read_as, chosen), order) in date_columns.iter().zip(&orders) {
        let header = plan.header(*column);
        let conflict = order.conflict(*read_as, *chosen);
        report.doubts.extend(conflict.map(|conflict| conflict.describe(header, *read_as)));
        let doubt = order.doubt(*read_as).filter(|_| !chosen);
        report.notes.extend(doubt.map(|doubt| doubt.describe(header, *read_as)));
    }
    for ((column, ..), evidence) in amount_columns.iter().zip(&amounts) {
        let header = plan.header(*column);
        report.notes.extend(evidence.mark_doubt(header));
        report.doubts.extend(evidence.currency_doubt(header));
    }
    report.groups = tally.groups.sorted();
    let doubtful = report.groups.iter().filter(|group| group.code.is_doubtful());
    let describe = |group: &ProblemGroup| format!("{}, first in row {}", group.describe(), group.first.row);
    report.doubts.extend(doubtful.map(describe));
    Ok(report)
}

pub(super) fn read_row(sheet: &Sheet, number: u64) -> Result<Row, CheckError> {
    let row = sheet.rows_from(number)?.next().transpose()?;
    Ok(row.ok_or_else(|| SheetError::Changed { path: sheet.path().to_path_buf() })?)
}

/// Running counts.
struct CheckTally {
    report: CheckReport,
    groups: ProblemGroups,
}

impl CheckTally {
    /// Adds a row with this verdict; `None` means it is already a case.
    fn add(&mut self, verdict: Option<Verdict>, each: &mut impl FnMut(&Problem)) {
        let count = match verdict {
            Some(Verdict::Send(..)) => &mut self.report.to_send,
            Some(Verdict::Exclude(_)) => &mut self.report.excluded,
            Some(Verdict::Reject(_)) => &mut self.report.with_errors,
            None => &mut self.report.created,
        };
        *count += 1;
        for problem in verdict.map(Verdict::into_problems).unwrap_or_default() {
            each(&problem);
            match problem.severity {
                Severity::Error => self.report.errors += 1,
                // The reason for excluding a row is no warning: the row itself is counted.
                Severity::Warning => self.report.warnings += u64::from(!problem.code.excludes()),
            }
            self.groups.add(&problem);
        }
    }
}

/// Problem groups by kind and column.
#[derive(Default)]
struct ProblemGroups(HashMap<(Severity, Code, Option<String>), ProblemGroup>);

impl ProblemGroups {
    fn add(&mut self, problem: &Problem) {
        let key = (problem.severity, problem.code.clone(), problem.column.clone());
        let group = self.0.entry(key).or_insert_with(|| ProblemGroup {
            severity: problem.severity,
            code: problem.code.clone(),
            column: problem.column.clone(),
            count: 0,
            first: problem.clone(),
        });
        group.count += 1;
    }

    fn sorted(self) -> Vec<ProblemGroup> {
        let mut groups: Vec<ProblemGroup> = self.0.into_values().collect();
        groups.sort_by_cached_key(|of| {
            (of.severity, Reverse(of.count), of.first.row, of.code.to_string(), of.column.clone())
        });
        groups
    }
}

/// Groups problems given in row order.
pub(super) fn groups(problems: &[Problem]) -> Vec<ProblemGroup> {
    let mut groups = ProblemGroups::default();
    for problem in problems {
        groups.add(problem);
    }
    groups.sorted()
}

/// Returns the doubt whether the header is a case, if only the recipe could tell and doesn't.
fn header_doubt(sheet: &Sheet, plan: &Plan) -> Option<String> {
    let (line, text) = sheet.unclear_header().filter(|_| plan.knows_no_header())?;
    Some(format!(
        "line {line} “{text}” is read as the header, so it isn't imported; if it is a case, set no header (f; \
         in a script: --header-row none, or header = \"none\" under [sheet] in the recipe)"
    ))
}

/// Note for an import whose rows can't be looked up.
const NO_REFERENCE: &str = "no column is mapped to the first reference, so a case whose answer is lost can't be looked \
                            up; map a column, or turn on row tokens (T in Review; in a script: row_token = true in the recipe)";

fn notes(sheet: &Sheet, judge: &Judge) -> Result<Vec<String>, SheetError> {
    let mut notes = judge.already();
    notes.extend(sheet.format_notes()?);
    let plan = judge.plan();
    if !plan.can_be_looked_up() {
        notes.push(NO_REFERENCE.to_owned());
    }
    Ok(notes)
}
