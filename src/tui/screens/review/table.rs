//! The table of Review: the columns that fit, and the rows around the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::ReviewRow;
use crate::text::visible;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::review::problem::{is_about, mark};
use crate::tui::widgets::table::{self, cells};
use crate::tui::widgets::text::fit;

/// Minimum and maximum width of a table column.
const NARROW: usize = 6;
const WIDEST: usize = 24;
/// Number of values measured for the width of a column.
const MEASURED: usize = 40;

/// Maximum width of a column that the user widened.
const FULL: usize = 80;

/// Returns the width of a column: that of its header and values, within bounds.
fn width_of(model: &Model, job: &Job, column: usize) -> usize {
    let texts = job.texts(column, MEASURED).into_iter().map(|text| visible(text).width()).max();
    let most = if model.review.arrangement.is_wide(column) { FULL } else { WIDEST };
    // One more for the mark of the cursor or of an edit.
    (visible(&job.header(column)).width().max(texts.unwrap_or(0)) + 1).clamp(NARROW, most)
}

/// Returns the columns that fit, with their widths: the frozen ones and those around the cursor.
fn columns(model: &Model, job: &Job, room: usize) -> Vec<(usize, usize)> {
    let order = model.review_columns();
    let sized = |columns: &[usize]| -> Vec<(usize, usize)> {
        columns.iter().map(|column| (*column, width_of(model, job, *column).min(room))).collect()
    };
    let frozen = model.review.arrangement.frozen().min(order.len());
    let mut frozen = sized(order.get(..frozen).unwrap_or_default());
    let width_of_all = |columns: &[(usize, usize)]| columns.iter().map(|(_, width)| width + 1).sum::<usize>();
    // A third of the width is for the others.
    while frozen.len() > 1 && width_of_all(&frozen) > room * 2 / 3 {
        frozen.pop();
    }
    let rest = sized(order.get(frozen.len()..).unwrap_or_default());
    let cursor = model.review.column.saturating_sub(frozen.len()).min(rest.len().saturating_sub(1));
    let mut left = (room + 1).saturating_sub(width_of_all(&frozen));
    let mut fits = |(_, width): &&(usize, usize)| {
        let fits = *width < left;
        left = left.saturating_sub(width + 1);
        fits
    };
    // The cursor's column takes priority, then those before it, then those after it.
    let (before, behind) = rest.split_at(cursor.min(rest.len()));
    let under: Vec<_> = behind.iter().take(1).take_while(&mut fits).copied().collect();
    let mut shown: Vec<_> = before.iter().rev().take_while(&mut fits).copied().collect();
    shown.reverse();
    shown.extend(under);
    shown.extend(behind.iter().skip(1).take_while(&mut fits).copied());
    frozen.extend(shown);
    frozen
}

/// Draws the table; returns where its lines are, and the range of visible columns if not all are visible.
pub(super) fn rows(
    model: &Model,
    job: &Job,
    frame: &mut Frame,
    area: Rect,
) -> (Option<ListArea>, Option<String>) {
    let review = &model.review;
    let width = usize::from(area.width).saturating_sub(1);
    let number = job.rows().to_string().len().max(4);
    let shown = columns(model, job, width.saturating_sub(number + 3));
    let order: Vec<usize> = shown.iter().map(|(column, _)| *column).collect();
    let at = model.column_under();
    let mut sizes = vec![1, number];
    sizes.extend(shown.iter().map(|(_, width)| *width));
    let mut head = vec![String::new(), format!("{:>number$}", "row")];
    head.extend(order.iter().map(|index| {
        let cursor = if Some(*index) == at { "▸" } else { "" };
        let sorted = match review.arrangement.sorted_by() {
            Some((column, descending)) if column == *index => {
                if descending {
                    "↓"
                } else {
                    "↑"
                }
            }
            _ => "",
        };
        format!("{cursor}{sorted}{}", job.header(*index))
    }));
    let cursor = (review.len(job.rows()), Some(review.cursor));
    let drawn = table::draw(frame, area, model.theme, &cells(&head, &sizes), cursor, |index| {
        let shown = review.number(index).unwrap_or(0);
        match review.row(shown) {
            Some(seen) => row_line(model, job, seen, &order, &sizes),
            None => Line::from(format!("  {shown:>number$} …")),
        }
    });
    (drawn, place_in(model, &order))
}

/// Returns the range of visible columns, such as “‹ columns 1, 4-7 of 20 ›”, and how many are hidden; `None` if all are
/// visible.
fn place_in(model: &Model, shown: &[usize]) -> Option<String> {
    let order = model.review_columns();
    let hidden = match model.review.arrangement.hidden() {
        0 => String::new(),
        count => format!(" · {count} hidden (=)"),
    };
    if shown.len() >= order.len() {
        return Some(hidden).filter(|hidden| !hidden.is_empty());
    }
    let places: Vec<usize> =
        shown.iter().filter_map(|column| order.iter().position(|at| at == column)).collect();
    let frozen = places.iter().enumerate().take_while(|(at, place)| at == *place).count();
    let last = places.last()? + 1;
    let right = if last < order.len() { " ›" } else { "" };
    let (left, range) = match places.get(frozen) {
        None => ("", format!("1-{last}")),
        Some(first) => (
            " ‹",
            format!(
                "{}, {}-{last}",
                if frozen > 1 { format!("1-{frozen}") } else { "1".to_owned() },
                first + 1
            ),
        ),
    };
    Some(format!("{left} columns {range} of {}{right}{hidden}", order.len()))
}

/// Returns a row as a line. A cell with a problem is marked and colored.
fn row_line(model: &Model, job: &Job, seen: &ReviewRow, order: &[usize], sizes: &[usize]) -> Line<'static> {
    // The check knows more than the row itself, such as duplicates.
    let known = || model.review.all_problems(seen);
    let worst = known().min_by_key(|problem| (!problem.code.excludes(), problem.severity));
    let (row_mark, style) = match worst {
        _ if seen.created => ("✓", model.theme.good),
        Some(worst) => mark(model.theme, worst),
        None => (" ", Style::new()),
    };
    let number = sizes.get(1).copied().unwrap_or(0);
    let mut spans = vec![Span::styled(row_mark, style), Span::raw(format!(" {:>number$}", seen.row.number))];
    for (column, width) in order.iter().zip(sizes.iter().skip(2)) {
        let text = model.displayed(*column, seen.read.cells.get(*column).unwrap_or("").trim());
        let worst = known().filter(|problem| is_about(job, problem, *column)).min_by_key(|p| p.severity);
        let (sign, style) = match worst.filter(|_| !seen.created) {
            Some(problem) => mark(model.theme, problem),
            None => ("", Style::new()),
        };
        let fixed = if seen.fixed.contains(column) { "*" } else { "" };
        spans.extend([Span::raw(" "), Span::styled(fit(&format!("{sign}{fixed}{text}"), *width), style)]);
    }
    Line::from(spans)
}
