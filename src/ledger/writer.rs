//! The writer thread. It takes all waiting changes, writes them in one transaction, and answers when the commit is on
//! disk. Under load, many writes share a commit; a single write doesn't wait for others.

use std::{sync::mpsc, thread, time::Duration};

use super::LedgerError;
use super::wait::{REPORT_AFTER, Wait};
use rusqlite::Connection;

/// A change of the ledger, and who waits for its result.
trait Change: Send {
    fn apply(&mut self, connection: &Connection) -> Result<(), LedgerError>;
    /// Hands out the result, after the commit.
    fn answer(self: Box<Self>, committed: Result<(), LedgerError>);
}

struct WriteRequest<T, F, D> {
    change: Option<F>,
    /// Result of the change, until it is durable.
    value: Option<T>,
    done: D,
}

impl<T, F, D> Change for WriteRequest<T, F, D>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, LedgerError> + Send,
    D: FnOnce(Result<T, LedgerError>) + Send,
{
    fn apply(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        self.value = self.change.take().map(|change| change(connection)).transpose()?;
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), LedgerError>) {
        let Self { value, done, .. } = *self;
        done(committed.and_then(|()| value.ok_or_else(gone)));
    }
}

/// Maximum number of changes that share a commit, so that the first one doesn't wait long.
const GROUP: usize = 512;
/// Time for which a transaction waits for other programs to end theirs.
const IN_USE: Duration = Duration::from_secs(60);

/// Handle of the writer thread. The thread ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<Box<dyn Change>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, LedgerError> {
        connection.busy_timeout(REPORT_AFTER)?;
        let (requests, inbox) = mpsc::channel();
        thread::Builder::new()
            .name("ledger".into())
            .spawn(move || serve(&connection, &inbox))
            .map_err(|error| LedgerError::Failed(error.to_string()))?;
        Ok(Self { requests })
    }

    /// Requests a change. `done` is called when it is durable, or dropped if the writer has stopped.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
        done: impl FnOnce(Result<T, LedgerError>) + Send + 'static,
    ) {
        let _ = self.requests.send(Box::new(WriteRequest { change: Some(change), value: None, done }));
    }
}

/// Returns the error for an answer that never comes.
pub(super) fn gone() -> LedgerError {
    LedgerError::Failed("its writer thread has stopped".into())
}

fn serve(connection: &Connection, inbox: &mpsc::Receiver<Box<dyn Change>>) {
    let mut patience = IN_USE;
    while let Ok(first) = inbox.recv() {
        let mut changes: Vec<Box<dyn Change>> =
            std::iter::once(first).chain(inbox.try_iter().take(GROUP - 1)).collect();
        let committed = commit(connection, &mut changes, patience);
        // What comes after a wait in vain, such as answers again and the end of a run, doesn't wait as long.
        patience = if matches!(committed, Err(LedgerError::InUse)) { patience / 2 } else { IN_USE };
        let answers = committed.unwrap_or_else(|error| {
            // No effect if SQLite has already done it.
            let _ = connection.execute_batch("ROLLBACK");
            vec![Err(error); changes.len()]
        });
        changes.into_iter().zip(answers).for_each(|(change, answer)| change.answer(answer));
    }
}

/// Commits changes together. A change that fails is undone alone and gets its own error; an error is returned if none
/// was committed.
fn commit(
    connection: &Connection,
    changes: &mut [Box<dyn Change>],
    patience: Duration,
) -> Result<Vec<Result<(), LedgerError>>, LedgerError> {
    step("begin");
    begin(connection, patience)?;
    let are_several = changes.len() > 1;
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        if are_several {
            connection.execute_batch("SAVEPOINT change")?;
        }
        let answer = change.apply(connection);
        match &answer {
            Ok(()) if are_several => connection.execute_batch("RELEASE change")?,
            Ok(()) => {}
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
fn begin(connection: &Connection, patience: Duration) -> Result<(), LedgerError> {
    let mut wait = Wait::begin();
    loop {
        match connection.execute_batch("BEGIN IMMEDIATE").map_err(LedgerError::from) {
            Err(LedgerError::InUse) if wait.goes_on(patience) => {}
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
