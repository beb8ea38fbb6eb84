//! Shows a number as its format does in a wide column of Excel: `42` under `00000` is the ZIP code `00042`.

use std::borrow::Cow;

/// Shows a number without a format: all its digits up to the fifteen Excel keeps, so that an id is never shortened.
pub(super) fn general(value: f64) -> String {
    // Fifteen digits remove the error of binary fractions: 0.1 + 0.2 is 0.3.
    let value: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    if value.abs() >= 1e21 { exponential(value) } else { (value + 0.0).to_string() }
}

/// A cell format, ready to show numbers.
#[derive(Debug, Default)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
    shows: FormatKind,
    /// Whether it shows only a part of a date: `mmm-yy`, `d-mmm`.
    part_of_date: bool,
}

/// How a format shows a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum FormatKind {
    /// A number.
    #[default]
    Number,
    /// A date, a time of day, or both.
    Moment,
    /// Hours, minutes or seconds that can exceed a day: `[h]:mm`.
    Duration,
}

impl NumberFormat {
    /// Parses a format code such as `#,##0.00`; an empty one or `General` shows numbers as they are.
    pub(super) fn parse(code: &str) -> Self {
        if code.is_empty() || code.eq_ignore_ascii_case("general") {
            return Self::default();
        }
        let sections = sections(code);
        let has =
            |token: &FormatToken| sections.first().is_some_and(|section| section.tokens.contains(token));
        let shows = if has(&FormatToken::Elapsed) {
            FormatKind::Duration
        } else if has(&FormatToken::Moment) {
            FormatKind::Moment
        } else {
            FormatKind::Number
        };
        let part_of_date = shows == FormatKind::Moment && shows_part_of_date(code);
        Self { sections, shows, part_of_date }
    }

    /// Returns how the format shows a number.
    pub(super) fn shows(&self) -> FormatKind {
        self.shows
    }

    /// Whether the format shows a date without its day or its year.
    pub(super) fn shows_part_of_date(&self) -> bool {
        self.part_of_date
    }

    /// Shows a text in this format: `WC-00123` under `"WC-"@`.
    pub(super) fn show_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(section) = self.sections.get(3).or_else(|| self.sections.last()) else { return text.into() };
        let adds =
            |token: &FormatToken| matches!(token, FormatToken::Text(added) if !added.trim().is_empty());
        if !section.tokens.contains(&FormatToken::TextPlace) || !section.tokens.iter().any(adds) {
            return text.into();
        }
        let shown = section.tokens.iter().map(|token| match token {
            FormatToken::Text(added) => added,
            FormatToken::TextPlace => text,
            _ => "",
        });
        shown.collect::<String>().into()
    }

    /// Shows a number in this format. A format without a number part leaves it as it is, and so does E-notation, which
    /// would hide digits.
    pub(super) fn show(&self, value: f64) -> String {
        let numeric = self.sections.get(..self.sections.len().min(3)).unwrap_or_default();
        let conditional = numeric.iter().any(|section| section.condition.is_some());
        let index = match (numeric.len(), conditional) {
            (_, true) => {
                let fits = |section: &Section| {
                    section.condition.is_none_or(|(test, bound)| test.holds(value, bound))
                };
                numeric.iter().position(fits).unwrap_or(0)
            }
            (2.., false) if value < 0.0 => 1,
            (3.., false) if value == 0.0 => 2,
            _ => 0,
        };
        let Some(section) = numeric.get(index) else { return general(value) };
        let Some(shown) = section.show(value.abs()) else { return general(value) };
        // A section for negative numbers has its own sign.
        let signed =
            value < 0.0 && (index == 0 || conditional) && shown.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let shown = if signed { format!("-{shown}") } else { shown };
        shown.trim().to_owned()
    }
}

