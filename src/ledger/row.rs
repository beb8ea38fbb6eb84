//! A row as the ledger has it: what tells its case from others, what is written before it leaves, and what became of it.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};

use super::{Exception, ImportId};
use crate::case::Code;

/// Half of a SHA-256: enough to tell rows apart.
pub type Hash = [u8; 16];

/// What tells a case from others of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A reference that a cell of the row gave, at a client (0 for none).
    Reference {
        /// `client_id`.
        client: u64,
        /// `reference_value_1`.
        text: String,
    },
    /// A row without a reference. A case that has the same of either is the same.
    Row {
        /// Hash of the row's cells.
        content: Hash,
        /// Hash of the values that its cells give the case; none where many rows have the same.
        values: Option<Hash>,
    },
}

/// One form of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form<'a> {
    /// Client and reference.
    Reference(u64, &'a str),
    /// Hash of a row's cells.
    Content(Hash),
    /// Hash of the values that a row's cells give its case.
    Values(Hash),
}

impl Identity {
    /// Each form of it, the exact one first.
    pub fn forms(&self) -> impl Iterator<Item = Form<'_>> {
        let (exact, values) = match self {
            Self::Reference { client, text } => (Form::Reference(*client, text), None),
            Self::Row { content, values } => (Form::Content(*content), values.map(Form::Values)),
        };
        std::iter::once(exact).chain(values)
    }

    /// The reference, where a cell of the row gave one.
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
    /// What tells this case from another of the account.
    pub identity: Identity,
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

impl Outcome {
    pub(super) fn state(&self) -> RowState {
        match self {
            Self::Created { .. } => RowState::Created,
            Self::Rejected(_) => RowState::Rejected,
            Self::Excluded { .. } => RowState::Excluded,
            Self::Unknown(_) => RowState::Unknown,
            Self::NotSent | Self::TurnedAway => RowState::NotSent,
        }
    }
}

/// An outcome and the row it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// Data row, from 1.
    pub row: u64,
    /// Physical line, from 1.
    pub line: u64,
    /// `reference_value_1`, when a cell of the row gave it.
    pub reference: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The state of a row's record. The numbers are the ledger's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Sent or about to be; no outcome yet.
    Sending = 0,
    /// Trackops gave an id.
    Created = 1,
    /// Refused.
    Rejected = 2,
    /// Left out.
    Excluded = 3,
    /// Sent, and no answer is known.
    Unknown = 4,
    /// Certainly not sent.
    NotSent = 5,
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
            // A number this program does not know is not a reason to send a row again.
            _ => Self::Unknown,
        })
    }
}

/// A case's id in the ledger: a number where it is written as one, which takes a third of the room.
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

/// SQLite counts in signed numbers; no file has 2^63 rows.
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
