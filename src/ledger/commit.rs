//! The two records of a row: its intent before the request is sent, and its outcome before it is shown. All waiting
//! records of both kinds go into one transaction.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, params};

use super::guard::sent_by_another;
use super::lock::SendProgress;
use super::loss::{count_sends, highest_row};
use super::records::claims;
use super::row::{Earlier, Identity, Intent, Outcome, RowOutcome, RowState, StoredId, signed, unsigned};
use super::tally::forget_tally;
use super::writer::step;
use super::{Exception, ImportId, Ledger, LedgerError};
use crate::case::NameKey;

/// Records to write in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Outcomes of rows. An outcome of a row that is already created changes nothing.
    pub outcomes: Vec<RowOutcome>,
    /// Rows that are about to be sent.
    pub intents: Vec<Intent>,
    /// Number of times the import's recipe was changed before these intents.
    pub amendment: u64,
    /// Name of the account. If set, a created outcome with the case of another row of the account isn't recorded but
    /// given back.
    pub account: Option<String>,
    /// Whether to give back an intent for a case that another import of the account has sent meanwhile.
    pub guarded: bool,
}

/// Rows of a batch that weren't recorded. The check and the record share a transaction, so that one of two racing
/// imports sees the other.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NotRecorded {
    /// Intents for cases that another import sent.
    pub sent: HashMap<u64, Earlier>,
    /// Outcomes with the case of another row.
    pub taken: HashSet<u64>,
}

impl Ledger {
    /// Records outcomes and intents, durably.
    pub async fn commit(&self, import: ImportId, batch: Batch) -> Result<NotRecorded, LedgerError> {
        let Batch { outcomes, intents, amendment, account, guarded } = batch;
        let written = self.write(move |connection| {
            let (mut given_back, mut progress) = (NotRecorded::default(), SendProgress::default());
            forget_tally(connection, import)?;
            for outcome in &outcomes {
                if is_taken(connection, account.as_deref(), outcome)? {
                    given_back.taken.insert(outcome.row);
                } else {
                    record(connection, import, outcome)?;
                }
            }
            if intents.is_empty() {
                return Ok((given_back, progress));
            }
            step("between");
            let (before, mut out_of_order) = (highest_row(connection, import)?, 0);
            for intent in &intents {
                if let Some(account) = account.as_ref().filter(|_| guarded && !intent.anyway)
                    && let Some(earlier) =
                        sent_by_another(connection, (import, Some(intent.row)), account, &intent.identity)?
                {
                    given_back.sent.insert(intent.row, earlier);
                    continue;
                }
                let is_repeated = signed(intent.row) <= before;
                record_intent(connection, import, intent, amendment, is_repeated)?;
                out_of_order += i64::from(is_repeated);
                progress.row = progress.row.max(intent.row);
            }
            progress.sends = unsigned(count_sends(connection, import, out_of_order)?);
            Ok((given_back, progress))
        });
        let (given_back, progress) = written.await?;
        self.mark(import, progress);
        Ok(given_back)
    }

    /// Records outcomes alone.
    pub async fn settle(&self, import: ImportId, outcomes: Vec<RowOutcome>) -> Result<(), LedgerError> {
        self.commit(import, Batch { outcomes, ..Batch::default() }).await?;
        Ok(())
    }
}

/// Returns true if a created outcome has the case of another row of the account.
fn is_taken(
    connection: &Connection,
    account: Option<&str>,
    outcome: &RowOutcome,
) -> Result<bool, LedgerError> {
    match (account, &outcome.outcome) {
        (Some(account), Outcome::Created { case_id, .. }) => {
            Ok(!claims(connection, account, case_id)?.is_empty())
        }
        _ => Ok(false),
    }
}

