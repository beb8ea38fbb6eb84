//! Changes of stored data, one after the other.

use crate::app::{AppError, LaterGuesses};
use crate::case::Guess;
use crate::ledger::{Decision, Import, ImportId};
use crate::sheet::Sheet;
use crate::tui::core::effect::DataChange;
use crate::tui::core::effects::accounts;
use crate::tui::core::effects::files::expand;
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::{NotDecided, Reply, Ticket};

impl EffectRunner {
    /// Makes a change and replies with its result.
    pub(crate) async fn change(&self, change: DataChange) {
        let reply = match change {
            DataChange::Save(id, name, recipe) => Reply::Saved(
                self.blocking(move |runner| {
                    let sheet = runner.sheet(id)?;
                    runner.app.drafts().save_opened(id, &name, &recipe, &sheet).map(Box::new)
                })
                .await,
            ),
            DataChange::Reopen(import) => {
                self.app.drafts().open(&import);
                Reply::Saved(Ok(import))
            }
            DataChange::ReadAs(ticket, id, layout) => {
                self.read_again(ticket, move |runner| runner.app.drafts().change_format(id, &layout)).await
            }
            DataChange::Restore(ticket, id, recipe) => {
                self.read_again(ticket, move |runner| runner.app.drafts().restore(id, &recipe)).await
            }
            DataChange::TakeOver(ticket, id, like) => {
                let copied = move |runner: &Self| {
                    let sheet = runner.sheet(id)?;
                    Ok((runner.app.drafts().copy_settings(id, like, &sheet)?, sheet))
                };
                self.read_again(ticket, copied).await
            }
            DataChange::Forget(id, header) => {
                let forgotten = header.clone();
                let guesses = self.blocking(move |runner| runner.guesses_without(id, &header)).await;
                Reply::Guesses(id, forgotten, guesses)
            }
            DataChange::GuessAgain(id) => {
                Reply::GuessedAgain(id, self.blocking(move |runner| runner.later_guesses(id)).await)
            }
            DataChange::Split(ticket, id, column, texts) => Reply::Split(
                ticket,
                self.blocking(move |runner| {
                    let sheet = runner.sheet(id)?;
                    runner.app.drafts().split(id, &sheet, &column, &texts)
                })
                .await,
            ),
            DataChange::Rename(id, name) => Reply::Renamed(
                self.blocking(move |runner| runner.app.drafts().rename(id, &name).map(Box::new)).await,
            ),
            DataChange::Delete(id) => {
                Reply::Deleted(id, self.blocking(move |runner| runner.app.storage().delete_import(id)).await)
            }
            DataChange::Use(ticket, name, lasting) => Reply::Using(
                ticket,
                self.blocking(move |runner| accounts::using(&runner.app, &name, lasting).map(Box::new)).await,
            ),
            DataChange::Decide(id, row, decision) => {
                let message = match &decision {
                    Decision::Created { case, .. } => format!("Row {row} is marked as created: case {case}."),
                    Decision::Send => format!("Row {row} is marked as not sent. Press r to send it."),
                };
                let decided = self.app.runs().decide(id, row, decision).await;
                Reply::Decided(id, decided.map(|()| message).map_err(NotDecided::from))
            }
            DataChange::Correct(ticket, id, correction) => Reply::Corrected(
                ticket,
                id,
                self.blocking(move |runner| {
                    runner.app.runs().correct_if_accepted(id, correction).map(Box::new)
                })
                .await,
            ),
            DataChange::Catalog(change) => Reply::Catalog(
                self.blocking(move |runner| {
                    let knowledge = runner.app.knowledge();
                    knowledge.change_catalog(|catalog| catalog.apply(change)).map(|()| knowledge.catalog())
                })
                .await,
            ),
            DataChange::Learn(ticket) => {
                let learned = self.app.knowledge().learn_from_cases().await;
                let merged = learned.map(|learned| (learned.merged, self.app.knowledge().catalog()));
                Reply::Merged(ticket, merged.map_err(|error| error.to_string()))
            }
            DataChange::ImportCatalog(ticket, path) => Reply::Merged(
                ticket,
                self.blocking(move |runner| {
                    let (knowledge, path) = (runner.app.knowledge(), expand(&path.to_string_lossy()));
                    knowledge.import_catalog(&path).map(|merged| (merged, knowledge.catalog()))
                })
                .await,
            ),
        };
        self.tell(reply).await;
    }

    /// Forgets the remembered mapping for a header, and guesses again.
    fn guesses_without(&self, id: ImportId, header: &str) -> Result<Vec<Guess>, AppError> {
        let (sheet, recipe) = self.sheet_and_recipe(id)?;
        self.app.knowledge().forget_header(header)?;
        self.app.drafts().suggestions(&sheet, &recipe)
    }

    /// Guesses the columns with the catalog of now.
    fn later_guesses(&self, id: ImportId) -> Result<LaterGuesses, AppError> {
        let sheet = self.sheet(id)?;
        self.app.drafts().later_guesses(&self.app.imports().get(id)?, &sheet)
    }

    /// Reads a file with a different layout and keeps it open.
    async fn read_again(
        &self,
        ticket: Ticket,
        read: impl FnOnce(&Self) -> Result<(Import, Sheet), AppError> + Send + 'static,
    ) -> Reply {
        let read = move |runner: &Self| {
            let (import, sheet) = read(runner)?;
            runner.hold(import, &sheet).map(Box::new)
        };
        Reply::ReadAs(ticket, self.blocking(read).await)
    }
}
