//! Settings of the config file that aren't about one account.

use crate::app::accounts::Accounts;
use crate::app::lock::locked;
use crate::case::Words;
use crate::trackops::{Background, Notify, OnHangUp, Verify};

impl Accounts {
    /// Returns the notification at the end of a run, as configured.
    #[must_use]
    pub fn notify(&self) -> Notify {
        locked(&self.session).config.notify
    }

    /// Returns whether the screen is drawn with ASCII signs alone, as configured; `None` leaves it to the locale.
    #[must_use]
    pub fn ascii(&self) -> Option<bool> {
        locked(&self.session).config.ascii
    }

    /// Returns whether wheel and clicks of the mouse move the cursor, as configured.
    #[must_use]
    pub fn mouse(&self) -> bool {
        locked(&self.session).config.mouse
    }

    /// Returns the background that the screen's colors must suit, as configured.
    #[must_use]
    pub fn background(&self) -> Background {
        locked(&self.session).config.background
    }

    /// Returns what a run does when the connection to the terminal drops, as configured.
    #[must_use]
    pub fn on_hang_up(&self) -> OnHangUp {
        locked(&self.session).config.on_hang_up
    }

    /// Returns when created cases are compared with the rows, as configured.
    pub(in crate::app) fn verify(&self) -> Option<Verify> {
        locked(&self.session).config.verify
    }

    /// Returns the user's own words for headers, as configured.
    pub(in crate::app) fn vocabulary(&self) -> Words {
        locked(&self.session).config.vocabulary.clone()
    }
}
