//! A question before what cannot be taken back.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::app::AppError;
use crate::text::visible;

/// Asks once, unless it was said beforehand. Fails where nobody can be asked.
pub(super) fn agreed(beforehand: bool, question: &str) -> Result<bool, AppError> {
    if beforehand {
        return Ok(true);
    }
    let answer = answer(&format!("{question} [y/N]"))?.ok_or(AppError::NeedsYes)?;
    Ok(matches!(answer.as_str(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Asks whoever is at the terminal for a line; none where nobody is.
pub(super) fn answer(question: &str) -> Result<Option<String>, AppError> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(None);
    }
    let fail = |source| AppError::File { what: "the question cannot be asked", source };
    let mut screen = io::stderr().lock();
    write!(screen, "{} ", visible(question)).and_then(|()| screen.flush()).map_err(fail)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(fail)?;
    Ok(Some(answer.trim().to_owned()))
}
