//! Sentences about rows and cases for the user to compare.

use crate::ledger::{SentRow, Unsettled};
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

/// Returns the word for what identifies a row's case.
pub(super) fn key(row: &SentRow) -> &'static str {
    if row.by_token { "row token" } else { "reference" }
}

pub(super) fn place(row: &SentRow) -> String {
    format!("Row {} (line {})", row.row, row.line)
}
