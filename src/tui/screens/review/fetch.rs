//! Fetching the rows around the cursor in chunks.

use crate::app::ReviewRow;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::Model;
use crate::tui::core::msg::{Sentence, Ticket};

/// Number of rows per fetch: several pages, so that scrolling seldom waits.
const CHUNK: usize = 200;

/// Requests the rows around the cursor if they are missing or `changed`.
pub(crate) fn fetch(model: &mut Model, changed: bool) -> Vec<Effect> {
    let Some((id, rows)) = model.job.as_ref().map(|job| (job.import().id, job.rows())) else {
        return Vec::new();
    };
    let page = model.page();
    let review = &model.review;
    let len = review.len(rows);
    let visible = [review.cursor.saturating_sub(page), review.cursor, review.cursor.saturating_add(page)];
    let visible: Vec<u64> =
        visible.iter().filter_map(|at| review.number((*at).min(len.saturating_sub(1)))).collect();
    let loaded = visible.iter().all(|number| review.row(*number).is_some());
    let coming = visible.iter().all(|number| review.asked.binary_search(number).is_ok());
    if len == 0 || (!changed && (loaded || coming)) {
        return Vec::new();
    }
    let from = review.cursor.saturating_sub(CHUNK / 2);
    let mut numbers: Vec<u64> =
        (from..from.saturating_add(CHUNK).min(len)).filter_map(|at| review.number(at)).collect();
    // The table may be sorted; rows are read in the order of the file.
    numbers.sort_unstable();
    let ticket = model.ticket();
    model.review.rows.ask(ticket);
    model.review.asked.clone_from(&numbers);
    vec![Effect::Query(Query::Rows(ticket, id, numbers))]
}

pub(crate) fn fetched(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Vec<ReviewRow>, Sentence>,
) -> Vec<Effect> {
    if model.review.rows.answer(ticket, answer) {
        model.review.asked.clear();
    }
    Vec::new()
}
