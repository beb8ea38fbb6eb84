//! The one writer: a thread that takes what is waiting, writes it in one transaction, and answers when the
//! commit is on disk. Under load many writes share one commit; alone, a write waits for nobody.

use std::{sync::mpsc, thread};

use super::LedgerError;
use rusqlite::{Connection, TransactionBehavior};

/// A change of the ledger; what it gives back is answered after the commit.
type Change = Box<dyn FnOnce(&Connection) -> Result<i64, LedgerError> + Send>;
type Done = Box<dyn FnOnce(Result<i64, LedgerError>) + Send>;

struct Request {
    change: Change,
    done: Done,
}

/// More than these do not share a commit, so that the first of them is not kept waiting.
const GROUP: usize = 512;

/// The way to the writer thread; the thread ends when the last of them is gone.
#[derive(Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
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

    /// Asks for a change; `done` is called when it is durable, and dropped when the writer is gone.
    pub(super) fn ask(
        &self,
        change: impl FnOnce(&Connection) -> Result<i64, LedgerError> + Send + 'static,
        done: impl FnOnce(Result<i64, LedgerError>) + Send + 'static,
    ) {
        let _ = self.requests.send(Request { change: Box::new(change), done: Box::new(done) });
    }
}

/// What an answer that never comes means.
pub(super) fn gone() -> LedgerError {
    LedgerError::Failed("its writer has stopped".into())
}

fn serve(mut connection: Connection, inbox: &mpsc::Receiver<Request>) {
    while let Ok(first) = inbox.recv() {
        let group: Vec<Request> = std::iter::once(first).chain(inbox.try_iter().take(GROUP - 1)).collect();
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

/// All or nothing: a change that fails takes the whole group back, and everybody is told.
fn commit(connection: &mut Connection, changes: Vec<Change>) -> Result<Vec<i64>, LedgerError> {
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

/// A step of the ledger. A debug build dies here when `CASELOAD_DIE_AT` says so, as `after:17` for the 17th time: a
/// test looks at what the next start makes of it.
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
