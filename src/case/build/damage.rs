//! What is wrong with the cells a case is built from before anybody reads them: damage done by Excel or an export,
//! and rows that are not written as rows are.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::slot::{Dest, Slot, Source};
use crate::case::problem::{Finding, Problem, Severity};
use crate::sheet::{Fault, damage::Damage};

impl Builder<'_> {
    /// Reports what is wrong with the way the row is written: the cause of most of what is wrong with its cells.
    pub(super) fn look_for_faults(&mut self) {
        let row = self.row;
        for (fault, _) in row.faults.iter().filter(|(_, column)| column.is_none()) {
            let severity = if fault.is_error() { Severity::Error } else { Severity::Warning };
            self.report(severity, None, None, of_fault(*fault));
        }
    }

    /// Reports damage of every cell that goes somewhere: a warning, and an error on a reference, because that is what
    /// a case is found by.
    pub(super) fn look_for_damage(&mut self) {
        let (row, plan) = (self.row, self.plan);
        // Such a row may not have been counted as it is read now.
        let is_odd = row.aside.is_some() || !row.faults.is_empty();
        for slot in &plan.slots {
            for source in &slot.sources {
                let faults = row.faults.iter().filter(|(_, column)| *column == Some(source.column));
                for (fault, _) in faults {
                    self.report_cell(slot, source, fault.is_error(), of_fault(*fault));
                }
                // What a person typed is not damaged.
                if self.fixed.contains(&source.column) {
                    continue;
                }
                let cell = row.cells.get(source.column).unwrap_or("");
                let usual = plan.usual.get(source.column).filter(|usual| is_odd || !usual.is_clean());
                let damage = usual.and_then(|usual| usual.judge(cell));
                let damage = damage.filter(|damage| !(source.blank_errors && *damage == Damage::ErrorValue));
                // One sentence on a cell is enough, but for what no other sentence speaks of, or keeps from being sent.
                let said = |damage: &Damage| match damage {
                    Damage::Control => false,
                    Damage::ErrorValue | Damage::Hashes => self.is_refused(source),
                    _ => self.is_reported(source),
                };
                if let Some(damage) = damage.filter(|damage| !said(damage)) {
                    let (code, message) = (Code::Damage(damage), damage.message(cell));
                    // Nothing of the value is left in such a cell.
                    let lost = matches!(damage, Damage::ErrorValue | Damage::Hashes);
                    self.report_cell(slot, source, lost, Finding { code, message, hint: damage.hint() });
                }
                self.look_for_format(slot, source, cell);
            }
        }
    }

    /// Reports a text that shows another number than the cell holds, where the text is what is sent.
    fn look_for_format(&mut self, slot: &Slot, source: &Source, cell: &str) {
        let Some(number) = self.row.number(source.column) else { return };
        if slot.dest.wants_number() || number.reads_as(cell.trim()) || self.is_reported(source) {
            return;
        }
        let message =
            format!("the cell shows “{}” but holds {}; what it shows is sent", cell.trim(), number.digits());
        let hint = "format the column as General in the original, or map it to a number field";
        self.report_cell(slot, source, false, Finding { code: Code::NumberFormat, message, hint });
    }

    fn report_cell(&mut self, slot: &Slot, source: &Source, always: bool, finding: Finding) {
        let is_error = always || (is_reference(slot.dest) && !source.as_is);
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        self.report(severity, Some(source), Some(slot.dest.target()), finding);
    }

    /// Whether something is said of the cell already.
    fn is_reported(&self, source: &Source) -> bool {
        self.problems_of(source).next().is_some()
    }

    /// Whether the cell keeps the row from being sent already.
    fn is_refused(&self, source: &Source) -> bool {
        self.problems_of(source).any(|problem| problem.severity == Severity::Error)
    }

    fn problems_of(&self, source: &Source) -> impl Iterator<Item = &Problem> {
        let header = self.plan.header(source.column);
        self.problems.iter().filter(move |problem| problem.column.as_deref() == Some(header))
    }
}

fn of_fault(fault: Fault) -> Finding {
    Finding { code: Code::Fault(fault), message: fault.message().to_owned(), hint: fault.hint() }
}

/// Whether cases are found by the field.
fn is_reference(dest: Dest) -> bool {
    matches!(dest, Dest::Case(field) if field.is_reference())
}
