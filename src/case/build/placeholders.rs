//! Placeholders for missing values: a reference such as `N/A`, or `NULL` from a database.

use super::builder::Builder;
use super::references::EDIT_OR_SEND_AS_IS;
use crate::case::code::Code;
use crate::case::mapping::field::CaseField;
use crate::case::mapping::read::TYPE_IN_VALUE;
use crate::case::mapping::slot::{Dest, MappedColumn, Slot, ValueReading};
use crate::case::problem::Finding;
use crate::case::values::placeholder::{is_ditto, is_null, is_placeholder, is_placeholder_reference};

impl Builder<'_> {
    /// Returns the warning about a cell that says that there is no value, such as `N/A` instead of a date. Fields that
    /// every case needs can't be left empty.
    pub(super) fn no_value(slot: &Slot, source: &MappedColumn, text: &str) -> Option<Finding> {
        let may_be_empty = slot.dest.reading().is_number_or_date()
            || matches!(slot.dest.reading(), ValueReading::YesNo { .. });
        let is_none =
            may_be_empty && !slot.required && source.matched(text).is_none() && is_placeholder(text);
        is_none.then(|| {
            let message = format!("“{text}” says that there is no value; the cell is read as blank");
            Finding::warning(
                Code::ValueNone,
                message,
                concat!("if there is a value, type it in: ", edit_cell!()),
            )
        })
    }

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
                let (is_error, code, what, hint) = match slot.dest {
                    Dest::Case(field) if field.is_reference() && is_placeholder_reference(text) => (
                        field == CaseField::Reference1,
                        Code::ReferencePlaceholder,
                        "is a placeholder, not a reference",
                        EDIT_OR_SEND_AS_IS,
                    ),
                    _ if self.is_reported(source) => continue,
                    _ if is_ditto(text) => {
                        (false, Code::ValueNone, "refers to another row; it is sent as text", TYPE_IN_VALUE)
                    }
                    _ if is_null(text) => (
                        false,
                        Code::ValueNull,
                        "is what databases write for an empty cell; it is sent as text",
                        concat!("if there is no value, clear the cell: ", edit_cell!()),
                    ),
                    _ => continue,
                };
                let finding = Finding::warning(code, format!("“{text}” {what}"), hint);
                self.report(slot, source, finding.error_if(is_error));
            }
        }
    }
}
