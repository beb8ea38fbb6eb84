//! ASCII-only frames, for terminals that show nothing else.

use std::env;

use icu_normalizer::DecomposingNormalizerBorrowed;
use ratatui::buffer::Buffer;

/// Returns whether the environment asks for ASCII only: `LC_ALL`, the locale that overrides all others, is `C` or
/// `POSIX`.
pub(crate) fn is_wanted() -> bool {
    env::var("LC_ALL").is_ok_and(|locale| matches!(locale.as_str(), "C" | "POSIX"))
}

/// Replaces every other character with an ASCII one, or a question mark.
pub(crate) fn apply(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let sign = cell.symbol().chars().next().map_or('?', in_ascii);
            cell.set_char(sign);
        }
    }
}

fn in_ascii(sign: char) -> char {
    match sign {
        '─' | '–' | '—' | '░' | '▁' => '-',
        '│' => '|',
        '╭' | '╮' | '╰' | '╯' | '┌' | '┐' | '└' | '┘' | '✓' => '+',
        '▸' | '›' | '»' | '→' => '>',
        '‹' | '«' | '←' => '<',
        '↑' => '^',
        '↓' => 'v',
        '✗' => 'x',
        '•' => '*',
        '·' | '▂' => '.',
        '…' => '~',
        '▃' | '▄' | '▅' => '=',
        '▆' | '▇' | '█' => '#',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        '≠' => '!',
        '\u{a0}' => ' ',
        // Letters lose their accents.
        _ => DecomposingNormalizerBorrowed::new_nfd()
            .normalize_iter(std::iter::once(sign))
            .next()
            .filter(char::is_ascii)
            .unwrap_or('?'),
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
        assert!(text.is_ascii() && text.starts_with(">x \"Jose\" > ?"), "{text}");
    }
}
