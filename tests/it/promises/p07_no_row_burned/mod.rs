//! Promise 7: a system fault pauses the import and rejects no rows.

mod misbehave;
mod pause;
