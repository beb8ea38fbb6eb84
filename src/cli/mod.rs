//! The program without a screen: its arguments, and what each command does.

pub mod args;
pub mod commands;

pub use args::{Cli, Command, Global};
pub use commands::{Outcome, command};
