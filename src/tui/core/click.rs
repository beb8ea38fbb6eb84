//! Clicks: where the lines of the list in front are on the screen, and what a click on one of them means.

use ratatui::layout::{Position, Rect};

/// The list in front, as it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListArea {
    /// Area of its lines.
    pub(crate) lines: Rect,
    /// Index of the first visible line.
    pub(crate) first: usize,
    /// Number of lines, visible or not.
    pub(crate) len: usize,
    /// Line under the cursor, if the list shows one.
    pub(crate) cursor: Option<usize>,
    /// Line from which the Up and Down keys move: -1 for a field above the first line.
    pub(crate) keys_from: i64,
}

/// Meaning of a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Click {
    /// On the line under the cursor: the same as Enter.
    Enter,
    /// On another line: the same as pressing Down this often, or Up if it is negative.
    Move(i64),
}

impl ListArea {
    /// Returns the meaning of a click; `None` outside of the lines.
    pub(crate) fn click(&self, column: u16, row: u16) -> Option<Click> {
        if !self.lines.contains(Position::new(column, row)) {
            return None;
        }
        let line = self.first + usize::from(row - self.lines.y);
        if line >= self.len {
            return None;
        }
        if self.cursor == Some(line) {
            return Some(Click::Enter);
        }
        Some(Click::Move(i64::try_from(line).ok()? - self.keys_from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_counts_only_on_a_line() {
        let lines = Rect { x: 2, y: 5, width: 20, height: 4 };
        let list = ListArea { lines, first: 10, len: 13, cursor: Some(11), keys_from: 11 };
        assert_eq!(list.click(2, 5), Some(Click::Move(-1)));
        assert_eq!(list.click(21, 6), Some(Click::Enter));
        assert_eq!(list.click(2, 7), Some(Click::Move(1)));
        assert_eq!(list.click(2, 8), None, "below the last line");
        assert_eq!((list.click(1, 5), list.click(22, 5), list.click(2, 4)), (None, None, None));
    }

    #[test]
    fn without_a_cursor_a_click_counts_from_where_the_keys_start() {
        let lines = Rect { x: 0, y: 0, width: 9, height: 3 };
        let below_a_field = ListArea { lines, first: 0, len: 3, cursor: None, keys_from: -1 };
        assert_eq!(below_a_field.click(0, 0), Some(Click::Move(1)));
        let following = ListArea { keys_from: 2, ..below_a_field };
        assert_eq!(following.click(0, 2), Some(Click::Move(0)));
    }
}
