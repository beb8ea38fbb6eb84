//! The Start dialog: how many cases, for which client, at which host.

pub(crate) mod actions;
pub(crate) mod state;
mod view;

pub(crate) use actions::{act, ask, target};
pub(crate) use view::draw;
