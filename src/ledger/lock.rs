//! The right to run an import: an operating-system lock that is released when its holder dies, so that the next program
//! can take over at once.
//!
//! The locked file shows the progress of the import in plain digits: the highest row that was about to be sent, and the
//! number of rows sent out of order. If the ledger knows less, it has [lost records](super::loss), as a torn file does
//! silently, and the rows would be sent again.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::relocate::require_not_moved;
use super::{ImportId, LOCK_PAUSE, Ledger, LedgerError};

const LOCK_TRIES: usize = 5;

/// Lock files of the imports that this process runs, with their progress.
pub(super) type LockedFiles = Arc<Mutex<HashMap<ImportId, (File, SendProgress)>>>;

/// Progress of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SendProgress {
    /// The highest row that was about to be sent.
    pub(super) row: u64,
    /// Number of rows that were about to be sent out of order: again, or after a later row. These don't raise `row`.
    pub(super) sends: u64,
}

impl SendProgress {
    pub(super) const HIGHEST: Self = Self { row: u64::MAX, sends: u64::MAX };

    /// Reads the text of a lock file. It has 41 characters; in earlier versions 20, without the second number, or none.
    pub(super) fn read(text: &str) -> Self {
        let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap_or(0));
        Self { row: numbers.next().unwrap_or(0), sends: numbers.next().unwrap_or(0) }
    }

    fn text(self) -> String {
        format!("{:020} {:020}", self.row, self.sends)
    }

    /// Returns the higher of each number.
    pub(super) fn max(self, other: Self) -> Self {
        Self { row: self.row.max(other.row), sends: self.sends.max(other.sends) }
    }
}

/// The right to run one import; released when dropped or when the process dies.
#[derive(Debug)]
pub struct RunLock {
    import: ImportId,
    marks: LockedFiles,
    _file: File,
}

impl Drop for RunLock {
    fn drop(&mut self) {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.import);
    }
}

impl Ledger {
    /// Acquires the right to run an import. Fails if another program has it, or if the ledger has lost records of the
    /// import.
    pub fn lock(&self, id: ImportId) -> Result<RunLock, LedgerError> {
        // Another program may have moved it since it was opened.
        require_not_moved(&self.folder)?;
        let path = self.lock_path(id);
        let fail = |error: &std::io::Error| LedgerError::open(&path, error);
        let mut file = crate::home::open_private(&path).map_err(|error| fail(&error))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => {
                    let mut text = String::new();
                    let _ = file.read_to_string(&mut text);
                    let mark = SendProgress::read(&text);
                    if let Some(loss) = self.loss_of(id, mark)? {
                        return Err(self.lost(vec![loss]));
                    }
                    let copy = file.try_clone().map_err(|error| fail(&error))?;
                    self.marks.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (copy, mark));
                    return Ok(RunLock { import: id, marks: self.marks.clone(), _file: file });
                }
                // A program that only checks whether the import is running holds the lock for an instant.
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(fail(&error)),
            }
        }
        Err(self.busy(id))
    }

    /// Returns the error for an import that another process runs.
    pub(super) fn busy(&self, import: ImportId) -> LedgerError {
        let runner = self.import(import).map(|import| import.os_user).unwrap_or_default();
        let is_other = !runner.is_empty() && runner != crate::home::os_user();
        LedgerError::Busy { import, by: if is_other { runner } else { "another caseload".to_owned() } }
    }

    /// Returns true if a process is running the import.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        let Ok(file) = File::open(self.lock_path(id)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    pub(super) fn lock_path(&self, id: ImportId) -> PathBuf {
        self.folder.join(format!("import-{id}.lock"))
    }

    /// Removes the lock file of a deleted import. Empties it first, so that a program that has it open sees no loss.
    pub(super) fn remove_lock_file(&self, id: ImportId) {
        let path = self.lock_path(id);
        if let Ok(file) = crate::home::open_private(&path) {
            let _ = file.set_len(0);
        }
        let _ = std::fs::remove_file(&path);
    }

    /// Writes the progress of an import to its lock file, once the ledger has it durably.
    pub(super) fn mark(&self, id: ImportId, now: SendProgress) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((file, mark)) = marks.get_mut(&id).filter(|(_, mark)| mark.max(now) != *mark) else {
            return;
        };
        *mark = mark.max(now);
        // If writing fails, a later loss may go unnoticed; nothing else happens.
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(mark.text().as_bytes()));
    }
}
