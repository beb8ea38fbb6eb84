//! Does what the model asks for, and brings back the answers. The only file that spawns.

mod accounts;
mod opened;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio_util::sync::CancellationToken;

use super::files::{expand, list, preview, write_catalog, write_out};
use super::msg::{Effect, Msg, Reply, Sentence, Ticket, Watched};
use super::state::log::LOG;
use crate::app::{App, AppError, Checked, KeptCheck, StartOptions};
use crate::engine::{Control, Ended, Event, PausedBy, Run};
use crate::ledger::{Decision, ImportId, Status};
use crate::sheet::Sheet;
pub(crate) use accounts::who;

/// So many problems are kept for going from one to the next; the report counts them all.
const PROBLEMS: usize = 10_000;

/// The way to have things done.
pub(crate) struct Effects {
    lane: mpsc::UnboundedSender<Effect>,
    worker: JoinHandle<()>,
    stop: CancellationToken,
}

/// The file that is open, and the import it belongs to.
type OpenSheet = Option<(ImportId, Sheet)>;

/// What every task needs.
#[derive(Clone)]
struct Desk {
    app: App,
    msgs: mpsc::Sender<Msg>,
    /// The file of the import that is being prepared.
    sheet: Arc<Mutex<OpenSheet>>,
    /// The last check that was asked for; any other is given up.
    checking: Arc<AtomicU64>,
    /// What the last check left: the next one may need only a few rows.
    kept: Arc<Mutex<Option<KeptCheck>>>,
}

impl Effects {
    pub(crate) fn new(app: App, msgs: mpsc::Sender<Msg>) -> Self {
        // A person's keys fill it and a worker empties it: it stays short.
        let (lane, orders) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let worker = tokio::spawn(work(
            Desk { app, msgs, sheet: Arc::default(), checking: Arc::default(), kept: Arc::default() },
            orders,
            stop.clone(),
        ));
        Self { lane, worker, stop }
    }

    pub(crate) fn run(&self, effect: Effect) {
        // Fails only after `close`, when nobody is left to see the result.
        _ = self.lane.send(effect);
    }

    /// Returns when what was asked for is saved and every run is at its end; `asked` ends the runs after the
    /// rows in flight.
    pub(crate) async fn close(self, asked: impl Future<Output = ()>) {
        let Self { lane, mut worker, stop } = self;
        drop(lane);
        tokio::select! {
            _ = &mut worker => return,
            () = asked => stop.cancel(),
        }
        _ = worker.await;
    }
}

/// Takes the orders one after the other. What changes something is awaited, so that a check, a start or a
/// preview sees what was saved before it; what only reads goes on beside.
async fn work(desk: Desk, mut orders: mpsc::UnboundedReceiver<Effect>, stop: CancellationToken) {
    let mut controls: BTreeMap<ImportId, Control> = BTreeMap::new();
    let mut runs = JoinSet::new();
    while let Some(effect) = orders.recv().await {
        match effect {
            Effect::Stop(id) => controls.get(&id).into_iter().for_each(Control::stop),
            Effect::PauseAll => controls.values().for_each(|control| control.stop_by(PausedBy::HangUp)),
            Effect::Start(id, options) => {
                let run = desk.blocking(move |desk| desk.app.start(id, options)).await;
                launched(&desk, id, run, &mut controls, &mut runs).await;
            }
            Effect::Verify(id) => {
                let run = desk.blocking(move |desk| desk.app.verify(id)).await;
                launched(&desk, id, run, &mut controls, &mut runs).await;
            }
            Effect::Save(..)
            | Effect::ReadAs(..)
            | Effect::TakeOver(..)
            | Effect::Forget(..)
            | Effect::Split(..)
            | Effect::Decide(..)
            | Effect::Correct(..)
            | Effect::Rename(..)
            | Effect::Delete(_)
            | Effect::Use(..)
            | Effect::Learn(_)
            | Effect::TakeOverCatalog(..)
            | Effect::Catalog(_) => {
                desk.change(effect).await;
            }
            // A row on its way is awaited at the end like a run.
            Effect::SendFirst(id, row) => {
                let desk = desk.clone();
                runs.spawn(async move { desk.send_first(id, row).await });
            }
            effect => {
                if let Effect::Check(ticket, _) = effect {
                    desk.checking.store(ticket, Ordering::Relaxed);
                }
                let desk = desk.clone();
                tokio::spawn(async move { desk.look(effect).await });
            }
        }
        while runs.try_join_next().is_some() {}
    }
    let mut stopped = false;
    loop {
        tokio::select! {
            done = runs.join_next() => if done.is_none() { return },
            () = stop.cancelled(), if !stopped => {
                stopped = true;
                controls.values().for_each(Control::stop);
            }
        }
    }
}

