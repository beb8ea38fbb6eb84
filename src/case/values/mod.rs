//! Reads text as dates, numbers, names and addresses. Doesn't know recipes or fields of a case.

pub(super) mod address;
pub(super) mod country;
pub(super) mod date;
pub(super) mod kind;
pub(super) mod name;
mod name_doubt;
pub(super) mod name_key;
pub(super) mod name_order;
mod name_words;
pub(super) mod number;
pub(super) mod placeholder;
pub(super) mod plausible;
pub(super) mod reference;
pub(super) mod reference_doubt;
mod reference_shape;
pub(super) mod value;
mod word_map;
pub(super) mod words;
pub(super) mod yes_no;
