//! Correcting rejected rows where they are seen: in the exception log.

use crate::app::{CellNow, Corrected, Correction, RowNow};
use crate::case::{Code, Severity};
use crate::engine::{Rechecked, Standing};
use crate::ledger::{Exception, ImportId};
use crate::text::{hide_ssns, mask};
use crate::tui::action::Action;
use crate::tui::model::{Model, Mood, Overlay};
use crate::tui::msg::{Effect, Sentence, Ticket};

use super::dialogs::{self, Asked};
use super::picker::{Choice, Pick, Picker, Purpose};
use super::plural;

/// The cells a correction changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correcting {
    import: ImportId,
    row: u64,
    /// The name by which the recipe finds the column.
    column: String,
    header: String,
    /// The value that is changed in every row; none for the one cell.
    every: Option<String>,
}

/// A row that is about to be corrected, as it reads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correctable {
    import: ImportId,
    now: RowNow,
    every_row: bool,
}

/// The exception that a key is about: the open one, or the one under the cursor.
fn exception(model: &Model) -> Option<&Exception> {
    match model.overlays.last() {
        Some(Overlay::Exception(found, _)) => Some(found),
        _ => model.board()?.log.under(),
    }
}

/// Whether the row of the exception can be corrected; otherwise why not.
pub(crate) fn availability(model: &Model) -> Result<(), String> {
    let Some(board) = model.board() else { return Err("no import is shown".to_owned()) };
    if board.running || board.runs_elsewhere() {
        return Err("It is running. Press p to pause it, then correct rows.".to_owned());
    }
    match exception(model) {
        None => Err("there are no exceptions".to_owned()),
        Some(found) if found.code == Code::Unknown => {
            Err(format!("Row {} may be in Trackops already. Press r to find out.", found.row))
        }
        Some(_) => Ok(()),
    }
}

/// Asks for the row's cells; the question follows.
pub(crate) fn begin(model: &mut Model, every_row: bool) -> Vec<Effect> {
    let Some((row, column)) = exception(model).map(|found| (found.row, found.column.clone())) else {
        return Vec::new();
    };
    let (id, ticket) = (model.watched, model.ticket());
    model.busy = Some((ticket, "reading the row"));
    vec![Effect::RowNow { ticket, import: id, row, column, every_row }]
}

/// Skips the row of the exception.
pub(crate) fn skip(model: &mut Model) -> Vec<Effect> {
    let Some(row) = exception(model).map(|found| found.row) else { return Vec::new() };
    vec![Effect::Correct(model.watched, Correction::ToggleSkip { row })]
}

/// The row's cells are known: asks for the new value of the one at fault, or which one it is.
pub(crate) fn read(
    model: &mut Model,
    ticket: Ticket,
    import: ImportId,
    every_row: bool,
    answer: Result<RowNow, Sentence>,
) -> Vec<Effect> {
    if !crate::tui::update::awaited(model, ticket) {
        return Vec::new();
    }
    match answer {
        Err(sentence) => model.say(Mood::Bad, sentence),
        Ok(now) => match now.at.and_then(|at| now.cells.get(at)).cloned() {
            Some(cell) => ask(model, import, &now, cell, every_row),
            None => choose(model, Correctable { import, now, every_row }),
        },
    }
    Vec::new()
}

/// Asks which cell is corrected, where nothing says it.
fn choose(model: &mut Model, row: Correctable) {
    let choices = row.now.cells.iter().enumerate().map(|(at, cell)| {
        let note = if cell.private { mask(&cell.text) } else { hide_ssns(&cell.text).into_owned() };
        Choice { pick: Pick::Line(at), label: cell.header.clone(), note }
    });
    let title = format!("Row {}: which cell is wrong?", row.now.row);
    let choices = choices.collect();
    let picker = Picker::new(title, Purpose::Correct(Box::new(row)), choices);
    model.overlays.push(Overlay::Picker(picker));
}

/// A cell was chosen.
pub(crate) fn chosen(model: &mut Model, row: &Correctable, at: usize) {
    if let Some(cell) = row.now.cells.get(at).cloned() {
        ask(model, row.import, &row.now, cell, row.every_row);
    }
}

