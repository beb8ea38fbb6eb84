//! ```text
//!  caseload  Import 12 › Review 3/4 › march.csv
//!  112 rows: 110 ready to send · 1 with errors · 1 excluded; 3 warnings
//!  ✗ 2 rows: “Due” isn't a date, first at row 17: …
//!  ! 3 rows: with fewer cells than the header, first at row 40: …
//!     row  Claim Number  Claimant       ▸Due
//! ▸ ✗  17  A-17          Smith, John    31/02/2026
//!      18  A-18          Doe, Jane      *3/4/2026
//!
//!  “Due” 31/02/2026
//!  ✗ Row 17, line 19, “Due”: “31/02/2026” isn't a real date; edit the cell (e), …
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::{CheckResult, ReviewRow};
use crate::case::Problem;
use crate::sheet::Row;
use crate::text::{on_screen, plural, visible};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::view::HIDDEN;
use crate::tui::screens::review::problem::{mark, sentence};
use crate::tui::screens::review::row_view;
use crate::tui::screens::review::state::RowFilter;
use crate::tui::widgets::panel::{WIDE, panel, side_by_side};
use crate::tui::widgets::table::{self, cells};
use crate::tui::widgets::text::{below, cut, paragraph, put, wrap};

/// Minimum and maximum height of the details of the cell and problem under the cursor.
const DETAIL: u16 = 5;
const MOST_DETAIL: u16 = 9;
/// Minimum height of the table beside longer details.
const LEAST_TABLE: u16 = 5;
/// Height of the table, and of the details, that everything else leaves them even in the smallest window.
const LEAST_ROWS: u16 = 4;
const LEAST_DETAIL: u16 = 3;

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let job = model.job.as_ref()?;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let room = area.height.saturating_sub(LEAST_ROWS + LEAST_DETAIL);
    let mut used = summary(model, job, frame, Rect { height: room, ..inner });
    if used > room {
        let more = Span::styled("… more in a taller window", model.theme.faint);
        let at = Rect { y: inner.y + room.saturating_sub(1), height: 1, ..inner };
        frame.render_widget(ratatui::widgets::Clear, at);
        put(frame, at, 0, more);
        used = room;
    }
    let most = area.height.saturating_sub(used + DETAIL + LEAST_TABLE).clamp(1, 5).min(room - used);
    used += groups(model, frame, below(inner, used), most);
    let list = below(area, used);
    let details = detail_of(model, job, usize::from(inner.width));
    let least = DETAIL.min(list.height.saturating_sub(LEAST_ROWS));
    let most = list.height.saturating_sub(LEAST_TABLE).clamp(least, MOST_DETAIL);
    let height = u16::try_from(details.len() + 1).unwrap_or(most).clamp(least, most);
    let list = Rect { height: list.height.saturating_sub(height), ..list };
    let list = if area.width >= WIDE && list.height >= LEAST_CASE {
        let (list, case) = side_by_side(list, CASE_PART);
        case_beside(model, frame, case);
        list
    } else {
        list
    };
    let (drawn, place) = rows(model, job, frame, list);
    let detail = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..inner };
    put(frame, detail, 0, Span::styled("─".repeat(usize::from(detail.width)), model.theme.faint));
    put_all(frame, below(detail, 1), details);
    if let Some(place) = place {
        let width = u16::try_from(place.width()).unwrap_or(detail.width).min(detail.width);
        let at = Rect { x: detail.right() - width, width, height: 1, ..detail };
        put(frame, at, 0, Span::styled(place, model.theme.strong));
    }
    drawn
}

/// Width of the case beside the table in percent, and its minimum height.
const CASE_PART: u16 = 42;
const LEAST_CASE: u16 = 10;

/// Draws the row under the cursor as a case.
fn case_beside(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(number) = model.review.number(model.review.cursor) else { return };
    let inner = panel(frame, model.theme, &format!("Row {number} as a case (Enter: details)"), area);
    let Some(seen) = model.review.selected() else {
        return put(frame, inner, 0, Span::styled("Reading the row…", model.theme.faint));
    };
    let lines = row_view::in_short(model, seen, usize::from(inner.width));
    let room = usize::from(inner.height);
    let (shown, more) =
        if lines.len() > room { (room.saturating_sub(1), true) } else { (lines.len(), false) };
    let hidden = lines.len() - shown;
    for (at, line) in (0..).zip(lines.into_iter().take(shown)) {
        put(frame, inner, at, line);
    }
    if more {
        let text = format!("… {hidden} more");
        put(frame, inner, inner.height.saturating_sub(1), Span::styled(text, model.theme.faint));
    }
}

