//! Choosing one or several ids of the account.

use crate::trackops::List;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::Model;
use crate::tui::dialogs::pick_line::Pick;
use crate::tui::dialogs::picker::Picker;

/// Ids to choose from.
pub(crate) struct IdChoice {
    pub(crate) title: String,
    pub(crate) list: List,
    /// `client_id` whose contacts are shown; none for all.
    pub(crate) within: Option<u64>,
    /// Current ids.
    pub(crate) now: Vec<u64>,
    /// Whether several can be chosen, or none.
    pub(crate) several: bool,
}

impl IdChoice {
    /// Returns the picker; `then` gets the chosen ids.
    pub(crate) fn picker(
        self,
        model: &Model,
        then: impl FnOnce(&mut Model, Vec<u64>) -> Vec<Effect> + Send + 'static,
    ) -> Picker {
        let mut picker = Picker::of_ids(model, self.title, self.list, self.within, Box::new(then));
        if self.several {
            picker.marked = Some(self.now);
            return picker;
        }
        picker.now = self.now.first().copied();
        let now = picker.now.map(Pick::Id);
        picker.cursor = Some(picker.lines.iter().position(|line| Some(line.pick) == now).unwrap_or(0));
        picker
    }

    /// Returns the picker for a single id.
    pub(crate) fn one(
        self,
        model: &Model,
        then: impl FnOnce(&mut Model, u64) -> Vec<Effect> + Send + 'static,
    ) -> Picker {
        self.picker(model, |model, ids| ids.first().map_or_else(Vec::new, |id| then(model, *id)))
    }

    /// Returns the picker for a cell, which also offers to type the cell's text. `likely` is the likely name of an id that
    /// is added.
    pub(crate) fn for_cell(
        self,
        model: &Model,
        likely: &str,
        then: impl FnOnce(&mut Model, Vec<u64>) -> Vec<Effect> + Send + 'static,
        type_in: impl FnOnce(&mut Model) -> Vec<Effect> + Send + 'static,
    ) -> Picker {
        let likely = if self.several { "" } else { likely };
        let label = |typed: &str| typed.is_empty().then(|| "Type the cell's text instead…".to_owned());
        // Without a mark there is nothing to change.
        let some = |model: &mut Model, ids: Vec<u64>| {
            if ids.is_empty() { Vec::new() } else { then(model, ids) }
        };
        self.picker(model, some).for_text(likely).or_typed(label, |model, _| type_in(model))
    }
}
