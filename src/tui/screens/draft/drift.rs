//! Differences from the import this one was duplicated from.

use ratatui::text::Line;

use crate::case::Drift;
use crate::text::{on_screen, plural};
use crate::tui::core::model::Model;
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::wrap;

pub(crate) fn text(model: &Model, window: u16) -> FullText {
    let Some(job) = &model.job else { return FullText::default() };
    let width = usize::from(window).saturating_sub(6);
    let start = format!("{}. Check them before you continue. Nothing was sent.", summary(&job.sheet.drift));
    let mut lines: Vec<Line> = wrap(&start, width).into_iter().map(Line::from).collect();
    lines.push(Line::default());
    for difference in &job.sheet.drift {
        for (at, text) in wrap(&on_screen(&difference.describe()), width).into_iter().enumerate() {
            lines.push(Line::from(format!("{} {text}", if at == 0 { "•" } else { " " })));
        }
    }
    let like = job.import.duplicated_from.unwrap_or_default();
    FullText::new(format!("Differences from import {like}"), lines)
}

/// Counts the differences by kind: “Columns: 3 new, 1 gone · 2 other differences”.
fn summary(drift: &[Drift]) -> String {
    let count = |of: fn(&Drift) -> u64| drift.iter().map(of).sum::<u64>();
    let columns = [
        (count(|drift| u64::from(matches!(drift, Drift::New(_)))), "new"),
        (count(|drift| u64::from(matches!(drift, Drift::Gone(..)))), "gone"),
        (count(|drift| u64::from(matches!(drift, Drift::Renamed { .. }))), "renamed"),
        (count(|drift| if let Drift::Moved(names) = drift { names.len() as u64 } else { 0 }), "moved"),
    ];
    let other = count(|drift| {
        u64::from(!matches!(drift, Drift::New(_) | Drift::Gone(..) | Drift::Renamed { .. } | Drift::Moved(_)))
    });
    let columns = columns.iter().filter(|(count, _)| *count > 0);
    let columns: Vec<String> = columns.map(|(count, what)| format!("{count} {what}")).collect();
    let columns = (!columns.is_empty()).then(|| format!("Columns: {}", columns.join(", ")));
    let other = (other > 0).then(|| plural(other, "other difference"));
    columns.into_iter().chain(other).collect::<Vec<_>>().join(" · ")
}
