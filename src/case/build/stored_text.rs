//! Cells of a workbook in a form that keeps the stored number in a CSV file.
//!
//! A workbook has two things in a cell: the number, which is sent, and the text its format shows. A CSV file has only
//! a text. Where the shown text would be read as another value, such as `$1,501` for 1500.756, the number is written
//! instead.

use jiff::civil::Date;

use crate::case::mapping::plan::Plan;
use crate::case::mapping::read::{counted_from_1900, is_empty_date, is_no_value, read_single, read_stored};
use crate::case::mapping::slot::{MappedColumn, ValueReading};
use crate::case::problem::Finding;
use crate::case::values::number::{NumberStyle, has_ambiguous_mark};
use crate::case::values::value::Value;
use crate::sheet::{Row, StoredNumber};

impl Plan {
    /// Returns the cells (from 0) of a row whose text must be replaced in a CSV file, so that the file is read as the
    /// same values with the same recipe.
    #[must_use]
    pub fn stored_texts(&self, row: &Row, today: Date) -> Vec<(usize, String)> {
        if row.numbers.is_empty() {
            return Vec::new();
        }
        let slots = self.slots.iter().filter(|slot| slot.dest.wants_number());
        let sources = slots.flat_map(|slot| {
            let reading = slot.dest.reading();
            slot.sources.iter().map(move |source| (source, reading))
        });
        let texts = sources.filter_map(|(source, reading)| {
            let number = row.number(source.column)?;
            let shown = row.cells.get(source.column).unwrap_or("").trim();
            // Values of the recipe are found by the text the cell shows.
            if source.matched(shown).is_some() || self.edits.compares(source.column, shown) {
                return None;
            }
            let number = counted_from_1900(number, reading, row.from_1904);
            Some((source.column, text_for(shown, &number, source, reading, today)?))
        });
        texts.collect()
    }

    /// Returns true if a row has a text of its own, by which it is recognized even if its numbers are written
    /// differently.
    #[must_use]
    pub fn has_own_text(&self, row: &Row) -> bool {
        let slots = self.slots.iter().filter(|slot| {
            matches!(slot.dest.reading(), ValueReading::Text | ValueReading::Name | ValueReading::Address)
        });
        let mut sources = slots.flat_map(|slot| &slot.sources);
        sources.any(|source| row.cells.get(source.column).is_some_and(|cell| !cell.trim().is_empty()))
    }
}

/// Returns the text to write instead of the shown one; `None` if that is read as the same value.
fn text_for(
    shown: &str,
    number: &StoredNumber,
    source: &MappedColumn,
    reading: ValueReading,
    today: Date,
) -> Option<String> {
    // Such a number means “no date”, whatever the cell shows.
    if reading == ValueReading::Date && number.value.abs() < 1.0 {
        return (!shown.is_empty() && !is_empty_date(shown)).then(|| "0".to_owned());
    }
    let style = match reading {
        ValueReading::Number | ValueReading::Hours => source.decimal.unwrap_or_default(),
        _ => NumberStyle::Point,
    };
    let wanted = read_stored(number, shown, source, reading, today);
    let fits = |text: &str| {
        let read = read_cell(text, source, reading, today);
        match (&wanted, &read) {
            (Ok(wanted), Some(Ok(read))) => wanted == read,
            (Err(_), Some(Err(_))) => true,
            _ => false,
        }
    };
    let mut digits = number.digits();
    if style == NumberStyle::Comma {
        digits = digits.replace('.', ",");
    }
    if fits(shown) && !has_ambiguous_mark(shown, style) {
        return None;
    }
    if has_ambiguous_mark(&digits, style) {
        // `1.250` alone may be a thousand; `1.2500` is not.
        digits.push('0');
    }
    (digits != shown).then_some(digits)
}

