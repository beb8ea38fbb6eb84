//! ```text
//! ┌ Row 3 sent alone ──────────────────────────────────────────────────┐
//! │ Row 3 (line 5) was created as case 5001 (2026-11-00001-01).        │
//! │                                                                    │
//! │   field                 sent                  stored               │
//! │ = Claim #               CLM-2026-03-0003      CLM-2026-03-0003     │
//! │ ≠ Due on                2026-03-20            2026-03-21           │
//! │ · Notes                 Uses a cane           (not shown)          │
//! └────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::case::Target;
use crate::engine::First;
use crate::trackops::Same;
use crate::tui::model::Model;
use crate::tui::state::first::SentFirst;
use crate::tui::widgets::dialog::pages;
use crate::tui::widgets::text::{fit, wrap};

pub(super) fn draw(model: &Model, frame: &mut Frame, sent: &SentFirst) {
    let width = usize::from(frame.area().width).saturating_sub(4);
    let lines = match &sent.first {
        None => vec![Line::from(format!("sending row {} …", sent.row))],
        Some(first) => answered(model, first, width),
    };
    pages(frame, model.theme, &format!("Row {} sent alone", sent.row), lines, sent.scroll);
}

fn answered(model: &Model, first: &First, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines: Vec<Line<'static>> = wrap(&first.note, width)
        .into_iter()
        .map(|text| Line::from(Span::styled(text, theme.strong)))
        .collect();
    let shown = if model.private_shown { &first.lines } else { &first.masked };
    if shown.is_empty() {
        return lines;
    }
    let count = |same: Same| shown.iter().filter(|line| line.same == same).count();
    let sums = format!(
        "{} the same (=), {} different (≠), {} not shown (·), {} filled in by Trackops (+)",
        count(Same::Same),
        count(Same::Differs),
        count(Same::NotShown),
        count(Same::Added)
    );
    lines.extend(wrap(&sums, width).into_iter().map(Line::from));
    lines.push(Line::default());
    let label = width * 3 / 10;
    let each = width.saturating_sub(label + 4) / 2;
    let head = format!("  {} {} {}", fit("field", label), fit("sent", each), fit("stored", each));
    lines.push(Line::from(Span::styled(head, theme.head)));
    // What differs is what one looks for.
    let (differ, others): (Vec<_>, Vec<_>) = shown.iter().partition(|line| line.same == Same::Differs);
    for line in differ.into_iter().chain(others) {
        let name = name(model, &line.key);
        let stored = if line.same == Same::NotShown { "(not shown)" } else { &line.stored };
        let (sents, storeds, names) = (wrap(&line.sent, each), wrap(stored, each), wrap(&name, label));
        let style = if line.same == Same::Differs { theme.bad } else { ratatui::style::Style::new() };
        for at in 0..sents.len().max(storeds.len()).max(names.len()) {
            let part = |of: &[String]| of.get(at).cloned().unwrap_or_default();
            let mark = if at == 0 { line.same.mark() } else { ' ' };
            let text = format!(
                "{mark} {} {} {}",
                fit(&part(&names), label),
                fit(&part(&sents), each),
                fit(&part(&storeds), each)
            );
            lines.push(Line::from(Span::styled(text, style)));
        }
    }
    lines
}

/// What people call a field.
fn name(model: &Model, key: &str) -> String {
    match (key.parse::<Target>(), &model.job) {
        (Ok(target), Some(job)) => job.target_label(target, &model.catalog),
        _ => key.to_owned(),
    }
}
