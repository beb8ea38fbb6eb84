//! The file format, over the screen it was opened from.
//!
//! ```text
//! ┌ File format of march.csv ──────────────────────────────────┐
//! │ ▸ Encoding        ‹ Windows-1252 ›                         │
//! │   Delimiter         semicolon                              │
//! │   Header at line    3                                      │
//! │                                                            │
//! │ line 1: March claims                                       │
//! │ Claim        Name          Due          Budget             │
//! │ A-1          Smith         3/4/2026     100                │
//! └────────────────────────────────────────────────────────────┘
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::sheet::FormatFact;
use crate::text::plural;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::file_form::{FileForm, FormatField};
use crate::tui::screens::draft::job::Job;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table::{cells, marker};
use crate::tui::widgets::text::{below, cut, fit, put, wrap};

const LABEL: usize = 15;
/// Minimum width of a preview column.
const CELL: usize = 12;

pub(crate) fn draw(model: &Model, frame: &mut Frame, form: &FileForm) {
    let Some(job) = &model.job else { return };
    let height = frame.area().height.saturating_sub(4).max(12);
    let inner = boxed(frame, model.theme, &format!("File format of {}", job.import.file_name()), 76, height);
    let fields = FormatField::of(&job.sheet);
    for (index, field) in (0..).zip(&fields) {
        let focus = usize::from(index) == form.cursor;
        let label = format!("{} {}", marker(focus), fit(field.label(), LABEL));
        let value = field.value(&job.sheet);
        let value = if focus { format!("‹ {value} ›") } else { format!("  {value}") };
        let style = if focus { model.theme.selected } else { model.theme.strong };
        put(frame, inner, index, Span::raw(label));
        let left = u16::try_from(LABEL + 3).unwrap_or(0).min(inner.width);
        let at = Rect { x: inner.x + left, width: inner.width - left, ..inner };
        put(frame, at, index, Span::styled(cut(&value, usize::from(at.width)), style));
    }
    let used = u16::try_from(fields.len()).unwrap_or(0) + 1;
    let used = used + draw_facts(model, job, frame, below(inner, used));
    preview(model, job, frame, below(inner, used + 1));
}

/// Draws the facts about the file. Returns the number of lines used.
fn draw_facts(model: &Model, job: &Job, frame: &mut Frame, area: Rect) -> u16 {
    // The form above shows the others.
    let lines = job.sheet.how.iter().filter(|(fact, _)| {
        !matches!(
            fact,
            FormatFact::Delimiter
                | FormatFact::Header
                | FormatFact::LineEndings
                | FormatFact::Worksheet
                | FormatFact::CleanUp
        )
    });
    let width = usize::from(area.width);
    let style = |fact: FormatFact| match &job.sheet.encoding_doubt {
        Some(_) if fact == FormatFact::Encoding => model.theme.warning,
        _ => model.theme.faint,
    };
    let lines = lines.flat_map(|(fact, how)| {
        let text = format!("{}: {how}", fact.label());
        wrap(&text, width).into_iter().map(move |line| (line, style(*fact)))
    });
    let lines: Vec<_> = lines.collect();
    let room = area.height.saturating_sub(5);
    for (index, (line, style)) in (0..room).zip(&lines) {
        put(frame, area, index, Span::styled(line.clone(), *style));
    }
    u16::try_from(lines.len()).unwrap_or(room).min(room)
}

/// Draws the header and the first rows, cut to fit.
fn preview(model: &Model, job: &Job, frame: &mut Frame, area: Rect) {
    let width = usize::from(area.width);
    let count = (width / (CELL + 1)).clamp(1, job.columns.len().max(1));
    let widths = vec![(width / count).saturating_sub(1); count];
    let names: Vec<String> =
        job.columns.iter().enumerate().take(count).map(|(index, column)| column.name(index)).collect();
    let more = job.columns.len().saturating_sub(count);
    put(frame, area, 0, Span::styled(fit(&cells(&names, &widths), width), model.theme.head));
    for (index, row) in (1..area.height.saturating_sub(1)).zip(&job.samples) {
        let displayed = |(column, text): (usize, &str)| model.displayed(column, text.trim());
        let texts: Vec<String> = row.cells.iter().enumerate().take(count).map(displayed).collect();
        put(frame, area, index, cells(&texts, &widths));
    }
    if more > 0 && area.height > 1 {
        let text = format!("and {} not shown", plural(more as u64, "column"));
        put(frame, area, area.height - 1, Span::styled(text, model.theme.faint));
    }
}
