//! Draws the Start dialog.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::ledger::OnError;
use crate::text::plural;
use crate::tui::core::model::Model;
use crate::tui::screens::start::state::{StartDialog, StartFocus};
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{paragraph, put, wrap};

pub(crate) fn draw(model: &Model, frame: &mut Frame, dialog: &StartDialog) {
    let theme = model.theme;
    let verb = dialog.verb();
    let lines = wrap(&dialog.question(), 60).len() + wrap(&dialog.note(), 60).len();
    let height = u16::try_from(lines).unwrap_or(9).saturating_add(10);
    let inner = boxed(frame, theme, &format!("{verb} import {}", dialog.import), 66, height);
    let mut at = paragraph(frame, inner, 0, &dialog.question(), theme.strong);
    at += paragraph(frame, inner, at, &dialog.note(), theme.warning) + 1;
    put(frame, inner, at, "  When a row is refused:");
    let choices = [(OnError::Halt, "send no further rows"), (OnError::Skip, "log it and continue")];
    for (index, (choice, what)) in (1..).zip(choices) {
        let focus = dialog.focus == StartFocus::OnError(choice);
        let mark = if dialog.on_error == choice { "•" } else { " " };
        let line = format!("{} ({mark}) {choice}: {what}", table::marker(focus));
        let style = if focus { theme.selected } else { Style::new() };
        put(frame, inner, at + index, Span::styled(line, style));
    }
    let button = |text: &'static str, focus: bool| {
        let style = if focus { theme.selected } else { Style::new() };
        Span::styled(format!("{}[ {text} ]", table::marker(focus)), style)
    };
    let mut buttons = Vec::new();
    if dialog.is_to_fix() {
        buttons.extend([button("Fix first", dialog.focus == StartFocus::FixFirst), Span::raw("   ")]);
    }
    buttons.extend([
        button(verb, dialog.focus == StartFocus::Start),
        Span::raw("   "),
        button("Cancel", dialog.focus == StartFocus::Cancel),
    ]);
    let tick = |frame: &mut Frame, at: u16, focus: bool, on: bool, text: String| {
        let mark = if on { "[x]" } else { "[ ]" };
        let style = if focus { theme.selected } else { Style::new() };
        put(frame, inner, at, Span::styled(format!("{} {mark} {text}", table::marker(focus)), style));
    };
    if dialog.duplicates > 0 {
        let (focus, on) = (dialog.focus == StartFocus::Duplicates, dialog.send_duplicates);
        tick(
            frame,
            at + 3,
            focus,
            on,
            format!("Also send {}", plural(dialog.duplicates, "possible duplicate")),
        );
    }
    let text = "Skip cases already in Trackops".to_owned();
    tick(frame, at + 4, dialog.focus == StartFocus::LookUp, dialog.look_up, text);
    put(frame, inner, at + 6, Line::from(buttons));
}
