//! How much of a cell's text is masked on screen.

use crate::text::{hide_ssns, mask};

/// Part of a cell's text that is masked on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellMask {
    /// All of it: the column is private.
    Whole,
    /// What looks like an SSN.
    Ssns,
    Nothing,
}

impl CellMask {
    /// Returns the mask of a column's cells while private values are hidden.
    pub(crate) fn of(is_private: bool) -> Self {
        if is_private { Self::Whole } else { Self::Ssns }
    }

    /// Returns the text as displayed.
    pub(crate) fn apply(self, text: &str) -> String {
        match self {
            Self::Whole => mask(text),
            Self::Ssns => hide_ssns(text).into_owned(),
            Self::Nothing => text.to_owned(),
        }
    }
}
