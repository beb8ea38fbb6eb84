//! Building blocks of the screens.

pub(crate) mod ascii;
pub(crate) mod panel;
pub(crate) mod table;
pub(crate) mod text;
