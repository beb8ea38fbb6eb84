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
use crate::sheet::Row;
use crate::text::{on_screen, plural};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::view::HIDDEN;
use crate::tui::screens::review::nothing::nothing_to_send;
use crate::tui::screens::review::problem::{is_about, mark, sentence};
use crate::tui::screens::review::row_view;
use crate::tui::screens::review::state::{BesideTable, RowFilter};
use crate::tui::screens::review::table::rows;
use crate::tui::widgets::panel::{WIDE, panel, side_by_side};
use crate::tui::widgets::text::{below, cut, paragraph, put, rule, wrap};

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
    let list = if area.width >= WIDE && list.height >= LEAST_CASE && model.beside_table == BesideTable::Case {
        let (list, case) = side_by_side(list, CASE_PART);
        case_beside(model, frame, case);
        list
    } else {
        list
    };
    let (drawn, place) = rows(model, job, frame, list);
    let detail = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..inner };
    rule(frame, detail, model.theme);
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

/// Returns whether the window is wide enough for the case beside the table.
pub(super) fn has_room_for_case(model: &Model) -> bool {
    model.size.0 >= WIDE
}

/// Draws the row under the cursor as a case.
fn case_beside(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(number) = model.review.number(model.review.cursor) else { return };
    let inner = panel(frame, model.theme, &format!("Row {number} as a case (Enter: details, z: hide)"), area);
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
            if let Some(why) = nothing_to_send(report) {
                used += paragraph(frame, area, used, &format!("! {why}"), theme.warning);
            }
            if let Some(filter) = shown_only(model) {
                put(frame, area, used, Span::styled(cut(&filter, usize::from(area.width)), theme.warning));
                used += 1;
            }
            if let Some((row, reason)) = &model.review.refused {
                let text =
                    format!("✗ Trackops refused row {row} when it was sent first: {}", on_screen(reason));
                let text =
                    format!("{} Edit it (e), then send it first again (1).", crate::text::sentence(text));
                used += paragraph(frame, area, used, &text, theme.bad);
            }
            for doubt in doubts(model).iter().take(4) {
                used += paragraph(frame, area, used, &format!("! {doubt}"), theme.warning);
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

/// Returns the doubts about all rows: fields to be confirmed, in one line, and those of the check.
pub(crate) fn doubts(model: &Model) -> Vec<String> {
    let unconfirmed = model.job.as_ref().map(Job::doubts).unwrap_or_default();
    let unconfirmed = unconfirmed.first().map(|(_, first)| match unconfirmed.len() - 1 {
        0 => format!("{first}; confirm it on the field map"),
        more => format!("{first}; confirm it and {more} more on the field map"),
    });
    let found = model.review.check.value().map(|found| found.report.doubts.as_slice());
    let of_check = found.unwrap_or_default().iter().cloned();
    unconfirmed.into_iter().chain(of_check).map(|doubt| on_screen(&doubt).into_owned()).collect()
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

/// Returns the cell under the cursor, and the first problem of its row in full.
fn detail_of(model: &Model, job: &Job, width: usize) -> Vec<Line<'static>> {
    let review = &model.review;
    let Some(number) = review.number(review.cursor) else { return Vec::new() };
    let seen = review.selected();
    let cell = seen.zip(model.column_under()).map(|(seen, column)| cell_of(model, job, seen, column));
    let mut lines = vec![Line::from(cut(&cell.unwrap_or_default(), width))];
    let problems = review.shown_problems(number, seen);
    // A problem of the cell under the cursor comes first, else the worst.
    let here = model.column_under();
    let own = problems.iter().copied().filter(|of| here.is_some_and(|column| is_about(job, of, column)));
    let own = own.min_by_key(|problem| problem.severity);
    let worst = problems.iter().copied().min_by_key(|problem| problem.severity);
    let Some(first) = own.or(worst) else {
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
