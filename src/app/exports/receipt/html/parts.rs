//! Parts of the page's sections.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::app::exports::receipt::ReceiptLine;
use crate::ledger::{Exception, ExceptionSource, OutcomeKind};
use crate::text::{clip, grouped, hide_ssns, plural, visible};

/// Maximum number of characters shown of one text.
const MAX_CHARS: usize = 400;
/// Maximum number of characters of a text kept on one line.
const MAX_WHOLE_LEN: usize = 22;
/// Maximum number of row ranges listed.
pub(super) const MAX_RANGES: usize = 200;

pub(super) fn table(columns: &[&str], rows: &Markup) -> Markup {
    let class = |column: &str| matches!(column, "Row" | "Line" | "Try").then_some("n");
    html! {
        div.wide {
            table {
                thead { tr { @for column in columns { th class=[class(column)] scope="col" { (column) } } } }
                tbody { (rows) }
            }
        }
    }
}

pub(super) fn numbers(row: u64, line: u64) -> Markup {
    html! { td.n { (row) } td.n { (line) } }
}

/// The column, value and reason of an exception.
pub(super) fn at_fault(found: &Exception) -> Markup {
    let by = match (found.source, found.http_status) {
        (ExceptionSource::Check, _) => "Found before sending.".to_owned(),
        (ExceptionSource::Trackops, Some(status)) => format!("Trackops answered HTTP {status}."),
        (ExceptionSource::Trackops, None) => String::new(),
    };
    html! {
        td.text { (found.column.as_deref().map_or_else(|| "–".to_owned(), shown)) }
        (cell(&found.value.as_deref().map_or_else(|| "–".to_owned(), shown), None))
        td.reason {
            (shown(&found.message))
            @if !by.is_empty() { span.more { (by) } }
            @if found.corrected { strong { "Corrected since; not resent yet." } }
        }
    }
}

/// Returns the note beside a case: several cases, your decision, or a later try.
pub(super) fn note(line: &ReceiptLine) -> Option<String> {
    let reason = line.reason.as_deref().map(shown);
    let again = (line.tries > 1).then(|| format!("created on try {}", line.tries));
    let notes: Vec<String> = reason.into_iter().chain(again).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// The result of a row at its last try.
pub(super) fn result(line: Option<&ReceiptLine>) -> String {
    let Some(line) = line else { return OutcomeKind::NotSent.label().to_owned() };
    match line.case_number.as_deref().or(line.case_id.as_deref()) {
        Some(case) => format!("{}: case {}", line.outcome.label(), identifier(Some(case))),
        None => line.outcome.label().to_owned(),
    }
}

pub(super) fn reference_of(by_row: &HashMap<u64, &ReceiptLine>, row: u64) -> Markup {
    reference(by_row.get(&row).and_then(|line| line.reference.as_deref()))
}

pub(super) fn reference(text: Option<&str>) -> Markup {
    cell(&identifier(text), None)
}

/// A cell with a note below it. It isn't broken at hyphens unless it is too long for its column.
pub(super) fn cell(text: &str, note: Option<String>) -> Markup {
    let class = if text.chars().count() <= MAX_WHOLE_LEN { "whole" } else { "text" };
    html! { td class=(class) { (text) @if let Some(note) = note { span.more { (note) } } } }
}

/// An identifier of a case, as in Trackops.
pub(super) fn identifier(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), |text| clip(&visible(text), MAX_CHARS))
}

/// A text from a file or a server. Private values were masked when stored; numbers that look like an SSN are masked
/// here too, because the page is given to others.
pub(super) fn shown(text: &str) -> String {
    clip(&hide_ssns(&visible(text)), MAX_CHARS)
}

pub(super) fn rows(count: u64) -> String {
    if count == 1 { plural(1, "row") } else { format!("{} rows", grouped(count)) }
}

/// Returns the rows from 1 to `last` that aren't in the sorted `taken`, as ranges, and the number of rows beyond those.
pub(super) fn gaps(taken: impl Iterator<Item = u64>, last: u64) -> (Vec<String>, u64) {
    let (mut ranges, mut more, mut next) = (Vec::new(), 0, 1);
    for row in taken.chain([last + 1]) {
        let count = row.saturating_sub(next);
        match count {
            0 => {}
            _ if ranges.len() == MAX_RANGES => more += count,
            1 => ranges.push(next.to_string()),
            _ => ranges.push(format!("{next}–{}", row - 1)),
        }
        next = row + 1;
    }
    (ranges, more)
}
