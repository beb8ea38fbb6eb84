//! A run without screens: progress on standard error, and signals that stop it.

use std::future::pending;
use std::io::{self, IsTerminal};

use super::output::report_line;
use super::progress::ProgressLine;
use crate::engine::{Ended, Event, Run, StoppedBy};
use crate::ledger::{OnError, Status};
use crate::trackops::OnHangUp;

/// Shows a run until it ends, and returns how it ended. The first Ctrl-C or SIGTERM stops it after the rows in flight,
/// the second at once. If the connection to the terminal drops, the config decides. An exception that halts the run is
/// not shown: the result printed next has it.
pub(super) async fn watch(mut run: Run, on_hang_up: OnHangUp, on_error: OnError) -> Option<Ended> {
    let mut line = ProgressLine::new(io::stderr().is_terminal());
    let (mut signals, mut hang_ups) = (Signals::new(), HangUps::new());
    let mut stopping = false;
    loop {
        tokio::select! {
            event = run.events.recv() => match event {
                // The ledger couldn't record this note, so it is shown here.
                Some(Event::Ended(ended)) if ended.status == Status::Interrupted => {
                    line.note(&ended.note);
                    return Some(ended);
                }
                Some(Event::Ended(ended)) => {
                    line.end();
                    return Some(ended);
                }
                None => {
                    line.end();
                    return None;
                }
                Some(Event::Exceptions(_)) if on_error == OnError::Halt => {}
                Some(event) => line.show(&event),
            },
            () = signals.next() => {
                if stopping {
                    line.end();
                    report_line("stopped. Rows without a reply are unknown until you resume the import");
                    std::process::exit(1);
                }
                stopping = true;
                line.note("stopping after the rows awaiting a reply. Ctrl-C again stops now");
                run.control.stop();
            }
            () = hang_ups.next() => match on_hang_up {
                OnHangUp::Continue => {}
                OnHangUp::Pause => run.control.stop_by(StoppedBy::HangUp),
            },
        }
    }
}

/// Signals that ask to stop. Created once: a signal that comes while nothing waits is kept.
pub(super) struct Signals {
    #[cfg(unix)]
    streams: Option<[tokio::signal::unix::Signal; 2]>,
}

impl Signals {
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let streams =
            signal(SignalKind::interrupt()).and_then(|int| Ok([int, signal(SignalKind::terminate())?]));
        Self { streams: streams.ok() }
    }

    #[cfg(unix)]
    pub(super) async fn next(&mut self) {
        // Without a handler, the system ends the program on a signal.
        let Some([interrupt, terminate]) = &mut self.streams else { return pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Self {}
    }

    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Hang-up signals. With a handler of our own, a dropped connection doesn't end a run in the middle of its rows.
struct HangUps {
    #[cfg(unix)]
    stream: Option<tokio::signal::unix::Signal>,
}

impl HangUps {
    #[cfg(unix)]
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { stream: signal(SignalKind::hangup()).ok() }
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let Some(stream) = &mut self.stream else { return pending().await };
        stream.recv().await;
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Self {}
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        pending().await
    }
}
