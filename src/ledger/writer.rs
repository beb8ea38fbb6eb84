//! The writer thread. It takes all waiting changes, writes them in one transaction, and answers when the commit is on
//! disk. Under load, many writes share a commit; a single write doesn't wait for others.

use std::{sync::mpsc, thread};

use super::LedgerError;
use rusqlite::{Connection, TransactionBehavior};

/// A change of the ledger. Its result is returned after the commit.
type WriteFn = Box<dyn FnOnce(&Connection) -> Result<i64, LedgerError> + Send>;
type WriteCallback = Box<dyn FnOnce(Result<i64, LedgerError>) + Send>;

struct WriteRequest {
    change: WriteFn,
    done: WriteCallback,
}

/// Maximum number of changes that share a commit, so that the first one doesn't wait long.
const GROUP: usize = 512;

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
            .spawn(move || serve(connection, &inbox))
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

fn serve(mut connection: Connection, inbox: &mpsc::Receiver<WriteRequest>) {
    while let Ok(first) = inbox.recv() {
        let group: Vec<WriteRequest> =
            std::iter::once(first).chain(inbox.try_iter().take(GROUP - 1)).collect();
        let (changes, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|r| (r.change, r.done)).unzip();
        let result = commit(&mut connection, changes);
        for (index, done) in waiting.into_iter().enumerate() {
            let answer = match &result {
                Ok(answers) => answers.get(index).copied().ok_or_else(gone),
                Err(error) => Err(error.clone()),
            };
            done(answer);
        }
    }
}

/// Commits all changes or none: if one fails, the whole group is rolled back and every caller gets the error.
fn commit(connection: &mut Connection, changes: Vec<WriteFn>) -> Result<Vec<i64>, LedgerError> {
    step("begin");
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut answers = Vec::with_capacity(changes.len());
    for change in changes {
        answers.push(change(&transaction)?);
        step("inside");
    }
    step("before");
    transaction.commit()?;
    step("after");
    Ok(answers)
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
