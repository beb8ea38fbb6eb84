//! Promise 7: a fault of the system pauses the import and burns no rows.

mod misbehave;
mod pause;
