//! Correcting rejected rows in the exception log.

use crate::app::{Corrected, Correction, CurrentCell, CurrentRow};
use crate::case::{Code, Severity};
use crate::engine::{Rechecked, RetryState};
use crate::ledger::{Exception, ImportId};
use crate::text::{join_few, plural, sentence};
use crate::trackops::List;
use crate::tui::core::action::Action;
use crate::tui::core::cell_mask::CellMask;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::dialogs::id_choice::IdChoice;
use crate::tui::dialogs::{Accepted, Choice, Picker, Prompt, prompt};
use crate::tui::screens::processing::state::Board;

/// Cells to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correcting {
    import: ImportId,
    row: u64,
    /// Column name in the recipe.
    column: String,
    /// Value to replace in every rejected row; none to change one cell only.
    every: Option<String>,
}

/// A row to correct, with its current cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correctable {
    import: ImportId,
    now: CurrentRow,
    every_row: bool,
}

/// Returns the open exception, or the one under the cursor.
fn exception(model: &Model) -> Option<&Exception> {
    match model.overlays.last() {
        Some(Overlay::Exception(found, _)) => Some(found),
        _ => model.board()?.log.under(),
    }
}

/// Checks whether the row of the exception can be corrected; fails with the reason.
pub(crate) fn availability(model: &Model) -> Result<(), String> {
    let Some(board) = model.board() else { return Err("No import is open.".to_owned()) };
    if board.running || board.runs_elsewhere() {
        return Err("The import is running. Press p to pause it, then edit rows.".to_owned());
    }
    match exception(model) {
        None => Err("There are no exceptions.".to_owned()),
        Some(found) if found.code == Code::Unknown => {
            Err(format!("Row {} may be in Trackops already. Press r to find out.", found.row))
        }
        Some(_) => Ok(()),
    }
}

/// Requests the row's cells; the prompt follows.
pub(crate) fn begin(model: &mut Model, every_row: bool) -> Vec<Effect> {
    let Some((row, column)) = exception(model).map(|found| (found.row, found.column.clone())) else {
        return Vec::new();
    };
    let ticket = model.wait_for("Reading the row");
    vec![Effect::Query(Query::RowNow { ticket, import: model.watched, row, column, every_row })]
}

/// Skips the row of the exception.
pub(crate) fn skip(model: &mut Model) -> Vec<Effect> {
    let Some(row) = exception(model).map(|found| found.row) else { return Vec::new() };
    let ticket = model.ticket();
    vec![Effect::Change(DataChange::Correct(ticket, model.watched, Correction::ToggleSkip { row }))]
}

/// Asks for a new value of the cell at fault, or which cell to edit if that is unknown.
pub(crate) fn read(
    model: &mut Model,
    ticket: Ticket,
    import: ImportId,
    every_row: bool,
    answer: Result<CurrentRow, Sentence>,
) -> Vec<Effect> {
    let Some(now) = model.take_answer(ticket, answer) else { return Vec::new() };
    match now.at {
        Some(at) => chosen(model, Correctable { import, now, every_row }, at),
        None => choose(model, Correctable { import, now, every_row }),
    }
}

/// Asks which cell to edit.
fn choose(model: &mut Model, row: Correctable) -> Vec<Effect> {
    let choices = row.now.cells.iter().enumerate().map(|(at, cell)| {
        Choice::new(at, cell.header.as_str(), CellMask::of(cell.private).apply(&cell.text))
    });
    let (title, choices) = (format!("Row {}: choose the cell to edit", row.now.row), choices.collect());
    Picker::new(title, choices, |model, at| chosen(model, row, at)).open(model)
}

