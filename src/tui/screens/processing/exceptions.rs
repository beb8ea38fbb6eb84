//! Exceptions on Processing: filtered by cause, copied, shown in full.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::text::Span;

use crate::ledger::Exception;
use crate::text::{plural, visible_lines};
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood, TerminalRequest};
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::screens::processing::log::{as_text, parts};
use crate::tui::widgets::panel::pages;
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
    model.terminal_request = Some(TerminalRequest::Copy(visible_lines(&as_text(found))));
    let message =
        format!("Copied row {} to your terminal’s clipboard. If that fails, press w to export.", found.row);
    model.say(Mood::Good, message);
}

pub(crate) fn draw_exception(model: &Model, frame: &mut Frame, found: &Exception, scroll: usize) {
    let width = usize::from(frame.area().width).saturating_sub(4);
    let mut lines = Vec::new();
    for (name, text) in parts(found) {
        for (index, text) in wrap(&text, width.saturating_sub(14)).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::raw(fit(name, 14)), Span::styled(text, model.theme.strong)]));
        }
    }
    pages(frame, model.theme, &format!("Exception in row {}", found.row), lines, scroll);
}
