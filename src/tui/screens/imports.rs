//! ```text
//!  caseload  Imports                                                      sandbox
//!   id  status       name            file          rows created except. date
//! ▸ 12  Paused       Acme weekly     march.csv      112      40       2 2026-11-23
//!   11  Complete     Acme weekly     feb.csv         98      98       0 2026-11-16
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::ledger::{Import, Status};
use crate::tui::model::Model;
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, field, fit, paragraph, put, row};

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let list = &model.imports;
    let mut area = area;
    if list.filtering || !list.filter.value().is_empty() {
        put(frame, area, 0, " filter:");
        let line = row(area, 0);
        let typed = Rect { x: line.x + 9, width: line.width.saturating_sub(10), ..line };
        field(
            frame,
            typed,
            &list.filter,
            list.filtering && model.overlays.is_empty(),
            false,
            model.theme.head,
        );
        area = below(area, 1);
    }
    let shown = list.shown();
    if shown.is_empty() {
        let text = match (list.loaded, list.all.is_empty()) {
            (false, _) => "reading the list of imports …",
            (true, true) => "No imports yet. Press n to choose a file and begin the first one.",
            (true, false) => "No import fits the filter. Esc clears it.",
        };
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        paragraph(frame, inner, 1, text, model.theme.strong);
        return;
    }
    let width = usize::from(area.width).saturating_sub(1);
    // Name and file share what the others leave; in a small window they go before the date.
    let date = if width < 72 { 0 } else { 10 };
    let rest = width.saturating_sub(3 + 13 + 7 + 7 + 7 + date + 7);
    let name = rest / 2;
    let columns = widths(&[3, 13, name, rest.saturating_sub(name), 7, 7, 7, date], width);
    let number = |text: &str, width: usize| format!("{text:>width$}");
    let head = [
        "id",
        "status",
        "name",
        "file",
        &number("rows", 7),
        &number("created", 7),
        &number("except.", 7),
        "date",
    ];
    table::draw(
        frame,
        area,
        model.theme,
        &cells(&head, &columns),
        (shown.len(), Some(list.cursor)),
        |index| shown.get(index).map_or_else(Line::default, |import| line(model, import, &columns)),
    );
}

fn line(model: &Model, import: &Import, columns: &[usize]) -> Line<'static> {
    let board = model.boards.get(&import.id).filter(|board| board.running);
    // A run in this program is ahead of the list.
    let (status, counts) =
        board.map_or((import.status, import.counts), |b| (Status::Processing, b.progress.counts));
    // Rows in flight are among the unknown ones, whoever sends them.
    let exceptions = counts.rejected + if status == Status::Processing { 0 } else { counts.unknown };
    let (mark, style) = match status {
        Status::Complete if exceptions == 0 => ("✓", model.theme.good),
        Status::Complete | Status::Paused | Status::Interrupted => ("!", model.theme.warning),
        Status::Error => ("✗", model.theme.bad),
        Status::Processing => ("»", model.theme.strong),
        Status::Draft | Status::Ready => ("·", ratatui::style::Style::new()),
    };
    let number = |n: u64| format!("{n:>7}");
    let date = model.moment(import.started_at.unwrap_or(import.created_at));
    let rest = [
        import.name.clone(),
        import.file_name(),
        number(counts.rows),
        number(counts.created),
        number(exceptions),
        date.get(..10).unwrap_or("").to_owned(),
    ];
    let id = cells(&[import.id.to_string()], columns);
    let status = fit(&format!("{mark} {status}"), columns.get(1).copied().unwrap_or(0));
    Line::from(vec![
        Span::raw(format!("{id} ")),
        Span::styled(status, style),
        Span::raw(format!(" {}", cells(&rest, columns.get(2..).unwrap_or_default()))),
    ])
}
