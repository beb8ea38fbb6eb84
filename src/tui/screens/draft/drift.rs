//! Differences from the import this one was duplicated from.

use ratatui::Frame;
use ratatui::text::Line;

use crate::tui::core::model::Model;
use crate::tui::widgets::panel::pages;
use crate::tui::widgets::text::wrap;

pub(crate) fn draw(model: &Model, frame: &mut Frame, scroll: usize) {
    let Some(job) = &model.job else { return };
    let width = usize::from(frame.area().width).saturating_sub(6);
    let mut lines = vec![Line::from("Check these before you continue. Nothing was sent."), Line::default()];
    for difference in &job.sheet.drift {
        for (at, text) in wrap(difference, width).into_iter().enumerate() {
            lines.push(Line::from(format!("{} {text}", if at == 0 { "•" } else { " " })));
        }
    }
    let like = job.import.duplicated_from.unwrap_or_default();
    pages(frame, model.theme, &format!("Differences from import {like}"), lines, scroll);
}
