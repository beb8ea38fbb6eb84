//! A run without the screen: its news on standard error, and the signals that stop it.

use std::future::pending;
use std::io::{self, IsTerminal};

use super::output::say;
use super::progress::ProgressLine;
use crate::engine::{Ended, Event, PausedBy, Run};
use crate::ledger::Status;
use crate::trackops::OnHangUp;

/// Shows a run until it ends, and gives how. The first Ctrl-C or SIGTERM stops it after the rows in flight, the second
/// at once; a line that drops does what the config says.
pub(super) async fn watch(mut run: Run, on_hang_up: OnHangUp) -> Option<Ended> {
    let mut line = ProgressLine::new(io::stderr().is_terminal());
    let (mut signals, mut hang_ups) = (Signals::new(), HangUps::new());
    let mut asked = false;
    loop {
        tokio::select! {
            event = run.events.recv() => match event {
                // What the ledger could not be told is said here or nowhere.
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
                Some(event) => line.show(&event),
            },
            () = signals.next() => {
                if asked {
                    line.end();
                    say("stopped; what was in flight is unknown until it is resumed");
                    std::process::exit(1);
                }
                asked = true;
                line.note("stopping after the rows in flight; once more stops at once");
                run.control.stop();
            }
            () = hang_ups.next() => match on_hang_up {
                OnHangUp::Continue => {}
                OnHangUp::Pause => run.control.stop_by(PausedBy::HangUp),
            },
        }
    }
}

/// Requests to stop. Made once: a signal that comes while nobody waits is kept.
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
        // Without a handler the signal ends the program, as the system does it.
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

/// Lines that drop. One must not end a run in the middle of its rows: with a handler of our own the signal ends nothing
/// by itself.
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
