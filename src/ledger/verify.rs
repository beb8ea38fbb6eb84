//! Results of reading an import's cases back: how many are as they were sent, and what differs.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use strum::{EnumString, IntoStaticStr};

use super::actions::as_utc;
use super::row::{RowState, StoredId, signed, unsigned};
use super::{ImportId, Ledger, LedgerError};

/// Counts from comparing the created rows of an import with the cases Trackops lists. `created = same + different +
/// not_shown + not_listed + missing`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Time when it was read back, in seconds since 1970, UTC.
    #[serde(serialize_with = "as_utc")]
    pub at: i64,
    /// Created rows.
    pub created: u64,
    /// Rows for which every listed value is the one that was sent.
    pub same: u64,
    /// Rows with a value that differs from the one sent.
    pub different: u64,
    /// Rows whose case is listed without any value that was sent.
    pub not_shown: u64,
    /// Rows whose case isn't listed, but isn't certainly gone either.
    pub not_listed: u64,
    /// Rows whose case is certainly gone.
    pub missing: u64,
}

impl Verification {
    /// Returns the number of rows whose case was found.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.same + self.different + self.not_shown
    }

    /// Returns true if no difference was found and no case is gone.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.different + self.missing == 0
    }

    /// Returns true if every case was found, without a difference.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.is_clean() && self.found() == self.created
    }

    /// Returns true if no case was found at all, so nothing confirms that any was created.
    #[must_use]
    pub fn found_none(&self) -> bool {
        self.created > 0 && self.found() == 0
    }

    /// Returns the [`summary`](Self::summary) with the number of rows that have more than one case.
    #[must_use]
    pub fn summary_with(&self, doubled: u64) -> String {
        match doubled {
            0 => self.summary(),
            _ => format!("{}, {doubled} with a second case", self.summary()),
        }
    }

    /// Returns the counts in words: “300 created, 300 found, 298 the same, 2 different”.
    #[must_use]
    pub fn summary(&self) -> String {
        let Self { created, same, different, not_shown, not_listed, missing, .. } = self;
        let mut parts = vec![format!("{created} created, {} found, {same} the same", self.found())];
        let more = [
            (*different, "different"),
            (*not_shown, "listed without values"),
            (*not_listed, "not listed"),
            (*missing, "NOT IN TRACKOPS"),
        ];
        parts.extend(
            more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")),
        );
        parts.join(", ")
    }
}

/// A value that isn't stored as it was sent, or a case that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerificationFinding {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Key of the field, as in a recipe; `None` if the whole case is meant.
    pub field: Option<String>,
    /// Kind of the difference.
    pub kind: FindingKind,
    /// Value as sent, masked if private; empty if the whole case is meant.
    pub sent: String,
    /// Value stored in Trackops, masked if private.
    pub stored: String,
}

impl VerificationFinding {
    /// Describes the finding in one line: row, field, value sent, value stored.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { row, line, field, kind, sent, stored } = self;
        match field {
            Some(field) => {
                format!("row {row} (line {line}) {field}: sent {sent}, stored {stored}; {}", kind.describe())
            }
            None => format!("row {row} (line {line}): case {stored} isn't in Trackops"),
        }
    }
}

/// Kind of difference between a sent and a stored value.
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
    /// A date is off by one day, probably because of a time zone.
    OneDay,
    /// Only the beginning is stored.
    Cut,
    /// Another value.
    Other,
    /// The case is gone.
    Missing,
}

impl FindingKind {
    /// Describes the kind in a few words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Spaces => "spaces differ",
            Self::LetterCase => "letter case differs",
            Self::Rounded => "rounded",
            Self::OneDay => "off by a day (time zone)",
            Self::Cut => "truncated",
            Self::Other => "different value",
            Self::Missing => "the case isn't in Trackops",
        }
    }
}

/// A created row to compare with its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedRow {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Id of the case.
    pub case_id: String,
    /// Number of the case, if Trackops reported one.
    pub case_number: Option<String>,
    /// Time of sending, in milliseconds since 1970 by the server's clock.
    pub sent_at: i64,
    /// Number of amendments made before it was sent.
    pub amendment: u64,
}

impl Ledger {
    /// Returns the created rows of an import in order.
    pub fn created_rows(&self, import: ImportId) -> Result<Vec<CreatedRow>, LedgerError> {
        let sql = "SELECT row, line, case_id, sent_at, coalesce(amendment, 0), case_number FROM rows
             WHERE import = ?1 AND state = ?2 AND sent_at IS NOT NULL ORDER BY row";
        self.list(sql, params![import, RowState::Created], |row| {
            Ok(CreatedRow {
                row: unsigned(row.get(0)?),
                line: unsigned(row.get(1)?),
                case_id: row.get::<_, StoredId>(2)?.0,
                sent_at: row.get(3)?,
                amendment: unsigned(row.get(4)?),
                case_number: row.get(5)?,
            })
        })
    }

    /// Records the results of reading back; they replace earlier ones.
    pub async fn set_verification(
        &self,
        import: ImportId,
        verification: Verification,
        findings: Vec<VerificationFinding>,
    ) -> Result<(), LedgerError> {
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO verifications (import, at, created, same, different, not_shown, not_listed, missing)
                 VALUES (?1, unixepoch(), ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    import,
                    signed(verification.created),
                    signed(verification.same),
                    signed(verification.different),
                    signed(verification.not_shown),
                    signed(verification.not_listed),
                    signed(verification.missing),
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
            Ok(())
        })
        .await
    }

    /// Returns the results of the last time an import was read back; `None` if it never was.
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

    /// Returns the differences found when an import was last read back, in the order of the rows.
    pub fn findings(&self, import: ImportId) -> Result<Vec<VerificationFinding>, LedgerError> {
        let sql =
            "SELECT row, line, field, kind, sent, stored FROM findings WHERE import = ?1 ORDER BY row, field";
        self.list(sql, [import], finding)
    }
}

fn finding(row: &Row<'_>) -> rusqlite::Result<VerificationFinding> {
    Ok(VerificationFinding {
        row: unsigned(row.get(0)?),
        line: unsigned(row.get(1)?),
        field: Some(row.get::<_, String>(2)?).filter(|field| !field.is_empty()),
        kind: row.get_ref(3)?.as_str().unwrap_or_default().parse().unwrap_or(FindingKind::Other),
        sent: row.get(4)?,
        stored: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_omits_zero_counts() {
        let counts = Verification { created: 300, same: 298, different: 2, ..Verification::default() };
        assert_eq!(counts.summary(), "300 created, 300 found, 298 the same, 2 different");
        let gone = Verification { created: 3, same: 1, missing: 1, not_listed: 1, ..Verification::default() };
        assert_eq!(gone.summary(), "3 created, 1 found, 1 the same, 1 not listed, 1 NOT IN TRACKOPS");
        assert_eq!(counts.summary_with(1), counts.summary() + ", 1 with a second case");
    }

    #[test]
    fn an_import_is_confirmed_if_every_row_has_a_case_as_sent() {
        let same = |same| Verification { created: 3, same, ..Verification::default() };
        assert!(same(3).is_confirmed() && !same(2).is_confirmed());
        assert!(!Verification { same: 2, different: 1, ..same(2) }.is_confirmed());
    }
}
