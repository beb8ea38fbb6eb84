//! State shared by the tasks that carry out effects.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::app::{App, ImportCheck};
use crate::ledger::{Import, ImportId};
use crate::sheet::Sheet;
use crate::tui::core::msg::{Msg, Reply, Sentence};

/// The open file, and the import it belongs to.
pub(super) type OpenSheet = Option<(ImportId, Sheet)>;

/// State shared by the tasks that carry out effects.
#[derive(Clone)]
pub(super) struct EffectRunner {
    pub(super) app: App,
    pub(super) msgs: mpsc::Sender<Msg>,
    /// File of the import that is being prepared.
    pub(super) sheet: Arc<Mutex<OpenSheet>>,
    /// Ticket of the last requested check; all others give up.
    pub(super) checking: Arc<AtomicU64>,
    /// State of the last check, so that the next one may need only a few rows.
    pub(super) kept: Arc<Mutex<Option<ImportCheck>>>,
    /// Version of the ledger that the list of imports was read from.
    pub(super) listed: Arc<AtomicI64>,
}

impl EffectRunner {
    pub(super) fn new(app: App, msgs: mpsc::Sender<Msg>) -> Self {
        Self {
            app,
            msgs,
            sheet: Arc::default(),
            checking: Arc::default(),
            kept: Arc::default(),
            listed: Arc::default(),
        }
    }

    /// Returns all imports; `None` if `unless_known` and nothing has changed since they were read last.
    pub(super) async fn imports(&self, unless_known: bool) -> Result<Option<Vec<Import>>, Sentence> {
        self.blocking(move |runner| {
            let imports = runner.app.imports();
            // Read first, so that a concurrent change is noticed next time.
            let version = imports.ledger_version()?;
            if runner.listed.swap(version, Ordering::Relaxed) == version && unless_known {
                return Ok(None);
            }
            imports.all().map(Some)
        })
        .await
    }

    pub(super) async fn tell(&self, reply: Reply) {
        // Fails only when the screen is gone.
        _ = self.msgs.send(Msg::Reply(reply)).await;
    }

    /// Does blocking work outside the loop; returns a failure as a sentence.
    pub(super) async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Sentence>
    where
        T: Send + 'static,
        E: ToString,
    {
        let runner = self.clone();
        let done = spawn_blocking(move || work(&runner).map_err(|error| error.to_string())).await;
        done.unwrap_or_else(|_| Err("Something went wrong inside caseload. Nothing was sent.".to_owned()))
    }
}
