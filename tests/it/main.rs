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

mod accounts;
mod again;
mod asked;
mod catalog;
mod changes;
mod decide;
mod disk;
mod doctor;
mod doors;
mod echoed;
mod first;
mod fix;
mod hostile;
mod inputs;
mod kill;
mod kinds;
mod loss;
mod masked;
mod misbehave;
mod odd;
mod others;
mod out;
mod outcomes;
mod pause;
mod private;
mod purge;
mod run;
mod sandbox;
mod saved;
mod script;
mod settings;
mod sheet;
mod standin;
mod subjects;
mod team;
mod terminal;
mod tls;
mod token;
mod verify;
mod vocabulary;
