//! The last two lines: the status line, and the keys that work now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::text::on_screen;
use crate::tui::core::action::Action;
use crate::tui::core::keymap::{self, Spec};
use crate::tui::core::model::{Model, Mood};
use crate::tui::screens;
use crate::tui::widgets::text::{put, wrap};

/// Returns the status: what is awaited, or the latest message, in as many lines as it needs.
pub(crate) fn status(model: &Model, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let (text, style) = match (&model.busy, &model.status) {
        (Some((_, what)), _) => (format!("{what}… Esc cancels"), model.theme.strong),
        (None, Some((Mood::Good, text))) => (format!("✓ {text}"), model.theme.good),
        (None, Some((Mood::Plain, text))) => (text.clone(), model.theme.strong),
        (None, Some((Mood::Bad, text))) => (format!("✗ {text}"), model.theme.bad),
        (None, None) => return vec![Line::default()],
    };
    let lines = wrap(&on_screen(&text), width).into_iter();
    lines.map(|line| Line::from(Span::styled(format!(" {line}"), style))).collect()
}

/// Draws as many available actions as fit, always with Back and Help.
pub(crate) fn keys(model: &Model, frame: &mut Frame, area: Rect) {
    let place = model.place();
    let works = |spec: &&Spec| !spec.text.is_empty() && screens::availability(spec.action, model).is_ok();
    let all: Vec<&Spec> = keymap::actions_of(place).filter(works).collect();
    let width_of = |spec: &Spec| spec.shown.width() + 1 + spec.text.width() + 2;
    let total = usize::from(area.width).saturating_sub(1);
    // Back and the list of all keys are always shown.
    let always = |spec: &&&Spec| {
        spec.action == Action::Help || (spec.action == Action::Back && !model.overlays.is_empty())
    };
    let mut room = total.saturating_sub(all.iter().filter(always).map(|spec| width_of(spec)).sum());
    let mut line = Line::default();
    line.push_span(" ");
    let mut push = |spec: &Spec| {
        line.push_span(Span::styled(spec.shown, model.theme.key));
        line.push_span(format!(" {}  ", spec.text));
    };
    for spec in all.iter().filter(|spec| !always(spec)) {
        let width = width_of(spec);
        if width > room {
            continue;
        }
        room -= width;
        push(spec);
    }
    all.iter().filter(always).for_each(|spec| push(spec));
    put(frame, area, 0, line);
}
