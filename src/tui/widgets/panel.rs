//! Boxes over the screen, panels in it, and full-screen text.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::text::Span;
use ratatui::widgets::Block;
use ratatui::widgets::BorderType;
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use crate::tui::core::theme::Theme;
use crate::tui::widgets::text::{cut, put};

/// Draws a centered box of at most this size; returns its inside.
pub(crate) fn boxed(frame: &mut Frame, theme: Theme, title: &str, width: u16, height: u16) -> Rect {
    let all = frame.area();
    let (width, height) = (width.min(all.width), height.min(all.height));
    let area = Rect { x: (all.width - width) / 2, y: (all.height - height) / 2, width, height };
    let title = Span::styled(format!(" {} ", cut(title, usize::from(width.saturating_sub(6)))), theme.strong);
    let block = Block::bordered().border_type(BorderType::Rounded).title(title);
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    // One column of padding at each side.
    let air = u16::from(inner.width > 2);
    // Screen readers and magnifiers follow the terminal's cursor; a list or a text field moves it later.
    if !inner.is_empty() {
        frame.set_cursor_position(Position::new(inner.x + air, inner.y));
    }
    Rect { x: inner.x + air, width: inner.width - 2 * air, ..inner }
}

/// Minimum width for two panels side by side.
pub(crate) const WIDE: u16 = 110;

/// Draws a panel with a faint border and a title; returns its inside, with a column of padding at each side.
pub(crate) fn panel(frame: &mut Frame, theme: Theme, title: &str, area: Rect) -> Rect {
    let title =
        Span::styled(format!(" {} ", cut(title, usize::from(area.width.saturating_sub(6)))), theme.accent);
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(theme.faint).title(title);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let air = u16::from(inner.width > 2);
    Rect { x: inner.x + air, width: inner.width - 2 * air, ..inner }
}

/// Splits a wide area into two panels; the second gets `part` percent of the width.
pub(crate) fn side_by_side(area: Rect, part: u16) -> (Rect, Rect) {
    let second = area.width.saturating_mul(part) / 100;
    let first = area.width - second;
    (Rect { width: first, ..area }, Rect { x: area.x + first, width: second, ..area })
}

/// Columns of a full-screen text that its border and padding take.
pub(crate) const PAGES_MARGIN: u16 = 4;

/// Lines of a window that the border of a full-screen text and the keys below it take.
const PAGES_FRAME: u16 = 3;

/// A text that fills the screen and can be scrolled.
#[derive(Debug, Default)]
pub(crate) struct FullText {
    title: String,
    lines: Vec<Line<'static>>,
}

impl FullText {
    pub(crate) fn new(title: impl Into<String>, lines: Vec<Line<'static>>) -> Self {
        Self { title: title.into(), lines }
    }

    /// Returns the scroll offset at the end of the text, in a window of this height.
    pub(crate) fn last_scroll(&self, height: u16) -> usize {
        self.lines.len().saturating_sub(usize::from(height.saturating_sub(PAGES_FRAME)))
    }
}

/// Draws a full-screen text, scrolled but never past its end: the window may have become larger.
pub(crate) fn pages(frame: &mut Frame, theme: Theme, text: FullText, scroll: usize) {
    let area = frame.area();
    let first = scroll.min(text.last_scroll(area.height));
    let FullText { title, lines } = text;
    let inner = boxed(frame, theme, &title, area.width, area.height.saturating_sub(1));
    let page = usize::from(inner.height);
    let all = lines.len();
    for (index, line) in (0..).zip(lines.into_iter().skip(first).take(page)) {
        put(frame, inner, index, line);
    }
    if all > page {
        let last = (first + page).min(all);
        let more = if last < all { " ↓ more" } else { "" };
        let text = format!(" {}-{last} of {all}{more} ", first + 1);
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX).min(inner.width);
        let at = Rect { x: inner.right().saturating_sub(width + 1), width, y: inner.bottom(), height: 1 };
        put(frame, at, 0, Span::styled(text, theme.strong));
    }
}
