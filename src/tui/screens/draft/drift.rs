//! Differences from the import this one was duplicated from.

use ratatui::text::Line;

use crate::case::{Drift, Suggestion, Target};
use crate::text::{on_screen, plural};
use crate::tui::core::model::Model;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::lines::MapLine;
use crate::tui::widgets::panel::FullText;
use crate::tui::widgets::text::wrap;

pub(crate) fn text(model: &Model, window: u16) -> FullText {
    let Some(job) = &model.job else { return FullText::default() };
    let width = usize::from(window).saturating_sub(6);
    let start = format!("{}. Check them before you continue. Nothing was sent.", summary(&job.sheet.drift));
    let mut lines: Vec<Line> = wrap(&start, width).into_iter().map(Line::from).collect();
    lines.push(Line::default());
    for difference in &job.sheet.drift {
        let text = format!("{}{}", difference.describe(), mapping(model, job, difference));
        for (at, text) in wrap(&on_screen(&text), width).into_iter().enumerate() {
            lines.push(Line::from(format!("{} {text}", if at == 0 { "•" } else { " " })));
        }
    }
    let like = job.import.duplicated_from.unwrap_or_default();
    FullText::new(format!("Differences from import {like}"), lines)
}

/// Describes the mapping of a new column, which the user hasn't seen yet; empty for other differences.
fn mapping(model: &Model, job: &Job, difference: &Drift) -> String {
    let Drift::New(name) = difference else { return String::new() };
    let is_of = |line: &MapLine| line.column.is_some_and(|column| job.column_name(column) == *name);
    let Some(line) = job.lines().into_iter().find(is_of) else { return String::new() };
    let target = |to| job.target_label(to, &model.catalog);
    let sure = |idea: &Suggestion| format!("{:.0}% sure", idea.confidence * 100.0);
    match (job.rule(line), job.idea(line)) {
        (Some(rule), _) if rule.to != Target::Ignore && rule.by_hand => {
            format!(": mapped to {}, set by you", target(rule.to))
        }
        (Some(rule), idea) if rule.to != Target::Ignore => {
            let sure = idea.map(|idea| format!(", {}", sure(idea))).unwrap_or_default();
            format!(": mapped to {}, guessed{sure}", target(rule.to))
        }
        (_, Some(idea)) if idea.to != Target::Ignore => {
            format!(": not imported, maybe {}, {}", target(idea.to), sure(idea))
        }
        _ => ": not imported".to_owned(),
    }
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
