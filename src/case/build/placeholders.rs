//! Placeholders for missing values: a reference such as `N/A`, or `NULL` from a database.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::field::CaseField;
use crate::case::mapping::slot::{Dest, ValueReading};
use crate::case::problem::{Severity, UnplacedProblem};
use crate::case::values::placeholder::{is_null, is_placeholder_reference};

impl Builder<'_> {
    /// Reports placeholders in references and texts. Cases are found by their first reference, and two rows with the
    /// same one count as duplicates, so there a placeholder is an error.
    pub(super) fn report_placeholders(&mut self) {
        let plan = self.plan;
        for slot in plan.slots.iter().filter(|slot| slot.dest.reading() == ValueReading::Text) {
            for source in slot.sources.iter().filter(|source| !source.as_is) {
                let text = self.cell(source);
                if text.is_empty() || source.matched(text).is_some() {
                    continue;
                }
                let (severity, code, what, hint) = match slot.dest {
                    Dest::Case(field) if field.is_reference() && is_placeholder_reference(text) => (
                        if field == CaseField::Reference1 { Severity::Error } else { Severity::Warning },
                        Code::ReferencePlaceholder,
                        "is a placeholder, not a reference",
                        concat!(
                            edit_cell!(),
                            "; if the column is right, say so (i on the field map; in a script: as_is in the recipe)"
                        ),
                    ),
                    _ if is_null(text) && !self.is_reported(source) => (
                        Severity::Warning,
                        Code::ValueNull,
                        "is what databases write for an empty cell; it is sent as text",
                        concat!("if there is no value, clear the cell: ", edit_cell!()),
                    ),
                    _ => continue,
                };
                let finding = UnplacedProblem { code, message: format!("“{text}” {what}"), hint };
                self.report(severity, Some(source), Some(slot.dest.target()), finding);
            }
        }
    }
}
