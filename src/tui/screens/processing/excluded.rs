//! Sending rows that were held back as possible duplicates.

use crate::app::RetryRows;
use crate::case::Code;
use crate::ledger::{Exclusion, Import};
use crate::text::plural;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::dialogs::{Choice, Picker};
use crate::tui::screens::processing::state::Board;
use crate::tui::screens::start::state::StartDialog;

/// Said if there is none.
const NONE: &str = "No row was held back as a duplicate.";

/// Checks whether a row may be held back; fails with the reason.
pub(super) fn availability(board: &Board) -> Result<(), String> {
    if board.running || board.runs_elsewhere() {
        return Err(
            "The import is running. Rows held back as duplicates can be sent once it has ended.".to_owned()
        );
    }
    let counts = board.counts();
    if counts.excluded + counts.rejected == 0 { Err(NONE.to_owned()) } else { Ok(()) }
}

/// Requests the rows.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let ticket = model.wait_for("Reading the rows held back");
    vec![Effect::Query(Query::HeldBack(ticket, model.watched))]
}

/// Shows the rows to choose from.
pub(crate) fn listed(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Vec<Exclusion>, Sentence>,
) -> Vec<Effect> {
    let Some(rows) = model.take_answer(ticket, answer) else { return Vec::new() };
    if rows.is_empty() {
        model.say(Mood::Plain, NONE);
        return Vec::new();
    }
    // The row that the log marks is most likely meant.
    let under = model.board().and_then(|board| board.log.under()).map(|found| found.row);
    let cursor = rows.iter().position(|row| Some(row.row) == under);
    let copied: Vec<u64> =
        rows.iter().filter(|row| row.code == Code::DuplicateCopied).map(|row| row.row).collect();
    let choice = |row: Exclusion| {
        let label = format!("Row {} (line {}): {}", row.row, row.line, row.reason);
        Choice::new((vec![row.row], known_case(&row)), label, "")
    };
    let mut choices: Vec<_> = rows.into_iter().map(choice).collect();
    if copied.len() > 1 {
        let label = format!("All {} that the copied ledger holds back", plural(copied.len() as u64, "row"));
        choices.push(Choice::new((copied, ""), label, ""));
    }
    Picker::new("Send a row that was held back", choices, confirm).at(cursor).open(model)
}

/// Returns where a row certainly has a case; empty if it only may have one.
fn known_case(row: &Exclusion) -> &'static str {
    match row.code {
        // Before there was a code for those that only may be there, they had this one too.
        Code::DuplicateTrackops if row.reason.contains(" may already be in Trackops") => "",
        Code::DuplicateTrackops => "It is already in Trackops.",
        Code::DuplicateEarlier => "An earlier import created its case.",
        _ => "",
    }
}

/// Asks before rows are sent.
fn confirm(model: &mut Model, (rows, known): (Vec<u64>, &'static str)) -> Vec<Effect> {
    let Some(import) = model.board().and_then(Board::import).cloned() else { return Vec::new() };
    let question = question(model, &import, &rows, known);
    let dialog = StartDialog::to_resume(&import, question, RetryRows::None);
    model.overlays.push(Overlay::Start(dialog.sending(rows)));
    Vec::new()
}

fn question(model: &Model, import: &Import, rows: &[u64], known: &str) -> String {
    let host = model.at_host();
    let more = match import.counts.not_sent {
        0 => String::new(),
        n => format!(" {} not sent yet follow.", plural(n, "row")),
    };
    let id = import.id;
    match rows {
        [row] if known.is_empty() => {
            format!(
                "Create a case for row {row} of import {id}{host}, although it may already have one?{more}"
            )
        }
        [row] => format!("Create a second case for row {row} of import {id}{host}? {known}{more}"),
        rows => format!(
            "Create {} of import {id}{host}, although the rows may have been sent after the ledger was copied?{more}",
            plural(rows.len() as u64, "case")
        ),
    }
}
