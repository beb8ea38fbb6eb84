//! A frame in ASCII signs alone, for terminals that show no others.

use std::env;

use ratatui::buffer::Buffer;

/// Whether the environment says that the terminal shows ASCII alone: the locale that overrides all others is the plain
/// one of C.
pub(crate) fn is_wanted() -> bool {
    env::var("LC_ALL").is_ok_and(|locale| matches!(locale.as_str(), "C" | "POSIX"))
}

/// Puts an ASCII sign in the place of each other one; of text, what has none is a question mark.
pub(crate) fn apply(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let sign = cell.symbol().chars().next().map_or("?", in_ascii);
            cell.set_symbol(sign);
        }
    }
}

fn in_ascii(sign: char) -> &'static str {
    match sign {
        '─' | '–' | '—' | '░' | '▁' => "-",
        '│' => "|",
        '╭' | '╮' | '╰' | '╯' | '┌' | '┐' | '└' | '┘' => "+",
        '▸' | '›' | '»' | '→' => ">",
        '‹' | '«' | '←' => "<",
        '↑' => "^",
        '↓' | '✓' => "v",
        '✗' => "x",
        '•' => "*",
        '·' | '…' | '▂' => ".",
        '▃' | '▄' | '▅' => "=",
        '▆' | '▇' | '█' => "#",
        '“' | '”' | '„' => "\"",
        '‘' | '’' => "'",
        '≠' => "!",
        '\u{a0}' => " ",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn nothing_but_ascii_is_left() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
        buffer.set_string(0, 0, "▸✗ “José” → 東京 … │ ███░", Style::new());
        apply(&mut buffer);
        let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(text.is_ascii() && text.starts_with(">x \"Jos?\" > ?"), "{text}");
    }
}
