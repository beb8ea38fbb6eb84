//! A table that builds only the lines one sees.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::tui::core::theme::Theme;
use crate::tui::widgets::text::{below, fit, put};

/// The first line to show so that the cursor is in sight, in the middle where possible.
pub(crate) fn offset(cursor: usize, len: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(len.saturating_sub(height))
}

/// The widths of columns: each gets what it wants when there is room; the last one takes the rest.
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

/// Cells in their widths, one space between them.
pub(crate) fn cells<T: AsRef<str>>(cells: &[T], widths: &[usize]) -> String {
    let fitted: Vec<String> =
        cells.iter().zip(widths).map(|(cell, width)| fit(cell.as_ref(), *width)).collect();
    fitted.join(" ")
}

/// The mark in front of the line under the cursor, so that it is seen without colour or style.
pub(crate) fn marker(selected: bool) -> &'static str {
    if selected { "▸" } else { " " }
}

/// Draws a head and the visible ones of `len` lines; `line` gives one line's text without its marker.
pub(crate) fn draw<'a>(
    frame: &mut Frame,
    area: Rect,
    theme: Theme,
    head: &str,
    (len, cursor): (usize, Option<usize>),
    line: impl Fn(usize) -> Line<'a>,
) {
    let width = usize::from(area.width);
    let area = if head.is_empty() {
        area
    } else {
        put(frame, area, 0, Span::styled(fit(&format!(" {head}"), width), theme.head));
        below(area, 1)
    };
    let height = usize::from(area.height);
    let first = offset(cursor.unwrap_or(len.saturating_sub(1)), len, height);
    for (at, index) in (0..area.height).zip(first..len) {
        let selected = cursor == Some(index);
        let mut built = line(index);
        built.spans.insert(0, Span::raw(marker(selected)));
        if selected {
            // The whole width, so that the bar is one piece.
            let missing = width.saturating_sub(built.width());
            built.spans.push(Span::raw(" ".repeat(missing)));
            built = built.patch_style(theme.selected);
            // Screen readers and magnifiers follow the terminal's cursor.
            frame.set_cursor_position(Position::new(area.x, area.y.saturating_add(at)));
        }
        put(frame, area, at, built);
    }
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