/// Records that a row is about to be sent.
fn record_intent(
    connection: &Connection,
    import: ImportId,
    intent: &Intent,
    amendment: u64,
    is_repeated: bool,
) -> Result<(), LedgerError> {
    let changed = connection
        .prepare_cached(
            "INSERT INTO rows (import, row, lines, state, reference, client, sent_at, token, amendment, person)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10, ?11)
             ON CONFLICT (import, row) DO UPDATE SET
                 state = excluded.state, reference = excluded.reference, client = excluded.client,
                 sent_at = excluded.sent_at, first_sent_at = coalesce(first_sent_at, sent_at),
                 token = excluded.token, amendment = excluded.amendment, person = excluded.person
             WHERE state = ?9",
        )?
        .execute(params![
            import,
            signed(intent.row),
            signed(intent.line) - signed(intent.row),
            RowState::Sending,
            intent.identity.reference(),
            intent.client.map(signed),
            intent.sent_at,
            intent.token,
            RowState::NotSent,
            (amendment > 0).then(|| signed(amendment)),
            intent.person.map(NameKey::bits),
        ])?;
    // The last line of defense: a processed row is never sent again, whoever asks.
    if changed != 1 {
        return Err(LedgerError::Failed(format!("row {} was already sent", intent.row)));
    }
    match &intent.identity {
        Identity::Row { content, values } => {
            let sql = "INSERT OR REPLACE INTO unreferenced (import, row, content, same_values)
                       VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(sql)?.execute(params![import, signed(intent.row), content, values])?;
        }
        // The row may have had no reference when it was sent before.
        Identity::Reference { .. } if is_repeated => {
            let sql = "DELETE FROM unreferenced WHERE import = ?1 AND row = ?2";
            connection.prepare_cached(sql)?.execute(params![import, signed(intent.row)])?;
        }
        Identity::Reference { .. } => {}
    }
    Ok(())
}

fn record(connection: &Connection, import: ImportId, row: &RowOutcome) -> Result<(), LedgerError> {
    let at = signed(row.row);
    let (case_id, case_number) = match &row.outcome {
        Outcome::Created { case_id, case_number } => (Some(StoredId::value(case_id)), case_number.as_ref()),
        _ => (None, None),
    };
    if case_id.is_some() {
        let sql = "UPDATE rows SET state = ?3, case_id = ?4, case_number = ?5
                   WHERE import = ?1 AND row = ?2 AND state = ?6";
        let changed = connection.prepare_cached(sql)?.execute(params![
            import,
            at,
            RowState::Created,
            case_id,
            case_number,
            RowState::Sending,
        ])?;
        // True for nearly every row: it was about to be sent, so there are no other records to update.
        if changed == 1 {
            return Ok(());
        }
    }
    // A row that wasn't sent keeps only the time of an earlier try.
    let left = !matches!(row.outcome, Outcome::NotSent | Outcome::Excluded { .. });
    let changed = connection
        .prepare_cached(
            "INSERT INTO rows (import, row, lines, state, reference, case_id, case_number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (import, row) DO UPDATE SET
                 state = excluded.state, case_id = excluded.case_id, case_number = excluded.case_number,
                 reference = coalesce(excluded.reference, reference),
                 sent_at = CASE WHEN ?8 THEN sent_at ELSE first_sent_at END
             WHERE state <> ?9",
        )?
        .execute(params![
            import,
            at,
            signed(row.line) - at,
            row.outcome.state(),
            row.reference,
            case_id,
            case_number,
            left,
            RowState::Created,
        ])?;
    if changed == 0 {
        return Ok(());
    }
    delete_exception(connection, import, at)?;
    set_reason(connection, import, at, None)?;
    match &row.outcome {
        Outcome::Rejected(exception) | Outcome::Unknown(exception) => log(connection, import, exception),
        Outcome::Excluded { code, reason } => {
            set_reason(connection, import, at, Some((Some(&code.word()), reason)))
        }
        Outcome::Created { .. } | Outcome::NotSent | Outcome::TurnedAway => Ok(()),
    }
}

/// Sets the reason why a row is skipped (code and reason) or is created by the user's decision (reason only), or
/// removes it.
pub(super) fn set_reason(
    connection: &Connection,
    import: ImportId,
    row: i64,
    remark: Option<(Option<&str>, &str)>,
) -> Result<(), LedgerError> {
    match remark {
        None => {
            let sql = "DELETE FROM remarks WHERE import = ?1 AND row = ?2";
            connection.prepare_cached(sql)?.execute(params![import, row])?;
        }
        Some((code, reason)) => {
            let sql = "INSERT OR REPLACE INTO remarks (import, row, code, reason) VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(sql)?.execute(params![import, row, code, reason])?;
        }
    }
    Ok(())
}

pub(super) fn delete_exception(
    connection: &Connection,
    import: ImportId,
    row: i64,
) -> Result<(), LedgerError> {
    let sql = "DELETE FROM exceptions WHERE import = ?1 AND row = ?2";
    connection.prepare_cached(sql)?.execute(params![import, row])?;
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
