//! The event loop: messages into the model, effects out of it, and a frame when something changed.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::Event as TerminalEvent;
use futures_util::{Stream, StreamExt};
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::engine::Event;
use crate::tui::core::click::ListArea;
use crate::tui::core::effects::Effects;
use crate::tui::core::line::{Line, Signal};
use crate::tui::core::model::{Model, Phase, TerminalRequest};
use crate::tui::core::msg::Msg;
use crate::tui::core::title::TitleAndProgress;
use crate::tui::core::{keys, update};

/// Minimum interval between frames for replies; keys are drawn at once.
const ANSWERS_EVERY: Duration = Duration::from_millis(66);

/// Minimum interval between frames for the progress of a run: nobody reads faster than four a second.
const NEWS_EVERY: Duration = Duration::from_millis(250);

/// Maximum interval between frames for the progress of a run, however slow the terminal.
const NEWS_AT_LEAST_EVERY: Duration = Duration::from_secs(3);

const TICK: Duration = Duration::from_secs(1);

/// Maximum number of waiting keys handled before the next frame.
const KEYS_AT_ONCE: usize = 256;

/// Reason the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The user quit; nothing is running.
    Quit,
    /// The user quit without waiting for the rows in flight.
    Abandon,
    /// The terminal is gone; runs continue.
    HangUp,
}

/// Sources of events.
pub(crate) struct Inputs<S> {
    pub(crate) keys: S,
    pub(crate) signals: mpsc::Receiver<Signal>,
    pub(crate) msgs: mpsc::Receiver<Msg>,
}

/// Time of the next frame.
#[derive(Clone, Copy)]
enum Draw {
    Nothing,
    At(Instant),
}

/// Runs until the user quits or the terminal is gone.
pub(crate) async fn run<B, S>(
    terminal: &mut Terminal<B>,
    line: &impl Line,
    inputs: &mut Inputs<S>,
    model: &mut Model,
    effects: &Effects,
) -> Ending
where
    B: Backend,
    S: Stream<Item = io::Result<TerminalEvent>> + Unpin,
{
    let mut draw = Draw::At(Instant::now());
    let mut drawn = Instant::now();
    let mut news_every = NEWS_EVERY;
    let mut tick: Option<Instant> = None;
    let mut list = None;
    loop {
        if let Some(asked) = model.terminal_request.take() {
            if ask(terminal, line, &asked).is_err() {
                return Ending::HangUp;
            }
            draw = Draw::At(Instant::now());
        }
        match model.phase {
            Phase::Over => return Ending::Quit,
            Phase::Abandoned => return Ending::Abandon,
            Phase::Open | Phase::Leaving => {}
        }
        // The first tick comes at once: the clock may not have ticked for a while.
        tick = if model.wants_ticks() { tick.or(Some(Instant::now())) } else { None };
        let wake = |at: Option<Instant>| async move {
            match at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let due = match draw {
            Draw::Nothing => None,
            Draw::At(at) => Some(at),
        };
        tokio::select! {
            biased;
            signal = inputs.signals.recv() => match signal {
                Some(Signal::Terminate) => {
                    step(model, effects, Msg::Terminate);
                    draw = Draw::At(Instant::now());
                }
                Some(Signal::HangUp) => return Ending::HangUp,
                Some(Signal::Continued) => {
                    if line.take().is_err() || forget_frame(terminal).is_err() {
                        return Ending::HangUp;
                    }
                    draw = Draw::At(Instant::now());
                }
                // Everything else still works without signals.
                None => inputs.signals = mpsc::channel(1).1,
            },
            event = inputs.keys.next() => match event {
                Some(Ok(event)) => {
                    if take_keys(event, &mut inputs.keys, model, effects, list).await {
                        draw = Draw::At(Instant::now());
                        list = None;
                    }
                }
                Some(Err(_)) | None => return Ending::HangUp,
            },
            () = wake(due) => {
                let Ok((bytes, in_front)) = paint(terminal, line, model) else { return Ending::HangUp };
                list = in_front;
                drawn = Instant::now();
                news_every = worth(bytes, model.size);
                draw = Draw::Nothing;
            }
            Some(msg) = inputs.msgs.recv() => {
                let progress = matches!(msg, Msg::Run(_, Event::Progress(_) | Event::Exceptions(_)));
                step(model, effects, msg);
                if !model.quiet {
                    draw = soon(draw, drawn, if progress { news_every } else { ANSWERS_EVERY });
                }
            }
            () = wake(tick) => {
                step(model, effects, Msg::Tick(jiff::Timestamp::now().as_second()));
                tick = Some(Instant::now() + TICK);
                if !model.quiet {
                    draw = soon(draw, drawn, news_every);
                }
            }
        }
    }
}

/// Schedules a frame for new data: after the interval, but no later than a frame already due.
fn soon(draw: Draw, drawn: Instant, every: Duration) -> Draw {
    let at = drawn + every;
    match draw {
        Draw::At(due) if due <= at => draw,
        _ => Draw::At(at),
    }
}

fn step(model: &mut Model, effects: &Effects, msg: Msg) {
    for effect in update::update(model, msg) {
        effects.run(effect);
    }
}

/// Handles an event and those waiting after it. Returns whether any of them had an effect. `list` is the list on the
/// screen: after the first event with an effect it may be another one, and clicks wait for the next frame.
async fn take_keys<S>(
    first: TerminalEvent,
    keys: &mut S,
    model: &mut Model,
    effects: &Effects,
    mut list: Option<ListArea>,
) -> bool
where
    S: Stream<Item = io::Result<TerminalEvent>> + Unpin,
{
    let mut changed = false;
    let mut next = Some(first);
    for _ in 0..KEYS_AT_ONCE {
        let Some(event) = next.take() else { break };
        if let Some(msg) = keys::translate(event, model.place(), list) {
            step(model, effects, msg);
            (changed, list) = (true, None);
        }
        if matches!(model.phase, Phase::Over | Phase::Abandoned) {
            break;
        }
        // The loop polls again, and sees an error or the end then.
        next = waiting(keys).await;
    }
    changed
}

/// Returns an event that is already available. Polls with the loop's own waker, because crossterm's stream keeps the
/// first waker it gets: with a no-op waker it would never wake the loop.
async fn waiting<S>(keys: &mut S) -> Option<TerminalEvent>
where
    S: Stream<Item = io::Result<TerminalEvent>> + Unpin,
{
    let polled = poll_fn(|context| match keys.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(event),
        Poll::Pending => Poll::Ready(None),
    });
    polled.await.and_then(Result::ok)
}

