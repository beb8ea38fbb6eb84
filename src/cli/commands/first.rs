//! `run --first`: sends one row and compares what was sent with what Trackops stored.

use serde::Serialize;

use super::checked::Checked;
use super::output::{JsonImport, print, print_json, report_line};
use super::{CommandOutcome, Signals, finish, report_failed_output, state_of};
use crate::app::{App, AppError, StartOptions};
use crate::engine::{FirstOutcome, FirstResult};
use crate::ledger::{Exception, ImportId};
use crate::text::visible;
use crate::trackops::{ComparedValue, Comparison};

/// Maximum width of a column, so that one long note doesn't push the others apart.
const WIDEST: usize = 40;

/// Sends the row, then prints it and the state of the import.
pub(super) async fn send(
    app: &App,
    id: ImportId,
    row: u64,
    options: StartOptions,
    checked: Checked,
    json: bool,
) -> Result<CommandOutcome, AppError> {
    let first = match to_its_end(app, id, row, options).await {
        Ok(first) => first,
        // The import exists and the row may have been sent: this isn't a failure to start.
        Err(error) => {
            report_line(&error.to_string());
            return finish(app, id, json);
        }
    };
    let (import, outcome) = state_of(app, id)?;
    let import = checked.add_to(app, id, import)?;
    report_failed_output(if json {
        print_json(&JsonFirstRun { import, first: JsonFirst::new(&first) })
    } else {
        print(&(to_text(&first) + &import.to_text()))
    });
    Ok(outcome)
}

/// Waits for the row's outcome, even if asked to stop: leaving now would make it unknown.
async fn to_its_end(
    app: &App,
    id: ImportId,
    row: u64,
    options: StartOptions,
) -> Result<FirstResult, AppError> {
    let mut signals = Signals::new();
    let first = app.runs().send_first(id, row, options);
    tokio::pin!(first);
    let mut stopping = false;
    loop {
        tokio::select! {
            first = &mut first => return first,
            () = signals.next() => {
                if stopping {
                    report_line("stopped. The row's result is unknown until you resume the import");
                    std::process::exit(1);
                }
                stopping = true;
                report_line("waiting for the row's result. Ctrl-C again stops now");
            }
        }
    }
}

/// An import as printed by `show --json`, and the row.
#[derive(Serialize)]
struct JsonFirstRun<'a> {
    #[serde(flatten)]
    import: JsonImport,
    first: JsonFirst<'a>,
}

#[derive(Serialize)]
struct JsonFirst<'a> {
    row: u64,
    line: u64,
    outcome: &'static str,
    case_id: Option<&'a str>,
    case_number: Option<&'a str>,
    fields: &'a [ComparedValue],
    /// Why Trackops or the check refused it. Not one of the import's exceptions, because it can be sent again.
    exception: Option<&'a Exception>,
    note: &'a str,
}

impl<'a> JsonFirst<'a> {
    fn new(first: &'a FirstResult) -> Self {
        let (outcome, exception) = match &first.outcome {
            FirstOutcome::Created => ("created", None),
            FirstOutcome::Refused(exception) => ("refused", Some(exception)),
            FirstOutcome::Excluded => ("left_out", None),
            FirstOutcome::NotSent => ("not_sent", None),
            FirstOutcome::Unknown => ("unknown", None),
        };
        Self {
            row: first.row,
            line: first.line,
            outcome,
            case_id: first.case_id.as_deref(),
            case_number: first.case_number.as_deref(),
            fields: &first.masked,
            exception,
            note: &first.note,
        }
    }
}

/// Returns the note and the table of values.
fn to_text(first: &FirstResult) -> String {
    // The note of the paused import says it.
    if first.outcome == FirstOutcome::Unknown {
        return String::new();
    }
    let mut text = visible(&first.note).into_owned() + "\n";
    if first.masked.is_empty() {
        return text;
    }
    let header = [["field", "sent", "stored", ""].map(str::to_owned)];
    let cells = first.masked.iter().map(|line| {
        let mark = line.same.mark().to_string();
        [
            visible(&line.key).into_owned(),
            visible(&line.sent).into_owned(),
            visible(&line.stored).into_owned(),
            mark,
        ]
    });
    let rows: Vec<[String; 4]> = header.into_iter().chain(cells).collect();
    let [mut key, mut sent, mut stored] = [0; 3];
    for [a, b, c, _] in &rows {
        for (width, cell) in [(&mut key, a), (&mut sent, b), (&mut stored, c)] {
            *width = (*width).max(cell.chars().count().min(WIDEST));
        }
    }
    for [a, b, c, mark] in &rows {
        let line = format!("  {a:<key$}  {b:<sent$}  {c:<stored$}  {mark}");
        text += line.trim_end();
        text += "\n";
    }
    text + &legend(first)
}

/// Explains the marks used in the table.
fn legend(first: &FirstResult) -> String {
    let meanings = [
        (Comparison::Differs, "stored differently than sent"),
        (Comparison::NotShown, "not shown in the list of cases"),
        (Comparison::Added, "not sent; filled in by Trackops"),
    ];
    let used = meanings.iter().filter(|(same, _)| first.lines.iter().any(|line| line.same == *same));
    used.fold(String::new(), |text, (same, meaning)| text + &format!("  {} {meaning}\n", same.mark()))
}
