//! The binary: from arguments to a face, and from what went wrong to a sentence and an exit status.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use caseload::app::{App, Settings};
use caseload::cli::{self, Cli, Command};
use caseload::{text, tui};
use clap::Parser;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            let sentence = error.to_string();
            for line in sentence.lines() {
                // A closed standard error is no reason to end otherwise.
                let _ = writeln!(std::io::stderr(), "caseload: {}", text::visible(line));
            }
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments, or the help that was asked for. What is wrong is repeated in it.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let _ = write!(std::io::stderr(), "{}", text::visible_lines(&error.render().to_string()));
    ExitCode::from(2)
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let has_screens = matches!(cli.command, None | Some(Command::Demo)) && has_terminal();
    let runtime = runtime(has_screens).context("the program cannot start its threads")?;
    let settings = cli.global.settings();
    let result = runtime.block_on(async {
        match cli.command {
            None => screens(settings).await,
            Some(Command::Demo) if has_terminal() => demo(settings).await,
            Some(command) => Ok(cli::command(command, settings).await?.into()),
        }
    });
    // A task that still waits for an answer does not hold the exit.
    runtime.shutdown_background();
    result
}

/// What drives the connections: this thread alone, as waking another for a row costs more than the row does. Screens
/// leave them to one thread beside it, so that drawing holds up no row.
fn runtime(has_screens: bool) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = if has_screens {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    builder.worker_threads(1).enable_all().build()
}

/// Whether a full-screen program can run here.
fn has_terminal() -> bool {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !dumb
}

async fn screens(settings: Settings) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        has_terminal(),
        "the screens need a terminal; for scripts see `caseload run --help`, and `caseload demo` to try it"
    );
    tui::run(App::open(settings).await?, tui::Start::Imports).await?;
    Ok(ExitCode::SUCCESS)
}

async fn demo(settings: Settings) -> anyhow::Result<ExitCode> {
    let (app, import) = App::demo(settings).await?;
    tui::run(app, tui::Start::Review(import.id)).await?;
    Ok(ExitCode::SUCCESS)
}
