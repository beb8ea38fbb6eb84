//! The loop's view of the terminal.

use std::io;

use crate::trackops::Notify;
use crate::tui::core::outside::Outside;

/// What the system has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Terminate,
    HangUp,
    /// Somebody stopped the program, and it goes on: the terminal may be in any state.
    Continued,
}

/// What the loop wants of the terminal that is no frame.
pub(crate) trait Line {
    /// Sends the frame that was drawn, in one piece; gives its bytes.
    fn send(&self) -> io::Result<usize>;
    /// Gives the terminal back and stops the program, until the shell lets it go on.
    fn suspend(&self) -> io::Result<()>;
    /// Takes the terminal again, whatever somebody else did to it.
    fn take(&self) -> io::Result<()>;
    /// Hands a text to the clipboard of the person's own machine.
    fn copy(&self, text: &str) -> io::Result<()>;
    /// Shows around the screen where the program is.
    fn show(&self, outside: &Outside) -> io::Result<()>;
    /// Calls a person who looks elsewhere.
    fn notify(&self, how: Notify, text: &str) -> io::Result<()>;
}
