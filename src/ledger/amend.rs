//! Corrections after an import has started: its recipe changes, and rejected rows are tried again. A row is still sent
//! only after its intent is recorded, and only rejected rows can be tried again, so a created or unknown row never is.

use std::collections::HashSet;

use rusqlite::{Connection, params};
use serde::{Serialize, Serializer};

use super::actions::{self, ActionKind};
use super::commit::delete_exception;
use super::imports::require_recipe;
use super::report::exception;
use super::row::{RowState, signed, unsigned};
use super::tally::forget_tally;
use super::{Exception, ExceptionSource, ImportId, Ledger, LedgerError, Person};
use crate::case::Code;
use crate::text::utc;

/// A change to the recipe of an import that has started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The recipe it replaces, TOML. The change fails if the import has a different one by now.
    pub before: String,
    /// The new recipe, TOML.
    pub recipe: String,
    /// Rejected rows that differ from what was tried and pass the check with the new recipe.
    pub corrected: Vec<u64>,
    /// Rejected rows that aren't, or no longer are, corrected.
    pub uncorrected: Vec<u64>,
    /// Who makes the change.
    pub who: Person,
}

/// A rejected row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected {
    /// Data row, from 1.
    pub row: u64,
    /// Who rejected it.
    pub source: ExceptionSource,
    /// Number of amendments made before it was sent; 0 for a row that was never sent.
    pub amendment: u64,
    /// Time of sending, in milliseconds since 1970 by the server's clock; `None` for a row that was never sent.
    pub sent_at: Option<i64>,
}

/// A rejected row to send again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// Data row, from 1.
    pub row: u64,
    /// Values that the rejected try sent, by field, as JSON with private values masked; `None` if it was never sent.
    pub sent: Option<String>,
}

/// An earlier rejection of a row that was then sent again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Try {
    /// Number of the try, from 1; `None` if the check rejected the row, so that nothing was sent.
    pub number: Option<u64>,
    /// Time of sending, in milliseconds since 1970 by the server's clock; `None` for a row that was never sent.
    #[serde(serialize_with = "as_utc")]
    pub sent_at: Option<i64>,
    /// Values that were sent, with private ones masked; `None` for a row that was never sent.
    pub sent: Option<serde_json::Value>,
    /// Reason for the rejection.
    #[serde(flatten)]
    pub exception: Exception,
}

// The signature is serde's.
#[allow(clippy::ref_option)]
fn as_utc<S: Serializer>(millis: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    millis.map(|millis| utc(millis.div_euclid(1000))).serialize(serializer)
}

impl Ledger {
    /// Replaces the recipe of an import that has started, and keeps the previous one. Fails while the import is
    /// running, or if another program changed the recipe meanwhile.
    pub fn amend(&self, import: ImportId, change: Amendment) -> Result<(), LedgerError> {
        let lock = self.lock(import)?;
        self.write_now(move |connection| {
            require_recipe(connection, import, &change.before)?;
            connection
                .execute("UPDATE imports SET recipe = ?2 WHERE id = ?1", params![import, change.recipe])?;
            connection.execute(
                "INSERT INTO amendments (import, number, recipe, at, username, os_user)
                 SELECT ?1, 1 + count(*), ?2, unixepoch(), ?3, ?4 FROM amendments WHERE import = ?1",
                params![import, change.before, change.who.username, change.who.os_user],
            )?;
            actions::note(connection, import, ActionKind::Corrected, &change.who)?;
            let rows = [(&change.uncorrected, false), (&change.corrected, true)];
            for (row, corrected) in rows.iter().flat_map(|(rows, is)| rows.iter().map(move |row| (*row, *is)))
            {
                let sql = "UPDATE exceptions SET corrected = ?3 WHERE import = ?1 AND row = ?2";
                connection.prepare_cached(sql)?.execute(params![import, signed(row), corrected])?;
            }
            Ok(())
        })?;
        drop(lock);
        Ok(())
    }

    /// Returns the recipe that rows were sent with after a number of amendments.
    pub fn recipe_after(&self, import: ImportId, amendments: u64) -> Result<String, LedgerError> {
        let sql =
            "SELECT coalesce((SELECT recipe FROM amendments WHERE import = ?1 AND number = ?2 + 1), recipe)
                   FROM imports WHERE id = ?1";
        let after = params![import, signed(amendments)];
        Ok(self.read().prepare_cached(sql)?.query_row(after, |row| row.get(0))?)
    }

    /// Returns the rejected rows of an import, in order.
    pub fn rejected(&self, import: ImportId) -> Result<Vec<Rejected>, LedgerError> {
        let sql = "SELECT rows.row, source, coalesce(amendment, 0), sent_at FROM rows
                   JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
                   WHERE rows.import = ?1 AND state = ?2 ORDER BY rows.row";
        self.list(sql, params![import, RowState::Rejected], |row| {
            Ok(Rejected {
                row: unsigned(row.get(0)?),
                source: ExceptionSource::from_word(&row.get::<_, String>(1)?)
                    .unwrap_or(ExceptionSource::Trackops),
                amendment: unsigned(row.get(2)?),
                sent_at: row.get(3)?,
            })
        })
    }

