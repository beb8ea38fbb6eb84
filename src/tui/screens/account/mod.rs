//! The account screen.

pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod hidden;
pub(crate) mod state;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod view;

pub(crate) use actions::{act, ask_for_missing, connected, edit, first, open, token_from};
