//! The Review screen: the results of the check, and every row as a case.

pub(crate) mod actions;
pub(crate) mod arrange;
pub(crate) mod arrangement;
pub(crate) mod fetch;
pub(crate) mod fill;
pub(crate) mod filter;
pub(crate) mod first;
mod nothing;
pub(crate) mod problem;
pub(crate) mod row_view;
pub(crate) mod state;
mod table;
pub(crate) mod view;

pub(crate) use actions::{act, again, availability, check_anew, checked, counted, first_error, show};
pub(crate) use fetch::fetched;
