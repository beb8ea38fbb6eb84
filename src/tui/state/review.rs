//! Review: what the check found, and any row as the case it will be.

use crate::app::Checked;
use crate::case::{Built, CaseField, Plan, Problem, Target};
use crate::ledger::{ImportId, OnError};
use crate::sheet::Row;
use crate::trackops::List;
use crate::tui::action::Action;
use crate::tui::model::{Model, Mood, Overlay, Screen, moved};
use crate::tui::msg::{Effect, Sentence, Ticket};

use super::dialogs::{StartDialog, StartFocus};
use super::{job, plural, processing};

/// How many rows are fetched at once: several pages, so that scrolling seldom waits.
const CHUNK: usize = 200;

/// What is known of the rows.
#[derive(Debug, Default)]
pub(crate) struct Review {
    pub(crate) found: Option<Checked>,
    pub(crate) failed: Option<Sentence>,
    /// The rows that were fetched, in order.
    pub(crate) rows: Vec<(Row, Built)>,
    /// Cursor: a row, from 0.
    pub(crate) cursor: u64,
    /// How many columns the table is scrolled to the right.
    pub(crate) shift: usize,
    check: Ticket,
    slice: Ticket,
    /// The first row that is on its way, from 1.
    asked: Option<u64>,
}

impl Review {
    /// The fetched row with this index, from 0.
    pub(crate) fn row(&self, index: u64) -> Option<&(Row, Built)> {
        let first = self.rows.first()?.0.number;
        let at = (index + 1).checked_sub(first)?;
        self.rows.get(usize::try_from(at).ok()?)
    }

    /// The reported problems of a row, from 1.
    pub(crate) fn problems_of(&self, row: u64) -> impl Iterator<Item = &Problem> {
        self.found.iter().flat_map(|found| &found.problems).filter(move |problem| problem.row == row)
    }
}

/// Shows the screen and has everything checked.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import.id) else { return Vec::new() };
    let ticket = model.ticket();
    model.review = Review { check: ticket, ..Review::default() };
    model.screen = Screen::Review;
    let mut effects = vec![Effect::Check(ticket, id)];
    effects.extend(fetch(model));
    effects
}

/// Asks for the rows around the cursor when they are not there.
fn fetch(model: &mut Model) -> Vec<Effect> {
    let Some((id, rows)) = model.job.as_ref().map(|job| (job.import.id, job.rows)) else { return Vec::new() };
    let page = model.page() as u64;
    let review = &model.review;
    let near = [
        review.cursor.saturating_sub(page),
        review.cursor,
        (review.cursor + page).min(rows.saturating_sub(1)),
    ];
    let chunk = CHUNK as u64;
    let from = review.cursor.saturating_sub(chunk / 2) + 1;
    let coming =
        review.asked.is_some_and(|asked| near.iter().all(|at| (asked..asked + chunk).contains(&(at + 1))));
    if rows == 0 || coming || near.iter().all(|at| review.row(*at).is_some()) {
        return Vec::new();
    }
    let ticket = model.ticket();
    model.review.slice = ticket;
    model.review.asked = Some(from);
    vec![Effect::Rows(ticket, id, from, CHUNK)]
}

pub(crate) fn checked(model: &mut Model, ticket: Ticket, answer: Result<Checked, Sentence>) {
    if model.review.check != ticket {
        return;
    }
    match answer {
        Ok(found) => model.review.found = Some(found),
        Err(sentence) => model.review.failed = Some(sentence),
    }
}

