//! Promise 9: text from files and servers never controls the terminal.

mod echoed;
mod hostile;
