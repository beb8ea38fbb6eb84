//! The field map: the recipe, guesses for it, and the plan it becomes for a file.

pub(super) mod changes;
mod column_doubts;
pub(super) mod column_ref;
pub(super) mod defaults;
pub(super) mod drift;
pub(super) mod edits;
mod evidence;
pub(super) mod field;
pub(super) mod gaps;
pub(super) mod guess;
pub(super) mod placed;
pub(super) mod plan;
pub(super) mod plan_error;
mod positions;
pub(super) mod private_columns;
pub(super) mod read;
pub(super) mod read_kind;
pub(super) mod recipe;
pub(super) mod roster;
pub(super) mod slot;
pub(super) mod sort_key;
pub(super) mod subject_no;

pub(super) mod usual_identity;
