//! References that don't look like one, or that are private.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::slot::MappedColumn;
use crate::case::problem::Finding;
use crate::case::values::value::Value;
use crate::sheet::damage::Damage;
use crate::text::{is_ssn, mask};

/// What to do about a cell that doesn't look like a reference.
pub(super) const EDIT_OR_SEND_AS_IS: &str = concat!(
    edit_cell!(),
    "; if the column is right, say so (i on the field map; in a script: as_is in the recipe)"
);

impl Builder<'_> {
    /// Reports references that look like something else, compared with the other cells of their column: a date that
    /// Excel made is an error, because cases are found by their references.
    pub(super) fn check_references(&mut self, case: &Case) {
        let plan = self.plan;
        for Placed { dest, value, by_default } in &case.values {
            let (true, Value::Text(text), false) = (dest.is_reference(), value, *by_default) else {
                continue;
            };
            let sources = plan.slot(*dest).map_or(&[][..], |slot| &slot.sources).iter();
            for source in sources.filter(|source| !source.as_is && !self.fixed.contains(&source.column)) {
                if self.is_reported(source) {
                    continue;
                }
                let others = &source.evidence.references;
                let finding = if others.is_made_date(text) {
                    let damage = Damage::BecameDate;
                    Finding::error(Code::Damage(damage), damage.message(text), damage.hint())
                } else if let Some(what) = others.doubt(text) {
                    let message = format!("“{text}” {what}");
                    Finding::warning(Code::ReferenceOdd, message, EDIT_OR_SEND_AS_IS)
                } else {
                    continue;
                };
                self.report_at(Some(source.column), Some(*dest), finding);
            }
        }
    }

    /// Warns about SSNs in references, which aren't masked because cases are found by them.
    pub(super) fn check_private_references(&mut self, case: &Case) {
        for Placed { dest, value, .. } in &case.values {
            let (true, Value::Text(text)) = (dest.is_reference(), value) else { continue };
            let Some(slot) = self.plan.slot(*dest) else { continue };
            let is_bare =
                |source: &MappedColumn| !source.as_is && source.evidence.references.is_bare_ssn(text);
            if !is_ssn(text) && !slot.sources.iter().any(is_bare) {
                continue;
            }
            let columns = slot.sources.iter().map(|source| source.column);
            let Some(column) = columns.into_iter().find(|column| !self.plan.open.contains(column)) else {
                continue;
            };
            let message = format!("“{}” looks like a social security number", mask(text));
            let hint = "references aren't masked: map another column to this field";
            self.report_at(Some(column), Some(*dest), Finding::warning(Code::ReferenceSsn, message, hint));
        }
    }
}
