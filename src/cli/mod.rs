//! The program without screens: arguments and commands.

pub mod args;
pub mod commands;

pub use args::{Cli, Command, Global};
pub use commands::{Outcome, command};
