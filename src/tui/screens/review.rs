//! ```text
//!  caseload  Import 12 › Review 3/4 › march.csv
//!  112 rows: 110 ready to send · 1 with errors · 1 excluded. 2 errors, 3 warnings.
//!  ✗ 2 date.invalid in “Due”, first at row 17
//!  ! 3 row.too_short, first at row 40
//!     row  Claim Number  Claimant       Due
//! ▸ ✗  17  A-17          Smith, John    31/02/2026
//!      18  A-18          Doe, Jane      3/4/2026
//!
//!  row 17, line 19, “Due”: “31/02/2026” is not a date … correct the cell in the file
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Checked;
use crate::case::{Built, Problem, Severity, Target};
use crate::sheet::Row;
use crate::tui::model::Model;
use crate::tui::state::job::Job;
use crate::tui::state::plural;
use crate::tui::theme::Theme;
use crate::tui::widgets::table::{self, cells};
use crate::tui::widgets::text::{below, cut, paragraph, put};

/// Lines for the problem under the cursor.
const DETAIL: u16 = 4;

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(job) = &model.job else { return };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let mut used = summary(model, job, frame, inner);
    let most = area.height.saturating_sub(DETAIL + 6).min(5);
    used += groups(model, frame, below(inner, used), most);
    let list = below(area, used);
    let list = Rect { height: list.height.saturating_sub(DETAIL), ..list };
    rows(model, job, frame, list);
    let detail = Rect { y: list.bottom(), height: area.bottom().saturating_sub(list.bottom()), ..inner };
    detail_of(model, frame, detail);
}

fn mark(theme: Theme, severity: Severity) -> (&'static str, ratatui::style::Style) {
    match severity {
        Severity::Error => ("✗", theme.bad),
        Severity::Warning => ("!", theme.warning),
    }
}

fn summary(model: &Model, job: &Job, frame: &mut Frame, area: Rect) -> u16 {
    let theme = model.theme;
    match (&model.review.failed, &model.review.found) {
        (Some(sentence), _) => paragraph(frame, area, 0, &format!("✗ {sentence}"), theme.bad),
        (None, None) => {
            let text =
                format!("checking {} rows … nothing is sent; the rows can be read meanwhile", job.rows);
            paragraph(frame, area, 0, &text, theme.strong)
        }
        (None, Some(Checked { report, .. })) => {
            let text = format!(
                "{}: {} ready to send · {} with errors · {} excluded · {}",
                plural(report.rows, "row"),
                report.to_send,
                report.with_errors,
                report.excluded,
                plural(report.warnings, "warning")
            );
            let mut used = paragraph(frame, area, 0, &text, theme.strong);
            for note in report.notes.iter().take(2) {
                put(frame, area, used, Span::styled(cut(note, usize::from(area.width)), theme.faint));
                used += 1;
            }
            used
        }
    }
}

/// The problems by kind; what does not fit is counted.
fn groups(model: &Model, frame: &mut Frame, area: Rect, most: u16) -> u16 {
    let Some(found) = &model.review.found else { return 0 };
    let all = &found.report.groups;
    let room = usize::from(most);
    let shown = if all.len() > room { room.saturating_sub(1) } else { all.len() };
    for (index, group) in (0..).zip(all.iter().take(shown)) {
        let (mark, style) = mark(model.theme, group.severity);
        let column = group.column.as_ref().map(|column| format!(" in “{column}”")).unwrap_or_default();
        let text = format!(
            "{mark} {} × {}{column}, first at row {}: {}",
            group.count, group.code, group.first.row, group.first.message
        );
        put(frame, area, index, Span::styled(cut(&text, usize::from(area.width)), style));
    }
    let used = u16::try_from(shown).unwrap_or(most);
    if shown == all.len() {
        return used;
    }
    let text = format!("and {} more kinds; n goes from problem to problem", all.len() - shown);
    put(frame, area, used, Span::styled(text, model.theme.faint));
    used + 1
}

