//! Log of the actions on an import, with the person who took each: in a team anyone may act on any import.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use serde::{Serialize, Serializer};

use super::{ImportId, Ledger, LedgerError, Person};
use crate::text::utc;

/// An action on an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActionKind {
    /// Created the import.
    Made,
    /// Started or resumed it.
    Started,
    /// Paused it, here or in another program.
    Paused,
    /// Corrected or skipped rows after the start.
    Corrected,
    /// Resolved an unknown row.
    Decided,
}

impl ActionKind {
    fn as_str(self) -> &'static str {
        self.into()
    }
}

/// An action, with its time and person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedAction {
    /// Time of the action, in seconds since 1970, UTC.
    #[serde(serialize_with = "as_utc")]
    pub at: i64,
    /// The action.
    pub deed: ActionKind,
    /// The person.
    #[serde(flatten)]
    pub who: Person,
}

impl LoggedAction {
    /// Describes the action in one line.
    #[must_use]
    pub fn describe(&self) -> String {
        let Person { username, os_user } = &self.who;
        let of_trackops =
            if username.is_empty() { String::new() } else { format!(" ({username} in Trackops)") };
        format!("{} {} by {os_user}{of_trackops}", utc(self.at), self.deed.as_str())
    }
}

/// Describes the actions line by line if several people took them; returns nothing for one person's.
#[must_use]
pub fn describe_if_several(deeds: &[LoggedAction]) -> Vec<String> {
    let people: BTreeSet<&str> = deeds.iter().map(|done| done.who.os_user.as_str()).collect();
    if people.len() > 1 { deeds.iter().map(LoggedAction::describe).collect() } else { Vec::new() }
}

// The signature is serde's.
#[expect(clippy::trivially_copy_pass_by_ref)]
pub(super) fn as_utc<S: Serializer>(seconds: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    utc(*seconds).serialize(serializer)
}

/// Logs an action, in the transaction that carries it out.
pub(super) fn note(
    connection: &Connection,
    import: ImportId,
    deed: ActionKind,
    who: &Person,
) -> Result<(), rusqlite::Error> {
    let sql = "INSERT INTO deeds (import, at, deed, username, os_user) VALUES (?1, unixepoch(), ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![import, deed.as_str(), who.username, who.os_user])?;
    Ok(())
}

impl Ledger {
    /// Returns the actions on an import, in order. Actions that only a later version knows are skipped.
    pub fn actions(&self, import: ImportId) -> Result<Vec<LoggedAction>, LedgerError> {
        let reader = self.read();
        let sql = "SELECT at, deed, username, os_user FROM deeds WHERE import = ?1 ORDER BY id";
        let mut statement = reader.prepare_cached(sql)?;
        let found = statement.query_map([import], |row| {
            let who = Person { username: row.get(2)?, os_user: row.get(3)? };
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, who))
        })?;
        let mut deeds = Vec::new();
        for done in found {
            let (at, deed, who) = done?;
            deeds.extend(deed.parse().ok().map(|deed| LoggedAction { at, deed, who }));
        }
        Ok(deeds)
    }

    /// Logs that the person who runs an import paused it.
    pub async fn note_pause(&self, import: ImportId, who: Person) -> Result<(), LedgerError> {
        self.write(move |connection| {
            note(connection, import, ActionKind::Paused, &who)?;
            Ok(())
        })
        .await
    }
}
