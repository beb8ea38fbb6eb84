//! Settings in the config file that don't belong to an account.

use serde::{Deserialize, Serialize};

/// What to do with a run when the connection to the person's terminal drops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnHangUp {
    /// Continue to the end without a screen.
    #[default]
    Continue,
    /// Pause after the rows in flight.
    Pause,
}

/// Background color of the terminal: yellow on white is unreadable, and so is blue on black.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// As `COLORFGBG` says; dark if it isn't set.
    #[default]
    Auto,
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

/// Notification at the end of a run on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// None.
    #[default]
    Off,
    /// The terminal's bell.
    Bell,
    /// A desktop notification, if the terminal supports it.
    Desktop,
}

/// When to compare created cases with the rows they were created from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verify {
    /// At the end of every run.
    Always,
    /// Only on request.
    Never,
}
