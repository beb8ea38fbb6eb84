//! Actions on Review: the results of the check, and every row as a case.

use crate::app::CheckResult;
use crate::case::{Faceted, Fix, Problem, Severity, SkipRule};
use crate::engine::Facet;
use crate::sheet::Row;
use crate::text::visible;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{Effect, Query};
use crate::tui::core::model::{Model, Mood, Overlay, TerminalRequest};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::core::place::Screen;
use crate::tui::screens::draft::fix::{self, CellEdit, Rows};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::{changes, undo};
use crate::tui::screens::field_map::values;
use crate::tui::screens::review::arrange;
use crate::tui::screens::review::fetch::fetch;
use crate::tui::screens::review::fill;
use crate::tui::screens::review::filter::{self, place_of, set_show};
use crate::tui::screens::review::first;
use crate::tui::screens::review::nothing::nothing_to_send;
use crate::tui::screens::review::state::{BesideTable, RowFilter, RowTab, RowView, SameText};
use crate::tui::screens::review::view::has_room_for_case;
use crate::tui::screens::start;

/// Shows the screen; checks the import unless nothing changed since the last check.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    model.screen = Screen::Review;
    let now = model.job.as_ref().map(|job| (job.import().id, job.recipe()));
    let of = model.review.of.as_ref().map(|(id, recipe)| (*id, recipe));
    if now.is_some() && now == of && model.review.failure().is_none() {
        return fetch(model, false);
    }
    check_anew(model)
}

/// Drops earlier findings and checks the import.
pub(crate) fn check_anew(model: &mut Model) -> Vec<Effect> {
    // The same import keeps how its columns are shown.
    let before = std::mem::take(&mut model.review);
    let same = before.of.as_ref().map(|(id, _)| *id) == model.job.as_ref().map(|job| job.import().id);
    if same {
        model.review.arrangement = before.arrangement.of_columns();
    }
    again(model)
}

/// Checks the import and reads its rows again after a change; earlier findings stay until then.
pub(crate) fn again(model: &mut Model) -> Vec<Effect> {
    let Some(of) = model.job.as_ref().map(|job| (job.import().id, job.recipe().clone())) else {
        return Vec::new();
    };
    let (id, ticket) = (of.0, model.ticket());
    let review = &mut model.review;
    if review.of.as_ref() != Some(&of) {
        review.refused = None;
    }
    review.of = Some(of);
    review.check.ask(ticket);
    let mut effects = vec![Effect::Query(Query::Check(ticket, id))];
    effects.extend(fetch(model, true));
    effects
}

