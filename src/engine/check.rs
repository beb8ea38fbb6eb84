//! The check: every row built and judged, nothing sent.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::in_order::in_order;
use super::row::{Judge, Verdict};
use crate::case::{Code, DateProfile, PointDoubt, Problem, Severity};
use crate::sheet::{Row, Sheet, SheetError};
use crate::text::plural;

/// What the check found. `created + to_send + excluded + with_errors = rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Data rows.
    pub rows: u64,
    /// Rows that are cases already: those that were sent first.
    pub created: u64,
    /// Rows that can be sent.
    pub to_send: u64,
    /// Rows that are left out: blank, or sent before.
    pub excluded: u64,
    /// Rows with an error.
    pub with_errors: u64,
    /// Problems that are errors.
    pub errors: u64,
    /// Problems that are warnings; why a row is left out is none.
    pub warnings: u64,
    /// Problems of the same kind at the same column, most frequent first.
    pub groups: Vec<ProblemGroup>,
    /// What is doubtful about every row, by what is known of the account.
    pub doubts: Vec<String>,
    /// What concerns the file and not a row.
    pub notes: Vec<String>,
}

/// Problems of the same kind at the same column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemGroup {
    /// How bad they are.
    pub severity: Severity,
    /// What they are, for scripts.
    pub code: Code,
    /// The column's header.
    pub column: Option<String>,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Problem,
}

impl ProblemGroup {
    /// The group in a few words: how many rows, which column, what it is.
    #[must_use]
    pub fn told(&self) -> String {
        let column = self.column.as_ref().map(|column| format!("“{column}” ")).unwrap_or_default();
        format!("{}: {column}{}", plural(self.count, "row"), self.code.cause())
    }
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
    /// Nobody wants to know any more.
    #[error("the check was canceled")]
    GivenUp,
}

/// Judges every row; `each` is given every problem, in the order of the rows. Rows are looked at on all processors,
/// and judged on this thread: what becomes of a row depends on those before it. Ends early once it is
/// `given_up`.
pub fn check(
    sheet: &Sheet,
    judge: &mut Judge,
    given_up: impl Fn() -> bool,
    mut each: impl FnMut(&Problem),
) -> Result<Report, CheckError> {
    let rows = sheet.scan()?.rows;
    let mut tally = Tally { report: Report { rows, ..Report::default() }, groups: Groups::default() };
    judge.expect(rows);
    let first = judge.looker(None)?;
    let unsaid = judge.plan().unsaid_orders();
    let amounts = judge.plan().unsaid_decimals();
    let nothing = || (vec![DateProfile::default(); unsaid.len()], vec![PointDoubt::default(); amounts.len()]);
    let (mut orders, mut decimals) = nothing();
    in_order(
        sheet,
        rows,
        |rows| {
            let (mut orders, mut decimals) = nothing();
            let mut looked = Vec::new();
            for row in rows {
                let row = row?;
                for (order, (column, _)) in orders.iter_mut().zip(&unsaid) {
                    order.add(row.cells.get(*column).unwrap_or(""));
                }
                for (decimal, column) in decimals.iter_mut().zip(&amounts) {
                    // Only a point can be either, and a workbook says itself what its numbers are.
                    let cell = row.cells.get(*column).unwrap_or("");
                    if cell.contains('.') && row.number(*column).is_none() {
                        decimal.add(cell);
                    }
                }
                looked.push(first.look(&row));
            }
            Ok((looked, orders, decimals))
        },
        |(looked, parts, points)| -> Result<(), CheckError> {
            if given_up() {
                return Err(CheckError::GivenUp);
            }
            orders.iter_mut().zip(&parts).for_each(|(order, part)| order.join(part));
            decimals.iter_mut().zip(&points).for_each(|(decimal, part)| decimal.join(part));
            for looked in looked {
                tally.add(judge.judge(looked)?, &mut each);
            }
            Ok(())
        },
    )?;
    let mut report = tally.report;
    let plan = judge.plan();
    report.doubts = [plan.doubts(), plan.gaps(), sheet.doubts()?].concat();
    report.notes = notes(sheet, judge)?;
    report.notes.extend(unsaid.iter().zip(&orders).filter_map(|((column, read_as), order)| {
        let doubt = order.doubt(*read_as)?;
        Some(doubt.told(judge.plan().header(*column), *read_as))
    }));
    report.notes.extend(amounts.iter().zip(&decimals).filter_map(|(column, decimal)| {
        let (header, number) = (judge.plan().header(*column), decimal.ambiguous()?);
        Some(format!(
            "“{header}” is ambiguous: the point in {number} is read as a decimal point, but it could also separate \
             thousands; if so, set decimal = \"comma\" on the column"
        ))
    }));
    report.groups = tally.groups.sorted();
    let doubtful = report.groups.iter().filter(|group| group.code.is_doubtful());
    let told = |group: &ProblemGroup| format!("{}, first in row {}", group.told(), group.first.row);
    report.doubts.extend(doubtful.map(told));
    Ok(report)
}

pub(super) fn read(sheet: &Sheet, number: u64) -> Result<Row, CheckError> {
    let row = sheet.rows_from(number)?.next().transpose()?;
    Ok(row.ok_or_else(|| SheetError::Changed { path: sheet.path().to_path_buf() })?)
}

/// What is counted on the way.
struct Tally {
    report: Report,
    groups: Groups,
}

impl Tally {
    /// A row with this verdict; none is one that is a case already.
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
                // Why a row is left out is no warning: the row is counted.
                Severity::Warning => self.report.warnings += u64::from(!problem.code.excludes()),
            }
            self.groups.add(&problem);
        }
    }
}

/// Problems by kind and column.
#[derive(Default)]
struct Groups(HashMap<(Severity, Code, Option<String>), ProblemGroup>);

impl Groups {
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

/// The groups of problems that are in the order of the rows.
pub(super) fn groups(problems: &[Problem]) -> Vec<ProblemGroup> {
    let mut groups = Groups::default();
    for problem in problems {
        groups.add(problem);
    }
    groups.sorted()
}

/// Said of an import whose rows cannot be looked up.
const NO_REFERENCE: &str = "no column is mapped to the first reference, so a case whose answer is lost can't be looked \
                            up; map a column, or turn on row tokens (T in Review, row_token = true in the recipe)";

fn notes(sheet: &Sheet, judge: &Judge) -> Result<Vec<String>, SheetError> {
    let mut notes = judge.already();
    notes.extend(sheet.described()?);
    let plan = judge.plan();
    if !plan.can_be_found_again() {
        notes.push(NO_REFERENCE.to_owned());
    }
    Ok(notes)
}
