//! The durable record of imports and their outcomes.

mod types;

pub use types::{Counts, Exception, Import, ImportId, OnError, Source, Status};
