//! `caseload resume`: goes on, and takes a person's word for what a look-up cannot tell.

use super::{say, watch};
use crate::app::{App, AppError, StartOptions};
use crate::ledger::{Decision, Import, Status};
use crate::text::plural;

/// Goes on where an import stopped. Rows that are unknown after that are what `word` says, of all of them or of one.
pub(super) async fn resume(
    app: &App,
    import: &Import,
    options: &StartOptions,
    word: Option<(Decision, Option<u64>)>,
) -> Result<(), AppError> {
    // What cannot be meant is said before anything is done; and only these rows are meant, whatever comes.
    let meant = match &word {
        Some((decision, row)) => app.unknown_rows(import.id, decision, *row)?,
        None => Vec::new(),
    };
    let import = &app.measured(import.id)?;
    let takes_in = options.send_duplicates || !options.send_anyway.is_empty();
    let mut status = import.status;
    if import.counts.unknown + import.counts.not_sent > 0 || takes_in {
        status = go_on(app, import, options).await?;
    }
    let Some((decision, _)) = word else { return Ok(()) };
    if !matches!(status, Status::Complete | Status::Error) {
        say("nothing was decided, because not every unknown row could be looked up; resume once more");
        return Ok(());
    }
    let unknown = app.unknown(import.id)?;
    let rows: Vec<u64> = meant.into_iter().filter(|row| unknown.contains(row)).collect();
    if rows.is_empty() {
        say("the look-up has told what became of every row; nothing was left to decide");
        return Ok(());
    }
    for row in &rows {
        app.decide(import.id, *row, decision.clone())?;
    }
    let rows = plural(rows.len() as u64, "unknown row");
    match decision {
        Decision::Created(id) => say(&format!("{rows} taken for case {id}")),
        Decision::Send => {
            say(&format!("{rows} taken for not sent, and sent again"));
            go_on(app, import, options).await?;
        }
    }
    Ok(())
}

async fn go_on(app: &App, import: &Import, options: &StartOptions) -> Result<Status, AppError> {
    app.test().await?;
    Ok(watch(app.start(import.id, options.clone())?).await)
}
