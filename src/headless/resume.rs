//! `caseload resume`: goes on, and takes a person's word for what a look-up cannot tell.

use super::say;
use super::watch::watch;
use crate::app::{App, AppError, StartOptions};
use crate::engine::Ended;
use crate::ledger::{Decision, Import};
use crate::text::plural;

/// Goes on where an import stopped. Rows that are unknown after that are what `word` says, of all of them or of one.
pub(super) async fn resume(
    app: &App,
    import: &Import,
    options: &StartOptions,
    word: Option<(Decision, Option<u64>)>,
) -> Result<(), AppError> {
    let Some((decision, row)) = word else {
        let import = app.measured(import.id)?;
        if import.has_something_left() || options.takes_in() {
            go_on(app, &import, options.clone()).await?;
        }
        return Ok(());
    };
    // What cannot be meant is said before anything is done; and only these rows are meant, whatever comes.
    let meant = app.unknown_rows(import.id, &decision, row)?;
    let looked_up = go_on(app, import, StartOptions { settle_only: true, ..options.clone() }).await?;
    if !looked_up.is_some_and(|ended| ended.looked_up) {
        say("nothing was decided, because the unknown rows could not all be looked up; resume once more");
        return Ok(());
    }
    let unknown = app.unknown(import.id)?;
    let rows: Vec<u64> = meant.into_iter().filter(|row| unknown.contains(row)).collect();
    for row in &rows {
        app.decide(import.id, *row, decision.clone()).await?;
    }
    let told = plural(rows.len() as u64, "unknown row");
    match decision {
        _ if rows.is_empty() => {
            say("the look-up has told what became of every row; nothing was left to decide");
        }
        Decision::Created(id) => say(&format!("{told} taken for case {id}")),
        Decision::Send => say(&format!("{told} taken for not sent, and sent again")),
    }
    if app.import(import.id)?.counts.not_sent > 0 {
        go_on(app, import, options.clone()).await?;
    }
    Ok(())
}

async fn go_on(app: &App, import: &Import, options: StartOptions) -> Result<Option<Ended>, AppError> {
    app.require_whole_ledger()?;
    app.account_of(import)?;
    app.test().await?;
    Ok(watch(app.start(import.id, options)?, app.on_hang_up()).await)
}
