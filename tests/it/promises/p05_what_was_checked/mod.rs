//! Promise 5: the source file never changes, and what is sent is what was checked.

mod changes;
mod export;
mod file_changed;
