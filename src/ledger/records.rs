//! Records of an import's rows.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::addresses::SAME;
use super::report::exception;
use super::row::{Outcome, RowState, StoredId, signed, unsigned};
use super::{Counts, Earlier, Exception, ImportId, Ledger, LedgerError};
use crate::case::Code;

/// A row that was sent and has no known outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Time when it was last sent, in milliseconds since 1970, UTC, by the server's clock.
    pub sent_at: i64,
    /// Time when it was first sent.
    pub first_sent_at: i64,
    /// Row token sent with the case, if any.
    pub token: Option<String>,
    /// Its entry in the exception log; `None` if the program died before an answer.
    pub logged: Option<Exception>,
}

/// A case of an import, used to learn what lookups find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCase {
    /// The case's id.
    pub case_id: String,
    /// `reference_value_1` as sent; empty if it has none.
    pub reference: String,
    /// Time of sending, in milliseconds since 1970 by the server's clock.
    pub sent_at: i64,
}

/// A row that has a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its import.
    pub import: ImportId,
    /// Its number.
    pub row: u64,
    /// `reference_value_1` as sent; `None` if it has none, or if its import was deleted from history.
    pub reference: Option<String>,
    /// Time of sending, in milliseconds since 1970 by the server's clock.
    pub sent_at: Option<i64>,
}

impl Ledger {
    pub(super) fn counts(&self, import: ImportId, rows: u64) -> Result<Counts, LedgerError> {
        let connection = self.read();
        let counted = |sql| -> Result<Vec<(RowState, u64)>, LedgerError> {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([import], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        let mut by_state = counted("SELECT state, count FROM tallies WHERE import = ?1")?;
        if by_state.is_empty() {
            by_state = counted("SELECT state, count(*) FROM rows WHERE import = ?1 GROUP BY state")?;
        }
        let count =
            |state| by_state.iter().filter(|(of, _)| *of == state).map(|(_, count)| count).sum::<u64>();
        let (created, rejected) = (count(RowState::Created), count(RowState::Rejected));
        let excluded = count(RowState::Excluded);
        let unknown = count(RowState::Unknown) + count(RowState::Sending);
        let recorded = created + rejected + excluded + unknown;
        // An earlier version also sent rows that were added to the file during a run; they count as well.
        let rows = rows.max(recorded);
        let not_sent = rows - recorded;
        Ok(Counts { rows, created, rejected, excluded, unknown, not_sent })
    }

    /// Returns the states of an import's rows, by row number. A row without a record was not sent.
    pub fn row_states(&self, import: ImportId) -> Result<HashMap<u64, RowState>, LedgerError> {
        self.list("SELECT row, state FROM rows WHERE import = ?1", [import], |row| {
            Ok((unsigned(row.get(0)?), row.get(1)?))
        })
    }

    /// Returns the outcome of a row; `None` if it has no record or is being sent.
    pub fn outcome(&self, import: ImportId, row: u64) -> Result<Option<Outcome>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT rows.row AS row, rows.line AS line, state, case_id, case_number, reason,
                    remarks.code AS excluded, column_name, field, value, exceptions.code AS code, message, source,
                    http_status, corrected
             FROM rows LEFT JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
             LEFT JOIN remarks ON remarks.import = rows.import AND remarks.row = rows.row
             WHERE rows.import = ?1 AND rows.row = ?2",
        )?;
        let outcome = statement.query_row(params![import, signed(row)], |row| {
            let logged = || row.get::<_, Option<String>>("code")?.map(|_| exception(row)).transpose();
            Ok(match row.get("state")? {
                RowState::Sending => None,
                RowState::Created => Some(Outcome::Created {
                    case_id: row.get::<_, StoredId>("case_id")?.0,
                    case_number: row.get("case_number")?,
                }),
                RowState::Rejected => logged()?.map(Outcome::Rejected),
                RowState::Excluded => Some(Outcome::Excluded {
                    code: Code::from_word(&row.get::<_, Option<String>>("excluded")?.unwrap_or_default()),
                    reason: row.get::<_, Option<_>>("reason")?.unwrap_or_default(),
                }),
                RowState::Unknown => logged()?.map(Outcome::Unknown),
                RowState::NotSent => Some(Outcome::NotSent),
            })
        });
        Ok(outcome.optional()?.flatten())
    }

    /// Returns true if a row was sent and has no known outcome, as far as the ledger has a record of it.
    pub fn is_unsettled(&self, row: &Earlier) -> Result<bool, LedgerError> {
        let sql = "SELECT state FROM rows WHERE import = ?1 AND row = ?2";
        let connection = self.read();
        let mut statement = connection.prepare_cached(sql)?;
        let state = statement.query_row(params![row.import, signed(row.row)], |row| row.get(0)).optional()?;
        Ok(state.is_none_or(|state| matches!(state, RowState::Sending | RowState::Unknown)))
    }

