//! The catalog screen: the account's lists of ids and names.

pub(crate) mod actions;
pub(crate) mod declare;
pub(crate) mod state;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod view;

pub(crate) use actions::{act, availability, listed, merged, open, open_at};
