//! `caseload pause`: asks the program running an import to stop, and waits for it.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::output::say;
use super::{Outcome, show, stands};
use crate::app::{App, AppError};
use crate::ledger::{ImportId, Status};

const LOOK_EVERY: Duration = Duration::from_millis(50);
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Pauses an import, then shows its state.
pub(super) async fn pause(app: &App, id: ImportId, json: bool) -> Result<Outcome, AppError> {
    app.ask_to_pause(id)?;
    stopped(app, id).await?;
    let (shown, _) = stands(app, id)?;
    let stopped = matches!(shown.status, Status::Paused | Status::Complete);
    show(&shown, json);
    Ok(if stopped { Outcome::Done } else { Outcome::Left })
}

/// Waits until the import stops running, and reports progress.
async fn stopped(app: &App, id: ImportId) -> Result<(), AppError> {
    let (mut told, mut last) = (Instant::now(), String::new());
    while app.is_running(id) {
        sleep(LOOK_EVERY).await;
        if told.elapsed() < TELL_EVERY {
            continue;
        }
        told = Instant::now();
        let text = format!("pausing import {id}: {}", app.import(id)?.counts.sum());
        if text != last {
            say(&text);
            last = text;
        }
    }
    Ok(())
}
