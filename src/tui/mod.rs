//! The terminal face.
//!
//! ```text
//!  key, paste, resize ─ keys ─┐                                ┌─ view(&Model) ─ frame ─ terminal
//!  engine events, tick ───────┼─► Msg ─► update(&mut Model) ───┤
//!                             │                                └─ Vec<Effect> ─ effects ─ task ─┐
//!                             └──────────────────────── Msg ◄───────────────────────────────────┘
//! ```
//!
//! | folder | what it is |
//! |---|---|
//! | `core` | the loop, messages, effects, the model, the key table, the terminal |
//! | `screens/<screen>` | a screen: its state, its actions, its drawing, its tests |
//! | `screens/draft` | what the steps of an open import share |
//! | `dialogs` | lists, questions, the file chooser; each hands its result to whoever opened it |
//! | `widgets` | pieces everything is drawn with |
//!
//! `update` writes the model, and does no IO, reads no clock and spawns nothing; `view` only reads. A screen that leads to
//! another one says so with `Goto` and doesn't know it. One bounded channel brings everything that is not a key: when it is
//! full a run waits, never the screen.

mod core;
mod dialogs;
mod screens;
mod widgets;

use std::io;

use crossterm::event::EventStream;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::sync::mpsc;

use crate::app::App;
use crate::ledger::ImportId;
use crate::trackops::OnHangUp;
use core::effect::{Effect, Query, RunCommand};
use core::effects::{self, Effects};
use core::event_loop::{self, Ending, Inputs};
use core::line::Signal;
use core::model::Model;
use core::msg::Origin;
use core::terminal;
use core::theme;
use screens::{account, imports};
use widgets::ascii;

/// Where the program begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// On the list of imports; on the account screen when there is no account.
    Imports,
    /// On this import, to be looked through from its first step on.
    Review(ImportId),
}

/// The terminal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// What the system says.
    #[error("the terminal cannot be used: {0}; try another one, or `caseload run` without a screen")]
    Terminal(#[from] io::Error),
}

/// News wait here for the loop; when it is full, a run waits.
const MSGS: usize = 256;

/// Runs until the user leaves. After a hang-up it goes on without a screen until every run is at its end, or paused
/// when the config says so.
pub async fn run(app: App, start: Start) -> Result<(), TuiError> {
    let guard = terminal::Guard::new(app.mouse())?;
    let line = terminal::Wire::default();
    let mut terminal = Terminal::new(CrosstermBackend::new(line.clone()))?;
    let size = terminal.size()?;
    let said = std::env::var("COLORFGBG").ok();
    let colours = theme::Colours::of(terminal::wants_colour(), app.background(), said.as_deref());
    let ascii = app.ascii().unwrap_or_else(ascii::is_wanted);
    let theme = theme::Theme { ascii, ..theme::Theme::new(colours) };
    let now = jiff::Timestamp::now().as_second();
    let (mut model, first) =
        begin(&app, start, Model::new((size.width, size.height), theme, now, TimeZone::system()));
    let (sender, msgs) = mpsc::channel(MSGS);
    let on_hang_up = app.on_hang_up();
    let effects = Effects::new(app, sender);
    for effect in first {
        effects.run(effect);
    }
    let (signal, signals) = mpsc::channel(4);
    let watch = tokio::spawn(terminal::watch(signal));
    let mut inputs = Inputs { keys: EventStream::new(), signals, msgs };
    let ending = event_loop::run(&mut terminal, &line, &mut inputs, &mut model, &effects).await;
    // Nobody reads keys or news any more: crossterm would spin on a dead terminal, and a run would wait.
    let Inputs { keys, mut signals, msgs } = inputs;
    drop((keys, msgs));
    if ending == Ending::HangUp {
        // Its drop would write to the dead terminal, and complain about that to a dead stderr.
        std::mem::forget(terminal);
        guard.forget();
        if on_hang_up == OnHangUp::Pause {
            effects.run(Effect::Run(RunCommand::PauseAll));
        }
    } else {
        drop(terminal);
        drop(guard);
    }
    if ending != Ending::Abandon {
        effects.close(asked_to_end(&mut signals)).await;
    }
    watch.abort();
    Ok(())
}

/// Waits for a request to end.
async fn asked_to_end(signals: &mut mpsc::Receiver<Signal>) {
    while let Some(signal) = signals.recv().await {
        if signal == Signal::Terminate {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// The first model, and what has to be done for it.
fn begin(app: &App, start: Start, mut model: Model) -> (Model, Vec<Effect>) {
    model.catalog = app.catalog();
    model.who = effects::who(app);
    model.accounts = app.known_accounts();
    model.notify = app.notify();
    let mut first = vec![Effect::Query(Query::LoadImports)];
    match &model.who {
        Some(_) => account::ask_for_missing(&mut model),
        None if model.accounts.all.is_empty() => account::first(&mut model, app.given_username()),
        // Several, and nobody said which.
        None => first.extend(account::accounts::choose(&mut model)),
    }
    if let Start::Review(id) = start {
        first.extend(imports::open(&mut model, Origin::Existing(id)));
        model.from_start = true;
    }
    (model, first)
}

#[cfg(test)]
mod tests;
