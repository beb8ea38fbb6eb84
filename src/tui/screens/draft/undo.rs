//! Undo and redo of changes to a draft.

use crate::tui::core::action::Action;
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let back = action == Action::Undo;
    match &model.job {
        Some(job) if job.history.can_step(back) => Ok(()),
        _ if back => Err("there is no change to take back".to_owned()),
        _ => Err("no change was taken back".to_owned()),
    }
}

/// Takes the last change back, or makes it again.
pub(crate) fn step(model: &mut Model, back: bool) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some((recipe, what)) = job.history.step(back) else { return Vec::new() };
    job.recipe = recipe;
    let effects = job.changed(&model.catalog);
    let done = if back { "taken back" } else { "made again" };
    model.say(Mood::Good, format!("{done}: {what}"));
    model.go(Goto::Recheck);
    effects
}
