//! The way out of the program.

use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::model::{Model, Mood, Overlay, Phase};
use crate::tui::dialogs::Confirm;

/// Leaves at once, or asks first while an import runs.
pub(crate) fn leave(model: &mut Model) -> Vec<Effect> {
    let running: Vec<String> =
        model.boards.iter().filter(|(_, board)| board.running).map(|(id, _)| id.to_string()).collect();
    if running.is_empty() {
        model.phase = Phase::Over;
        return Vec::new();
    }
    if model.phase == Phase::Leaving {
        model.phase = Phase::Abandoned;
        return Vec::new();
    }
    let asked = matches!(model.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.leaves);
    // Ctrl-C on the question is an answer: whoever insists must not be kept.
    if asked {
        model.overlays.pop();
        return stop_and_leave(model);
    }
    let question = format!(
        "Import {} is running. Leave? The rows in flight get their answers first; then the import is paused, \
         and r resumes it next time.",
        running.join(" and ")
    );
    let mut confirm = Confirm::new("Leave?", question, stop_and_leave);
    confirm.leaves = true;
    confirm.open(model);
    Vec::new()
}

const LEAVING: &str = "leaving as soon as the rows in flight have their answers … Ctrl-C again leaves at once; \
                       what became of them is then looked up on resume";

/// Stops every run after the rows in flight; the program ends with the last of them.
pub(crate) fn stop_and_leave(model: &mut Model) -> Vec<Effect> {
    model.phase = if model.is_running() { Phase::Leaving } else { Phase::Over };
    model.say(Mood::Plain, LEAVING);
    let mut effects = Vec::new();
    for (id, board) in model.boards.iter_mut().filter(|(_, board)| board.running) {
        board.stopping = true;
        effects.push(Effect::Run(RunCommand::Stop(*id)));
    }
    effects
}
