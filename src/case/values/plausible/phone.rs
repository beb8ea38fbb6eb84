//! Checks of phone numbers among notes, labels and extensions.

/// Describes what looks wrong about one or several phone numbers.
#[must_use]
pub(in crate::case) fn phone(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let (mut whole, mut odd, mut short) = (false, None, false);
    let mut judge = |run: &mut DigitRun| {
        match run.judge() {
            Judged::Nothing => {}
            Judged::Phone => whole = true,
            Judged::Short => short = true,
            Judged::Odd(what) => odd = odd.or(Some(what)),
        }
        *run = DigitRun::default();
    };
    let mut run = DigitRun::default();
    for c in text.chars() {
        match c {
            '0'..='9' => run.push(c),
            // A complete number ends at a space; the next one may follow.
            ' ' | '\u{a0}' if run.is_whole() => judge(&mut run),
            '+' => {
                judge(&mut run);
                run.plus = true;
            }
            '(' if run.is_whole() || run.count == 7 && !run.plus => judge(&mut run),
            ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '‐' | '‑' | '–' | '\u{2212}' => {}
            _ => judge(&mut run),
        }
    }
    judge(&mut run);
    match odd {
        Some(_) => odd,
        None if whole || is_vanity(text) => None,
        None if short => Some("has too few digits for a phone number"),
        None => Some("has no phone number in it"),
    }
}

/// Digits with only the characters of a phone number between them.
#[derive(Default)]
struct DigitRun {
    plus: bool,
    count: usize,
    /// First digits; area code and exchange start in them, with or without a leading 1.
    first: [char; 5],
    /// Whether all digits are the same.
    same: bool,
}

enum Judged {
    Nothing,
    Phone,
    /// Part of a number, an extension, or a number in a note.
    Short,
    Odd(&'static str),
}

impl DigitRun {
    fn push(&mut self, digit: char) {
        self.same = self.count == 0 || self.same && self.first.first() == Some(&digit);
        if let Some(slot) = self.first.get_mut(self.count) {
            *slot = digit;
        }
        self.count += 1;
    }

    /// Returns true if it is a complete North American number.
    fn is_whole(&self) -> bool {
        match self.first {
            ['0', ..] => false,
            ['1', ..] => self.count == 11,
            _ => self.count == 10 && !self.plus,
        }
    }

    fn judge(&self) -> Judged {
        let starts_with_one = self.first.starts_with(&['1']);
        // Dialed from anywhere, from Europe, from North America.
        let abroad = match self.first {
            _ if self.plus => !starts_with_one,
            ['0', '0', ..] | ['0', '1', '1', ..] => true,
            _ => false,
        };
        match self.count {
            0 => Judged::Nothing,
            7.. if self.same => Judged::Odd("is one digit repeated"),
            8..=18 if abroad => Judged::Phone,
            7 if !self.plus => Judged::Phone,
            1..=6 => Judged::Short,
            11 if starts_with_one => self.north_american(1),
            10 => self.north_american(0),
            7..=9 => Judged::Odd("has too few digits for a phone number"),
            _ => Judged::Odd("has too many digits for a phone number"),
        }
    }

    fn north_american(&self, area: usize) -> Judged {
        let low = |at| matches!(self.first.get(at), Some('0' | '1'));
        if low(area) {
            Judged::Odd("has an area code that starts with 0 or 1")
        } else if low(area + 3) {
            Judged::Odd("has a 0 or 1 right after the area code")
        } else {
            Judged::Phone
        }
    }
}

/// Returns true for `1-800-FLOWERS`.
fn is_vanity(text: &str) -> bool {
    let signs: String = text.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let rest = signs.strip_prefix('1').unwrap_or(&signs);
    let free = ["800", "833", "844", "855", "866", "877", "888"].iter().any(|code| rest.starts_with(code));
    free && (10..=14).contains(&rest.len())
}
