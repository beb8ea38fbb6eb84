//! The durable record of imports and their outcomes: an SQLite file, WAL, synchronous FULL.
//!
//! One writer thread groups commits; reads use a separate connection. An import is run by one process at a time, which
//! holds an operating-system lock. The lock is released when the process dies, so a dead program's import shows as
//! interrupted at once.

mod actions;
mod addresses;
mod amend;
mod commit;
mod decide;
mod delete;
mod duplicates;
mod error;
mod guard;
mod imports;
mod location;
mod lock;
mod loss;
mod pause;
mod records;
mod relocate;
mod report;
mod row;
mod schema;
mod tally;
mod types;
mod verify;
mod wait;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Params, Row};
use tracing::debug;

pub use actions::{ActionKind, LoggedAction, describe_if_several};
pub use amend::{Amendment, Rejected, Retry, Try};
pub use commit::{Batch, NotRecorded};
pub use decide::Decision;
pub use delete::{DeleteOptions, DeletedCases};
pub use duplicates::{DuplicateCases, ExtraCase, SentKey, SentRow};
pub use error::LedgerError;
pub use guard::{DuplicateGuard, SentBy};
pub use imports::{DraftChange, FileFacts, NewImport, Person};
pub use lock::RunLock;
pub use loss::Loss;
pub use records::{Claim, CreatedCase, TurnedAway, Unsettled};
pub use relocate::{has_ledger, relocate};
pub use report::{CreatedLater, ReceiptRow};
pub(crate) use row::half_sha256;
pub use row::{Earlier, Hash, Identity, IdentityForm, Intent, Outcome, OutcomeKind, RowOutcome, RowState};
pub use types::{
    Counts, Exception, ExceptionSource, Exclusion, Import, ImportId, OnError, Status, several_people,
};
pub use verify::{CreatedRow, FindingKind, Verification, VerificationFinding};
pub use wait::on_wait;

/// Time that opening the ledger, or one statement, waits for another process's commit.
const BUSY: Duration = Duration::from_secs(10);
/// Maximum size, in bytes, of a file that is checked for damage at every start. A larger one is checked before a run.
const CHECKED_AT_ONCE: u64 = 4 << 20;
/// Bytes of a page, in a new ledger.
const PAGE_SIZE: u32 = 1024;
/// Pages in the write-ahead log after which it is written to the ledger: 4 MiB.
const CHECKPOINT_PAGES: u32 = 4096;
/// Number of statements kept ready. More than there are, because an evicted one would be compiled anew at every row.
const STATEMENTS: usize = 64;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The ledger. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct Ledger {
    writer: writer::Writer,
    reader: Arc<Mutex<Connection>>,
    folder: PathBuf,
    place: location::LedgerLocation,
    /// Progress of the imports that this process runs.
    marks: lock::LockedFiles,
}

impl Ledger {
    /// Opens or creates the ledger in a folder of its own. The folder must exist.
    pub fn open(folder: &Path) -> Result<Self, LedgerError> {
        relocate::require_not_moved(folder)?;
        let path = folder.join(relocate::FILE);
        // Created by us, so that its permissions don't depend on the umask. SQLite's side files get the same ones.
        crate::home::open_private(&path).map_err(|error| LedgerError::open(&path, &error))?;
        let mut connection = connect(&path)?;
        if std::fs::metadata(&path).is_ok_and(|file| file.len() <= CHECKED_AT_ONCE) {
            check(&connection)?;
        }
        let began = std::time::Instant::now();
        schema::migrate(&mut connection)?;
        debug!(milliseconds = began.elapsed().as_millis(), "ledger opened");
        let place = location::LedgerLocation::of(&path);
        location::record_first_location(&connection, &place)?;
        let reader = Arc::new(Mutex::new(connect(&path)?));
        Ok(Self {
            writer: writer::Writer::start(connection)?,
            reader,
            folder: folder.to_path_buf(),
            place,
            marks: lock::LockedFiles::default(),
        })
    }

    /// Checks the whole file for damage. Called before sending, because a torn page may hide a row that was sent.
    fn check(&self) -> Result<(), LedgerError> {
        check(&self.read())
    }

    /// Returns a number that changes with every change of the ledger by any process. Cheap to call.
    pub fn version(&self) -> Result<i64, LedgerError> {
        // Asked on the reading connection, which changes nothing itself, so that our writer's changes count as well.
        Ok(self.read().query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    fn read(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what a query finds.
    fn list<T, C: FromIterator<T>>(
        &self,
        sql: &str,
        of: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<C, LedgerError> {
        let connection = self.read();
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(of, read)?;
        Ok(rows.collect::<rusqlite::Result<C>>()?)
    }

    /// Makes a change and waits until it is durable.
    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (done, answer) = tokio::sync::oneshot::channel();
        // The caller may have stopped listening; the change is durable anyway.
        self.writer.ask(change, |result| _ = done.send(result));
        answer.await.map_err(|_| writer::gone())?
    }

    /// Makes a change and blocks the thread until it is durable. For setup, not for sending.
    fn write_now<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (done, answer) = std::sync::mpsc::channel();
        self.writer.ask(change, move |result| _ = done.send(result));
        answer.recv().map_err(|_| writer::gone())?
    }
}

/// Checks the pages of the file, and reports the first damage.
fn check(connection: &Connection) -> Result<(), LedgerError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    tracing::error!(found, "the ledger is damaged");
    Err(LedgerError::Corrupt)
}

/// Opens a connection. Programs that create a ledger at the same time wait for each other here, because turning on WAL
/// ignores the busy timeout.
fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(wait::REPORT_AFTER)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // For a new file. A commit writes whole pages, and a row changes little in each of a few.
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Otherwise SQLite compiles some statements anew for every value bound to them.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Deleted data is overwritten, because it may be personal.
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.busy_timeout(BUSY)?;
        Ok(connection)
    };
    let mut wait = wait::Wait::begin();
    loop {
        let error: rusqlite::Error = match open() {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let shown = path.display().to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                if !wait.goes_on(BUSY) {
                    return Err(LedgerError::InUse);
                }
                std::thread::sleep(LOCK_PAUSE);
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                return Err(LedgerError::Damaged { path: shown });
            }
            _ => return Err(LedgerError::Open { path: shown, reason: error::reason(&error) }),
        }
    }
}

#[cfg(test)]
mod tests;
