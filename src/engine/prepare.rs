//! A row before it is sent: built, judged, and held against what was sent before.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use bytes::Bytes;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::case::{Built, CaseField, Plan, Problem, Severity, Value};
use crate::ledger::{Guard, Intent, LedgerError, RowState};
use crate::sheet::{Row, Sheet};
use crate::trackops;

/// A row that had its turn before the sender.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Hash of the cells; with the row number, the row's identity.
    pub content: [u8; 16],
    /// The cells, for the exception log.
    pub cells: csv::StringRecord,
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
            content: self.content,
            identity: ready.identity.clone(),
            reference: ready.reference.clone(),
            client: ready.client,
            sent_at,
        })
    }
}

/// What is to become of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Send it. The problems are warnings.
    Send(Ready, Vec<Problem>),
    /// Leave it out: blank, or sent before. The problem says which.
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
    pub identity: String,
    /// `reference_value_1`.
    pub reference: Option<String>,
    /// `client_id`.
    pub client: Option<u64>,
}

/// Judges the rows of one file, in order.
pub struct Preparer {
    plan: Plan,
    today: Date,
    guard: Option<Guard>,
    /// Identities met in this file and the row that had them first, by hash: eight bytes instead of a text.
    seen: HashMap<u64, u64>,
    hasher: RandomState,
}

impl Preparer {
    /// `today` is the creation date of cases that name none. Without a guard, what was sent before is not
    /// looked at, and neither are references that stand twice in the file.
    #[must_use]
    pub fn new(plan: Plan, today: Date, guard: Option<Guard>) -> Self {
        Self { plan, today, guard, seen: HashMap::new(), hasher: RandomState::new() }
    }

    /// The plan the rows are read by.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Judges the next row.
    pub fn prepare(&mut self, row: Row) -> Result<Prepared, LedgerError> {
        let content = content_hash(&row.cells);
        let verdict = if row.is_blank() {
            let message = "the row is blank".to_owned();
            Verdict::Exclude(finding(&row, "row.blank", message, "nothing to do: a blank row is left out"))
        } else {
            let built = self.plan.build(&row, self.today);
            self.judge(&row, built, content)?
        };
        Ok(Prepared { row: row.number, line: row.line, content, cells: row.cells, verdict })
    }

    fn judge(&mut self, row: &Row, built: Built, content: [u8; 16]) -> Result<Verdict, LedgerError> {
        if !built.is_sendable() {
            return Ok(Verdict::Reject(built.problems));
        }
        let reference = built.case.text(CaseField::Reference1).map(str::to_owned);
        let client = match built.case.get(CaseField::Client) {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        };
        let identity = identity(reference.as_deref(), client, content);
        if let Some(problem) = self.duplicate(row, &identity, reference.as_deref())? {
            return Ok(Verdict::Exclude(problem));
        }
        let ready = Ready { body: trackops::body(&built.case).into(), identity, reference, client };
        Ok(Verdict::Send(ready, built.problems))
    }

    /// The duplicate guard: a reference that stands twice in the file, or a case an earlier import sent.
    fn duplicate(
        &mut self,
        row: &Row,
        identity: &str,
        reference: Option<&str>,
    ) -> Result<Option<Problem>, LedgerError> {
        let Some(guard) = &self.guard else { return Ok(None) };
        let told =
            reference.map_or_else(|| "the same cells".to_owned(), |text| format!("reference “{text}”"));
        if reference.is_some() {
            let first = *self.seen.entry(self.hasher.hash_one(identity)).or_insert(row.number);
            if first != row.number {
                let message = format!("{told} is in row {first} of this file as well");
                let hint = "it is left out; correct the file, or send duplicates anyway";
                return Ok(Some(self.placed(finding(row, "duplicate.file", message, hint), reference)));
            }
        }
        let Some(earlier) = guard.earlier(identity)? else { return Ok(None) };
        let (code, message, hint) = if earlier.created {
            let message = format!("{told} was created by import {} (row {})", earlier.import, earlier.row);
            ("duplicate.earlier", message, "it is left out; send duplicates anyway if it is another case")
        } else {
            let message = format!(
                "{told} was sent by import {} (row {}), and no answer is known",
                earlier.import, earlier.row
            );
            (
                "duplicate.unknown",
                message,
                "it is left out; resume that import first, to find out what became of it",
            )
        };
        Ok(Some(self.placed(finding(row, code, message, hint), reference)))
    }

    /// Points a finding at the reference's cell.
    fn placed(&self, problem: Problem, reference: Option<&str>) -> Problem {
        let Some(reference) = reference else { return problem };
        let key = CaseField::Reference1.key();
        Problem {
            column: self.plan.column_of_key(key).map(|column| self.plan.header(column).to_owned()),
            field: Some(key.to_owned()),
            value: reference.to_owned(),
            ..problem
        }
    }
}

/// Cases are told apart by client and reference; without a reference, by the cells of their row.
fn identity(reference: Option<&str>, client: Option<u64>, content: [u8; 16]) -> String {
    match reference {
        Some(reference) => format!("reference {} {reference}", client.unwrap_or(0)),
        None => format!("content {:032x}", u128::from_be_bytes(content)),
    }
}

fn finding(row: &Row, code: &'static str, message: String, hint: &str) -> Problem {
    Problem {
        severity: Severity::Warning,
        row: row.number,
        line: row.line,
        column: None,
        field: None,
        value: String::new(),
        code,
        message,
        hint: hint.to_owned(),
    }
}

/// Hash of the cells. Lengths go in as well, so that moving a comma makes another row.
fn content_hash(cells: &csv::StringRecord) -> [u8; 16] {
    let mut sha = Sha256::new();
    for cell in cells {
        sha.update((cell.len() as u64).to_le_bytes());
        sha.update(cell);
    }
    let digest: [u8; 32] = sha.finalize().into();
    let (half, _) = digest.split_at(16);
    half.try_into().unwrap_or_default()
}

/// Judges every row, and hands on those that have not had their turn.
pub(super) fn prepare_all(
    sheet: &Sheet,
    mut preparer: Preparer,
    states: &HashMap<u64, RowState>,
    sender: &mpsc::Sender<Result<Prepared, String>>,
) {
    let rows = match sheet.rows_from(1) {
        Ok(rows) => rows,
        Err(error) => {
            // A run that stopped meanwhile needs no answer, here as below.
            let _ = sender.blocking_send(Err(error.to_string()));
            return;
        }
    };
    for row in rows {
        let judged = row
            .map_err(|error| error.to_string())
            .and_then(|row| preparer.prepare(row).map_err(|error| error.to_string()));
        let had_its_turn =
            |row: &Prepared| states.get(&row.row).is_some_and(|state| *state != RowState::NotSent);
        // Also rows that had their turn are judged: a later row may have the same reference.
        if judged.as_ref().is_ok_and(had_its_turn) {
            continue;
        }
        let failed = judged.is_err();
        if sender.blocking_send(judged).is_err() || failed {
            return;
        }
    }
}
