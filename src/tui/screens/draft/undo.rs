//! Undo and redo of changes to a draft.

use crate::tui::core::action::Action;
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let back = action == Action::Undo;
    match &model.job {
        Some(job) if job.history.can_step(back) => Ok(()),
        _ if back => Err("Nothing to undo.".to_owned()),
        _ => Err("Nothing to redo.".to_owned()),
    }
}

/// Undoes the last change, or redoes it.
pub(crate) fn step(model: &mut Model, back: bool) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some((recipe, what)) = job.history.step(back) else { return Vec::new() };
    job.recipe = recipe;
    let effects = job.changed(&model.catalog);
    let done = if back { "Undone" } else { "Redone" };
    model.say(Mood::Good, format!("{done}: {what}."));
    model.go(Goto::Recheck);
    effects
}
