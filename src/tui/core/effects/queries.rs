//! Queries, answered concurrently.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::app::{AppError, CheckResult, Checks, ExportKind};
use crate::case::Recipe;
use crate::home::unused_path;
use crate::ledger::ImportId;
use crate::sheet::Sheet;
use crate::tui::core::effect::Query;
use crate::tui::core::effects::files::{expand, list, preview};
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::{Reply, Sentence, Ticket, Watched};
use crate::tui::screens::processing::log::LOG;

/// Maximum number of problems kept for moving from one to the next; the report counts them all.
const PROBLEMS: usize = 10_000;

impl EffectRunner {
    /// Reads the file of an import with its recipe.
    async fn read<T: Send + 'static>(
        &self,
        id: ImportId,
        read: impl FnOnce(&Checks, &Sheet, &Recipe) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, Sentence> {
        self.blocking(move |runner| {
            let (sheet, recipe) = runner.sheet_and_recipe(id)?;
            read(runner.app.checks(), &sheet, &recipe)
        })
        .await
    }

    /// Answers a query.
    pub(crate) async fn query(&self, query: Query) {
        let reply = match query {
            Query::LoadImports | Query::ImportChanges => {
                let found = self.imports(matches!(query, Query::ImportChanges)).await;
                let Some(found) = found.transpose() else { return };
                Reply::Imports(found)
            }
            Query::Open(ticket, origin) => {
                let _ = self.app.knowledge().learn_clients().await;
                self.tell(Reply::Catalog(Ok(self.app.knowledge().catalog()))).await;
                Reply::Opened(ticket, self.blocking(move |runner| runner.open(&origin).map(Box::new)).await)
            }
            Query::Check(ticket, id) => return self.check(ticket, id).await,
            Query::Refresh(ticket, id) => {
                let opened = self.blocking(move |runner| runner.refresh(id)).await;
                Reply::Refreshed(ticket, opened.map(|opened| opened.map(Box::new)))
            }
            Query::Measure(id) => Reply::Measured(id, self.measure(id).await.map(Box::new)),
            Query::Rows(ticket, id, numbers) => {
                let rows =
                    self.read(id, move |checks, sheet, recipe| checks.preview(id, sheet, recipe, &numbers));
                Reply::Rows(ticket, rows.await)
            }
            Query::RowNow { ticket, import, row, column, every_row } => {
                let now = self.blocking(move |runner| {
                    runner.app.runs().current_row(import, row, column.as_deref()).map(Box::new)
                });
                Reply::RowNow(ticket, import, every_row, now.await)
            }
            Query::Facet(ticket, id, of) => {
                let facet = self
                    .read(id, move |checks, sheet, recipe| checks.facet(sheet, recipe, &of).map(Box::new));
                Reply::Facet(ticket, facet.await)
            }
            Query::FillDown(ticket, target) => {
                let cells = self.read(target.import, move |checks, sheet, recipe| {
                    checks.fill_down(sheet, recipe, (target.column, target.row))
                });
                Reply::FilledDown(ticket, target, cells.await)
            }
            Query::Find(ticket, id, text) => {
                let wanted = text.clone();
                let rows = self.read(id, move |checks, sheet, recipe| checks.find(sheet, recipe, &wanted));
                Reply::Found(ticket, text, rows.await)
            }
            Query::Sort(ticket, id, column, descending) => {
                let rows = self
                    .read(id, move |checks, sheet, recipe| checks.sort(sheet, recipe, column, descending));
                Reply::Sorted(ticket, (column, descending), rows.await)
            }
            Query::Watch(id) => {
                Reply::Watched(id, self.blocking(move |runner| runner.watch(id).map(Box::new)).await)
            }
            Query::WatchChanges(id, known) => {
                let found = self.blocking(move |runner| match runner.app.imports().ledger_version()? {
                    version if version == known => Ok(None),
                    _ => runner.watch(id).map(Some),
                });
                let Some(found) = found.await.transpose() else { return };
                Reply::Watched(id, found.map(Box::new))
            }
            Query::Pick(ticket, list, within, anew) => {
                let picked = self.app.knowledge().pick(list, within, anew).await;
                Reply::Picked(ticket, picked.map_err(|error| error.to_string()))
            }
            Query::HeldBack(ticket, id) => {
                let rows = self.blocking(move |runner| runner.app.imports().held_back(id));
                Reply::HeldBack(ticket, rows.await)
            }
            Query::Export(ticket, id, kind, path) => {
                Reply::Written(ticket, self.export(id, kind, path).await)
            }
            Query::ExportCatalog(ticket, path) => {
                let exported =
                    self.blocking(move |runner| runner.app.knowledge().export_catalog(&path)).await;
                Reply::Written(
                    ticket,
                    exported.map(|path| format!("Exported the catalog to {}", path.display())),
                )
            }
            Query::Connect(ticket, credentials) => Reply::Connected(ticket, self.connect(credentials).await),
            Query::UnusedPath(ticket, path) => Reply::UnusedPath(ticket, self.unused_path(path).await),
            Query::Folder(ticket, folder) => {
                Reply::Folder(ticket, self.blocking(move |_| list(&expand(&folder))).await)
            }
            Query::Preview(ticket, path) => {
                Reply::Preview(ticket, self.blocking(move |_| preview(&expand(&path))).await)
            }
        };
        self.tell(reply).await;
    }

