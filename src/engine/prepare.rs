//! A row before it is sent: built, judged, and held against what was sent before.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    hash::RandomState,
    mem::take,
};

use bytes::Bytes;
use jiff::civil::Date;
use tokio::sync::mpsc;

use super::identity::{Identified, content_hash, mark, own_reference};
use super::not_sent::{ANOTHER_CASE, all_the_same, finding, held_back, no_case, placed, sent_before};
use super::seen::{Mark, Met, Seen, near_hash};
use crate::case::{Built, Code, Plan, Problem};
use crate::ledger::{
    Forgotten, Guard, Identity, ImportId, Intent, LedgerError, Outcome, RowOutcome, RowState,
};
use crate::sheet::{Row, Sheet, SheetError};
use crate::trackops::{self, ValueForms};

/// A row that had its turn before the sender.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Name of its worksheet, where several are read as one table.
    pub worksheet: Option<String>,
    /// The cells with their fixes made, for the exception log.
    pub cells: csv::StringRecord,
    /// `reference_value_1`, when a cell of the row gave it: also of a row that is not sent.
    pub reference: Option<String>,
    /// What is to become of it.
    pub verdict: Verdict,
}

impl Prepared {
    /// What the ledger is told before the row leaves; none for a row that will not.
    pub(super) fn intent(&self, sent_at: i64) -> Option<Intent> {
        let Verdict::Send(ready, _) = &self.verdict else { return None };
        Some(Intent {
            row: self.row,
            line: self.line,
            identity: ready.identity.clone(),
            client: ready.client,
            sent_at,
            token: ready.token.clone(),
            anyway: ready.anyway,
        })
    }

    /// What the ledger is told of what became of it.
    pub(super) fn became(&self, outcome: Outcome) -> RowOutcome {
        RowOutcome { row: self.row, line: self.line, reference: self.reference.clone(), outcome }
    }
}

/// What is to become of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Send it. The problems are warnings.
    Send(Ready, Vec<Problem>),
    /// Leave it out: blank, left out by a person, or sent before. The problem says which.
    Exclude(Problem),
    /// It cannot be sent. At least one problem is an error.
    Reject(Vec<Problem>),
}

/// A row ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The request's body.
    pub body: Bytes,
    /// What tells this case from another of the account.
    pub identity: Identity,
    /// `client_id`.
    pub client: Option<u64>,
    /// The token in its administrative notes, by which the case can be found again without a reference.
    pub token: Option<String>,
    /// Whether a person said to send it although its case was sent before.
    pub anyway: bool,
}

/// What to do with a case that was sent before, or whose reference stands twice in the file.
pub enum Duplicates {
    /// Send it anyway.
    Send,
    /// Leave it out. The guard knows what was sent before; there is none before there is an account.
    LeaveOut(Option<Guard>),
}

/// Judges the rows of one file, in order.
pub struct Preparer {
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
    rows: u64,
    hasher: RandomState,
    /// How values of custom fields are sent.
    forms: ValueForms,
}

impl Preparer {
    /// `today` is the creation date of cases that name none.
    #[must_use]
    pub fn new(plan: Plan, today: Date, duplicates: Duplicates) -> Self {
        let hasher = match &duplicates {
            Duplicates::LeaveOut(Some(guard)) => guard.hasher().clone(),
            _ => RandomState::new(),
        };
        let (seen, already, created) = (Seen::default(), BTreeMap::new(), HashSet::new());
        let forms = ValueForms::default();
        Self { plan, today, duplicates, seen, sent: None, already, created, rows: 0, hasher, forms }
    }

    /// Sends values of custom fields in an account's forms.
    #[must_use]
    pub fn in_forms(self, forms: ValueForms) -> Self {
        Self { forms, ..self }
    }

    /// The plan the rows are read by.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Makes room for so many rows.
    pub(super) fn expect(&mut self, rows: u64) {
        self.seen.expect(rows);
    }

    /// What looks at single rows, on any thread.
    pub(super) fn glancer(&mut self) -> Result<Glancer, LedgerError> {
        let forgotten = match &mut self.duplicates {
            Duplicates::LeaveOut(Some(guard)) => guard.forgotten()?,
            _ => Forgotten::default(),
        };
        Ok(Glancer { plan: self.plan.clone(), today: self.today, hasher: self.hasher.clone(), forgotten })
    }

    /// Judges the next row.
    pub fn prepare(&mut self, row: Row) -> Result<Prepared, LedgerError> {
        let (verdict, reference) = if let Some(problem) = no_case(&self.plan, &row) {
            (Verdict::Exclude(problem), None)
        } else {
            let built = self.plan.build(&row, self.today);
            let reference = own_reference(&built.case);
            (self.judge(&row, built)?, reference)
        };
        self.rows += 1;
        let (number, line, worksheet) = (row.number, row.line, row.worksheet.clone());
        let cells = match self.plan.edits().apply(&row).row {
            Cow::Owned(fixed) => fixed.cells,
            Cow::Borrowed(_) => row.cells,
        };
        Ok(Prepared { row: number, line, worksheet, cells, reference, verdict })
    }

