//! The catalog: the account's lists of ids and names, and what is done to them.

pub(crate) mod actions;
pub(crate) mod declare;
pub(crate) mod state;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod view;

pub(crate) use actions::{act, availability, listed, merged, open};
