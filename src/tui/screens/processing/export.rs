//! Exporting rows and the receipt, and deciding unknown rows.

use strum::VariantArray;

use crate::app::ExportKind;
use crate::case::Code;
use crate::ledger::{Decision, Import, ImportId, Status};
use crate::text::plural;
use crate::tui::core::action::Action;
use crate::tui::core::effect::{DataChange, Effect, Query};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{NotDecided, Sentence, Ticket};
use crate::tui::core::place::Screen;
use crate::tui::dialogs::{Accepted, Choice, Confirm, Picker, Prompt, prompt};

fn label(kind: ExportKind) -> &'static str {
    match kind {
        ExportKind::Rejected => "Rejected rows with reasons",
        ExportKind::Remaining => "Remaining rows",
        ExportKind::Exceptions => "Exception log (CSV)",
        ExportKind::Receipt => "Receipt (text)",
        ExportKind::ReceiptHtml => "Receipt (web page)",
        ExportKind::ReceiptCsv => "Receipt (CSV)",
        ExportKind::Results => "All rows with their case numbers, for the client",
        ExportKind::Undo => "How to delete its cases in Trackops",
    }
}

/// Returns the shown import, or the one under the cursor of the list.
fn import(model: &Model) -> Option<&Import> {
    match model.screen {
        Screen::Imports => model.imports.selected(),
        _ => model.board()?.import.as_ref(),
    }
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(import) = import(model) else { return Err("No imports yet. Press n to start one.".to_owned()) };
    let running = model.boards.get(&import.id).is_some_and(|board| board.running);
    match action {
        Action::Export if import.started_at.is_none() && !running => Err("Nothing was sent yet.".to_owned()),
        Action::Decide if running => {
            Err("The import is running. Unknown rows are checked at the end.".to_owned())
        }
        Action::Decide if import.status == Status::Processing => {
            Err("The import is running in another window. Unknown rows are checked at its end.".to_owned())
        }
        Action::Decide if unknown_row(model).is_none() => {
            Err("Only unknown rows can be decided. Move to one first.".to_owned())
        }
        _ => Ok(()),
    }
}

/// Returns the unknown row under the cursor of the exception log, or the last one while it follows.
fn unknown_row(model: &Model) -> Option<u64> {
    model
        .board()?
        .log
        .under()
        .filter(|exception| exception.code == Code::Unknown)
        .map(|exception| exception.row)
}

/// Hint of a prompt for the name of a new file.
pub(crate) const NEW_FILE: &str = "A new file. An existing one is never overwritten.";

/// Asks what to export.
pub(crate) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(import) = import(model) else { return Vec::new() };
    let (id, counts) = (import.id, import.counts);
    let note = |kind| match kind {
        ExportKind::Rejected => plural(counts.rejected, "row"),
        ExportKind::Remaining => {
            let rows = plural(counts.rejected + counts.unknown + counts.not_sent, "row");
            // Rows that weren't reached may turn out to be blank, or a total.
            if counts.not_sent > 0 { format!("at most {rows}") } else { rows }
        }
        ExportKind::Exceptions => plural(counts.rejected + counts.unknown, "row"),
        ExportKind::Receipt | ExportKind::ReceiptHtml | ExportKind::ReceiptCsv | ExportKind::Results => {
            plural(counts.rows, "row")
        }
        ExportKind::Undo => plural(counts.created, "case"),
    };
    let choices =
        ExportKind::VARIANTS.iter().map(|kind| Choice::new(*kind, label(*kind), note(*kind))).collect();
    let name = move |model: &mut Model, kind| ask_name(model, id, kind);
    Picker::new(format!("Import {id}: export to a file"), choices, name).open(model)
}

/// Asks for the file name, by default beside the source file; for a file that is removed at the end, in the folder the
/// program was started in. The prompt stays open until the file is written, so that
/// a name already taken can be edited.
fn ask_name(model: &mut Model, id: ImportId, kind: ExportKind) -> Vec<Effect> {
    let file = import(model).filter(|import| import.id == id).and_then(|import| import.file.clone());
    let start = file.map_or_else(|| format!("import-{id}").into(), |file| file.with_extension(""));
    let start = match &model.temporary {
        Some(temporary) if start.starts_with(&temporary.folder) => {
            temporary.exports.join(start.file_name().unwrap_or_default())
        }
        _ => start,
    };
    let title = format!("Import {id}: {}", label(kind));
    let write = move |model: &mut Model, path: String| {
        let ticket = model.ticket();
        let query = Query::Export(ticket, id, kind, path.into());
        Accepted::Waiting(ticket, vec![Effect::Query(query)])
    };
    Prompt::new(title, format!("{}-{}", start.display(), kind.ending()), NEW_FILE, write)
        .open_for_new_file(model)
}

/// Handles the reply to an export.
pub(crate) fn written(model: &mut Model, ticket: Ticket, answer: Result<String, Sentence>) {
    match answer {
        Err(sentence) => prompt::fail(model, ticket, sentence),
        Ok(sentence) => {
            prompt::close(model, ticket);
            model.say(Mood::Good, sentence);
        }
    }
}

/// Asks whether the unknown row is in Trackops.
pub(crate) fn ask_decision(model: &mut Model) -> Vec<Effect> {
    let (Some(row), id) = (unknown_row(model), model.watched) else { return Vec::new() };
    let choices = vec![
        Choice::new(true, "It is in Trackops: mark as created", "type the id of its case"),
        Choice::new(false, "It isn't in Trackops: send it again", "look in Trackops first"),
    ];
    let decide = move |model: &mut Model, is_there| {
        if is_there { ask_case(model, id, row) } else { decide(id, row, Decision::Send) }
    };
    Picker::new(format!("Row {row} of import {id} is unknown"), choices, decide).open(model)
}

/// Asks for the case id of an unknown row.
fn ask_case(model: &mut Model, id: ImportId, row: u64) -> Vec<Effect> {
    let title = format!("Row {row}: id of its case in Trackops");
    let hint = "The id, not the case number. It is in the web address of the case.";
    let created =
        move |_: &mut Model, case| Accepted::Done(decide(id, row, Decision::Created { case, anyway: false }));
    Prompt::new(title, "", hint, created).open(model)
}

fn decide(id: ImportId, row: u64, decision: Decision) -> Vec<Effect> {
    vec![Effect::Change(DataChange::Decide(id, row, decision))]
}

pub(crate) fn decided(model: &mut Model, id: ImportId, answer: Result<String, NotDecided>) -> Vec<Effect> {
    match answer {
        Ok(sentence) => model.say(Mood::Good, sentence),
        Err(NotDecided::Failed(sentence)) => model.say(Mood::Bad, sentence),
        Err(NotDecided::Anothers(case, row)) => {
            let question = format!(
                "Case {case} has another reference or row token than row {row} was sent with, so it is probably another \
                 row's. Mark row {row} as created with case {case} anyway?"
            );
            let mark = move |_: &mut Model| decide(id, row, Decision::Created { case, anyway: true });
            Confirm::new(format!("Row {row}"), question, mark).open(model);
        }
    }
    vec![Effect::Query(Query::Watch(id))]
}
