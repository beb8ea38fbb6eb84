//! Check and run: rows in, outcomes out, as a stream of events. Knows no terminal.
//!
//! ```text
//! sheet ─ prepare (a thread: build, judge) ─► run ─ intent ─► ledger
//!                                              │ ◄─ durable ─┘
//!                                              ├─ send, at a pace ─► Trackops
//!                                              │ ◄──── answer ───────┘
//!                                              ├─ outcome ─► ledger ─ durable ─► events
//!                                              ├─ settle: look up what is unknown
//!                                              └─ read back: compare the cases listed with the rows sent
//! first: one row through the same steps alone, read back
//! ```

mod alike;
mod check;
mod event;
mod evidence;
mod facet;
mod first;
mod identity;
mod in_order;
mod job;
mod listing;
mod log;
mod not_sent;
mod pace;
mod pass;
mod prepare;
mod rate;
mod read_back;
mod recheck;
mod run;
mod runner;
mod seen;
mod settle;

pub use check::{CheckError, ProblemGroup, Report, check};
pub use event::{Ended, Event, Progress};
pub use facet::{Facet, facet, survey};
pub use first::{First, FirstError, FirstOutcome, send_first};
pub use job::{Control, Job, Options, PausedBy};
pub use prepare::{Duplicates, Prepared, Preparer, Ready, Verdict};
pub use recheck::Kept;
pub use run::{Run, start};
