//! Restores damaged text where that is certain.

use super::{Damage, leftovers, mojibake};

const SPACES: [char; 3] = ['\u{A0}', '\u{202F}', '\u{2007}'];

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}' | '\u{AD}')
}

/// Whether a character is a joiner or direction mark: part of some scripts and of emoji, not of plain letters.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}')
}

/// Whether a character is a control character other than tab and line ends, or changes the direction of text. NUL is
/// an error of the row.
pub(super) fn is_control(c: char) -> bool {
    match c {
        '\0' | '\t' | '\n' | '\r' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    }
}

/// Cleans up a cell: decodes garbled letters, even if garbled several times; unescapes or removes `_x000D_` and the
/// like, and an apostrophe that marks text; replaces control characters by what they meant, or removes them; removes
/// invisible characters; replaces no-break spaces. Returns `None` if nothing changes. Repairing a repaired text changes nothing.
#[must_use]
pub fn repaired(text: &str) -> Option<String> {
    clean(text).map(|(text, _)| text)
}

/// Like [`repaired`], and returns the worst damage it fixed.
pub(super) fn clean(text: &str) -> Option<(String, Damage)> {
    let mut done: Option<(String, Damage)> = None;
    // Every step leaves fewer characters, or fewer to fix, so this ends.
    while let Some((next, damage)) = step(done.as_ref().map_or(text, |(text, _)| text)) {
        let worst = done.map_or(damage, |(_, before)| before.min(damage));
        done = Some((next, worst));
    }
    done
}

/// Fixes one kind of damage. Garbled letters come first: their parts look like control characters, no-break spaces and
/// soft hyphens.
fn step(text: &str) -> Option<(String, Damage)> {
    let tagged = |damage| move |text| (text, damage);
    let (before, rest) = text.split_at(text.len() - text.trim_ascii_start().len());
    if let Some(rest) = rest.strip_prefix('\'').filter(|_| leftovers::is_marked_as_text(rest)) {
        return Some((format!("{before}{rest}"), Damage::TextMark));
    }
    if text.contains('_')
        && let Some(escaped) = unescaped(text)
    {
        return Some((escaped, Damage::EscapedControl));
    }
    // Most accented letters are just that.
    if !text.contains(may_need_mending) {
        return None;
    }
    mojibake::decoded(text)
        .map(tagged(Damage::Mojibake))
        .or_else(|| replace_control(text).map(tagged(Damage::Control)))
        .or_else(|| remove_invisible(text).map(tagged(Damage::ZeroWidth)))
        .or_else(|| plain_spaces(text).map(tagged(Damage::NoBreakSpace)))
}

fn may_need_mending(c: char) -> bool {
    if c.is_ascii() {
        return is_control(c);
    }
    mojibake::may_begin(c) || SPACES.contains(&c) || is_hidden(c) || is_joiner(c) || is_control(c)
}

/// Characters of Windows-1252 where Latin-1 has control characters; five bytes have none.
const HIGH: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8A),
    ('‹', 0x8B),
    ('Œ', 0x8C),
    ('Ž', 0x8E),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9A),
    ('›', 0x9B),
    ('œ', 0x9C),
    ('ž', 0x9E),
    ('Ÿ', 0x9F),
];

/// Returns the byte of a character. The five bytes without a character stand for themselves, as in Latin-1.
pub(super) fn windows_1252(c: char) -> Option<u8> {
    u8::try_from(u32::from(c))
        .ok()
        .or_else(|| HIGH.iter().find(|(high, _)| *high == c).map(|(_, byte)| *byte))
}

fn unescaped(text: &str) -> Option<String> {
    let mut rest = text;
    let mut out: Option<String> = None;
    while let Some((before, control, after)) = next_escape(rest) {
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(before);
        match control {
            b'\n' => out.push('\n'),
            b'\t' => out.push('\t'),
            b'_' => out.push('_'),
            // A return between two words is a line break, but not a second one next to another.
            b'\r'
                if !out.is_empty()
                    && !out.ends_with('\n')
                    && !after.is_empty()
                    && !after.starts_with(['\r', '\n'])
                    && !after.get(..7).is_some_and(|next| next.eq_ignore_ascii_case("_x000A_")) =>
            {
                out.push('\n');
            }
            _ => {}
        }
        rest = after;
    }
    out.map(|mut out| {
        out.push_str(rest);
        out
    })
}

/// Finds the first `_xHHHH_` for a control character or an underscore, and the text around it.
fn next_escape(text: &str) -> Option<(&str, u8, &str)> {
    text.match_indices("_x").find_map(|(at, _)| {
        let (before, escape) = text.split_at_checked(at)?;
        let (escape, after) = escape.split_at_checked(7)?;
        let digits = escape.strip_prefix("_x")?.strip_suffix('_')?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let code = u8::from_str_radix(digits, 16).ok()?;
        matches!(code, 0..0x20 | b'_' | 0x7F).then_some((before, code, after))
    })
}

/// Replaces control characters: Windows-1252 letters read as Latin-1 by the letters, line and page breaks by a line
/// break; the others are removed.
fn replace_control(text: &str) -> Option<String> {
    let meant = |c: char| match c {
        '\u{0B}' | '\u{0C}' => Some('\n'),
        '\u{80}'..='\u{9F}' => {
            HIGH.iter().find(|(_, byte)| u32::from(*byte) == u32::from(c)).map(|(letter, _)| *letter)
        }
        _ => None,
    };
    let keep = |c: char| if is_control(c) { meant(c) } else { Some(c) };
    text.contains(is_control).then(|| text.chars().filter_map(keep).collect())
}

fn remove_invisible(text: &str) -> Option<String> {
    if !text.contains(|c| is_hidden(c) || is_joiner(c)) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        let plain = |c: Option<char>| c.is_none_or(|c| c.is_ascii());
        let is_dropped = is_hidden(c) || (is_joiner(c) && plain(last) && plain(next));
        if !is_dropped {
            out.push(c);
        }
        last = Some(c);
    }
    (out.len() < text.len()).then_some(out)
}

fn plain_spaces(text: &str) -> Option<String> {
    text.contains(SPACES).then(|| text.replace(SPACES, " "))
}
