//! Entries of the exception log, from what the check or Trackops said.

use crate::case::{Plan, Problem, Severity};
use crate::ledger::{Exception, Source};
use crate::trackops::FieldMessage;

use super::prepare::Prepared;

/// A row the check rejects: its first error, and the others in the message.
pub(super) fn rejected_by_check(row: &Prepared, problems: &[Problem]) -> Exception {
    let mut errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let first = errors.next();
    let mut message = first.map_or_else(String::new, |first| format!("{}; {}", first.message, first.hint));
    for other in errors {
        let column = other.column.as_deref().unwrap_or("the row");
        message = format!("{message}. Also {column}: {}", other.message);
    }
    Exception {
        row: row.row,
        line: row.line,
        column: first.and_then(|first| first.column.clone()),
        field: first.and_then(|first| first.field.clone()),
        value: first.and_then(|first| first.column.as_ref().map(|_| first.value.clone())),
        code: first.map_or("row.invalid", |first| first.code).to_owned(),
        message,
        source: Source::Check,
        http_status: None,
    }
}

/// A row Trackops refused: its messages, and the cell the first of them speaks of.
pub(super) fn rejected_by_trackops(
    plan: &Plan,
    row: &Prepared,
    status: u16,
    messages: &[FieldMessage],
) -> Exception {
    let (field, column) = messages.iter().find_map(|message| place(plan, message)).unzip();
    let say = |message: &FieldMessage| match &message.field {
        Some(field) => format!("{field}: {}", message.text),
        None => message.text.clone(),
    };
    Exception {
        row: row.row,
        line: row.line,
        column: column.flatten().map(|column| plan.header(column).to_owned()),
        value: column.flatten().and_then(|column| row.cells.get(column)).map(str::to_owned),
        field,
        code: format!("trackops.{status}"),
        message: messages.iter().map(say).collect::<Vec<_>>().join("; "),
        source: Source::Trackops,
        http_status: Some(status),
    }
}

/// The field a message names, and the column that feeds it. `subjects.0.custom_fields` and the like name none of
/// ours.
fn place(plan: &Plan, message: &FieldMessage) -> Option<(String, Option<usize>)> {
    let field = message.field.clone()?;
    let column = plan.column_of_key(&field);
    Some((field, column))
}

/// A row that was sent and whose answer was lost.
pub(super) fn unknown(
    row: u64,
    line: u64,
    reference: Option<&str>,
    status: Option<u16>,
    why: &str,
) -> Exception {
    Exception {
        row,
        line,
        column: None,
        field: None,
        value: reference.map(str::to_owned),
        code: "unknown".to_owned(),
        message: format!("sent, but {why}; it may or may not be in Trackops"),
        source: Source::Trackops,
        http_status: status,
    }
}
