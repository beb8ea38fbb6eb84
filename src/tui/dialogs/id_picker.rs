//! Pickers for one or several ids of the account.

use crate::trackops::List;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::Model;
use crate::tui::dialogs::pick_line::Pick;
use crate::tui::dialogs::picker::Picker;

/// Returns a picker for one id.
pub(crate) fn one_id(
    model: &Model,
    title: String,
    list: List,
    within: Option<u64>,
    now: Option<u64>,
    then: impl FnOnce(&mut Model, u64) -> Vec<Effect> + Send + 'static,
) -> Picker {
    let then = |model: &mut Model, ids: Vec<u64>| match ids.first() {
        Some(id) => then(model, *id),
        None => Vec::new(),
    };
    let mut picker = Picker::of_ids(model, title, list, within, Box::new(then));
    picker.now = now;
    picker.cursor =
        Some(picker.lines.iter().position(|line| now.map(Pick::Id) == Some(line.pick)).unwrap_or(0));
    picker
}

/// Returns a picker for several ids, or none.
pub(crate) fn several_ids(
    model: &Model,
    title: String,
    list: List,
    within: Option<u64>,
    now: Vec<u64>,
    then: impl FnOnce(&mut Model, Vec<u64>) -> Vec<Effect> + Send + 'static,
) -> Picker {
    let mut picker = Picker::of_ids(model, title, list, within, Box::new(then));
    picker.marked = Some(now);
    picker
}
