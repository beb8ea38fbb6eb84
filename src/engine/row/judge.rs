//! Second look: a row beside those before it, and beside what earlier imports sent. In the order of the file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::RandomState;
use std::sync::Arc;

use jiff::civil::Date;

use super::look::{Candidate, Found, Looked, Looker};
use super::reasons::{ANOTHER_CASE, all_the_same, finding, held_back, placed, sent_before};
use super::seen::{Mark, Met, Seen, near_hash};
use super::{Prepared, Ready, Verdict};
use crate::case::{Code, Plan, Problem};
use crate::engine::recent::RecentCases;
use crate::ledger::{Forgotten, Guard, ImportId, LedgerError};
use crate::sheet::Row;
use crate::trackops::ValueForms;

/// What to do with a case that was sent before, or whose reference stands twice in the file.
pub enum Duplicates {
    /// Send it anyway.
    Send,
    /// Leave it out. The guard knows what was sent before; there is none before there is an account.
    LeaveOut(Option<Guard>),
}

/// Judges the rows of one file, in order.
pub struct Judge {
    plan: Plan,
    today: Date,
    duplicates: Duplicates,
    /// References met in this file.
    seen: Seen,
    /// References that earlier imports sent, by hash of what nearly the same ones have in common; none before the
    /// ledger was asked.
    sent: Option<HashMap<u64, (ImportId, u64)>>,
    /// How many rows each earlier import has created already.
    already: BTreeMap<ImportId, u64>,
    /// Rows of this import that are cases already.
    created: HashSet<u64>,
    /// What Trackops has already, where it was listed.
    recent: Option<Arc<RecentCases>>,
    rows: u64,
    hasher: RandomState,
}

impl Judge {
    /// `today` is the creation date of cases that name none.
    #[must_use]
    pub fn new(plan: Plan, today: Date, duplicates: Duplicates) -> Self {
        let hasher = match &duplicates {
            Duplicates::LeaveOut(Some(guard)) => guard.hasher().clone(),
            _ => RandomState::new(),
        };
        let (seen, already, created) = (Seen::default(), BTreeMap::new(), HashSet::new());
        Self { plan, today, duplicates, seen, sent: None, already, created, recent: None, rows: 0, hasher }
    }

    /// The plan the rows are read by.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Makes room for so many rows.
    pub(crate) fn expect(&mut self, rows: u64) {
        self.seen.expect(rows);
    }

    /// Makes what takes the first look at rows. With `forms`, it also writes the body of each request.
    pub(crate) fn looker(&mut self, forms: Option<ValueForms>) -> Result<Looker, LedgerError> {
        let forgotten = match &mut self.duplicates {
            Duplicates::LeaveOut(Some(guard)) => guard.forgotten()?,
            _ => Forgotten::default(),
        };
        Ok(Looker {
            plan: self.plan.clone(),
            today: self.today,
            hasher: self.hasher.clone(),
            forgotten,
            forms,
        })
    }

    /// Lets rows be cases already, whatever they would be now.
    #[must_use]
    pub fn knowing_created(self, created: HashSet<u64>) -> Self {
        Self { created, ..self }
    }

    /// Lets cases that Trackops has already be left out.
    #[must_use]
    pub fn knowing_recent(self, recent: Option<Arc<RecentCases>>) -> Self {
        Self { recent, ..self }
    }

    pub(crate) fn is_created(&self, number: u64) -> bool {
        self.created.contains(&number)
    }

