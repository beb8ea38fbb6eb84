//! The list of imports.

pub(crate) mod actions;
pub(crate) mod state;
pub(crate) mod view;

pub(crate) use actions::{act, availability, choose_file, deleted, open, opened, saved, show};