fn ask(model: &mut Model, import: ImportId, now: &RowNow, cell: CellNow, every_row: bool) {
    let CellNow { header, column, text, private } = cell;
    let title = match (every_row, private) {
        (false, false) => format!("Row {}, {header}", now.row),
        (false, true) => format!("Row {}, {header} (hidden: type all of it)", now.row),
        (true, false) => format!("{header}: new value for every “{}”", hide_ssns(&text)),
        (true, true) => format!("{header}: new value for every row with this value"),
    };
    let every = every_row.then(|| text.clone());
    let correcting = Correcting { import, row: now.row, column, header, every };
    let shown = if private { String::new() } else { text };
    dialogs::ask(model, title, shown, Asked::Correct(correcting));
    let logged = exception(model).map(|found| found.message.clone());
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.hidden = private;
        prompt.hint = if private {
            "The value is hidden. What you type replaces it."
        } else {
            "Blank empties the cell. The file itself is not changed."
        };
        // Why it failed stays in view until something is typed.
        prompt.error = now.reason.clone().or(logged);
    }
}

/// A new value was typed. The question stays until it is known whether that helps.
pub(crate) fn typed(correcting: &Correcting, value: String) -> Vec<Effect> {
    let Correcting { import, row, column, every, .. } = correcting.clone();
    let correction = match every {
        Some(from) => Correction::Value { column, from, value },
        None => Correction::Cell { row, column, value },
    };
    vec![Effect::Correct(import, correction)]
}

/// A correction was made, or could not be.
pub(crate) fn corrected(
    model: &mut Model,
    import: ImportId,
    answer: Result<Corrected, Sentence>,
) -> Vec<Effect> {
    let asked = match model.overlays.last() {
        Some(Overlay::Prompt(prompt)) => match &prompt.asked {
            Asked::Correct(correcting) => Some(correcting.clone()),
            _ => None,
        },
        _ => None,
    };
    let corrected = match answer {
        Ok(corrected) => corrected,
        Err(sentence) if asked.is_some() => return dialogs::prompt_error(model, sentence),
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
    if let (Some(correcting), [row]) = (&asked, corrected.rows.as_slice())
        && let Some(error) = still_wrong(row, &correcting.header)
    {
        return dialogs::prompt_error(model, error);
    }
    if asked.is_some() {
        model.overlays.pop();
    }
    // The open exception is of before.
    if matches!(model.overlays.last(), Some(Overlay::Exception(..))) {
        model.overlays.pop();
    }
    let solved = corrected.solved() as u64;
    let mood = if solved > 0 { Mood::Good } else { Mood::Plain };
    model.say(mood, told(&corrected, solved));
    model.imports.update(&corrected.import);
    if let Some(board) = model.boards.get_mut(&import) {
        board.import = Some(corrected.import.clone());
        board.log.corrected(&corrected.rows);
    }
    vec![Effect::Watch(import)]
}

/// What is still wrong with the cell that was typed.
fn still_wrong(row: &Rechecked, header: &str) -> Option<String> {
    if row.standing == Standing::Unchanged {
        return Some("Trackops refused this value. Type another one.".to_owned());
    }
    let errors = row.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let mut own = errors.filter(|problem| problem.column.as_deref() == Some(header));
    own.next().filter(|_| row.standing == Standing::Rejected).map(|problem| problem.message.clone())
}

/// What a correction led to, in a sentence or two.
fn told(corrected: &Corrected, solved: u64) -> String {
    let waiting = corrected.import.corrected;
    let next = match waiting {
        0 => String::new(),
        n => format!(" Press r to send {}.", plural(n, "corrected row")),
    };
    match corrected.rows.as_slice() {
        [] => "No rejected row has this value.".to_owned(),
        [row] if row.standing == Standing::Skipped => format!("Row {} is skipped.{next}", row.row),
        [row] if row.is_corrected() => format!("Row {} passes the check now.{next}", row.row),
        [row] => match row.problems.iter().find(|problem| problem.severity == Severity::Error) {
            Some(problem) => {
                let column = problem.column.as_deref().unwrap_or("the row");
                format!("Row {} has another error in {column}: {}. Press e.", row.row, problem.message)
            }
            None => format!("Row {} reads as before.", row.row),
        },
        rows => {
            format!("{solved} of {} pass the check now.{next}", plural(rows.len() as u64, "rejected row"))
        }
    }
}

/// Does what a key asks for on an exception.
pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Fix => begin(model, false),
        Action::FixAll => begin(model, true),
        Action::LeaveOut => skip(model),
        _ => Vec::new(),
    }
}
