//! Reports from the ledger: the exception log, the skipped rows, and the receipt.

use rusqlite::{Row, params};
use serde::Serialize;

use super::addresses::SAME;
use super::row::{RowState, StoredId, signed, unsigned};
use super::{Exception, ExceptionSource, Exclusion, ImportId, Ledger, LedgerError};
use crate::case::Code;

/// The outcome of a row, for the receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// Its state.
    pub state: RowState,
    /// `reference_value_1`; `None` for a row that has none.
    pub reference: Option<String>,
    /// Id of the case, as Trackops wrote it.
    pub case_id: Option<String>,
    /// Case number, if Trackops reported it.
    pub case_number: Option<String>,
    /// Time of sending, in milliseconds since 1970, UTC, by the server's clock; `None` for a row that was not sent.
    pub sent_at: Option<i64>,
    /// Reason why it has no case, or that the user marked it as created.
    pub reason: Option<String>,
}

/// Number of an import's rejected rows whose case a later import created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CreatedLater {
    /// The later import.
    pub import: ImportId,
    /// Rows of the earlier import.
    pub rows: u64,
}

impl CreatedLater {
    /// Says how many of the rejected rows were created later, and by which imports; `None` if none was.
    #[must_use]
    pub fn describe(later: &[Self]) -> Option<String> {
        let line = |of: &Self| format!("{} created later by import {}", of.rows, of.import);
        (!later.is_empty()).then(|| later.iter().map(line).collect::<Vec<_>>().join(", "))
    }
}

/// Reason of a row that was being sent when the program died.
const NO_ANSWER: &str = "sent, but no answer was recorded. Resume looks it up";

/// Returns the query for rejected rows that later imports created. The index is on the end of the reference.
pub(super) fn created_later_sql() -> String {
    format!(
        "SELECT first, count(*) FROM (
                 SELECT min(later.import) AS first FROM rows AS mine
                 JOIN rows AS later
                   ON later.tail = mine.tail AND later.reference = mine.reference AND later.import > mine.import
                 JOIN imports ON imports.id = later.import
                 WHERE mine.import = ?2 AND mine.state = ?3 AND later.state = ?4
                 AND (mine.client IS NULL OR later.client IS NULL OR mine.client = later.client)
                 AND imports.account IN {SAME}
                 GROUP BY mine.row
             ) GROUP BY first ORDER BY first"
    )
}

impl Ledger {
    /// Returns which later imports of the same account created cases for the rejected rows of an import, by reference
    /// and, if the row had one, client. A row that several created counts for the first.
    pub fn created_later(&self, import: ImportId) -> Result<Vec<CreatedLater>, LedgerError> {
        let account: String = self.import(import)?.account;
        self.list(
            &created_later_sql(),
            params![account, import, RowState::Rejected, RowState::Created],
            |row| Ok(CreatedLater { import: row.get(0)?, rows: unsigned(row.get(1)?) }),
        )
    }

    /// Returns `limit` entries of an import's exception log after the first `skip`, oldest first.
    ///
    /// Rows in flight when the program died have no entry in the table; they get one here, without their reference: only
    /// the recipe knows whether it is private. While the program runs, rows in flight aren't exceptions.
    pub fn exceptions(&self, import: ImportId, skip: u64, limit: u64) -> Result<Vec<Exception>, LedgerError> {
        let alive = self.is_running(import);
        let open = params![
            import,
            signed(limit),
            signed(skip),
            alive,
            RowState::Sending,
            Code::Unknown.word(),
            NO_ANSWER
        ];
        let sql = "SELECT * FROM (
                       SELECT id, row, line, column_name, field, value, code, message, source, http_status, corrected
                       FROM exceptions WHERE import = ?1
                       UNION ALL
                       SELECT 9e18, row, line, NULL, NULL, NULL, ?6,
                              ?7, 'trackops', NULL, 0
                       FROM rows WHERE import = ?1 AND state = ?5 AND NOT ?4
                   ) ORDER BY id, row LIMIT ?2 OFFSET ?3";
        self.list(sql, open, exception)
    }

    /// Returns the skipped rows in order, each with the reason.
    pub fn exclusions(&self, import: ImportId) -> Result<Vec<Exclusion>, LedgerError> {
        let sql = "SELECT rows.row, line, reason, code FROM rows
                   LEFT JOIN remarks ON remarks.import = rows.import AND remarks.row = rows.row
                   WHERE rows.import = ?1 AND state = ?2 ORDER BY rows.row";
        self.list(sql, params![import, RowState::Excluded], |row| {
            let reason = row.get::<_, Option<String>>(2)?.unwrap_or_default();
            let code = Code::from_word(&row.get::<_, Option<String>>(3)?.unwrap_or_default());
            Ok(Exclusion { row: unsigned(row.get(0)?), line: unsigned(row.get(1)?), code, reason })
        })
    }

    /// Returns every processed row, in order.
    pub fn receipt(&self, import: ImportId) -> Result<Vec<ReceiptRow>, LedgerError> {
        let states = [RowState::Created, RowState::Unknown, RowState::Sending, RowState::Rejected];
        let [created, unknown, sending, rejected] = states;
        let sql = "SELECT rows.row, rows.line, state, reference, case_id, case_number,
                          CASE WHEN state IN (?2, ?3, ?4) OR (state = ?5 AND source = 'trackops') THEN sent_at END,
                          coalesce(reason, exceptions.message)
                   FROM rows LEFT JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
                   LEFT JOIN remarks ON remarks.import = rows.import AND remarks.row = rows.row
                   WHERE rows.import = ?1 ORDER BY rows.row";
        self.list(sql, params![import, created, unknown, sending, rejected], |row| {
            Ok(ReceiptRow {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                state: row.get(2)?,
                reference: row.get(3)?,
                case_id: row.get::<_, Option<StoredId>>(4)?.map(|id| id.0),
                case_number: row.get(5)?,
                sent_at: row.get(6)?,
                reason: row.get(7)?,
            })
        })
    }
}

pub(super) fn exception(row: &Row<'_>) -> rusqlite::Result<Exception> {
    Ok(Exception {
        row: unsigned(row.get("row")?),
        line: unsigned(row.get("line")?),
        column: row.get("column_name")?,
        field: row.get("field")?,
        value: row.get("value")?,
        code: Code::from_word(&row.get::<_, String>("code")?),
        message: row.get("message")?,
        source: ExceptionSource::from_word(&row.get::<_, String>("source")?)
            .unwrap_or(ExceptionSource::Trackops),
        http_status: row.get("http_status")?,
        corrected: row.get("corrected")?,
    })
}
