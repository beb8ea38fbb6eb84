//! Rows and receipt into files, and what a person says of an unknown row.

use std::path::PathBuf;

use crate::case::Code;
use crate::ledger::{Decision, Import, ImportId};
use crate::tui::action::Action;
use crate::tui::effect::{DataChange, Effect, Query};
use crate::tui::model::{Model, Mood, Overlay, Screen};
use crate::tui::msg::Sentence;

use super::dialogs::{self, Asked};
use super::picker::{Choice, Pick, Picker, Purpose};
use super::plural;

/// What is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    Rejected,
    Remaining,
    Exceptions,
    Receipt,
    ReceiptHtml,
    ReceiptCsv,
    Results,
    Undo,
}

impl Paper {
    /// Each with what it is and how its file ends.
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Rejected, "rejected rows, with reasons", "rejected.csv"),
        (Self::Remaining, "rows not created and not excluded", "remaining.csv"),
        (Self::Exceptions, "exception log, as CSV", "exceptions.csv"),
        (Self::Receipt, "receipt as text", "receipt.txt"),
        (Self::ReceiptHtml, "receipt as a web page", "receipt.html"),
        (Self::ReceiptCsv, "receipt as CSV", "receipt.csv"),
        (Self::Results, "all rows with their case numbers, for the client", "results.csv"),
        (Self::Undo, "how to delete its cases in Trackops", "undo.txt"),
    ];
}

/// The import that is meant: the one that is shown, or the one under the cursor of the list.
fn import(model: &Model) -> Option<&Import> {
    match model.screen {
        Screen::Imports => model.imports.selected(),
        _ => model.board()?.import.as_ref(),
    }
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(import) = import(model) else { return Err("there is no import yet: n begins one".to_owned()) };
    let running = model.boards.get(&import.id).is_some_and(|board| board.running);
    match action {
        Action::WriteOut if import.started_at.is_none() && !running => Err("nothing was sent yet".to_owned()),
        Action::Decide if running => Err("it is running; what is unknown is looked up at the end".to_owned()),
        Action::Decide if unknown_row(model).is_none() => {
            Err("only a row that is unknown needs a word: go to it in the log".to_owned())
        }
        _ => Ok(()),
    }
}

/// The unknown row under the cursor of the exception log; the last one while it follows.
fn unknown_row(model: &Model) -> Option<u64> {
    model
        .board()?
        .log
        .under()
        .filter(|exception| exception.code == Code::Unknown)
        .map(|exception| exception.row)
}

/// Asks what is to be written.
pub(crate) fn ask(model: &mut Model) {
    let Some(import) = import(model) else { return };
    let (id, counts) = (import.id, import.counts);
    let note = |paper| match paper {
        Paper::Rejected => plural(counts.rejected, "row"),
        Paper::Remaining => plural(counts.rejected + counts.unknown + counts.not_sent, "row"),
        Paper::Exceptions => plural(counts.rejected + counts.unknown, "row"),
        Paper::Receipt | Paper::ReceiptHtml | Paper::ReceiptCsv | Paper::Results => {
            plural(counts.rows, "row")
        }
        Paper::Undo => plural(counts.created, "case"),
    };
    let choice = |(at, (paper, label, _)): (usize, (Paper, &str, &str))| Choice {
        pick: Pick::Line(at),
        label: label.to_owned(),
        note: note(paper),
    };
    let choices = Paper::ALL.into_iter().enumerate().map(choice).collect();
    let title = format!("Import {id}: write to a file");
    model.overlays.push(Overlay::Picker(Picker::new(title, Purpose::WriteOut(id), choices)));
}

/// Asks for the file, beside the source file unless said otherwise.
pub(crate) fn chosen(model: &mut Model, id: ImportId, at: usize) -> Vec<Effect> {
    let Some((paper, what, end)) = Paper::ALL.get(at).copied() else { return Vec::new() };
    let file = import(model).filter(|import| import.id == id).and_then(|import| import.file.clone());
    let stem = |path: &PathBuf| path.with_extension("").display().to_string();
    let start = file.as_ref().map_or_else(|| format!("import-{id}"), stem);
    let title = format!("Import {id}: {what}");
    dialogs::ask(model, title, format!("{start}-{end}"), Asked::WriteOut(id, paper))
}

/// The answer to it: what cannot be written is told where the name was typed.
pub(crate) fn written(model: &mut Model, answer: Result<String, Sentence>) {
    let asked = |overlay: &Overlay| match overlay {
        Overlay::Prompt(prompt) => matches!(prompt.asked, Asked::WriteOut(..) | Asked::CatalogTo),
        _ => false,
    };
    let waits = model.overlays.last().is_some_and(asked);
    match answer {
        Err(sentence) if waits => _ = dialogs::prompt_error(model, sentence),
        Err(sentence) => model.say(Mood::Bad, sentence),
        Ok(sentence) => {
            if waits {
                model.overlays.pop();
            }
            model.say(Mood::Good, sentence);
        }
    }
}

/// Asks what an unknown row is.
pub(crate) fn ask_word(model: &mut Model) {
    let (Some(row), id) = (unknown_row(model), model.watched) else { return };
    let line = |at, label: &str, note: &str| Choice {
        pick: Pick::Line(at),
        label: label.to_owned(),
        note: note.to_owned(),
    };
    let choices = vec![
        line(0, "it is in Trackops", "type the id of its case"),
        line(1, "it is not there: send it again", "look in Trackops first"),
    ];
    let title = format!("Row {row} of import {id} is unknown");
    model.overlays.push(Overlay::Picker(Picker::new(title, Purpose::Decide(id, row), choices)));
}

/// Takes the word, or asks for the id that goes with it.
pub(crate) fn word(model: &mut Model, id: ImportId, row: u64, at: usize) -> Vec<Effect> {
    if at == 0 {
        let title = format!("Row {row}: the id of its case in Trackops");
        return dialogs::ask(model, title, String::new(), Asked::CaseId(id, row));
    }
    vec![Effect::Change(DataChange::Decide(id, row, Decision::Send))]
}

pub(crate) fn decided(model: &mut Model, id: ImportId, answer: Result<String, Sentence>) -> Vec<Effect> {
    written(model, answer);
    vec![Effect::Query(Query::Watch(id))]
}
