//! Terminal operations that the event loop uses.

use std::io;

use crate::trackops::Notify;
use crate::tui::core::title::TitleAndProgress;

/// A signal from the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Terminate,
    HangUp,
    /// The program continues after a stop; the terminal may be in any state.
    Continued,
}

/// Terminal operations besides drawing.
pub(crate) trait Line {
    /// Writes the drawn frame in one piece; returns its size in bytes.
    fn send(&self) -> io::Result<usize>;
    /// Restores the terminal and stops the program until the shell continues it.
    fn suspend(&self) -> io::Result<()>;
    /// Takes over the terminal again, whatever its state.
    fn take(&self) -> io::Result<()>;
    /// Copies a text to the clipboard of the user's own machine.
    fn copy(&self, text: &str) -> io::Result<()>;
    /// Updates terminal title and progress.
    fn show(&self, outside: &TitleAndProgress) -> io::Result<()>;
    /// Notifies the user outside the screen.
    fn notify(&self, how: Notify, text: &str) -> io::Result<()>;
}
