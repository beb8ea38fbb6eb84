//! The check: builds and judges every row, sends nothing.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::column_evidence::ColumnEvidence;
use super::facet::case_of_group;
use super::in_order::in_order;
use super::row::{Judge, Verdict};
use super::unmapped_evidence::UnmappedEvidence;
use crate::case::{CaseField, Code, Dest, Plan, Problem, Severity, looks_like_cases};
use crate::sheet::{NotACase, Sheet, SheetError};
use crate::text::{hide_ssns, join_few, plural};

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
    let mut report = CheckReport { rows, ..CheckReport::default() };
    let mut groups = ProblemGroups::default();
    judge.expect(rows);
    let first = judge.row_builder(None)?;
    let nothing = (ColumnEvidence::new(judge.plan()), UnmappedEvidence::new(judge.plan()));
    let (mut evidence, mut unmapped) = nothing.clone();
    // Number of cases without a reference, and the first row.
    let mut lacking: Option<(u64, u64)> = None;
    in_order(
        sheet,
        rows,
        |rows| {
            let (mut built, mut part) = (Vec::new(), nothing.clone());
            for row in rows {
                let row = row?;
                if row.not_a_case == Some(NotACase::Heading) {
                    part.1.add_heading(&row);
                }
                if let Some(case) = case_of_group(&row, first.edits()) {
                    part.0.add(&row);
                    part.1.add(&case, first.edits());
                }
                built.push(first.build(&row));
            }
            Ok((built, part))
        },
        |(built, part)| -> Result<(), CheckError> {
            if given_up() {
                return Err(CheckError::Canceled);
            }
            evidence.merge(part.0);
            unmapped.merge(part.1);
            for built in built {
                let (row, lacks_reference) = (built.row, built.lacks_reference());
                let verdict = judge.judge(built)?;
                let is_created = verdict.is_none();
                let problems = verdict.map(Verdict::into_problems).unwrap_or_default();
                let result = if is_created { RowResult::Created } else { RowResult::of(&problems) };
                report.count(result, &problems, Change::Add);
                if lacks_reference && result == RowResult::ToSend {
                    lacking.get_or_insert((0, row)).0 += 1;
                }
                for problem in &problems {
                    each(problem);
                    groups.add(problem);
                }
            }
            Ok(())
        },
    )?;
    let plan = judge.plan();
    report.doubts = [plan.doubts(), plan.gaps(), sheet.pre_send_warnings()?].concat();
    report.doubts.extend(worksheet_doubt(sheet));
    report.doubts.extend(header_doubt(sheet, plan));
    report.doubts.extend(cases_above_doubt(sheet, plan));
    report.doubts.extend(footer_doubt(sheet, plan)?);
    report.notes = notes(sheet, judge)?;
    let (doubts, notes) = evidence.doubts_and_notes(plan);
    report.doubts.extend(doubts);
    report.doubts.extend(unmapped.doubts(plan));
    report
        .doubts
        .extend(lacking.and_then(|(count, first)| reference_doubt(plan, count, report.to_send, first)));
    report.doubts.extend(judge.name_doubts().chain(judge.zeros_doubt()));
    report.notes.extend(notes);
    report.set_groups(groups.sorted());
    Ok(report)
}

/// Result of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RowResult {
    Created,
    ToSend,
    Excluded,
    WithErrors,
}

impl RowResult {
    /// Returns the result of a row with these problems that isn't a case yet.
    pub(super) fn of(problems: &[Problem]) -> Self {
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            Self::WithErrors
        } else if problems.iter().any(|problem| problem.code.excludes()) {
            Self::Excluded
        } else {
            Self::ToSend
        }
    }
}

/// Change of a count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Add,
    Remove,
}

impl CheckReport {
    /// Adds a row to the counts, or removes it from them.
    pub(super) fn count(&mut self, result: RowResult, problems: &[Problem], change: Change) {
        let apply = |count: &mut u64| match change {
            Change::Add => *count += 1,
            Change::Remove => *count = count.saturating_sub(1),
        };
        apply(match result {
            RowResult::Created => &mut self.created,
            RowResult::ToSend => &mut self.to_send,
            RowResult::Excluded => &mut self.excluded,
            RowResult::WithErrors => &mut self.with_errors,
        });
        for problem in problems {
            match problem.severity {
                Severity::Error => apply(&mut self.errors),
                // The reason for excluding a row is no warning: the row itself is counted.
                Severity::Warning if problem.code.excludes() => {}
                Severity::Warning => apply(&mut self.warnings),
            }
        }
    }

    /// Replaces the groups, and the doubts about rows that may not be cases, which come last.
    pub(super) fn set_groups(&mut self, groups: Vec<ProblemGroup>) {
        let of_file = self.doubts.len().saturating_sub(self.group_doubts().count());
        self.doubts.truncate(of_file);
        self.groups = groups;
        let of_groups: Vec<String> = self.group_doubts().collect();
        self.doubts.extend(of_groups);
    }

    fn group_doubts(&self) -> impl Iterator<Item = String> {
        let doubtful = self.groups.iter().filter(|group| group.code.is_doubtful());
        doubtful
            .map(|group| format!("{}, first in row {}", group.describe(), group.first.row))
            .chain(self.empty_group_doubt())
    }

