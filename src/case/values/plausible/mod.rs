//! Checks of values that are sent as text: what looks wrong about them.
//!
//! People stop reading warnings that are often wrong, so what they write into such cells on purpose passes: notes,
//! extensions, several numbers, masked digits. Each result completes the sentence “the cell …”.

use jiff::civil::Date;

use super::country::country_code;

mod phone;

pub(in crate::case) use phone::phone;

/// Describes what looks wrong about one or several e-mail addresses.
#[must_use]
pub(in crate::case) fn email(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let mut found = false;
    let mut inside = text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).peekable();
    if inside.peek().is_some() {
        return inside.find_map(|address| one_email(address.trim()));
    }
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '/' | '|')) {
        let note = word.starts_with('(') && word.ends_with(')') || word.ends_with(':');
        if note || matches!(word, "" | "and" | "or" | "&" | "-") {
            continue;
        }
        found = true;
        if let Some(odd) = one_email(word.strip_prefix("mailto:").unwrap_or(word)) {
            return Some(odd);
        }
    }
    (!found).then_some("has no e-mail address in it")
}

fn one_email(address: &str) -> Option<&'static str> {
    let Some((local, host)) = address.split_once('@') else { return Some("has a word without an @") };
    if host.contains('@') {
        return Some("has two @ in one address");
    }
    if local.is_empty() {
        return Some("has nothing before the @");
    }
    let Some((name, top)) = host.rsplit_once('.') else { return Some("has no dot after the @") };
    if top.is_empty() || local.ends_with('.') {
        return Some("has a dot at the end of a part");
    }
    if name.is_empty() || name.starts_with('.') || local.starts_with('.') || address.contains("..") {
        return Some("has an extra dot");
    }
    let host_fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let local_fits = |c: char| !c.is_whitespace() && !"()<>[]:;,\\\"".contains(c);
    if !host.chars().all(host_fits) || !local.chars().all(local_fits) {
        return Some("has a character that an e-mail address can't have");
    }
    // None of them is a top-level domain.
    let typing = ["con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cpm", "ner", "nte", "ogr"];
    if typing.iter().any(|wrong| wrong.eq_ignore_ascii_case(top)) {
        return Some("ends in a domain that doesn't exist, such as “.con”");
    }
    let real = top.chars().count() >= 2 && (top.starts_with("xn--") || top.chars().all(char::is_alphabetic));
    (!real).then_some("ends in a domain that doesn't exist")
}

/// Returns true if the last of nine digits is the check digit of a Canadian social insurance number (Luhn's).
fn is_canadian(digits: &str) -> bool {
    let sum: u32 = (0_u32..)
        .zip(digits.chars())
        .filter_map(|(at, c)| Some((c.to_digit(10)?, at % 2 == 1)))
        .map(|(digit, is_doubled)| if is_doubled { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    !digits.contains('*') && sum.is_multiple_of(10)
}

/// Describes what looks wrong about a social security number. Masked digits are fine.
#[must_use]
pub(in crate::case) fn ssn(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // The digits, and a bit set with the number of digits before each separator.
    let (mut digits, mut separators) = (String::with_capacity(9), 0_u16);
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'x' | 'X' | '*' | '#' | '•' => digits.push('*'),
            '-' | ' ' | '.' | '‑' | '–' => separators |= 1 << digits.len(),
            _ => return Some("has a character that an SSN can't have"),
        }
        if digits.len() > 9 {
            return Some("has more than nine digits");
        }
    }
    match digits.len() {
        // Only the last four digits may be kept where the whole number must not.
        4 if separators == 0 && !digits.contains('*') => return None,
        7 | 8 => return Some("has too few digits; a leading zero may be lost"),
        9 => {}
        _ => return Some("has too few digits"),
    }
    if separators == 1 << 2 {
        return Some("is written like an employer number (12-3456789)");
    }
    if separators == 1 << 3 | 1 << 6 && is_canadian(&digits) {
        return None;
    }
    if separators & !(1 << 3 | 1 << 5) != 0 {
        return Some("isn't grouped like 123-45-6789");
    }
    let part = |range| digits.get(range).unwrap_or_default();
    match (part(0..3), part(3..5), part(5..9)) {
        ("***", "**", "****") => Some("is fully masked"),
        ("000" | "666", ..) => Some("starts with 000 or 666, which no SSN does"),
        (area, ..) if area.starts_with('9') => Some("starts with 9, as tax numbers (ITIN) do and SSNs don't"),
        (_, "00", _) => Some("has 00 in the middle, which no SSN has"),
        (_, _, "0000") => Some("ends in 0000, which no SSN does"),
        ("111", "11", "1111") | ("333", "33", "3333") => Some("is one digit repeated nine times"),
        ("078", "05", "1120") | ("219", "09", "9999") => Some("is an SSN known from advertisements"),
        _ => None,
    }
}

/// Describes what looks wrong about a web address.
#[must_use]
pub(in crate::case) fn link(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_web = |url: url::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let fits = text.is_empty() || url::Url::parse(text).is_ok_and(is_web);
    (!fits).then_some("isn't a web address that begins with http:// or https://")
}

/// Describes what looks wrong about the name or code of a country.
#[must_use]
pub(in crate::case) fn country(text: &str) -> Option<&'static str> {
    match text.trim() {
        "" => None,
        "NA" => Some("may mean that there is none, but is the code of Namibia"),
        text => country_code(text).is_none().then_some("isn't a known country"),
    }
}

/// Meaning of the dates of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum DateMeaning {
    /// Dates of the case: opened, due.
    Case,
    /// Dates of birth, which are never in the future.
    Birth,
    /// Dates of a loss, which are in the past.
    Loss,
    /// Others, such as hiring.
    Other,
}

/// Number of years around today in which a case is opened and due.
const CASE_YEARS: i16 = 10;
/// Number of years after a loss in which it is still investigated.
const LOSS_YEARS: i16 = 40;

/// Describes what looks wrong about a date: a valid date may still be a typo or a placeholder.
#[must_use]
pub(in crate::case) fn day(date: Date, today: Date, of: DateMeaning) -> Option<&'static str> {
    let away = date.year().saturating_sub(today.year());
    match (of, date.year()) {
        (_, ..1850) => Some("is a date before 1850"),
        (_, 9999) => Some("is a placeholder, the last possible date"),
        (DateMeaning::Birth, ..=1900) => Some("is a date of birth before 1901, or a placeholder"),
        (DateMeaning::Birth, _) => None,
        (_, 1899 | 1900) => Some("is in 1899 or 1900, which programs use for missing dates"),
        _ if away > CASE_YEARS => Some("is more than 10 years from now"),
        (DateMeaning::Case, _) if away < -CASE_YEARS => Some("is more than 10 years ago"),
        (DateMeaning::Loss, _) if away < -LOSS_YEARS => Some("is more than 40 years ago"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
