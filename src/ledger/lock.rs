//! The right to run an import: a lock of the operating system, which dies with whoever holds it, so that the next
//! program takes over at once.
//!
//! The locked file says in plain digits how far the import has come: the highest row that was about to be sent, and how
//! often one was sent out of order. When the ledger knows of less, it has [lost records](super::loss), as a torn file does without a word,
//! and the rows would be sent again.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{ImportId, LOCK_PAUSE, Ledger, LedgerError};

const LOCK_TRIES: usize = 5;

/// The files of the imports that are run here, each with how far its import has come.
pub(super) type Marks = Arc<Mutex<HashMap<ImportId, (File, Mark)>>>;

/// How far an import has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The highest row that was about to be sent.
    pub(super) row: u64,
    /// How often a row was about to be sent out of order: again, or after one behind it. That raises no other number.
    pub(super) sends: u64,
}

impl Mark {
    pub(super) const HIGHEST: Self = Self { row: u64::MAX, sends: u64::MAX };

    /// Reads the text of a lock file. Before 41 characters it had 20, without the second number; before that none.
    pub(super) fn read(text: &str) -> Self {
        let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap_or(0));
        Self { row: numbers.next().unwrap_or(0), sends: numbers.next().unwrap_or(0) }
    }

    fn text(self) -> String {
        format!("{:020} {:020}", self.row, self.sends)
    }

    /// The higher one of each number.
    pub(super) fn or(self, other: Self) -> Self {
        Self { row: self.row.max(other.row), sends: self.sends.max(other.sends) }
    }
}

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
        let mut file = crate::home::kept_file(&path).map_err(|error| fail(&error))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => {
                    let mut text = String::new();
                    let _ = file.read_to_string(&mut text);
                    let mark = Mark::read(&text);
                    if let Some(loss) = self.loss_of(id, mark)? {
                        return Err(self.lost(vec![loss]));
                    }
                    let own = file.try_clone().map_err(|error| fail(&error))?;
                    self.marks.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (own, mark));
                    return Ok(RunLock { import: id, marks: self.marks.clone(), _file: file });
                }
                // Somebody who only asked whether it runs holds it for an instant.
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

    /// Whether some process is running the import.
    #[must_use]
    pub fn is_running(&self, id: ImportId) -> bool {
        let Ok(file) = File::open(self.lock_path(id)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    pub(super) fn lock_path(&self, id: ImportId) -> PathBuf {
        self.folder.join(format!("import-{id}.lock"))
    }

    /// Removes the lock file of an import that is gone. Empties it first: whoever opened it before finds nothing that
    /// was lost.
    pub(super) fn remove_lock_file(&self, id: ImportId) {
        let path = self.lock_path(id);
        if let Ok(file) = crate::home::kept_file(&path) {
            let _ = file.set_len(0);
        }
        let _ = std::fs::remove_file(&path);
    }

    /// Writes down how far an import has come, after the ledger has it for certain.
    pub(super) fn mark(&self, id: ImportId, now: Mark) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((file, mark)) = marks.get_mut(&id).filter(|(_, mark)| mark.or(now) != *mark) else { return };
        *mark = mark.or(now);
        // When it cannot be written, less is known of what was lost, and nothing else.
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(mark.text().as_bytes()));
    }
}
