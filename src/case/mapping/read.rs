//! Reading a cell's text as a value of its field.

use jiff::civil::Date;

use super::read_kind::{read_choices, read_yes_no};
use super::recipe::MappedValue;
use super::slot::{MappedColumn, ValueReading};
use crate::case::code::Code;
use crate::case::problem::Finding;
use crate::case::values::address::{Address, AddressError};
use crate::case::values::date::read_date;
use crate::case::values::number::{is_in_hours, read_hours, read_number};
use crate::case::values::placeholder::is_ditto;
use crate::case::values::value::{Value, split_list};
use crate::sheet::StoredNumber;
use crate::text::is_lone_dash;

/// Last two-digit year that is read as 20yy.
const PIVOT: u8 = 69;

pub(in crate::case) fn read_address(text: &str) -> Result<Address, Finding> {
    Address::parse(text).map(|(address, _)| address).map_err(|error| {
        let code = match error {
            AddressError::TooManyParts(_) => Code::AddressTooManyParts,
            AddressError::Shifted { .. } => Code::AddressShifted,
            AddressError::Unclear(_) => Code::AddressUnclear,
        };
        let hint = "write it as Street, City, State, Zip, Country, or map a column for each part";
        Finding::error(code, error.to_string(), hint)
    })
}

pub(in crate::case) fn read_single(
    text: &str,
    source: &MappedColumn,
    reading: ValueReading,
    today: Date,
) -> Result<Value, Finding> {
    match reading {
        ValueReading::Id => read_id(text, source).map(Value::Id),
        ValueReading::Ids => read_ids(text, source).map(Value::Ids),
        ValueReading::Number | ValueReading::Hours => {
            let read = if reading == ValueReading::Hours { read_hours } else { read_number };
            read(&source.match_or_text(text), source.decimal.unwrap_or_default())
                .map(Value::Number)
                .map_err(|error| Finding::error(Code::NumberInvalid, error.to_string(), error.hint()))
        }
        ValueReading::Date => read_a_date(text, source, today).map(Value::Date),
        ValueReading::YesNo { or_na } => read_yes_no(&source.match_or_text(text), or_na),
        ValueReading::Choices => Ok(read_choices(text, source)),
        ValueReading::Text | ValueReading::Name | ValueReading::Address => Ok(Value::Text(text.to_owned())),
    }
}

/// Reads a cell of a workbook that holds a number and shows a text.
pub(in crate::case) fn read_stored(
    number: &StoredNumber,
    shown: &str,
    source: &MappedColumn,
    reading: ValueReading,
    today: Date,
) -> Result<Value, Finding> {
    // A unit that the format adds counts as much as one that is typed in.
    if has_other_unit(shown, number, reading) {
        return read_single(shown, source, reading, today);
    }
    match reading {
        ValueReading::Number | ValueReading::Hours if number.value.abs() < EXACT => {
            Ok(Value::Number(number.value))
        }
        _ => read_single(&number.digits(), source, reading, today),
    }
}

/// Returns true if a number is shown with a unit that the field doesn't have: minutes or days as hours, or thousands
/// that only the text counts (`12.0 k` for 12).
fn has_other_unit(shown: &str, number: &StoredNumber, reading: ValueReading) -> bool {
    const LARGE: [&str; 9] = ["k", "m", "mm", "mn", "mio", "bn", "tsd", "thousand", "million"];
    let unit = shown.trim_start_matches(|c: char| !c.is_alphabetic()).trim_end_matches('.');
    let is_large = LARGE.iter().any(|large| large.eq_ignore_ascii_case(unit));
    match reading {
        ValueReading::Hours | ValueReading::Number if is_large => number.reads_as(shown),
        ValueReading::Hours => !is_in_hours(shown),
        _ => false,
    }
}

/// Returns a day number as it counts from 1900, in which form dates are read.
pub(in crate::case) fn counted_from_1900(
    number: &StoredNumber,
    reading: ValueReading,
    from_1904: bool,
) -> StoredNumber {
    /// Days between the two days from which Excel counts.
    const DAYS_BETWEEN: f64 = 1_462.0;
    let is_moved = from_1904 && reading == ValueReading::Date && number.value.abs() >= 1.0;
    StoredNumber { value: number.value + if is_moved { DAYS_BETWEEN } else { 0.0 }, ..*number }
}