#[derive(Debug, Clone, Copy)]
enum BoundTest {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

impl BoundTest {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessEqual => value <= bound,
            Self::Greater => value > bound,
            Self::GreaterEqual => value >= bound,
            // Both were typed in: they are equal or not.
            Self::Equal => (value - bound).abs() < f64::EPSILON,
            Self::NotEqual => (value - bound).abs() >= f64::EPSILON,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum FormatToken {
    Text(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`.
    Exponent,
    General,
    /// Part of a date or a time of day.
    Moment,
    /// `[h]`, `[mm]`, `[s]`: elapsed time.
    Elapsed,
    /// Place of a text.
    TextPlace,
    /// A fraction.
    Other,
}

#[derive(Debug, Default)]
struct Section {
    condition: Option<(BoundTest, f64)>,
    tokens: Vec<FormatToken>,
}

/// Splits a format code at its semicolons.
fn sections(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(section) = sections.last_mut() else { break };
        let text = |section: &mut Section, text: String| section.tokens.push(FormatToken::Text(text));
        match c {
            ';' => sections.push(Section::default()),
            '"' => text(section, chars.by_ref().take_while(|c| *c != '"').collect()),
            '\\' => text(section, chars.next().map(String::from).unwrap_or_default()),
            // `_` is a space as wide as the next character; `*` fills the cell with it.
            '_' | '*' => _ = chars.next(),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                bracket(section, &inside);
            }
            '0' | '#' | '?' => section.tokens.push(FormatToken::Digit(c)),
            '.' => section.tokens.push(FormatToken::Point),
            ',' => section.tokens.push(FormatToken::Comma),
            '%' => section.tokens.push(FormatToken::Percent),
            'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => {
                chars.next();
                section.tokens.push(FormatToken::Exponent);
            }
            'G' | 'g' if starts_with(&chars, "eneral") => {
                chars.by_ref().take("eneral".len()).for_each(drop);
                section.tokens.push(FormatToken::General);
            }
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => {
                section.tokens.push(FormatToken::Moment);
            }
            '@' => section.tokens.push(FormatToken::TextPlace),
            // A slash between parts of a date is a slash, between digits a fraction.
            '/' => section.tokens.push(FormatToken::Other),
            other => text(section, other.to_string()),
        }
    }
    sections
}

/// Whether a format code for dates shows no day or no year. Unsure of letters of other languages, such as `TT.MM.JJJJ`.
fn shows_part_of_date(code: &str) -> bool {
    let (mut day, mut month, mut year, mut time, mut other) = (false, 0_u8, false, false, false);
    let mut chars = code.chars().map(|c| c.to_ascii_lowercase()).peekable();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => _ = chars.next(),
            'a' | 'p' if matches!(chars.peek(), Some('/' | 'm')) => _ = chars.next_if_eq(&'m'),
            // `ddd` is the weekday.
            'd' => {
                let mut length = 1;
                while chars.next_if_eq(&'d').is_some() {
                    length += 1;
                }
                day |= length <= 2;
            }
            'm' => month = month.saturating_add(1),
            'y' | 'e' => year = true,
            'h' | 's' => time = true,
            c => other |= c.is_ascii_alphabetic() && c != 'g',
        }
    }
    // `mm` beside hours or seconds are minutes.
    let is_date = day || year || month >= 3 || (month > 0 && !time);
    !other && is_date && !(day && year)
}

fn starts_with(chars: &std::iter::Peekable<std::str::Chars<'_>>, word: &str) -> bool {
    chars.clone().map(|c| c.to_ascii_lowercase()).take(word.len()).eq(word.chars())
}

/// `[Red]`, `[>=100]`, `[$€-407]`, `[h]`.
fn bracket(section: &mut Section, inside: &str) {
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        section.tokens.push(FormatToken::Text(symbol.to_owned()));
        return;
    }
    if matches!(inside.to_ascii_lowercase().trim_end_matches(['h', 'm', 's']), "") {
        section.tokens.push(FormatToken::Elapsed);
        return;
    }
    let tests = [
        ("<=", BoundTest::LessEqual),
        (">=", BoundTest::GreaterEqual),
        ("<>", BoundTest::NotEqual),
        ("<", BoundTest::Less),
        (">", BoundTest::Greater),
        ("=", BoundTest::Equal),
    ];
    let found = tests
        .into_iter()
        .find_map(|(sign, test)| Some((test, inside.strip_prefix(sign)?.trim().parse().ok()?)));
    section.condition = section.condition.or(found);
}

impl Section {
    /// Shows a number without its sign; `None` if the section isn't for numbers.
    fn show(&self, value: f64) -> Option<String> {
        let is_number = |token: &FormatToken| {
            !matches!(
                token,
                FormatToken::Other
                    | FormatToken::TextPlace
                    | FormatToken::Moment
                    | FormatToken::Elapsed
                    | FormatToken::Exponent
            )
        };
        if !self.tokens.iter().all(is_number) {
            return None;
        }
        let is_digit = |token: &FormatToken| matches!(token, FormatToken::Digit(_));
        let Some(last) = self.tokens.iter().rposition(is_digit) else {
            return self.without_digits(value);
        };
        let point = self.tokens.iter().position(|token| *token == FormatToken::Point);
        let whole_end = point.unwrap_or(self.tokens.len());
        let whole: Vec<usize> = self.digit_places(0..whole_end);
        let fraction: Vec<usize> =
            point.map(|at| self.digit_places(at..self.tokens.len())).unwrap_or_default();
        // Commas after the last digit divide by a thousand; between digits they group.
        let last_whole = whole.last().copied().unwrap_or(last);
        let commas = |range: std::ops::Range<usize>| {
            self.tokens
                .get(range)
                .unwrap_or_default()
                .iter()
                .filter(|token| **token == FormatToken::Comma)
                .count()
        };
        let behind = if point.is_some() { commas(last..self.tokens.len()) } else { 0 };
        let scale = commas(last_whole..whole_end) + behind;
        let grouped = commas(whole.first().copied().unwrap_or(0)..last_whole) > 0;
        let percents = self.tokens.iter().filter(|token| **token == FormatToken::Percent).count();
        let power = |base: f64, n: usize| base.powi(i32::try_from(n).unwrap_or(0));
        let value = value * power(100.0, percents) / power(1000.0, scale);
        // A half is rounded up, as people do, even if binary has a little less than a half. A number of fifteen digits
        // has no half to round.
        let nudge = if value < 1e14 { value * 1e-15 } else { 0.0 };
        let rounded = format!("{:.*}", fraction.len(), value + nudge);
        let (digits, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
        let digits = if digits == "0" { "" } else { digits };
        let mut shown = String::new();
        for (index, token) in self.tokens.iter().enumerate() {
            match token {
                FormatToken::Text(text) => shown.push_str(text),
                FormatToken::Percent => shown.push('%'),
                FormatToken::Point
                    if self.decimals(&fraction, decimals).is_empty() && !self.shows_point(&fraction) => {}
                FormatToken::Point => shown.push('.'),
                FormatToken::Digit(kind) => {
                    if let Some(at) = whole.iter().position(|place| *place == index) {
                        push_integer(&mut shown, *kind, digits, at, whole.len(), grouped);
                    } else if let Some(at) = fraction.iter().position(|place| *place == index) {
                        shown.extend(self.decimals(&fraction, decimals).chars().nth(at));
                    }
                }
                FormatToken::Comma
                | FormatToken::Exponent
                | FormatToken::General
                | FormatToken::Moment
                | FormatToken::Elapsed
                | FormatToken::TextPlace
                | FormatToken::Other => {}
            }
        }
        // `.5` under `#.##`
        if whole.is_empty() && !digits.is_empty() { Some(format!("{digits}{shown}")) } else { Some(shown) }
    }

    fn without_digits(&self, value: f64) -> Option<String> {
        let text = |token: &FormatToken| match token {
            FormatToken::Text(text) => text.clone(),
            FormatToken::General => general(value),
            FormatToken::Percent => "%".to_owned(),
            _ => String::new(),
        };
        let shown: String = self.tokens.iter().map(text).collect();
        // `;;;` hides a cell in Excel, but its value still counts.
        (!shown.trim().is_empty()).then_some(shown)
    }

    fn digit_places(&self, range: std::ops::Range<usize>) -> Vec<usize> {
        let is_digit = |index: &usize| matches!(self.tokens.get(*index), Some(FormatToken::Digit(_)));
        range.filter(is_digit).collect()
    }

    /// Returns the decimals to show: a `#` drops a zero at the end.
    fn decimals<'a>(&self, fraction: &[usize], decimals: &'a str) -> &'a str {
        let mut end = decimals.len();
        for (at, place) in fraction.iter().enumerate().rev() {
            let zero = decimals.as_bytes().get(at) == Some(&b'0');
            if end != at + 1 || !zero || self.tokens.get(*place) == Some(&FormatToken::Digit('0')) {
                break;
            }
            end = at;
        }
        decimals.get(..end).unwrap_or_default()
    }

