//! What people did with an import, and who they are: in a team anybody may act on anybody's import.

use rusqlite::{Connection, params};
use serde::{Serialize, Serializer};

use super::{ImportId, Ledger, LedgerError, Who};
use crate::text::utc;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Deed {
    /// Made the import.
    Made,
    /// Started it, or went on with it.
    Started,
    /// Paused it, or asked whoever ran it to pause it.
    Paused,
    /// Corrected or skipped rows after it was started.
    Corrected,
    /// Said what an unknown row is.
    Decided,
}

impl Deed {
    fn word(self) -> &'static str {
        self.into()
    }
}

/// One thing somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// When, in seconds since 1970, UTC.
    #[serde(serialize_with = "as_utc")]
    pub at: i64,
    /// What.
    pub deed: Deed,
    /// Who.
    #[serde(flatten)]
    pub who: Who,
}

impl Done {
    /// What was done, by whom, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let Who { username, os_user } = &self.who;
        let of_trackops =
            if username.is_empty() { String::new() } else { format!(" ({username} in Trackops)") };
        format!("{} {} by {os_user}{of_trackops}", utc(self.at), self.deed.word())
    }
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
fn as_utc<S: Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    utc(*seconds).serialize(serializer)
}

/// Notes what somebody does, in the transaction in which it is done.
pub(super) fn note(
    connection: &Connection,
    import: ImportId,
    deed: Deed,
    who: &Who,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO deeds (import, at, deed, username, os_user) VALUES (?1, unixepoch(), ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![import, deed.word(), who.username, who.os_user])?;
    Ok(())
}

impl Ledger {
    /// What people did with an import, in order. What a later version notes is left out.
    pub fn deeds(&self, import: ImportId) -> Result<Vec<Done>, LedgerError> {
        let reader = self.read();
        let sql = "SELECT at, deed, username, os_user FROM deeds WHERE import = ?1 ORDER BY id";
        let mut statement = reader.prepare_cached(sql)?;
        let found = statement.query_map([import], |row| {
            let who = Who { username: row.get(2)?, os_user: row.get(3)? };
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, who))
        })?;
        let mut deeds = Vec::new();
        for done in found {
            let (at, deed, who) = done?;
            deeds.extend(deed.parse().ok().map(|deed| Done { at, deed, who }));
        }
        Ok(deeds)
    }

    /// Notes that whoever runs an import paused it.
    pub async fn note_pause(&self, import: ImportId, who: Who) -> Result<(), LedgerError> {
        self.write(move |connection| {
            note(connection, import, Deed::Paused, &who)?;
            Ok(0)
        })
        .await?;
        Ok(())
    }
}
