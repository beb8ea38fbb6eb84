//! Text of a fixed width, and text fields.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_input::Input;
use unicode_truncate::UnicodeTruncateStr;
use unicode_width::UnicodeWidthStr;

use crate::text::{plural, visible};
use crate::tui::core::theme::Theme;

/// Returns the text, safe to show, in exactly `width` columns: padded with spaces or cut with an `…`.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    fitted.extend(std::iter::repeat_n(' ', width.saturating_sub(fitted.width())));
    fitted
}

/// Returns the text, safe to show, in at most `width` columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let text = visible(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    // Never cut inside a grapheme.
    let (start, _) = text.unicode_truncate(room);
    format!("{start}…")
}

/// Wraps the text to lines of at most `width` columns, between words if possible.
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
            let mut rest = word;
            while rest.width() > width.saturating_sub(line.width()) {
                let (head, _) = rest.unicode_truncate(width.saturating_sub(line.width()));
                // A character wider than the line gets its own line.
                let head = if head.is_empty() { rest.unicode_truncate(2).0 } else { head };
                if head.is_empty() {
                    break;
                }
                line.push_str(head);
                rest = rest.get(head.len()..).unwrap_or_default();
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(rest);
        }
        lines.push(line);
    }
    lines
}

/// Returns line `index` of an area, from the top; empty if the area has no such line.
pub(crate) fn row(area: Rect, index: u16) -> Rect {
    if index < area.height {
        Rect { y: area.y + index, height: 1, ..area }
    } else {
        Rect { height: 0, ..area }
    }
}

/// Returns an area without its first lines.
pub(crate) fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

/// Writes a line at line `index` of an area.
pub(crate) fn put<'a>(frame: &mut Frame, area: Rect, index: u16, line: impl Into<Line<'a>>) {
    let at = row(area, index).intersection(frame.area());
    if !at.is_empty() {
        frame.render_widget(line.into(), at);
    }
}

/// Draws a line across the top of an area.
pub(crate) fn rule(frame: &mut Frame, area: Rect, theme: Theme) {
    put(frame, area, 0, Span::styled("─".repeat(usize::from(area.width)), theme.faint));
}

/// Writes wrapped paragraphs from line `from` on; returns the number of lines used.
pub(crate) fn paragraph(frame: &mut Frame, area: Rect, from: u16, text: &str, style: Style) -> u16 {
    let mut used = 0;
    for line in wrap(text, usize::from(area.width)) {
        put(frame, area, from.saturating_add(used), Span::styled(line, style));
        used += 1;
    }
    used
}

/// Writes a wrapped text in at most `most` lines; if there are more, the last line says how many, and `rest` says where
/// they are. Returns the number of lines used.
pub(crate) fn short_paragraph(
    frame: &mut Frame,
    area: Rect,
    most: u16,
    text: &str,
    style: Style,
    rest: &str,
) -> u16 {
    let (width, most) = (usize::from(area.width), usize::from(most));
    let mut lines = wrap(text, width);
    if lines.len() > most {
        let more = lines.len() - most.saturating_sub(1);
        lines.truncate(most.saturating_sub(1));
        // In one line, its beginning is worth more.
        let last = if most > 1 {
            format!("… {}: {rest}", plural(more as u64, "more line"))
        } else {
            cut(text, width)
        };
        lines.push(last);
    }
    let mut used = 0;
    for line in lines {
        put(frame, area, used, Span::styled(line, style));
        used += 1;
    }
    used
}

/// Draws a one-line text field; with focus, shows the terminal's cursor in it.
pub(crate) fn field(frame: &mut Frame, area: Rect, input: &Input, focus: bool, style: Style) {
    let width = usize::from(area.width).saturating_sub(1);
    let shown = visible(input.value()).into_owned();
    let cursor = input.visual_cursor();
    let skip = cursor.saturating_sub(width);
    let (behind, _) = shown.unicode_truncate_start(shown.width().saturating_sub(skip));
    let (text, _) = behind.unicode_truncate(width.max(1));
    put(frame, area, 0, Span::styled(text.to_owned(), style));
    if focus && area.width > 0 && area.height > 0 {
        let x = area.x.saturating_add(u16::try_from(cursor - skip).unwrap_or(0));
        frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
    }
}

/// Draws a one-line text field whose whole text is selected, with the terminal's cursor behind it.
pub(crate) fn selected_field(frame: &mut Frame, area: Rect, input: &Input, style: Style) {
    let text = cut(input.value(), usize::from(area.width).saturating_sub(1));
    let width = u16::try_from(text.width()).unwrap_or(area.width);
    put(frame, area, 0, Span::styled(text, style));
    if area.width > 0 && area.height > 0 {
        let x = area.x.saturating_add(width).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grapheme_clusters_are_never_cut() {
        // A family emoji of three joined characters, and a letter with a combining mark.
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        assert_eq!(cut(&format!("ab{family}cd"), 4), "ab…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}…");
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        assert_eq!(wrap("東京", 1), ["東", "京", ""]);
    }

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
