//! Kinds of cells: enough to judge whether rows were split correctly, and where the header ends.

/// Kind of a cell, by its looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum CellKind {
    Empty,
    /// A number, an amount, a percentage.
    Number,
    Date,
    Time,
    /// An email address, a web address, a phone number.
    Contact,
    /// Letters and digits without a space: a claim number.
    Id,
    /// A few words.
    Words,
    /// A longer text.
    Prose,
    /// Probably two cells in one.
    Odd,
}

/// Maximum length of “a few words”, in bytes.
const FEW_WORDS: usize = 40;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl CellKind {
    pub(super) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        let Some(first) = cell.chars().next() else { return Self::Empty };
        let has = |wanted: fn(char) -> bool| cell.chars().any(wanted);
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits > 0 && cell.len() <= FEW_WORDS {
            if is_date(cell) {
                return Self::Date;
            }
            if is_time(cell) {
                return Self::Time;
            }
            if is_phone(cell, digits) {
                return Self::Contact;
            }
            if is_number(cell) {
                return Self::Number;
            }
        }
        if has_bare_delimiter(cell) || matches!(first, '"') {
            return Self::Odd;
        }
        if !has(char::is_whitespace) {
            let lower = cell.to_ascii_lowercase();
            let web = ["http://", "https://", "www."].iter().any(|start| lower.starts_with(start));
            let mail =
                cell.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
            if web || mail {
                return Self::Contact;
            }
            if digits > 0 && cell.len() <= FEW_WORDS && has(char::is_alphanumeric) {
                return Self::Id;
            }
        }
        if cell.len() <= FEW_WORDS { Self::Words } else { Self::Prose }
    }

    /// Whether cells of this kind can't be a header.
    pub(super) fn is_value(self) -> bool {
        matches!(self, Self::Number | Self::Date | Self::Time | Self::Contact)
    }

    /// Whether cells of this kind are rare in running text.
    pub(super) fn is_telling(self) -> bool {
        self.is_value() || self == Self::Id
    }

    /// Likelihood that a cell of this kind was split correctly, from 0 to 1.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Number | Self::Date | Self::Time | Self::Contact | Self::Id => 1.0,
            Self::Words => 0.8,
            Self::Empty | Self::Prose => 0.6,
            Self::Odd => 0.1,
        }
    }
}

/// Whether a cell has a delimiter between two characters without a space: `5;2`, but not `a; b`.
fn has_bare_delimiter(cell: &str) -> bool {
    let rare = |c: char| matches!(c, '\t' | '\u{1}' | '\u{1e}' | '\u{1f}');
    let usual = |c: char| matches!(c, ';' | '|');
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        if rare(c) || (usual(c) && chars.peek().is_some_and(|next| !next.is_whitespace())) {
            return true;
        }
    }
    false
}

fn is_date(cell: &str) -> bool {
    // A time of day may follow.
    let day = cell.split(['T', ' ']).next().unwrap_or(cell);
    let separator = day.chars().find(|c| matches!(c, '/' | '-' | '.'));
    let parts: Vec<&str> = separator.map(|c| day.split(c).collect()).unwrap_or_default();
    let number = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let month = |part: &str| {
        let lower = part.to_ascii_lowercase();
        MONTHS.iter().any(|name| lower.starts_with(name))
            && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    match parts.as_slice() {
        [a, b, c] if number(a, 4) && number(b, 2) => number(c, if a.len() == 4 { 2 } else { 4 }),
        [a, b, c] => number(a, 2) && month(b) && number(c, 4),
        _ => {
            // March 4, 2026 and 4 March 2026.
            let words: Vec<&str> = cell.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [a, b, c] => number(c, 4) && ((month(a) && number(b, 2)) || (number(a, 2) && month(b))),
                _ => false,
            }
        }
    }
}

fn is_time(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    let clock = lower.trim_end_matches("am").trim_end_matches("pm").trim_end();
    let parts: Vec<&str> = clock.split(':').collect();
    let two = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [hour, minute] => two(hour) && two(minute),
        [hour, minute, second] => {
            two(hour) && two(minute) && two(&second.split('.').next().unwrap_or_default())
        }
        _ => false,
    }
}

fn is_phone(cell: &str, digits: usize) -> bool {
    let rest = cell.trim_start_matches('+');
    let written =
        rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'(' | b')' | b'-' | b'.' | b' '));
    let grouped = rest.get(1..).is_some_and(|rest| rest.contains('-') || rest.contains(')'));
    (7..=15).contains(&digits) && written && grouped
}

fn is_number(cell: &str) -> bool {
    let inner = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(cell);
    let bare =
        inner.trim_start_matches(['-', '+', '$', '€', '£', ' ']).trim_end_matches(['%', '€', '$', '-', ' ']);
    let (mantissa, exponent) = bare.split_once(['e', 'E']).unwrap_or((bare, "0"));
    let exponent = exponent.trim_start_matches(['+', '-']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = mantissa.split([',', '.', '\'', '\u{a0}', ' ']);
    let first_fits = groups.next().is_some_and(|first| first.is_empty() || digits(first));
    let grouped = groups.all(digits);
    first_fits && grouped && digits(exponent) && mantissa.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        use CellKind::{Contact, Date, Empty, Id, Number, Odd, Prose, Time, Words};
        for (cell, kind) in [
            ("", Empty),
            ("  ", Empty),
            ("12", Number),
            ("-1,500.00", Number),
            ("$74.69", Number),
            ("(250)", Number),
            ("1.500,00", Number),
            ("12%", Number),
            ("1.2E+11", Number),
            ("2026-03-04", Date),
            ("3/4/26", Date),
            ("28.01.2018", Date),
            ("2026-03-04T10:00:00Z", Date),
            ("4-Mar-2026", Date),
            ("March 4, 2026", Date),
            ("10:30", Time),
            ("1:05 PM", Time),
            ("a.b@c.org", Contact),
            ("https://x.org/a?b=1", Contact),
            ("(303) 555-0100", Contact),
            ("303-555-0100", Contact),
            ("CLM-00123", Id),
            ("MG-8769", Id),
            ("3A", Id),
            ("Claim #", Words),
            ("John Smith", Words),
            ("O'Neil, Mary-Ann", Words),
            ("The subject left the house at five and came back with a ladder.", Prose),
            ("a; b; c", Words),
            ("5;2", Odd),
            ("a|b", Odd),
            ("\"half", Odd),
        ] {
            assert_eq!(CellKind::of(cell), kind, "{cell}");
        }
    }
}
