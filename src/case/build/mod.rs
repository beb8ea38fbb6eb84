//! Building a row into a case or its problems.

pub(super) mod builder;
mod checks;
mod custom;
mod damage;
mod placeholders;
mod roster;
mod stored_text;
