//! Dialogs over a screen. Each passes its typed result to a callback.

pub(crate) mod chooser;
pub(crate) mod chooser_view;
pub(crate) mod confirm;
pub(crate) mod id_choice;
pub(crate) mod pick_line;
pub(crate) mod picker;
pub(crate) mod picker_view;
pub(crate) mod prompt;

pub(crate) use confirm::Confirm;
pub(crate) use pick_line::Choice;
pub(crate) use picker::Picker;
pub(crate) use prompt::{Accepted, Prompt};

use crate::tui::core::effect::Effect;
use crate::tui::core::model::Model;

/// Callback for a dialog's result.
pub(crate) type Then<T> = Box<dyn FnOnce(&mut Model, T) -> Vec<Effect> + Send>;
