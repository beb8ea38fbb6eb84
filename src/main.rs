//! The binary: starts the screens or a command, and turns errors into a sentence and an exit status.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use caseload::app::{App, Settings};
use caseload::cli::{self, Cli, Command};
use caseload::{diagnostics, text, tui};
use clap::Parser;

fn main() -> ExitCode {
    forbid_core_files();
    cli::answer_shell();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            let sentence = error.to_string();
            for line in sentence.lines() {
                // A closed standard error changes nothing about the exit status.
                let _ = writeln!(std::io::stderr(), "caseload: {}", text::visible(line));
            }
            ExitCode::from(2)
        }
    }
}

/// Lets a crash leave no file of the memory, which has the token and the rows.
fn forbid_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Where the system refuses, everything else still works.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// Prints the help, or what is wrong with the arguments. That repeats them, so it is made safe to show.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let _ = write!(std::io::stderr(), "{}", text::visible_lines(&error.render().to_string()));
    ExitCode::from(2)
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Some(path) = cli.global.log() {
        diagnostics::start(path)?;
    }
    cli::report_waits();
    let has_screens = matches!(cli.command, None | Some(Command::Demo)) && has_terminal();
    let runtime = runtime(has_screens).context("can't start threads")?;
    let settings = cli.global.settings();
    let result = runtime.block_on(async {
        match cli.command {
            None => screens(settings).await,
            Some(Command::Demo) if has_terminal() => demo(settings).await,
            Some(command) => Ok(cli::command(command, settings).await?.into()),
        }
    });
    // A task that still waits for an answer doesn't delay the exit.
    runtime.shutdown_background();
    result
}

/// Builds the runtime that drives the connections. Commands use this thread alone, because waking another for a row
/// costs more than the row. Screens use a second thread, so that drawing delays no row.
fn runtime(has_screens: bool) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = if has_screens {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    builder.worker_threads(1).enable_all().build()
}

/// Returns true if a full-screen program can run here.
fn has_terminal() -> bool {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !dumb
}

async fn screens(settings: Settings) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        has_terminal(),
        "the screens need a terminal. For scripts, see `caseload run --help`; to try it out, run `caseload demo`"
    );
    tui::run(App::open(settings).await?, tui::Start::Imports).await?;
    Ok(ExitCode::SUCCESS)
}

async fn demo(settings: Settings) -> anyhow::Result<ExitCode> {
    let (app, import) = App::demo(settings).await?;
    tui::run(app, tui::Start::Import(import.id)).await?;
    Ok(ExitCode::SUCCESS)
}