    /// Returns the doubt about a group that no row belongs to: its name in the file may have changed.
    fn empty_group_doubt(&self) -> Option<String> {
        let is_of_none = |group: &&ProblemGroup| {
            let is_other = group.code == Code::RowOtherGroup;
            is_other || (group.code.excludes() && !group.code.is_held() && !group.code.is_on_purpose())
        };
        let rows: u64 = self.groups.iter().filter(is_of_none).map(|group| group.count).sum();
        let other = self.groups.iter().find(|group| group.code == Code::RowOtherGroup)?;
        (rows == self.rows).then(|| {
            format!(
                "no row belongs to the group of this import: row {}: {}; if the group has another name now, change it \
                 (only in the recipe)",
                other.first.row, other.first.message
            )
        })
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

/// Maximum number of worksheets named in a sentence.
const MAX_NAMED: usize = 5;

/// Returns the doubt whether other worksheets have more cases.
fn worksheet_doubt(sheet: &Sheet) -> Option<String> {
    let others = sheet.other_worksheets().iter();
    let others = others.filter(|other| other.resembles || looks_like_cases(&other.header));
    let names: Vec<String> =
        others.map(|other| format!("“{}” ({})", other.name, plural(other.rows, "row"))).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("not imported, although it may have more cases: worksheet {one}")),
        more => Some(format!(
            "not imported, although they may have more cases: worksheets {}",
            join_few(more, MAX_NAMED)
        )),
    }
}

/// Returns the doubt whether the header is a case, if only the recipe could tell and doesn't.
fn header_doubt(sheet: &Sheet, plan: &Plan) -> Option<String> {
    let (line, text) = sheet.unclear_header().filter(|_| plan.knows_no_header())?;
    Some(format!(
        "line {line} “{text}” is read as the header, so it isn't imported; if it is a case, set no header (f; \
         in a script: --header-row none, or header = \"none\" under [sheet] in the recipe)"
    ))
}

/// Returns the doubt about cases without a reference where others have one; a few of them are warned about row by row.
fn reference_doubt(plan: &Plan, count: u64, of: u64, first: u64) -> Option<String> {
    (plan.often_lacks_references() && count < of).then(|| {
        format!(
            "{count} of {of} rows have no reference, first in row {first}; fill them in, or turn on row tokens (T in \
             Review; in a script: row_token = true in the recipe)"
        )
    })
}

/// Returns the doubt whether lines above the header are cases, unless the recipe says which line is the header.
fn cases_above_doubt(sheet: &Sheet, plan: &Plan) -> Option<String> {
    let above = sheet.cases_above();
    let header = sheet.layout().header?;
    if above.is_empty() || plan.header_is_chosen() {
        return None;
    }
    let lines = above.iter().map(|(line, text)| format!("line {line} “{}”", hide_ssns(text)));
    let (look, them, titles) = match above.len() {
        1 => ("looks like a case and isn't", "it", "it is a title"),
        _ => ("look like cases and aren't", "them", "they are titles"),
    };
    Some(format!(
        "{} above the header {look} imported: {}; move {them} below the header, or if {titles}, set the header (f; \
         in a script: --header-row {header})",
        plural(above.len() as u64, "line"),
        join_few(lines, MAX_NAMED)
    ))
}

/// Returns the doubt about rows of the footer that are imported all the same: no case is lost because it is at the end.
fn footer_doubt(sheet: &Sheet, plan: &Plan) -> Result<Option<String>, SheetError> {
    let scan = sheet.scan()?;
    let mut lines = Vec::new();
    for row in sheet.rows_from(scan.rows.saturating_sub(scan.footer) + 1)? {
        let row = row?;
        let is_footer = row.not_a_case == Some(NotACase::Footer) && !row.is_blank();
        if is_footer && plan.names_a_case(&row) && plan.edits().skip_reason(&row).is_none() {
            lines.push(row.line);
        }
    }
    let (has, rows) = if lines.len() == 1 { ("has", "line") } else { ("have", "lines") };
    Ok((!lines.is_empty()).then(|| {
        format!(
            "{} of the footer {has} a reference and a name and so will be imported, {rows} {}; if that isn't a case, skip \
             the row (x; in a script: leave_out in the recipe)",
            plural(lines.len() as u64, "row"),
            join_few(lines.iter().map(u64::to_string), MAX_NAMED)
        )
    }))
}

/// Note for an import whose rows can't be looked up.
const NO_REFERENCE: &str = "no column is mapped to the first reference, so a case whose answer is lost can't be looked \
                            up; map a column, or turn on row tokens (T in Review; in a script: row_token = true in the recipe)";
/// Notes for an import without references: without row tokens, and with them.
const NOT_RECOGNIZED: &str = "no reference is mapped: cases created by colleagues or from another ledger can't be \
                              recognized, nor those of earlier imports if a value differs, even only in capitals";
const RECOGNIZED_BY_TOKEN: &str = "no reference is mapped: of cases created by colleagues or from another ledger, only those \
                                   with a row token and the same values can be recognized";

fn notes(sheet: &Sheet, judge: &Judge) -> Result<Vec<String>, SheetError> {
    let mut notes = judge.already();
    notes.extend(sheet.format_notes()?);
    let plan = judge.plan();
    if !plan.can_be_looked_up() {
        notes.push(NO_REFERENCE.to_owned());
    }
    if plan.columns_of(Dest::Case(CaseField::Reference1)).next().is_none() {
        let has_tokens = plan.token(1).is_some();
        notes.push(if has_tokens { RECOGNIZED_BY_TOKEN } else { NOT_RECOGNIZED }.to_owned());
    }
    Ok(notes)
}

#[cfg(test)]
mod doubt_tests;
