//! Building one row by a plan into a case or its problems.

use jiff::{ToSpan, civil::Date};

use crate::case::code::Code;
use crate::case::mapping::edits::Edited;
use crate::case::mapping::field::CaseField;
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::plan::Plan;
use crate::case::mapping::read::{counted_from_1900, is_no_value, read_single, read_stored};
use crate::case::mapping::slot::{Dest, Fallback, MappedColumn, Slot, ValueReading};
use crate::case::problem::{Finding, Problem, Severity};
use crate::case::values::date::is_day_number;
use crate::case::values::number::{NumberStyle, OddAmount};
use crate::case::values::plausible;
use crate::case::values::value::Value;
use crate::sheet::{Row, damage};
use crate::text::trimmed;

/// Result of building a row: the case and its problems.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The case. It can't be sent while a problem is an error.
    pub case: Case,
    /// Problems, in the order of the fields.
    pub problems: Vec<Problem>,
}

impl Built {
    /// Returns true if the row can be sent.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity == Severity::Warning)
    }
}

impl Plan {
    /// Applies the fixes of a row and builds it into a case. `today` is the creation date if the row has none.
    #[must_use]
    pub fn build(&self, row: &Row, today: Date) -> Built {
        self.build_edited(&self.edits.apply(row), today)
    }

    /// Builds a row whose fixes are already applied.
    #[must_use]
    pub fn build_edited(&self, edited: &Edited<'_>, today: Date) -> Built {
        let Edited { row, fixed, by_hand, stale } = edited;
        let mut builder = Builder { plan: self, row, fixed, problems: Vec::new(), today, created_on: today };
        builder.report_faults();
        builder.check_length(*by_hand);
        builder.check_doubt();
        for column in stale {
            builder.warn_stale_fix(*column);
        }
        let mut case = Case { values: Vec::with_capacity(self.slots.len()) };
        for slot in &self.slots {
            let Some(placed) = builder.fill(slot) else { continue };
            if let (Dest::Case(CaseField::CreatedOn), Value::Date(date)) = (placed.dest, &placed.value) {
                builder.created_on = *date;
            }
            case.values.push(placed);
        }
        case.without_empty_subjects(self.fed_subjects);
        self.use_catalog_spelling(&mut case);
        builder.check_dates(&case);
        builder.check_primary(&case);
        builder.check_identity(&case);
        if let Some(token) = self.token(row.number) {
            case.add_note(&token);
        }
        for (slot, finding) in self.check_against_roster(&case) {
            builder.report_field(slot, finding);
        }
        builder.report_damage();
        builder.report_placeholders();
        builder.check_references(&case);
        builder.check_private_references(&case);
        let mut problems = builder.problems;
        self.mask_problems(&mut problems, row, today);
        Built { case, problems: problems.into_iter().map(|(_, problem)| problem).collect() }
    }
}

pub(super) struct Builder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) row: &'a Row,
    /// Columns (from 0) whose cell was fixed.
    pub(super) fixed: &'a [usize],
    /// Problems with their column (from 0): several columns may have the same header.
    pub(super) problems: Vec<(Option<usize>, Problem)>,
    pub(super) today: Date,
    pub(super) created_on: Date,
}

