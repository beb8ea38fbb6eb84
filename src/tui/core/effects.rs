//! Carries out effects and brings back the answers. Only here do the screens spawn tasks.

mod accounts;
mod changes;
mod files;
mod opened;
mod queries;
mod runner;
mod runs;

use std::sync::atomic::Ordering;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::Msg;
pub(crate) use accounts::who;
use runs::Runs;

/// Handle of the task that carries out effects.
pub(crate) struct Effects {
    orders: mpsc::UnboundedSender<Effect>,
    worker: JoinHandle<()>,
    stop: CancellationToken,
}

impl Effects {
    pub(crate) fn new(app: App, msgs: mpsc::Sender<Msg>) -> Self {
        // Keys fill it and the worker empties it: it stays short.
        let (sender, orders) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let runner = EffectRunner::new(app, msgs);
        let worker = tokio::spawn(work(runner, orders, stop.clone()));
        Self { orders: sender, worker, stop }
    }

    pub(crate) fn run(&self, effect: Effect) {
        // Fails only after `close`, when the screen is gone.
        _ = self.orders.send(effect);
    }

    /// Returns once every change is saved and every run has ended; `asked` ends the runs after the rows in flight.
    pub(crate) async fn close(self, asked: impl Future<Output = ()>) {
        let Self { orders, mut worker, stop } = self;
        drop(orders);
        tokio::select! {
            _ = &mut worker => return,
            () = asked => stop.cancel(),
        }
        _ = worker.await;
    }
}

/// Takes the effects one after the other. A change is awaited, so that a check, a start or a preview sees what was saved
/// before it; a query goes on beside.
async fn work(runner: EffectRunner, mut orders: mpsc::UnboundedReceiver<Effect>, stop: CancellationToken) {
    let mut runs = Runs::default();
    while let Some(effect) = orders.recv().await {
        match effect {
            Effect::Change(change) => runner.change(change).await,
            Effect::Run(command) => runs.command(&runner, command).await,
            Effect::Query(query) => {
                if let Query::Check(ticket, _) = query {
                    runner.checking.store(ticket, Ordering::Relaxed);
                }
                let runner = runner.clone();
                tokio::spawn(async move { runner.query(query).await });
            }
        }
    }
    runs.end(stop).await;
}
