//! Quitting the program.

use crate::tui::core::effect::{Effect, RunCommand};
use crate::tui::core::model::{Model, Mood, Overlay, Phase};
use crate::tui::dialogs::Confirm;

/// Quits at once, or asks first while an import is running.
pub(crate) fn leave(model: &mut Model) -> Vec<Effect> {
    let running: Vec<String> =
        model.boards.iter().filter(|(_, board)| board.is_running()).map(|(id, _)| id.to_string()).collect();
    if running.is_empty() {
        model.phase = Phase::Over;
        return Vec::new();
    }
    if model.phase == Phase::Leaving {
        model.phase = Phase::Abandoned;
        return Vec::new();
    }
    let confirmed = matches!(model.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.leaves);
    // Ctrl-C on the question means yes.
    if confirmed {
        model.overlays.pop();
        return stop_and_leave(model);
    }
    let single = running.len() == 1;
    let question = format!(
        "{} {} {} running. Quit? Sending pauses once Trackops has answered the rows already sent. Next time, \
         press r to resume.",
        if single { "Import" } else { "Imports" },
        running.join(" and "),
        if single { "is" } else { "are" }
    );
    let mut confirm = Confirm::new("Quit?", question, stop_and_leave);
    confirm.leaves = true;
    confirm.open(model);
    Vec::new()
}

const LEAVING: &str = "Waiting for the last replies before quitting… Press Ctrl-C again to quit now; rows without \
                       a reply are checked on resume.";

/// Stops every run after the rows in flight. The program ends when the last run has ended.
pub(crate) fn stop_and_leave(model: &mut Model) -> Vec<Effect> {
    model.phase = if model.is_running() { Phase::Leaving } else { Phase::Over };
    model.say(Mood::Plain, LEAVING);
    let mut effects = Vec::new();
    for (id, board) in model.boards.iter_mut().filter(|(_, board)| board.is_running()) {
        board.stop();
        effects.push(Effect::Run(RunCommand::Stop(*id)));
    }
    effects
}
