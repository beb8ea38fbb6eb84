//! Changes of what is stored, one after the other.

use crate::ledger::Decision;
use crate::tui::core::effect::DataChange;
use crate::tui::core::effects::accounts;
use crate::tui::core::effects::files::expand;
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::Reply;

impl EffectRunner {
    /// Makes a change and tells how it went.
    pub(crate) async fn change(&self, change: DataChange) {
        let reply = match change {
            DataChange::Save(id, name, recipe) => Reply::Saved(
                self.blocking(move |runner| {
                    let sheet = runner.sheet(id)?;
                    runner
                        .app
                        .save_opened(id, &name, &recipe, &sheet)
                        .map(Box::new)
                        .map_err(|error| error.to_string())
                })
                .await,
            ),
            DataChange::ReadAs(ticket, id, layout) => Reply::ReadAs(
                ticket,
                self.blocking(move |runner| {
                    let (import, sheet) =
                        runner.app.read_as(id, &layout).map_err(|error| error.to_string())?;
                    runner.hold(import, &sheet).map(Box::new)
                })
                .await,
            ),
            DataChange::TakeOver(ticket, id, like) => Reply::ReadAs(
                ticket,
                self.blocking(move |runner| {
                    let sheet = runner.sheet(id)?;
                    let taken = runner.app.take_over(id, like, &sheet).map_err(|error| error.to_string())?;
                    runner.hold(taken, &sheet).map(Box::new)
                })
                .await,
            ),
            DataChange::Forget(id, header) => Reply::Guesses(
                id,
                header.clone(),
                self.blocking(move |runner| {
                    let (sheet, recipe) = runner.sheet_and_recipe(id)?;
                    let forgotten =
                        runner.app.forget(&header).and_then(|_| runner.app.ideas(&sheet, &recipe));
                    forgotten.map_err(|error| error.to_string())
                })
                .await,
            ),
            DataChange::Split(ticket, id, column, texts) => Reply::Split(
                ticket,
                self.blocking(move |runner| {
                    let sheet = runner.sheet(id)?;
                    runner.app.split(id, &sheet, &column, &texts).map_err(|error| error.to_string())
                })
                .await,
            ),
            DataChange::Rename(id, name) => {
                Reply::Renamed(self.blocking(move |runner| runner.app.rename(id, &name).map(Box::new)).await)
            }
            DataChange::Delete(id) => {
                Reply::Deleted(id, self.blocking(move |runner| runner.app.forget_import(id)).await)
            }
            DataChange::Use(ticket, name, lasting) => Reply::Using(
                ticket,
                self.blocking(move |runner| accounts::using(&runner.app, &name, lasting).map(Box::new)).await,
            ),
            DataChange::Decide(id, row, decision) => {
                let told = match &decision {
                    Decision::Created(case) => format!("row {row} is case {case}, by your word"),
                    Decision::Send => format!("row {row} is taken for not sent; r sends it again"),
                };
                let decided = self.app.decide(id, row, decision).await;
                Reply::Decided(id, decided.map(|()| told).map_err(|error| error.to_string()))
            }
            DataChange::Correct(ticket, id, correction) => Reply::Corrected(
                ticket,
                id,
                self.blocking(move |runner| runner.app.correct(id, correction).map(Box::new)).await,
            ),
            DataChange::Catalog(change) => Reply::Catalog(
                self.blocking(move |runner| {
                    runner.app.change_catalog(|catalog| catalog.apply(change)).map(|()| runner.app.catalog())
                })
                .await,
            ),
            DataChange::Learn(ticket) => {
                let learned = self.app.learn_from_cases().await;
                let merged = learned.map(|learned| (learned.merged, self.app.catalog()));
                Reply::Merged(ticket, merged.map_err(|error| error.to_string()))
            }
            DataChange::ImportCatalog(ticket, path) => Reply::Merged(
                ticket,
                self.blocking(move |runner| {
                    let path = expand(&path.to_string_lossy());
                    runner.app.take_over_catalog(&path).map(|merged| (merged, runner.app.catalog()))
                })
                .await,
            ),
        };
        self.tell(reply).await;
    }
}
