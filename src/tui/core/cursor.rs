//! Cursor movement.

use crate::tui::core::action::Action;

/// Returns the new cursor position in a list of `len` entries, clamped to the list.
pub(crate) fn moved(at: usize, action: Action, len: usize, page: usize) -> usize {
    let last = len.saturating_sub(1);
    let to = match action {
        Action::Up => at.saturating_sub(1),
        Action::Down => at.saturating_add(1),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => at.saturating_add(page),
        Action::First => 0,
        Action::Last => last,
        _ => at,
    };
    to.min(last)
}

/// Returns the entry after or before `one`, wrapping around.
pub(crate) fn next_in<T: Copy + PartialEq>(all: &[T], one: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == one).unwrap_or(0);
    let to = if forward { at + 1 } else { at + all.len().saturating_sub(1) };
    all.get(to % all.len().max(1)).copied().unwrap_or(one)
}
