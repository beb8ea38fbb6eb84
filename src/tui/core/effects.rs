//! Carries out effects and sends the replies. The only place where the screens spawn tasks.

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
use crate::ledger::on_wait;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::Msg;
pub(crate) use accounts::who;
use runs::ActiveRuns;

/// Handle to the task that carries out effects.
pub(crate) struct Effects {
    orders: mpsc::UnboundedSender<Effect>,
    worker: JoinHandle<()>,
    stop: CancellationToken,
}

impl Effects {
    pub(crate) fn new(app: App, msgs: mpsc::Sender<Msg>) -> Self {
        // Unbounded, but filled by keys only: it stays short.
        let (sender, orders) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let waits = msgs.clone();
        // A full channel has news for the screen anyway.
        on_wait(move |is_waiting| _ = waits.try_send(Msg::LedgerWait(is_waiting)));
        let runner = EffectRunner::new(app, msgs);
        let worker = tokio::spawn(work(runner, orders, stop.clone()));
        Self { orders: sender, worker, stop }
    }

    pub(crate) fn run(&self, effect: Effect) {
        // Fails only after `close`, when the screen no longer exists.
        _ = self.orders.send(effect);
    }

    /// Returns once every change is saved and every run has ended. `stop_request` stops the runs after the rows in
    /// flight.
    pub(crate) async fn close(self, stop_request: impl Future<Output = ()>) {
        let Self { orders, mut worker, stop } = self;
        drop(orders);
        tokio::select! {
            _ = &mut worker => return,
            () = stop_request => stop.cancel(),
        }
        _ = worker.await;
    }
}

/// Processes effects in order. Changes are awaited, so that a later check, start or preview sees what was saved; queries
/// run concurrently.
async fn work(runner: EffectRunner, mut orders: mpsc::UnboundedReceiver<Effect>, stop: CancellationToken) {
    let mut runs = ActiveRuns::default();
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