    /// Judges the next row, after a glance at it. `read` reads the row: it is looked at whole only when it may have
    /// been sent before.
    pub(super) fn look<E: From<LedgerError>>(
        &mut self,
        number: u64,
        glance: Glance,
        read: impl FnOnce() -> Result<Row, E>,
    ) -> Result<Glance, E> {
        if self.created.contains(&number) {
            if let Some((mark, true)) = glance.identity() {
                self.seen.add(mark, number);
            }
            self.rows += 1;
            return Ok(Glance::Created);
        }
        if let Some((mark, referenced)) = glance.identity()
            && let Duplicates::LeaveOut(guard) = &mut self.duplicates
        {
            let known = guard.as_mut().map(|guard| may_know(guard, mark, referenced)).transpose()?;
            let known = known.unwrap_or_default();
            let met = referenced && self.seen.meet(mark, number) != Met::New;
            if known || glance.is_forgotten() || met || (referenced && self.sent_nearly(mark)?.is_some()) {
                return Ok(match self.prepare(read()?)?.verdict {
                    Verdict::Send(_, warnings) => {
                        Glance::Case { mark: None, referenced: false, forgotten: false, warnings }
                    }
                    Verdict::Exclude(problem) => Glance::Exclude(problem),
                    Verdict::Reject(problems) => Glance::Reject(problems),
                });
            }
            if referenced {
                self.seen.add(mark, number);
            }
        }
        self.rows += 1;
        Ok(glance)
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

    /// Lets rows be cases already, whatever they would be now.
    #[must_use]
    pub fn knowing_created(self, created: HashSet<u64>) -> Self {
        Self { created, ..self }
    }

    pub(super) fn is_created(&self, number: u64) -> bool {
        self.created.contains(&number)
    }

    /// Reads the rows by another plan from here on.
    pub(super) fn set_plan(&mut self, plan: Plan) {
        self.plan = plan;
    }

    /// Lets a row be another case, or none: its marks, and whether a cell gave the reference. Gives false when the case
    /// is, or may be, one of another row or of an earlier import.
    pub(super) fn exchange(
        &mut self,
        number: u64,
        old: Option<(Mark, bool)>,
        new: Option<(Mark, bool)>,
    ) -> Result<bool, LedgerError> {
        if matches!(self.duplicates, Duplicates::Send) {
            return Ok(true);
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
            format!("{count} of {rows} rows are in Trackops already, created by import {import}")
        };
        counts.into_iter().map(said).collect()
    }

    fn judge(&mut self, row: &Row, built: Built) -> Result<Verdict, LedgerError> {
        if !built.is_sendable() {
            return Ok(Verdict::Reject(built.problems));
        }
        let token = self.plan.token(row.number);
        let Identified { identity, client } =
            Identified::of(&built.case, token.as_deref(), || content_hash(&row.cells));
        let body = trackops::body(&built.case, self.forms).into();
        let anyway = self.plan.is_sent_anyway(row.number);
        let ready = Ready { body, identity, client, token, anyway };
        Ok(match self.sent_already((row.number, row.line), &ready)? {
            None => {
                let mut warnings = built.problems;
                warnings.extend(self.probably_sent((row.number, row.line), &ready)?);
                Verdict::Send(ready, warnings)
            }
            Some(found) if anyway => {
                let mut warnings = built.problems;
                warnings.push(all_the_same(found));
                Verdict::Send(ready, warnings)
            }
            Some(found) => held_back(found),
        })
    }

    /// A warning where another row, or an earlier import, has nearly the same reference.
    fn probably_sent(&mut self, at: (u64, u64), ready: &Ready) -> Result<Option<Problem>, LedgerError> {
        let Some(mark) = ready.mark(&self.hasher) else { return Ok(None) };
        if matches!(self.duplicates, Duplicates::Send) {
            return Ok(None);
        }
        let place = match self.seen.meet(mark, at.0) {
            Met::Near(row) => format!("row {row} of this file"),
            Met::New | Met::Same(_) => match self.sent_nearly(mark)? {
                Some((import, row)) => format!("row {row} of import {import}"),
                None => return Ok(None),
            },
        };
        let message = format!("{} is probably the same as in {place}, written another way", ready.told());
        let hint = "if it is the same case, skip the row (x)";
        Ok(Some(placed(&self.plan, finding(at, Code::ReferenceNear, message, hint), ready)))
    }

    /// What the duplicate guard has against a row. `at` is its row and line.
    fn sent_already(&mut self, at: (u64, u64), ready: &Ready) -> Result<Option<Problem>, LedgerError> {
        let Duplicates::LeaveOut(guard) = &mut self.duplicates else { return Ok(None) };
        if let Some(mark) = ready.mark(&self.hasher)
            && let Met::Same(first) = self.seen.add(mark, at.0)
        {
            let message = format!("{} is in row {first} of this file as well", ready.told());
            return Ok(Some(placed(
                &self.plan,
                finding(at, Code::DuplicateFile, message, ANOTHER_CASE),
                ready,
            )));
        }
        let earlier = guard.as_mut().map(|guard| guard.earlier(&ready.identity)).transpose()?.flatten();
        Ok(earlier.map(|earlier| {
            *self.already.entry(earlier.import).or_default() += u64::from(earlier.created);
            sent_before(&self.plan, at, ready, &earlier)
        }))
    }
}

/// Whether another import may have sent the case of a mark; false is certain.
fn may_know(guard: &mut Guard, mark: Mark, referenced: bool) -> Result<bool, LedgerError> {
    // What nearly the same references have in common is no identity.
    Ok(guard.may_know(mark.identity)? || (!referenced && guard.may_know(mark.near)?))
}

/// A row by itself, whatever was sent before.
pub(super) enum Glance {
    /// A case that can be sent: what tells it from others, whether a cell gave its reference, whether an import that was
    /// forgotten sent it, and warnings. Without a mark it was compared with the others already.
    Case { mark: Option<Mark>, referenced: bool, forgotten: bool, warnings: Vec<Problem> },
    /// Leave it out.
    Exclude(Problem),
    /// It cannot be sent.
    Reject(Vec<Problem>),
    /// It is a case already.
    Created,
}

impl Glance {
    /// What is wrong with the row, or why it is left out.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        match self {
            Self::Case { warnings: problems, .. } | Self::Reject(problems) => problems,
            Self::Exclude(problem) => vec![problem],
            Self::Created => Vec::new(),
        }
    }

    /// Whether an import that was forgotten sent it.
    pub(super) fn is_forgotten(&self) -> bool {
        matches!(self, Self::Case { forgotten: true, .. })
    }

    /// What tells a case from others, and whether a cell gave the reference.
    pub(super) fn identity(&self) -> Option<(Mark, bool)> {
        match self {
            Self::Case { mark, referenced, .. } => mark.map(|mark| (mark, *referenced)),
            Self::Exclude(_) | Self::Reject(_) | Self::Created => None,
        }
    }
}

