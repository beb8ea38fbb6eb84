//! The program without screens: arguments and commands.

pub mod args;
pub mod commands;
mod complete;

pub use args::{Cli, Command, Global};
pub use commands::{CommandOutcome, command};
pub use complete::{Shell, answer_shell};
