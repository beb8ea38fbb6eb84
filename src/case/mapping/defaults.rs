//! Case defaults: values of fields without a cell.

use std::collections::BTreeMap;

use super::field::Target;
use super::plan_error::PlanError;
use super::recipe::{DefaultText, Recipe};
use super::slot::{Dest, Fallback, Slot, ValueReading, resolve, slot};
use crate::case::values::address::Address;
use crate::case::values::date::{DateOrder, parse_date};
use crate::case::values::name::PersonName;
use crate::case::values::number::{NumberStyle, read_number};
use crate::case::values::value::{Value, distinct, split_list};
use crate::case::values::yes_no::{yes_no_words, yes_or_no};

/// Sets the case default of a field.
pub(super) fn add(
    recipe: &Recipe,
    target: Target,
    text: &DefaultText,
    slots: &mut BTreeMap<Dest, Slot>,
) -> Result<(), PlanError> {
    let bad = |needs| PlanError::BadDefault { field: target, value: written(text), needs };
    let (dest, part) = resolve(recipe, target)?.ok_or_else(|| bad("a field other than ignore"))?;
    if part.is_some() {
        return Err(bad("the whole field, not a part of it"));
    }
    slot(slots, dest).default = read_default(dest.reading(), text).map_err(bad)?;
    Ok(())
}

fn written(text: &DefaultText) -> String {
    match text {
        DefaultText::Whole(n) => n.to_string(),
        DefaultText::Number(n) => n.to_string(),
        DefaultText::Text(text) => format!("“{text}”"),
        DefaultText::Ids(ids) => format!("{ids:?}"),
    }
}

/// Reads a default as a value; an empty text is no default. The error says what the field needs.
fn read_default(reading: ValueReading, text: &DefaultText) -> Result<Option<Fallback>, &'static str> {
    let typed = match text {
        DefaultText::Text(text) => Some(text.clone()),
        DefaultText::Whole(n) => Some(n.to_string()),
        DefaultText::Number(_) | DefaultText::Ids(_) => None,
    };
    let value = match (reading, text) {
        (_, DefaultText::Text(text)) if text.trim().is_empty() => return Ok(None),
        (ValueReading::Id, DefaultText::Whole(id)) if *id > 0 => Value::Id(*id),
        (ValueReading::Id, _) => return Err("an id (a whole number above 0)"),
        (ValueReading::Ids, DefaultText::Ids(ids)) if ids.is_empty() => return Ok(None),
        (ValueReading::Ids, DefaultText::Ids(ids)) if ids.iter().all(|id| *id > 0) => Value::Ids(ids.clone()),
        (ValueReading::Ids, _) => return Err("a list of ids, such as [1, 2]"),
        // Budgets are far below 2^53, the limit of exact whole numbers in an `f64`.
        #[expect(clippy::cast_precision_loss)]
        (ValueReading::Number | ValueReading::Hours, DefaultText::Whole(n)) => Value::Number(*n as f64),
        (ValueReading::Number | ValueReading::Hours, DefaultText::Number(n)) if n.is_finite() => {
            Value::Number(*n)
        }
        (ValueReading::Number | ValueReading::Hours, DefaultText::Text(text)) => {
            Value::Number(read_number(text, NumberStyle::Point).map_err(|_| "a number")?)
        }
        (ValueReading::Number | ValueReading::Hours, _) => return Err("a number"),
        (ValueReading::YesNo { or_na }, _) => {
            Value::YesNo(typed.and_then(|text| yes_or_no(&text, or_na)).ok_or(yes_no_words(or_na))?)
        }
        (ValueReading::Choices, _) => {
            let choices = typed.map(|text| distinct(split_list(&text, None)));
            let choices = choices.filter(|choices| !choices.is_empty());
            Value::Choices(choices.ok_or("its choices, separated by ;")?)
        }
        (ValueReading::Date, DefaultText::Text(text)) => return read_date_default(text.trim()).map(Some),
        (ValueReading::Date, _) => {
            return Err("a date such as 2026-12-31, or days after creation such as +14d");
        }
        (ValueReading::Text, DefaultText::Text(text)) => Value::Text(text.clone()),
        (ValueReading::Text, DefaultText::Whole(n)) => Value::Text(n.to_string()),
        (ValueReading::Text, _) => return Err("text"),
        (ValueReading::Name, DefaultText::Text(text)) => Value::Name(PersonName::parse(text)),
        (ValueReading::Name, _) => return Err("a name in the form \"Last, First\""),
        (ValueReading::Address, DefaultText::Text(text)) => {
            let read = Address::parse(text);
            let (address, _) =
                read.map_err(|_| "an address in the form \"Street, City, State, Zip, Country\"")?;
            Value::Address(Box::new(address))
        }
        (ValueReading::Address, _) => {
            return Err("an address in the form \"Street, City, State, Zip, Country\"");
        }
    };
    Ok(Some(Fallback::Value(value)))
}

fn read_date_default(text: &str) -> Result<Fallback, &'static str> {
    let days = text.strip_prefix('+').and_then(|rest| rest.strip_suffix('d'));
    match days {
        Some(days) => match days.parse::<i32>() {
            Ok(days) if (0..=36_500).contains(&days) => Ok(Fallback::DaysAfterCreation(days)),
            _ => Err("days after creation, from +0d to +36500d"),
        },
        None => parse_date(text, DateOrder::Ymd)
            .map(|date| Fallback::Value(Value::Date(date)))
            .ok_or("a date such as 2026-12-31, or days after creation such as +14d"),
    }
}

/// Returns the date that a date default gives a case created on a day; `None` if the text isn't a date default.
#[must_use]
pub fn default_day(text: &str, created: jiff::civil::Date) -> Option<jiff::civil::Date> {
    match read_date_default(text.trim()).ok()? {
        Fallback::DaysAfterCreation(days) => created.checked_add(jiff::Span::new().try_days(days).ok()?).ok(),
        Fallback::Value(Value::Date(date)) => Some(date),
        Fallback::Value(_) => None,
    }
}
