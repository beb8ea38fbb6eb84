//! One row as the case that will be sent, or one exception, whole.
//!
//! ```text
//!  Claim number (reference 1)   A-17                        Claim Number
//!  Due on                       2026-12-07                  default
//!
//!  Goes nowhere:  Internal      x
//! ```

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::app::Seen;
use crate::ledger::Exception;
use crate::tui::model::Model;
use crate::tui::state::log;
use crate::tui::state::trace::{self, Face, OneRow};
use crate::tui::widgets::dialog::pages;
use crate::tui::widgets::text::{fit, wrap};

pub(super) fn row(model: &Model, frame: &mut Frame, one: &OneRow) {
    let OneRow { seen, face, scroll } = one;
    let theme = model.theme;
    let width = usize::from(frame.area().width).saturating_sub(4);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let known: Vec<_> = model.review.problems_of(seen.row.number).collect();
    let problems = if known.is_empty() { seen.built.problems.iter().collect() } else { known };
    for problem in problems {
        let (mark, style) = super::review::mark(theme, problem);
        let text = format!("{mark} {}", super::review::sentence(problem));
        lines.extend(wrap(&text, width).into_iter().map(|text| Line::from(Span::styled(text, style))));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    match face {
        Face::Case => {
            lines.extend(case(model, seen, width));
            lines.extend(nowhere(model, seen, width));
        }
        Face::Cells => lines.extend(cells(model, seen, width)),
        Face::Json => {
            let json = trace::json(model, seen);
            lines.extend(json.iter().flat_map(|line| wrapped(line, width)).map(Line::from));
        }
    }
    let left_out = || {
        let known = model.review.problems_of(seen.row.number).chain(&seen.built.problems);
        known.into_iter().any(|problem| problem.code.excludes())
    };
    let sent = if seen.created {
        "created already"
    } else if left_out() {
        "left out, not sent"
    } else if seen.built.is_sendable() {
        "as it will be sent"
    } else {
        "cannot be sent as it is"
    };
    let faces: Vec<String> = Face::ALL
        .iter()
        .map(|of| if of == face { format!("[{}]", of.word()) } else { of.word().to_owned() })
        .collect();
    let title = format!("Row {}, line {}: {sent} · Tab: {}", seen.row.number, seen.row.line, faces.join(" "));
    pages(frame, theme, &title, lines, *scroll);
}

/// A line of JSON keeps its indent.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start().len();
    let text = wrap(line.trim_start(), width.saturating_sub(indent + 2));
    (0..).zip(text).map(|(at, text)| " ".repeat(indent + if at > 0 { 2 } else { 0 }) + &text).collect()
}

/// Three columns, of which the middle one may take several lines.
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

fn case(model: &Model, seen: &Seen, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![head(model, width, ["field", "value that is sent", "from"])];
    for line in trace::values(model, seen) {
        lines.extend(in_three(model, width, [&line.field, &line.value, &line.from], true));
    }
    lines
}

fn nowhere(model: &Model, seen: &Seen, width: usize) -> Vec<Line<'static>> {
    let cells = trace::cells(model, seen);
    let mut lines = Vec::new();
    for cell in cells.iter().filter(|cell| cell.to.is_empty()) {
        if lines.is_empty() {
            lines.push(Line::default());
            lines.push(Line::from(Span::styled(fit("Columns that go nowhere", width), model.theme.head)));
        }
        lines.extend(in_three(model, width, [&cell.column, &cell.text, ""], false));
    }
    lines
}

fn cells(model: &Model, seen: &Seen, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![head(model, width, ["column", "cell", "goes to"])];
    for cell in trace::cells(model, seen) {
        let text = match &cell.fixed {
            Some(fixed) => format!("“{fixed}”, fixed; in the file “{}”", cell.text),
            None => cell.text.clone(),
        };
        let to = if cell.to.is_empty() { "nowhere".to_owned() } else { cell.to.join(", ") };
        lines.extend(in_three(model, width, [&cell.column, &text, &to], true));
    }
    lines
}

pub(super) fn exception(model: &Model, frame: &mut Frame, found: &Exception, scroll: usize) {
    let width = usize::from(frame.area().width).saturating_sub(4);
    let mut lines = Vec::new();
    for (name, text) in log::parts(found) {
        for (index, text) in wrap(&text, width.saturating_sub(14)).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::raw(fit(name, 14)), Span::styled(text, model.theme.strong)]));
        }
    }
    pages(frame, model.theme, &format!("Exception at row {}", found.row), lines, scroll);
}

pub(super) fn drift(model: &Model, frame: &mut Frame, scroll: usize) {
    let Some(job) = &model.job else { return };
    let width = usize::from(frame.area().width).saturating_sub(6);
    let mut lines = vec![Line::from("Look at these before you go on; nothing was sent."), Line::default()];
    for told in &job.sheet.drift {
        for (at, text) in wrap(told, width).into_iter().enumerate() {
            lines.push(Line::from(format!("{} {text}", if at == 0 { "•" } else { " " })));
        }
    }
    let like = job.import.made_like.unwrap_or_default();
    pages(frame, model.theme, &format!("Different from import {like}"), lines, scroll);
}
