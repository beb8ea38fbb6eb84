//! A cell of an ODS workbook: its shown text, and its value.

use jiff::civil::{Date, DateTime, DateTimeRound};
use jiff::{RoundMode, Unit};
use quick_xml::events::BytesStart;

use super::super::super::number_format::general;
use super::super::super::stored::dated;
use super::super::grid::{MAX_COLUMNS, MAX_ROWS, NOT_CALCULATED, number_cell, text_cell};
use super::super::xml;
use super::CONTENT;
use crate::sheet::SheetFault;

/// Maximum number of spaces in one place.
pub(super) const MAX_SPACES: u32 = 1 << 16;

/// A cell being read.
#[derive(Debug, Default)]
pub(super) struct OdsCell {
    kind: String,
    /// The value, unless it is the text.
    value: Option<String>,
    is_formula: bool,
    is_error: bool,
    pub(super) text: String,
    has_paragraph: bool,
    /// Number of times it repeats in the row.
    pub(super) times: u32,
    /// Number of rows it is merged over.
    pub(super) rows: u32,
}

/// Parses a number of cells, at most `most`; 1 if it isn't a number.
pub(super) fn count(value: &str, most: u32) -> u32 {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    // A number too large to parse is beyond the maximum too.
    if digits { value.parse().unwrap_or(most).min(most) } else { 1 }
}

impl OdsCell {
    pub(super) fn new(tag: &BytesStart<'_>) -> Result<Self, SheetFault> {
        let mut cell = Self { times: 1, rows: 1, ..Self::default() };
        xml::attributes(tag, CONTENT, |name, value| match name {
            "office:value-type" => value.clone_into(&mut cell.kind),
            "calcext:value-type" => cell.is_error = value == "error",
            "office:value"
            | "office:date-value"
            | "office:time-value"
            | "office:boolean-value"
            | "office:string-value" => cell.value = Some(value.to_owned()),
            "table:formula" => cell.is_formula = true,
            // One more than the maximum is refused if the cell isn't empty.
            "table:number-columns-repeated" => cell.times = count(value, MAX_COLUMNS + 1),
            "table:number-rows-spanned" => cell.rows = count(value, MAX_ROWS),
            _ => {}
        })?;
        Ok(cell)
    }

    pub(super) fn start_paragraph(&mut self) {
        if self.has_paragraph {
            self.text.push('\n');
        }
        self.has_paragraph = true;
    }

    /// Writes the cell for a worksheet; `None` if it is empty.
    pub(super) fn written(self) -> Option<String> {
        let Self { kind, value, is_formula, is_error, text: shown, has_paragraph, .. } = self;
        if let Some(error) = error(&shown, is_error) {
            return Some(error);
        }
        // A library that doesn't calculate omits the value.
        if is_formula && value.is_none() && !has_paragraph {
            return Some(NOT_CALCULATED.to_owned());
        }
        let text = match (kind.as_str(), value) {
            ("float" | "currency" | "percentage", Some(value)) => match value.trim().parse::<f64>() {
                Ok(value) => return Some(number(value, &shown)),
                Err(_) => shown,
            },
            ("date", Some(value)) if !value.trim().is_empty() => {
                return Some(dated(&text_cell(&iso(&value)), shows_part(&value, &shown)));
            }
            ("time", Some(value)) => duration(&value),
            ("boolean", Some(value)) => (if value == "true" { "TRUE" } else { "FALSE" }).to_owned(),
            (_, Some(value)) if shown.is_empty() => value,
            _ => shown,
        };
        (!text.is_empty()).then(|| text_cell(&text).into_owned())
    }
}

/// Whether the text of a date shows no day or no year: `Mar 26`. Without any digits it is in another script.
fn shows_part(value: &str, shown: &str) -> bool {
    let Some(date) = value.trim().get(..10).and_then(|date| date.parse::<Date>().ok()) else { return false };
    let numbers: Vec<&str> = shown.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let year = date.year().to_string();
    let is_year = |number: &str| number == year || (number.len() == 2 && year.ends_with(number));
    let is_day = |number: &str| number.parse() == Ok(date.day());
    // `Mar 26` isn't March 26 of 2026.
    let beside = |at: usize| numbers.iter().enumerate().any(|(other, number)| other != at && is_day(number));
    let is_whole = numbers.iter().enumerate().any(|(at, number)| is_year(number) && beside(at));
    !numbers.is_empty() && !is_whole
}

/// Writes a number with its shown text, or with its digits if that hides them. Python writes `80203.0` for a number
/// without a format, which no spreadsheet program shows.
fn number(value: f64, shown: &str) -> String {
    let digits = general(value);
    let as_shown = !hides(shown) && shown.strip_suffix(".0") != Some(digits.as_str());
    number_cell(value, &text_cell(if as_shown { shown } else { &digits }))
}

