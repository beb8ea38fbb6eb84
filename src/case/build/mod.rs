//! Building a row into a case or its problems.

pub(super) mod builder;
mod checks;
mod choices;
mod custom;
mod damage;
mod dates;
mod placeholders;
mod references;
mod roster;
mod stored_text;
