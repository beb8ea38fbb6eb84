//! Promise 9: text from files and servers never controls the terminal.

mod hostile;
mod server_texts;