/// Returns the error that a cell shows, as Excel writes it. Older programs give errors the type of a number, zero.
fn error(shown: &str, is_error: bool) -> Option<String> {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];
    if ERRORS.contains(&shown) {
        return Some(shown.to_owned());
    }
    let number = shown.strip_prefix("Err:").and_then(|number| number.parse::<u16>().ok());
    match number {
        Some(503) => Some("#NUM!".to_owned()),
        Some(524) => Some("#REF!".to_owned()),
        Some(525) => Some("#NAME?".to_owned()),
        Some(532) => Some("#DIV/0!".to_owned()),
        Some(500..600) => Some("#VALUE!".to_owned()),
        _ if is_error => Some("#VALUE!".to_owned()),
        _ => None,
    }
}

/// Whether a text hides the digits of its number: it is empty, the column was too narrow, or it is E-notation.
fn hides(shown: &str) -> bool {
    let shown = shown.trim();
    let narrow = shown.bytes().all(|byte| byte == b'#');
    let exponent = shown.split_once(['E', 'e']).is_some_and(|(digits, power)| {
        let power = power.trim_start_matches(['+', '-']);
        let number = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+');
        number(digits)
            && digits.bytes().all(plain)
            && number(power)
            && power.bytes().all(|b| b.is_ascii_digit())
    });
    narrow || exponent
}

/// Writes `2026-03-04T10:20:00` like Excel's dates, without a time of midnight.
pub(in super::super) fn iso(value: &str) -> String {
    let whole = value.trim().trim_end_matches('Z').parse::<DateTime>().ok().and_then(|time| {
        // Calculated times are slightly off, but the end of a day isn't one.
        let last = time.hour() == 23 && time.minute() == 59 && time.second() == 59;
        let ends_day = last && time.subsec_nanosecond() < 999_500_000;
        let mode = if ends_day { RoundMode::Trunc } else { RoundMode::HalfExpand };
        time.round(DateTimeRound::new().smallest(Unit::Second).mode(mode)).ok()
    });
    match whole {
        Some(time) if time.time() == jiff::civil::Time::midnight() => time.date().to_string(),
        Some(time) => format!("{} {}", time.date(), time.time()),
        None => value.to_owned(),
    }
}

/// Writes `PT10H30M00S` as `10:30:00`.
pub(in super::super) fn duration(value: &str) -> String {
    let read = || {
        let (sign, rest) = value.strip_prefix('-').map_or(("", value), |rest| ("-", rest));
        let (days, mut rest) = rest.strip_prefix('P')?.split_once('T')?;
        let mut seconds = match days {
            "" => 0.0,
            days => days.strip_suffix('D')?.parse::<f64>().ok()? * 86_400.0,
        };
        for (unit, length) in [('H', 3_600.0), ('M', 60.0), ('S', 1.0)] {
            if let Some((number, behind)) = rest.split_once(unit) {
                seconds += number.replace(',', ".").parse::<f64>().ok()? * length;
                rest = behind;
            }
        }
        // Ten thousand years; only digits were parsed, so it is never negative.
        let fits = rest.is_empty() && (0.0..3.2e11).contains(&seconds);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let whole = fits.then_some(seconds.round() as u64)?;
        Some(format!("{sign}{:02}:{:02}:{:02}", whole / 3_600, whole / 60 % 60, whole % 60))
    };
    read().unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_other_programs() {
        for (value, shown) in [
            ("PT9H30M00S", "09:30:00"),
            ("PT09H29M59.9999997S", "09:30:00"),
            ("PT26H5M", "26:05:00"),
            ("P1DT2H", "26:00:00"),
            ("-PT45M", "-00:45:00"),
            ("P1D", "P1D"),
            ("PT1e99H", "PT1e99H"),
            ("ten", "ten"),
        ] {
            assert_eq!(duration(value), shown);
        }
        for (value, shown) in [
            ("2026-03-04", "2026-03-04"),
            ("2026-03-04T00:00:00", "2026-03-04"),
            ("2026-03-04T10:20:00Z", "2026-03-04 10:20:00"),
            ("2026-03-04T23:59:59.9999999", "2026-03-05"),
            ("2026-03-04T23:59:59.997", "2026-03-04 23:59:59"),
            ("2026-03-04T10:19:59.6", "2026-03-04 10:20:00"),
            ("2026-02-30", "2026-02-30"),
        ] {
            assert_eq!(iso(value), shown);
        }
    }

    #[test]
    fn dates_shown_in_part() {
        for shown in ["Mar 26", "Mar-26", "4-Mar", "03/04", "2026", "Q1 2026"] {
            assert!(shows_part("2026-03-04", shown), "{shown}");
        }
        assert!(shows_part("2026-03-26T10:20:00", "Mar 26"));
        for shown in
            ["03/04/26", "4. März 2026", "2026-03-04", "Wed 4 Mar 2026 10:20", "26-03-04", "", "٢٠٢٦"]
        {
            assert!(!shows_part("2026-03-04", shown), "{shown}");
        }
        assert!(!shows_part("P1D", "1"));
    }

    #[test]
    fn texts_that_hide_a_number() {
        for shown in ["", "###", "1.2E+10", "1,2E10", "-3E-05"] {
            assert!(hides(shown), "{shown}");
        }
        for shown in ["1500", "$1,501", "E5", "12 E", "#1", "1E"] {
            assert!(!hides(shown), "{shown}");
        }
    }
}
