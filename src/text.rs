//! Text from files and servers, made safe to show.

use std::borrow::Cow;

/// Returns a number with its noun.
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Formats a count with commas between thousands.
#[must_use]
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Formats seconds since 1970 as `2026-11-23T15:04:05Z`.
#[must_use]
pub fn utc(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Replaces every character that could control a terminal, reorder the text around it, or be invisible with a visible
/// mark.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| mark(c).is_some()) {
        Cow::Owned(text.chars().map(|c| mark(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// [`visible`] for a text of several lines.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    text.lines().map(|line| visible(line) + "\n").collect()
}

/// Escapes every character of JSON text that could control a terminal: the same value, safe to print.
#[must_use]
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    let steers = |c: char| c != '\n' && mark(c).is_some();
    if !json.chars().any(steers) {
        return Cow::Borrowed(json);
    }
    // JSON already escapes the first 32, so all of these are inside strings.
    let escape = |c: char| if steers(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    Cow::Owned(json.chars().map(escape).collect())
}

/// Returns the mark for a character that must not reach a terminal.
fn mark(c: char) -> Option<char> {
    match c {
        // Unicode has a picture for each of the first 32, in the same order. All of them are one column wide
        // everywhere, unlike the usual replacement character.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('␡'),
        '\u{2028}' | '\u{2029}' => Some('␊'),
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        // They have no width, and terminals disagree about that.
        | '\u{200b}'
        | '\u{2060}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Some('␦'),
        _ => None,
    }
}

/// Replaces every letter and digit with `•`. Other characters stay, so that a missing digit can still be seen.
#[must_use]
pub fn mask(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { '•' } else { c }).collect()
}

/// Masks everything in a text that has the shape of a social security number.
#[must_use]
pub fn hide_ssns(text: &str) -> Cow<'_, str> {
    // This settles most texts quickly, and there may be a million of them.
    if text.bytes().filter(u8::is_ascii_digit).count() < SSN.matches('9').count() {
        return Cow::Borrowed(text);
    }
    let mut chars: Vec<char> = text.chars().collect();
    let mut found = false;
    let mut at = 0;
    while at < chars.len() {
        let (before, rest) = chars.split_at_mut(at);
        if !before.last().is_some_and(char::is_ascii_digit) && begins_with_ssn(rest) {
            rest.iter_mut().take(SSN.len()).filter(|c| c.is_ascii_digit()).for_each(|c| *c = '•');
            found = true;
            at += SSN.len();
        } else {
            at += 1;
        }
    }
    if found { Cow::Owned(chars.into_iter().collect()) } else { Cow::Borrowed(text) }
}

/// Returns true if the whole text has the shape of a social security number.
#[must_use]
pub fn is_ssn(text: &str) -> bool {
    let mut chars = text.trim().chars();
    SSN.chars().all(|shape| chars.next().is_some_and(|c| fits_ssn(shape, c))) && chars.next().is_none()
}

/// Returns true for a hyphen, a dash of any length, or a minus.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Returns true for a text of one dash.
#[must_use]
pub fn is_lone_dash(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_dash) && chars.next().is_none()
}

/// Maximum number of characters of a cell in a message: a message is one line, but a cell may be a page.
pub const MAX_CELL: usize = 60;

/// Returns a text of at most `max` characters, the last of them `…` if it was cut.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// Joins the first texts, at most `most`, with commas, and adds `…` if there are others.
#[must_use]
pub fn join_few(texts: impl IntoIterator<Item = impl ToString>, most: usize) -> String {
    let mut texts = texts.into_iter().map(|text| text.to_string());
    let mut few: Vec<String> = texts.by_ref().take(most).collect();
    few.extend(texts.next().map(|_| "…".to_owned()));
    few.join(", ")
}

/// Returns true for a soft hyphen and for characters without width.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Removes spaces at both ends. Faster than [`str::trim`] for nearly all cells, which have none.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Removes spaces at both ends, the apostrophe that marks a text in Excel, and invisible characters.
#[must_use]
pub fn unmarked(text: &str) -> Cow<'_, str> {
    let text = trimmed(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    if text.is_ascii() || !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_invisible, "").trim().to_owned())
}

/// The shape: `9` is a digit, `-` a hyphen or what people write instead.
const SSN: &str = "999-99-9999";

fn fits_ssn(shape: char, c: char) -> bool {
    match shape {
        '9' => c.is_ascii_digit(),
        _ => matches!(c, '-' | ' ' | '.' | '/' | '\u{a0}' | '‐' | '‑' | '–'),
    }
}