/// The columns worth a place: those that go somewhere first, in the order of the file.
fn columns(job: &Job, shift: usize) -> Vec<usize> {
    let goes = |index: &usize| {
        let line = job.lines().get(*index).copied();
        line.and_then(|line| job.rule(line)).is_some_and(|rule| rule.to != Target::Ignore)
    };
    let (mut mapped, others): (Vec<usize>, Vec<usize>) = (0..job.columns.len()).partition(goes);
    mapped.extend(others);
    mapped.split_off(shift.min(mapped.len()))
}

fn rows(model: &Model, job: &Job, frame: &mut Frame, area: Rect) {
    let review = &model.review;
    let order = columns(job, review.shift);
    let width = usize::from(area.width).saturating_sub(1);
    let number = job.rows.to_string().len().max(4);
    let each = 14;
    let room = (width.saturating_sub(number + 3) / (each + 1)).max(1);
    let order: Vec<usize> = order.into_iter().take(room).collect();
    let mut sizes = vec![1, number];
    sizes.extend(order.iter().map(|_| each));
    let mut head = vec![String::new(), format!("{:>number$}", "row")];
    head.extend(
        order.iter().map(|index| job.columns.get(*index).map_or_else(String::new, |c| c.name(*index))),
    );
    let len = usize::try_from(job.rows).unwrap_or(usize::MAX);
    let cursor = usize::try_from(review.cursor).ok();
    table::draw(frame, area, model.theme, &cells(&head, &sizes), (len, cursor), |index| {
        let Some((row, built)) = review.row(index as u64) else {
            return Line::from(format!("  {:>number$} …", index + 1));
        };
        row_line(model, row, built, &order, &sizes)
    });
}

fn row_line(model: &Model, row: &Row, built: &Built, order: &[usize], sizes: &[usize]) -> Line<'static> {
    // The check knows more than the row alone: what was sent before, what stands twice.
    let known = model.review.problems_of(row.number).chain(&built.problems);
    let (mark, style) = known
        .map(|problem| problem.severity)
        .min()
        .map_or((" ", ratatui::style::Style::new()), |severity| mark(model.theme, severity));
    let number = sizes.get(1).copied().unwrap_or(0);
    let mut texts = vec![format!("{:>number$}", row.number)];
    texts.extend(order.iter().map(|index| row.cells.get(*index).unwrap_or("").trim().to_owned()));
    let rest = cells(&texts, sizes.get(1..).unwrap_or_default());
    Line::from(vec![Span::styled(mark, style), Span::raw(format!(" {rest}"))])
}

/// What is wrong with the row under the cursor, in whole sentences.
fn detail_of(model: &Model, frame: &mut Frame, area: Rect) {
    put(frame, area, 0, Span::styled("─".repeat(usize::from(area.width)), model.theme.faint));
    let number = model.review.cursor + 1;
    let built = model.review.row(model.review.cursor);
    let known: Vec<&Problem> = model.review.problems_of(number).collect();
    let own = built.map(|(_, built)| built.problems.iter().collect::<Vec<_>>()).unwrap_or_default();
    let problems = if known.is_empty() { own } else { known };
    let Some(first) = problems.first() else {
        let text = match built {
            Some((row, _)) => {
                format!("row {number}, line {}: ready to send. Enter shows the whole case", row.line)
            }
            None => "reading the rows …".to_owned(),
        };
        put(frame, area, 1, text);
        return;
    };
    let (mark, style) = mark(model.theme, first.severity);
    let more =
        if problems.len() > 1 { format!(" (and {} more: Enter)", problems.len() - 1) } else { String::new() };
    paragraph(frame, area, 1, &format!("{mark} {}{more}", sentence(first)), style);
}

/// A problem with its place.
pub(super) fn sentence(problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|column| format!(", “{column}”")).unwrap_or_default();
    format!("row {}, line {}{column}: {}; {}", problem.row, problem.line, problem.message, problem.hint)
}
