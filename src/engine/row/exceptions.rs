//! Entries of the exception log, from problems of the check or answers of Trackops.

use crate::case::{CaseField, Code, CustomFieldRef, Holder, Plan, Problem, Severity};
use crate::ledger::{Exception, ExceptionSource, SentRow, Unsettled};
use crate::sheet::on_worksheet;
use crate::trackops::FieldMessage;

use super::{Prepared, Verdict};

/// Returns the exception of a row that the check rejects: its first error, with the others in the message.
pub(crate) fn rejected_by_check(row: &Prepared, problems: &[Problem]) -> Exception {
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
        code: first.map_or(Code::RowInvalid, |first| first.code.clone()),
        message,
        source: ExceptionSource::Check,
        http_status: None,
        corrected: false,
    }
}

/// Returns the exception of a row that Trackops refused: its messages, and the cell that the first one names.
pub(super) fn rejected_by_trackops(
    plan: &Plan,
    row: &Prepared,
    status: u16,
    messages: &[FieldMessage],
) -> Exception {
    let placed = messages.iter().find(|message| message.field.is_some());
    let (field, column) = placed.and_then(|message| place(plan, row, message)).unzip();
    // A message that is alone and shown with its cell doesn't repeat the field.
    let is_alone = messages.len() == 1;
    let say = |message: &FieldMessage| match &message.field {
        Some(named) if column.flatten().is_none() || !is_alone => {
            let field = custom_field(row, named).unwrap_or_else(|| named.clone());
            format!("{}: {}", plan.label_of_key(&field).unwrap_or(named), message.text)
        }
        _ => message.text.clone(),
    };
    Exception {
        row: row.row,
        line: row.line,
        column: column.flatten().map(|column| plan.column_name(column).to_owned()),
        value: column.flatten().and_then(|at| Some(plan.masked_cell(Some(at), row.cells.get(at)?))),
        field,
        code: Code::Trackops(status),
        message: on_worksheet(
            row.worksheet.as_deref(),
            messages.iter().map(say).collect::<Vec<_>>().join("; "),
        ),
        source: ExceptionSource::Trackops,
        http_status: Some(status),
        corrected: false,
    }
}

/// Returns the field a message names, and the column mapped to it.
fn place(plan: &Plan, row: &Prepared, message: &FieldMessage) -> Option<(String, Option<usize>)> {
    let named = message.field.as_deref()?;
    let field = custom_field(row, named).unwrap_or_else(|| named.to_owned());
    let column = plan.column_of_key(&field);
    Some((field, column))
}

/// Returns the key of a custom field named by its position in the request, such as
/// `subjects.0.custom_fields.2.value`. INFERRED: it is unknown how Trackops names them; a wrong guess only makes the
/// log less precise.
fn custom_field(row: &Prepared, named: &str) -> Option<String> {
    let Verdict::Send(ready, _) = &row.verdict else { return None };
    let words: Vec<&str> = named.split(['.', '[', ']', '/']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| *word == "custom_fields")?;
    let index: usize = words.get(at + 1)?.parse().ok()?;
    let (holder, list) = match words.first()? {
        &"subjects" => {
            let at: usize = words.get(1)?.parse().ok()?;
            let number = ready.request.subjects.iter().nth(at)?;
            (Holder::Subject(number), format!("/casefile/subjects/{at}/custom_fields"))
        }
        _ => (Holder::Case, "/casefile/custom_fields".to_owned()),
    };
    let sent: serde_json::Value = serde_json::from_slice(&ready.request.body).ok()?;
    let id = sent.pointer(&list)?.get(index)?.get("id")?.as_u64()?;
    Some(CustomFieldRef { holder, id }.to_string())
}

/// Returns the exception of a row reported as created whose case belongs to another row.
pub(crate) fn belongs_to_another(plan: &Plan, row: &SentRow, why: &str) -> Exception {
    unknown(plan, (row.row, row.line), Some(&row.reference), None, why)
}

/// Reason for an answer with an id that belongs to another row.
pub(super) const BELONGS_TO_ANOTHER: &str = "the answer names another row's case";

/// Returns the exception of an unknown row.
pub(super) fn unknown(
    plan: &Plan,
    (row, line): (u64, u64),
    reference: Option<&str>,
    status: Option<u16>,
    why: &str,
) -> Exception {
    let column = plan.column_of_key(CaseField::Reference1.key());
    Exception {
        row,
        line,
        column: None,
        field: None,
        value: reference.map(|reference| plan.masked_cell(column, reference)),
        code: Code::Unknown,
        message: format!("sent, but {why}; it may or may not be in Trackops"),
        source: ExceptionSource::Trackops,
        http_status: status,
        corrected: false,
    }
}

/// Returns the exception of a row that a lookup couldn't settle: the first message, and why it stays unknown.
pub(crate) fn still_unknown(
    plan: &Plan,
    row: &Unsettled,
    logged: Option<&Exception>,
    why: &str,
) -> Exception {
    let first = logged.cloned().unwrap_or_else(|| {
        let why = "caseload ended before the answer came";
        unknown(plan, (row.row, row.line), row.reference.as_deref(), None, why)
    });
    let (first_message, _) = first.message.split_once(UNSETTLED_SEPARATOR).unwrap_or((&first.message, ""));
    Exception { code: Code::Unknown, message: format!("{first_message}{UNSETTLED_SEPARATOR}{why}"), ..first }
}

/// Separates the first message from the reason of the last lookup. Stored in ledgers.
const UNSETTLED_SEPARATOR: &str = ". It stays unknown: ";