fn summary(model: &Model, job: &Job, frame: &mut Frame, area: Rect) -> u16 {
    let theme = model.theme;
    match (model.review.failure(), model.review.check.value()) {
        (Some(sentence), _) => paragraph(frame, area, 0, &format!("✗ {sentence}"), theme.bad),
        (None, None) => {
            let rows = plural(job.rows(), "row");
            let text = format!("Checking {rows}… Nothing is sent. You can browse the rows meanwhile.");
            paragraph(frame, area, 0, &text, theme.strong)
        }
        (None, Some(CheckResult { report, .. })) => {
            let sent = report.created;
            let created = if sent > 0 { format!("{sent} created · ") } else { String::new() };
            let text = format!(
                "{}: {created}{} ready to send · {} with errors · {} excluded; {}",
                plural(report.rows, "row"),
                report.to_send,
                report.with_errors,
                report.excluded,
                plural(report.warnings, "warning")
            );
            let text =
                if model.review.check.is_waiting() { format!("{text} · checking again…") } else { text };
            let mut used = paragraph(frame, area, 0, &text, theme.strong);
            if let Some(filter) = shown_only(model) {
                put(frame, area, used, Span::styled(cut(&filter, usize::from(area.width)), theme.warning));
                used += 1;
            }
            for doubt in report.doubts.iter().take(4) {
                used += paragraph(frame, area, used, &format!("! {}", on_screen(doubt)), theme.warning);
            }
            for note in report.notes.iter().take(2) {
                let note = &on_screen(note);
                let lines = wrap(note, usize::from(area.width)).len();
                if usize::from(used) + lines <= usize::from((area.height + LEAST_ROWS + LEAST_DETAIL) / 3) {
                    used += paragraph(frame, area, used, note, theme.faint);
                } else {
                    put(frame, area, used, Span::styled(cut(note, usize::from(area.width)), theme.faint));
                    used += 1;
                }
            }
            used
        }
    }
}

/// Describes the active filter and order, and how to clear them.
fn shown_only(model: &Model) -> Option<String> {
    let sorted = model.review.arrangement.sorted_by().map(|(column, descending)| {
        let header = model.job.as_ref().map(|job| job.header(column)).unwrap_or_default();
        let (way, key) = if descending { ("highest first", "]") } else { ("lowest first", "[") };
        format!("Sorted by “{header}”, {way}. {key} on it: order of the file")
    });
    let filtered = filtered(model);
    match (filtered, sorted) {
        (Some(filtered), Some(sorted)) => Some(format!("{filtered} · {sorted}")),
        (filtered, sorted) => filtered.or(sorted),
    }
}

/// Describes the active filter and how to clear it.
fn filtered(model: &Model) -> Option<String> {
    let shown = model.review.len(0);
    let rows = plural(model.job.as_ref().map_or(0, Job::rows), "row");
    let which = match &model.review.filter {
        RowFilter::All => return None,
        RowFilter::Problems => "with a problem".to_owned(),
        RowFilter::Text(text) => format!("with “{text}” in a cell"),
        RowFilter::Group(code, column) => {
            let column = column.as_ref().map(|column| format!("“{column}” ")).unwrap_or_default();
            format!("{column}{}", code.cause())
        }
    };
    Some(format!("Showing {shown} of {rows}: {which}. P: show all"))
}

