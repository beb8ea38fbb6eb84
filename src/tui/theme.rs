//! The looks: sixteen ANSI colours at most, and never a meaning by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// What things look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    pub(crate) strong: Style,
    pub(crate) faint: Style,
    pub(crate) selected: Style,
    pub(crate) head: Style,
    pub(crate) key: Style,
    pub(crate) good: Style,
    pub(crate) warning: Style,
    pub(crate) bad: Style,
}

impl Theme {
    /// With colours, or without when the user asked for none.
    pub(crate) fn new(colour: bool) -> Self {
        let plain = Style::new();
        let tint = |tint: Color| if colour { plain.fg(tint) } else { plain };
        Self {
            strong: plain.add_modifier(Modifier::BOLD),
            faint: plain.add_modifier(Modifier::DIM),
            selected: plain.add_modifier(Modifier::REVERSED),
            head: plain.add_modifier(Modifier::UNDERLINED),
            key: tint(Color::Cyan).add_modifier(Modifier::BOLD),
            good: tint(Color::Green),
            warning: tint(Color::Yellow),
            bad: tint(Color::Red).add_modifier(Modifier::BOLD),
        }
    }
}
