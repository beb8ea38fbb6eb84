//! Review: what the check found, and any row as the case it will be.

pub(crate) mod actions;
pub(crate) mod fetch;
pub(crate) mod filter;
pub(crate) mod first;
pub(crate) mod problem;
pub(crate) mod row_view;
pub(crate) mod state;
pub(crate) mod view;

pub(crate) use actions::{act, afresh, again, availability, checked, counted, first_error, show};
pub(crate) use fetch::fetched;