/// Follows a run that began, or says why it could not.
async fn launched(
    desk: &Desk,
    id: ImportId,
    run: Result<Run, Sentence>,
    controls: &mut BTreeMap<ImportId, Control>,
    runs: &mut JoinSet<()>,
) {
    let answer = run.as_ref().map(|_| ()).map_err(Clone::clone);
    desk.tell(Reply::Started(id, answer)).await;
    if let Ok(run) = run {
        controls.insert(id, run.control.clone());
        runs.spawn(pump(desk.clone(), id, run));
    }
}

/// Brings the news of a run. Goes on without a screen: a run must never wait for one that is gone.
async fn pump(desk: Desk, id: ImportId, mut run: Run) {
    let mut ended = false;
    while let Some(event) = run.events.recv().await {
        ended |= matches!(event, Event::Ended(_));
        _ = desk.msgs.send(Msg::Run(id, event)).await;
    }
    if !ended {
        let counts = desk.blocking(move |desk| desk.app.import(id)).await.map(|import| import.counts);
        let note = "the run broke off inside caseload; r looks up what is unknown and goes on".to_owned();
        let ended =
            Ended { status: Status::Interrupted, counts: counts.unwrap_or_default(), note, looked_up: true };
        _ = desk.msgs.send(Msg::Run(id, Event::Ended(ended))).await;
    }
}

impl Desk {
    async fn tell(&self, reply: Reply) {
        // Nobody listens any more when the screen is gone.
        _ = self.msgs.send(Msg::Reply(reply)).await;
    }

    /// Does blocking work beside the loop; a failure as a sentence.
    async fn blocking<T, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Sentence>
    where
        T: Send + 'static,
        E: ToString,
    {
        let desk = self.clone();
        let done = spawn_blocking(move || work(&desk).map_err(|error| error.to_string())).await;
        done.unwrap_or_else(|_| Err("something went wrong inside caseload; nothing was sent".to_owned()))
    }

    async fn send_first(&self, id: ImportId, row: u64) {
        let sent = self.app.send_first(id, row, StartOptions::default()).await;
        let answer = sent.and_then(|first| Ok(Box::new((self.app.import(id)?, first))));
        self.tell(Reply::First(answer.map_err(|error| error.to_string()))).await;
    }

