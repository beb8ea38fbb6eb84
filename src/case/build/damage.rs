//! Problems that cells and rows have before they are read: damage by Excel or an export, and malformed rows.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::slot::{MappedColumn, Slot, ValueReading};
use crate::case::problem::{Finding, Problem, Severity};
use crate::case::values::date::is_day_number;
use crate::sheet::RowFault;
use crate::sheet::damage::{self, Damage};
use crate::text::trimmed;

impl Builder<'_> {
    /// Reports how the row is malformed, which causes most problems of its cells.
    pub(super) fn report_faults(&mut self) {
        let row = self.row;
        for (fault, _) in row.faults.iter().filter(|(_, column)| column.is_none()) {
            self.report_row(of_fault(*fault));
        }
    }

    /// Reports damage to every mapped cell: a warning, or an error on a reference, because cases are found by it.
    pub(super) fn report_damage(&mut self) {
        let (row, plan) = (self.row, self.plan);
        // Such a row may have been split differently when the columns were profiled.
        let is_odd =
            row.not_a_case.is_some() || row.faults.iter().any(|(fault, _)| *fault != RowFault::Struck);
        for slot in &plan.slots {
            for source in &slot.sources {
                let faults = row.faults.iter().filter(|(_, column)| *column == Some(source.column));
                for (fault, _) in faults {
                    // Two numbers or dates in one cell make a third.
                    let is_joined = *fault == RowFault::Struck && slot.dest.reading().is_number_or_date();
                    self.report_cell(slot, source, of_fault(*fault).error_if(is_joined));
                }
                // A fixed cell isn't damaged.
                if self.fixed.contains(&source.column) {
                    continue;
                }
                // Spaces around a value aren't sent, of whatever kind they are.
                let cell = trimmed(row.cells.get(source.column).unwrap_or(""));
                let usual = plan.usual.get(source.column);
                // A column without damage may be unknown to hold ids, which have none of these characters.
                let is_id = slot.dest.is_reference() && cell.contains(['.', ',', '/', '-']);
                let damage = match usual {
                    Some(usual) if is_id => usual.judge_id(cell),
                    Some(usual) if is_odd || !usual.is_clean() => usual.judge(cell),
                    _ => None,
                };
                let is_fine = |damage: &Damage| match damage {
                    Damage::ErrorValue => source.blank_errors,
                    // Dates and numbers are sent without the character.
                    Damage::ZeroWidth => slot.dest.reading().is_number_or_date(),
                    // `26-03-45` may be a number of a month, and is sent as it is.
                    Damage::TwoDigitYear | Damage::MixedDateOrder if slot.dest.is_reference() => true,
                    Damage::TwoDigitYear => {
                        slot.dest.reading() == ValueReading::Date && self.century_is_clear(source, cell)
                    }
                    _ => false,
                };
                let damage = damage.filter(|damage| !is_fine(damage));
                let damage = damage.into_iter().chain(self.date_damage(slot, source, cell)).min();
                // One problem per cell is enough, except for damage that no other problem covers or that must stop
                // the row.
                let is_handled = |damage: &Damage| match damage {
                    Damage::Control => false,
                    damage if has_no_value(*damage) => self.is_refused(source),
                    _ => self.is_reported(source),
                };
                if let Some(damage) = damage.filter(|damage| !is_handled(damage)) {
                    let code = Code::Damage(damage);
                    let message = if row.from_1904 && damage == Damage::SerialDate {
                        damage.message_from_1904(cell)
                    } else {
                        damage.message(cell)
                    };
                    let finding =
                        Finding::warning(code, message, damage.hint()).error_if(has_no_value(damage));
                    self.report_cell(slot, source, finding);
                }
                self.report_format(slot, source, cell);
            }
        }
    }

    /// Returns what is wrong with a date that the cell alone doesn't show.
    fn date_damage(&self, slot: &Slot, source: &MappedColumn, cell: &str) -> Option<Damage> {
        if slot.dest.is_reference() {
            // Whatever the texts of the others look like.
            let is_made =
                self.row.date(source.column).is_some() && source.evidence.references.are_dates_made();
            return is_made.then_some(Damage::BecameDate);
        }
        if slot.dest.reading() != ValueReading::Date {
            return None;
        }
        let usual = self.plan.usual.get(source.column)?;
        if usual.is_amid_other_order(self.row.number, cell) {
            return Some(Damage::MixedDateOrder);
        }
        // A day number is a date only because the field is one, so the column may not know.
        is_day_number(cell).then_some(Damage::SerialDate)
    }

    /// Warns if the text that is sent isn't what the workbook shows: the rest of a date, or a different number than the
    /// cell holds.
    fn report_format(&mut self, slot: &Slot, source: &MappedColumn, cell: &str) {
        let is_part = self.row.date(source.column).is_some_and(|date| date.is_partly_shown);
        if is_part && slot.dest.reading() != ValueReading::Date && !self.is_reported(source) {
            let message =
                format!("the workbook shows only a part of the date {}, which is sent", cell.trim());
            let hint = "format the column as Text and type in what it should be, or show the whole date";
            self.report_cell(slot, source, Finding::warning(Code::DateFormat, message, hint));
        }
        let Some(number) = self.row.number(source.column) else { return };
        // An id with separators is another case than the one without.
        if slot.dest.is_reference() && damage::is_shown_as_amount(cell) && !self.is_reported(source) {
            let damage = Damage::DecimalId;
            let finding = Finding::warning(Code::Damage(damage), damage.message(cell), damage.hint());
            return self.report_cell(slot, source, finding);
        }
        if slot.dest.wants_number() || number.reads_as(cell.trim()) || self.is_reported(source) {
            return;
        }
        let message =
            format!("the cell shows “{}” but holds {}; what it shows is sent", cell.trim(), number.digits());
        let hint = "format the column as General in the original, or map it to a number field";
        self.report_cell(slot, source, Finding::warning(Code::NumberFormat, message, hint));
    }

    /// Returns the error of a cell that has nothing left of its value.
    pub(super) fn nothing_left(text: &str) -> Option<Finding> {
        let damage = damage::of_cell(text).filter(|damage| has_no_value(*damage))?;
        Some(Finding::error(Code::Damage(damage), damage.message(text), damage.hint()))
    }

    /// Reports damage to a cell: an error on a reference that isn't sent as it is.
    fn report_cell(&mut self, slot: &Slot, source: &MappedColumn, finding: Finding) {
        self.report(slot, source, finding.error_if(slot.dest.is_reference() && !source.as_is));
    }

    /// Returns true if a problem of the cell is already reported.
    pub(super) fn is_reported(&self, source: &MappedColumn) -> bool {
        self.problems_of(source.column).next().is_some()
    }

    /// Returns true if an error of the cell is already reported.
    fn is_refused(&self, source: &MappedColumn) -> bool {
        self.problems_of(source.column).any(|problem| problem.severity == Severity::Error)
    }

    /// Returns the problems of a column that are already reported.
    pub(super) fn problems_of(&self, column: usize) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |(of, _)| *of == Some(column)).map(|(_, problem)| problem)
    }
}

/// Returns true if such a cell has nothing left of its value.
fn has_no_value(damage: Damage) -> bool {
    matches!(damage, Damage::ErrorValue | Damage::Hashes)
}

fn of_fault(fault: RowFault) -> Finding {
    Finding::warning(Code::Fault(fault), fault.message(), fault.hint()).error_if(fault.is_error())
}