/// Limit for whole numbers: those below it have at most 15 digits, which an `f64` holds exactly.
const EXACT: f64 = 1e15;

/// Returns true if the text of a date cell means “no date”: an empty input mask, or a zero date.
pub(in crate::case) fn is_empty_date(text: &str) -> bool {
    let text = text.trim();
    let separators = ['/', '-', '.', '_', ' ', ':'];
    let nothing = text.chars().all(|c| c == '0' || separators.contains(&c));
    // What Access shows for day 0.
    let midnight = ["12:00:00 am", "12:00 am"];
    let mask = ["mm/dd/yyyy", "dd/mm/yyyy", "yyyy-mm-dd", "mm-dd-yyyy", "dd.mm.yyyy", "mm/dd/yy"];
    // What Excel and databases show for day 0: a day 0 in January 1900.
    let zero_day = || {
        let mut parts = text.split([' ', 'T']).next().unwrap_or(text).split(['/', '-', '.']);
        let parts =
            [parts.next(), parts.next(), parts.next()].map(|part| part.and_then(|p| p.parse::<u16>().ok()));
        matches!(
            parts,
            [Some(1), Some(0), Some(1900)] | [Some(0), Some(1), Some(1900)] | [Some(1900), Some(1), Some(0)]
        )
    };
    nothing
        || mask.iter().chain(&midnight).any(|mask| mask.eq_ignore_ascii_case(text))
        || (text.contains("1900") && zero_day())
}

/// Returns true if the text of a cell means that there is no value: no date, or a lone dash instead of an amount.
pub(in crate::case) fn is_no_value(text: &str, reading: ValueReading) -> bool {
    match reading {
        ValueReading::Date => is_empty_date(text),
        ValueReading::Number | ValueReading::Hours => is_lone_dash(text.trim()),
        _ => false,
    }
}

pub(in crate::case) fn read_a_date(text: &str, source: &MappedColumn, today: Date) -> Result<Date, Finding> {
    let this_year = u8::try_from(today.year().rem_euclid(100)).unwrap_or(PIVOT);
    let pivot = if source.is_birth() { this_year } else { PIVOT };
    let date = read_date(text, source.date.unwrap_or_default(), pivot)
        .map_err(|error| Finding::error(Code::DateInvalid, error.to_string(), error.hint()))?;
    if source.is_birth() && date > today {
        let message = format!("“{text}” is read as {date}, a date of birth in the future");
        return Err(Finding::error(Code::DateFuture, message, "write the year with four digits"));
    }
    Ok(date)
}

fn read_id(text: &str, source: &MappedColumn) -> Result<u64, Finding> {
    match source.matched(text) {
        Some(MappedValue::Id(id)) => return Ok(*id),
        Some(MappedValue::Text(other)) => return plain_id(other).ok_or_else(|| invalid_id(other, source)),
        None => {}
    }
    plain_id(text).ok_or_else(|| invalid_id(text, source))
}

fn plain_id(text: &str) -> Option<u64> {
    text.parse().ok().filter(|id| *id > 0)
}

const WHICH_ID: &str =
    concat!("match it to an id (v on the column; in a script: values in the recipe), or ", edit_cell!());

/// Hint for a cell that refers to another row, such as `ditto`.
pub(in crate::case) const TYPE_IN_VALUE: &str = concat!("type in the value itself: ", edit_cell!());

fn invalid_id(text: &str, source: &MappedColumn) -> Finding {
    let (code, what) = if source.values.is_empty() {
        (Code::IdInvalid, "isn't an id (a whole number above 0)")
    } else {
        (Code::ValueUnmapped, "has no match among the column's values")
    };
    // One match would give every such row the same id, whatever is above it.
    if is_ditto(text) {
        return Finding::error(code, format!("“{text}” refers to another row"), TYPE_IN_VALUE);
    }
    Finding::error(code, format!("“{text}” {what}"), WHICH_ID)
}

fn read_ids(text: &str, source: &MappedColumn) -> Result<Vec<u64>, Finding> {
    let mut ids = Vec::new();
    for part in split_list(text, source.separator.as_deref()) {
        let id = read_id(part, source)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
