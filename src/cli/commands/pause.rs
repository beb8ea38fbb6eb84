//! `caseload pause`: asks the program running an import to stop, and waits for it.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::output::report_line;
use super::{CommandOutcome, show, state_of};
use crate::app::{App, AppError};
use crate::ledger::{ImportId, Status};

const POLL_INTERVAL: Duration = Duration::from_millis(50);
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// Pauses an import, then shows its state.
pub(super) async fn pause(app: &App, id: ImportId, json: bool) -> Result<CommandOutcome, AppError> {
    app.runs().ask_to_pause(id)?;
    stopped(app, id).await?;
    let (shown, _) = state_of(app, id)?;
    let stopped = matches!(shown.status, Status::Paused | Status::Complete);
    show(&shown, json);
    Ok(if stopped { CommandOutcome::Done } else { CommandOutcome::Left })
}

/// Waits until the import stops running, and reports progress.
async fn stopped(app: &App, id: ImportId) -> Result<(), AppError> {
    let (mut reported, mut last) = (Instant::now(), String::new());
    while app.runs().is_running(id) {
        sleep(POLL_INTERVAL).await;
        if reported.elapsed() < PROGRESS_INTERVAL {
            continue;
        }
        reported = Instant::now();
        let text = format!("pausing import {id}: {}", app.imports().get(id)?.counts.sum());
        if text != last {
            report_line(&text);
            last = text;
        }
    }
    Ok(())
}
