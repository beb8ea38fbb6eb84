//! Full view of a row: as the case to be sent, as cells of the file, and as JSON.

use ratatui::text::Line;
use ratatui::text::Span;
use strum::VariantArray;

use crate::app::ReviewRow;
use crate::case::{Case, Plan, PlanContext, Target};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::next_in;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::labels::value_text;
use crate::tui::screens::review::state::{RowTab, RowView};
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::{fit, wrap};

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Row(one)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Next | Action::Previous => {
            one.tab = next_in(RowTab::VARIANTS, one.tab, action == Action::Next);
            one.scroll = 0;
        }
        Action::Back => _ = model.overlays.pop(),
        _ => {}
    }
    Vec::new()
}

/// A value of the case and its source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ValueLine {
    pub(super) field: String,
    pub(super) value: String,
    pub(super) from: String,
}

/// A cell of the file and the fields it maps to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CellLine {
    pub(super) column: String,
    /// Text in the file.
    pub(super) text: String,
    /// Edited text.
    pub(super) fixed: Option<String>,
    /// Fields the cell maps to; empty if it isn't imported.
    pub(super) to: Vec<String>,
}

/// Returns every value of a row's case with its source.
pub(crate) fn values(model: &Model, seen: &ReviewRow) -> Vec<ValueLine> {
    let Some(job) = &model.job else { return Vec::new() };
    let Ok(plan) = Plan::new(job.recipe(), job.columns(), &PlanContext::default()) else { return Vec::new() };
    let case = shown(model, seen);
    let line = |placed: &crate::case::Placed| ValueLine {
        field: job.target_label(placed.dest.target(), &model.catalog),
        value: value_text(&placed.value, placed.dest, &model.catalog),
        from: if placed.by_default {
            "default".to_owned()
        } else {
            plan.columns_of(placed.dest).map(|index| plan.header(index)).collect::<Vec<_>>().join(", ")
        },
    };
    case.values.iter().map(line).collect()
}

/// Returns the case as displayed: private values are masked unless the user shows them.
fn shown(model: &Model, seen: &ReviewRow) -> Case {
    let plan = model.job.as_ref().and_then(|job| {
        let context = PlanContext { rows: job.samples(), ..PlanContext::default() };
        Plan::new(job.recipe(), job.columns(), &context).ok()
    });
    match plan {
        Some(plan) if !model.private_shown => {
            plan.masked(&seen.built.case, &plan.secrets(&seen.read.cells, model.today()))
        }
        _ => seen.built.case.clone(),
    }
}

/// Returns every cell of a row with the fields it maps to.
pub(crate) fn cells(model: &Model, seen: &ReviewRow) -> Vec<CellLine> {
    let Some(job) = &model.job else { return Vec::new() };
    let lines = job.lines();
    let line = |index: usize| CellLine {
        column: job.header(index),
        text: cell_text(model, job, seen, index),
        fixed: seen
            .fixed
            .contains(&index)
            .then(|| model.displayed(index, seen.read.cells.get(index).unwrap_or("").trim())),
        to: lines
            .iter()
            .filter(|line| line.column == Some(index))
            .filter_map(|line| job.rule(*line))
            .filter(|rule| rule.to != Target::Ignore)
            .map(|rule| job.target_label(rule.to, &model.catalog))
            .collect(),
    };
    (0..seen.read.cells.len().max(job.columns().len())).map(line).collect()
}

/// Returns a cell as displayed, plus the number it actually contains if that differs.
fn cell_text(model: &Model, job: &Job, seen: &ReviewRow, column: usize) -> String {
    let shown = seen.row.cells.get(column).unwrap_or("").trim();
    match seen.row.number(column) {
        Some(number) if !number.reads_as(shown) && !job.is_private(column) => {
            format!("{}, actual value {}", model.displayed(column, shown), number.digits())
        }
        _ => model.displayed(column, shown),
    }
}