    async fn change(&self, effect: Effect) {
        let reply = match effect {
            Effect::Save(id, name, recipe) => Reply::Saved(
                self.blocking(move |desk| {
                    let sheet = desk.sheet(id)?;
                    desk.app
                        .save_opened(id, &name, &recipe, &sheet)
                        .map(Box::new)
                        .map_err(|error| error.to_string())
                })
                .await,
            ),
            Effect::ReadAs(ticket, id, layout) => Reply::ReadAs(
                ticket,
                self.blocking(move |desk| {
                    let (import, sheet) = desk.app.read_as(id, &layout).map_err(|error| error.to_string())?;
                    desk.hold(import, &sheet).map(Box::new)
                })
                .await,
            ),
            Effect::TakeOver(ticket, id, like) => Reply::ReadAs(
                ticket,
                self.blocking(move |desk| {
                    let sheet = desk.sheet(id)?;
                    let taken = desk.app.take_over(id, like, &sheet).map_err(|error| error.to_string())?;
                    desk.hold(taken, &sheet).map(Box::new)
                })
                .await,
            ),
            Effect::Forget(id, header) => Reply::Guesses(
                id,
                header.clone(),
                self.blocking(move |desk| {
                    let (sheet, recipe) = desk.sheet_and_recipe(id)?;
                    let forgotten = desk.app.forget(&header).and_then(|_| desk.app.ideas(&sheet, &recipe));
                    forgotten.map_err(|error| error.to_string())
                })
                .await,
            ),
            Effect::Split(ticket, id, column, texts) => Reply::Split(
                ticket,
                self.blocking(move |desk| {
                    let sheet = desk.sheet(id)?;
                    desk.app.split(id, &sheet, &column, &texts).map_err(|error| error.to_string())
                })
                .await,
            ),
            Effect::Rename(id, name) => {
                Reply::Renamed(self.blocking(move |desk| desk.app.rename(id, &name).map(Box::new)).await)
            }
            Effect::Delete(id) => {
                Reply::Deleted(id, self.blocking(move |desk| desk.app.forget_import(id)).await)
            }
            Effect::Use(ticket, name, lasting) => Reply::Using(
                ticket,
                self.blocking(move |desk| accounts::using(&desk.app, &name, lasting).map(Box::new)).await,
            ),
            Effect::Decide(id, row, decision) => {
                let told = match &decision {
                    Decision::Created(case) => format!("row {row} is case {case}, by your word"),
                    Decision::Send => format!("row {row} is taken for not sent; r sends it again"),
                };
                let decided = self.app.decide(id, row, decision).await;
                Reply::Decided(id, decided.map(|()| told).map_err(|error| error.to_string()))
            }
            Effect::Correct(id, correction) => Reply::Corrected(
                id,
                self.blocking(move |desk| desk.app.correct(id, correction).map(Box::new)).await,
            ),
            Effect::Catalog(change) => Reply::Catalog(
                self.blocking(move |desk| {
                    desk.app.change_catalog(|catalog| catalog.apply(change)).map(|()| desk.app.catalog())
                })
                .await,
            ),
            Effect::Learn(ticket) => {
                let learned = self.app.learn_from_cases().await;
                let merged = learned.map(|learned| (learned.merged, self.app.catalog()));
                Reply::Merged(ticket, merged.map_err(|error| error.to_string()))
            }
            Effect::TakeOverCatalog(ticket, path) => Reply::Merged(
                ticket,
                self.blocking(move |desk| {
                    let path = expand(&path.to_string_lossy());
                    desk.app.take_over_catalog(&path).map(|merged| (merged, desk.app.catalog()))
                })
                .await,
            ),
            _ => return,
        };
        self.tell(reply).await;
    }

