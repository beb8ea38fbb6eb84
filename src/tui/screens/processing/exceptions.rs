//! Exceptions on Processing: filtered by cause, copied, shown in full.

use ratatui::text::Line;
use ratatui::text::Span;

use crate::case::{Recipe, Target};
use crate::ledger::Exception;
use crate::text::{plural, visible_lines};
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood, TerminalRequest};
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::screens::processing::log::{as_text, parts};
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::{fit, wrap};

/// Asks which cause to show, each with its number of rows.
pub(crate) fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(board) = model.board() else { return Vec::new() };
    let mut choices = vec![Choice::new(None, "All exceptions", plural(board.log.total(), "row"))];
    for (cause, rows) in board.log.causes() {
        let label = cause.describe();
        choices.push(Choice::new(Some(cause), label, plural(rows, "row")));
    }
    let limit = |model: &mut Model, cause| {
        if let Some(board) = model.board_mut() {
            board.limit(cause);
        }
        Vec::new()
    };
    Picker::new("Exceptions by cause", choices, limit).open(model)
}

/// Copies an exception to the clipboard of the user's own machine.
pub(crate) fn copy(model: &mut Model, found: &Exception) {
    let text = as_text(&labeled(model, found));
    model.terminal_request = Some(TerminalRequest::Copy(visible_lines(&text)));
    let message =
        format!("Copied row {} to your terminal’s clipboard. If that fails, press w to export.", found.row);
    model.say(Mood::Good, message);
}

/// Returns the exception with the label of its field in place of the key.
fn labeled(model: &Model, found: &Exception) -> Exception {
    let field = found.field.as_ref().map(|key| field_label(model, key).unwrap_or_else(|| key.clone()));
    Exception { field, ..found.clone() }
}

/// Returns a field's label, and its key where that tells more; none if the field isn't known.
fn field_label(model: &Model, key: &str) -> Option<String> {
    match key.parse().ok()? {
        Target::Case(field) => Some(field.spec().label.to_owned()),
        Target::Custom(place, part) => {
            let import = model.board().and_then(|board| board.import.as_ref());
            let recipe = import.and_then(|import| Recipe::from_toml(&import.recipe).ok());
            let own = recipe.iter().flat_map(|recipe| &recipe.fields);
            let mut fields = own.chain(&model.catalog.fields);
            let field = fields.find(|field| field.key == place.key() && !field.label.is_empty())?;
            let part = part.map(|part| format!(": {}", part.key().replace('_', " "))).unwrap_or_default();
            Some(format!("{}{part} ({key})", field.label))
        }
        Target::SubjectType(_) | Target::Ignore => None,
    }
}

pub(crate) fn text(model: &Model, found: &Exception, window: u16) -> FullText {
    let width = usize::from(window).saturating_sub(4);
    let mut lines = Vec::new();
    for (name, text) in parts(&labeled(model, found)) {
        for (index, text) in wrap(&text, width.saturating_sub(14)).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::raw(fit(name, 14)), Span::styled(text, model.theme.strong)]));
        }
    }
    FullText::new(format!("Exception in row {}", found.row), lines)
}
