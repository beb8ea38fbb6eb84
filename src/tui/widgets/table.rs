//! A table that builds only its visible lines.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use unicode_width::UnicodeWidthStr;

use crate::tui::core::click::ListArea;
use crate::tui::core::theme::Theme;
use crate::tui::widgets::text::{below, fit, put};

/// Returns the first line to show so that the cursor is visible, in the middle if possible.
pub(crate) fn offset(cursor: usize, len: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(len.saturating_sub(height))
}

/// Returns column widths: each column gets what it wants if there is room, and the last one the rest.
pub(crate) fn widths(wanted: &[usize], width: usize) -> Vec<usize> {
    let gaps = wanted.len().saturating_sub(1);
    let mut left = width.saturating_sub(gaps);
    let mut widths = Vec::with_capacity(wanted.len());
    for (index, want) in wanted.iter().enumerate() {
        let got = if index + 1 == wanted.len() { left } else { (*want).min(left) };
        left -= got;
        widths.push(got);
    }
    widths
}

/// Joins cells at their widths, with one space between them.
pub(crate) fn cells<T: AsRef<str>>(cells: &[T], widths: &[usize]) -> String {
    let fitted: Vec<String> =
        cells.iter().zip(widths).map(|(cell, width)| fit(cell.as_ref(), *width)).collect();
    fitted.join(" ")
}

/// Returns the mark before a line, which shows the cursor without colour or style.
pub(crate) fn marker(selected: bool) -> &'static str {
    if selected { "▸" } else { " " }
}

/// Draws a header and the visible lines of `len`; `line` returns a line without its marker. Returns where the lines are.
pub(crate) fn draw<'a>(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    head: &str,
    (len, cursor): (usize, Option<usize>),
    line: impl Fn(usize) -> Line<'a>,
) -> Option<ListArea> {
    let width = usize::from(area.width);
    let area = if head.is_empty() {
        area
    } else {
        put(frame, area, 0, Span::styled(fit(&format!(" {head}"), width), theme.head));
        below(area, 1)
    };
    let height = usize::from(area.height);
    // Without a cursor, the newest lines show, and the keys move from the last one.
    let end = len.saturating_sub(1);
    let first = offset(cursor.unwrap_or(end), len, height);
    let more = len.saturating_sub(first + height);
    // In the room behind the titles.
    let room = width.saturating_sub(head.trim_end().width() + 2);
    let text =
        [format!(" ↓ {more} more "), format!(" ↓{more} ")].into_iter().find(|text| text.width() <= room);
    if let Some(text) = text.filter(|_| more > 0 && !head.is_empty()) {
        let wide = u16::try_from(text.width()).unwrap_or(area.width).min(area.width);
        let at = Rect { x: area.right() - wide, y: area.y.saturating_sub(1), width: wide, height: 1 };
        put(frame, at, 0, Span::styled(text, theme.strong));
    }
    let drawn = draw_lines(frame, area, theme, (first, len, cursor), line);
    len.checked_sub(1)?;
    Some(ListArea { keys_from: cursor.map_or(i64::try_from(end).ok(), |_| Some(drawn.keys_from))?, ..drawn })
}

/// Draws the visible lines of a list without a header; without a cursor, from its first line, below the field that has
/// the focus.
pub(crate) fn draw_list<'a>(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    (len, cursor): (usize, Option<usize>),
    line: impl Fn(usize) -> Line<'a>,
) -> ListArea {
    let first = cursor.map_or(0, |cursor| offset(cursor, len, usize::from(area.height)));
    draw_lines(frame, area, theme, (first, len, cursor), line)
}

/// Draws the lines of `len` that fit, from `first` on.
fn draw_lines<'a>(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    (first, len, cursor): (usize, usize, Option<usize>),
    line: impl Fn(usize) -> Line<'a>,
) -> ListArea {
    let width = usize::from(area.width);
    for (at, index) in (0..area.height).zip(first..len) {
        let selected = cursor == Some(index);
        let mut built = line(index);
        built.spans.insert(0, Span::raw(marker(selected)));
        if selected {
            // Pad to the full width, so that the bar has no gap.
            let missing = width.saturating_sub(built.width());
            built.spans.push(Span::raw(" ".repeat(missing)));
            built = built.patch_style(theme.selected);
            // Screen readers and magnifiers follow the terminal's cursor.
            frame.set_cursor_position(Position::new(area.x, area.y.saturating_add(at)));
        }
        put(frame, area, at, built);
    }
    let keys_from = cursor.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1);
    ListArea { lines: area, first, len, cursor, keys_from }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_in_sight() {
        for (cursor, len, height, first) in
            [(0, 10, 4, 0), (5, 10, 4, 3), (9, 10, 4, 6), (2, 3, 4, 0), (0, 0, 0, 0)]
        {
            assert_eq!(offset(cursor, len, height), first);
        }
    }

    #[test]
    fn the_last_column_takes_the_rest() {
        assert_eq!(widths(&[4, 6, 1], 20), [4, 6, 8]);
        assert_eq!(widths(&[4, 6, 1], 7), [4, 1, 0]);
    }
}
