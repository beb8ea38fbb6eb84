//! Rechecks rejected rows: which can be sent now, and how they differ from the rejected try.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check::CheckError;
use super::past_requests::{PastRequests, day_of};
use super::row::{BuiltRow, RowBuilder};
use crate::case::{Plan, Problem, Severity};
use crate::ledger::{DuplicateGuard, ExceptionSource, Rejected, Retry};
use crate::sheet::{Row, RowReader, Sheet};
use crate::trackops::{CaseRequest, ValueForms, compare_values};

/// A rejected row, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Rechecked {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Its result if it were sent now.
    pub state: RetryState,
    /// What is wrong with it, or why it is excluded.
    pub problems: Vec<Problem>,
    /// What the rejected try sent, as JSON from field to value, private values masked; `None` for a row that wasn't
    /// sent.
    pub sent: Option<String>,
}

/// Result of a rejected row if it were sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryState {
    /// It differs from what was tried, and passes the check.
    Corrected,
    /// The user skips it now.
    Skipped,
    /// Trackops refused exactly what would be sent now.
    Unchanged,
    /// The check rejects it.
    Rejected,
}

impl Rechecked {
    /// Returns true if the row was changed or skipped since it was rejected.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        matches!(self.state, RetryState::Corrected | RetryState::Skipped)
    }

    /// Returns the error that keeps it rejected in a column, if there is one.
    #[must_use]
    pub fn error_in(&self, column: &str) -> Option<&Problem> {
        let mut errors = self.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let error = errors.find(|problem| problem.column.as_deref() == Some(column));
        error.filter(|_| self.state == RetryState::Rejected)
    }

    /// Returns true if it would be rejected again for what is in this column, or for what Trackops refused.
    #[must_use]
    pub fn is_refused(&self, column: &str) -> bool {
        self.state == RetryState::Unchanged || self.error_in(column).is_some()
    }

    /// Turns it into a retry.
    #[must_use]
    pub fn into_retry(self) -> Retry {
        Retry { row: self.row, sent: self.sent }
    }
}

/// Rechecks rejected rows by the current plan. `before` has the plans that refused rows were sent with, by the number
/// of amendments at that time.
pub fn recheck_rejected(
    sheet: &Sheet,
    rejected: &[Rejected],
    now: &Plan,
    before: &BTreeMap<u64, Plan>,
    today: Date,
    forms: ValueForms,
) -> Result<Vec<Rechecked>, CheckError> {
    let current = RowBuilder::alone(now.clone(), today, forms);
    let mut past = PastRequests::new(before.clone(), forms);
    let mut found = Vec::with_capacity(rejected.len());
    let mut rows = RowReader::new(sheet);
    for of in rejected {
        let row = rows.read(of.row)?;
        let mut previous = PreviousTry::default();
        if let (ExceptionSource::Trackops, Some(plan)) = (of.source, before.get(&of.amendment)) {
            previous.request = past.request(of.amendment, today, &row);
            let sent_on = past.request(of.amendment, of.sent_at.map_or(today, day_of), &row);
            previous.sent = sent_on.and_then(|request| masked(plan, &request, &row, today));
        }
        found.push(rechecked(&row, current.build(&row), previous));
    }
    Ok(found)
}

/// Returns the rows whose case another import sent, and has settled meanwhile, or never sent.
pub fn settled_elsewhere(
    sheet: &Sheet,
    rows: impl IntoIterator<Item = u64>,
    plan: &Plan,
    today: Date,
    guard: &mut DuplicateGuard,
) -> Result<Vec<Retry>, CheckError> {
    let builder = RowBuilder::alone(plan.clone(), today, ValueForms::default());
    let (mut settled, mut reader) = (Vec::new(), RowReader::new(sheet));
    for row in rows {
        let built = builder.build(&reader.read(row)?);
        let Some(identity) = built.case_identity() else { continue };
        if guard.earlier(identity)?.is_none_or(|earlier| earlier.created) {
            settled.push(Retry { row, sent: None });
        }
    }
    Ok(settled)
}

/// The previous try; empty for a row that wasn't sent.
#[derive(Default)]
struct PreviousTry {
    /// The request as it would be sent today, so that dates relative to creation match the current one.
    request: Option<CaseRequest>,
    /// As it was sent, masked.
    sent: Option<String>,
}

fn rechecked(row: &Row, built: BuiltRow, previous: PreviousTry) -> Rechecked {
    let state = match built.request() {
        Some(request) if previous.request.as_ref() == Some(request) => RetryState::Unchanged,
        Some(_) => RetryState::Corrected,
        None if built.is_excluded() => RetryState::Skipped,
        None => RetryState::Rejected,
    };
    let problems = built.into_problems();
    Rechecked { row: row.number, line: row.line, state, problems, sent: previous.sent }
}

/// Returns the fields of a request as JSON, private values masked.
fn masked(plan: &Plan, request: &CaseRequest, row: &Row, today: Date) -> Option<String> {
    let edited = plan.edits().apply(row).row;
    let secrets = plan.secrets(&edited.cells, today);
    let fields = compare_values(request, &serde_json::Value::Null).into_iter().map(|line| {
        let text = plan.masked_text(&line.key, &line.sent, &secrets);
        (line.key, text.into())
    });
    serde_json::to_string(&fields.collect::<serde_json::Map<_, _>>()).ok()
}
