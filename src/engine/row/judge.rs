//! Second step: compares a row with those before it and with earlier imports, in the order of the file.

use std::collections::{BTreeMap, HashSet};
use std::hash::RandomState;
use std::sync::Arc;

use jiff::civil::Date;

use super::build::{BuildResult, BuiltRow, Candidate, RowBuilder};
use super::lost_zeros::{DigitReferences, LostZeros};
use super::names::{MAX_ROLES, RepeatedRows, SeenRows, role_column};
use super::reasons::{
    ANOTHER_CASE, as_warning, at_reference, exclude, finding, judge_sent_before, sent_before,
};
use super::recent_cases::RecentCases;
use super::references::{IdentityHashes, NearHashes, ReferenceMatch, SeenReferences, SentReferences};
use super::{Prepared, Ready, Verdict};
use crate::case::{Code, Plan, Problem};
use crate::ledger::{DeletedCases, DuplicateGuard, ImportId, LedgerError, SentBy};
use crate::sheet::Row;
use crate::text::{join_few, plural};
use crate::trackops::ValueForms;

/// What to do with a case that was sent before, or whose reference appears twice in the file.
pub enum Duplicates {
    /// Send it anyway.
    Send,
    /// Exclude it. The guard knows what was sent before; there is none without an account.
    Exclude(Option<DuplicateGuard>),
}

/// Judges the rows of one file, in order.
pub struct Judge {
    plan: Plan,
    today: Date,
    duplicates: Duplicates,
    /// References seen in this file; of rows without one, their values.
    seen: SeenReferences,
    /// Names of the rows before.
    rows_before: SeenRows,
    /// Rows that repeat a reference with another name.
    other_names: RepeatedRows,
    /// Rows that repeat a reference with the same name, but with other values.
    other_values: RepeatedRows,
    /// Rows that repeat a reference of an earlier import with another name.
    names_before: RepeatedRows,
    /// References of rows of this file that can't be sent.
    rejected: SeenReferences,
    /// References of earlier imports; `None` until they are read from the ledger.
    sent: Option<SentReferences>,
    /// Those of digits, and those of this file.
    sent_digits: DigitReferences,
    digits: DigitReferences,
    /// Number of rows that each earlier import has already created.
    already: BTreeMap<ImportId, u64>,
    /// Rows of this import that are already cases.
    created: HashSet<u64>,
    /// Recent cases in Trackops, if they were listed.
    recent: Option<Arc<RecentCases>>,
    rows: u64,
    hasher: RandomState,
}

impl Judge {
    /// `today` is the creation date of cases without one.
    #[must_use]
    pub fn new(plan: Plan, today: Date, duplicates: Duplicates) -> Self {
        let hasher = match &duplicates {
            Duplicates::Exclude(Some(guard)) => guard.hasher().clone(),
            _ => RandomState::new(),
        };
        let (seen, rejected) = (SeenReferences::default(), SeenReferences::default());
        let (already, created) = (BTreeMap::new(), HashSet::new());
        let (sent, recent) = (None, None);
        let (other_names, other_values) = (RepeatedRows::default(), RepeatedRows::default());
        let (rows_before, names_before) = (SeenRows::default(), RepeatedRows::default());
        let (sent_digits, digits) = (DigitReferences::default(), DigitReferences::default());
        Self {
            plan,
            today,
            duplicates,
            seen,
            rows_before,
            other_names,
            other_values,
            names_before,
            rejected,
            sent,
            sent_digits,
            digits,
            already,
            created,
            recent,
            rows: 0,
            hasher,
        }
    }

    /// Returns the plan that rows are built with.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Reserves memory for this number of rows.
    pub(crate) fn expect(&mut self, rows: u64) {
        self.seen.expect(rows);
    }

    /// Returns the row builder for the first step. With `forms`, it also writes the body of each request.
    pub(crate) fn row_builder(&mut self, forms: Option<ValueForms>) -> Result<RowBuilder, LedgerError> {
        let forgotten = match &mut self.duplicates {
            Duplicates::Exclude(Some(guard)) => guard.forgotten()?,
            _ => DeletedCases::default(),
        };
        Ok(RowBuilder {
            plan: self.plan.clone(),
            role: role_column(&self.plan),
            today: self.today,
            hasher: self.hasher.clone(),
            forgotten,
            forms,
        })
    }

