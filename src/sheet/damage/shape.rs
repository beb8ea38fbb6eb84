//! The shape of a cell, which is all that is kept of it: a column of any length needs the same memory.

use super::{
    Damage, cleanup,
    date::{self, Order},
    leftovers, mojibake,
};
use crate::sheet::words::TableWords;

/// Class of a cell: the damage [`clean`] found, and the shape of the fixed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellClass {
    pub(super) text: Option<Damage>,
    pub(super) shape: TextShape,
}

/// Shape of a cell's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextShape {
    /// Anything else.
    Text,
    /// Letters, digits and dashes without a space, with at least one digit; `dated` if it is written like a date
    /// without being one.
    Id {
        dated: bool,
    },
    /// Exactly 255 characters.
    Full {
        mid_word: bool,
    },
    /// More than 255 characters.
    Long,
    /// As long as a cell can be in Excel.
    Cut,
    Scientific,
    Hashes,
    Error,
    /// Only digits; the length is at most [`LONGEST`].
    Digits {
        len: u8,
        lead: Lead,
        kind: DigitsKind,
    },
    /// A number with a sign, a decimal point, a currency or thousands separators.
    Amount,
    /// A number with decimals that may be Excel's number for a date and time.
    SerialAmount,
    /// Digits with a decimal point and only zeros behind it: `8915111.0`.
    WholeAmount,
    /// The same with thousands separators, or these alone: `8,915,111`.
    GroupedAmount,
    /// `02134-1234`.
    ZipPlus4,
    /// `2134-1234`.
    ShortZipPlus4,
    /// A date with the year first.
    YearFirst,
    /// A numeric date with the year last.
    YearLast {
        order: Order,
        short_year: bool,
    },
    /// A date with the month's name.
    Spelled {
        short_year: bool,
        dashes: bool,
    },
    /// `1-Mar` or `Mar-01`, as Excel writes it.
    DayMonth,
}

/// Range of the first digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Zero,
    /// 1 or 2: just past a power of ten.
    Low,
    Middle,
    /// 5 to 9: just before a power of ten.
    High,
}

/// What a run of digits may also be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigitsKind {
    Plain,
    /// Only zeros after the fifteenth digit.
    Rounded,
    /// Excel's day number for a day from 1954 to 2064.
    Serial,
    /// A day number from 2009 to 2036.
    RecentSerial,
}

/// Maximum number of digits told apart.
pub(super) const MAX_DIGITS: u8 = 21;
/// The shorter of the two maximum lengths of a cell in Excel.
pub(super) const CUT: usize = 32_759;
const FULL: usize = 255;
/// A length beyond any number, id or date.
const NOTE: usize = 48;

/// Kinds of characters in a text, one bit each.
pub(super) const DIGIT: u16 = 1;
pub(super) const LETTER: u16 = 1 << 1;
pub(super) const EXPONENT: u16 = 1 << 2;
pub(super) const SPACE: u16 = 1 << 3;
pub(super) const DASH: u16 = 1 << 4;
pub(super) const SLASH: u16 = 1 << 5;
pub(super) const DOT: u16 = 1 << 6;
pub(super) const COMMA: u16 = 1 << 7;
pub(super) const COLON: u16 = 1 << 8;
pub(super) const HASH: u16 = 1 << 9;
pub(super) const UNDERSCORE: u16 = 1 << 10;
pub(super) const MONEY: u16 = 1 << 11;
pub(super) const HIGH: u16 = 1 << 12;
pub(super) const OTHER: u16 = 1 << 13;
pub(super) const CONTROL: u16 = 1 << 14;
/// A question mark, an ampersand or an angle bracket: a letter may be lost, or there are codes.
pub(super) const SUSPECT: u16 = 1 << 15;
/// Characters that [`clean`] must look at.
pub(super) const MEND: u16 = HIGH | UNDERSCORE | CONTROL;

const fn bit(byte: u8) -> u16 {
    match byte {
        b'0'..=b'9' => DIGIT,
        b'E' | b'e' => LETTER | EXPONENT,
        b'A'..=b'Z' | b'a'..=b'z' => LETTER,
        b' ' | b'\t' | b'\n' | b'\r' => SPACE,
        b'-' => DASH,
        b'/' => SLASH,
        b'.' => DOT,
        b',' => COMMA,
        b':' => COLON,
        b'#' => HASH,
        b'_' => UNDERSCORE,
        b'+' | b'$' | b'(' | b')' | b'%' => MONEY,
        0x80.. => HIGH,
        b'?' | b'&' | b'<' => OTHER | SUSPECT,
        _ if is_control(byte) => OTHER | CONTROL,
        _ => OTHER,
    }
}

