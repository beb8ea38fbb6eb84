//! The state of each screen and dialog, and what actions do to it. Pure.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod catalog;
pub(crate) mod changes;
pub(crate) mod chooser;
pub(crate) mod correct;
pub(crate) mod declare;
pub(crate) mod defaults;
pub(crate) mod field_map;
pub(crate) mod first;
mod fix;
pub(crate) mod groups;
pub(crate) mod hidden;
pub(crate) mod history;
pub(crate) mod ids;
pub(crate) mod imports;
pub(crate) mod job;
pub(crate) mod leave;
pub(crate) mod log;
pub(crate) mod names;
pub(crate) mod out;
pub(crate) mod palette;
pub(crate) mod processing;
pub(crate) mod reading;
pub(crate) mod review;
pub(crate) mod sheet;
pub(crate) mod shown;
pub(crate) mod start;
pub(crate) mod subjects;
pub(crate) mod trace;
pub(crate) mod values;

pub(crate) use crate::text::plural;

use super::action::Action;
use super::model::{Model, Screen};

/// Whether an action works now; otherwise why not.
pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    match (model.screen, action) {
        (Screen::Account, _) | (_, Action::Help | Action::Palette | Action::Leave | Action::Interrupt) => {
            Ok(())
        }
        (_, Action::Drift | Action::TakeOver) => sheet::availability(action, model),
        (_, Action::Undo | Action::Redo) => history::availability(action, model),
        (Screen::Catalog, _) => catalog::availability(action, model),
        (_, Action::WriteOut | Action::Decide) => out::availability(action, model),
        (_, Action::ShowPrivate) => Ok(()),
        (_, Action::Changes) => changes::availability(model),
        (Screen::Imports, _) => imports::availability(action, model),
        (Screen::Defaults, _) => defaults::availability(action, model),
        (Screen::FieldMap, _) => field_map::availability(action, model),
        (Screen::Review, _) => review::availability(action, model),
        (Screen::Processing, _) => processing::availability(action, model),
    }
}
