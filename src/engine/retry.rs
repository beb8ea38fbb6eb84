//! Rejected rows looked at again: which of them can be sent now, and how they differ from what was tried.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::civil::Date;

use super::check::{CheckError, read};
use super::row::{Duplicates, Judge, Looked, Looker};
use super::verify::day_of;
use crate::case::{Plan, Problem};
use crate::ledger::{Rejected, Retry, Source};
use crate::sheet::{Row, Sheet};
use crate::trackops::{Request, ValueForms, side_by_side};

/// A rejected row, as it reads now.
#[derive(Debug, Clone, PartialEq)]
pub struct Rechecked {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// What would become of it now.
    pub standing: Standing,
    /// What is wrong with it, or why it is skipped.
    pub problems: Vec<Problem>,
    /// What the rejected try sent, field to value as JSON, private values masked; none for a row that never left.
    pub sent: Option<String>,
}

/// What would become of a rejected row now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It differs from what was tried, and passes the check.
    Corrected,
    /// A person skips it now.
    Skipped,
    /// Trackops refused exactly what would be sent now.
    Unchanged,
    /// The check rejects it.
    Rejected,
}

impl Rechecked {
    /// Whether something was done about the row since it was rejected.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        matches!(self.standing, Standing::Corrected | Standing::Skipped)
    }

    /// Returns the row for another try.
    #[must_use]
    pub fn into_retry(self) -> Retry {
        Retry { row: self.row, sent: self.sent }
    }
}

/// Looks at rejected rows by the plan of today. `before` are the plans that refused rows were sent with, by the number of
/// amendments made before.
pub fn recheck_rejected(
    sheet: &Sheet,
    rejected: &[Rejected],
    now: &Plan,
    before: &BTreeMap<u64, Plan>,
    today: Date,
    forms: ValueForms,
) -> Result<Vec<Rechecked>, CheckError> {
    let looker = |plan: &Plan, day| {
        Judge::new(plan.clone(), day, Duplicates::Send).looker(Some(forms)).map_err(CheckError::from)
    };
    let current = looker(now, today)?;
    // By plan and day: few of each, and a plan is much to copy.
    let mut lookers: BTreeMap<(u64, Date), Looker> = BTreeMap::new();
    let mut found = Vec::with_capacity(rejected.len());
    for of in rejected {
        let row = read(sheet, of.row)?;
        let mut tried = Tried::default();
        if let (Source::Trackops, Some(plan)) = (of.source, before.get(&of.amendment)) {
            let mut tried_on = |day| -> Result<Option<Request>, CheckError> {
                let looker = match lookers.entry((of.amendment, day)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(looker(plan, day)?),
                };
                Ok(looker.look(&row).request().cloned())
            };
            tried.request = tried_on(today)?;
            let sent_on = tried_on(of.sent_at.map_or(today, day_of))?;
            tried.sent = sent_on.and_then(|request| masked(plan, &request, &row, today));
        }
        found.push(rechecked(&row, current.look(&row), tried));
    }
    Ok(found)
}

/// What was tried before; nothing for a row that never left.
#[derive(Default)]
struct Tried {
    /// As it would be sent today: dates that count from the day of creation are the same in both.
    request: Option<Request>,
    /// As it was sent, masked.
    sent: Option<String>,
}

fn rechecked(row: &Row, looked: Looked, tried: Tried) -> Rechecked {
    let standing = match looked.request() {
        Some(request) if tried.request.as_ref() == Some(request) => Standing::Unchanged,
        Some(_) => Standing::Corrected,
        None if looked.is_excluded() => Standing::Skipped,
        None => Standing::Rejected,
    };
    let problems = looked.into_problems();
    Rechecked { row: row.number, line: row.line, standing, problems, sent: tried.sent }
}

/// Returns the fields of a request as JSON, private values masked.
fn masked(plan: &Plan, request: &Request, row: &Row, today: Date) -> Option<String> {
    let edited = plan.edits().apply(row).row;
    let secrets = plan.secrets(&edited.cells, today);
    let fields = side_by_side(request, &serde_json::Value::Null).into_iter().map(|line| {
        let text = plan.masked_text(&line.key, &line.sent, &secrets);
        (line.key, text.into())
    });
    serde_json::to_string(&fields.collect::<serde_json::Map<_, _>>()).ok()
}
