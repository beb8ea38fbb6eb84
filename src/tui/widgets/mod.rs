//! Pieces the screens are made of.

pub(crate) mod dialog;
pub(crate) mod footer;
pub(crate) mod help;
pub(crate) mod picker;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod values;
