//! A row in the ledger: the identity of its case, its intent before it is sent, and its outcome.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use strum::IntoStaticStr;

use super::{Exception, ImportId};
use crate::case::{Code, NameKey};

/// Half of a SHA-256 hash, which is enough to tell rows apart.
pub type Hash = [u8; 16];

/// Returns the first half of a SHA-256 hash.
pub(crate) fn half_sha256(digest: [u8; 32]) -> Hash {
    let (half, _) = digest.split_at(16);
    half.try_into().unwrap_or_default()
}

/// Identity of a case among those of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Reference from a cell of the row, with the client (0 for none).
    Reference {
        /// `client_id`.
        client: u64,
        /// `reference_value_1`.
        text: String,
    },
    /// Row without a reference. Cases that share either hash are the same.
    Row {
        /// Hash of the row's cells.
        content: Hash,
        /// Hash of the values that its cells give the case; `None` if many rows have the same values.
        values: Option<Hash>,
    },
}

/// One form of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentityForm<'a> {
    /// Client and reference.
    Reference(u64, &'a str),
    /// Hash of a row's cells.
    Content(Hash),
    /// Hash of the values that a row's cells give its case.
    Values(Hash),
}

impl Identity {
    /// Returns its forms, the exact one first.
    pub fn forms(&self) -> impl Iterator<Item = IdentityForm<'_>> {
        let (exact, values) = match self {
            Self::Reference { client, text } => (IdentityForm::Reference(*client, text), None),
            Self::Row { content, values } => {
                (IdentityForm::Content(*content), values.map(IdentityForm::Values))
            }
        };
        std::iter::once(exact).chain(values)
    }

    /// Returns the reference, if a cell of the row has one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Reference { text, .. } => Some(text),
            Self::Row { .. } => None,
        }
    }
}

/// A row that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// Identity of the case.
    pub identity: Identity,
    /// `client_id` as sent.
    pub client: Option<u64>,
    /// Time of sending, in milliseconds since 1970, UTC, by the server's clock.
    pub sent_at: i64,
    /// Row token sent with the case, if any.
    pub token: Option<String>,
    /// Whether the user wants it sent even if another import sent its case.
    pub anyway: bool,
    /// Name of its primary subject, if it has a reference.
    pub person: Option<NameKey>,
}

/// Outcome of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Trackops returned an id.
    Created {
        /// Id of the case, as Trackops wrote it.
        case_id: String,
        /// Case number, if the answer had one.
        case_number: Option<String>,
    },
    /// Refused by the check or by Trackops.
    Rejected(Exception),
    /// Skipped.
    Excluded {
        /// Code of the reason, for scripts.
        code: Code,
        /// The reason.
        reason: String,
    },
    /// Sent, but no answer is known.
    Unknown(Exception),
    /// Certainly not sent, or certainly not in Trackops.
    NotSent,
    /// Sent, and answered by a status that means it wasn't carried out. Counts as not sent, but is looked up before it
    /// is sent again, because the answer may come from a proxy or firewall.
    TurnedAway,
}

impl Outcome {
    /// Returns the state that a row with this outcome has.
    pub(crate) fn state(&self) -> RowState {
        match self {
            Self::Created { .. } => RowState::Created,
            Self::Rejected(_) => RowState::Rejected,
            Self::Excluded { .. } => RowState::Excluded,
            Self::Unknown(_) => RowState::Unknown,
            Self::NotSent | Self::TurnedAway => RowState::NotSent,
        }
    }
}

/// An outcome with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// `reference_value_1`, if a cell of the row has it.
    pub reference: Option<String>,
    /// Its outcome.
    pub outcome: Outcome,
}

/// State of a row. The ledger stores the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Sent or about to be sent, without an outcome yet.
    Sending = 0,
    /// Trackops returned an id.
    Created = 1,
    /// Refused.
    Rejected = 2,
    /// Skipped.
    Excluded = 3,
    /// Sent, but no answer is known.
    Unknown = 4,
    /// Certainly not sent.
    NotSent = 5,
}

impl RowState {
    /// Returns the kind of outcome. A row in flight is unknown.
    #[must_use]
    pub fn outcome(self) -> OutcomeKind {
        match self {
            Self::Created => OutcomeKind::Created,
            Self::Rejected => OutcomeKind::Rejected,
            Self::Excluded => OutcomeKind::Excluded,
            Self::Sending | Self::Unknown => OutcomeKind::Unknown,
            Self::NotSent => OutcomeKind::NotSent,
        }
    }
}

/// Kind of a row's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OutcomeKind {
    /// Trackops has its case.
    Created,
    /// Refused by the check or by Trackops.
    Rejected,
    /// Skipped, or sent before.
    Excluded,
    /// Sent, but no answer is known.
    Unknown,
    /// Certainly not sent.
    NotSent,
}

impl OutcomeKind {
    /// Returns its word for scripts, such as `not_sent`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns its name for people, such as “not sent”.
    #[must_use]
    pub fn label(self) -> &'static str {
        if self == Self::NotSent { "not sent" } else { self.word() }
    }
}

impl ToSql for RowState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok((*self as i64).into())
    }
}

impl FromSql for RowState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_i64()? {
            0 => Self::Sending,
            1 => Self::Created,
            2 => Self::Rejected,
            3 => Self::Excluded,
            5 => Self::NotSent,
            // A number from a later version is no reason to send a row again.
            _ => Self::Unknown,
        })
    }
}

/// A case's id in the ledger. Stored as a number if it is written as one, which takes a third of the space.
pub(super) struct StoredId(pub(super) String);

impl StoredId {
    pub(super) fn value(id: &str) -> Value {
        let number = id.parse::<i64>().ok().filter(|number| number.to_string() == id);
        number.map_or_else(|| Value::Text(id.to_owned()), Value::Integer)
    }
}

impl FromSql for StoredId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Integer(number) => Ok(Self(number.to_string())),
            ValueRef::Text(text) => Ok(Self(String::from_utf8_lossy(text).into_owned())),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// The earlier row that sent a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The import that sent it.
    pub import: ImportId,
    /// Its row there.
    pub row: u64,
    /// Whether it was created; otherwise its outcome is unknown.
    pub created: bool,
    /// Name of its primary subject, if it is remembered.
    pub person: Option<NameKey>,
}

/// Converts a number for SQLite, which has only signed ones. No file has 2^63 rows.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_as_it_was_written() {
        for id in ["1", "0", "-5", "007", "+7", " 7", "9223372036854775807", "9223372036854775808", "a-1", ""]
        {
            let back = StoredId::column_result((&StoredId::value(id)).into()).unwrap();
            assert_eq!(back.0, id);
        }
        assert_eq!(StoredId::value("100001"), Value::Integer(100_001));
        assert_eq!(StoredId::value("007"), Value::Text("007".into()));
    }

    #[test]
    fn a_state_is_read_as_it_was_written() {
        use RowState::{Created, Excluded, NotSent, Rejected, Sending, Unknown};
        for state in [Sending, Created, Rejected, Excluded, Unknown, NotSent] {
            let number = state as i64;
            assert_eq!(RowState::column_result(ValueRef::Integer(number)).unwrap(), state);
        }
        assert_eq!(RowState::column_result(ValueRef::Integer(99)).unwrap(), Unknown);
    }
}
