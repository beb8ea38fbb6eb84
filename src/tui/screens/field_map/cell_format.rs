//! Format of a column's cells: date order, decimal mark, list separator.

use strum::VariantArray;

use crate::case::{ApiType, DateOrder, DateProfile, NumberStyle, Target};
use crate::tui::core::cursor::next_in;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::lines::MapLine;
use crate::tui::screens::field_map::unmapped;

/// Separators of several values, in the order `o` goes through them; none means `;` or `,`.
const SEPARATORS: [Option<&str>; 5] = [None, Some(";"), Some(","), Some("|"), Some("/")];

/// Decimal marks, in the order `o` goes through them; none means a point that no one has confirmed.
const DECIMAL_MARKS: [Option<NumberStyle>; 3] = [None, Some(NumberStyle::Comma), Some(NumberStyle::Point)];

/// Returns the only order in which every sample is a date; none if several fit, or none does.
pub(crate) fn order_of(samples: &[String]) -> Option<DateOrder> {
    let fits = |order: &DateOrder| samples.iter().all(|text| crate::case::parse_date(text, *order).is_some());
    let mut fitting = DateOrder::VARIANTS.iter().copied().filter(fits);
    let first = fitting.next()?;
    if samples.is_empty() || fitting.next().is_some() { None } else { Some(first) }
}

/// Switches the column under the cursor to the next format.
pub(crate) fn cycle(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(line) = job.line_under() else { return Vec::new() };
    let shape = job.rule(line).and_then(|rule| job.shape(rule.to, &model.catalog));
    let name = job.line_name(line);
    let Some(rule) = job.rule_mut(line) else { return Vec::new() };
    let now = match shape {
        Some(ApiType::Date) => {
            let order = next_in(DateOrder::VARIANTS, rule.date.unwrap_or_default(), true);
            rule.date = Some(order);
            format!("dates are {}", order.pattern())
        }
        Some(ApiType::Number) => {
            rule.decimal = next_in(&DECIMAL_MARKS, rule.decimal, true);
            match rule.decimal {
                None => {
                    "decimal mark not set: read as 1,500.00, with a warning if that is in doubt".to_owned()
                }
                Some(NumberStyle::Point) => "numbers are 1,500.00".to_owned(),
                Some(NumberStyle::Comma) => "numbers are 1.500,00".to_owned(),
            }
        }
        Some(ApiType::Ids | ApiType::Choices) => {
            let next = next_in(&SEPARATORS, rule.separator.as_deref().map(known), true);
            rule.separator = next.map(str::to_owned);
            match next {
                Some(mark) => format!("values are separated by {mark}"),
                None => "values are separated by ; or ,".to_owned(),
            }
        }
        _ => return Vec::new(),
    };
    model.say(Mood::Good, format!("{name}: {now}. u to undo."));
    model.draft_changed()
}

/// Returns the matching entry of `SEPARATORS`; any other separator counts as the default.
fn known(separator: &str) -> &'static str {
    SEPARATORS.iter().flatten().find(|known| **known == separator).copied().unwrap_or(";")
}

/// Returns why a line's date order may be wrong, judging by the first rows; none if the user chose it.
pub(crate) fn order_doubt(job: &Job, line: MapLine) -> Option<String> {
    let rule = job.rule(line).filter(|rule| rule.date.is_none())?;
    let mut profile = DateProfile::default();
    job.samples()
        .iter()
        .for_each(|row| profile.add(row.cells.get(line.column.unwrap_or(usize::MAX)).unwrap_or("")));
    let read_as = rule.date.unwrap_or_default();
    Some(profile.doubt(read_as)?.describe(&job.line_name(line), read_as))
}

/// Returns a line's format in a few words.
pub(crate) fn describe_format(job: &Job, line: MapLine, catalog: &crate::trackops::Catalog) -> String {
    let Some(rule) = job.rule(line) else { return String::new() };
    let values = match unmapped::matched(job, line, catalog) {
        0 => String::new(),
        n => format!("{n}{} matched", unmapped::more(job)),
    };
    let open = unmapped::open(job, line, catalog);
    match job.shape(rule.to, catalog) {
        Some(ApiType::Date) => {
            let doubt = if order_doubt(job, line).is_some() { "?" } else { "" };
            format!("{}{doubt}", rule.date.unwrap_or_default().pattern())
        }
        Some(ApiType::Ids | ApiType::Id) if open > 0 => format!("✗ {open}{} unmapped", unmapped::more(job)),
        // The number comes first: a narrow column cuts the end.
        Some(ApiType::Ids | ApiType::Choices) => match (rule.separator.as_deref(), values.as_str()) {
            (Some(separator), "") => format!("split at {separator}"),
            (Some(separator), values) => format!("{values}, split at {separator}"),
            (None, "") => "split at ; ,".to_owned(),
            (None, values) => values.to_owned(),
        },
        Some(ApiType::Id) if !values.is_empty() => values,
        Some(ApiType::Id) => "id".to_owned(),
        Some(ApiType::Number) => match rule.decimal {
            None => "number".to_owned(),
            Some(NumberStyle::Point) => "1,500.00".to_owned(),
            Some(NumberStyle::Comma) => "1.500,00".to_owned(),
        },
        Some(ApiType::Text) => match rule.to {
            Target::Custom(place, None) => {
                job.recipe().kind_of(place.key()).map_or("", crate::case::FieldKind::word).to_owned()
            }
            _ => "text".to_owned(),
        },
        None => String::new(),
    }
}
