//! Text in a fixed width, and text one types.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_input::Input;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::visible;

/// The text, safe to show, in exactly `width` columns: filled with spaces, or cut with an `…`.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    fitted.extend(std::iter::repeat_n(' ', width.saturating_sub(fitted.width())));
    fitted
}

/// The text, safe to show, in at most `width` columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let text = visible(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        kept.push(c);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// The text in lines of at most `width` columns, broken between words where possible.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in visible(paragraph.trim_end_matches('\r')).split(' ') {
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            for c in word.chars() {
                if line.width() + c.width().unwrap_or(0) > width {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        lines.push(line);
    }
    lines
}

/// One line of an area, from its top; empty when the area has no such line.
pub(crate) fn row(area: Rect, index: u16) -> Rect {
    if index < area.height {
        Rect { y: area.y + index, height: 1, ..area }
    } else {
        Rect { height: 0, ..area }
    }
}

/// Everything of an area but its first lines.
pub(crate) fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

/// Writes a line at a row of an area.
pub(crate) fn put<'a>(frame: &mut Frame, area: Rect, index: u16, line: impl Into<Line<'a>>) {
    let at = row(area, index).intersection(frame.area());
    if !at.is_empty() {
        frame.render_widget(line.into(), at);
    }
}

/// Writes whole paragraphs from a row on, and says how many lines they took.
pub(crate) fn paragraph(frame: &mut Frame, area: Rect, from: u16, text: &str, style: Style) -> u16 {
    let mut used = 0;
    for line in wrap(text, usize::from(area.width)) {
        put(frame, area, from.saturating_add(used), Span::styled(line, style));
        used += 1;
    }
    used
}

/// Draws a text field of one line; with focus, the terminal's own cursor shows the place.
pub(crate) fn field(frame: &mut Frame, area: Rect, input: &Input, focus: bool, style: Style) {
    let width = usize::from(area.width).saturating_sub(1);
    let shown = visible(input.value()).into_owned();
    let cursor = input.visual_cursor();
    let skip = cursor.saturating_sub(width);
    let mut used = 0;
    let mut text = String::new();
    for c in shown.chars() {
        let from = used;
        used += c.width().unwrap_or(0);
        if from >= skip && used <= skip + width.max(1) {
            text.push(c);
        }
    }
    put(frame, area, 0, Span::styled(text, style));
    if focus && area.width > 0 && area.height > 0 {
        let x = area.x.saturating_add(u16::try_from(cursor - skip).unwrap_or(0));
        frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_fits_its_width() {
        assert_eq!(fit("Denver", 8), "Denver  ");
        assert_eq!(fit("Denver", 4), "Den…");
        assert_eq!(fit("東京都庁", 5), "東京…");
        assert_eq!(fit("ab", 0), "");
        assert_eq!(cut("a\x1b[31m", 9), "a␛[31m");
    }

    #[test]
    fn paragraphs_break_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\nb", 9), ["a", "b"]);
    }
}