/// Asks for the new value of a cell; for a field of ids, from a list.
fn chosen(model: &mut Model, row: Correctable, at: usize) -> Vec<Effect> {
    let Some(cell) = row.now.cells.get(at).cloned() else { return Vec::new() };
    let list = cell.ids.as_ref().and_then(|ids| Some((List::of(ids.field)?, ids.separator.is_some())));
    let Some((list, several)) = list else { return ask(model, &row, &cell) };
    let choice = IdChoice {
        title: title(&row, &cell),
        list,
        within: row.now.client.filter(|_| list == List::Contacts),
        now: Vec::new(),
        several,
    };
    let reason = reason(model, &row);
    let correcting = Correcting::of(&row, &cell);
    let separator = cell.ids.as_ref().and_then(|ids| ids.separator.clone()).unwrap_or_else(|| ";".to_owned());
    let named = move |model: &mut Model, ids: Vec<u64>| {
        let texts: Vec<String> = ids.iter().map(u64::to_string).collect();
        correcting.send(model, texts.join(&separator)).1
    };
    let likely = if cell.private { String::new() } else { cell.text.clone() };
    let effects = choice.for_cell(model, &likely, named, move |model| ask(model, &row, &cell)).open(model);
    if let Some(reason) = reason {
        model.say(Mood::Bad, reason);
    }
    effects
}

impl Correcting {
    fn of(row: &Correctable, cell: &CurrentCell) -> Self {
        Self {
            import: row.import,
            row: row.now.row,
            column: cell.column.clone(),
            every: row.every_row.then(|| cell.text.clone()),
        }
    }
}

/// Returns what is wrong with the row now, or what was when it was rejected and not fixed since.
fn reason(model: &Model, row: &Correctable) -> Option<String> {
    let logged = || exception(model).filter(|found| !found.corrected).map(|found| found.message.clone());
    row.now.reason.clone().or_else(logged)
}

fn title(row: &Correctable, cell: &CurrentCell) -> String {
    let (header, number) = (&cell.header, row.now.row);
    match (row.every_row, cell.private) {
        (false, false) => format!("Row {number}: new value for “{header}”"),
        (false, true) => format!("Row {number}: new value for “{header}” (hidden: type all of it)"),
        (true, false) => format!("“{header}”: new value for every “{}”", CellMask::Ssns.apply(&cell.text)),
        (true, true) => format!("“{header}”: new value for every row with this value"),
    }
}

/// Asks for the text of a cell. The prompt stays open until the new value has been checked.
fn ask(model: &mut Model, row: &Correctable, cell: &CurrentCell) -> Vec<Effect> {
    let shown = if cell.private { String::new() } else { cell.text.clone() };
    let hint = if cell.private {
        "The value is hidden. What you type replaces it."
    } else {
        "Leave it blank to empty the cell. The file doesn't change."
    };
    let correcting = Correcting::of(row, cell);
    let typed = move |model: &mut Model, text| {
        let (ticket, effects) = correcting.send(model, text);
        Accepted::Waiting(ticket, effects)
    };
    let mut prompt = Prompt::new(title(row, cell), shown, hint, typed).or_empty();
    prompt.hidden = cell.private;
    prompt.column = Some(cell.column.clone());
    // Show the reason until something is typed.
    prompt.error = reason(model, row);
    prompt.open(model)
}

impl Correcting {
    /// Requests the correction; returns the ticket of the reply.
    fn send(&self, model: &mut Model, value: String) -> (Ticket, Vec<Effect>) {
        let ticket = model.ticket();
        let correction = match &self.every {
            Some(from) => Correction::Value { column: self.column.clone(), from: from.clone(), value },
            None => Correction::Cell { row: self.row, column: self.column.clone(), value },
        };
        (ticket, vec![Effect::Change(DataChange::Correct(ticket, self.import, correction))])
    }
}