/// Reads a cell of a CSV file as the plan would; `None` for an empty one.
fn read_cell(
    text: &str,
    source: &MappedColumn,
    reading: ValueReading,
    today: Date,
) -> Option<Result<Value, Finding>> {
    let is_empty = text.is_empty() || is_no_value(text, reading);
    (!is_empty).then(|| read_single(text, source, reading, today))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::case::{Built, PlanContext, Recipe};
    use crate::sheet::Column;

    const TODAY: Date = Date::constant(2026, 11, 23);

    const RECIPE: &str = r#"
caseload = 1
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
case_services_list = [1]
[[columns]]
from = "Ref"
to = "reference_value_1"
[[columns]]
from = "Budget"
to = "budget_money"
[[columns]]
from = "Hours"
to = "budget_hours"
decimal = "comma"
[[columns]]
from = "Due"
to = "due_on"
[[columns]]
from = "Region"
to = "case_region_id"
values = { "1.0" = 6 }
[[fixes]]
column = "Budget"
from = "$9"
to = "900"
"#;

    fn plan() -> Plan {
        let headers = ["Ref", "Budget", "Hours", "Due", "Region"];
        let columns: Vec<Column> =
            headers.iter().map(|header| Column { header: (*header).to_owned(), filled: 1 }).collect();
        Plan::new(&Recipe::from_toml(RECIPE).unwrap(), &columns, &PlanContext::default()).unwrap()
    }

    /// A row with a number in one cell.
    fn row(column: usize, shown: &str, value: f64) -> Row {
        let mut cells = ["R-1", "", "", "", "6"];
        cells[column] = shown;
        Row {
            number: 1,
            line: 2,
            cells: cells.to_vec().into(),
            numbers: vec![StoredNumber { column, value }],
            ..Row::default()
        }
    }

    /// The same row as it is read from a CSV file.
    fn exported(plan: &Plan, row: &Row) -> Row {
        let texts = plan.stored_texts(row, TODAY);
        let text = |(at, cell)| {
            texts.iter().find(|(column, _)| *column == at).map_or(cell, |(_, text)| text.as_str())
        };
        let cells = row.cells.iter().enumerate().map(text).collect();
        Row { cells, numbers: Vec::new(), ..row.clone() }
    }

    #[test]
    fn a_cell_is_written_as_shown_if_that_is_the_stored_number() {
        for (column, shown, value) in [
            (1, "$1,500.00", 1500.0),
            (1, "(250.50)", -250.5),
            (1, "$-", 0.0),
            (2, "7,5", 7.5),
            (3, "46000", 46000.0),
            // Found by what it shows.
            (1, "$9", 9.25),
            (4, "1.0", 1.04),
            // A text field gets what the cell shows.
            (0, "00802", 802.0),
            (0, "8.5", 8.49),
        ] {
            assert_eq!(plan().stored_texts(&row(column, shown, value), TODAY), [], "{shown}");
        }
    }

    #[test]
    fn a_number_that_its_format_hides_is_written() {
        for (column, shown, value, text) in [
            (1, "$1,501", 1500.756, "1500.756"),
            (1, "1,235", 1_234_567.0, "1234567"),
            (1, "12.5%", 0.125, "0.125"),
            (1, "", 0.0, "0"),
            (1, "1.2", 1.25, "1.25"),
            // These could be read as thousands.
            (1, "1.3", 1.255, "1.2550"),
            (1, "1.500", 1.5, "1.5"),
            (2, "8", 7.5, "7,5"),
            (2, "7.3", 7.25, "7,25"),
            (3, "46,000", 46000.0, "46000"),
            (4, "6.00", 6.0, "6"),
            (3, "1", 0.6, "0"),
        ] {
            let row = row(column, shown, value);
            assert_eq!(plan().stored_texts(&row, TODAY), [(column, text.to_owned())], "{shown}");
        }
    }

    #[test]
    fn a_unit_and_the_first_day_of_a_workbook_are_not_lost() {
        // It is refused, in the workbook and in the file.
        assert_eq!(plan().stored_texts(&row(2, "90 min", 90.0), TODAY), []);
        assert_eq!(plan().stored_texts(&row(2, "8 h", 7.5), TODAY), [(2, "7,5".to_owned())]);
        let due = Row { from_1904: true, ..row(3, "47963", 47_963.0) };
        assert_eq!(plan().stored_texts(&due, TODAY), [(3, "49425".to_owned())]);
    }

    proptest! {
        #[test]
        fn an_exported_row_gives_the_same_case(
            column in 1..=3_usize,
            cents in -9_999_999_i64..9_999_999,
            scale in 0..5_i32,
            digits in 0..4_usize,
        ) {
            #[allow(clippy::cast_precision_loss)]
            let value: f64 = StoredNumber { column, value: cents as f64 / 10_f64.powi(scale) }.digits().parse().unwrap();
            let row = row(column, &format!("{value:.digits$}"), value);
            let plan = plan();
            let (original, again) = (plan.build(&row, TODAY), plan.build(&exported(&plan, &row), TODAY));
            if original.is_sendable() {
                prop_assert_eq!(&original.case, &again.case);
                let codes = |built: &Built| built.problems.iter().map(|problem| problem.code.clone()).collect::<Vec<_>>();
                prop_assert_eq!(codes(&original), codes(&again));
            }
        }
    }
}
