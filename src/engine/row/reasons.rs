//! Reasons why rows aren't sent: no case, skipped by the user, or sent before.

use crate::case::{CaseField, Code, Plan, Problem, Severity, SkipReason};
use crate::ledger::Earlier;
use crate::sheet::{NotACase, Row};
use crate::text::utc;
use crate::trackops::FoundCase;

use super::{Ready, Verdict};

/// Returns why a row is not a case, or is skipped.
///
/// `fixed` is the row after fixes: a fix can't turn a row that is no case into one.
pub(super) fn no_case(plan: &Plan, row: &Row, fixed: &Row) -> Option<Problem> {
    let (code, message, hint) = match row.not_a_case {
        _ if row.is_blank() => (Code::RowBlank, "the row is blank", "no action needed"),
        // A row with a reference and a name is no footer merely because it is at the end.
        Some(NotACase::Footer) if plan.names_a_case(row) => return skipped(plan, fixed),
        Some(reason) if reason.may_be_sent() && plan.is_sent_anyway(row.number) => {
            return skipped(plan, fixed);
        }
        Some(reason) => (Code::NotACase(reason), reason.message(), reason.hint()),
        None if !plan.has_imported_cells(row) => (
            Code::RowNotImported,
            "the row is empty in all imported columns",
            "no action needed, unless another of its columns should be imported",
        ),
        None => return skipped(plan, fixed),
    };
    Some(finding((row.number, row.line), code, row.placed(message.to_owned()), hint))
}

/// Returns why the user skips a row.
fn skipped(plan: &Plan, row: &Row) -> Option<Problem> {
    let (column, value, code, message, hint) = match plan.edits().skip_reason(row)? {
        SkipReason::Row => {
            let hint = "no action needed; to include it, press x";
            (None, "", Code::RowSkipped, "you skipped this row".to_owned(), hint)
        }
        SkipReason::Value(column, value) => {
            let shown = plan.masked_cell(Some(column), value);
            let message = format!("you skipped the rows with “{shown}” in “{}”", plan.header(column));
            (
                Some(column),
                value,
                Code::ValueSkipped,
                message,
                "no action needed; to include them, press x on the value",
            )
        }
        SkipReason::OtherGroup(column, value) => {
            let shown = plan.masked_cell(Some(column), value);
            let text = if value.is_empty() { "an empty cell".to_owned() } else { format!("“{shown}”") };
            let message = format!("{text} in “{}” belongs to another group", plan.header(column));
            (
                Some(column),
                value,
                Code::RowOtherGroup,
                message,
                "no action needed if another import includes it",
            )
        }
    };
    Some(Problem {
        column: column.map(|column| plan.column_name(column).to_owned()),
        value: plan.masked_cell(column, value),
        ..finding((row.number, row.line), code, message, hint)
    })
}

/// Hint for a row that the duplicate guard excludes.
pub(super) const ANOTHER_CASE: &str =
    "it is excluded; if it is a different case, send it anyway (y on the row; in a script: --send-anyway)";

/// Hint for a row whose case is in Trackops: more work on the same subject is done by reopening the case (KNOWN).
const REOPEN: &str = "it is excluded; for more work on the same matter, reopen the case in Trackops; if it is a \
                      different case, send it anyway (y on the row; in a script: --send-anyway)";

/// Returns the problem of a row whose case another import of the account sent. `at` is its row and line.
///
/// If its result there is unknown, excluding it could lose it and sending it could create it twice: it is an error. The
/// words stay true after that import has settled it.
pub(super) fn sent_before(plan: &Plan, at: (u64, u64), ready: &Ready, earlier: &Earlier) -> Problem {
    let place = format!("import {} (row {})", earlier.import, earlier.row);
    if earlier.created {
        let other = if ready.is_other_person(earlier) { ", but with another name" } else { "" };
        let message = format!("{} was created by {place}{other}", ready.describe_identity(plan));
        return at_reference(plan, finding(at, Code::DuplicateEarlier, message, REOPEN), ready);
    }
    let message = format!(
        "{} was sent by {place}, which had no result when this row was checked",
        ready.describe_identity(plan)
    );
    let hint = format!("resume import {}, then this one", earlier.import);
    let found = at_reference(plan, finding(at, Code::DuplicateUnknown, message, &hint), ready);
    Problem { severity: Severity::Error, ..found }
}