pub(crate) fn fetched(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Vec<(Row, Built)>, Sentence>,
) -> Vec<Effect> {
    if model.review.slice != ticket {
        return Vec::new();
    }
    model.review.asked = None;
    match answer {
        Ok(rows) => model.review.rows = rows,
        Err(sentence) => model.review.failed = Some(sentence),
    }
    Vec::new()
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let found = model.review.found.as_ref();
    match action {
        Action::Start => match (found, &model.review.failed) {
            (_, Some(sentence)) => Err(sentence.clone()),
            (None, None) => Err("the check is still reading the rows; wait for its counts".to_owned()),
            (Some(found), None) if found.report.to_send == 0 => {
                Err("no row can be sent: correct the file or the map first; n goes to the first problem"
                    .to_owned())
            }
            _ => Ok(()),
        },
        Action::NextProblem | Action::PreviousProblem
            if found.is_none_or(|found| found.problems.is_empty()) =>
        {
            Err("the check has found no problem".to_owned())
        }
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let len = model.job.as_ref().map_or(0, |job| job.rows);
    let usize_of = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let columns = model.job.as_ref().map_or(0, |job| job.columns.len());
    let review = &mut model.review;
    review.cursor = moved(usize_of(review.cursor), action, usize_of(len), page) as u64;
    match action {
        Action::Back | Action::Previous => {
            model.screen = Screen::FieldMap;
            return Vec::new();
        }
        Action::Left => review.shift = review.shift.saturating_sub(1),
        Action::Right => review.shift = (review.shift + 1).min(columns.saturating_sub(1)),
        Action::NextProblem => jump(model, true),
        Action::PreviousProblem => jump(model, false),
        Action::Accept => match review.row(review.cursor) {
            Some(row) => {
                let row = Box::new(row.clone());
                model.overlays.push(Overlay::Row(row, 0));
            }
            None => model.say(Mood::Plain, "the row is still being read"),
        },
        Action::Start => ask(model),
        _ => {}
    }
    fetch(model)
}

fn jump(model: &mut Model, forward: bool) {
    let here = model.review.cursor + 1;
    let rows = model.review.found.iter().flat_map(|found| found.problems.iter().map(|problem| problem.row));
    let (to, first) = if forward {
        (rows.clone().filter(|row| *row > here).min(), rows.min())
    } else {
        (rows.clone().filter(|row| *row < here).max(), rows.max())
    };
    if to.is_none() {
        let text = if forward {
            "that was the last problem; this is the first"
        } else {
            "that was the first problem; this is the last"
        };
        model.say(Mood::Plain, text);
    }
    if let Some(row) = to.or(first) {
        model.review.cursor = row.saturating_sub(1);
    }
}

fn ask(model: &mut Model) {
    let (Some(job), Some(found)) = (&model.job, &model.review.found) else { return };
    let report = &found.report;
    let client = match job.default_id(CaseField::Client) {
        Some(id) => format!(" for {}", job::id_text(List::Clients, id, &model.catalog)),
        None => " for the clients named in the file".to_owned(),
    };
    let mapped = job.recipe.columns.iter().any(|rule| rule.to == Target::Case(CaseField::Client));
    let client = if mapped { " for the clients named in the file".to_owned() } else { client };
    let host = model.who.as_ref().map_or_else(String::new, |who| format!(" at {}", who.host));
    let duplicates = report.groups.iter().filter(|group| group.code.starts_with("duplicate."));
    let mut note = Vec::new();
    if report.with_errors > 0 {
        note.push(format!("{} with errors will be rejected, not sent.", plural(report.with_errors, "row")));
    }
    if report.excluded > 0 {
        note.push(format!("{} left out.", plural(report.excluded, "row")));
    }
    let dialog = StartDialog {
        import: job.import.id,
        to_send: report.to_send,
        duplicates: duplicates.map(|group| group.count).sum(),
        send_duplicates: false,
        target: format!("{client}{host}"),
        resume: None,
        note: note.join(" "),
        on_error: job.import.on_error,
        focus: StartFocus::OnError,
    };
    model.overlays.push(Overlay::Start(dialog));
}

/// Starts or resumes, and watches.
pub(crate) fn start(model: &mut Model, id: ImportId, on_error: OnError, duplicates: bool) -> Vec<Effect> {
    processing::begin(model, id);
    vec![Effect::Start(id, on_error, duplicates)]
}

/// Every value of a row's case with where it came from, and the columns that go nowhere.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) values: Vec<(String, String, String)>,
    pub(crate) nowhere: Vec<(String, String)>,
}

pub(crate) fn trace(model: &Model, row: &Row, built: &Built) -> Traced {
    let Some(job) = &model.job else { return Traced::default() };
    let Ok(plan) = Plan::new(&job.recipe, &job.columns) else { return Traced::default() };
    let mut used: Vec<usize> = Vec::new();
    let mut traced = Traced::default();
    for placed in &built.case.values {
        let from = if placed.by_default {
            "default".to_owned()
        } else {
            plan.columns_of(placed.dest).map(|index| plan.header(index)).collect::<Vec<_>>().join(", ")
        };
        let label = job.target_label(placed.dest.target(), &model.catalog);
        traced.values.push((label, job::value_text(&placed.value, placed.dest, &model.catalog), from));
    }
    for line in job.lines() {
        if let (Some(column), Some(rule)) = (line.column, job.rule(line))
            && rule.to != Target::Ignore
        {
            used.push(column);
        }
    }
    for (index, cell) in row.cells.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        let name =
            if index < job.columns.len() { plan.header(index).to_owned() } else { format!("#{}", index + 1) };
        traced.nowhere.push((name, cell.trim().to_owned()));
    }
    traced
}
