//! The Processing screen: a run, its progress and its exceptions.

pub(crate) mod actions;
pub(crate) mod correct;
pub(crate) mod exceptions;
pub(crate) mod excluded;
pub(crate) mod export;
pub(crate) mod log;
mod note;
mod panels;
pub(crate) mod state;
#[cfg(test)]
mod tests;
pub(crate) mod view;

pub(crate) use actions::{
    act, asked_to_pause, availability, begin, event, resume, show, started, tick, watched,
};