/// Draws the problems by kind, and counts those that don't fit. Long ones are wrapped while there is room.
fn groups(model: &Model, frame: &mut Frame, area: Rect, most: u16) -> u16 {
    let Some(found) = model.review.check.value().filter(|_| most > 0) else { return 0 };
    let all = &found.report.groups;
    let (room, width) = (usize::from(most), usize::from(area.width));
    let shown = if all.len() > room { room.saturating_sub(1) } else { all.len() };
    let mut spare = room.saturating_sub(all.len());
    let mut used = 0;
    for group in all.iter().take(shown) {
        let (mark, style) = mark(model.theme, &group.first);
        let text = format!("{}, first at row {}: {}", group.describe(), group.first.row, group.first.message);
        let lines = marked(mark, &text, width);
        let more = lines.len().saturating_sub(1);
        if more > spare {
            put(frame, area, used, Span::styled(cut(&format!("{mark} {text}"), width), style));
            used += 1;
            continue;
        }
        spare -= more;
        for line in lines {
            put(frame, area, used, Span::styled(line, style));
            used += 1;
        }
    }
    if shown == all.len() {
        return used;
    }
    let text = format!("and {} more kinds (/ to see them)", all.len() - shown);
    put(frame, area, used, Span::styled(text, model.theme.faint));
    used + 1
}

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
fn rows(model: &Model, job: &Job, frame: &mut Frame, area: Rect) -> (Option<ListArea>, Option<String>) {
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
            Some(seen) => row_line(model, seen, &order, &sizes),
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

fn row_line(model: &Model, seen: &ReviewRow, order: &[usize], sizes: &[usize]) -> Line<'static> {
    // The check knows more than the row itself, such as duplicates.
    let known = model.review.problems_of(seen.row.number).chain(&seen.built.problems);
    let worst = known.min_by_key(|problem| (!problem.code.excludes(), problem.severity));
    let (mark, style) = match worst {
        _ if seen.created => ("✓", model.theme.good),
        Some(worst) => mark(model.theme, worst),
        None => (" ", ratatui::style::Style::new()),
    };
    let number = sizes.get(1).copied().unwrap_or(0);
    let mut texts = vec![format!("{:>number$}", seen.row.number)];
    texts.extend(order.iter().map(|index| {
        let text = model.displayed(*index, seen.read.cells.get(*index).unwrap_or("").trim());
        let fixed = if seen.fixed.contains(index) { "*" } else { "" };
        format!("{fixed}{text}")
    }));
    let rest = cells(&texts, sizes.get(1..).unwrap_or_default());
    Line::from(vec![Span::styled(mark, style), Span::raw(format!(" {rest}"))])
}

/// Returns the cell under the cursor, and the first problem of its row in full.
fn detail_of(model: &Model, job: &Job, width: usize) -> Vec<Line<'static>> {
    let review = &model.review;
    let Some(number) = review.number(review.cursor) else { return Vec::new() };
    let seen = review.selected();
    let cell = seen.zip(model.column_under()).map(|(seen, column)| cell_of(model, job, seen, column));
    let mut lines = vec![Line::from(cut(&cell.unwrap_or_default(), width))];
    let known: Vec<&Problem> = review.problems_of(number).collect();
    let own = seen.map(|seen| seen.built.problems.iter().collect::<Vec<_>>()).unwrap_or_default();
    let problems = if known.is_empty() { own } else { known };
    let Some(first) = problems.first() else {
        let text = match seen {
            Some(seen) if seen.created => format!("Row {number} is created and won't be resent."),
            Some(seen) => {
                format!("Row {number}, line {}: ready to send. Press Enter for details.", seen.row.line)
            }
            None => "Reading the rows…".to_owned(),
        };
        lines.push(Line::from(text));
        return lines;
    };
    let (mark, style) = mark(model.theme, first);
    let more =
        if problems.len() > 1 { format!(" (and {} more: Enter)", problems.len() - 1) } else { String::new() };
    let text = marked(mark, &format!("{}{more}", sentence(first)), width);
    lines.extend(text.into_iter().map(|line| Line::from(Span::styled(line, style))));
    lines
}

/// Wraps a text behind its mark.
fn marked(mark: &str, text: &str, width: usize) -> Vec<String> {
    let lines = wrap(text, width.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(at, line)| format!("{} {line}", if at == 0 { mark } else { " " })).collect()
}

/// Returns header and text of a cell.
fn cell_of(model: &Model, job: &Job, seen: &ReviewRow, column: usize) -> String {
    let cell = |row: &Row| model.displayed(column, row.cells.get(column).unwrap_or("").trim());
    let hidden = if model.hides(column) && !cell(&seen.read).is_empty() { HIDDEN } else { "" };
    let was = if seen.fixed.contains(&column) {
        format!("  (edited; in the file “{}”)", cell(&seen.row))
    } else {
        String::new()
    };
    format!("“{}” {}{hidden}{was}", job.header(column), cell(&seen.read))
}

/// Draws lines; the last one says so if some don't fit.
fn put_all(frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>) {
    let is_cut = lines.len() > usize::from(area.height);
    for (index, line) in (0..area.height).zip(lines) {
        put(frame, area, index, line);
    }
    if is_cut && area.height > 0 {
        let more = "… Enter: all of it ";
        let width = u16::try_from(more.width()).unwrap_or(area.width).min(area.width);
        let at = Rect { x: area.right() - width, width, ..area };
        put(frame, at, area.height - 1, more);
    }
}

#[cfg(test)]
mod tests;
