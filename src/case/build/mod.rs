//! Building a row into a case or its problems.

pub(super) mod builder;
mod checks;
mod choices;
mod compound;
mod damage;
mod dates;
mod placeholders;
mod plan_doubts;
mod references;
mod roster;
mod stored_text;
