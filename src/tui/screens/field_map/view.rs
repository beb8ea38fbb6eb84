//! ```text
//!  caseload  Import 12 › Field map 2/4 › march.csv
//!   column           full  samples                    field              format
//! ▸ Claim Number     100%  A-1 · A-2 · A-3          → Reference 1        text
//!   Date Assigned     98%  3/4/2026 · 3/5/2026      → Created on         month/day/year
//!   Internal          12%  x · y                    – not imported
//!
//!  Guessed, 90% sure: “Date Assigned” is a common name for it
//!  “3/4/2026” becomes 2026-03-04
//! ```

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::case::{ApiType, PlanError, Target};
use crate::text::{grouped, on_screen, sentence};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::lines::MapLine;
use crate::tui::screens::field_map::cell_format::{self, order_doubt};
use crate::tui::widgets::panel::{WIDE, panel, side_by_side};
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, cut, fit, put, row, rule, wrap};

/// Lines for the preview at the bottom.
const PREVIEW: u16 = 5;
/// Suffix of a masked value.
pub(crate) const HIDDEN: &str = " (hidden; M to show)";
/// Confidence below which a guess is marked.
const QUITE_SURE: f64 = 0.8;

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let job = model.job.as_ref()?;
    let area = if area.width >= WIDE {
        let (list, beside) = side_by_side(area, SAMPLES_PART);
        samples(model, job, frame, beside);
        list
    } else {
        area
    };
    let lines = job.lines();
    let doubts: BTreeSet<usize> = job.doubts().into_iter().map(|(rule, _)| rule).collect();
    let wrong: Vec<usize> = job.errors().iter().filter_map(|error| job.line_of(error)).collect();
    let width = usize::from(area.width).saturating_sub(1);
    let columns = widths(&[width / 5, 4, width / 4, width / 4 + 3, 1], width);
    let head = cells(&["column", "full", "samples", "  field", "format"], &columns);
    let list = Rect { height: area.height.saturating_sub(PREVIEW), ..area };
    let drawn = table::draw(frame, list, model.theme, &head, (lines.len(), Some(job.line)), |index| {
        let mark = |at: &MapLine| match at.rule {
            _ if wrong.contains(&index) => Some(LineMark::Wrong),
            Some(rule) if doubts.contains(&rule) => Some(LineMark::ToConfirm),
            _ => None,
        };
        lines.get(index).map_or_else(Line::default, |at| line(model, job, *at, mark(at), &columns))
    });
    let bottom = Rect { y: list.bottom(), height: area.height.saturating_sub(list.height), ..area };
    preview(model, job, frame, Rect { x: bottom.x + 1, width: bottom.width.saturating_sub(2), ..bottom });
    drawn
}

/// Mark of a line that needs a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineMark {
    /// Recipe and file don't fit.
    Wrong,
    /// Another column had the field.
    ToConfirm,
}

fn line(model: &Model, job: &Job, at: MapLine, mark: Option<LineMark>, columns: &[usize]) -> Line<'static> {
    let width = |index: usize| columns.get(index).copied().unwrap_or(0);
    let column = at.column.and_then(|index| job.columns().get(index));
    let full = match column {
        Some(column) => match column.filled.saturating_mul(100) / job.table_rows().max(1) {
            0 if column.filled > 0 => " <1%".to_owned(),
            percent => format!("{percent:>3}%"),
        },
        None => "none".to_owned(),
    };
    let samples = match at.column {
        Some(index) => {
            let sample = |text: &&str| model.displayed(index, &job.sample_text(index, text));
            job.texts(index, 3).iter().map(sample).collect::<Vec<_>>().join(" · ")
        }
        None => "✗ not in this file".to_owned(),
    };
    let (target, style) = match job.rule(at).map(|rule| rule.to) {
        _ if mark == Some(LineMark::Wrong) => {
            let to = job.rule(at).map_or(Target::Ignore, |rule| rule.to);
            (format!("✗ {}", job.target_label(to, &model.catalog)), model.theme.bad)
        }
        Some(target) if mark == Some(LineMark::ToConfirm) => {
            (format!("! confirm: {}", job.target_label(target, &model.catalog)), model.theme.warning)
        }
        to @ (None | Some(Target::Ignore)) => {
            let idea = job.idea(at).filter(|idea| idea.to != Target::Ignore);
            let text = match (idea, to) {
                (Some(idea), _) => format!("– maybe {}?", job.target_label(idea.to, &model.catalog)),
                (None, None) => "– not in recipe".to_owned(),
                (None, _) => "– not imported".to_owned(),
            };
            (text, model.theme.faint)
        }
        Some(target)
            if job.idea(at).is_some_and(|idea| idea.confidence < QUITE_SURE)
                && !job.rule(at).is_some_and(|rule| rule.by_hand) =>
        {
            (format!("→ {}?", job.target_label(target, &model.catalog)), model.theme.warning)
        }
        Some(target) => (format!("→ {}", job.target_label(target, &model.catalog)), model.theme.strong),
    };
    let start = [job.line_name(at), full, samples];
    Line::from(vec![
        Span::raw(format!("{} ", cells(&start, columns))),
        Span::styled(fit(&target, width(3)), style),
        Span::raw(format!(" {}", fit(&cell_format::describe_format(job, at, &model.catalog), width(4)))),
    ])
}

/// Width of the samples beside the list, in percent.
const SAMPLES_PART: u16 = 36;

