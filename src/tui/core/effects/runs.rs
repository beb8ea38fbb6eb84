//! Starting, following and stopping runs, and awaiting them at the end of the program.

use std::collections::BTreeMap;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{Expected, StartOptions};
use crate::engine::{Ended, Event, Run, StopHandle, StoppedBy};
use crate::ledger::{ImportId, Status};
use crate::tui::core::effect::RunCommand;
use crate::tui::core::effects::runner::EffectRunner;
use crate::tui::core::msg::{Msg, Reply, Sentence};

/// What a run does.
#[derive(Debug, Clone, Copy)]
enum RunKind {
    Sending,
    /// Reads cases back, and sends nothing.
    Verifying,
}

/// Runs of this process.
#[derive(Default)]
pub(crate) struct ActiveRuns {
    controls: BTreeMap<ImportId, StopHandle>,
    tasks: JoinSet<()>,
}

impl ActiveRuns {
    pub(crate) async fn command(&mut self, runner: &EffectRunner, command: RunCommand) {
        match command {
            RunCommand::Start(id, options) => {
                let run = runner.blocking(move |runner| runner.app.runs().start(id, options)).await;
                self.follow(runner, (id, RunKind::Sending), run).await;
            }
            RunCommand::Verify(id) => {
                let run = runner.blocking(move |runner| runner.app.runs().verify(id)).await;
                self.follow(runner, (id, RunKind::Verifying), run).await;
            }
            // A row being sent is awaited at the end, like a run.
            RunCommand::SendFirst(id, row, expected) => {
                let runner = runner.clone();
                self.tasks.spawn(async move { runner.send_first(id, row, expected).await });
            }
            RunCommand::Stop(id) => self.controls.get(&id).into_iter().for_each(StopHandle::stop),
            RunCommand::PauseAll => {
                self.controls.values().for_each(|control| control.stop_by(StoppedBy::HangUp));
            }
            RunCommand::AskToPause(id) => {
                let result = runner.blocking(move |runner| runner.app.runs().ask_to_pause(id)).await;
                runner.tell(Reply::AskedToPause(id, result)).await;
            }
        }
        while self.tasks.try_join_next().is_some() {}
    }

    /// Follows a started run, or reports why it could not start.
    async fn follow(
        &mut self,
        runner: &EffectRunner,
        (id, kind): (ImportId, RunKind),
        run: Result<Run, Sentence>,
    ) {
        let answer = run.as_ref().map(|_| ()).map_err(Clone::clone);
        runner.tell(Reply::Started(id, answer)).await;
        if let Ok(run) = run {
            self.controls.insert(id, run.control.clone());
            self.tasks.spawn(pump(runner.clone(), (id, kind), run));
        }
    }

    /// Waits until every run has ended; `stop` stops them after the rows in flight.
    pub(crate) async fn end(mut self, stop: CancellationToken) {
        let mut stopped = false;
        loop {
            tokio::select! {
                done = self.tasks.join_next() => if done.is_none() { return },
                () = stop.cancelled(), if !stopped => {
                    stopped = true;
                    self.controls.values().for_each(StopHandle::stop);
                }
            }
        }
    }
}

/// Forwards the events of a run. Continues without a screen: a run must never wait for one that is gone.
async fn pump(runner: EffectRunner, (id, kind): (ImportId, RunKind), mut run: Run) {
    let mut ended = false;
    while let Some(event) = run.events.recv().await {
        ended |= matches!(event, Event::Ended(_));
        _ = runner.msgs.send(Msg::Run(id, event)).await;
    }
    if !ended {
        let import = runner.blocking(move |runner| runner.app.imports().get(id)).await.ok();
        let (counts, status) = import.map(|import| (import.counts, import.status)).unzip();
        let (status, note) = match kind {
            RunKind::Sending => (
                Status::Interrupted,
                "The run failed inside caseload. Press r to check the unknown rows and resume.",
            ),
            // It changes no status.
            RunKind::Verifying => {
                (status.unwrap_or(Status::Interrupted), "Something went wrong inside caseload.")
            }
        };
        let (counts, note) = (counts.unwrap_or_default(), note.to_owned());
        let ended = Ended { status, counts, note, looked_up: false };
        _ = runner.msgs.send(Msg::Run(id, Event::Ended(ended))).await;
    }
}

impl EffectRunner {
    async fn send_first(&self, id: ImportId, row: u64, expected: Expected) {
        let options = StartOptions { expected: Some(expected), ..StartOptions::default() };
        let sent = self.app.runs().send_first(id, row, options).await;
        let answer = sent.and_then(|first| Ok(Box::new((self.app.imports().get(id)?, first))));
        self.tell(Reply::First(answer.map_err(|error| error.to_string()))).await;
    }
}
