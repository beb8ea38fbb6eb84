//! Texts about damage.

use jiff::{Span, civil::Date};

use super::{
    Damage,
    cleanup::is_control,
    date::{Order, may_lack_zero},
    shape::{TextShape, classify},
};

/// Maximum length of a value repeated in a sentence.
const SHORT: usize = 30;

impl Damage {
    /// Code for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Scientific => "excel.scientific",
            Self::Rounded => "excel.rounded",
            Self::LostZeros => "excel.lost_zeros",
            Self::ShortZip => "excel.short_zip",
            Self::BecameDate => "excel.became_date",
            Self::SerialDate => "excel.serial_date",
            Self::Hashes => "excel.hashes",
            Self::ErrorValue => "excel.error_value",
            Self::Formula => "excel.formula",
            Self::CutShort => "excel.cut_short",
            Self::EscapedControl => "excel.escaped_control",
            Self::NoBreakSpace => "text.no_break_space",
            Self::Control => "text.control",
            Self::ZeroWidth => "text.zero_width",
            Self::Garbled => "text.garbled",
            Self::Mojibake => "text.mojibake",
            Self::TwoDigitYear => "date.two_digit_year",
            Self::MixedDateOrder => "date.mixed_order",
            Self::DecimalId => "text.decimal_id",
            Self::LostLetter => "text.lost_letter",
            Self::HtmlEntity => "text.html_entity",
            Self::ListId => "text.list_id",
            Self::TextMark => "text.apostrophe",
        }
    }

    /// Describes cells with it in a few words.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::Scientific => "is a number in E-notation",
            Self::Rounded => "is a long number rounded by Excel",
            Self::LostZeros => "lost its leading zeros",
            Self::ShortZip => "is a ZIP code without its leading zero",
            Self::BecameDate => "was turned into a date by Excel",
            Self::SerialDate => "is a date turned into a day number",
            Self::Hashes => "is only # signs",
            Self::ErrorValue => "is a failed formula",
            Self::Formula => "is a formula instead of its result",
            Self::CutShort => "is cut short",
            Self::EscapedControl => "has control characters written as _x…_",
            Self::NoBreakSpace => "has no-break spaces",
            Self::Control => "has control characters",
            Self::ZeroWidth => "has invisible characters",
            Self::Garbled => "has symbols inside words",
            Self::Mojibake => "has garbled letters",
            Self::TwoDigitYear => "has two-digit years",
            Self::MixedDateOrder => "has day and month in a different order",
            Self::DecimalId => "is an id with decimals",
            Self::LostLetter => "has question marks inside words",
            Self::HtmlEntity => "has codes of HTML or RTF",
            Self::ListId => "has ids of a list before its text",
            Self::TextMark => "has apostrophes that mark text",
        }
    }

    /// Title in a list.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Scientific => "numbers in E-notation",
            Self::Rounded => "long numbers rounded to 15 digits",
            Self::LostZeros => "numbers without their leading zeros",
            Self::ShortZip => "ZIP codes without their leading zero",
            Self::BecameDate => "values turned into dates",
            Self::SerialDate => "dates turned into day numbers",
            Self::Hashes => "cells with only # signs",
            Self::ErrorValue => "failed formulas",
            Self::Formula => "formulas instead of their results",
            Self::CutShort => "values cut short",
            Self::EscapedControl => "control characters written as _x…_",
            Self::NoBreakSpace => "no-break spaces",
            Self::Control => "control characters",
            Self::ZeroWidth => "invisible characters",
            Self::Garbled => "symbols inside words",
            Self::Mojibake => "garbled letters",
            Self::TwoDigitYear => "two-digit years",
            Self::MixedDateOrder => "day and month in a different order",
            Self::DecimalId => "ids with decimals",
            Self::LostLetter => "question marks inside words",
            Self::HtmlEntity => "codes of HTML or RTF",
            Self::ListId => "ids of a list before the text",
            Self::TextMark => "apostrophes that mark text",
        }
    }

    /// Describes what happened to a cell, in one sentence.
    #[must_use]
    pub fn message(self, cell: &str) -> String {
        let it = named(cell);
        match self {
            Self::Scientific => {
                format!("{it} was a long number that Excel shortened; its last digits are lost")
            }
            Self::Rounded => {
                format!("{it} ends in zeros because Excel keeps 15 digits; its last digits are likely lost")
            }
            Self::LostZeros => {
                format!(
                    "{it} is shorter than the other values in its column; its leading zeros are likely lost"
                )
            }
            Self::ShortZip => match padded_zip(cell.trim()) {
                Some(zip) => format!("{it} is too short for a ZIP code; it was likely {zip}"),
                None => format!("{it} is too short for a ZIP code; its leading zero is likely lost"),
            },
            Self::BecameDate => format!("{it} is likely an id that Excel turned into a date; the id is lost"),
            Self::SerialDate => day_number(cell, FROM_1900),
            Self::Hashes => format!("{it} is what Excel shows when a column is too narrow"),
            Self::ErrorValue => format!("{it} is the result of a failed formula; there is no value"),
            Self::Formula => format!("{it} is a formula; its result is missing"),
            Self::DecimalId if cell.contains(',') => {
                format!("{it} is an id that a program wrote as a number with thousands separators")
            }
            Self::DecimalId if cell.contains(['$', '€', '£']) => {
                format!("{it} is an id that a program wrote as an amount of money")
            }
            Self::DecimalId => format!("{it} is an id that a program wrote as a number with decimals"),
            Self::LostLetter => {
                format!("{it} has a question mark inside a word; an export likely lost a letter there")
            }
            Self::HtmlEntity => format!("{it} has codes of a web page (HTML) or a word processor (RTF)"),
            Self::ListId => format!("{it} has the id of a list before its text, as SharePoint exports it"),
            Self::TextMark => {
                format!(
                    "{it} begins with an apostrophe that keeps a spreadsheet from reading it as a formula"
                )
            }
            Self::CutShort => {
                let length = cell.encode_utf16().count();
                format!("{it} is {length} characters long, where exports cut text; its end is likely missing")
            }
            Self::EscapedControl => format!("{it} has a line break or control character written as _x…_"),
            Self::NoBreakSpace => format!("{it} has a no-break space, which doesn't match a normal space"),
            Self::Control => match control(cell) {
                Some((name, at)) => format!("{it} has {name} at position {at}, which isn't text"),
                None => format!("{it} has a control character, which isn't text"),
            },
            Self::ZeroWidth => format!("{it} has an invisible character"),
            Self::Garbled => {
                format!(
                    "{it} has a symbol or a foreign letter inside a word; an export likely lost a letter there"
                )
            }
            Self::Mojibake => match super::repaired(cell) {
                Some(text) => {
                    format!("{it} was garbled by an export; it should be {}", quoted(&text, "readable"))
                }
                None => format!("{it} was garbled by an export"),
            },
            Self::TwoDigitYear => format!("{it} has a two-digit year; its century is a guess"),
            Self::MixedDateOrder if fits_both_orders(cell) => format!(
                "{it} could also be read with day and month swapped, as the dates around it have a different order \
                 than most in their column"
            ),
            Self::MixedDateOrder => {
                format!("{it} has day and month in a different order than most dates in its column")
            }
        }
    }

    /// Like [`message`](Self::message), in a workbook whose days count from 1904.
    #[must_use]
    pub fn message_from_1904(self, cell: &str) -> String {
        match self {
            Self::SerialDate => day_number(cell, FROM_1904),
            _ => self.message(cell),
        }
    }

    /// Advice on what to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Scientific | Self::Rounded | Self::BecameDate => {
                "format the column as Text in the original and export it again; if the original shows the \
                 same, type in the value"
            }
            Self::LostZeros => {
                "put the zeros back, or format the column as Text in the original and export again"
            }
            Self::ShortZip => "put the zero back in front, or format the column as Text and export again",
            Self::SerialDate => "format the column as a date in the original and export it again",
            Self::Hashes => "widen the column in the original and export it again",
            Self::ErrorValue => {
                "fix the formula in the original, or type in the value (in a script: errors = \"blank\" on the column \
                 in the recipe reads every such cell as blank)"
            }
            Self::Formula => "export the values instead of the formulas, or type in the value",
            Self::DecimalId => {
                "write the digits alone, or format the column as Text in the original and export it again"
            }
            Self::LostLetter => "fix the cell; if there are many, export the file again as “CSV UTF-8”",
            Self::HtmlEntity => "write the text without codes, or export the file again as plain text",
            Self::ListId => "edit the cell (e), or export the text alone",
            Self::CutShort => {
                "compare it with the original, and export again from where the text is complete"
            }
            Self::Control => {
                "clean up cells (f; in a script: --repair); check the original for what belongs there"
            }
            Self::EscapedControl | Self::NoBreakSpace | Self::ZeroWidth | Self::TextMark => {
                "clean up cells (f; in a script: --repair)"
            }
            Self::Garbled => {
                "fix the cell; if there are many, choose another encoding for the file or export it again"
            }
            Self::Mojibake => "clean up cells (f; in a script: --repair); next time, save as “CSV UTF-8”",
            Self::TwoDigitYear => "format the column with four-digit years and export it again",
            Self::MixedDateOrder => {
                "find out which order is right, and write all dates in the column as year-month-day"
            }
        }
    }
}

