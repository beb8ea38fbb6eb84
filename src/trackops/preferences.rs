//! Settings of the program that the config file holds beside the accounts.

use serde::{Deserialize, Serialize};

/// What becomes of a run when the line drops at whose other end a person sat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnHangUp {
    /// It goes on to its end without a screen.
    #[default]
    Continue,
    /// It is paused after the rows in flight.
    Pause,
}

impl OnHangUp {
    #[expect(clippy::trivially_copy_pass_by_ref)] // as serde wants it
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What colour the terminal's paper is: yellow on white cannot be read, nor blue on black.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// As the terminal says in `COLORFGBG`; dark when it says nothing.
    #[default]
    Auto,
    /// Light letters on it.
    Dark,
    /// Dark letters on it.
    Light,
}

impl Background {
    #[expect(clippy::trivially_copy_pass_by_ref)] // as serde wants it
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Notification at the end of a run on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// Not at all.
    #[default]
    Off,
    /// By the terminal's bell.
    Bell,
    /// By a notification of the desktop, where the terminal knows such.
    Desktop,
}

impl Notify {
    #[expect(clippy::trivially_copy_pass_by_ref)] // as serde wants it
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// When created cases are compared with the rows they were created from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verify {
    /// At the end of every run.
    Always,
    /// Only on request.
    Never,
}
