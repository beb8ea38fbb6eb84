//! Rows and exceptions: intent before the request leaves, outcome before it is shown.

use std::collections::HashMap;
use std::sync::mpsc;

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::addresses::{SAME, are_same};
use super::forget::sent_by_forgotten;
use super::guard::Identity;
use super::imports::{signed, unsigned};
use super::lock::Mark;
use super::loss::{count_sends, highest_row};
use super::report::exception;
use super::{Counts, Exception, ImportId, Ledger, LedgerError};
use crate::case::Code;

/// A row that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Hash of the cells; with the row number, the row's identity.
    pub content: [u8; 16],
    /// What tells this case from another of the account.
    pub identity: Identity,
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Milliseconds since 1970, UTC, by the server's clock.
    pub sent_at: i64,
    /// The token that goes with the case, when it carries one.
    pub token: Option<String>,
    /// Whether a person wants it sent although another import sent its case.
    pub anyway: bool,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Trackops gave an id.
    Created {
        /// The case's id, as Trackops wrote it.
        case_id: String,
        /// The case number, when one was in the answer.
        case_number: Option<String>,
    },
    /// Refused by the check or by Trackops.
    Rejected(Exception),
    /// Left out.
    Excluded {
        /// Why, for scripts.
        code: Code,
        /// Why.
        reason: String,
    },
    /// Sent, and no answer is known.
    Unknown(Exception),
    /// Certainly not sent, or certainly not there.
    NotSent,
    /// Sent, and answered by a status that says it was not carried out. Not sent by all counts; looked up before it is
    /// sent again, because such an answer may come from something on the way.
    TurnedAway,
}

/// An outcome and the row it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Hash of the cells.
    pub content: [u8; 16],
    /// `reference_value_1`, when a cell of the row gave it.
    pub reference: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The state of a row's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Sent or about to be; no outcome yet.
    Sending,
    /// Trackops gave an id.
    Created,
    /// Refused.
    Rejected,
    /// Left out.
    Excluded,
    /// Sent, and no answer is known.
    Unknown,
    /// Certainly not sent.
    NotSent,
}

impl RowState {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "sending" => Self::Sending,
            "created" => Self::Created,
            "rejected" => Self::Rejected,
            "excluded" => Self::Excluded,
            "not_sent" => Self::NotSent,
            // A word this program does not know is not a reason to send a row again.
            _ => Self::Unknown,
        }
    }
}

/// A row that was sent and has no known outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Hash of the cells.
    pub content: [u8; 16],
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Milliseconds since 1970, UTC, by the server's clock: when it was sent last.
    pub sent_at: i64,
    /// The same, of the first time.
    pub first_sent_at: i64,
    /// The token that went with the case, when it carried one.
    pub token: Option<String>,
    /// What is in the exception log; none when the program died before an answer.
    pub logged: Option<Exception>,
}

/// A case of an import, by which is seen what a look-up finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedCase {
    /// The case's id.
    pub case_id: String,
    /// `reference_value_1` as sent; empty when it has none.
    pub reference: String,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// The token in its administrative notes.
    pub token: Option<String>,
    /// When it was sent, milliseconds since 1970 by the server's clock.
    pub sent_at: i64,
}

/// Where a case of this identity was sent before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The import that sent it.
    pub import: ImportId,
    /// Its row there.
    pub row: u64,
    /// Whether it is known to be created; otherwise its outcome is unknown.
    pub created: bool,
}

