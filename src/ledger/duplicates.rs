//! Cases created twice, found when an import is read back.

use rusqlite::params;

use super::commit::log;
use super::row::{RowState, StoredId, signed, unsigned};
use super::tally::forget_tally;
use super::{Exception, ExceptionSource, ImportId, Ledger, LedgerError};

/// A row that has more than one case in Trackops.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DuplicateCases {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line in the file, from 1.
    pub line: u64,
    /// `reference_value_1` as sent.
    pub reference: Option<String>,
    /// Number of each case, or its id if Trackops reported no number; the row's own first.
    pub cases: Vec<String>,
}

/// What the case of a sent row is recognized by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentKey {
    /// The row's reference.
    Reference,
    /// Its row token, for want of a reference.
    Token,
    /// The reference of an earlier try that was rejected, which is another than the row's, with the row's state now.
    EarlierReference(RowState),
}

/// A row that was sent, or an earlier try of one, with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Created or rejected.
    pub state: RowState,
    /// What it is recognized by.
    pub key: SentKey,
    /// `reference_value_1` as sent; without one, the row token.
    pub reference: String,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Id of the case; `None` for a rejected row, and for an earlier try.
    pub case_id: Option<String>,
    /// Number of the case, if Trackops reported one; for an earlier try, that of the row's case, or its id.
    pub case_number: Option<String>,
    /// Time when it was first sent, in milliseconds since 1970 by the server's clock.
    pub first_sent_at: i64,
    /// Time when it was last sent.
    pub sent_at: i64,
}

/// An additional case of a row: row, id and number.
pub type ExtraCase = (u64, String, Option<String>);

impl Ledger {
    /// Returns the rows of an import that have a reference or a row token and were answered by Trackops, without those that
    /// the user marked as created.
    pub fn sent_rows(&self, import: ImportId) -> Result<Vec<SentRow>, LedgerError> {
        let answered = params![import, RowState::Created, RowState::Rejected];
        let sql = "SELECT row, line, state, coalesce(reference, token), case_id, coalesce(first_sent_at, sent_at), sent_at,
                    client, case_number, reference IS NULL FROM rows
             WHERE import = ?1 AND state IN (?2, ?3) AND sent_at IS NOT NULL
               AND coalesce(reference, token) IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM remarks WHERE remarks.import = rows.import AND remarks.row = rows.row)
             ORDER BY row";
        self.list(sql, answered, |row| {
            Ok(SentRow {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                state: row.get(2)?,
                key: if row.get(9)? { SentKey::Token } else { SentKey::Reference },
                reference: row.get(3)?,
                case_id: row.get::<_, Option<StoredId>>(4)?.map(|id| id.0),
                first_sent_at: row.get(5)?,
                sent_at: row.get(6)?,
                client: row.get::<_, Option<i64>>(7)?.map(unsigned),
                case_number: row.get(8)?,
            })
        })
    }

    /// Returns the earlier tries of an import's rows that Trackops refused and that had another reference than the row has
    /// now, without rows that the user marked as created.
    pub fn earlier_references(&self, import: ImportId) -> Result<Vec<SentRow>, LedgerError> {
        // Without a reference now, the earlier one was that of the case defaults.
        let sql = "SELECT row, line, state, reference, client, sent_at, case_id, case_number FROM (
                 SELECT tries.row AS row, tries.line AS line, state, tries.sent_at AS sent_at, case_id, case_number,
                        CASE WHEN json_valid(sent) THEN sent ->> 'reference_value_1' END AS reference,
                        CASE WHEN json_valid(sent) THEN CAST(sent ->> 'client_id' AS INTEGER) END AS client,
                        rows.reference AS reference_now
                 FROM tries JOIN rows ON rows.import = tries.import AND rows.row = tries.row
                 WHERE tries.import = ?1 AND source = ?2 AND tries.sent_at IS NOT NULL AND NOT EXISTS (
                     SELECT 1 FROM remarks WHERE remarks.import = rows.import AND remarks.row = rows.row))
             WHERE reference IS NOT NULL AND reference_now IS NOT NULL AND reference IS NOT reference_now
             ORDER BY row, sent_at";
        self.list(sql, params![import, ExceptionSource::Trackops.word()], |row| {
            let sent_at = row.get(5)?;
            Ok(SentRow {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                state: RowState::Rejected,
                key: SentKey::EarlierReference(row.get(2)?),
                reference: row.get(3)?,
                case_id: None,
                case_number: row
                    .get::<_, Option<String>>(7)?
                    .or(row.get::<_, Option<StoredId>>(6)?.map(|id| id.0)),
                first_sent_at: sent_at,
                sent_at,
                client: row.get::<_, Option<i64>>(4)?.map(unsigned),
            })
        })
    }

    /// Records the additional cases of an import's rows. They replace earlier records, if `complete` says that every case
    /// was looked at.
    pub async fn set_duplicate_cases(
        &self,
        import: ImportId,
        extra: Vec<ExtraCase>,
        complete: bool,
    ) -> Result<(), LedgerError> {
        self.write(move |connection| {
            if complete {
                connection.execute("DELETE FROM doubled WHERE import = ?1", [import])?;
            }
            for (row, case_id, case_number) in &extra {
                connection.execute(
                    "INSERT OR IGNORE INTO doubled (import, row, case_id, case_number) VALUES (?1, ?2, ?3, ?4)",
                    params![import, signed(*row), case_id, case_number],
                )?;
            }
            Ok(())
        })
        .await
    }

    /// Returns the rows of an import that have more than one case in Trackops, as found when it was last read back.
    pub fn duplicate_cases(&self, import: ImportId) -> Result<Vec<DuplicateCases>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT rows.row, line, reference, coalesce(rows.case_number, CAST(rows.case_id AS TEXT)),
                    coalesce(doubled.case_number, doubled.case_id)
             FROM doubled JOIN rows ON rows.import = doubled.import AND rows.row = doubled.row
             WHERE doubled.import = ?1 ORDER BY rows.row, doubled.case_id",
        )?;
        let mut found: Vec<DuplicateCases> = Vec::new();
        let mut rows = statement.query([import])?;
        while let Some(record) = rows.next()? {
            let (row, case): (u64, String) = (unsigned(record.get(0)?), record.get(4)?);
            if let Some(last) = found.last_mut().filter(|last| last.row == row) {
                last.cases.push(case);
                continue;
            }
            let own: Option<String> = record.get(3)?;
            let cases = own.into_iter().chain([case]).collect();
            found.push(DuplicateCases {
                row,
                line: unsigned(record.get(1)?),
                reference: record.get(2)?,
                cases,
            });
        }
        Ok(found)
    }

    /// Revokes the created outcome of a row, because its case is another one. The row becomes unknown.
    pub async fn revoke_created(&self, import: ImportId, exception: Exception) -> Result<(), LedgerError> {
        self.write(move |connection| {
            forget_tally(connection, import)?;
            connection.execute(
                "UPDATE rows SET state = ?3, case_id = NULL, case_number = NULL
                 WHERE import = ?1 AND row = ?2 AND state = ?4",
                params![import, signed(exception.row), RowState::Unknown, RowState::Created],
            )?;
            log(connection, import, &exception)?;
            Ok(())
        })
        .await
    }
}
