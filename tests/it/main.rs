//! Whole programs: the app in process, the binary without a terminal and in one, the sandbox over real HTTP, kills. One
//! binary, because each links the whole program.

#[path = "common/pty.rs"]
#[cfg(unix)]
mod pty;
#[path = "common/raw.rs"]
mod raw;
#[path = "common/tls.rs"]
mod tls_server;

mod common;

mod cli;
mod promises;
mod sandbox;
mod terminal;