/// Looks at single rows. What it gives is small: a case is built and dropped where it was built.
pub(super) struct Glancer {
    plan: Plan,
    today: Date,
    hasher: RandomState,
    forgotten: Forgotten,
}

impl Glancer {
    pub(super) fn glance(&self, row: &Row) -> Glance {
        if let Some(problem) = no_case(&self.plan, row) {
            return Glance::Exclude(problem);
        }
        let built = self.plan.build(row, self.today);
        if !built.is_sendable() {
            return Glance::Reject(built.problems);
        }
        let token = self.plan.token(row.number);
        let found = Identified::of(&built.case, token.as_deref(), || content_hash(&row.cells));
        let (mark, referenced) = (found.mark(&self.hasher), found.identity.reference().is_some());
        let forgotten = self.forgotten.has(&found.identity);
        Glance::Case { mark: Some(mark), referenced, forgotten, warnings: built.problems }
    }
}

impl Ready {
    /// What tells its reference from others; none without one.
    fn mark(&self, hasher: &RandomState) -> Option<Mark> {
        self.reference().map(|_| mark(&self.identity, hasher))
    }

    /// `reference_value_1`, when a cell of the row gave it.
    pub(super) fn reference(&self) -> Option<&str> {
        self.identity.reference()
    }

    pub(super) fn told(&self) -> String {
        self.reference()
            .map_or_else(|| "a row with the same values".to_owned(), |text| format!("reference “{text}”"))
    }
}

/// So many rows are handed on in one go: whoever takes them is woken once for all.
const HANDFUL: usize = 64;

/// Judges every row, and hands on those that have not had their turn; an error is the last it hands on.
pub(super) fn prepare_all(
    sheet: &Sheet,
    mut preparer: Preparer,
    states: &HashMap<u64, RowState>,
    sender: &mpsc::Sender<Result<Vec<Prepared>, String>>,
) {
    let had_its_turn = |row: u64| states.get(&row).is_some_and(|state| *state != RowState::NotSent);
    // Also rows that had their turn are judged: a later row may have the same reference.
    let mut judge = |row: Row| preparer.prepare(row).map_err(|error| error.to_string());
    let mut handful = Vec::new();
    let mut hand_on = || -> Result<(), String> {
        for row in sheet.rows_from(1).map_err(no_more_rows)? {
            let row = judge(row.map_err(no_more_rows)?)?;
            if !had_its_turn(row.row) {
                handful.push(row);
            }
            // A run that stopped meanwhile needs no more.
            if handful.len() == HANDFUL && sender.blocking_send(Ok(take(&mut handful))).is_err() {
                break;
            }
        }
        Ok(())
    };
    let result = hand_on();
    // The rows before an error are handed on as well.
    let _ = sender.blocking_send(Ok(handful));
    if let Err(why) = result {
        let _ = sender.blocking_send(Err(why));
    }
}

/// Why a run stops reading its file.
fn no_more_rows(error: SheetError) -> String {
    match error {
        SheetError::Changed { path } => format!(
            "{} was changed while it was being imported, and is no longer the file that was checked. The import stopped \
             there: no row was sent from the changed part. Put the original back and resume, or duplicate the import to \
             import the file as it is now.",
            path.display()
        ),
        error => error.to_string(),
    }
}