/// The kind of each byte.
const BITS: [u16; 256] = {
    let mut bits = [0; 256];
    let (mut byte, mut rest) = (0, bits.as_mut_slice());
    while let Some((first, others)) = rest.split_first_mut() {
        *first = bit(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    bits
};

/// Returns the kinds of characters in a text; in a long one only those that matter there.
pub(super) fn look(text: &str) -> u16 {
    if text.len() > NOTE && !text.starts_with('#') {
        return has(text) | OTHER;
    }
    text.bytes().fold(0, |seen, byte| seen | BITS.get(usize::from(byte)).unwrap_or(&OTHER))
}

/// Returns only the kinds that may show damage in any text. Faster than [`look`]: several bytes at a time.
pub(super) fn has(text: &str) -> u16 {
    let add = |(high, odd, low): (u8, u8, u8), byte: u8| {
        (high | byte, odd | u8::from(byte == b'_') | u8::from(byte == 0x7F), low.min(byte))
    };
    let (high, odd, low) = text.bytes().fold((0, 0, u8::MAX), add);
    let bit = |is: bool, bit: u16| if is { bit } else { 0 };
    // Most bytes below a space are line breaks, so those need a second look.
    bit(high >= 0x80, HIGH)
        | bit(odd != 0, UNDERSCORE)
        | bit(memchr::memchr3(b'?', b'&', b'<', text.as_bytes()).is_some(), SUSPECT)
        | bit(low < b' ' && text.bytes().any(is_control), CONTROL)
}

/// Whether a byte is a control character other than NUL, tab and line ends.
const fn is_control(byte: u8) -> bool {
    matches!(byte, 1..=8 | 0x0B | 0x0C | 0x0E..=0x1F | 0x7F)
}

/// Returns the class of a cell; `None` if it is blank.
pub(super) fn classify(text: &str) -> Option<CellClass> {
    let trimmed = text.trim_ascii();
    if trimmed.is_empty() {
        return None;
    }
    let seen = look(trimmed);
    let length = length(text);
    let leftover = leftovers::find(trimmed, seen & SUSPECT != 0);
    if seen & MEND == 0 {
        return Some(CellClass { text: leftover, shape: length.unwrap_or_else(|| shape(trimmed, seen)) });
    }
    // A cell with only no-break spaces looks blank to everyone.
    if trimmed.trim().is_empty() {
        return None;
    }
    let garbled = |text| mojibake::is_garbled(text).then_some(Damage::Garbled);
    Some(match cleanup::clean(trimmed) {
        None => {
            let damage = [garbled(trimmed), leftover].into_iter().flatten().min();
            CellClass { text: damage, shape: length.unwrap_or_else(|| shape(trimmed, seen)) }
        }
        Some((mended, damage)) => {
            let mended = mended.trim_ascii();
            let seen = look(mended);
            let leftover = leftovers::find(mended, seen & SUSPECT != 0);
            let damage = [Some(damage), garbled(mended), leftover].into_iter().flatten().min();
            CellClass { text: damage, shape: length.unwrap_or_else(|| shape(mended, seen)) }
        }
    })
}

/// Returns the shape of a text whose length is enough to tell. Excel counts UTF-16 units, including spaces.
fn length(text: &str) -> Option<TextShape> {
    if text.len() < FULL {
        return None;
    }
    match if text.is_ascii() { text.len() } else { text.encode_utf16().count() } {
        CUT | 32_767 => Some(TextShape::Cut),
        FULL => {
            Some(TextShape::Full { mid_word: text.chars().next_back().is_some_and(char::is_alphanumeric) })
        }
        0..FULL => None,
        _ => Some(TextShape::Long),
    }
}

fn shape(text: &str, seen: u16) -> TextShape {
    let none_but = |bits: u16| seen & !bits == 0;
    if seen == DIGIT {
        return digits(text);
    }
    if seen & HASH != 0 && text.starts_with('#') {
        return if seen == HASH && text.len() >= 2 {
            TextShape::Hashes
        } else if is_error(text) {
            TextShape::Error
        } else if seen & DIGIT != 0 && none_but(DIGIT | LETTER | EXPONENT | DASH | HASH) {
            TextShape::Id { dated: false }
        } else {
            TextShape::Text
        };
    }
    if seen & DIGIT == 0 || seen & (HIGH | OTHER) != 0 {
        return TextShape::Text;
    }
    if seen & EXPONENT != 0 && (is_scientific(text) || is_calc_error(text)) {
        return if text.starts_with(['E', 'e']) { TextShape::Error } else { TextShape::Scientific };
    }
    if let Some(zip) = zip_plus_4(text, seen) {
        return zip;
    }
    if none_but(DIGIT | DOT | COMMA | DASH | MONEY | SPACE) && is_amount(text) {
        let serial = text.split_once('.').is_some_and(|(days, _)| is_serial(days));
        return match text.split_once('.') {
            _ if serial => TextShape::SerialAmount,
            Some((whole, zeros)) if all_digits(whole) && is_zeros(zeros) => TextShape::WholeAmount,
            _ if is_grouped(text) => TextShape::GroupedAmount,
            _ => TextShape::Amount,
        };
    }
    // A month has letters or a second separator; a time has a colon.
    if seen & (DASH | SLASH | DOT | SPACE) != 0
        && let Some(date) = date::read(text, seen)
    {
        return date;
    }
    if none_but(DIGIT | LETTER | EXPONENT | DASH | SLASH | DOT | UNDERSCORE | HASH) {
        TextShape::Id { dated: none_but(DIGIT | DASH | SLASH | DOT) && date::has_form(text) }
    } else {
        TextShape::Text
    }
}

fn digits(text: &str) -> TextShape {
    let len = u8::try_from(text.len()).unwrap_or(MAX_DIGITS).min(MAX_DIGITS);
    let lead = match text.bytes().next() {
        Some(b'0') => Lead::Zero,
        Some(b'1' | b'2') => Lead::Low,
        Some(b'3' | b'4') => Lead::Middle,
        _ => Lead::High,
    };
    let kind = match len {
        5 if is_serial(text) => {
            if ("40000"..="50000").contains(&text) {
                DigitsKind::RecentSerial
            } else {
                DigitsKind::Serial
            }
        }
        // Excel drops leading zeros: a cell that has some was never a number.
        16..MAX_DIGITS if lead != Lead::Zero && text.bytes().skip(15).all(|b| b == b'0') => {
            DigitsKind::Rounded
        }
        _ => DigitsKind::Plain,
    };
    TextShape::Digits { len, lead, kind }
}

fn is_serial(text: &str) -> bool {
    text.len() == 5 && ("20000"..="60000").contains(&text) && all_digits(text)
}

pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_zeros(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b == b'0')
}

/// `8,915,111` or `8,915,111.00`.
fn is_grouped(text: &str) -> bool {
    let (whole, zeros) = text.split_once('.').unwrap_or((text, "0"));
    let Some((first, others)) = whole.split_once(',') else { return false };
    first.len() <= 3
        && all_digits(first)
        && others.split(',').all(|group| group.len() == 3 && all_digits(group))
        && is_zeros(zeros)
}

/// Whether a whole number is shown as an amount: `8915111.00`, `8,915,111` or `$8,915,111`.
#[must_use]
pub fn is_shown_as_amount(text: &str) -> bool {
    let plain = text.trim_matches(['$', '€', '£', ' ', '(', ')']);
    if all_digits(plain) {
        return plain.len() < text.len();
    }
    let is_whole = |(whole, zeros): (&str, &str)| all_digits(whole) && is_zeros(zeros);
    is_grouped(plain) || plain.split_once('.').is_some_and(is_whole)
}

/// `1.23E+11`. Ids such as `1E10` and `12E4` have neither a decimal point nor a plus.
fn is_scientific(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let (whole, fraction) = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    if whole.len() != 1 || !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return false;
    }
    let (sign, power) = match exponent.split_at_checked(1) {
        Some((sign @ ("+" | "-"), power)) => (sign, power),
        _ => ("", exponent),
    };
    if !all_digits(power) || power.len() > 3 {
        return false;
    }
    let large = power.parse::<u16>().is_ok_and(|power| power >= 5);
    match sign {
        "+" => large || power.len() >= 2,
        "-" => fraction.is_some() && power.len() >= 2,
        _ => fraction.is_some() && large,
    }
}

fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 20] = [
        // Written by our own reader for a result that wasn't stored.
        "#NOT CALCULATED!",
        "#EXTERNAL!",
        "#PYTHON!",
        "#TIMEOUT!",
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#ERROR!",
    ];
    ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
        || TableWords::get().error_values.contains(&text.to_lowercase())
}

/// `Err:502`, as Calc writes it.
fn is_calc_error(text: &str) -> bool {
    text.strip_prefix("Err:").is_some_and(|number| number.len() == 3 && all_digits(number))
}

fn zip_plus_4(text: &str, seen: u16) -> Option<TextShape> {
    if seen != DIGIT | DASH {
        return None;
    }
    let (five, four) = text.split_once('-')?;
    if four.len() != 4 || !all_digits(four) || !all_digits(five) {
        return None;
    }
    match five.len() {
        5 => Some(TextShape::ZipPlus4),
        3 | 4 if !five.starts_with('0') => Some(TextShape::ShortZipPlus4),
        _ => None,
    }
}

/// `-5`, `1,500.00`, `$1500`, `(12.50)`, `8.25 %`.
fn is_amount(text: &str) -> bool {
    let body = text.trim_start_matches(['+', '-', '$', '(', ' ']).trim_end_matches([')', '%', ' ']);
    let plain = body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    plain && body.bytes().filter(|b| *b == b'.').count() <= 1 && body.bytes().any(|b| b.is_ascii_digit())
}
