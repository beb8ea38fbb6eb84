//! Questions before actions that can't be undone.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::app::AppError;
use crate::text::visible_lines;

/// Asks for agreement, unless `--yes` gave it. Fails without a terminal.
pub(super) fn confirm(yes: bool, question: &str) -> Result<bool, AppError> {
    if yes {
        return Ok(true);
    }
    let answer = answer(&format!("{question} [y/N]"))?.ok_or(AppError::NeedsYes)?;
    Ok(matches!(answer.as_str(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Asks for a line; `None` without a terminal.
pub(super) fn answer(question: &str) -> Result<Option<String>, AppError> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(None);
    }
    let fail = |source| AppError::File { what: "can't ask the question", source };
    let mut screen = io::stderr().lock();
    write!(screen, "{} ", visible_lines(question)).and_then(|()| screen.flush()).map_err(fail)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(fail)?;
    Ok(Some(answer.trim().to_owned()))
}