    /// Checks an import, and once more if Trackops has recent cases to compare it with.
    async fn check(&self, ticket: Ticket, id: ImportId) {
        if let Ok(recipe) = self.app.imports().recipe(id) {
            self.app.knowledge().look_up_ids(&recipe).await;
        }
        self.tell(Reply::Checked(ticket, self.checked(ticket, id).await)).await;
        // Cases that others created are known a moment later, and only with a connection.
        if self.app.checks().look_back(id).await && self.checking.load(Ordering::Relaxed) == ticket {
            self.tell(Reply::Checked(ticket, self.checked(ticket, id).await)).await;
        }
    }

    /// Returns a path for a new file, or the given one if no better one is found.
    async fn unused_path(&self, path: String) -> String {
        let given = path.clone();
        let unused =
            self.blocking(move |_| Ok::<_, Sentence>(unused_path(Path::new(&path)).display().to_string()));
        unused.await.unwrap_or(given)
    }

    /// Exports rows or the receipt. Returns a sentence that says where to.
    async fn export(&self, id: ImportId, kind: ExportKind, path: PathBuf) -> Result<String, Sentence> {
        let (what, path) = self.blocking(move |runner| runner.app.exports().to_file(id, kind, &path)).await?;
        let is_temporary = self.app.temporary_folder().is_some_and(|folder| path.starts_with(folder));
        let until = if is_temporary { ". Copy it: it is deleted when you quit" } else { "" };
        Ok(format!("Exported {what} to {}{until}", path.display()))
    }

    /// Checks an import; gives up once another check is requested.
    async fn checked(&self, ticket: Ticket, id: ImportId) -> Result<Box<CheckResult>, Sentence> {
        self.blocking(move |runner| {
            let sheet = runner.sheet(id)?;
            let given_up = || runner.checking.load(Ordering::Relaxed) != ticket;
            let kept = runner.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
            let check = runner.app.checks().check(id, &sheet, PROBLEMS, kept, given_up)?;
            let found = Box::new(check.found());
            *runner.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(check);
            Ok::<_, AppError>(found)
        })
        .await
    }

    fn watch(&self, id: ImportId) -> Result<Watched, AppError> {
        let imports = self.app.imports();
        // Read first, so that a concurrent change is noticed next time.
        let version = imports.ledger_version()?;
        let import = imports.get(id)?;
        let total = import.counts.rejected + import.counts.unknown;
        let older = total.saturating_sub(LOG as u64);
        let log = imports.exceptions(id, older, LOG as u64)?;
        let created_later = if import.counts.rejected > 0 { imports.created_later(id)? } else { Vec::new() };
        Ok(Watched { import, log, older, version, read_back: imports.read_back(id)?, created_later })
    }
}