impl Ledger {
    /// Records, durably, that these rows are about to be sent.
    ///
    /// With a guard (the account's name), a case that another import of the account has sent meanwhile is not
    /// recorded but given back by its row: question and record are one transaction, so that of two imports that
    /// race one sees the other.
    pub async fn intend(
        &self,
        import: ImportId,
        guard: Option<String>,
        intents: Vec<Intent>,
    ) -> Result<HashMap<u64, Earlier>, LedgerError> {
        let (found, given_back) = mpsc::channel();
        let rows: Vec<u64> = intents.iter().map(|intent| intent.row).collect();
        let sends = self.write(move |connection| {
            let (before, mut out_of_order) = (highest_row(connection, import)?, 0);
            let mut statement = connection.prepare_cached(
                "INSERT INTO rows (import, row, line, content, state, identity, same_values, reference, client,
                                   sent_at, token)
                 VALUES (:import, :row, :line, :content, 'sending', :identity, :same_values, :reference, :client,
                         :sent_at, :token)
                 ON CONFLICT (import, row) DO UPDATE SET
                     content = excluded.content, state = 'sending', identity = excluded.identity,
                     same_values = excluded.same_values, reference = excluded.reference, client = excluded.client,
                     sent_at = excluded.sent_at, first_sent_at = coalesce(first_sent_at, sent_at),
                     token = excluded.token
                 WHERE state = 'not_sent'",
            )?;
            for intent in &intents {
                if let Some(account) = guard.as_ref().filter(|_| !intent.anyway)
                    && let Some(earlier) = sent_by_another(connection, import, account, &intent.identity)?
                {
                    let _ = found.send((intent.row, earlier));
                    continue;
                }
                let changed = statement.execute(named_params! {
                    ":import": import, ":row": signed(intent.row), ":line": signed(intent.line),
                    ":content": intent.content, ":identity": intent.identity.exact,
                    ":same_values": intent.identity.values, ":reference": intent.reference,
                    ":client": intent.client.map(signed), ":sent_at": intent.sent_at, ":token": intent.token,
                })?;
                // The last line of defence: a row that had its turn is not sent again, whoever asks.
                if changed != 1 {
                    return Err(LedgerError::Failed(format!("row {} was sent before", intent.row)));
                }
                out_of_order += i64::from(signed(intent.row) <= before);
            }
            count_sends(connection, import, out_of_order)
        })
        .await?;
        let given_back: HashMap<u64, Earlier> = given_back.try_iter().collect();
        let highest = rows.into_iter().filter(|row| !given_back.contains_key(row)).max();
        self.mark(import, Mark { row: highest.unwrap_or(0), sends: unsigned(sends) });
        Ok(given_back)
    }

    /// Records outcomes, durably. An outcome of a row that is created already changes nothing.
    pub async fn settle(&self, import: ImportId, outcomes: Vec<RowOutcome>) -> Result<(), LedgerError> {
        self.write(move |connection| {
            for outcome in &outcomes {
                record(connection, import, outcome)?;
            }
            Ok(0)
        })
        .await?;
        Ok(())
    }

    pub(super) fn counts(&self, import: ImportId, rows: u64) -> Result<Counts, LedgerError> {
        let connection = self.read();
        let mut statement =
            connection.prepare_cached("SELECT state, count(*) FROM rows WHERE import = ?1 GROUP BY state")?;
        let by_state = statement
            .query_map([import], |row| Ok((row.get::<_, String>(0)?, unsigned(row.get(1)?))))?
            .collect::<Result<HashMap<_, _>, _>>()?;
        let count = |state| by_state.get(state).copied().unwrap_or(0);
        let (created, rejected, excluded) = (count("created"), count("rejected"), count("excluded"));
        let unknown = count("unknown") + count("sending");
        let recorded = created + rejected + excluded + unknown;
        // An earlier version sent rows that a file grew by in mid-run; they count as well.
        let rows = rows.max(recorded);
        let not_sent = rows - recorded;
        Ok(Counts { rows, created, rejected, excluded, unknown, not_sent })
    }

    /// The records of an import's rows, by row number. A row without one was not sent.
    pub fn row_states(&self, import: ImportId) -> Result<HashMap<u64, RowState>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached("SELECT row, state FROM rows WHERE import = ?1")?;
        let states = statement.query_map([import], |row| {
            Ok((unsigned(row.get(0)?), RowState::from_word(&row.get::<_, String>(1)?)))
        })?;
        Ok(states.collect::<Result<_, _>>()?)
    }

    /// What became of a row; none while it was not sent, or is being sent.
    pub fn outcome(&self, import: ImportId, row: u64) -> Result<Option<Outcome>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT rows.row AS row, rows.line AS line, state, case_id, case_number, reason,
                    rows.code AS excluded, column_name, field, value, exceptions.code AS code, message, source,
                    http_status
             FROM rows LEFT JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
             WHERE rows.import = ?1 AND rows.row = ?2",
        )?;
        let outcome = statement.query_row(params![import, signed(row)], |row| {
            let logged = || row.get::<_, Option<String>>("code")?.map(|_| exception(row)).transpose();
            Ok(match RowState::from_word(&row.get::<_, String>("state")?) {
                RowState::Sending => None,
                RowState::Created => Some(Outcome::Created {
                    case_id: row.get("case_id")?,
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

    /// Rows that were sent and have no known outcome, in order.
    pub fn unsettled(&self, import: ImportId) -> Result<Vec<Unsettled>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT rows.row AS row, rows.line AS line, content, reference, client, sent_at, token, column_name,
                    field, value, exceptions.code AS code, message, source, http_status,
                    coalesce(first_sent_at, sent_at, 0) AS first_sent_at
             FROM rows LEFT JOIN exceptions ON exceptions.import = rows.import AND exceptions.row = rows.row
             WHERE rows.import = ?1 AND state IN ('sending', 'unknown') ORDER BY rows.row",
        )?;
        let rows = statement.query_map([import], |row| {
            Ok(Unsettled {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                content: row.get(2)?,
                reference: row.get(3)?,
                client: row.get::<_, Option<i64>>(4)?.map(unsigned),
                sent_at: row.get::<_, Option<i64>>(5)?.unwrap_or(0),
                first_sent_at: row.get("first_sent_at")?,
                token: row.get(6)?,
                logged: match row.get::<_, Option<String>>("code")? {
                    Some(_) => Some(exception(row)?),
                    None => None,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest cases of an import, `most` at most; not those that are a row's by a person's word.
    pub fn created_cases(&self, import: ImportId, most: u64) -> Result<Vec<CreatedCase>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT case_id, reference, client, token, sent_at FROM rows
             WHERE import = ?1 AND state = 'created' AND sent_at IS NOT NULL AND reason IS NULL
             ORDER BY row DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![import, signed(most)], |row| {
            Ok(CreatedCase {
                case_id: row.get(0)?,
                reference: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                client: row.get::<_, Option<i64>>(2)?.map(unsigned),
                token: row.get(3)?,
                sent_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rows of the account that have a case with this id.
    pub fn claims(&self, account: &str, case_id: &str) -> Result<Vec<Claim>, LedgerError> {
        // Asked of every case that is created, and nearly always no: one equality stays compiled, the query below
        // does not.
        let is_known = "SELECT EXISTS (SELECT 1 FROM rows WHERE case_id = ?1)
                            OR EXISTS (SELECT 1 FROM kept WHERE case_id = ?1)";
        if !self.read().prepare_cached(is_known)?.query_row([case_id], |row| row.get::<_, bool>(0))? {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT rows.import, rows.row, reference, sent_at FROM rows JOIN imports ON imports.id = rows.import
             WHERE case_id = ?2 AND state = 'created' AND account IN {SAME}
             UNION ALL SELECT import, row, NULL, NULL FROM kept WHERE case_id = ?2 AND account IN {SAME}"
        );
        let connection = self.read();
        let mut statement = connection.prepare_cached(&sql)?;
        let claims = statement.query_map([account, case_id], |row| {
            let (import, reference, sent_at) = (row.get(0)?, row.get(2)?, row.get(3)?);
            Ok(Claim { import, row: unsigned(row.get(1)?), reference, sent_at })
        })?;
        Ok(claims.collect::<Result<_, _>>()?)
    }

    /// The rows of an import that were sent and turned away, and when each was sent first; milliseconds since 1970 by
    /// the server's clock.
    pub fn turned_away(&self, import: ImportId) -> Result<HashMap<u64, i64>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT row, coalesce(first_sent_at, sent_at) FROM rows
             WHERE import = ?1 AND state = 'not_sent' AND sent_at IS NOT NULL",
        )?;
        let rows = statement.query_map([import], |row| Ok((unsigned(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row that has a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its import.
    pub import: ImportId,
    /// Its number.
    pub row: u64,
    /// `reference_value_1` as sent; none when it has none, or its import was deleted from history.
    pub reference: Option<String>,
    /// When it was sent: milliseconds since 1970 by the server's clock.
    pub sent_at: Option<i64>,
}

pub(super) fn sent_by_another(
    connection: &Connection,
    import: ImportId,
    account: &str,
    identity: &Identity,
) -> Result<Option<Earlier>, LedgerError> {
    // One equality a query and no more: a fuller one is compiled anew for every value.
    let by_exact = "SELECT import, row, state FROM rows WHERE identity = ?1";
    let by_values = "SELECT import, row, state FROM rows WHERE same_values = ?1";
    let mut account_of = connection.prepare_cached("SELECT account FROM imports WHERE id = ?1")?;
    let mut found: Option<Earlier> = None;
    for (sql, form) in [by_exact, by_values].into_iter().zip(identity.forms()) {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([form])?;
        while let Some(row) = rows.next()? {
            let (other, state): (ImportId, String) = (row.get(0)?, row.get(2)?);
            let state = RowState::from_word(&state);
            let sent = matches!(state, RowState::Sending | RowState::Created | RowState::Unknown);
            let better = found.as_ref().is_none_or(|found| !found.created);
            if other != import && sent && better {
                let theirs: String = account_of.query_row([other], |row| row.get(0))?;
                if are_same(connection, account, &theirs)? {
                    let created = state == RowState::Created;
                    found = Some(Earlier { import: other, row: unsigned(row.get(1)?), created });
                }
            }
        }
    }
    match found {
        Some(earlier) if earlier.created => Ok(Some(earlier)),
        found => Ok(sent_by_forgotten(connection, account, identity)?
            .filter(|kept| kept.created || found.is_none())
            .or(found)),
    }
}

fn record(connection: &Connection, import: ImportId, row: &RowOutcome) -> Result<(), LedgerError> {
    let (state, case_id, case_number) = match &row.outcome {
        Outcome::Created { case_id, case_number } => ("created", Some(case_id), case_number.as_ref()),
        Outcome::Rejected(_) => ("rejected", None, None),
        Outcome::Excluded { .. } => ("excluded", None, None),
        Outcome::Unknown(_) => ("unknown", None, None),
        Outcome::NotSent | Outcome::TurnedAway => ("not_sent", None, None),
    };
    // A row that never left keeps the time of an earlier try only.
    let left = !matches!(row.outcome, Outcome::NotSent | Outcome::Excluded { .. });
    let (code, reason) = match &row.outcome {
        Outcome::Excluded { code, reason } => (Some(code.word()), Some(reason)),
        _ => (None, None),
    };
    connection
        .prepare_cached(
            "INSERT INTO rows (import, row, line, content, state, reference, case_id, case_number, code,
                               reason)
             VALUES (:import, :row, :line, :content, :state, :reference, :case_id, :case_number, :code, :reason)
             ON CONFLICT (import, row) DO UPDATE SET
                 state = excluded.state, case_id = excluded.case_id, case_number = excluded.case_number,
                 code = excluded.code, reason = excluded.reason,
                 reference = coalesce(excluded.reference, reference),
                 sent_at = CASE WHEN :left THEN sent_at ELSE first_sent_at END
             WHERE state <> 'created'",
        )?
        .execute(named_params! {
            ":import": import, ":row": signed(row.row), ":line": signed(row.line), ":content": row.content,
            ":state": state, ":case_id": case_id, ":case_number": case_number, ":code": code,
            ":reference": row.reference, ":reason": reason, ":left": left,
        })?;
    connection
        .prepare_cached("DELETE FROM exceptions WHERE import = ?1 AND row = ?2")?
        .execute(params![import, signed(row.row)])?;
    if let Outcome::Rejected(exception) | Outcome::Unknown(exception) = &row.outcome {
        log(connection, import, exception)?;
    }
    Ok(())
}

pub(super) fn log(
    connection: &Connection,
    import: ImportId,
    exception: &Exception,
) -> Result<(), LedgerError> {
    connection
        .prepare_cached(
            "INSERT INTO exceptions (import, row, line, column_name, field, value, code, message, source, http_status)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            import,
            signed(exception.row),
            signed(exception.line),
            exception.column,
            exception.field,
            exception.value,
            exception.code.word(),
            exception.message,
            exception.source.word(),
            exception.http_status,
        ])?;
    Ok(())
}
