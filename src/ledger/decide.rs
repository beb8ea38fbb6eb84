//! What a person decides about rows: what an unknown one is, and that a duplicate is sent after all.

use rusqlite::{Connection, OptionalExtension, params};

use super::addresses::SAME;
use super::imports::signed;
use super::{ImportId, Ledger, LedgerError};
use crate::case::Code;

/// What an unknown row is by a person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is in Trackops, as the case with this id.
    Created(String),
    /// It is not there, and is to be sent again.
    Send,
}

/// What the receipt says of a case that is the row's by a person's word.
const BY_A_PERSON: &str = "found in Trackops by a person";

impl Ledger {
    /// Takes a person's word for what became of an unknown row. Fails while the import is being run, for a row that
    /// is not unknown, and for a case that is another row's. `case_number`: of the case, when it has one.
    pub fn decide(
        &self,
        import: ImportId,
        row: u64,
        decision: Decision,
        case_number: Option<String>,
    ) -> Result<(), LedgerError> {
        let lock = self.lock(import)?;
        self.write_now(move |connection| {
            let changed = match &decision {
                Decision::Created(case_id) => {
                    if let Some((other, at)) = row_of_case(connection, import, case_id)? {
                        return Err(LedgerError::CaseTaken { case: case_id.clone(), import: other, row: at });
                    }
                    connection.execute(
                        "UPDATE rows SET state = 'created', case_id = ?3, reason = ?4, case_number = ?5
                         WHERE import = ?1 AND row = ?2 AND state IN ('unknown', 'sending')",
                        params![import, signed(row), case_id, BY_A_PERSON, case_number],
                    )?
                }
                Decision::Send => connection.execute(
                    // Without the time of the earlier try: a person looked, and no look-up has a say before it is sent.
                    "UPDATE rows SET state = 'not_sent', sent_at = NULL, first_sent_at = NULL
                     WHERE import = ?1 AND row = ?2 AND state IN ('unknown', 'sending')",
                    params![import, signed(row)],
                )?,
            };
            if changed != 1 {
                return Err(LedgerError::NotUnknown { import, row });
            }
            forget_exception(connection, import, row)?;
            reopen(connection, import)
        })?;
        drop(lock);
        Ok(())
    }

    /// Lets rows that the duplicate guard left out have their turn once more: these, or all. Those of which another
    /// import does not know what became have to be named.
    pub async fn take_in(&self, import: ImportId, rows: Option<Vec<u64>>) -> Result<(), LedgerError> {
        // As JSON: one parameter of a statement is one value.
        let duplicates = serde_json::json!(Code::duplicates().collect::<Vec<_>>()).to_string();
        self.write(move |connection| {
            let Some(rows) = rows else {
                let sql = "UPDATE rows SET state = 'not_sent', code = NULL, reason = NULL
                               WHERE import = ?1 AND state = 'excluded'
                                 AND code IN (SELECT value FROM json_each(?2))";
                connection.execute(sql, params![import, duplicates])?;
                return Ok(0);
            };
            for row in rows {
                let sql = "UPDATE rows SET state = 'not_sent', code = NULL, reason = NULL
                               WHERE import = ?1 AND row = ?2
                                 AND ((state = 'excluded' AND code IN (SELECT value FROM json_each(?3)))
                                   OR (state = 'rejected' AND EXISTS (SELECT 1 FROM exceptions AS e WHERE
                                       e.import = ?1 AND e.row = ?2 AND e.code = ?4)))";
                let unknown = Code::DuplicateUnknown.word();
                let changed = connection.prepare_cached(sql)?.execute(params![
                    import,
                    signed(row),
                    duplicates,
                    unknown
                ])?;
                if changed == 1 {
                    forget_exception(connection, import, row)?;
                }
            }
            Ok(0)
        })
        .await?;
        Ok(())
    }
}

fn forget_exception(connection: &Connection, import: ImportId, row: u64) -> Result<(), LedgerError> {
    let sql = "DELETE FROM exceptions WHERE import = ?1 AND row = ?2";
    connection.prepare_cached(sql)?.execute(params![import, signed(row)])?;
    Ok(())
}

/// The row of the same account whose case it is.
fn row_of_case(
    connection: &Connection,
    import: ImportId,
    case_id: &str,
) -> Result<Option<(ImportId, u64)>, LedgerError> {
    let ours: String =
        connection.query_row("SELECT account FROM imports WHERE id = ?1", [import], |row| row.get(0))?;
    let sql = format!(
        "SELECT rows.import, rows.row FROM rows JOIN imports ON imports.id = rows.import
         WHERE case_id = ?2 AND state = 'created' AND account IN {SAME}
         UNION ALL SELECT import, row FROM kept WHERE case_id = ?2 AND account IN {SAME} LIMIT 1"
    );
    let found = connection
        .query_row(&sql, params![ours, case_id], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    Ok(found.map(|(other, row)| (other, super::imports::unsigned(row))))
}

/// An import that was complete has a row to send again; one that waits stays as it is.
fn reopen(connection: &Connection, import: ImportId) -> Result<i64, LedgerError> {
    connection.execute(
        "UPDATE imports SET status = 'paused', note = 'A row is to be sent again. Resume sends it.'
         WHERE id = ?1 AND status = 'complete'
           AND EXISTS (SELECT 1 FROM rows WHERE import = ?1 AND state = 'not_sent')",
        [import],
    )?;
    Ok(0)
}
