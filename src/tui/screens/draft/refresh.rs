//! A draft that another window changed while it was open here.

use crate::ledger::Status;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::Model;
use crate::tui::core::msg::{Opened, Sentence, Ticket};
use crate::tui::screens::draft::job::Job;

/// Asks whether the open draft was changed elsewhere.
pub(crate) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import.id) else { return Vec::new() };
    vec![Effect::Query(Query::Refresh(model.wait_for("Reading the draft again"), id))]
}

/// Shows the open draft as it was left elsewhere.
pub(crate) fn answered(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Option<Opened>, Sentence>,
) -> Vec<Effect> {
    let Some(Some(opened)) = model.take_answer(ticket, answer) else { return Vec::new() };
    let Some(job) = model.job.as_mut().filter(|job| job.import.id == opened.import.id) else {
        return Vec::new();
    };
    model.overlays.clear();
    let (import, measured) = (opened.import.clone(), opened.measured);
    if !matches!(import.status, Status::Draft | Status::Ready) {
        model.job = None;
        return model.go(Goto::Processing(import.id));
    }
    let shown = (job.field, job.line, job.sample);
    *job = Job::new(opened, &model.catalog);
    (job.field, job.line, job.sample) = shown;
    let id = import.id;
    let mut effects = vec![Effect::Change(DataChange::Reopen(Box::new(import)))];
    if !measured {
        effects.push(Effect::Query(Query::Measure(id)));
    }
    effects.extend(model.go(Goto::CheckAnew));
    effects
}
