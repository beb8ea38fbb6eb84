//! References that don't look like one.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::placed::{Case, Placed};
use crate::case::problem::{Severity, UnplacedProblem};
use crate::case::values::value::Value;
use crate::sheet::damage::Damage;

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
                let (severity, finding) = if others.is_made_date(text) {
                    let (code, hint) = (Code::Damage(Damage::BecameDate), Damage::BecameDate.hint());
                    let message = Damage::BecameDate.message(text);
                    (Severity::Error, UnplacedProblem { code, message, hint })
                } else if let Some(what) = others.doubt(text) {
                    let message = format!("“{text}” {what}");
                    let hint = concat!(
                        edit_cell!(),
                        "; if the column is right, say so (i on the field map; in a script: as_is in the recipe)"
                    );
                    (Severity::Warning, UnplacedProblem { code: Code::ReferenceOdd, message, hint })
                } else {
                    continue;
                };
                self.report(severity, Some(source), Some(dest.target()), finding);
            }
        }
    }
}