    /// Marks rows as already created, whatever they would be now.
    #[must_use]
    pub fn knowing_created(self, created: HashSet<u64>) -> Self {
        Self { created, ..self }
    }

    /// Excludes cases already in Trackops.
    #[must_use]
    pub fn knowing_recent(self, recent: Option<Arc<RecentCases>>) -> Self {
        Self { recent, ..self }
    }

    pub(crate) fn is_created(&self, number: u64) -> bool {
        self.created.contains(&number)
    }

    /// Uses another plan from here on.
    pub(crate) fn set_plan(&mut self, plan: Plan) {
        self.plan = plan;
    }

    /// Judges the next row. Returns `None` if it is already a case.
    pub(crate) fn judge(&mut self, built: BuiltRow) -> Result<Option<Verdict>, LedgerError> {
        self.rows += 1;
        if self.is_created(built.row) {
            if let Some((hashes, referenced)) = built.identity() {
                self.seen.add(hashes, built.row);
                if let (BuildResult::Case(case, _), true) = (built.result, referenced) {
                    self.rows_before.add(built.row, case.values, case.person);
                }
            }
            return Ok(None);
        }
        Ok(Some(match built.result {
            BuildResult::Exclude(problem) => Verdict::Exclude(problem),
            BuildResult::Reject(problems, hashes) => {
                hashes.map(|hashes| self.rejected.add(hashes, built.row));
                Verdict::Reject(problems)
            }
            BuildResult::Case(case, warnings) => {
                self.beside_others((built.row, built.line), case, warnings)?
            }
        }))
    }

    /// Judges the next row and prepares it. Returns `None` if it is already a case.
    pub(crate) fn prepare(&mut self, row: Row, mut built: BuiltRow) -> Result<Option<Prepared>, LedgerError> {
        let (fixed, reference) = (built.fixed.take(), built.reference.take());
        Ok(self.judge(built)?.map(|verdict| Prepared {
            row: row.number,
            line: row.line,
            worksheet: row.worksheet,
            cells: fixed.unwrap_or(row.cells),
            reference,
            of_others: Vec::new(),
            listed: Vec::new(),
            verdict,
        }))
    }

    /// Judges a sendable case by other rows and earlier imports. `at` is its row and line.
    fn beside_others(
        &mut self,
        at: (u64, u64),
        case: Candidate,
        mut warnings: Vec<Problem>,
    ) -> Result<Verdict, LedgerError> {
        let Candidate { ready, hashes, person, values, .. } = case;
        let Duplicates::Exclude(guard) = &mut self.duplicates else {
            return Ok(Verdict::Send(ready, warnings));
        };
        let referenced = ready.reference().is_some();
        let matched = self.seen.add(hashes, at.0);
        if let (ReferenceMatch::Same(first), true) = (matched, referenced) {
            let mut message =
                format!("{} is also in row {first} of this file", ready.describe_identity(&self.plan));
            // In a shifted row, something else may stand where the name should be.
            let person = person.filter(|person| !person.name.has_digits());
            let other = person
                .as_ref()
                .and_then(|person| Some((self.rows_before.other_person(first, person)?, person)));
            if let Some((other, person)) = other {
                let [there, here] = [other, person].map(|person| person.describe(&self.plan));
                message = format!("{message}, but with another name: {there} there, {here} here");
                if !ready.anyway {
                    self.other_names.add(at.0, &[other, person]);
                }
            } else if self.rows_before.has_other_values(first, values) {
                message.push_str(", but with other values");
                if !ready.anyway {
                    self.other_values.add(at.0, &[]);
                }
            }
            let found = finding(at, Code::DuplicateFile, message, ANOTHER_CASE);
            return Ok(exclude_unless_anyway(at_reference(&self.plan, found, &ready), ready, warnings));
        }
        if referenced {
            self.rows_before.add(at.0, values, person);
        }
        let earlier = guard.as_mut().map(|guard| guard.earlier(&ready.identity)).transpose()?.flatten();
        if let Some(earlier) = earlier {
            *self.already.entry(earlier.import).or_default() += u64::from(earlier.created);
            if !ready.anyway {
                if ready.is_other_person(&earlier) {
                    self.names_before.add(at.0, &[]);
                }
                return Ok(judge_sent_before(&self.plan, at, &ready, earlier));
            }
            warnings.push(as_warning(sent_before(&self.plan, at, &ready, &earlier)));
            return Ok(Verdict::Send(ready, warnings));
        }
        let existing =
            self.recent.as_ref().and_then(|recent| recent.problem_if_exists(&self.plan, at, &ready));
        if let Some(found) = existing {
            return Ok(exclude_unless_anyway(found, ready, warnings));
        }
        if let Some(reference) = ready.reference() {
            self.digits.add(ready.client.unwrap_or(0), reference, at.0);
            warnings.extend(self.also_rejected(at, &ready, hashes));
            match self.nearly_the_same(at, &ready, hashes, matched)? {
                Some(found) if found.code.excludes() => {
                    return Ok(exclude_unless_anyway(found, ready, warnings));
                }
                found => warnings.extend(found),
            }
        } else {
            warnings.extend(repeated(at, matched));
        }
        Ok(Verdict::Send(ready, warnings))
    }

