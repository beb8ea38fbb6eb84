//! Check and run: rows in, outcomes out, as a stream of events. Knows no terminal.

mod event;

pub use event::{Ended, Event, Progress};
