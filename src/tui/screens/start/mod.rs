//! The Start dialog: how many cases, for which client, at which host.

pub(crate) mod actions;
pub(crate) mod state;

pub(crate) use actions::{act, ask, draw, target};