fn begins_with_ssn(chars: &[char]) -> bool {
    chars.len() >= SSN.len()
        && SSN.chars().zip(chars).all(|(shape, c)| fits_ssn(shape, *c))
        && !chars.get(SSN.len()).is_some_and(char::is_ascii_digit)
}

/// Returns a text as a sentence: with a period, unless it ends with one already, or with `?`, `!` or `…`. It may end with a
/// name such as “Litigated?”.
#[must_use]
pub fn sentence(text: impl Into<String>) -> String {
    let mut text = text.into();
    if !text.trim_end_matches(['”', '"', ')']).ends_with(['.', '?', '!', '…']) {
        text.push('.');
    }
    text
}

/// Returns a text with its first letter capitalized.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Marks what only someone at a command line can do.
const IN_A_SCRIPT: &str = "in a script: ";

/// Returns a text for the screen: without what it says about scripts in parentheses, such as “(y on the row; in a script:
/// --send-anyway)”.
#[must_use]
pub fn on_screen(text: &str) -> Cow<'_, str> {
    let Some((before, rest)) = text.split_once(IN_A_SCRIPT) else { return Cow::Borrowed(text) };
    let Some((_, after)) = rest.split_once(')') else { return Cow::Borrowed(text) };
    let shown = match (before.strip_suffix("; "), before.strip_suffix(" (")) {
        (Some(with_key), _) => format!("{with_key})"),
        (_, Some(without)) => without.to_owned(),
        (None, None) => return Cow::Borrowed(text),
    };
    Cow::Owned(format!("{shown}{}", on_screen(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_the_shape() {
        assert_eq!(mask("078-05-112"), "•••-••-•••");
        assert_eq!(mask("4 März 1980"), "• •••• ••••");
    }

    #[test]
    fn ssns_are_masked_in_any_text() {
        let hidden = |text| hide_ssns(text).into_owned();
        assert_eq!(
            hidden("SSN 078-05-1120 is taken, 078 05 1121 too"),
            "SSN •••-••-•••• is taken, ••• •• •••• too"
        );
        assert_eq!(hidden("SSN078-05-1120."), "SSN•••-••-••••.");
        for other in
            ["2026-11-0001", "1078-05-1120", "078-05-11201", "12-3456789", "303-555-0100", "é-05", ""]
        {
            assert!(matches!(hide_ssns(other), Cow::Borrowed(_)), "{other}");
        }
        assert!(is_ssn(" 078-05-1120 ") && !is_ssn("078-05-11201") && !is_ssn("x 078-05-1120"));
    }

    #[test]
    fn json_keeps_its_value_and_loses_its_teeth() {
        let value = serde_json::json!({"a": "x\u{9b}31m\u{202e}\x7f\n é"});
        let text = serde_json::to_string(&value).unwrap();
        let escaped = escaped_json(&text);
        assert!(!escaped.contains(['\u{9b}', '\u{202e}', '\x7f']), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        assert_eq!(escaped_json("{\"a\":\"é\"}\n"), "{\"a\":\"é\"}\n");
    }

    #[test]
    fn no_terminal_control_characters_are_left() {
        assert_eq!(visible("a\x1b[2Jb\r\n\tc\x7f\u{9b}31m\u{202e}x"), "a␛[2Jb␍␊␉c␡␦31m␦x");
        assert!(matches!(visible("José — “ok”"), Cow::Borrowed(_)));
        for c in (0..=0x2fff).filter_map(char::from_u32) {
            let shown = visible(&c.to_string()).into_owned();
            assert!(shown.chars().all(|c| !c.is_control()), "{c:?}");
        }
    }

    #[test]
    fn a_sentence_ends_once() {
        for (text, whole) in [
            ("not imported: City", "not imported: City."),
            ("not imported: Litigated?", "not imported: Litigated?"),
            ("not imported: “Litigated?”", "not imported: “Litigated?”"),
            ("The client isn't active.", "The client isn't active."),
            ("from “Acme” (100)", "from “Acme” (100)."),
        ] {
            assert_eq!(sentence(text), whole);
        }
    }

    #[test]
    fn a_screen_names_keys_and_no_flags() {
        for (text, shown) in [
            ("send it anyway (y on the row; in a script: --send-anyway)", "send it anyway (y on the row)"),
            ("press f to choose (in a script: --encoding), then go on", "press f to choose, then go on"),
            ("a (f; in a script: x), b (in a script: y).", "a (f), b."),
            ("he wrote “in a script: x”", "he wrote “in a script: x”"),
            ("plain (e)", "plain (e)"),
        ] {
            assert_eq!(on_screen(text), shown);
        }
    }
}
