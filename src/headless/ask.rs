//! A question before what cannot be taken back.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::app::AppError;
use crate::text::visible;

/// Asks once, unless it was said beforehand. Fails where nobody can be asked.
pub(super) fn agreed(beforehand: bool, question: &str) -> Result<bool, AppError> {
    if beforehand {
        return Ok(true);
    }
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(AppError::NeedsYes);
    }
    let fail = |source| AppError::File { what: "the question cannot be asked", source };
    let mut screen = io::stderr().lock();
    write!(screen, "{} [y/N] ", visible(question)).and_then(|()| screen.flush()).map_err(fail)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(fail)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}
