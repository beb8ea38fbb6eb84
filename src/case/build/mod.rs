//! A row built into a case, and what is wrong with it.

pub(super) mod builder;
mod checks;
mod custom;
mod damage;
mod roster;