    /// Whether to show the point. Excel shows that of `0.` and `#.##` even if nothing follows, which is no use to an id
    /// or an amount.
    fn shows_point(&self, fraction: &[usize]) -> bool {
        fraction.iter().any(|place| self.tokens.get(*place) == Some(&FormatToken::Digit('0')))
    }
}

/// Adds the digit at one of the places before the point; at the first place, all digits before it too.
fn push_integer(shown: &mut String, kind: char, digits: &str, at: usize, places: usize, grouped: bool) {
    let right = places - 1 - at;
    let from = if at == 0 { 0 } else { digits.len().saturating_sub(right + 1) };
    let to = digits.len().saturating_sub(right);
    let present = digits.get(from..to).unwrap_or_default();
    let filled = if present.is_empty() && kind == '0' { "0" } else { present };
    for (index, digit) in filled.chars().enumerate() {
        shown.push(digit);
        let behind = right + filled.len() - 1 - index;
        if grouped && behind > 0 && behind.is_multiple_of(3) {
            shown.push(',');
        }
    }
}

/// `1.23E+25`, with all digits of the number.
fn exponential(value: f64) -> String {
    let shown = format!("{value:.14e}");
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{mantissa}E-{exponent:0>2}"),
        None => format!("{mantissa}E+{exponent:0>2}"),
    }
}

#[cfg(test)]
mod tests;
