//! Arguments for sending rows: pace, duplicates, and what a refusal does.

use clap::{Args, ValueEnum};

use crate::app::{LookUpChoice, RetryRows, StartOptions};
use crate::ledger::OnError;

/// How fast rows are sent.
#[derive(Args, Clone)]
pub struct PaceArgs {
    /// Rows to send at the same time; with --on-error halt, 1 unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: Option<u16>,
    /// Requests per minute; 0 for no limit
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,
    /// Send rows that duplicate protection excludes: all, or row numbers separated by commas
    #[arg(long, value_name = "all|ROWS", value_parser = send_anyway)]
    send_anyway: Option<SendAnyway>,
    /// How to skip cases already in Trackops: auto compares with the account's recent cases (`look_back_days` in the
    /// config file, 30), each looks up every reference, off doesn't check
    #[arg(long, value_name = "auto|each|off", value_enum, num_args = 0..=1, default_value = "auto",
          default_missing_value = "each", hide_possible_values = true, hide_default_value = true)]
    look_up: LookUpArg,
}

/// Duplicates to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendAnyway {
    /// Every one.
    All,
    /// These rows.
    Rows(Vec<u64>),
}

fn send_anyway(argument: &str) -> Result<SendAnyway, &'static str> {
    if argument.trim().eq_ignore_ascii_case("all") {
        return Ok(SendAnyway::All);
    }
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|row| *row > 0);
    let rows: Option<Vec<u64>> = argument.split(',').map(number).collect();
    rows.map(SendAnyway::Rows).ok_or("write all, or row numbers separated by commas")
}

impl PaceArgs {
    /// Returns the options of a run at this pace.
    #[must_use]
    pub fn options(&self, on_error: OnError) -> StartOptions {
        StartOptions {
            on_error,
            concurrency: self.concurrency.map(usize::from),
            per_minute: self.per_minute,
            send_duplicates: self.send_anyway == Some(SendAnyway::All),
            send_anyway: self.rows_anyway().to_vec(),
            retry: RetryRows::None,
            look_up: self.look_up.into(),
            settle_only: false,
            expected: None,
        }
    }

    /// Returns the rows to send although the duplicate guard excludes them.
    #[must_use]
    pub fn rows_anyway(&self) -> &[u64] {
        match &self.send_anyway {
            Some(SendAnyway::Rows(rows)) => rows,
            _ => &[],
        }
    }

    /// Returns true if each case is looked up in Trackops first.
    #[must_use]
    pub fn looks_up(&self) -> bool {
        matches!(self.look_up, LookUpArg::Each)
    }
}

/// How to find cases already in Trackops.
#[derive(Clone, Copy, ValueEnum)]
pub enum LookUpArg {
    /// Compare with the recent cases
    Auto,
    /// Look up each reference
    Each,
    /// Don't check
    Off,
}

impl From<LookUpArg> for LookUpChoice {
    fn from(arg: LookUpArg) -> Self {
        match arg {
            LookUpArg::Auto => Self::Auto,
            LookUpArg::Each => Self::Each,
            LookUpArg::Off => Self::Off,
        }
    }
}

/// What to do when a row is refused.
#[derive(Clone, Copy, ValueEnum)]
pub enum OnErrorArg {
    /// Stop at the first refused row
    Halt,
    /// Log the exception and continue to the end
    Skip,
}

impl From<OnErrorArg> for OnError {
    fn from(arg: OnErrorArg) -> Self {
        match arg {
            OnErrorArg::Halt => Self::Halt,
            OnErrorArg::Skip => Self::Skip,
        }
    }
}
