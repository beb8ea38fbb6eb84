//! Arranging the table of Review: sorting rows; hiding, widening and freezing columns.

use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::screens::review::arrangement::Sort;
use crate::tui::screens::review::fetch::fetch;
use crate::tui::screens::review::filter::set_show;

/// Sorts by the column under the cursor, or returns to the order of the file if it's sorted that way already.
pub(super) fn sort(model: &mut Model, descending: bool) -> Vec<Effect> {
    let (Some(id), Some(column)) = (model.job.as_ref().map(|job| job.import().id), model.column_under())
    else {
        return Vec::new();
    };
    if model.review.arrangement.sorted_by() == Some((column, descending)) {
        model.review.arrangement.set_sort(None);
        set_show(model, model.review.filter.clone());
        model.say(Mood::Plain, "Rows are in the order of the file.");
        return fetch(model, false);
    }
    let ticket = model.wait_for("Sorting the rows");
    vec![Effect::Query(Query::Sort(ticket, id, column, descending))]
}

/// Shows the sorted rows, from the first.
pub(crate) fn sorted(
    model: &mut Model,
    ticket: Ticket,
    (column, descending): (usize, bool),
    answer: Result<Vec<u64>, Sentence>,
) -> Vec<Effect> {
    if !model.awaited(ticket) {
        return Vec::new();
    }
    match answer {
        Ok(rows) => {
            model.review.arrangement.set_sort(Some(Sort { column, descending, rows }));
            set_show(model, model.review.filter.clone());
            model.review.cursor = 0;
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
    fetch(model, false)
}

/// Hides the column under the cursor.
pub(super) fn hide(model: &mut Model) {
    let Some(column) = model.column_under() else { return };
    if model.review_columns().len() < 2 {
        return model.say(Mood::Plain, "This is the only column shown.");
    }
    model.review.arrangement.hide(column);
    let last = model.review_columns().len().saturating_sub(1);
    model.review.column = model.review.column.min(last);
    let header = model.job.as_ref().map(|job| job.header(column)).unwrap_or_default();
    model
        .say(Mood::Plain, format!("“{header}” is hidden here. It's sent all the same. = shows all columns."));
}

/// Shows hidden columns again.
pub(super) fn show_all(model: &mut Model) {
    let under = model.column_under();
    model.review.arrangement.show_all();
    let place = model.review_columns().iter().position(|column| Some(*column) == under);
    model.review.column = place.unwrap_or(model.review.column);
}

/// Shows the column under the cursor in full width, or in its usual one again.
pub(super) fn widen(model: &mut Model) {
    let Some(column) = model.column_under() else { return };
    model.review.arrangement.toggle_wide(column);
}

/// Freezes the columns up to the cursor, or only the first one again.
pub(super) fn freeze(model: &mut Model) {
    let count = model.review.arrangement.toggle_frozen(model.review.column);
    let text = match count {
        1 => "Only the first column stays in sight.".to_owned(),
        _ => format!(
            "The first {count} columns stay in sight, if there is room. | on the same column undoes it."
        ),
    };
    model.say(Mood::Plain, text);
}
