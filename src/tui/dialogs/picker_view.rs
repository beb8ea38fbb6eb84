//! Draws the picker: the filter and the lines that match it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::dialogs::Picker;
use crate::tui::dialogs::pick_line::Pick;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{below, cut, field, fit, paragraph, put, row};

/// Lines for a long choice under the cursor, and for one with more to say.
const IN_FULL: u16 = 2;
const DETAIL: u16 = 3;

pub(crate) fn draw(model: &Model, frame: &mut Frame, picker: &Picker) -> Option<ListArea> {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, &picker.title, 72, height);
    put(frame, inner, 0, Span::styled("Type to filter:", model.theme.faint));
    let line = row(inner, 0);
    let typed = Rect { x: line.x + 16.min(line.width), width: line.width.saturating_sub(16), ..line };
    field(frame, typed, &picker.filter, true, model.theme.head);
    let mut list = below(inner, 2);
    if let Some(sentence) = picker.failure() {
        let old = picker.read_at().map(|at| format!("List from {}. Refresh failed: ", model.moment(at)));
        let text = format!("✗ {}{sentence}", old.unwrap_or_default());
        let used = paragraph(frame, list, 0, &text, model.theme.bad);
        list = below(list, used);
    } else if let (Some(at), false) = (picker.read_at(), picker.is_waiting()) {
        let text = format!("Updated {}; Ctrl-R to refresh", model.moment(at));
        put(frame, list, 0, Span::styled(text, model.theme.faint));
        list = below(list, 1);
    } else if picker.is_waiting() {
        put(frame, list, 0, Span::styled("Loading from Trackops…", model.theme.faint));
        list = below(list, 1);
    }
    let shown = picker.shown();
    if shown.is_empty() && !picker.is_waiting() {
        let text = match (picker.list.is_some(), picker.lines.is_empty()) {
            (true, true) => {
                "No entries yet. Ctrl-R learns names from the newest cases. Or type an id from the Trackops settings and its name, such as 12 Surveillance. To add many, or a colleague's file, press Ctrl-O for the catalog."
            }
            (true, false) => "No match. You can also type an id and its name, such as 12 Surveillance.",
            (false, _) => "No match.",
        };
        paragraph(frame, list, 0, text, model.theme.strong);
        return None;
    }
    let longest = picker.lines.iter().map(|choice| choice.note.width()).max().unwrap_or(0);
    let note = longest.min(22).min(usize::from(list.width) / 3);
    let mark = if picker.marked.is_some() { 4 } else { 0 };
    let label = usize::from(list.width).saturating_sub(note + mark + 2);
    // A cut line is shown in full below the list.
    let under = picker.cursor.and_then(|at| shown.get(at)).and_then(|choice| match choice.detail.as_str() {
        "" => Some(choice.label.as_str()).filter(|text| text.width() > label),
        detail => Some(detail),
    });
    let height = if shown.iter().all(|choice| choice.detail.is_empty()) { IN_FULL } else { DETAIL };
    if list.height > height + 3 {
        list.height -= height;
        if let Some(text) = under {
            let area = Rect { y: list.bottom(), height, ..list };
            paragraph(frame, area, 0, text, model.theme.faint);
        }
    }
    let drawn = table::draw_list(frame, list, model.theme, (shown.len(), picker.cursor), |index| {
        let Some(choice) = shown.get(index) else { return Line::default() };
        let mark = match (&picker.marked, choice.pick) {
            (None, _) => "",
            (Some(_), Pick::Typed) => "    ",
            (Some(_), pick) if picker.is_marked(pick) => "[x] ",
            (Some(_), _) => "[ ] ",
        };
        let line = format!("{mark}{} {}", fit(&choice.label, label), cut(&choice.note, note));
        if choice.is_faint { Line::styled(line, model.theme.faint) } else { Line::from(line) }
    });
    let rest = rest_of(&drawn);
    let wide = u16::try_from(rest.width()).unwrap_or(inner.width).min(inner.width);
    // Beside the filter, which is rarely as long.
    let at = Rect { x: inner.right() - wide, width: wide, ..row(inner, 0) };
    put(frame, at, 0, Span::styled(rest, model.theme.strong));
    (drawn.len > 0).then_some(drawn)
}

/// Returns how many lines are above and below the visible ones: “↑ 12 more  ↓ 43 more”.
fn rest_of(list: &ListArea) -> String {
    let below = list.len.saturating_sub(list.first + usize::from(list.lines.height));
    let rest = [("↑", list.first), ("↓", below)].into_iter().filter(|(_, lines)| *lines > 0);
    rest.map(|(arrow, lines)| format!(" {arrow} {lines} more")).collect::<Vec<_>>().concat()
}
