//! The picker: what is typed, and the lines that fit it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::core::model::Model;
use crate::tui::dialogs::Picker;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{below, cut, field, fit, paragraph, put, row};

/// Lines for the choice under the cursor, when it is long.
const IN_FULL: u16 = 2;

pub(crate) fn draw(model: &Model, frame: &mut Frame, picker: &Picker) {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, &picker.title, 72, height);
    put(frame, inner, 0, Span::styled("type to filter:", model.theme.faint));
    let line = row(inner, 0);
    let typed = Rect { x: line.x + 16.min(line.width), width: line.width.saturating_sub(16), ..line };
    field(frame, typed, &picker.filter, true, model.theme.head);
    let mut list = below(inner, 2);
    if let Some(sentence) = picker.failure() {
        let old = picker.read_at().map(|at| format!("; this is the list of {}", model.moment(at)));
        let text = format!("✗ {sentence}{}", old.unwrap_or_default());
        let used = paragraph(frame, list, 0, &text, model.theme.bad);
        list = below(list, used);
    } else if let (Some(at), false) = (picker.read_at(), picker.is_waiting()) {
        let text = format!("as Trackops listed them on {}; Ctrl-R asks again", model.moment(at));
        put(frame, list, 0, Span::styled(text, model.theme.faint));
        list = below(list, 1);
    } else if picker.is_waiting() {
        put(frame, list, 0, Span::styled("asking Trackops …", model.theme.faint));
        list = below(list, 1);
    }
    let shown = picker.shown();
    if shown.is_empty() && !picker.is_waiting() {
        let text = match (picker.list.is_some(), picker.lines.is_empty()) {
            (true, true) => {
                "No names are known yet. Ctrl-R learns them from the newest cases. Or type an id, which Trackops shows in its settings: you give it a name, once. Esc, then C opens the catalog, which takes many or a colleague's file."
            }
            (true, false) => {
                "Nothing fits. An id can be typed: its number is enough, and you give it a name."
            }
            (false, _) => "Nothing fits what is typed.",
        };
        paragraph(frame, list, 0, text, model.theme.strong);
        return;
    }
    let longest = picker.lines.iter().map(|choice| choice.note.width()).max().unwrap_or(0);
    let note = longest.min(22).min(usize::from(list.width) / 3);
    let mark = if picker.marked.is_some() { 4 } else { 0 };
    let label = usize::from(list.width).saturating_sub(note + mark + 2);
    // A line that is cut is told in full below the list.
    let under = shown.get(picker.cursor).filter(|choice| choice.label.width() > label);
    if list.height > IN_FULL + 3 {
        list.height -= IN_FULL;
        if let Some(choice) = under {
            let area = Rect { y: list.bottom(), height: IN_FULL, ..list };
            paragraph(frame, area, 0, &choice.label, model.theme.faint);
        }
    }
    table::draw(frame, list, model.theme, "", (shown.len(), Some(picker.cursor)), |index| {
        let Some(choice) = shown.get(index) else { return Line::default() };
        let mark = match (&picker.marked, picker.is_marked(choice.pick)) {
            (None, _) => "",
            (Some(_), true) => "[x] ",
            (Some(_), false) => "[ ] ",
        };
        Line::from(format!("{mark}{} {}", fit(&choice.label, label), cut(&choice.note, note)))
    });
}
