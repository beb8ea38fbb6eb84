//! Check and run: turns rows into outcomes, and reports events. Knows nothing of the terminal.
//!
//! ```text
//! sheet ─ source (a thread: build, judge) ─► run ─ intent ─► ledger
//!                                              │ ◄─ durable ─┘
//!                                              ├─ send, at a pace ─► Trackops
//!                                              │ ◄──── answer ───────┘
//!                                              ├─ interpret: outcome ─► ledger ─ durable ─► events
//!                                              ├─ settle: look up what is unknown
//!                                              └─ read back: compare the cases listed with the rows sent
//! recent: before the first row, list the cases already in Trackops
//! verify: compare the cases listed with the values sent, row by row
//! elsewhere: wait for another import that is sending the same rows
//! retry: find the rejected rows that can be sent again
//! first: send a single row through the same steps, and read it back
//! fill_down: find the cells that mean the value above them
//! check: build every row on all processors, and judge it; send nothing
//! ```

mod case_numbers;
mod check;
mod column_evidence;
mod elsewhere;
mod event;
mod evidence;
mod facet;
mod fill_down;
mod first;
mod in_order;
mod job;
mod listing;
mod pace;
mod pass;
mod past_requests;
mod rate;
mod read_back;
mod recent;
mod recheck;
mod refusal_streak;
mod retry;
mod row;
mod run;
mod runner;
mod settle;
mod sort;
mod source;
#[cfg(test)]
mod test_sheet;
mod unmapped_evidence;
mod verify;

pub use check::{CheckError, CheckReport, ProblemGroup, check};
pub use event::{Ended, Event, Progress};
pub use facet::{Facet, facet, survey};
pub use fill_down::{FilledCell, MAX_FILLED, fill_cell, fill_column, is_to_fill};
pub use first::{FirstError, FirstOutcome, FirstResult, send_first};
pub use job::{LookBack, LookUp, RunJob, RunOptions, StopHandle, StoppedBy};
pub use recent::recent_cases;
pub use recheck::CachedCheck;
pub use retry::{Rechecked, RetryState, recheck_rejected, settled_elsewhere};
pub use row::{Duplicates, Judge, RecentCases};
pub use run::{Run, start, verify};
pub(crate) use runner::THEN_VERIFY;
pub use sort::sorted;