    /// Returns the rows that were sent and have no known outcome, in order.
    pub fn unsettled(&self, import: ImportId) -> Result<Vec<Unsettled>, LedgerError> {
        let open = params![import, RowState::Sending, RowState::Unknown];
        let sql = "SELECT rows.row AS row, rows.line AS line, reference, client, sent_at, token, column_name,
                          field, value, exceptions.code AS code, message, source, http_status, corrected,
                          coalesce(first_sent_at, sent_at, 0) AS first_sent_at
                   FROM rows LEFT JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
                   WHERE rows.import = ?1 AND state IN (?2, ?3) ORDER BY rows.row";
        self.list(sql, open, |row| {
            Ok(Unsettled {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                reference: row.get(2)?,
                client: row.get::<_, Option<i64>>(3)?.map(unsigned),
                sent_at: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
                first_sent_at: row.get("first_sent_at")?,
                token: row.get(5)?,
                logged: match row.get::<_, Option<String>>("code")? {
                    Some(_) => Some(exception(row)?),
                    None => None,
                },
            })
        })
    }

    /// Returns up to `most` of the newest cases of an import, without those that the user marked as created.
    pub fn created_cases(&self, import: ImportId, most: u64) -> Result<Vec<CreatedCase>, LedgerError> {
        let sql = "SELECT case_id, reference, sent_at FROM rows
             WHERE import = ?1 AND state = ?3 AND sent_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM remarks WHERE remarks.import = rows.import AND remarks.row = rows.row)
             ORDER BY row DESC LIMIT ?2";
        self.list(sql, params![import, signed(most), RowState::Created], |row| {
            Ok(CreatedCase {
                case_id: row.get::<_, StoredId>(0)?.0,
                reference: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                sent_at: row.get(2)?,
            })
        })
    }

    /// Returns ids of cases that the account's imports created with a reference, sent between two times (milliseconds
    /// since 1970), those of the newest import first.
    pub fn recent_case_ids(
        &self,
        account: &str,
        (since, until): (i64, i64),
        most: u64,
    ) -> Result<Vec<String>, LedgerError> {
        let sql = format!(
            "SELECT case_id FROM imports JOIN rows ON rows.import = imports.id
             WHERE account IN {SAME} AND coalesce(ended_at * 1000, ?2) >= ?2
               AND state = ?4 AND reference IS NOT NULL AND sent_at BETWEEN ?2 AND ?5
               AND NOT EXISTS (SELECT 1 FROM remarks WHERE remarks.import = rows.import AND remarks.row = rows.row)
             ORDER BY rows.import DESC, rows.row DESC LIMIT ?3"
        );
        let created = params![account, since, signed(most), RowState::Created, until];
        self.list(&sql, created, |row| Ok(row.get::<_, StoredId>(0)?.0))
    }

    /// Returns the rows of the account that have a case with this id.
    pub fn claims(&self, account: &str, case_id: &str) -> Result<Vec<Claim>, LedgerError> {
        claims(&self.read(), account, case_id)
    }

    /// Returns the rows of an import that were sent and turned away, with what was sent then.
    pub fn turned_away(&self, import: ImportId) -> Result<HashMap<u64, TurnedAway>, LedgerError> {
        let sql = "SELECT row, coalesce(first_sent_at, sent_at), reference, token, client FROM rows
                   WHERE import = ?1 AND state = ?2 AND sent_at IS NOT NULL";
        self.list(sql, params![import, RowState::NotSent], |row| {
            let sent = TurnedAway {
                sent_at: row.get(1)?,
                reference: row.get(2)?,
                token: row.get(3)?,
                client: row.get::<_, Option<i64>>(4)?.map(unsigned),
            };
            Ok((unsigned(row.get(0)?), sent))
        })
    }

    /// Returns when the last of these rows was sent, in milliseconds since 1970 by the server's clock.
    pub fn last_turned_away(&self, import: ImportId) -> Result<Option<i64>, LedgerError> {
        let sql = "SELECT max(sent_at) FROM rows WHERE import = ?1 AND state = ?2";
        let found: Vec<Option<i64>> = self.list(sql, params![import, RowState::NotSent], |row| row.get(0))?;
        Ok(found.into_iter().flatten().next())
    }
}

/// A try that Trackops didn't accept, though it may have created the case. The row may be another one by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAway {
    /// When the row was first sent, in milliseconds since 1970 by the server's clock.
    pub sent_at: i64,
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// The row token as sent.
    pub token: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
}

/// Returns the rows of an account that have a case with this id. Called for every created case, and nearly always
/// empty.
pub(super) fn claims(
    connection: &Connection,
    account: &str,
    case_id: &str,
) -> Result<Vec<Claim>, LedgerError> {
    let id = StoredId::value(case_id);
    let sql = format!(
        "SELECT rows.import, rows.row, reference, sent_at FROM rows JOIN imports ON imports.id = rows.import
         WHERE case_id = ?2 AND state = ?4 AND account IN {SAME}
         UNION ALL SELECT import, row, NULL, NULL FROM kept WHERE case_id = ?3 AND account IN {SAME}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let claims = statement.query_map(params![account, id, case_id, RowState::Created], |row| {
        let (import, reference, sent_at) = (row.get(0)?, row.get(2)?, row.get(3)?);
        Ok(Claim { import, row: unsigned(row.get(1)?), reference, sent_at })
    })?;
    Ok(claims.collect::<Result<_, _>>()?)
}