pub(crate) fn checked(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<CheckResult, Sentence>,
) -> Vec<Effect> {
    let review = &mut model.review;
    if !review.check.answer(ticket, answer) {
        return Vec::new();
    }
    if let (Some(job), Some(found)) = (&model.job, review.check.value()) {
        let import = job.import();
        // Without a row to send, or one that was sent, the list must not say that the import is ready.
        if found.report.to_send + found.report.created == 0 {
            model.nothing_to_send.insert(import.id, import.recipe.clone());
        } else {
            model.nothing_to_send.remove(&import.id);
        }
    }
    if !review.list(review.filter.clone()) {
        model.say(Mood::Good, "No such rows are left. Showing all rows.");
    }
    fetch(model, false)
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let review = &model.review;
    let found = review.check.value();
    match action {
        Action::Start => match (found, review.failure()) {
            (_, Some(sentence)) => Err(sentence.clone()),
            _ if review.check.is_waiting() => {
                Err("The check is still running. Wait for its counts.".to_owned())
            }
            (Some(found), None) => nothing_to_send(&found.report).map_or(Ok(()), Err),
            (None, None) => Ok(()),
        },
        Action::SendFirst => first::availability(model),
        Action::Zoom if !has_room_for_case(model) => {
            Err("The case is shown beside the table in a wider window only.".to_owned())
        }
        Action::ShowColumns if review.arrangement.hidden() == 0 => Err("No column is hidden.".to_owned()),
        Action::NextProblem | Action::PreviousProblem | Action::Problems
            if found.is_none_or(|found| !found.problems.iter().any(|p| RowFilter::Problems.fits(p))) =>
        {
            Err("The check found no problems.".to_owned())
        }
        Action::SendAnyway if !review.is_duplicate() => {
            Err("This row isn't excluded as a duplicate.".to_owned())
        }
        Action::Fix | Action::FixAll | Action::Skip => review.editable(),
        Action::FillDown => fill::availability(model),
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let rows = model.job.as_ref().map_or(0, Job::rows);
    let columns = model.review_columns().len();
    let review = &mut model.review;
    review.cursor = moved(review.cursor, action, review.len(rows), page);
    match action {
        Action::Back if review.filter != RowFilter::All => set_show(model, RowFilter::All),
        Action::Back | Action::Previous => {
            model.screen = Screen::FieldMap;
            return Vec::new();
        }
        Action::Left => review.column = review.column.saturating_sub(1),
        Action::Right => review.column = (review.column + 1).min(columns.saturating_sub(1)),
        Action::FirstColumn => review.column = 0,
        Action::LastColumn => review.column = columns.saturating_sub(1),
        Action::Copy => copy(model),
        Action::SortUp | Action::SortDown => return arrange::sort(model, action == Action::SortDown),
        Action::HideColumn => arrange::hide(model),
        Action::ShowColumns => arrange::show_all(model),
        Action::WidenColumn => arrange::widen(model),
        Action::FreezeColumns => arrange::freeze(model),
        Action::Zoom => zoom(model),
        Action::GoTo => return filter::ask_row(model),
        Action::NextProblem => jump(model, true),
        Action::PreviousProblem => jump(model, false),
        Action::Problems => {
            let show = if review.filter == RowFilter::All { RowFilter::Problems } else { RowFilter::All };
            set_show(model, show);
        }
        Action::Filter => return filter::choose(model),
        Action::Fix => return ask_fix(model, false),
        Action::FixAll => return ask_fix(model, true),
        Action::FillDown | Action::FillDownAll => return fill::ask(model, action == Action::FillDownAll),
        Action::Skip => return leave_out(model),
        Action::SendAnyway => return send_anyway(model),
        Action::RowToken => return row_token(model),
        Action::Values => return values::open_column(model),
        Action::Changes => changes::open(model),
        Action::Undo | Action::Redo => return undo::step(model, action == Action::Undo),
        Action::Accept | Action::Toggle => match review.selected() {
            Some(seen) => {
                let tab = if action == Action::Toggle { RowTab::Cells } else { RowTab::default() };
                let view = RowView { seen: seen.clone(), tab, scroll: 0 };
                model.overlays.push(Overlay::Row(Box::new(view)));
            }
            None => model.say(Mood::Plain, "Still reading the row. Try again in a moment."),
        },
        Action::Start if crate::tui::screens::draft::file_format::ask_about_hidden(model) => {}
        Action::Start => start::ask(model),
        Action::SendFirst => first::ask(model),
        _ => {}
    }
    fetch(model, false)
}

/// Shows or hides the case beside the table, and says so: a low window has no room for it.
fn zoom(model: &mut Model) {
    model.beside_table = model.beside_table.other();
    let now = match model.beside_table {
        BesideTable::Case => "The row is shown as a case beside the table if the window is tall enough.",
        BesideTable::Nothing => "The table has the full width. Press z to show the row as a case beside it.",
    };
    model.say(Mood::Plain, now);
}

/// Copies the cell under the cursor, edits included, unless it is hidden.
fn copy(model: &mut Model) {
    let (Some(seen), Some(column)) = (model.review.selected(), model.column_under()) else { return };
    let text = seen.read.cells.get(column).unwrap_or("").trim().to_owned();
    if model.displayed(column, &text) != text {
        return model.say(Mood::Plain, "The cell is hidden. Press M to show it.");
    }
    let row = seen.row.number;
    model.terminal_request = Some(TerminalRequest::Copy(visible(&text).into_owned()));
    let message = format!("Row {row}: copied “{}” to your terminal's clipboard.", visible(&text));
    model.say(Mood::Good, message);
}

/// Goes to the cell of the next or previous problem. Rows that are merely excluded come last: mostly nothing is to be
/// done about them.
fn jump(model: &mut Model, forward: bool) {
    let review = &model.review;
    let current = review.number(review.cursor).unwrap_or(0);
    let (show, is_group) = match &review.filter {
        RowFilter::All | RowFilter::Text(_) => (&RowFilter::Problems, false),
        show => (show, matches!(show, RowFilter::Group(..))),
    };
    let is_open = |problem: &Problem| show.fits(problem) && (is_group || !review.is_excluded(problem.row));
    let only_excluded = !review.problems().iter().any(is_open);
    let fits = |problem: &Problem| if only_excluded { show.fits(problem) } else { is_open(problem) };
    let mut wanted = review.problems().iter().filter(|problem| fits(problem));
    let to = if review.arrangement.sorted_by().is_some() {
        // The file's order says nothing about what is above or below the cursor.
        review.beside_cursor(fits, forward)
    } else if forward {
        wanted.clone().find(|problem| problem.row > current)
    } else {
        let before =
            wanted.clone().take_while(|problem| problem.row < current).last().map(|problem| problem.row);
        wanted.clone().find(|problem| Some(problem.row) == before)
    };
    let around = to.is_none();
    let target = to.or_else(|| if forward { wanted.next() } else { wanted.next_back() });
    let Some((row, column)) = target.map(|problem| (problem.row, problem.column.clone())) else { return };
    go_to_cell(model, row, column.as_deref());
    let (end, start) = if forward { ("last", "first") } else { ("first", "last") };
    match (around, only_excluded) {
        (true, true) => {
            let text = format!("That was the {end} excluded row. This is the {start} one.");
            model.say(Mood::Plain, text);
        }
        (true, false) => {
            model.say(Mood::Plain, format!("That was the {end} problem. This is the {start} one."));
        }
        (false, true) => model.say(Mood::Plain, "No errors or warnings are left. This row is only excluded."),
        (false, false) => {}
    }
}

fn go_to_cell(model: &mut Model, row: u64, column: Option<&str>) {
    let column = column.and_then(|name| place_of(model, name));
    let review = &mut model.review;
    review.column = column.unwrap_or(review.column);
    review.cursor = review.position(row);
}

/// Goes to the first cell with an error.
pub(crate) fn first_error(model: &mut Model) -> Vec<Effect> {
    set_show(model, RowFilter::All);
    let error = model.review.problems().iter().find(|problem| problem.severity == Severity::Error);
    if let Some((row, column)) = error.map(|error| (error.row, error.column.clone())) {
        go_to_cell(model, row, column.as_deref());
        model.say(
            Mood::Plain,
            format!("Row {row} can't be sent as it is. Press e to edit the cell, x to skip the row."),
        );
    }
    fetch(model, false)
}

/// Asks for a new value of the cell under the cursor.
fn ask_fix(model: &mut Model, every_row: bool) -> Vec<Effect> {
    let (Some(job), Some(seen), Some(column)) = (&model.job, model.review.selected(), model.column_under())
    else {
        return Vec::new();
    };
    let cell = |row: &Row| row.cells.get(column).unwrap_or("").trim().to_owned();
    let now = cell(&seen.read);
    let header = job.header(column);
    let (row, from, title) = if every_row {
        (None, now.clone(), format!("“{header}”: new value for every “{}”", model.displayed(column, &now)))
    } else {
        (Some(seen.row.number), cell(&seen.row), format!("Row {}: new value for “{header}”", seen.row.number))
    };
    let id = job.import().id;
    let fix = Fix { column: job.column_name(column), row, from: from.clone(), to: String::new() };
    if !every_row {
        return fix::ask(model, CellEdit { title, text: now, fix, rows: Rows::Known(None) });
    }
    let ticket = model.ticket();
    model.review.same_text = Some(SameText { ticket, text: from, rows: None });
    let mut effects = fix::ask(model, CellEdit { title, text: now, fix, rows: Rows::Counted });
    let of = Faceted { column, list: false, separator: None };
    effects.push(Effect::Query(Query::Facet(ticket, id, of)));
    effects
}

/// Counts the rows with the value being edited; returns false if the values were requested for something else.
pub(crate) fn counted(model: &mut Model, ticket: Ticket, answer: &Result<Facet, Sentence>) -> bool {
    let Some(same) = model.review.same_text.as_mut().filter(|same| same.ticket == ticket) else {
        return false;
    };
    let facet = answer.as_ref().ok();
    let count = facet.and_then(|facet| facet.texts.iter().find(|(text, _)| *text == same.text));
    same.rows = count.map(|(_, rows)| *rows);
    true
}

/// Skips the row under the cursor, or includes it again.
fn leave_out(model: &mut Model) -> Vec<Effect> {
    let Some(number) = model.review.number(model.review.cursor) else { return Vec::new() };
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let out = job.recipe_mut().toggle_skip(SkipRule::Row(number));
    let text = if out { "is skipped. Press x to include it again." } else { "is included again." };
    model.say(Mood::Plain, format!("Row {number} {text}"));
    model.draft_changed()
}

/// Toggles sending the row under the cursor even though it looks like a duplicate.
fn send_anyway(model: &mut Model) -> Vec<Effect> {
    let Some(number) = model.review.number(model.review.cursor) else { return Vec::new() };
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let sent = job.recipe_mut().toggle_send_anyway(number);
    let text = if sent { "will be sent anyway. Press y to exclude it again." } else { "is excluded again." };
    model.say(Mood::Plain, format!("Row {number} {text}"));
    model.draft_changed()
}

/// Toggles row tokens.
fn row_token(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let recipe = job.recipe_mut();
    recipe.row_token = !recipe.row_token;
    let text = if recipe.row_token {
        "Each case gets a row token in its administrative notes. Press T to turn it off."
    } else {
        "Row tokens are off."
    };
    model.say(Mood::Plain, text);
    model.draft_changed()
}
