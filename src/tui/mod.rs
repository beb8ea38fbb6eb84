//! The full-screen terminal interface.
//!
//! ```text
//!  key, paste, resize ─ keys ─┐                                ┌─ view(&Model) ─ frame ─ terminal
//!  engine events, tick ───────┼─► Msg ─► update(&mut Model) ───┤
//!                             │                                └─ Vec<Effect> ─ effects ─ task ─┐
//!                             └──────────────────────── Msg ◄───────────────────────────────────┘
//! ```
//!
//! | folder | contents |
//! |---|---|
//! | `core` | the event loop, messages, effects, the model, the key table, the terminal |
//! | `screens/<screen>` | one screen: state, actions, view, tests |
//! | `screens/draft` | code shared by the steps of an open import |
//! | `dialogs` | lists, prompts, the file chooser; each hands its result to its opener |
//! | `widgets` | building blocks for drawing |
//!
//! `update` changes the model; it does no IO, reads no clock and spawns nothing. `view` only reads. A screen requests
//! another one with `Goto`, so screens don't depend on each other. Everything except keys arrives over one bounded
//! channel: when it is full, a run waits, never the screen.

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
use core::model::{Model, TemporaryFolder};
use core::msg::Origin;
use core::terminal;
use core::theme;
use screens::{account, imports};
use widgets::ascii;

/// First screen of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The list of imports, or the account screen if there is no account.
    Imports,
    /// This import, opened on its first step for review.
    Import(ImportId),
}

/// The terminal can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The system reported an error.
    #[error("can't use this terminal: {}; try another one, or `caseload run` without a screen", crate::io_reason::io_reason(.0))]
    Terminal(#[from] io::Error),
}

/// Capacity of the message channel; when it is full, a run waits.
const MSGS: usize = 256;

/// Runs until the user quits. After a hang-up, continues without a screen until every run has ended, or pauses the runs
/// if the config says so.
pub async fn run(app: App, start: Start) -> Result<(), TuiError> {
    let guard = terminal::Guard::new(app.accounts().mouse())?;
    let line = terminal::FrameWriter::default();
    let mut terminal = Terminal::new(CrosstermBackend::new(line.clone()))?;
    let size = terminal.size()?;
    let colorfgbg = std::env::var("COLORFGBG").ok();
    let colours =
        theme::Colours::of(terminal::wants_colour(), app.accounts().background(), colorfgbg.as_deref());
    let ascii = app.accounts().ascii().unwrap_or_else(ascii::is_wanted);
    let theme = theme::Theme { ascii, ..theme::Theme::new(colours) };
    let now = jiff::Timestamp::now().as_second();
    let (mut model, first) =
        begin(&app, start, Model::new((size.width, size.height), theme, now, TimeZone::system()));
    let (sender, msgs) = mpsc::channel(MSGS);
    let on_hang_up = app.accounts().on_hang_up();
    let effects = Effects::new(app, sender);
    for effect in first {
        effects.run(effect);
    }
    let (signal, signals) = mpsc::channel(4);
    let watch = tokio::spawn(terminal::watch(signal));
    let mut inputs = Inputs { keys: EventStream::new(), signals, msgs };
    let ending = event_loop::run(&mut terminal, &line, &mut inputs, &mut model, &effects).await;
    // The loop no longer reads: crossterm would spin on a dead terminal, and a run would wait on a full channel.
    let Inputs { keys, mut signals, msgs } = inputs;
    drop((keys, msgs));
    if ending == Ending::HangUp {
        // Dropping it would write to the dead terminal, then report that error to a dead stderr.
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

/// Waits for a request to terminate.
async fn asked_to_end(signals: &mut mpsc::Receiver<Signal>) {
    while let Some(signal) = signals.recv().await {
        if signal == Signal::Terminate {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// Returns the first model and the effects to run for it.
fn begin(app: &App, start: Start, mut model: Model) -> (Model, Vec<Effect>) {
    model.catalog = app.knowledge().catalog();
    model.who = effects::who(app);
    model.accounts = app.accounts().known();
    model.notify = app.accounts().notify();
    model.temporary = app.temporary_folder().and_then(|folder| {
        Some(TemporaryFolder { folder: folder.to_owned(), exports: std::env::current_dir().ok()? })
    });
    let mut first = vec![Effect::Query(Query::LoadImports)];
    match &model.who {
        Some(_) => account::ask_for_missing(&mut model),
        None if model.accounts.all.is_empty() => account::first(&mut model, app.accounts().given_username()),
        // Several accounts, and none was selected.
        None => first.extend(account::accounts::choose(&mut model)),
    }
    if let Start::Import(id) = start {
        first.extend(imports::open(&mut model, Origin::Existing(id)));
        model.starts_at_first_step = true;
    }
    (model, first)
}

#[cfg(test)]
mod tests;