fn fits_both_orders(cell: &str) -> bool {
    classify(cell)
        .is_some_and(|class| matches!(class.shape, TextShape::YearLast { order: Order::Either, .. }))
}

/// Describes the first control character, and returns its position from 1.
fn control(cell: &str) -> Option<(String, usize)> {
    let (at, c) = cell.trim_ascii().chars().enumerate().find(|(_, c)| is_control(*c))?;
    let code = u32::from(c);
    let name = match c {
        '\u{7}' => "the control character BEL",
        '\u{1B}' => "the control character ESC",
        _ if c.is_control() => "a control character",
        _ => "a text-direction mark",
    };
    Some((format!("{name} (U+{code:04X})"), at + 1))
}

fn named(cell: &str) -> String {
    quoted(cell, "This value")
}

/// Quotes a text if it is short and fits in a line.
fn quoted(text: &str, otherwise: &str) -> String {
    let text: String =
        text.chars().map(|c| if c.is_control() || is_control(c) { ' ' } else { c }).take(SHORT + 3).collect();
    match text.trim() {
        "" => otherwise.to_owned(),
        text if text.chars().count() > SHORT => otherwise.to_owned(),
        text => format!("“{text}”"),
    }
}

fn padded_zip(cell: &str) -> Option<String> {
    let (five, rest) =
        cell.split_once('-').map_or((cell, ""), |(five, _)| (five, cell.trim_start_matches(five)));
    if !five.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match five.len() {
        3 | 4 => Some(format!("{five:0>5}{rest}")),
        7 | 8 if rest.is_empty() => Some(format!("{five:0>9}")),
        _ => None,
    }
}

/// Days 0 of Excel on Windows, as it counts dates after February 1900, and of old Macs.
const FROM_1900: Date = Date::constant(1899, 12, 30);
const FROM_1904: Date = Date::constant(1904, 1, 1);

fn day_number(cell: &str, from: Date) -> String {
    let it = named(cell);
    match day(cell.trim(), from) {
        Some(date) if may_lack_zero(cell.trim()) => format!(
            "{it} is read as Excel's day number for {date}, but could be a date without separators that lost its \
             leading zero"
        ),
        Some(date) => format!("{it} is Excel's day number for a date, most likely {date}"),
        None => format!("{it} is Excel's day number for a date"),
    }
}

/// Returns the date of a day number.
fn day(cell: &str, from: Date) -> Option<Date> {
    let days =
        cell.split(['.', ',']).next()?.parse::<i32>().ok().filter(|days| (1..1_000_000).contains(days))?;
    from.checked_add(Span::new().days(days)).ok()
}