/// Returns the verdict on a row whose case another import of the account sent.
pub(crate) fn judge_sent_before(plan: &Plan, at: (u64, u64), ready: &Ready, earlier: Earlier) -> Verdict {
    let found = sent_before(plan, at, ready, &earlier);
    if earlier.created { Verdict::Exclude(found) } else { Verdict::InDoubt(found, earlier) }
}

/// Returns the problem of a row without a reference in a ledger that was copied or restored: the original may have sent
/// it. `at` is its row and line.
pub(crate) fn maybe_sent_by_original(at: (u64, u64)) -> Problem {
    let message = "it may already be in Trackops: the row has no reference to look it up by, and the ledger was copied or \
                   restored from a backup";
    let hint = format!(
        "search Trackops for its case; if there is none, send it anyway (y on Processing; in a script: resume with \
         --send-anyway {})",
        at.0
    );
    let found = finding(at, Code::DuplicateCopied, message.to_owned(), &hint);
    Problem { severity: Severity::Error, ..found }
}

/// Returns the problem of a row whose case is already in Trackops, by a lookup. `at` is its row and line.
pub(crate) fn in_trackops(plan: &Plan, at: (u64, u64), ready: &Ready, found: &[FoundCase]) -> Problem {
    let name = |case: &FoundCase| {
        let number = case.shown_number();
        match case.created_at {
            Some(at) => format!("{number} (created {})", utc(at).chars().take(10).collect::<String>()),
            None => number.to_owned(),
        }
    };
    let names: Vec<String> = found.iter().take(MAX_SHOWN).map(name).collect();
    let (names, more) = (names.join(", "), if found.len() > MAX_SHOWN { " …" } else { "" });
    let (code, is) = if found.iter().all(|case| case.is_certain) {
        (Code::DuplicateTrackops, "is already")
    } else {
        (Code::DuplicatePossible, "may already be")
    };
    let message = format!("{} {is} in Trackops: case {names}{more}", ready.describe_identity(plan));
    at_reference(plan, finding(at, code, message, REOPEN), ready)
}

/// Maximum number of cases named.
const MAX_SHOWN: usize = 3;

/// Returns the verdict on a row that the duplicate guard objects to.
pub(crate) fn exclude(found: Problem) -> Verdict {
    match found.severity {
        Severity::Error => Verdict::Reject(vec![found]),
        Severity::Warning => Verdict::Exclude(found),
    }
}

/// Turns the problem into a warning for a row that the user sends anyway.
pub(super) fn as_warning(found: Problem) -> Problem {
    let hint = "you chose to send it anyway".to_owned();
    Problem { severity: Severity::Warning, code: Code::DuplicateSentAnyway, hint, ..found }
}

/// Adds the reference's cell to a problem.
pub(super) fn at_reference(plan: &Plan, problem: Problem, ready: &Ready) -> Problem {
    let Some(reference) = ready.reference() else { return problem };
    let key = CaseField::Reference1.key();
    let column = plan.column_of_key(key);
    let shown = plan.masked_cell(column, reference);
    Problem {
        column: column.map(|column| plan.column_name(column).to_owned()),
        field: Some(key.to_owned()),
        value: shown,
        ..problem
    }
}

/// Returns a warning at a row and line.
pub(super) fn finding((row, line): (u64, u64), code: Code, message: String, hint: &str) -> Problem {
    Problem {
        severity: Severity::Warning,
        row,
        line,
        column: None,
        field: None,
        value: String::new(),
        code,
        message,
        hint: hint.to_owned(),
    }
}