/// Handles the reply to a correction.
pub(crate) fn corrected(
    model: &mut Model,
    ticket: Ticket,
    import: ImportId,
    answer: Result<Corrected, Sentence>,
) -> Vec<Effect> {
    let corrected = match answer {
        Ok(corrected) => corrected,
        Err(sentence) => {
            prompt::fail(model, ticket, sentence);
            return Vec::new();
        }
    };
    if let Some(prompt) = prompt::waiting(model, ticket)
        && let Some(error) = prompt.column.as_deref().and_then(|column| still_wrong(&corrected.rows, column))
    {
        prompt::fail(model, ticket, error);
        return Vec::new();
    }
    prompt::close(model, ticket);
    // The open exception is outdated.
    if matches!(model.overlays.last(), Some(Overlay::Exception(..))) {
        model.overlays.pop();
    }
    let solved = corrected.solved() as u64;
    let mood = if solved > 0 { Mood::Good } else { Mood::Plain };
    model.imports.update(&corrected.import);
    let next = model.boards.get_mut(&import).map(|board| {
        board.set_import(corrected.import.clone());
        board.log.corrected(&corrected.rows);
        next_step(board)
    });
    model.say(mood, describe(&corrected, solved, &next.unwrap_or_default()));
    vec![Effect::Query(Query::Watch(import))]
}

/// Returns the error that every edited cell still has.
fn still_wrong(rows: &[Rechecked], column: &str) -> Option<String> {
    let error = |row: &Rechecked| match row.state {
        RetryState::Unchanged => Some("This is the value that Trackops refused. Change it first.".to_owned()),
        _ => row.error_in(column).map(|problem| problem.message.clone()),
    };
    let mut errors = rows.iter().map(error).collect::<Option<Vec<String>>>()?;
    errors.pop()
}

/// Maximum number of skipped rows that are named.
const MAX_SKIPPED: usize = 10;

/// Describes what finishing does with the rows that were fixed and skipped.
pub(super) fn describe_finish(fixed: u64, skipped: &[u64]) -> String {
    let fixed = match fixed {
        0 => None,
        1 => Some("1 fixed row is sent.".to_owned()),
        n => Some(format!("{n} fixed rows are sent.")),
    };
    let rows = join_few(skipped, MAX_SKIPPED);
    let skipped = match skipped {
        [] => None,
        [_] => Some(format!("1 row is skipped: {rows}.")),
        many => Some(format!("{} rows are skipped: {rows}.", many.len())),
    };
    fixed.into_iter().chain(skipped).collect::<Vec<_>>().join(" ")
}

/// Returns what to do after a correction.
fn next_step(board: &Board) -> String {
    let above = match board.log.waiting_above() as u64 {
        0 => String::new(),
        1 => " 1 row above still has a problem.".to_owned(),
        n => format!(" {n} rows above still have problems."),
    };
    let ready = match (board.import().map_or(0, |import| import.corrected), board.fixed_and_skipped()) {
        (0, _) => return above,
        (_, Some((0, skipped))) => format!("{} to skip", plural(skipped.len() as u64, "row")),
        (_, Some((fixed, skipped))) if !skipped.is_empty() => {
            format!("{} ready, {} to skip", plural(fixed, "row"), skipped.len())
        }
        (corrected, _) => format!("{} ready", plural(corrected, "row")),
    };
    format!("{above} Press r to finish: {ready}.")
}

/// Describes the result of a correction.
fn describe(corrected: &Corrected, solved: u64, next: &str) -> String {
    match corrected.rows.as_slice() {
        [] => "No rejected row has this value.".to_owned(),
        [row] if row.state == RetryState::Skipped => format!("Row {} will be skipped.{next}", row.row),
        [row] if row.is_corrected() => format!("Row {} passes the check now.{next}", row.row),
        [row] => match row.problems.iter().find(|problem| problem.severity == Severity::Error) {
            Some(problem) => {
                let column = problem.column.as_deref().unwrap_or("the row");
                let error = format!("Row {} has another error in {column}: {}", row.row, problem.message);
                format!("{} Press e to edit it.", sentence(error))
            }
            None => format!("Row {} is unchanged.", row.row),
        },
        rows => {
            format!("{solved} of {} pass the check now.{next}", plural(rows.len() as u64, "rejected row"))
        }
    }
}

/// Carries out an action on an exception.
pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Fix => begin(model, false),
        Action::FixAll => begin(model, true),
        Action::Skip => skip(model),
        _ => Vec::new(),
    }
}
