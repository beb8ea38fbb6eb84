//! Event loop, messages, model, effects, key table and terminal.

pub(crate) mod action;
pub(crate) mod cell_mask;
pub(crate) mod click;
pub(crate) mod cursor;
pub(crate) mod effect;
pub(crate) mod effects;
pub(crate) mod event_loop;
pub(crate) mod goto;
pub(crate) mod keymap;
pub(crate) mod keys;
pub(crate) mod leave;
pub(crate) mod line;
pub(crate) mod model;
pub(crate) mod msg;
pub(crate) mod palette;
pub(crate) mod pending;
pub(crate) mod place;
pub(crate) mod terminal;
pub(crate) mod theme;
pub(crate) mod title;
pub(crate) mod update;
