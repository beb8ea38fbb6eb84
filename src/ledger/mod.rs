//! The durable record of imports and their outcomes: an SQLite file, WAL, synchronous FULL.
//!
//! One writer thread groups commits; reads have a connection of their own. An import is run by one process at
//! a time: it holds an operating-system lock, which dies with it, so that a dead program's import is seen as
//! interrupted at once.

mod addresses;
mod amend;
mod commit;
mod decide;
mod deeds;
mod doubled;
mod error;
mod forget;
mod guard;
mod imports;
mod lock;
mod loss;
mod pause;
mod place;
mod records;
mod relocate;
mod report;
mod row;
mod schema;
mod tally;
mod types;
mod verify;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};

pub use amend::{Amendment, Rejected, Retry, Try};
pub use commit::{Batch, GivenBack};
pub use decide::Decision;
pub use deeds::{Deed, Done, told_if_several};
pub use doubled::{Doubled, Extra, SentRow};
pub use error::LedgerError;
pub use forget::{Forget, Forgotten};
pub use guard::Guard;
pub use imports::{FileFacts, NewImport, Who};
pub use lock::RunLock;
pub use loss::Loss;
pub use records::{Claim, CreatedCase, Unsettled};
pub use relocate::{has_ledger, relocate};
pub use report::ReceiptRow;
pub use row::{Earlier, Form, Hash, Identity, Intent, Outcome, RowOutcome, RowState};
pub use types::{Counts, Exception, Exclusion, Import, ImportId, OnError, Source, Status, several_people};
pub use verify::{CreatedRow, Finding, FindingKind, Verification};

/// How long a write waits for another process' commit.
const BUSY: Duration = Duration::from_secs(10);
/// A larger file is looked through for damage before a run, and not at every start.
const CHECKED_AT_ONCE: u64 = 4 << 20;
const OPEN_TRIES: usize = 500;
/// Statements kept ready. More than there are: one that is crowded out is compiled anew at every row.
const STATEMENTS: usize = 64;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The ledger. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct Ledger {
    writer: writer::Writer,
    reader: Arc<Mutex<Connection>>,
    folder: PathBuf,
    place: place::Place,
    /// How far the imports are that this program runs.
    marks: lock::Marks,
}

impl Ledger {
    /// Opens the ledger in a folder of its own, or begins one. The folder must exist.
    pub fn open(folder: &Path) -> Result<Self, LedgerError> {
        relocate::require_not_moved(folder)?;
        let path = folder.join(relocate::FILE);
        // Made by us, so that it has our rights whatever the umask; SQLite's side files follow it.
        crate::home::kept_file(&path).map_err(|error| LedgerError::open(&path, &error))?;
        let mut connection = connect(&path)?;
        if std::fs::metadata(&path).is_ok_and(|file| file.len() <= CHECKED_AT_ONCE) {
            check(&connection)?;
        }
        schema::migrate(&mut connection)?;
        let place = place::Place::of(&path);
        place::settle_first(&connection, &place)?;
        let reader = Arc::new(Mutex::new(connect(&path)?));
        Ok(Self {
            writer: writer::Writer::start(connection)?,
            reader,
            folder: folder.to_path_buf(),
            place,
            marks: lock::Marks::default(),
        })
    }

    fn place(&self) -> &place::Place {
        &self.place
    }

    /// Looks through the whole file for damage. Before anything is sent by it: a torn page may hide a row that was.
    fn check(&self) -> Result<(), LedgerError> {
        check(&self.read())
    }

    /// A number that changes with every change of the ledger, whoever makes it. Costs nothing to ask for.
    pub fn version(&self) -> Result<i64, LedgerError> {
        // Of the reading connection, which changes nothing itself: so the writer's changes count as well.
        Ok(self.read().query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    fn read(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change and waits until it is durable.
    async fn write(
        &self,
        change: impl FnOnce(&Connection) -> Result<i64, LedgerError> + Send + 'static,
    ) -> Result<i64, LedgerError> {
        let (done, answer) = tokio::sync::oneshot::channel();
        // Who asked may have stopped listening; the change is durable all the same.
        self.writer.ask(change, |result| _ = done.send(result));
        answer.await.map_err(|_| writer::gone())?
    }

    /// The same for callers that set up rather than send: it holds the calling thread.
    fn write_now(
        &self,
        change: impl FnOnce(&Connection) -> Result<i64, LedgerError> + Send + 'static,
    ) -> Result<i64, LedgerError> {
        let (done, answer) = std::sync::mpsc::channel();
        self.writer.ask(change, move |result| _ = done.send(result));
        answer.recv().map_err(|_| writer::gone())?
    }
}

/// Looks through the pages of the file; what is found first is told.
fn check(connection: &Connection) -> Result<(), LedgerError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(LedgerError::Corrupt(found)) }
}

/// Opens a connection. Two programs that begin a ledger at the same time wait for each other here: turning WAL on
/// does not heed the busy time-out.
fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // What is deleted is overwritten: it may be somebody's name.
        connection.pragma_update(None, "secure_delete", "ON")?;
        Ok(connection)
    };
    let mut tries = 0;
    loop {
        let error: rusqlite::Error = match open() {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        tries += 1;
        let shown = path.display().to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) if tries < OPEN_TRIES => {
                std::thread::sleep(LOCK_PAUSE);
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                return Err(LedgerError::Damaged { path: shown });
            }
            _ => return Err(LedgerError::Open { path: shown, reason: error.to_string() }),
        }
    }
}

#[cfg(test)]
mod tests;
