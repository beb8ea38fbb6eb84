//! ```text
//! ┌ “Services”: match values ──────────────────────────────────────────┐
//! │ 108 of 112 rows filled, 4 different values; 2 values (9×) unmapped │
//! │ patterns: Aa (97) · Aa Aa (11)                                     │
//! │  rows  value           maps to                                     │
//! │▸    7  Survelance      ✗ Space: Surveillance (1)?                  │
//! │     2  Trial           ✗ unmapped                                  │
//! │    90  Surveillance    → Surveillance (1)                          │
//! │     9  Test            – rows skipped                              │
//! └────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::engine::Facet;
use crate::text::plural;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::field_map::meaning::meaning_of;
use crate::tui::screens::field_map::state::{Meaning, Values};
use crate::tui::screens::field_map::values::count_unmapped;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{below, cut, fit, paragraph, put};

/// Maximum number of patterns shown.
const SHAPES: usize = 4;

pub(crate) fn draw(model: &Model, frame: &mut Frame, values: &Values) -> Option<ListArea> {
    let job = model.job.as_ref()?;
    let height = frame.area().height.saturating_sub(2).max(9);
    let what = if values.field.is_some() { "match values" } else { "values" };
    let title = format!("“{}”: {what}", job.header(values.column));
    let inner = boxed(frame, model.theme, &title, 78, height);
    let facet = match (values.facet.failure(), values.facet.value()) {
        (Some(sentence), _) => {
            paragraph(frame, inner, 0, &format!("✗ {sentence}"), model.theme.bad);
            return None;
        }
        (None, None) => {
            put(frame, inner, 0, "Counting the values in the whole file…");
            return None;
        }
        (None, Some(facet)) => facet,
    };
    let width = usize::from(inner.width);
    put(frame, inner, 0, Span::styled(cut(&summary(model, values, facet), width), model.theme.strong));
    let shapes: Vec<String> =
        facet.shapes.iter().take(SHAPES).map(|(shape, count)| format!("{shape} ({count})")).collect();
    let more = if facet.shapes.len() > SHAPES { " · …" } else { "" };
    let shapes = format!("patterns: {}{more}", shapes.join(" · "));
    put(frame, inner, 1, Span::styled(cut(&shapes, width), model.theme.faint));
    let list = below(inner, 2);
    let text = (width * 2 / 5).max(10);
    let stands_for = if values.field.is_some() { "maps to" } else { "" };
    let head = format!("{:>7} {} {stands_for}", "rows", fit("value", text));
    table::draw(frame, list, model.theme, &head, (values.texts.len(), Some(values.cursor)), |index| {
        let Some((of, count)) = values.texts.get(index) else { return Line::default() };
        let meaning = meaning_of(job, values, of, &model.catalog);
        let style = if meaning.is_open() { model.theme.bad } else { ratatui::style::Style::new() };
        let room = width.saturating_sub(text + 10);
        Line::from(vec![
            Span::raw(format!("{count:>7} {} ", fit(&model.displayed(values.column, of), text))),
            Span::styled(cut(&describe(model, values.column, &meaning), room), style),
        ])
    })
}

fn summary(model: &Model, values: &Values, facet: &Facet) -> String {
    let Some(job) = &model.job else { return String::new() };
    let rows = facet.filled + facet.empty;
    let different = facet.texts.len();
    let mut text = format!(
        "{} of {} filled, {}",
        facet.filled,
        plural(rows, "row"),
        plural(different as u64, "different value")
    );
    if facet.others > 0 {
        text = format!("{text} and {} more", facet.others);
    }
    match count_unmapped(job, values) {
        (0, _) => text,
        (texts, times) => {
            format!("{text}; {} ({times}×) unmapped", plural(texts as u64, "value"))
        }
    }
}

fn describe(model: &Model, column: usize, meaning: &Meaning) -> String {
    match meaning {
        Meaning::Skipped => "– rows skipped".to_owned(),
        Meaning::Mapped(value) => format!("→ {value}"),
        Meaning::Id => "→ an id already".to_owned(),
        Meaning::Unmapped => "✗ unmapped".to_owned(),
        Meaning::Suggested(label, id) => format!("✗ Space: {label} ({id})?"),
        Meaning::Unchanged(from) if from.is_empty() => String::new(),
        Meaning::Unchanged(from) => {
            let from: Vec<String> = from.iter().map(|text| model.displayed(column, text)).collect();
            format!("replaces “{}”", from.join("”, “"))
        }
    }
}