    /// Reads the rows by another plan from here on.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.plan = plan;
    }

    /// What is to become of the next row; none for one that is a case already.
    pub(crate) fn judge(&mut self, looked: Looked) -> Result<Option<Verdict>, LedgerError> {
        self.rows += 1;
        if self.is_created(looked.row) {
            if let Some((mark, true)) = looked.identity() {
                self.seen.add(mark, looked.row);
            }
            return Ok(None);
        }
        Ok(Some(match looked.found {
            Found::Exclude(problem) => Verdict::Exclude(problem),
            Found::Reject(problems) => Verdict::Reject(problems),
            Found::Case(case, warnings) => self.beside_others((looked.row, looked.line), case, warnings)?,
        }))
    }

    /// The next row with what is to become of it; none for one that is a case already.
    pub(crate) fn prepare(&mut self, row: Row, mut looked: Looked) -> Result<Option<Prepared>, LedgerError> {
        let (fixed, reference) = (looked.fixed.take(), looked.reference.take());
        Ok(self.judge(looked)?.map(|verdict| Prepared {
            row: row.number,
            line: row.line,
            worksheet: row.worksheet,
            cells: fixed.unwrap_or(row.cells),
            reference,
            verdict,
        }))
    }

    /// A case that could be sent, by what other rows and earlier imports have. `at` is its row and line.
    fn beside_others(
        &mut self,
        at: (u64, u64),
        case: Candidate,
        mut warnings: Vec<Problem>,
    ) -> Result<Verdict, LedgerError> {
        let Candidate { ready, mark, .. } = case;
        let Duplicates::LeaveOut(guard) = &mut self.duplicates else {
            return Ok(Verdict::Send(ready, warnings));
        };
        let referenced = ready.reference().is_some();
        let met = if referenced { self.seen.add(mark, at.0) } else { Met::New };
        if let Met::Same(first) = met {
            let message = format!("{} is also in row {first} of this file", ready.told());
            let found = finding(at, Code::DuplicateFile, message, ANOTHER_CASE);
            return Ok(kept_back(placed(&self.plan, found, &ready), ready, warnings));
        }
        let earlier = guard.as_mut().map(|guard| guard.earlier(&ready.identity)).transpose()?.flatten();
        if let Some(earlier) = earlier {
            *self.already.entry(earlier.import).or_default() += u64::from(earlier.created);
            return Ok(kept_back(sent_before(&self.plan, at, &ready, &earlier), ready, warnings));
        }
        let there = self.recent.as_ref().and_then(|recent| recent.there(&self.plan, at, &ready));
        if let Some(found) = there {
            return Ok(kept_back(found, ready, warnings));
        }
        if referenced {
            warnings.extend(self.nearly_the_same(at, &ready, mark, met)?);
        }
        Ok(Verdict::Send(ready, warnings))
    }

    /// A warning where another row, or an earlier import, has nearly the same reference.
    fn nearly_the_same(
        &mut self,
        at: (u64, u64),
        ready: &Ready,
        mark: Mark,
        met: Met,
    ) -> Result<Option<Problem>, LedgerError> {
        let place = match met {
            Met::Near(row) => format!("row {row} of this file"),
            Met::New | Met::Same(_) => match self.sent_nearly(mark)? {
                Some((import, row)) => format!("row {row} of import {import}"),
                None => return Ok(None),
            },
        };
        let message = format!("{} is probably the same as in {place}, written differently", ready.told());
        let hint = "if it is the same case, skip the row (x)";
        Ok(Some(placed(&self.plan, finding(at, Code::ReferenceNear, message, hint), ready)))
    }

    /// Where an earlier import sent nearly the same reference.
    fn sent_nearly(&mut self, mark: Mark) -> Result<Option<(ImportId, u64)>, LedgerError> {
        let Duplicates::LeaveOut(Some(guard)) = &self.duplicates else { return Ok(None) };
        if self.sent.is_none() {
            let mut sent = HashMap::new();
            let hasher = &self.hasher;
            guard.each_reference(|import, row, client, reference| {
                sent.insert(near_hash(hasher, client, reference), (import, row));
            })?;
            self.sent = Some(sent);
        }
        Ok(self.sent.as_ref().and_then(|sent| sent.get(&mark.near)).copied())
    }

    /// Lets a row be another case, or none: its marks, and whether a cell gave the reference. Gives false when the case
    /// is, or may be, one of another row or of an earlier import.
    pub(crate) fn exchange(
        &mut self,
        number: u64,
        old: Option<(Mark, bool)>,
        new: Option<(Mark, bool)>,
    ) -> Result<bool, LedgerError> {
        if matches!(self.duplicates, Duplicates::Send) {
            return Ok(true);
        }
        // Another reference may be one that Trackops has.
        if new.is_some() && self.recent.as_ref().is_some_and(|recent| !recent.is_empty()) {
            return Ok(false);
        }
        if let Some((old, _)) = old {
            self.seen.remove(old, number);
        }
        let Some((new, referenced)) = new else { return Ok(true) };
        let known = match &mut self.duplicates {
            Duplicates::LeaveOut(Some(guard)) => may_know(guard, new, referenced)?,
            _ => false,
        };
        let nearly = referenced && self.sent_nearly(new)?.is_some();
        Ok(!known && !nearly && (!referenced || self.seen.add(new, number) == Met::New))
    }

    /// How many of the rows judged so far were created by earlier imports, a sentence for each import.
    #[must_use]
    pub fn already(&self) -> Vec<String> {
        let rows = self.rows;
        let mut counts: Vec<_> = self.already.iter().filter(|(_, count)| **count > 0).collect();
        counts.sort_by_key(|(import, count)| (std::cmp::Reverse(**count), **import));
        let said = |(import, count)| {
            format!("{count} of {rows} rows are already in Trackops, created by import {import}")
        };
        counts.into_iter().map(said).collect()
    }
}

/// What becomes of a row that the duplicate guard has something against.
fn kept_back(found: Problem, ready: Ready, mut warnings: Vec<Problem>) -> Verdict {
    if !ready.anyway {
        return held_back(found);
    }
    warnings.push(all_the_same(found));
    Verdict::Send(ready, warnings)
}

/// Whether another import may have sent the case of a mark; false is certain.
fn may_know(guard: &mut Guard, mark: Mark, referenced: bool) -> Result<bool, LedgerError> {
    // What nearly the same references have in common is no identity.
    Ok(guard.may_know(mark.identity)? || (!referenced && guard.may_know(mark.near)?))
}
