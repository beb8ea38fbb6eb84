//! What Processing shows of the counts: bar, outcomes, causes and rate.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::text::grouped;
use crate::tui::core::model::Model;
use crate::tui::screens::processing::state::Board;
use crate::tui::widgets::panel::panel;
use crate::tui::widgets::text::{fit, put};

/// Draws how many of the rows are processed.
pub(super) fn bar(board: &Board, frame: &mut Frame, area: Rect) {
    let (counts, done) = (board.progress.counts, board.done());
    let percent = done.saturating_mul(100) / counts.rows.max(1);
    let text = format!("  {} of {} rows  {percent}%", grouped(done), grouped(counts.rows));
    let width = usize::from(area.width).saturating_sub(text.width());
    let full =
        usize::try_from(done.saturating_mul(width as u64) / counts.rows.max(1)).unwrap_or(0).min(width);
    put(frame, area, 1, format!("{}{}{text}", "█".repeat(full), "░".repeat(width - full)));
}

/// Returns every outcome with its count and style; the counts add up to the rows.
fn outcomes(model: &Model, board: &Board) -> [(&'static str, u64, Style); 6] {
    let counts = board.progress.counts;
    let (in_flight, unknown) = (board.in_flight(), board.unknown());
    let plain = model.theme.strong;
    let when = |count: u64, style: Style| if count > 0 { style.add_modifier(Modifier::BOLD) } else { plain };
    [
        ("created", counts.created, when(counts.created, model.theme.good)),
        ("rejected", counts.rejected, when(counts.rejected, model.theme.bad)),
        ("excluded", counts.excluded, plain),
        ("unknown", unknown, when(unknown, model.theme.warning)),
        ("awaiting reply", in_flight, plain),
        ("not sent", counts.not_sent, plain),
    ]
}

/// Draws the outcomes, one per line.
pub(super) fn rows_panel(model: &Model, board: &Board, frame: &mut Frame, area: Rect) {
    let rows = grouped(board.progress.counts.rows);
    let inner = panel(frame, model.theme, &format!("{rows} rows"), area);
    let width = usize::from(inner.width);
    for (at, (name, count, style)) in (0..).zip(outcomes(model, board)) {
        let count = grouped(count);
        let name = fit(name, width.saturating_sub(count.width()));
        put(frame, inner, at, Line::from(vec![Span::raw(name), Span::styled(count, style)]));
    }
}

/// Draws the causes of the exceptions, most frequent first.
pub(super) fn causes_panel(model: &Model, board: &Board, frame: &mut Frame, area: Rect) {
    let inner = panel(frame, model.theme, "Causes (/ to filter)", area);
    let (causes, room) = (board.log.causes(), usize::from(inner.height));
    if causes.is_empty() {
        return put(frame, inner, 0, Span::styled("None", model.theme.faint));
    }
    let shown = if causes.len() > room { room.saturating_sub(1) } else { causes.len() };
    for (at, (cause, rows)) in (0..).zip(causes.iter().take(shown)) {
        let rows = grouped(*rows);
        let text = fit(&cause.describe(), usize::from(inner.width).saturating_sub(rows.width() + 1));
        put(
            frame,
            inner,
            at,
            Line::from(vec![Span::raw(format!("{text} ")), Span::styled(rows, model.theme.bad)]),
        );
    }
    if let more @ 1.. = causes.len() - shown {
        let text = format!("and {more} more causes");
        put(frame, inner, inner.height.saturating_sub(1), Span::styled(text, model.theme.faint));
    }
}

/// Draws the outcomes in as many lines as needed.
pub(super) fn counts(model: &Model, board: &Board, frame: &mut Frame, area: Rect) -> u16 {
    let all = outcomes(model, board);
    let mut lines = vec![Line::default()];
    for (name, count, style) in all {
        let count = grouped(count);
        let room = usize::from(area.width);
        let width = name.width() + 1 + count.width();
        if lines.last().is_some_and(|line: &Line| line.width() + width > room) {
            lines.push(Line::default());
        }
        if let Some(line) = lines.last_mut() {
            line.push_span(Span::raw(format!("{name} ")));
            line.push_span(Span::styled(count, style));
            line.push_span("  ");
        }
    }
    let used = u16::try_from(lines.len()).unwrap_or(1);
    for (index, line) in (0..).zip(lines) {
        put(frame, area, index, line);
    }
    used
}

/// Maximum number of seconds in the sparkline.
const SHOWN: usize = 30;
/// Bars from one eighth of a line to a full line.
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws the rate of the last seconds, with its maximum.
pub(super) fn sparkline(board: &Board, frame: &mut Frame, area: Rect) -> u16 {
    let each = &board.rates.each;
    if !each.iter().any(|rows| *rows > 0) {
        return 0;
    }
    let shown: Vec<u64> = each.iter().skip(each.len().saturating_sub(SHOWN)).copied().collect();
    let most = shown.iter().copied().max().unwrap_or(0).max(1);
    let bar = |rows: u64| {
        let height = usize::try_from(rows.saturating_mul(7).div_ceil(most)).unwrap_or(0);
        if rows == 0 { " " } else { BARS.get(height).copied().unwrap_or("█") }
    };
    let bars: String = shown.iter().map(|rows| bar(*rows)).collect();
    put(frame, area, 0, format!("rows per second {bars:>SHOWN$} at most {}", grouped(most)));
    1
}
