//! The program without screens: arguments and commands.

pub mod args;
pub mod commands;
mod complete;

pub use args::{Cli, Command, Global};
pub use commands::{CommandOutcome, command, report_waits};
pub use complete::{Shell, answer_shell};
