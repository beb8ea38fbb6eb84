//! What is wrong with the cells a case is built from before anybody reads them: damage done by Excel or an export,
//! and rows that are not written as rows are.

use super::build::{Builder, Severity};
use super::field::{CaseField, Target};
use super::plan::{Dest, Slot, Source};
use super::read::Finding;
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
                let damage = plan.usual.get(source.column).and_then(|usual| usual.judge(cell));
                // One sentence on a cell is enough, but for what no other sentence speaks of.
                let said = |damage: &Damage| *damage != Damage::Control && self.is_reported(source);
                if let Some(damage) = damage.filter(|damage| !said(damage)) {
                    let (code, message) = (damage.code(), damage.message(cell));
                    self.report_cell(slot, source, false, Finding { code, message, hint: damage.hint() });
                }
            }
        }
    }

    fn report_cell(&mut self, slot: &Slot, source: &Source, always: bool, finding: Finding) {
        let is_error = always || (is_reference(slot.dest) && !source.as_is);
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        self.report(severity, Some(source), Some(slot.dest.target()), finding);
    }

    /// Whether something is said of the cell already.
    fn is_reported(&self, source: &Source) -> bool {
        let header = self.plan.header(source.column);
        self.problems.iter().any(|problem| problem.column.as_deref() == Some(header))
    }
}

fn of_fault(fault: Fault) -> Finding {
    Finding { code: fault.code(), message: fault.message().to_owned(), hint: fault.hint() }
}

/// Whether cases are found by the field.
fn is_reference(dest: Dest) -> bool {
    let references = [CaseField::Reference1, CaseField::Reference2, CaseField::Reference3];
    matches!(dest.target(), Target::Case(field) if references.contains(&field))
}