    async fn look(&self, effect: Effect) {
        let reply = match effect {
            Effect::LoadImports => Reply::Imports(self.blocking(|desk| desk.app.imports()).await),
            Effect::Open(ticket, origin) => {
                let _ = self.app.learn_clients().await;
                self.tell(Reply::Catalog(Ok(self.app.catalog()))).await;
                Reply::Opened(ticket, self.blocking(move |desk| desk.open(&origin).map(Box::new)).await)
            }
            Effect::Check(ticket, id) => {
                if let Ok(recipe) = self.app.recipe(id) {
                    self.app.look_up_ids(&recipe).await;
                }
                let checked = self.checked(ticket, id).await;
                self.tell(Reply::Checked(ticket, checked)).await;
                // What others created is known a moment later, and then only where there is a connection.
                if !self.app.look_back(id).await || self.checking.load(Ordering::Relaxed) != ticket {
                    return;
                }
                Reply::Checked(ticket, self.checked(ticket, id).await)
            }
            Effect::Measure(id) => Reply::Measured(id, self.measure(id).await.map(Box::new)),
            Effect::Rows(ticket, id, numbers) => {
                let rows = self.blocking(move |desk| {
                    let (sheet, recipe) = desk.sheet_and_recipe(id)?;
                    desk.app.preview(id, &sheet, &recipe, &numbers).map_err(|error| error.to_string())
                });
                Reply::Rows(ticket, rows.await)
            }
            Effect::RowNow { ticket, import, row, column, every_row } => {
                let now =
                    self.blocking(move |desk| desk.app.row_now(import, row, column.as_deref()).map(Box::new));
                Reply::RowNow(ticket, import, every_row, now.await)
            }
            Effect::Facet(ticket, id, of) => {
                let facet = self.blocking(move |desk| {
                    let (sheet, recipe) = desk.sheet_and_recipe(id)?;
                    desk.app.facet(&sheet, &recipe, &of).map(Box::new).map_err(|error| error.to_string())
                });
                Reply::Facet(ticket, facet.await)
            }
            Effect::Find(ticket, id, text) => {
                let wanted = text.clone();
                let rows = self.blocking(move |desk| {
                    let (sheet, recipe) = desk.sheet_and_recipe(id)?;
                    desk.app.find(&sheet, &recipe, &wanted).map_err(|error| error.to_string())
                });
                Reply::Found(ticket, text, rows.await)
            }
            Effect::Watch(id) => {
                Reply::Watched(id, self.blocking(move |desk| desk.watch(id).map(Box::new)).await)
            }
            Effect::WatchChanges(id, known) => {
                let found = self.blocking(move |desk| match desk.app.ledger_version()? {
                    version if version == known => Ok(None),
                    _ => desk.watch(id).map(Some),
                });
                let Some(found) = found.await.transpose() else { return };
                Reply::Watched(id, found.map(Box::new))
            }
            Effect::AskToPause(id) => {
                Reply::AskedToPause(id, self.blocking(move |desk| desk.app.ask_to_pause(id)).await)
            }
            Effect::Pick(ticket, list, within, anew) => {
                let picked = self.app.pick(list, within, anew).await;
                Reply::Picked(ticket, picked.map_err(|error| error.to_string()))
            }
            Effect::WriteOut(id, paper, path) => {
                Reply::Written(self.blocking(move |desk| write_out(&desk.app, id, paper, &path)).await)
            }
            Effect::WriteCatalog(path) => {
                Reply::Written(self.blocking(move |desk| write_catalog(&desk.app, &path)).await)
            }
            Effect::Connect(ticket, credentials) => Reply::Connected(ticket, self.connect(credentials).await),
            Effect::Folder(ticket, folder) => {
                Reply::Folder(ticket, self.blocking(move |_| list(&expand(&folder))).await)
            }
            Effect::Preview(ticket, path) => {
                Reply::Preview(ticket, self.blocking(move |_| preview(&expand(&path))).await)
            }
            _ => return,
        };
        self.tell(reply).await;
    }

    /// Checks an import, as far as nobody asked for another check meanwhile.
    async fn checked(&self, ticket: Ticket, id: ImportId) -> Result<Box<Checked>, Sentence> {
        self.blocking(move |desk| {
            let sheet = desk.sheet(id)?;
            let given_up = || desk.checking.load(Ordering::Relaxed) != ticket;
            let kept = desk.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
            let check = desk.app.check(id, &sheet, PROBLEMS, kept, given_up);
            let check = check.map_err(|error| error.to_string())?;
            let found = Box::new(check.found());
            *desk.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(check);
            Ok::<_, Sentence>(found)
        })
        .await
    }

    fn watch(&self, id: ImportId) -> Result<Watched, AppError> {
        // Before the rest: what changes meanwhile is then seen as a change.
        let version = self.app.ledger_version()?;
        let import = self.app.import(id)?;
        let total = import.counts.rejected + import.counts.unknown;
        let older = total.saturating_sub(LOG as u64);
        let log = self.app.exceptions(id, older, LOG as u64)?;
        Ok(Watched { import, log, older, version, read_back: self.app.read_back(id)? })
    }
}
