//! Promise 5: the source file is never changed, and what is sent is what was checked.

mod changes;
mod out;
mod saved;
