//! Decisions of the user about rows: to resolve an unknown row, and to send a duplicate anyway.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::actions::{self, ActionKind};
use super::commit::{delete_exception, set_reason};
use super::records::claims;
use super::row::{RowState, StoredId, signed};
use super::tally::{forget_tally, tally};
use super::{ImportId, Ledger, LedgerError, Person};
use crate::case::Code;

/// The user's decision about an unknown row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is in Trackops.
    Created {
        /// Id of its case.
        case: String,
        /// True even if the case shows that it is another row's.
        anyway: bool,
    },
    /// It isn't in Trackops; send it again.
    Send,
}

/// Text in the receipt for a case that the user assigned to the row.
const MARKED_BY_HAND: &str = "marked as created by hand";

impl Ledger {
    /// Resolves an unknown row as the user decided. Fails while the import is running, for a row that isn't unknown,
    /// and for a case that belongs to another row. `case_number` is the number of the case, if it has one.
    pub fn decide(
        &self,
        import: ImportId,
        row: u64,
        decision: Decision,
        case_number: Option<String>,
        who: Person,
    ) -> Result<(), LedgerError> {
        let lock = self.lock(import)?;
        self.write_now(move |connection| {
            let (created, unknown, sending) = (RowState::Created, RowState::Unknown, RowState::Sending);
            let at = signed(row);
            let changed = match &decision {
                Decision::Created { case: case_id, .. } => {
                    let sql = "SELECT account FROM imports WHERE id = ?1";
                    let account: String = connection.query_row(sql, [import], |row| row.get(0))?;
                    if let Some(other) = claims(connection, &account, case_id)?.first() {
                        let (case, import, row) = (case_id.clone(), other.import, other.row);
                        return Err(LedgerError::CaseTaken { case, import, row });
                    }
                    connection.execute(
                        "UPDATE rows SET state = ?3, case_id = ?4, case_number = ?5
                         WHERE import = ?1 AND row = ?2 AND state IN (?6, ?7)",
                        params![import, at, created, StoredId::value(case_id), case_number, unknown, sending],
                    )?
                }
                Decision::Send => connection.execute(
                    // Clears the time of the earlier try: the user looked, so no lookup is needed before sending.
                    "UPDATE rows SET state = ?3, sent_at = NULL, first_sent_at = NULL
                     WHERE import = ?1 AND row = ?2 AND state IN (?4, ?5)",
                    params![import, at, RowState::NotSent, unknown, sending],
                )?,
            };
            if changed != 1 {
                return Err(LedgerError::NotUnknown { import, row });
            }
            actions::note(connection, import, ActionKind::Decided, &who)?;
            delete_exception(connection, import, at)?;
            tally(connection, import)?;
            if matches!(decision, Decision::Created { .. }) {
                set_reason(connection, import, at, Some((None, MARKED_BY_HAND)))?;
            }
            reopen(connection, import)
        })?;
        drop(lock);
        Ok(())
    }

    /// Includes rows that the duplicate guard skipped: the given ones, or all. Rows whose case is unknown in another
    /// import must be given by number.
    pub async fn include_duplicates(
        &self,
        import: ImportId,
        rows: Option<Vec<u64>>,
    ) -> Result<(), LedgerError> {
        self.write(move |connection| {
            forget_tally(connection, import)?;
            // A row that doesn't look like a case is sent only if it is named.
            let may_be: fn(&Code) -> bool = if rows.is_some() {
                |code| code.is_held() || code.may_be_sent_anyway()
            } else {
                Code::is_held
            };
            let mut wanted = skipped(connection, "remarks", import, may_be)?;
            if let Some(rows) = rows {
                wanted.extend(skipped(connection, "exceptions", import, Code::is_held)?);
                let rows: HashSet<i64> = rows.into_iter().map(signed).collect();
                wanted.retain(|row| rows.contains(row));
            }
            for row in wanted {
                let sql = "UPDATE rows SET state = ?3 WHERE import = ?1 AND row = ?2 AND state IN (?4, ?5)";
                let states = params![import, row, RowState::NotSent, RowState::Excluded, RowState::Rejected];
                if connection.prepare_cached(sql)?.execute(states)? == 1 {
                    delete_exception(connection, import, row)?;
                    set_reason(connection, import, row, None)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Returns the rows of an import that were skipped for one of these codes in a table.
fn skipped(
    connection: &Connection,
    table: &str,
    import: ImportId,
    may_be: fn(&Code) -> bool,
) -> Result<Vec<i64>, LedgerError> {
    let sql = format!("SELECT row, code FROM {table} WHERE import = ?1 AND code IS NOT NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([import])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if may_be(&Code::from_word(row.get_ref(1)?.as_str().unwrap_or_default())) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// Note of an import that was complete and has a row to send again.
const WAITING_ROW: &str = "A row is waiting to be sent again. Resume sends it.";

/// Pauses a complete import that has a row to send again. Any other import stays as it is.
fn reopen(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    connection.execute(
        "UPDATE imports SET status = 'paused', note = ?3
         WHERE id = ?1 AND status = 'complete'
           AND EXISTS (SELECT 1 FROM rows WHERE import = ?1 AND state = ?2)",
        params![import, RowState::NotSent, WAITING_ROW],
    )?;
    Ok(())
}
