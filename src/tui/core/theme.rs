//! Styles: at most the sixteen ANSI colours, and never a meaning by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::trackops::Background;

/// Styles of the screens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    /// Whether only ASCII is drawn.
    pub(crate) ascii: bool,
    pub(crate) strong: Style,
    pub(crate) faint: Style,
    pub(crate) selected: Style,
    pub(crate) head: Style,
    pub(crate) key: Style,
    /// Titles of panels.
    pub(crate) accent: Style,
    pub(crate) good: Style,
    pub(crate) warning: Style,
    pub(crate) bad: Style,
}

/// Readable colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// No colours, as the user asked.
    None,
    OnDark,
    OnLight,
}

impl Colours {
    /// Chooses by the config, or else by the terminal: `COLORFGBG` ends with the number of its background.
    pub(crate) fn of(wanted: bool, background: Background, colorfgbg: Option<&str>) -> Self {
        let said_light = || {
            colorfgbg
                .and_then(|colorfgbg| colorfgbg.rsplit(';').next())
                .is_some_and(|last| matches!(last, "7" | "15"))
        };
        match background {
            _ if !wanted => Self::None,
            Background::Light => Self::OnLight,
            Background::Auto if said_light() => Self::OnLight,
            Background::Auto | Background::Dark => Self::OnDark,
        }
    }
}

impl Theme {
    pub(crate) fn new(colours: Colours) -> Self {
        let plain = Style::new();
        let tint = |dark: Color, light: Color| match colours {
            Colours::None => plain,
            Colours::OnDark => plain.fg(dark),
            Colours::OnLight => plain.fg(light),
        };
        Self {
            ascii: false,
            strong: plain.add_modifier(Modifier::BOLD),
            faint: plain.add_modifier(Modifier::DIM),
            selected: plain.add_modifier(Modifier::REVERSED),
            head: plain.add_modifier(Modifier::UNDERLINED),
            key: tint(Color::Cyan, Color::Blue).add_modifier(Modifier::BOLD),
            accent: tint(Color::Cyan, Color::Blue),
            good: tint(Color::Green, Color::Green),
            warning: tint(Color::Yellow, Color::Magenta),
            bad: tint(Color::Red, Color::Red).add_modifier(Modifier::BOLD),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_comes_from_the_config_or_the_terminal() {
        for (wanted, background, colorfgbg, colours) in [
            (false, Background::Light, Some("0;15"), Colours::None),
            (true, Background::Auto, None, Colours::OnDark),
            (true, Background::Auto, Some("0;15"), Colours::OnLight),
            (true, Background::Auto, Some("0;default;15"), Colours::OnLight),
            (true, Background::Auto, Some("15;0"), Colours::OnDark),
            (true, Background::Dark, Some("0;15"), Colours::OnDark),
            (true, Background::Light, None, Colours::OnLight),
        ] {
            assert_eq!(Colours::of(wanted, background, colorfgbg), colours);
        }
    }

    #[test]
    fn on_white_there_is_no_yellow_and_on_black_no_blue() {
        let tints = |colours| {
            let theme = Theme::new(colours);
            [theme.key, theme.good, theme.warning, theme.bad].map(|style| style.fg)
        };
        assert!(
            !tints(Colours::OnLight).iter().any(|tint| matches!(tint, Some(Color::Yellow | Color::Cyan)))
        );
        assert!(!tints(Colours::OnDark).iter().any(|tint| matches!(tint, Some(Color::Blue))));
        assert_eq!(tints(Colours::None), [None; 4]);
    }
}
