//! `caseload verify`: reads the created cases back and reports differences.

use serde::Serialize;

use super::output::{duplicate_line, joined, print, print_json, report_line};
use super::watch::watch;
use super::{CommandOutcome, state_of};
use crate::app::{App, AppError, ReadBack};
use crate::ledger::{Counts, DuplicateCases, ImportId, OnError, Verification, VerificationFinding};

#[derive(Serialize)]
struct JsonVerify<'a> {
    import: ImportId,
    #[serde(flatten)]
    counts: Counts,
    verified: Option<Verification>,
    findings: &'a [VerificationFinding],
    doubled: &'a [DuplicateCases],
}

/// Reads an import back. Done if every row is one case, stored as sent, or none was sent.
pub(super) async fn verify(app: &App, id: ImportId, json: bool) -> Result<CommandOutcome, AppError> {
    let import = app.imports().ensure_measured(id)?;
    app.switch_to_owner(&import)?;
    app.accounts().test().await?;
    let ended = watch(app.runs().verify(id)?, app.accounts().on_hang_up(), OnError::Skip).await;
    let is_read = ended.as_ref().is_some_and(|ended| ended.looked_up);
    let counts = app.imports().get(id)?.counts;
    let is_empty = is_read && counts.created + counts.unknown == 0;
    if let Some(ended) = ended.filter(|ended| !ended.note.is_empty()) {
        report_line(&ended.note);
    }
    // The ledger keeps an earlier result when the cases couldn't be read back now.
    let ReadBack { verified, findings } =
        if is_read { app.imports().read_back(id)? } else { ReadBack::default() };
    let doubled = app.imports().duplicate_cases(id)?;
    let good = (is_empty || verified.is_some_and(|seen| seen.is_confirmed())) && doubled.is_empty();
    if json {
        print_json(&JsonVerify { import: id, counts, verified, findings: &findings, doubled: &doubled })?;
    } else if is_empty && doubled.is_empty() {
        print("Nothing was created.\n")?;
    } else if verified.is_some() {
        print(&state_of(app, id)?.0.read_back_text())?;
    } else {
        print(&joined(doubled.iter().map(duplicate_line)))?;
        print("Not verified.\n")?;
    }
    Ok(if good { CommandOutcome::Done } else { CommandOutcome::Left })
}
