//! A question answered with yes or no.

use std::fmt;

use super::Then;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Overlay};

/// The question, and what follows from a yes.
pub(crate) struct Confirm {
    pub(crate) title: String,
    pub(crate) question: String,
    /// Whether it asks to leave the program: then Ctrl-C is a yes.
    pub(crate) leaves: bool,
    on_yes: Then<()>,
}

impl fmt::Debug for Confirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm").field("question", &self.question).finish_non_exhaustive()
    }
}

impl Confirm {
    pub(crate) fn new(
        title: impl Into<String>,
        question: String,
        on_yes: impl FnOnce(&mut Model) -> Vec<Effect> + Send + 'static,
    ) -> Self {
        let on_yes = Box::new(move |model: &mut Model, ()| on_yes(model));
        Self { title: title.into(), question, leaves: false, on_yes }
    }

    pub(crate) fn open(self, model: &mut Model) {
        model.overlays.push(Overlay::Confirm(self));
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Back => _ = model.overlays.pop(),
        Action::Accept => {
            if let Some(Overlay::Confirm(confirm)) = model.overlays.pop() {
                return (confirm.on_yes)(model, ());
            }
        }
        _ => {}
    }
    Vec::new()
}
