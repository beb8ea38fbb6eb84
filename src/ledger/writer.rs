//! The writer thread. It takes all waiting changes, writes them in one transaction, and answers when the commit is on
//! disk. Under load, many writes share a commit; a single write doesn't wait for others.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::LedgerError;
use rusqlite::Connection;

/// A change of the ledger. Its result is returned after the commit.
type WriteFn = Box<dyn FnOnce(&Connection) -> Result<i64, LedgerError> + Send>;
type WriteCallback = Box<dyn FnOnce(Result<i64, LedgerError>) + Send>;

struct WriteRequest {
    change: WriteFn,
    done: WriteCallback,
}

/// Maximum number of changes that share a commit, so that the first one doesn't wait long.
const GROUP: usize = 512;
/// Time for which a transaction waits for other programs to end theirs.
const IN_USE: Duration = Duration::from_secs(60);

/// Handle of the writer thread. The thread ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<WriteRequest>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, LedgerError> {
        let (requests, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("ledger".into())
            .spawn(move || serve(&connection, &inbox))
            .map_err(|error| LedgerError::Failed(error.to_string()))?;
        Ok(Self { requests })
    }

    /// Requests a change. `done` is called when it is durable, or dropped if the writer has stopped.
    pub(super) fn ask(
        &self,
        change: impl FnOnce(&Connection) -> Result<i64, LedgerError> + Send + 'static,
        done: impl FnOnce(Result<i64, LedgerError>) + Send + 'static,
    ) {
        let _ = self.requests.send(WriteRequest { change: Box::new(change), done: Box::new(done) });
    }
}

/// Returns the error for an answer that never comes.
pub(super) fn gone() -> LedgerError {
    LedgerError::Failed("its writer thread has stopped".into())
}

fn serve(connection: &Connection, inbox: &mpsc::Receiver<WriteRequest>) {
    while let Ok(first) = inbox.recv() {
        let group: Vec<WriteRequest> =
            std::iter::once(first).chain(inbox.try_iter().take(GROUP - 1)).collect();
        let (changes, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|r| (r.change, r.done)).unzip();
        match commit(connection, changes) {
            Ok(answers) => waiting.into_iter().zip(answers).for_each(|(done, answer)| done(answer)),
            Err(error) => {
                // No effect if SQLite has already done it.
                let _ = connection.execute_batch("ROLLBACK");
                for done in waiting {
                    done(Err(error.clone()));
                }
            }
        }
    }
}

/// Commits changes together. A change that fails is undone alone and gets its own error; an error is returned if none
/// was committed.
fn commit(
    connection: &Connection,
    changes: Vec<WriteFn>,
) -> Result<Vec<Result<i64, LedgerError>>, LedgerError> {
    step("begin");
    begin(connection)?;
    let are_several = changes.len() > 1;
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        if are_several {
            connection.execute_batch("SAVEPOINT change")?;
        }
        let answer = change(connection);
        match &answer {
            Ok(_) if are_several => connection.execute_batch("RELEASE change")?,
            Ok(_) => {}
            // After some errors, SQLite has undone everything.
            Err(_) if are_several && !connection.is_autocommit() => {
                connection.execute_batch("ROLLBACK TO change; RELEASE change")?;
            }
            Err(error) => return Err(error.clone()),
        }
        answers.push(answer);
        step("inside");
    }
    step("before");
    connection.execute_batch("COMMIT")?;
    step("after");
    Ok(answers)
}

/// Begins a transaction. Another program that deletes imports may hold the ledger for longer than one wait.
fn begin(connection: &Connection) -> Result<(), LedgerError> {
    let began = Instant::now();
    loop {
        match connection.execute_batch("BEGIN IMMEDIATE").map_err(LedgerError::from) {
            Err(LedgerError::InUse) if began.elapsed() < IN_USE => {}
            result => return result,
        }
    }
}

/// Marks a step of a commit. A debug build dies here if `CASELOAD_DIE_AT` says so (`after:17` means the 17th time), so
/// that a test can check the next start.
#[cfg(debug_assertions)]
pub(super) fn step(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static AT: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let at = std::env::var("CASELOAD_DIE_AT").ok()?;
        let (name, count) = at.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    static TIMES: AtomicU64 = AtomicU64::new(0);
    if let Some((at, last)) = &*AT
        && at == name
        && TIMES.fetch_add(1, Ordering::Relaxed) + 1 == *last
    {
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub(super) fn step(_: &str) {}
