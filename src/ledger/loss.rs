//! Records that the ledger lost because its file was deleted, torn, or restored from a copy. The imports' lock files
//! show how much was sent. Rows that were sent but have no record would be sent again by any import of their file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use rusqlite::{Connection, OptionalExtension, params};

use super::lock::SendProgress;
use super::row::{signed, unsigned};
use super::{ImportId, Ledger, LedgerError};

/// An import that sent more than the ledger has records of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The import.
    pub import: ImportId,
    /// Progress in the lock file.
    sent: SendProgress,
    /// Progress in the ledger; `None` if the ledger doesn't have the import.
    recorded: Option<SendProgress>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { import, sent, recorded } = self;
        match recorded {
            None => write!(f, "import {import} sent rows, but it is missing"),
            Some(recorded) if recorded.row < sent.row => write!(
                f,
                "import {import} sent rows up to row {}, but its records end at row {}",
                sent.row, recorded.row
            ),
            Some(_) => write!(f, "import {import} sent rows that have no record"),
        }
    }
}

/// Maximum number of losses to name in a sentence.
const MAX_NAMED: usize = 3;

/// Describes the losses in a sentence.
pub(super) fn describe(losses: &[Loss]) -> String {
    let named: Vec<String> = losses.iter().take(MAX_NAMED).map(Loss::to_string).collect();
    let more = losses.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    named.join("; ") + &more
}

impl Ledger {
    /// Returns the imports that sent more than the ledger has records of, in order.
    pub fn losses(&self) -> Result<Vec<Loss>, LedgerError> {
        let mut losses = Vec::new();
        // The lock files first: a concurrent run writes to the ledger before its lock file.
        for (import, sent) in self.progress_on_disk()? {
            losses.extend(self.loss_of(import, sent)?);
        }
        Ok(losses)
    }

    /// Fails if records are lost.
    pub fn require_no_losses(&self) -> Result<(), LedgerError> {
        let losses = self.losses()?;
        if losses.is_empty() { Ok(()) } else { Err(self.lost(losses)) }
    }

    /// Fails if this ledger can't be used to send rows of an import: the file is damaged, or records are lost.
    pub fn require_sendable(&self, id: ImportId) -> Result<(), LedgerError> {
        self.check()?;
        self.require_no_losses()?;
        let sql = "SELECT 1 FROM accepted_losses WHERE import = ?1";
        let found = self.read().prepare_cached(sql)?.query_row([id], |_| Ok(())).optional()?;
        if found.is_some() { Err(LedgerError::Incomplete(id)) } else { Ok(()) }
    }

    /// Accepts the losses: other imports can run again, and those that lost rows can't be resumed. Fails while one of
    /// them is running. Returns the losses.
    pub fn accept_losses(&self) -> Result<Vec<Loss>, LedgerError> {
        let losses = self.losses()?;
        if let Some(running) = losses.iter().find(|loss| self.is_running(loss.import)) {
            return Err(self.busy(running.import));
        }
        let accepted = losses.clone();
        self.write_now(move |connection| {
            for Loss { import, sent, recorded } in &accepted {
                // A missing import never comes back, and its number isn't reused.
                let upto = if recorded.is_some() { *sent } else { SendProgress::HIGHEST };
                accept(connection, *import, upto)?;
                reserve(connection, *import)?;
            }
            Ok(())
        })?;
        for loss in losses.iter().filter(|loss| loss.recorded.is_none()) {
            self.remove_lock_file(loss.import);
        }
        Ok(losses)
    }

    /// Compares an import's lock file with the ledger, and returns the loss, if any.
    pub(super) fn loss_of(&self, import: ImportId, sent: SendProgress) -> Result<Option<Loss>, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM imports WHERE id = ?1),
                          (SELECT max(row) FROM rows WHERE import = ?1),
                          (SELECT count FROM sends WHERE import = ?1),
                          (SELECT row FROM accepted_losses WHERE import = ?1),
                          (SELECT sends FROM accepted_losses WHERE import = ?1)";
        let (exists, recorded, accepted) = self.read().prepare_cached(sql)?.query_row([import], |row| {
            let number = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map_or(0, unsigned));
            let recorded = SendProgress { row: number(1)?, sends: number(2)? };
            Ok((row.get::<_, bool>(0)?, recorded, SendProgress { row: number(3)?, sends: number(4)? }))
        })?;
        let covers = recorded.max(accepted);
        let is_lost = covers.row < sent.row || covers.sends < sent.sends;
        Ok(is_lost.then(|| Loss { import, sent, recorded: exists.then_some(recorded) }))
    }

    pub(super) fn lost(&self, losses: Vec<Loss>) -> LedgerError {
        LedgerError::Lost { path: self.folder.join("ledger.sqlite3").display().to_string(), losses }
    }

    /// Reads the progress of each import from the lock files in the folder.
    fn progress_on_disk(&self) -> Result<BTreeMap<ImportId, SendProgress>, LedgerError> {
        let fail = |error: &std::io::Error| LedgerError::open(&self.folder, error);
        let mut marks = BTreeMap::new();
        for entry in fs::read_dir(&self.folder).map_err(|error| fail(&error))? {
            let path = entry.map_err(|error| fail(&error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = name.strip_prefix("import-").and_then(|name| name.strip_suffix(".lock"));
            let Some(id) = number.and_then(|number| number.parse().ok()) else { continue };
            match fs::read_to_string(&path) {
                Ok(text) => _ = marks.insert(id, SendProgress::read(&text)),
                // Just deleted with its import.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                // On systems where a lock prevents reading, its holder has compared the two.
                Err(_) if self.is_running(id) => {}
                // An unreadable file may hide a loss.
                Err(error) => return Err(LedgerError::open(&path, &error)),
            }
        }
        Ok(marks)
    }
}

/// Accepts that an import has no records up to a point.
pub(super) fn accept(
    connection: &Connection,
    import: ImportId,
    upto: SendProgress,
) -> Result<(), LedgerError> {
    let sql = "INSERT OR REPLACE INTO accepted_losses (import, row, sends) VALUES (?1, ?2, ?3)";
    connection.execute(sql, params![import, signed(upto.row), signed(upto.sends)])?;
    Ok(())
}

/// Reserves a number, so that no later import gets it.
fn reserve(connection: &Connection, import: ImportId) -> Result<(), LedgerError> {
    let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'imports'";
    if connection.execute(sql, [import])? == 0 {
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('imports', ?1)", [import])?;
    }
    Ok(())
}

/// Returns the highest row of an import that has a record.
pub(super) fn highest_row(connection: &Connection, import: ImportId) -> Result<i64, LedgerError> {
    let sql = "SELECT coalesce(max(row), 0) FROM rows WHERE import = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([import], |row| row.get(0))?)
}

/// Adds to the number of rows sent out of order. Returns the total, or 0 if there are none to add.
///
/// For rows in order the highest row is enough, so hardly any commit writes a page for this.
pub(super) fn count_sends(connection: &Connection, import: ImportId, more: i64) -> Result<i64, LedgerError> {
    if more == 0 {
        return Ok(0);
    }
    let sql = "INSERT INTO sends (import, count) VALUES (?1, ?2)
               ON CONFLICT (import) DO UPDATE SET count = count + excluded.count RETURNING count";
    Ok(connection.prepare_cached(sql)?.query_row(params![import, more], |row| row.get(0))?)
}
