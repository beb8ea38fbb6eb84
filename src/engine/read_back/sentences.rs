//! Sentences about rows and cases for the user to compare.

use crate::case::{CaseField, Plan};
use crate::ledger::{SentKey, SentRow, Unsettled};
use crate::trackops::FoundCase;

/// Says that a case is that of an unknown row, unless it is a second case of a created row.
pub(super) fn double_or_unknown(case: &FoundCase, created: Option<&SentRow>, unknown: &Unsettled) -> String {
    let (number, id, row) = (case.shown_number(), &case.id, unknown.row);
    let what_now = format!(
        "Open it in Trackops, then decide row {row}: mark it as created with case {id}, or send it again (t on the row; \
         in a script: --treat-unknown-as)"
    );
    let unknown = format!("row {row} (line {})", unknown.line);
    match created {
        Some(created) => {
            let second_of = format!("row {} (line {})", created.row, created.line);
            format!(
                "Case {number} is a second case of {second_of}, or the case of {unknown}, which is unknown. {what_now}."
            )
        }
        None => format!("Case {number} could be the case of {unknown}, which is unknown. {what_now}."),
    }
}

/// Says that a case may come from an earlier try of a created row.
pub(super) fn earlier_or_other(row: &SentRow, number: &str) -> String {
    let own = row.case_number.as_deref().unwrap_or_default();
    format!(
        "{} was created as case {own}, but an earlier try with another reference was refused and may have created case \
         {number}; compare the two.",
        place(row)
    )
}

/// Says that a case has what a refused row or earlier try is recognized by.
pub(super) fn refused(row: &SentRow, case: &FoundCase) -> String {
    let what = match row.key {
        SentKey::EarlierReference(_) => format!("An earlier try of row {} (line {})", row.row, row.line),
        SentKey::Reference | SentKey::Token => place(row),
    };
    let (number, key) = (case.shown_number(), key(row));
    format!(
        "{what} was refused, but case {number} in Trackops has its {key}; compare the two before you send the row again."
    )
}

/// Says that the case of a row shows another reference than the one it was created with.
pub(super) fn edited(plan: &Plan, row: &SentRow, case: &FoundCase) -> String {
    let column = plan.column_of_key(CaseField::Reference1.key());
    let shown = plan.masked_cell(column, case.reference.as_deref().unwrap_or_default());
    format!(
        "{}: its case {} now has the {} “{shown}” of another row. Somebody edited it, or the row has no case of its own: \
         compare the two.",
        place(row),
        case.shown_number(),
        key(row)
    )
}

/// Returns the word for what identifies a row's case.
pub(super) fn key(row: &SentRow) -> &'static str {
    match row.key {
        SentKey::Token => "row token",
        SentKey::Reference | SentKey::EarlierReference(_) => "reference",
    }
}

pub(super) fn place(row: &SentRow) -> String {
    format!("Row {} (line {})", row.row, row.line)
}
