//! The command palette: every action of the current place, found by typing.

use crate::tui::core::action::Action;
use crate::tui::core::effect::Effect;
use crate::tui::core::keymap::{Spec, actions_of};
use crate::tui::core::model::Model;
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::screens;

/// Returns whether the palette lists an action; it leaves out cursor movement.
fn is_listed(spec: &Spec) -> bool {
    !matches!(
        spec.action,
        Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last
            | Action::Palette
    )
}

/// Opens the palette; `act` carries out the chosen action.
pub(crate) fn open(model: &mut Model, act: fn(&mut Model, Action) -> Vec<Effect>) -> Vec<Effect> {
    let line = |spec: &'static Spec| {
        let why = screens::availability(spec.action, model).err();
        let word = if spec.text.is_empty() { String::new() } else { format!("{}: ", spec.text) };
        let label = match &why {
            None => format!("{word}{}", spec.help),
            Some(why) => format!("{word}{} Unavailable: {why}", spec.help),
        };
        (why.is_some(), Choice::new(spec.action, label, spec.shown))
    };
    let listed = actions_of(model.place()).filter(|spec| is_listed(spec));
    let mut choices: Vec<(bool, Choice<Action>)> = listed.map(line).collect();
    // Available actions come first.
    choices.sort_by_key(|(not_now, _)| *not_now);
    let choices = choices.into_iter().map(|(_, choice)| choice).collect();
    Picker::new("Command palette", choices, act).open(model)
}
