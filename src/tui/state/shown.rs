//! Which rows Review shows: all, those with problems, those of one kind, those that hold a text; and the way to a row.

use crate::case::{Code, Problem};
use crate::tui::effect::{Effect, Query};
use crate::tui::model::{Model, Mood, Overlay};
use crate::tui::msg::{Sentence, Ticket};

use super::dialogs::{self, Asked};
use super::picker::{Choice, Pick, Picker, Purpose};
use super::{plural, review};

/// Which rows are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Show {
    #[default]
    All,
    /// Rows with a problem.
    Problems,
    /// Rows with a problem of this code in this column.
    Group(Code, Option<String>),
    /// Rows that hold this text in any cell.
    Text(String),
}

impl Show {
    pub(crate) fn fits(&self, problem: &Problem) -> bool {
        match self {
            Self::All | Self::Text(_) => true,
            // What a person left out, or left to another import, is nothing to look at again.
            Self::Problems => !problem.code.is_on_purpose(),
            Self::Group(code, column) => problem.code == *code && problem.column == *column,
        }
    }
}

/// Asks which rows are to be shown. The kinds of problems come with the check; a text can be looked for before.
pub(crate) fn choose(model: &mut Model) {
    let line = |at, label: String, note: String| Choice { pick: Pick::Line(at), label, note };
    let rows = model.job.as_ref().map_or(0, |job| job.rows);
    let mut choices = vec![line(0, "all rows".to_owned(), plural(rows, "row"))];
    if let Some(found) = &model.review.found {
        choices.push(line(1, "rows with a problem".to_owned(), String::new()));
        for (at, group) in (2..).zip(&found.report.groups) {
            choices.push(line(at, group.told(), group.code.to_string()));
        }
    }
    let title = "Show: one kind of problem, or type a text to look for".to_owned();
    model.overlays.push(Overlay::Picker(Picker::new(title, Purpose::Show, choices)));
}

/// Shows the rows that were chosen.
pub(crate) fn chosen(model: &mut Model, at: usize) -> Vec<Effect> {
    let group = at.checked_sub(2).and_then(|at| model.review.found.as_ref()?.report.groups.get(at));
    let show = match (at, group) {
        (1, _) => Show::Problems,
        (_, Some(group)) => Show::Group(group.code.clone(), group.column.clone()),
        _ => Show::All,
    };
    if let Show::Group(_, Some(name)) = &show {
        model.review.column = place_of(model, name).unwrap_or(model.review.column);
    }
    set_show(model, show);
    review::fetch(model, false)
}

/// Where a column stands in the table.
pub(super) fn place_of(model: &Model, name: &str) -> Option<usize> {
    let job = model.job.as_ref()?;
    job.review_order().iter().position(|at| job.header(*at) == name)
}

pub(super) fn set_show(model: &mut Model, show: Show) {
    if !model.review.list(show) {
        model.say(Mood::Plain, "there are too many problems to list them all; correct the first ones");
    }
}

/// Looks through the whole file for a text.
pub(crate) fn find(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import.id) else { return Vec::new() };
    let ticket = model.ticket();
    model.busy = Some((ticket, "looking through the rows"));
    vec![Effect::Query(Query::Find(ticket, id, text.trim().to_owned()))]
}

/// The rows that hold it.
pub(crate) fn found(
    model: &mut Model,
    ticket: Ticket,
    text: String,
    answer: Result<Vec<u64>, Sentence>,
) -> Vec<Effect> {
    if !crate::tui::update::awaited(model, ticket) {
        return Vec::new();
    }
    match answer {
        Ok(rows) if rows.is_empty() => model.say(Mood::Plain, format!("no cell holds “{text}”")),
        Ok(rows) => {
            model.review.holding = rows;
            set_show(model, Show::Text(text));
        }
        Err(sentence) => model.say(Mood::Bad, sentence),
    }
    review::fetch(model, false)
}

/// Asks for the number of a row.
pub(crate) fn ask_row(model: &mut Model) -> Vec<Effect> {
    let rows = model.job.as_ref().map_or(0, |job| job.rows);
    dialogs::ask(model, format!("Go to row, 1 to {rows}"), String::new(), Asked::Row)
}

/// Goes to a row; shows all rows when it is not among those shown.
pub(crate) fn go_to(model: &mut Model, text: &str) -> Result<Vec<Effect>, String> {
    let rows = model.job.as_ref().map_or(0, |job| job.rows);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let row = digits.parse().ok().filter(|row| (1..=rows).contains(row));
    let row: u64 = row.ok_or_else(|| format!("“{text}” is no row: type a number from 1 to {rows}"))?;
    let review = &mut model.review;
    if review.numbers.as_ref().is_some_and(|numbers| numbers.binary_search(&row).is_err()) {
        review.list(Show::All);
    }
    review.cursor = match &review.numbers {
        Some(numbers) => numbers.partition_point(|number| *number < row),
        None => usize::try_from(row - 1).unwrap_or(usize::MAX),
    };
    Ok(review::fetch(model, false))
}