/// Returns the interval until the next progress frame, given the bytes of the last one. Limits progress on a slow
/// connection to half a byte per second and cell of the window: 960 bytes/s at 80x24, 2,400 at 120x40.
fn worth(bytes: usize, (columns, rows): (u16, u16)) -> Duration {
    let budget = (u64::from(columns) * u64::from(rows) / 2).max(1);
    let time = Duration::from_millis(bytes as u64 * 1_000 / budget);
    time.clamp(NEWS_EVERY, NEWS_AT_LEAST_EVERY)
}

/// Carries out a request to the terminal itself.
fn ask<B: Backend>(
    terminal: &mut Terminal<B>,
    line: &impl Line,
    request: &TerminalRequest,
) -> io::Result<()> {
    match request {
        TerminalRequest::Copy(text) => line.copy(text),
        TerminalRequest::Notify(how, text) => line.notify(*how, text),
        TerminalRequest::Suspend => {
            line.suspend()?;
            line.take()?;
            forget_frame(terminal)
        }
        TerminalRequest::Redraw => {
            line.take()?;
            forget_frame(terminal)
        }
    }
}

/// Makes the next frame a full redraw, because the terminal's content is unknown. (`clear` would query the cursor
/// position and wait for a reply that the key reader consumes.)
fn forget_frame<B: Backend>(terminal: &mut Terminal<B>) -> io::Result<()> {
    let whole = terminal.size().and_then(|size| terminal.resize(size.into()));
    whole.map_err(|error| io::Error::other(error.to_string()))
}

/// Draws a frame. Returns its bytes, and the list in front.
fn paint<B: Backend>(
    terminal: &mut Terminal<B>,
    line: &impl Line,
    model: &Model,
) -> io::Result<(usize, Option<ListArea>)> {
    let mut list = None;
    terminal
        .draw(|frame| list = crate::tui::screens::view(model, frame))
        .map_err(|error| io::Error::other(error.to_string()))?;
    line.show(&TitleAndProgress::of(model))?;
    Ok((line.send()?, list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_keeps_to_what_a_slow_line_carries() {
        assert_eq!(worth(60, (80, 24)), NEWS_EVERY);
        assert_eq!(worth(1_920, (80, 24)), Duration::from_secs(2));
        assert_eq!(worth(2_400, (120, 40)), Duration::from_secs(1));
        assert_eq!(worth(1_000_000, (1, 1)), NEWS_AT_LEAST_EVERY);
    }
}
