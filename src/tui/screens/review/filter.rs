//! Row filter of Review (all, with problems, one kind of problem, containing a text), and going to a row.

use crate::case::ColumnNames;
use crate::text::plural;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::dialogs::{Accepted, Choice, Picker, Prompt};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::review::fetch::fetch;
use crate::tui::screens::review::state::RowFilter;

/// Asks which rows to show. Kinds of problems come with the check; a text can be searched before it.
pub(crate) fn choose(model: &mut Model) -> Vec<Effect> {
    let rows = model.job.as_ref().map_or(0, Job::rows);
    let mut choices = vec![Choice::new(RowFilter::All, "All rows", plural(rows, "row"))];
    if let Some(found) = model.review.check.value() {
        choices.push(Choice::new(RowFilter::Problems, "Rows with a problem", ""));
        for group in &found.report.groups {
            let show = RowFilter::Group(group.code.clone(), group.column.clone());
            choices.push(Choice::new(show, group.describe(), group.code.to_string()));
        }
    }
    let label = |typed: &str| (!typed.is_empty()).then(|| format!("Rows with “{typed}” in a cell"));
    Picker::new("Show one kind of problem, or type a text to find", choices, chosen)
        .or_typed(label, find)
        .open(model)
}

/// Shows the chosen rows.
fn chosen(model: &mut Model, show: RowFilter) -> Vec<Effect> {
    if let RowFilter::Group(_, Some(name)) = &show {
        model.review.column = place_of(model, name).unwrap_or(model.review.column);
    }
    set_show(model, show);
    fetch(model, false)
}

/// Returns the position of a column in the table, which shows it if it was hidden.
pub(crate) fn place_of(model: &mut Model, name: &str) -> Option<usize> {
    let job = model.job.as_ref()?;
    let column = ColumnNames::new(job.columns()).called(name)?;
    show_column(model, column)
}

fn show_column(model: &mut Model, column: usize) -> Option<usize> {
    model.review.arrangement.show(column);
    model.review_columns().iter().position(|at| *at == column)
}

/// Returns the column whose header is a text, or else begins with it, or else contains it.
fn column_named(model: &Model, text: &str) -> Option<usize> {
    let job = model.job.as_ref()?;
    let text = text.trim().to_lowercase();
    let headers: Vec<(usize, String)> =
        job.review_order().into_iter().map(|at| (at, job.header(at).to_lowercase())).collect();
    let find =
        |fits: &dyn Fn(&str) -> bool| headers.iter().find(|(_, header)| fits(header)).map(|(at, _)| *at);
    find(&|header| header == text)
        .or_else(|| find(&|header| header.starts_with(&text)))
        .or_else(|| find(&|header| header.contains(&text)))
}

pub(crate) fn set_show(model: &mut Model, show: RowFilter) {
    if !model.review.list(show) {
        model.say(Mood::Plain, "Too many problems to list them all. Fix the first ones.");
    }
}

/// Searches the whole file for a text.
fn find(model: &mut Model, text: String) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import().id) else { return Vec::new() };
    let ticket = model.wait_for("Searching the rows");
    vec![Effect::Query(Query::Find(ticket, id, text))]
}

/// Shows the rows that contain the text.
pub(crate) fn found(
    model: &mut Model,
    ticket: Ticket,
    text: String,
    answer: Result<Vec<u64>, Sentence>,
) -> Vec<Effect> {
    if !model.awaited(ticket) {
        return Vec::new();
    }
    match answer {
        Ok(rows) if rows.is_empty() => model.say(Mood::Plain, format!("No cell contains “{text}”.")),
        Ok(rows) => {
            model.review.found_rows = rows;
            set_show(model, RowFilter::Text(text));
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
    fetch(model, false)
}

/// Asks for a row or a column.
pub(crate) fn ask_row(model: &mut Model) -> Vec<Effect> {
    let rows = model.job.as_ref().map_or(0, Job::rows);
    let hint = "The row number in the first column (not the line of the file), or part of a header.";
    Prompt::new(format!("Go to row (1 to {rows}) or column"), "", hint, |model, text| {
        match go_to(model, &text) {
            Ok(effects) => Accepted::Done(effects),
            Err(error) => Accepted::Wrong(error),
        }
    })
    .open(model)
}

/// Goes to a row, clearing the filter if it hides the row; or to a column.
fn go_to(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
    if !is_number && let Some(column) = column_named(model, text) {
        model.review.column = show_column(model, column).unwrap_or(model.review.column);
        return Ok(fetch(model, false));
    }
    let rows = model.job.as_ref().map_or(0, Job::rows);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let row = digits.parse().ok().filter(|row| (1..=rows).contains(row));
    let row: u64 = row.ok_or_else(|| {
        format!(
            "“{text}” is neither a row nor a column. Type a number from 1 to {rows}, or part of a header."
        )
    })?;
    let review = &mut model.review;
    if review.is_filtered_out(row) {
        review.list(RowFilter::All);
    }
    review.cursor = review.position(row);
    Ok(fetch(model, false))
}
