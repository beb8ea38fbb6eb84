//! The command palette: every action of the current place, found by typing.

use crate::tui::core::action::Action;
use crate::tui::core::effect::Effect;
use crate::tui::core::keymap::{Spec, actions_of};
use crate::tui::core::model::Model;
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::screens;

/// Returns whether the palette lists an action; it leaves out cursor movement.
pub(crate) fn is_listed(spec: &Spec) -> bool {
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

/// Returns the label of an action: its word in the footer, and what it does.
pub(crate) fn label(spec: &Spec) -> String {
    let word = if spec.text.is_empty() { String::new() } else { format!("{}: ", spec.text) };
    format!("{word}{}", in_short(spec.help))
}

/// Returns a line of the help up to the first clause that only explains it.
fn in_short(help: &str) -> &str {
    let ends = [". ", "; ", ": ", " (", ", "];
    let end = ends.iter().filter_map(|end| help.find(end)).min();
    end.and_then(|end| help.get(..end)).unwrap_or(help).trim_end_matches('.')
}

/// Opens the palette; `act` carries out the chosen action.
pub(crate) fn open(model: &mut Model, act: fn(&mut Model, Action) -> Vec<Effect>) -> Vec<Effect> {
    let line = |spec: &'static Spec| {
        let why = screens::availability(spec.action, model).err();
        let choice = Choice::new(spec.action, label(spec), spec.shown);
        let choice = match &why {
            None => choice.detail(spec.help),
            Some(why) => choice.detail(format!("Unavailable: {why} {}", spec.help)).faint(),
        };
        (why.is_some(), choice)
    };
    let listed = actions_of(model.place()).filter(|spec| is_listed(spec));
    let mut choices: Vec<(bool, Choice<Action>)> = listed.map(line).collect();
    // Available actions come first.
    choices.sort_by_key(|(not_now, _)| *not_now);
    let choices = choices.into_iter().map(|(_, choice)| choice).collect();
    Picker::new("Command palette", choices, act).open(model)
}
