//! Decodes letters that an earlier program read in the wrong encoding.

use super::cleanup::windows_1252;
use crate::sheet::Encoding;

/// First characters of garbled Latin letters, punctuation, emoji and the byte order mark.
const SURELY: [char; 7] = ['Ã', 'Â', 'Å', 'Ä', 'â', 'ð', 'ï'];
/// First characters of garbled Cyrillic, Greek, Hebrew and Arabic. One such letter may be intended, two in a row
/// aren't; `É™` is more often intended than damage.
const PERHAPS: [char; 7] = ['Ð', 'Ñ', 'Î', 'Ï', 'Ø', 'Ù', '×'];
/// The same first bytes if UTF-8 was read as code page 437 or 850, or as Mac Roman. No word has these in it.
const DOS: [char; 6] = ['├', '┬', '┼', '─', 'Γ', 'Ô'];
const MAC: [char; 5] = ['√', '¬', '≈', 'ƒ', '‚'];

/// Symbols used next to words or numbers, never inside a word.
const SYMBOLS: [char; 19] =
    ['¤', '¦', '¨', '¬', '¯', '¸', '¹', '±', '§', '¶', '¡', '¿', '¢', '£', '¥', '†', '‡', '‰', '÷'];

/// Whether a character begins something [`decoded`] may fix.
pub(super) fn may_begin(c: char) -> bool {
    SURELY.contains(&c) || PERHAPS.contains(&c) || DOS.contains(&c) || MAC.contains(&c)
}

/// Decodes letters of UTF-8 that were read in another encoding; `None` if there are none.
pub(super) fn decoded(text: &str) -> Option<String> {
    whole(text).or_else(|| in_parts(text))
}

/// Decodes a text that is entirely UTF-8 once it is encoded as Windows-1252 again.
fn whole(text: &str) -> Option<String> {
    let surely = text.contains(SURELY);
    if !surely && !text.contains(PERHAPS) {
        return None;
    }
    let bytes: Vec<u8> = text.chars().map(windows_1252).collect::<Option<_>>()?;
    let decoded = String::from_utf8(bytes).ok()?;
    let letters = decoded.chars().filter(|c| !c.is_ascii()).count();
    (surely || letters >= 2).then_some(decoded)
}

/// Decodes a text with both garbled and correct letters, `JosÃ© Peña`, or one read in a DOS or Mac encoding.
fn in_parts(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some(c) = rest.chars().next() {
        let (letter, length) = letter(rest).unwrap_or((c, c.len_utf8()));
        found |= letter != c;
        out.push(letter);
        rest = rest.get(length..).unwrap_or_default();
    }
    found.then_some(out)
}

/// Decodes the garbled letter at the start of a text, and returns its length.
fn letter(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let read: &[&str] = match () {
        () if SURELY.contains(&first) => &["Windows-1252"],
        () if DOS.contains(&first) => &["CP437", "CP850"],
        () if MAC.contains(&first) => &["macintosh"],
        () => return None,
    };
    read.iter().find_map(|name| {
        let encoding: Encoding = name.parse().ok()?;
        let byte = |c: char| match *name {
            "Windows-1252" => windows_1252(c),
            _ => match *encoding.encode(c.encode_utf8(&mut [0; 4]))? {
                [byte] => Some(byte),
                _ => None,
            },
        };
        let length = match byte(first)? {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return None,
        };
        let part: String = text.chars().take(length).collect();
        let bytes: Vec<u8> = part.chars().map(byte).collect::<Option<_>>()?;
        let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
        // `“KÖPÅ”`: a letter of Windows-1252 followed by a quote or dash is intended.
        let meant = length == 2 && part.ends_with(['“', '”', '‘', '’', '–', '—', '…', '™', '›', '»']);
        let sound = letter.is_alphanumeric() || length > 2 || !letter.is_control();
        (sound && !(meant && *name == "Windows-1252")).then_some((letter, part.len()))
    })
}

/// Whether a word contains a symbol or a letter of another script, as letters become in another encoding: `Pe¤a`,
/// `Jos‚`, `JosΘ`. The original can't be told from the cell alone.
pub(super) fn is_garbled(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let behind = chars.peek().copied().unwrap_or(' ');
        if !c.is_ascii() && is_odd(before, c, behind) {
            return true;
        }
        before = c;
    }
    false
}

fn is_odd(before: char, c: char, behind: char) -> bool {
    let letter = |c: char| c.is_alphabetic() && is_latin(c);
    match c {
        // Low quotes open, so none is after a letter.
        '‚' | '„' => letter(before),
        _ if SYMBOLS.contains(&c) => letter(before) && (letter(behind) || SYMBOLS.contains(&behind)),
        '\u{2500}'..='\u{259F}' => letter(before) || letter(behind),
        // Ohm, micro, delta and pi are used next to Latin letters.
        'Ω' | 'μ' | 'Δ' | 'π' => false,
        // Marks that no Latin letter has; bytes of another encoding can happen to be their UTF-8.
        '\u{346}'..='\u{35F}' | '\u{363}'..='\u{36F}' | '\u{590}'..='\u{7BF}' => {
            letter(before) || letter(behind)
        }
        '\u{370}'..='\u{58F}' => c.is_alphabetic() && (letter(before) || letter(behind)),
        _ => false,
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}