    /// Returns the rejected rows of an import that another import sent and had no result for, in order.
    pub fn in_doubt(&self, import: ImportId) -> Result<Vec<u64>, LedgerError> {
        self.list(&in_doubt_sql(), params![import, RowState::Rejected], |row| row.get(0).map(unsigned))
    }

    /// Queues rejected rows to be sent again: they become not sent, and their rejection is kept as an earlier try.
    /// Other rows stay as they are.
    pub async fn requeue(&self, import: ImportId, retries: Vec<Retry>) -> Result<(), LedgerError> {
        self.write(move |connection| {
            forget_tally(connection, import)?;
            for retry in &retries {
                requeue(connection, import, retry)?;
            }
            Ok(())
        })
        .await
    }

    /// Returns the requeued rows that weren't sent since, even if the program died in between.
    pub fn requeued(&self, import: ImportId) -> Result<HashSet<u64>, LedgerError> {
        let connection = self.read();
        // A row that was sent again has a later time than its last try.
        let mut statement = connection.prepare_cached(
            "SELECT rows.row FROM rows JOIN tries ON tries.import = rows.import AND tries.row = rows.row
             WHERE rows.import = ?1 AND rows.state = ?2 AND rows.sent_at IS tries.sent_at
               AND tries.number = (SELECT max(number) FROM tries WHERE import = rows.import AND row = rows.row)",
        )?;
        let rows = statement.query_map(params![import, RowState::NotSent], |row| row.get(0).map(unsigned))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the earlier tries of an import's rows, in order.
    pub fn tries(&self, import: ImportId) -> Result<Vec<Try>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT row, line, number, sent_at, sent, column_name, field, value, code, message, source, http_status,
                    0 AS corrected
             FROM tries WHERE import = ?1 ORDER BY row, number",
        )?;
        let tries = statement.query_map([import], |row| {
            let (sent, sent_at): (Option<String>, Option<i64>) = (row.get("sent")?, row.get("sent_at")?);
            let exception = exception(row)?;
            // The record numbers rejections. After a rejection by the check, the row still has the time of an earlier try.
            let was_sent = exception.source == ExceptionSource::Trackops;
            Ok(Try {
                number: None,
                sent_at: sent_at.filter(|_| was_sent),
                sent: sent.and_then(|json| serde_json::from_str(&json).ok()),
                exception,
            })
        })?;
        let mut tries = tries.collect::<Result<Vec<Try>, _>>()?;
        let (mut row, mut number) = (0, 0);
        for earlier in &mut tries {
            if earlier.exception.row != row {
                (row, number) = (earlier.exception.row, 0);
            }
            if earlier.exception.source == ExceptionSource::Trackops {
                number += 1;
                earlier.number = Some(number);
            }
        }
        Ok(tries)
    }

    /// Returns the number of rejected rows that were corrected and wait to be sent again.
    pub(super) fn corrected(&self, import: ImportId) -> Result<u64, LedgerError> {
        Ok(unsigned(self.read().prepare_cached(CORRECTED)?.query_row([import], |row| row.get(0))?))
    }
}

/// Selects the rows that are in doubt. The code is part of the text, because only then its index is used.
pub(super) fn in_doubt_sql() -> String {
    format!(
        "SELECT rows.row FROM exceptions
         JOIN rows ON rows.import = exceptions.import AND rows.row = exceptions.row
         WHERE exceptions.import = ?1 AND exceptions.code = '{}' AND state = ?2 ORDER BY exceptions.row",
        Code::DuplicateUnknown.word()
    )
}

/// Counts the corrected rows.
pub(super) const CORRECTED: &str = "SELECT count(*) FROM exceptions WHERE import = ?1 AND corrected";

fn requeue(connection: &Connection, import: ImportId, retry: &Retry) -> Result<(), LedgerError> {
    let row = signed(retry.row);
    let sql = "UPDATE rows SET state = ?3 WHERE import = ?1 AND row = ?2 AND state = ?4";
    let states = params![import, row, RowState::NotSent, RowState::Rejected];
    if connection.prepare_cached(sql)?.execute(states)? == 0 {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO tries (import, row, number, line, sent_at, sent, column_name, field, value, code, message, source,
                                http_status)
             SELECT e.import, e.row, 1 + (SELECT count(*) FROM tries AS t WHERE t.import = e.import AND t.row = e.row),
                    e.line, rows.sent_at, ?3, column_name, field, value, code, message, source, http_status
             FROM exceptions AS e JOIN rows ON rows.import = e.import AND rows.row = e.row
             WHERE e.import = ?1 AND e.row = ?2",
        )?
        .execute(params![import, row, retry.sent])?;
    delete_exception(connection, import, row)
}
