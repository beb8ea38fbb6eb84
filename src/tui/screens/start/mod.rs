//! The one dangerous question: how many cases, for whom, where.

pub(crate) mod actions;
pub(crate) mod state;

pub(crate) use actions::{act, ask, draw, target};
