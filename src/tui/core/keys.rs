//! Translates terminal events into messages. The only file that knows key events.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use tui_input::InputRequest;

use crate::tui::core::action::Action;
use crate::tui::core::click::ListArea;
use crate::tui::core::keymap::{self, Key};
use crate::tui::core::msg::Msg;
use crate::tui::core::place::Place;

/// Returns the message for an event, given where the user is and the list that is drawn in front.
pub(crate) fn translate(event: Event, place: Place, list: Option<ListArea>) -> Option<Msg> {
    match event {
        Event::Resize(columns, rows) => Some(Msg::Resize(columns, rows)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        // The wheel moves by one line.
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Msg::Act(Action::Up)),
            MouseEventKind::ScrollDown => Some(Msg::Act(Action::Down)),
            MouseEventKind::Down(MouseButton::Left) => {
                list.and_then(|list| list.click(mouse.column, mouse.row)).map(Msg::Click)
            }
            _ => None,
        },
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let key = key_of(key)?;
            let act = keymap::find(place, key).map(Msg::Act);
            act.or_else(|| if place.is_text() { edit(key).map(Msg::Edit) } else { None })
        }
        _ => None,
    }
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        // Esc and a letter typed quickly arrive as Alt and the letter, which has no meaning here.
        KeyCode::Char(_) if event.modifiers.contains(KeyModifiers::ALT) => return None,
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Left if ctrl => Key::WordLeft,
        KeyCode::Right if ctrl => Key::WordRight,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}

/// Keys of a text field, as in shells.
fn edit(key: Key) -> Option<InputRequest> {
    Some(match key {
        Key::Char(c) => InputRequest::InsertChar(c),
        Key::Left | Key::Ctrl('b') => InputRequest::GoToPrevChar,
        Key::Right | Key::Ctrl('f') => InputRequest::GoToNextChar,
        Key::WordLeft => InputRequest::GoToPrevWord,
        Key::WordRight => InputRequest::GoToNextWord,
        Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
        Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
        // Terminals merge Ctrl-H and Backspace.
        Key::Backspace | Key::Ctrl('h') => InputRequest::DeletePrevChar,
        Key::Delete | Key::Ctrl('d') => InputRequest::DeleteNextChar,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        Key::Ctrl('u') => InputRequest::DeleteFromStart,
        Key::Ctrl('k') => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}
