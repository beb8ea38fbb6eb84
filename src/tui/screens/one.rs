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

use crate::case::{Built, Severity};
use crate::sheet::Row;
use crate::tui::model::Model;
use crate::tui::state::review::trace;
use crate::tui::widgets::dialog::pages;
use crate::tui::widgets::text::{fit, wrap};

pub(super) fn row(model: &Model, frame: &mut Frame, row: &(Row, Built), scroll: usize) {
    let (row, built) = row;
    let theme = model.theme;
    let width = usize::from(frame.area().width).saturating_sub(4);
    let (label, from) = (width * 3 / 10, width * 2 / 10);
    let value = width.saturating_sub(label + from + 2);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let known: Vec<_> = model.review.problems_of(row.number).collect();
    let problems = if known.is_empty() { built.problems.iter().collect() } else { known };
    for problem in problems {
        let style = if problem.severity == Severity::Error { theme.bad } else { theme.warning };
        let mark = if problem.severity == Severity::Error { "✗" } else { "!" };
        let text = format!("{mark} {}", super::review::sentence(problem));
        lines.extend(wrap(&text, width).into_iter().map(|text| Line::from(Span::styled(text, style))));
    }
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    let head = format!("{} {} {}", fit("field", label), fit("value that is sent", value), fit("from", from));
    lines.push(Line::from(Span::styled(head, theme.head)));
    let traced = trace(model, row, built);
    for (name, text, source) in &traced.values {
        for (index, text) in wrap(text, value).into_iter().enumerate() {
            let (name, source) = if index == 0 { (name.as_str(), source.as_str()) } else { ("", "") };
            lines.push(Line::from(vec![
                Span::raw(format!("{} ", fit(name, label))),
                Span::styled(fit(&text, value), theme.strong),
                Span::raw(format!(" {}", fit(source, from))),
            ]));
        }
    }
    if !traced.nowhere.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(Span::styled(fit("Columns that go nowhere", width), theme.head)));
    }
    for (name, text) in &traced.nowhere {
        lines.push(Line::from(format!("{} {}", fit(name, label), fit(text, value + from + 1))));
    }
    let sent = if built.is_sendable() { "the case that will be sent" } else { "cannot be sent as it is" };
    pages(frame, theme, &format!("Row {}, line {}: {sent}", row.number, row.line), lines, scroll);
}

pub(super) fn exception(model: &Model, frame: &mut Frame, index: usize, scroll: usize) {
    let Some(found) = model.board().and_then(|board| board.log.get(index)) else { return };
    let width = usize::from(frame.area().width).saturating_sub(4);
    let place = format!("row {} of the file, line {}", found.row, found.line);
    let status = found.http_status.map(|status| status.to_string());
    let parts: [(&str, Option<&str>); 8] = [
        ("Where", Some(&place)),
        ("Column", found.column.as_deref()),
        ("Field", found.field.as_deref()),
        ("Value", found.value.as_deref()),
        ("What", Some(&found.message)),
        ("Code", Some(&found.code)),
        ("Found by", Some(found.source.word())),
        ("HTTP status", status.as_deref()),
    ];
    let mut lines = Vec::new();
    for (name, text) in parts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        for (index, text) in wrap(text, width.saturating_sub(14)).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::raw(fit(name, 14)), Span::styled(text, model.theme.strong)]));
        }
    }
    pages(frame, model.theme, &format!("Exception at row {}", found.row), lines, scroll);
}