/// Returns the request body as lines.
pub(crate) fn json(model: &Model, seen: &ReviewRow) -> Vec<String> {
    let body = crate::trackops::request(&shown(model, seen), seen.forms).body;
    let body: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let text = body.and_then(|body| serde_json::to_string_pretty(&body).ok()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

pub(crate) fn text(model: &Model, view: &RowView, window: u16) -> FullText {
    let RowView { seen, tab, .. } = view;
    let theme = model.theme;
    let width = usize::from(window).saturating_sub(4);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for problem in model.review.shown_problems(seen.row.number, Some(seen)) {
        let (mark, style) = crate::tui::screens::review::problem::mark(theme, problem);
        let text = format!("{mark} {}", crate::tui::screens::review::problem::sentence(problem));
        lines.extend(wrap(&text, width).into_iter().map(|text| Line::from(Span::styled(text, style))));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    match tab {
        RowTab::Case => {
            lines.extend(case_lines(model, seen, width));
            lines.extend(nowhere(model, seen, width));
        }
        RowTab::Cells => lines.extend(cell_lines(model, seen, width)),
        RowTab::Json => {
            let json = json(model, seen);
            lines.extend(json.iter().flat_map(|line| wrapped(line, width)).map(Line::from));
        }
    }
    let left_out = || model.review.all_problems(seen).any(|problem| problem.code.excludes());
    let sent = if seen.created {
        "already created"
    } else if left_out() {
        "excluded, not sent"
    } else if seen.built.is_sendable() {
        "as it will be sent"
    } else {
        "can't be sent as it is"
    };
    let faces: Vec<String> = RowTab::VARIANTS
        .iter()
        .map(|of| if of == tab { format!("[{}]", of.word()) } else { of.word().to_owned() })
        .collect();
    let title = format!("Row {}, line {}: {sent} · Tab: {}", seen.row.number, seen.row.line, faces.join(" "));
    FullText::new(title, lines)
}

/// Wraps a line of JSON, keeping its indent.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let text = wrap(line.trim_start(), width.saturating_sub(indent + 2));
    (0..).zip(text).map(|(at, text)| " ".repeat(indent + if at > 0 { 2 } else { 0 }) + &text).collect()
}

/// Lays out three columns; the second and third may take several lines.
fn in_three(model: &Model, width: usize, texts: [&str; 3], strong: bool) -> Vec<Line<'static>> {
    let (first, last) = (width * 3 / 10, width * 3 / 10);
    let middle = width.saturating_sub(first + last + 2);
    let style = if strong { model.theme.strong } else { ratatui::style::Style::new() };
    let [first_text, middle_text, last_text] = texts;
    let (middles, lasts) = (wrap(middle_text, middle), wrap(last_text, last));
    (0..middles.len().max(lasts.len()))
        .map(|at| {
            let text = |of: &[String]| of.get(at).cloned().unwrap_or_default();
            Line::from(vec![
                Span::raw(format!("{} ", fit(if at == 0 { first_text } else { "" }, first))),
                Span::styled(fit(&text(&middles), middle), style),
                Span::raw(format!(" {}", fit(&text(&lasts), last))),
            ])
        })
        .collect()
}

fn head(model: &Model, width: usize, texts: [&str; 3]) -> Line<'static> {
    let lines = in_three(model, width, texts, false);
    let text: String = lines.first().map(ToString::to_string).unwrap_or_default();
    Line::from(Span::styled(text, model.theme.head))
}

fn case_lines(model: &Model, seen: &ReviewRow, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![head(model, width, ["field", "value to send", "from"])];
    for line in values(model, seen) {
        lines.extend(in_three(model, width, [&line.field, &line.value, &line.from], true));
    }
    lines
}

/// Returns fields and values in two columns, then the columns that aren't imported.
pub(crate) fn in_short(model: &Model, seen: &ReviewRow, width: usize) -> Vec<Line<'static>> {
    let label = width * 2 / 5;
    let room = width.saturating_sub(label + 1);
    let mut lines = Vec::new();
    for line in values(model, seen) {
        for (at, text) in wrap(&line.value, room).into_iter().enumerate() {
            let name = if at == 0 { line.field.as_str() } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!("{} ", fit(name, label)), model.theme.faint),
                Span::raw(text),
            ]));
        }
    }
    let unused: Vec<String> =
        cells(model, seen).into_iter().filter(|cell| cell.to.is_empty()).map(|cell| cell.column).collect();
    if !unused.is_empty() {
        lines.push(Line::default());
        let text = format!("Not imported: {}", unused.join(", "));
        lines.extend(
            wrap(&text, width).into_iter().map(|text| Line::from(Span::styled(text, model.theme.faint))),
        );
    }
    lines
}

fn nowhere(model: &Model, seen: &ReviewRow, width: usize) -> Vec<Line<'static>> {
    let cells = cells(model, seen);
    let mut lines = Vec::new();
    for cell in cells.iter().filter(|cell| cell.to.is_empty()) {
        if lines.is_empty() {
            lines.push(Line::default());
            lines.push(Line::from(Span::styled(fit("Columns not imported", width), model.theme.head)));
        }
        lines.extend(in_three(model, width, [&cell.column, &cell.text, ""], false));
    }
    lines
}

fn cell_lines(model: &Model, seen: &ReviewRow, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![head(model, width, ["column", "cell", "maps to"])];
    for cell in cells(model, seen) {
        let text = match &cell.fixed {
            Some(fixed) => format!("“{fixed}”, edited; in the file “{}”", cell.text),
            None => cell.text.clone(),
        };
        let to = if cell.to.is_empty() { "not imported".to_owned() } else { cell.to.join(", ") };
        lines.extend(in_three(model, width, [&cell.column, &text, &to], true));
    }
    lines
}
