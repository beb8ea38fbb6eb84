//! Integration tests: the app in this process, the binary with and without a terminal, the sandbox over real HTTP, and
//! kills. They are one binary because each binary would link the whole program.

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
mod week;
