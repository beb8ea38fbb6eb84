//! A question answered with yes or no.

use std::fmt;

use ratatui::Frame;

use crate::tui::core::action::Action;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::dialogs::Then;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::text::{paragraph, put};

/// A question and its callback.
pub(crate) struct Confirm {
    pub(super) title: String,
    pub(crate) question: String,
    /// Whether it asks to quit; then Ctrl-C means yes.
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

pub(crate) fn draw(model: &Model, frame: &mut Frame, confirm: &Confirm) {
    let lines = crate::tui::widgets::text::wrap(&confirm.question, 58).len();
    let height = u16::try_from(lines).unwrap_or(9).saturating_add(4);
    let inner = boxed(frame, model.theme, &confirm.title, 64, height);
    let used = paragraph(frame, inner, 0, &confirm.question, model.theme.strong);
    put(frame, inner, used + 1, "Enter yes    Esc no");
}