    /// Returns a warning if a row that can't be sent has the same reference: once corrected, it would be a duplicate of
    /// this one.
    fn also_rejected(&self, at: (u64, u64), ready: &Ready, hashes: IdentityHashes) -> Option<Problem> {
        let ReferenceMatch::Same(first) = self.rejected.compare(hashes, at.0) else { return None };
        let message = format!(
            "{} is also in row {first} of this file, which has an error",
            ready.describe_identity(&self.plan)
        );
        let hint = format!(
            "if it is the same case, skip row {first}, or correct row {first} and skip this one (x on the row)"
        );
        Some(at_reference(&self.plan, finding(at, Code::ReferenceOfRejected, message, &hint), ready))
    }

    /// Returns the problem of a row if another row, or another import, has nearly the same reference. It is excluded if
    /// that was sent since this import was started: the user saw no warning before the start.
    fn nearly_the_same(
        &mut self,
        at: (u64, u64),
        ready: &Ready,
        hashes: IdentityHashes,
        matched: ReferenceMatch,
    ) -> Result<Option<Problem>, LedgerError> {
        let sent = self.sent_nearly(hashes)?;
        let (place, is_later) = match (matched, sent) {
            (_, Some(SentBy { import, row, since_start: true })) => {
                (format!("row {row} of import {import}, which was sent after this import was started"), true)
            }
            (ReferenceMatch::Near(row), _) => (format!("row {row} of this file"), false),
            (_, Some(SentBy { import, row, .. })) => (format!("row {row} of import {import}"), false),
            (_, None) => return Ok(None),
        };
        let reference = ready.describe_identity(&self.plan);
        let message = format!("{reference}, written differently, is probably that of {place}");
        let (code, hint) = if is_later {
            (Code::DuplicateNear, ANOTHER_CASE)
        } else {
            (Code::ReferenceNear, "if it is the same case, skip the row (x)")
        };
        Ok(Some(at_reference(&self.plan, finding(at, code, message, hint), ready)))
    }

    /// Returns the row of another import that sent nearly the same reference.
    fn sent_nearly(&mut self, hashes: IdentityHashes) -> Result<Option<SentBy>, LedgerError> {
        let Duplicates::Exclude(Some(guard)) = &self.duplicates else { return Ok(None) };
        if self.sent.is_none() {
            let mut sent = SentReferences::default();
            let (random, digits) = (&self.hasher, &mut self.sent_digits);
            guard.each_reference(|row, client, reference| {
                digits.add(client, reference, row.row);
                sent.add(NearHashes::of(random, client, reference), row);
            })?;
            self.sent = Some(sent);
        }
        Ok(self.sent.as_ref().and_then(|sent| sent.near(hashes.near)))
    }

    /// Replaces the case of a row, given as its hashes and whether a cell gave its reference. Returns false if the new
    /// case is, or may be, that of another row or of an earlier import.
    pub(crate) fn exchange(
        &mut self,
        number: u64,
        old: Option<(IdentityHashes, bool)>,
        new: Option<(IdentityHashes, bool)>,
    ) -> Result<bool, LedgerError> {
        if matches!(self.duplicates, Duplicates::Send) {
            return Ok(true);
        }
        // Trackops may have the new reference.
        if new.is_some() && self.recent.as_ref().is_some_and(|recent| !recent.is_empty()) {
            return Ok(false);
        }
        if let Some((old, _)) = old {
            self.seen.remove(old, number);
        }
        let Some((new, referenced)) = new else { return Ok(true) };
        let known = match &mut self.duplicates {
            Duplicates::Exclude(Some(guard)) => may_know(guard, new, referenced)?,
            _ => false,
        };
        let nearly = referenced && self.sent_nearly(new)?.is_some();
        let also_rejected = self.rejected.compare(new, number) != ReferenceMatch::New;
        Ok(!known && !nearly && !also_rejected && self.seen.add(new, number) == ReferenceMatch::New)
    }

