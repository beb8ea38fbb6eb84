//! Promise 9: text from files and servers never steers the terminal.

mod echoed;
mod hostile;
