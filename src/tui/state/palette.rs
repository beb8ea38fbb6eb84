//! The command palette: every action of the place one is in, found by typing what it does.

use crate::tui::action::{self, ACTIONS, Action, Spec};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Overlay};

use super::picker::{Choice, Pick, Picker, Purpose};

/// Whether an action is worth a line: moving about is not.
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

pub(crate) fn open(model: &mut Model) {
    let place = model.place();
    let listed = ACTIONS.iter().enumerate().filter(|(_, spec)| spec.exists_in(place) && is_listed(spec));
    let line = |(at, spec): (usize, &Spec)| {
        let why = action::availability(spec.action, model).err();
        let word = if spec.text.is_empty() { String::new() } else { format!("{}: ", spec.text) };
        let label = match &why {
            None => format!("{word}{}", spec.help),
            Some(why) => format!("{word}{} Not now: {why}.", spec.help),
        };
        (why.is_some(), Choice { pick: Pick::Line(at), label, note: spec.shown.to_owned() })
    };
    let mut choices: Vec<(bool, Choice)> = listed.map(line).collect();
    // What works stands first.
    choices.sort_by_key(|(not_now, _)| *not_now);
    let choices = choices.into_iter().map(|(_, choice)| choice).collect();
    model.overlays.push(Overlay::Picker(Picker::new(
        "Everything one can do here".to_owned(),
        Purpose::Command,
        choices,
    )));
}

pub(crate) fn chosen(model: &mut Model, at: usize) -> Vec<Effect> {
    ACTIONS.get(at).map_or_else(Vec::new, |spec| crate::tui::update::act(model, spec.action))
}
