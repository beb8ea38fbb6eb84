//! Key help: every key of the screen, with the reason if it is unavailable.

use ratatui::text::{Line, Span};

use crate::tui::core::action::Action;
use crate::tui::core::keymap;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::screens;
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::{fit, wrap};

pub(crate) fn text(model: &Model, width: u16) -> FullText {
    // The help describes the place it was opened from.
    let below = model.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Help(_))).unwrap_or(0);
    let place = model.place_at(below);
    let over_screen = below == 0;
    let width = usize::from(width).saturating_sub(16);
    let mut lines = Vec::new();
    let actions = keymap::actions_of(place).filter(|spec| spec.action != Action::Help);
    for spec in actions {
        let why = if over_screen { screens::screen_availability(spec.action, model).err() } else { None };
        for (index, text) in wrap(spec.help, width).into_iter().enumerate() {
            let keys = if index == 0 { spec.shown } else { "" };
            lines.push(Line::from(vec![Span::styled(fit(keys, 11), model.theme.key), Span::raw(text)]));
        }
        for text in why.iter().flat_map(|why| wrap(&format!("Unavailable: {why}"), width)) {
            lines.push(Line::from(vec![Span::raw(" ".repeat(11)), Span::styled(text, model.theme.faint)]));
        }
    }
    lines.push(Line::default());
    lines.extend(words(width).into_iter().map(Line::from));
    lines.push(Line::default());
    lines.push(Line::styled("More: press Enter for the guide.", model.theme.accent));
    FullText::new("Help: keys of this screen (Esc: back)", lines)
}

/// Explains the outcomes.
fn words(width: usize) -> Vec<String> {
    let text = "Every row ends as exactly one of: created; rejected (by the check or by Trackops); excluded (skipped, \
                blank, or already a case); unknown (sent, but no answer arrived: checked before anything is sent \
                again); not sent. Together they add up to the rows of the file.";
    wrap(text, width + 11)
}
