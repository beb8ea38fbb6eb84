//! The one dangerous question: how many cases, for whom, where.

use crate::case::{CaseField, Target};
use crate::trackops::List;
use crate::tui::model::{Model, Overlay};

use super::dialogs::{StartDialog, StartFocus};
use super::names::id_text;
use super::plural;

/// For whom, and where: ` for Acme (100) at acme.viewcases.com`.
pub(crate) fn target(model: &Model) -> Option<String> {
    let job = model.job.as_ref()?;
    let client = match job.default_id(CaseField::Client) {
        Some(id) => format!(" for {}", id_text(List::Clients, id, &model.catalog)),
        None => " for the clients named in the file".to_owned(),
    };
    let mapped = job.recipe.columns.iter().any(|rule| rule.to == Target::Case(CaseField::Client));
    let client = if mapped { " for the clients named in the file".to_owned() } else { client };
    let host = model.who.as_ref().map_or_else(String::new, |who| format!(" at {}", who.host));
    Some(format!("{client}{host}"))
}

/// Asks before the first row is sent.
pub(crate) fn ask(model: &mut Model) {
    let (Some(job), Some(found), Some(target)) = (&model.job, &model.review.found, target(model)) else {
        return;
    };
    let report = &found.report;
    let sent = report.created;
    let duplicates = report
        .groups
        .iter()
        .filter(|group| group.code.starts_with("duplicate.") && group.code != "duplicate.sent_anyway");
    let mut note = Vec::new();
    if sent > 0 {
        note.push(format!("{} sent already, and not again.", plural(sent, "row")));
    }
    if report.with_errors > 0 {
        note.push(format!("{} with errors will be rejected, not sent.", plural(report.with_errors, "row")));
    }
    if report.excluded > 0 {
        note.push(format!("{} left out.", plural(report.excluded, "row")));
    }
    let dialog = StartDialog {
        import: job.import.id,
        to_send: report.to_send,
        duplicates: duplicates.map(|group| group.count).sum(),
        send_duplicates: false,
        target,
        resume: None,
        note: note.join(" "),
        on_error: job.import.on_error,
        focus: StartFocus::OnError,
    };
    model.overlays.push(Overlay::Start(dialog));
}
