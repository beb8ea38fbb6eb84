//! The right to run an import: a lock of the operating system, which dies with whoever holds it, so that the next
//! program takes over at once.
//!
//! The locked file says in plain digits how far the import has come: the highest row that was about to be sent. When
//! the ledger knows of none as high, it has lost records, as a torn file does without a word, and the rows would be
//! sent again.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::params;

use super::imports::unsigned;
use super::{ImportId, LOCK_PAUSE, Ledger, LedgerError};

const LOCK_TRIES: usize = 5;

/// The files of the imports that are run here, each with the highest row that is written in it.
pub(super) type Marks = Arc<Mutex<HashMap<ImportId, (File, u64)>>>;

/// The right to run one import; given back when dropped or when the process dies.
#[derive(Debug)]
pub struct RunLock {
    import: ImportId,
    marks: Marks,
    _file: File,
}

impl Drop for RunLock {
    fn drop(&mut self) {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.import);
    }
}

impl Ledger {
    /// Takes the right to run an import. Fails when another program has it, and when the ledger knows less of the
    /// import than was in it.
    pub fn lock(&self, id: ImportId) -> Result<RunLock, LedgerError> {
        let path = self.lock_path(id);
        let fail = |error: &std::io::Error| LedgerError::open(&path, error);
        let mut file = crate::home::private_file(&path).map_err(|error| fail(&error))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => {
                    let mark = self.known(id, &mut file)?;
                    let own = file.try_clone().map_err(|error| fail(&error))?;
                    self.marks.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (own, mark));
                    return Ok(RunLock { import: id, marks: self.marks.clone(), _file: file });
                }
                // Somebody who only asked whether it runs holds it for an instant.
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(fail(&error)),
            }
        }
        Err(LedgerError::Busy(id))
    }

    /// Whether some process is running the import.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        let Ok(file) = File::open(self.lock_path(id)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    pub(super) fn lock_path(&self, id: ImportId) -> PathBuf {
        self.folder.join(format!("import-{id}.lock"))
    }

    /// The highest row that was about to be sent, by the file; the ledger must know of it.
    fn known(&self, id: ImportId, file: &mut File) -> Result<u64, LedgerError> {
        let mut text = String::new();
        // A file of an earlier caseload is empty, and says nothing.
        let _ = file.read_to_string(&mut text);
        let mark = text.trim().parse().unwrap_or(0);
        let sql = "SELECT coalesce(max(row), 0) FROM rows WHERE import = ?1";
        let highest: i64 = self.read().query_row(sql, params![id], |row| row.get(0))?;
        if unsigned(highest) < mark {
            let lost = format!("row {mark} of import {id} was recorded, and is not any more");
            return Err(LedgerError::Corrupt(lost));
        }
        Ok(mark)
    }

    /// Writes down how far an import has come, after the ledger has it for certain.
    pub(super) fn mark(&self, id: ImportId, row: u64) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((file, mark)) = marks.get_mut(&id).filter(|(_, mark)| *mark < row) else { return };
        *mark = row;
        // When it cannot be written, less is known of what was lost, and nothing else.
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(format!("{row:020}").as_bytes()));
    }
}