impl Builder<'_> {
    pub(super) fn cell(&self, source: &MappedColumn) -> &str {
        let cell = trimmed(self.row.cells.get(source.column).unwrap_or(""));
        let is_error = || damage::of_cell(cell) == Some(damage::Damage::ErrorValue);
        if source.blank_errors && is_error() { "" } else { cell }
    }

    /// Reports a problem of a cell.
    pub(super) fn report(&mut self, slot: &Slot, source: &MappedColumn, finding: Finding) {
        self.report_at(Some(source.column), Some(slot.dest), finding);
    }

    /// Reports a problem of a field, at its first column if it has one.
    pub(super) fn report_field(&mut self, slot: &Slot, finding: Finding) {
        self.report_at(slot.sources.first().map(|source| source.column), Some(slot.dest), finding);
    }

    /// Reports a problem of the whole row.
    pub(super) fn report_row(&mut self, finding: Finding) {
        self.report_at(None, None, finding);
    }

    pub(super) fn report_at(&mut self, column: Option<usize>, dest: Option<Dest>, finding: Finding) {
        let cell = column.and_then(|column| self.row.cells.get(column)).unwrap_or("");
        let message = self.plan.masked_message(column, cell, self.row.placed(finding.message));
        let problem = Problem {
            severity: finding.severity,
            row: self.row.number,
            line: self.row.line,
            column: column.map(|column| self.plan.column_name(column).to_owned()),
            field: dest.map(|dest| dest.target().to_string()),
            value: self.plan.masked_cell(column, cell),
            code: finding.code,
            message,
            hint: finding.hint.to_owned(),
        };
        self.problems.push((column, problem));
    }

    fn fill(&mut self, slot: &Slot) -> Option<Placed> {
        let before = self.problems.len();
        let value = match slot.dest.reading() {
            ValueReading::Name => self.name(slot).map(Value::Name),
            ValueReading::Address => self.address(slot).map(Box::new).map(Value::Address),
            ValueReading::Text => self.kept_text(slot),
            reading @ (ValueReading::Ids | ValueReading::Choices) => self.list(slot, reading),
            reading => slot.sources.first().and_then(|source| self.single(slot, source, reading)),
        };
        if let Some(value) = value {
            return Some(Placed { dest: slot.dest, value, by_default: false });
        }
        // A cell that couldn't be read is an error, not an empty cell.
        let mut found = self.problems.iter().skip(before);
        if found.any(|(_, problem)| problem.severity == Severity::Error) {
            return None;
        }
        let value = match &slot.default {
            Some(Fallback::Value(value)) => Some(value.clone()),
            Some(Fallback::DaysAfterCreation(days)) => {
                self.created_on.checked_add(days.days()).ok().map(Value::Date)
            }
            None => None,
        };
        if value.is_none() && slot.required {
            self.missing(slot);
        }
        value.map(|value| Placed { dest: slot.dest, value, by_default: true })
    }

    fn missing(&mut self, slot: &Slot) {
        let label = match slot.dest {
            Dest::Case(field) => field.spec().label,
            Dest::SubjectType(_) => "Subject type",
            Dest::Custom(..) => "a value",
        };
        let message = format!("{label} is empty and has no default");
        let hint = concat!(edit_cell!(), "; or set a case default");
        self.report_field(slot, Finding::error(Code::RequiredMissing, message, hint));
    }

    /// Reads a list, which may have several columns: `Service 1`, `Service 2`.
    fn list(&mut self, slot: &Slot, reading: ValueReading) -> Option<Value> {
        let values = slot.sources.iter().filter_map(|source| self.single(slot, source, reading));
        values.reduce(Value::and_new)
    }

    /// Reads a column by itself.
    fn single(&mut self, slot: &Slot, source: &MappedColumn, reading: ValueReading) -> Option<Value> {
        let text = self.cell(source);
        let stored = self.row.number(source.column);
        let read = match stored {
            // A workbook stores “no date” as day 0.
            Some(number) if reading == ValueReading::Date && number.value.abs() < 1.0 => return None,
            // A workbook stores the number itself: neither its format nor the column's decimal mark matters.
            Some(number) if slot.dest.wants_number() && source.matched(text).is_none() => {
                let number = counted_from_1900(number, reading, self.row.from_1904);
                read_stored(&number, text, source, reading, self.today)
            }
            _ if text.is_empty() => return None,
            _ if is_no_value(text, reading) => return None,
            _ => read_single(text, source, reading, self.today),
        };
        match read {
            // A cell that has only separators.
            Ok(Value::Choices(choices)) if choices.is_empty() => None,
            Ok(value) => {
                if let Some(finding) = self.other_value(slot, source, &value) {
                    self.report(slot, source, finding);
                    return None;
                }
                self.warn_unusual(slot, source, &value);
                Some(value)
            }
            Err(finding) => {
                let finding = Self::nothing_left(text)
                    .or_else(|| Self::no_value(slot, source, text))
                    .unwrap_or(finding);
                self.report(slot, source, finding);
                None
            }
        }
    }

    /// Returns the problem of a value that is more likely another one, judging by the others of its column.
    fn other_value(&self, slot: &Slot, source: &MappedColumn, value: &Value) -> Option<Finding> {
        let text = self.cell(source);
        match value {
            _ if source.matched(text).is_some() => None,
            Value::Number(number) if self.row.number(source.column).is_none() => {
                let is_money = slot.dest.is_money();
                let odd = match source.decimal {
                    Some(mark) if is_money && !source.as_is => OddAmount::of_money(text, mark),
                    _ => source.evidence.amounts.doubt(text, is_money),
                };
                odd.map(|odd| odd_amount(text, *number, odd))
            }
            Value::Date(_) if damage::may_lack_zero(text) && is_day_number(text) => {
                let usual = self.plan.usual.get(source.column)?;
                let message = format!(
                    "“{text}” is likely a date without separators that lost its leading zero, as others in the column \
                     have six digits"
                );
                let hint = concat!("write dates with separators: ", edit_cell!());
                usual.has_six_digits().then(|| Finding::error(Code::DateInvalid, message, hint))
            }
            _ => None,
        }
    }

    /// Warns about values that can be sent but are seldom meant: an unlikely year, an amount below zero.
    fn warn_unusual(&mut self, slot: &Slot, source: &MappedColumn, value: &Value) {
        let (code, what, hint) = match value {
            Value::Date(date) => match plausible::day(*date, self.today, source.dates) {
                Some(what) => (Code::DateOddYear, what, "check whether the year is right"),
                None => return,
            },
            Value::Number(number) if *number < 0.0 => {
                (Code::NumberNegative, "is below zero", "check whether that is right; Trackops may refuse it")
            }
            Value::Number(number) if self.cell(source).ends_with('%') => {
                let message = format!(
                    "“{}” is a percentage; the number the cell holds, {number}, is sent",
                    self.cell(source)
                );
                let hint = "check whether the field needs a fraction or a percentage";
                self.report(slot, source, Finding::warning(Code::NumberPercent, message, hint));
                return;
            }
            _ => return,
        };
        let message = format!("“{}” {what}", self.cell(source));
        self.report(slot, source, Finding::warning(code, message, hint));
    }
}

/// Describes an amount that may be another number: `1.500` where others have a decimal comma, or always two decimals, so
/// that the point is more likely to separate thousands; `100 300` where spaces don't.
fn odd_amount(text: &str, number: f64, odd: OddAmount<'_>) -> Finding {
    let why = match odd {
        OddAmount::Mark(proof) => {
            let mark = NumberStyle::default().other().word();
            format!("{proof} in the same column has a decimal {mark}")
        }
        OddAmount::Thousandths => "no amount of money has three decimals".to_owned(),
        OddAmount::Cents => "other amounts in the column have two decimals".to_owned(),
        OddAmount::TwoNumbers => {
            "may be two numbers: spaces don't group other amounts in the column".to_owned()
        }
    };
    let hint = concat!(
        edit_cell!(),
        "; or set the column's decimal mark (o on the field map; in a script: decimal in the recipe)"
    );
    Finding::error(Code::NumberAmbiguous, format!("“{text}” is read as {number}, but {why}"), hint)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod cell_tests;

#[cfg(test)]
mod doubt_tests;

#[cfg(test)]
mod sent_wrong_tests;

#[cfg(test)]
mod subjects_tests;

#[cfg(test)]
mod value_tests;
