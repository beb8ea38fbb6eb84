//! The binary: from arguments to a face, and from what went wrong to a sentence and an exit status.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use caseload::cli::Cli;
use caseload::{headless, text};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            let sentence = format!("{error:#}");
            for line in sentence.lines() {
                // A closed standard error is no reason to end otherwise.
                let _ = writeln!(std::io::stderr(), "caseload: {}", text::visible(line));
            }
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the program cannot start its threads")?;
    let settings = cli.global.settings();
    let result = runtime.block_on(async {
        let command = cli.command.context("name a command; `caseload --help` lists them")?;
        Ok(headless::command(command, settings).await?.into())
    });
    // A task that still waits for an answer does not hold the exit.
    runtime.shutdown_background();
    result
}
