//! The rows of a file, built and judged on a thread of their own, in batches.

use std::collections::HashMap;
use std::mem::take;

use tokio::sync::mpsc;

use super::row::{Judge, Prepared, RowBuilder};
use crate::ledger::RowState;
use crate::sheet::{Sheet, SheetError, SheetFault};

/// Number of rows per batch: the receiver wakes up once per batch.
const BATCH: usize = 64;
/// Number of batches ahead of the receiver.
const BATCHES_AHEAD: usize = 2;

/// Prepared rows, in order. An error ends them, and says why.
pub(super) type RowSource = mpsc::Receiver<Result<Vec<Prepared>, String>>;

/// Judges every row, and sends on those that aren't processed yet.
pub(super) fn rows(
    sheet: Sheet,
    builder: RowBuilder,
    judge: Judge,
    states: HashMap<u64, RowState>,
) -> RowSource {
    let (sender, source) = mpsc::channel(BATCHES_AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(why) = send_rows(&sheet, &builder, judge, &states, &sender) {
            let _ = sender.blocking_send(Err(why));
        }
    });
    source
}

/// Returns the rows of a file that can't be read: none, and why.
pub(super) fn unreadable(why: String) -> RowSource {
    let (sender, source) = mpsc::channel(1);
    // There is room for one.
    let _ = sender.try_send(Err(why));
    source
}

fn send_rows(
    sheet: &Sheet,
    builder: &RowBuilder,
    mut judge: Judge,
    states: &HashMap<u64, RowState>,
    sender: &mpsc::Sender<Result<Vec<Prepared>, String>>,
) -> Result<(), String> {
    let had_its_turn = |row: u64| states.get(&row).is_some_and(|state| *state != RowState::NotSent);
    let mut batch = Vec::new();
    let mut each = || -> Result<(), String> {
        for row in sheet.rows_from(1).map_err(|error| no_more_rows(&error))? {
            let row = row.map_err(|error| no_more_rows(&error))?;
            let (number, seen) = (row.number, builder.build(&row));
            // Processed rows are judged too: a later row may have the same reference.
            let prepared = judge.prepare(row, seen).map_err(|error| error.to_string())?;
            batch.extend(prepared.filter(|_| !had_its_turn(number)));
            // A run that has stopped needs no more rows.
            if batch.len() == BATCH && sender.blocking_send(Ok(take(&mut batch))).is_err() {
                break;
            }
        }
        Ok(())
    };
    let result = each();
    // Rows before an error are sent on too.
    let _ = sender.blocking_send(Ok(batch));
    result
}

/// Returns why a run stops reading its file.
fn no_more_rows(error: &SheetError) -> String {
    match error.fault {
        SheetFault::Changed => format!(
            "{} was changed while it was being imported. The import stopped before the changed part: only rows that \
             were checked were sent. Put the original back and resume, or duplicate the import to use the changed file.",
            error.path.display()
        ),
        _ => error.to_string(),
    }
}
