//! Draws the file chooser: the path, the files of its folder, and the first rows of one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::text::Span;

use crate::tui::core::cell_mask::CellMask;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::dialogs::chooser::Chooser;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{below, field, fit, paragraph, put, row, rule};

pub(crate) fn draw(model: &Model, frame: &mut Frame, chooser: &Chooser) -> Option<ListArea> {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, &chooser.title, 76, height);
    put(
        frame,
        inner,
        0,
        Span::styled(
            "Path of a CSV file or workbook. ~ is home, Tab completes. Newest first.",
            model.theme.faint,
        ),
    );
    field(frame, row(inner, 1), &chooser.input, chooser.cursor.is_none(), model.theme.head);
    let mut list = below(inner, 3);
    if list.height >= 2 * LOOK {
        list.height -= LOOK;
        look(model, frame, chooser, Rect { y: list.bottom(), height: LOOK, ..list });
    }
    let shown = chooser.shown();
    if let Some(sentence) = chooser.entries.failure() {
        paragraph(frame, list, 0, &format!("✗ {sentence}"), model.theme.bad);
    } else if shown.is_empty() {
        put(frame, list, 0, "No folder or spreadsheet here has this in its name. You can type any path.");
    }
    let width = usize::from(list.width).saturating_sub(24);
    let list = table::draw_list(frame, list, model.theme, (shown.len(), chooser.cursor), |index| {
        let Some(entry) = shown.get(index) else { return Line::default() };
        let (name, size) = if entry.folder {
            (format!("{}/", entry.name), String::new())
        } else {
            (entry.name.clone(), bytes(entry.bytes))
        };
        let size = if entry.name.starts_with('/') { "recent".to_owned() } else { size };
        let day = model.moment(entry.changed);
        let day = if entry.folder { "" } else { day.get(..10).unwrap_or("") };
        Line::from(format!("{} {size:>10} {day}", fit(&name, width)))
    });
    (list.len > 0).then_some(list)
}

/// Lines for the preview of a file.
const LOOK: u16 = 6;

/// Draws the header and the first rows of the file under the cursor.
fn look(model: &Model, frame: &mut Frame, chooser: &Chooser, area: Rect) {
    rule(frame, area, model.theme);
    let lines = match (chooser.preview.value(), chooser.preview.failure()) {
        (Some(lines), _) => lines,
        (None, Some(sentence)) => {
            paragraph(frame, area, 1, &format!("! {sentence}"), model.theme.warning);
            return;
        }
        (None, None) => {
            let text = "Preview of the selected file. Press ↓ to select one.";
            put(frame, area, 1, Span::styled(text, model.theme.faint));
            return;
        }
    };
    let columns = lines.first().map_or(0, Vec::len).max(1);
    let each = (usize::from(area.width) / columns).saturating_sub(1).clamp(9, 20);
    let shown = (usize::from(area.width) / (each + 1)).max(1);
    for (index, line) in (0..).zip(lines.iter().take(usize::from(LOOK) - 1)) {
        let mask = |at: usize| {
            if model.private_shown {
                CellMask::Nothing
            } else {
                CellMask::of(index > 0 && chooser.private.get(at) == Some(&true))
            }
        };
        let cells: Vec<String> =
            line.iter().take(shown).enumerate().map(|(at, cell)| fit(&mask(at).apply(cell), each)).collect();
        let style = if index == 0 { model.theme.head } else { ratatui::style::Style::new() };
        put(frame, area, index + 1, Span::styled(cells.join(" "), style));
    }
}

/// Returns a size with its unit.
fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}