/// Draws the different cells of the column under the cursor, each with the value it becomes.
fn samples(model: &Model, job: &Job, frame: &mut Frame, area: Rect) {
    let Some(at) = job.line_under() else { return };
    let inner = panel(frame, model.theme, &job.line_name(at), area);
    let width = usize::from(inner.width);
    let Some(column) = at.column else {
        return put(frame, inner, 0, Span::styled("not in this file", model.theme.bad));
    };
    let filled = job.columns().get(column).map_or(0, |column| column.filled);
    let text = format!("filled in {} of {} rows", grouped(filled), grouped(job.table_rows()));
    put(frame, inner, 0, Span::styled(cut(&text, width), model.theme.faint));
    let half = width.saturating_sub(3) / 2;
    let head = format!("{}   {}", fit("in the file", half), fit("becomes", half));
    put(frame, inner, 2, Span::styled(head, model.theme.head));
    let display = |text: &str| model.displayed(column, text);
    let texts = job.texts(column, usize::from(inner.height.saturating_sub(3)));
    for (index, text) in (3..).zip(texts) {
        let preview = job.preview_of(at, text, model.today(), &model.catalog, display);
        let (sample, built) = preview.unwrap_or_else(|| (display(text), String::new()));
        let style = if built.starts_with('✗') { model.theme.bad } else { model.theme.good };
        let built = if built.starts_with("nothing") { "–".to_owned() } else { built };
        put(
            frame,
            inner,
            index,
            Line::from(vec![
                Span::raw(format!("{} → ", fit(&sample, half))),
                Span::styled(cut(&built, half), style),
            ]),
        );
    }
}

/// Returns a sample cell of a line and the value it becomes.
fn previewed(model: &Model, job: &Job, at: MapLine) -> Option<(String, String)> {
    let display =
        |text: &str| at.column.map_or_else(|| text.to_owned(), |column| model.displayed(column, text));
    job.preview(at, model.today(), &model.catalog, display)
}

/// Draws one sample cell and the value it becomes.
fn preview(model: &Model, job: &Job, frame: &mut Frame, area: Rect) {
    rule(frame, area, model.theme);
    let Some(at) = job.line_under() else { return };
    let width = usize::from(area.width);
    if let Some(error) = job.errors().iter().find(|error| job.line_of(error) == Some(job.line)) {
        let text = match (error, job.rule(at)) {
            // The list above has its columns.
            (PlanError::NoSuchColumn { from, .. }, Some(rule)) => format!(
                "The file has no column “{from}”, which went to {}. If another column has its values now, map that \
                 one. x removes this line.",
                job.target_label(rule.to, &model.catalog)
            ),
            _ => error.to_string(),
        };
        for (index, line) in (1..).zip(wrap(&on_screen(&format!("✗ {text}")), width).into_iter().take(4)) {
            put(frame, area, index, Span::styled(line, model.theme.bad));
        }
        return;
    }
    if let Some(doubt) = job.doubt(at) {
        let text = sentence(format!("! {doubt}"));
        let text = format!("{text} Space confirms the field, Enter chooses another one.");
        let lines = wrap(&on_screen(&text), width);
        for (index, line) in (1..).zip(lines.into_iter().take(3)) {
            put(frame, area, index, Span::styled(line, model.theme.warning));
        }
        if let Some((sample, built)) = previewed(model, job, at) {
            let text = cut(&format!("“{sample}” becomes {built}"), width);
            put(frame, area, area.height.saturating_sub(1), Span::styled(text, model.theme.faint));
        }
        return;
    }
    let is_date = job.rule(at).is_some_and(|rule| job.shape(rule.to, &model.catalog) == Some(ApiType::Date));
    let doubt = if is_date { order_doubt(job, at) } else { None };
    if let Some(doubt) = doubt {
        let text = cut(&format!("! {doubt}; o to change"), usize::from(area.width));
        put(frame, area, 1, Span::styled(text, model.theme.warning));
    } else if let Some(idea) = job.idea(at) {
        let sure = format!("{:.0}% sure", idea.confidence * 100.0);
        let accepted = job.rule(at).is_some_and(|rule| rule.to == idea.to);
        if !accepted && idea.to != Target::Ignore {
            // There is no preview yet, so the whole reason fits.
            let to = job.target_label(idea.to, &model.catalog);
            let idea = sentence(format!("Suggestion: {to}, {sure}: {}", idea.why));
            let text = format!("{idea} Space to accept.");
            for (index, line) in (1..).zip(wrap(&text, width).into_iter().take(4)) {
                put(frame, area, index, Span::styled(line, model.theme.faint));
            }
            return;
        }
        let by_hand = job.rule(at).is_some_and(|rule| rule.by_hand);
        let text = match (by_hand, idea.to) {
            (true, _) => "Set by you".to_owned(),
            (false, Target::Ignore) => format!("Not imported: {}. Enter maps it.", idea.why),
            (false, _) => format!("Guessed, {sure}: {}", idea.why),
        };
        put(frame, area, 1, Span::styled(cut(&text, width), model.theme.faint));
    }
    let area = below(area, 1);
    let hidden = at.column.is_some_and(|column| model.hides(column));
    let Some((sample, built)) = previewed(model, job, at) else {
        return put(frame, area, 1, "No sample: this column is empty in the first rows.");
    };
    let sample =
        cut(&format!("“{sample}”{} becomes", if hidden { HIDDEN } else { "" }), usize::from(area.width));
    put(frame, area, 1, Span::styled(sample, model.theme.faint));
    let style = if built.starts_with('✗') { model.theme.bad } else { model.theme.good };
    for (index, line) in (2..).zip(wrap(&built, usize::from(area.width)).into_iter().take(2)) {
        put(frame, row(area, index), 0, Span::styled(line, style));
    }
}