    /// Remembers the reference of a row that can no longer be sent. Returns false if another row may have it.
    pub(crate) fn reject(&mut self, number: u64, hashes: IdentityHashes) -> bool {
        self.rejected.add(hashes, number);
        self.seen.compare(hashes, number) == ReferenceMatch::New
    }

    /// Describes how many of the rows judged so far are excluded as duplicates, but have another name or other values: than
    /// another row, and than the row of an earlier import.
    pub fn name_doubts(&self) -> impl Iterator<Item = String> {
        let RepeatedRows { roles, .. } = &self.other_names;
        let role = role_column(&self.plan).filter(|_| roles.len() > 1);
        let roles = role.map(|column| {
            format!(
                ", by “{}”: {}; import the rows of one role only (x on the others; in a script: [only] in the recipe)",
                self.plan.header(column),
                join_few(roles.iter().map(|role| format!("“{role}”")), MAX_ROLES)
            )
        });
        let here = self.other_names.describe("a reference with another name");
        let what = roles.unwrap_or_else(|| "; check which row is right".to_owned());
        let before = self.names_before.describe("a reference that an earlier import sent with another name");
        let hint = "; if it is another case, send it anyway (y on the row; in a script: --send-anyway)";
        let here = here.map(|text| text + &what).into_iter();
        let values = self.other_values.describe("a reference with other values").map(|text| text + hint);
        here.chain(values).chain(before.map(|text| text + hint))
    }

    /// Describes how many references judged so far likely lost their zeros, seen from earlier imports.
    #[must_use]
    pub fn zeros_doubt(&self) -> Option<String> {
        let LostZeros { rows, first, digits } = self.digits.lost_zeros(&self.sent_digits)?;
        let (are, lost) = if rows == 1 { ("is", "its") } else { ("are", "their") };
        Some(format!(
            "{} {are} shorter than those of earlier imports, which begin with 0 and have {digits} digits, first in row \
             {first}; {lost} zeros are likely lost: format the column as Text in the original and export it again",
            plural(rows, "reference")
        ))
    }

    /// Describes how many of the rows judged so far earlier imports created, one sentence per import.
    #[must_use]
    pub fn already(&self) -> Vec<String> {
        let rows = self.rows;
        let mut counts: Vec<_> = self.already.iter().filter(|(_, count)| **count > 0).collect();
        counts.sort_by_key(|(import, count)| (std::cmp::Reverse(**count), **import));
        let describe = |(import, count)| {
            format!("{count} of {rows} rows are already in Trackops, created by import {import}")
        };
        counts.into_iter().map(describe).collect()
    }
}

/// Returns a warning if a row without a reference is the same as an earlier one. In some lists that is usual.
fn repeated(at: (u64, u64), matched: ReferenceMatch) -> Option<Problem> {
    let message = match matched {
        ReferenceMatch::New => return None,
        ReferenceMatch::Same(first) => format!("the row is the same as row {first} in every column"),
        ReferenceMatch::Near(first) => format!("the row gives its case the same values as row {first}"),
    };
    let hint = "it becomes a second case; if it is the same one, skip the row (x)";
    Some(finding(at, Code::RowRepeated, message, hint))
}

/// Returns the verdict on a row that the duplicate guard objects to.
fn exclude_unless_anyway(found: Problem, ready: Ready, mut warnings: Vec<Problem>) -> Verdict {
    if !ready.anyway {
        return exclude(found);
    }
    warnings.push(as_warning(found));
    Verdict::Send(ready, warnings)
}

/// Returns true if another import may have sent the case with these hashes; false is certain.
fn may_know(
    guard: &mut DuplicateGuard,
    hashes: IdentityHashes,
    referenced: bool,
) -> Result<bool, LedgerError> {
    // Nearly the same references share a hash, but not an identity.
    Ok(guard.may_know(hashes.identity)? || (!referenced && guard.may_know(hashes.near.grouped)?))
}
