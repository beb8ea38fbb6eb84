//! What reading an import's cases back has shown: how many are as they were sent, and what is different.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Serialize, Serializer};
use strum::{EnumString, IntoStaticStr};

use super::row::{RowState, StoredId, signed, unsigned};
use super::{ImportId, Ledger, LedgerError};
use crate::text::utc;

/// The created rows of an import beside the cases Trackops lists. `created = same + different + not_shown + not_listed +
/// missing`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// When it was read back, seconds since 1970, UTC.
    #[serde(serialize_with = "as_utc")]
    pub at: i64,
    /// Rows that were created.
    pub created: u64,
    /// Rows of which every value the list shows is the one that was sent.
    pub same: u64,
    /// Rows with another value than was sent.
    pub different: u64,
    /// Rows whose case is listed without any value that was sent.
    pub not_shown: u64,
    /// Rows whose case the list doesn't show, and that can't be said to be gone.
    pub not_listed: u64,
    /// Rows whose case is certainly gone.
    pub missing: u64,
}

impl Verification {
    /// Rows whose case was found.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.same + self.different + self.not_shown
    }

    /// Whether every case was found with the values that were sent.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.different + self.missing == 0
    }
}

/// A value that is not stored as it was sent, or a case that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Key of the field, as in a recipe; none when the whole case is meant.
    pub field: Option<String>,
    /// What kind of difference it is.
    pub kind: FindingKind,
    /// As it was sent, masked when private; empty when the whole case is meant.
    pub sent: String,
    /// As Trackops has it, masked when private.
    pub stored: String,
}

/// The kinds of differences between what was sent and what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FindingKind {
    /// Spaces were removed or added.
    Spaces,
    /// Upper and lower case differ.
    LetterCase,
    /// A number was rounded.
    Rounded,
    /// A date is a day off, as a time zone makes it.
    OneDay,
    /// Only the beginning is stored.
    Cut,
    /// Another value.
    Other,
    /// The case is gone.
    Missing,
}

impl FindingKind {
    /// The kind in a few words.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::Spaces => "other spaces",
            Self::LetterCase => "other letter case",
            Self::Rounded => "rounded",
            Self::OneDay => "a day off, as a time zone makes it",
            Self::Cut => "cut short",
            Self::Other => "another value",
            Self::Missing => "the case is not in Trackops any more",
        }
    }
}

/// A created row, to be compared with its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedRow {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// The case's id.
    pub case_id: String,
    /// When it was sent: milliseconds since 1970 by the server's clock.
    pub sent_at: i64,
    /// Number of amendments made before it was sent.
    pub amendment: u64,
}

// The signature is serde's.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn as_utc<S: Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&utc(*seconds))
}

impl Ledger {
    /// Returns the created rows of an import, in order; not those that are created by a person's word.
    pub fn created_rows(&self, import: ImportId) -> Result<Vec<CreatedRow>, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(
            "SELECT row, line, case_id, sent_at, coalesce(amendment, 0) FROM rows
             WHERE import = ?1 AND state = ?2 AND sent_at IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM remarks WHERE remarks.import = rows.import AND remarks.row = rows.row)
             ORDER BY row",
        )?;
        let rows = statement.query_map(params![import, RowState::Created], |row| {
            Ok(CreatedRow {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                case_id: row.get::<_, StoredId>(2)?.0,
                sent_at: row.get(3)?,
                amendment: unsigned(row.get(4)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records what reading back has shown; it replaces what was recorded before.
    pub async fn set_verification(
        &self,
        import: ImportId,
        seen: Verification,
        findings: Vec<Finding>,
    ) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO verifications (import, at, created, same, different, not_shown, not_listed, missing)
                 VALUES (?1, unixepoch(), ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    import,
                    signed(seen.created),
                    signed(seen.same),
                    signed(seen.different),
                    signed(seen.not_shown),
                    signed(seen.not_listed),
                    signed(seen.missing),
                ],
            )?;
            connection.execute("DELETE FROM findings WHERE import = ?1", [import])?;
            for finding in &findings {
                let sql = "INSERT OR REPLACE INTO findings (import, row, line, field, kind, sent, stored)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
                let kind: &'static str = finding.kind.into();
                connection.prepare_cached(sql)?.execute(params![
                    import,
                    signed(finding.row),
                    signed(finding.line),
                    finding.field.as_deref().unwrap_or_default(),
                    kind,
                    finding.sent,
                    finding.stored,
                ])?;
            }
            Ok(0)
        })
        .await?;
        Ok(())
    }

    /// Returns what reading an import back has shown last; none when it was never read back.
    pub fn verification(&self, import: ImportId) -> Result<Option<Verification>, LedgerError> {
        let sql = "SELECT at, created, same, different, not_shown, not_listed, missing FROM verifications WHERE import = ?1";
        let found = self.read().prepare_cached(sql)?.query_row([import], |row| {
            let count = |at| Ok::<_, rusqlite::Error>(unsigned(row.get(at)?));
            Ok(Verification {
                at: row.get(0)?,
                created: count(1)?,
                same: count(2)?,
                different: count(3)?,
                not_shown: count(4)?,
                not_listed: count(5)?,
                missing: count(6)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Returns what was found different when the import was read back last, in the order of the rows.
    pub fn findings(&self, import: ImportId) -> Result<Vec<Finding>, LedgerError> {
        let connection = self.read();
        let sql =
            "SELECT row, line, field, kind, sent, stored FROM findings WHERE import = ?1 ORDER BY row, field";
        let mut statement = connection.prepare_cached(sql)?;
        let findings = statement.query_map([import], finding)?;
        Ok(findings.collect::<Result<_, _>>()?)
    }
}

fn finding(row: &Row<'_>) -> rusqlite::Result<Finding> {
    Ok(Finding {
        row: unsigned(row.get(0)?),
        line: unsigned(row.get(1)?),
        field: Some(row.get::<_, String>(2)?).filter(|field| !field.is_empty()),
        kind: row.get_ref(3)?.as_str().unwrap_or_default().parse().unwrap_or(FindingKind::Other),
        sent: row.get(4)?,
        stored: row.get(5)?,
    })
}
