//! ```text
//!  caseload  Imports                                                      sandbox
//!   id  status       name            file          rows created except. date
//! ▸ 12  Paused       Acme weekly     march.csv      112      40       2 2026-11-23
//!   11  Complete     Acme weekly     feb.csv         98      98       0 2026-11-16
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::ledger::{Import, Status};
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::widgets::table::{self, cells, widths};
use crate::tui::widgets::text::{below, field, fit, paragraph, put, row};

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let list = &model.imports;
    let mut area = area;
    if list.filtering || !list.filter.value().is_empty() {
        put(frame, area, 0, " filter:");
        let line = row(area, 0);
        let typed = Rect { x: line.x + 9, width: line.width.saturating_sub(10), ..line };
        field(frame, typed, &list.filter, list.filtering && model.overlays.is_empty(), model.theme.head);
        area = below(area, 1);
    }
    let shown = list.shown();
    if shown.is_empty() {
        let text = match (list.loaded, list.all.is_empty()) {
            (false, _) => "Reading the list of imports…",
            (true, true) => "No imports yet. Press n to choose a file and start one.",
            (true, false) => "No imports match the filter. Press Esc to clear it.",
        };
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
        paragraph(frame, inner, 1, text, model.theme.strong);
        frame.set_cursor_position((inner.x, inner.y + 1));
        return None;
    }
    let columns = columns(model, usize::from(area.width).saturating_sub(1));
    let head = ["id", "status", "name", "file"].map(str::to_owned).into_iter();
    let head = head.chain(columns.several.then(|| "account".to_owned()));
    let head = head.chain(columns.people.then(|| "made by".to_owned()));
    let head: Vec<String> = head
        .chain(["rows", "created", "except."].map(|text| format!("{text:>7}")))
        .chain(["date".to_owned()])
        .collect();
    table::draw(
        frame,
        area,
        model.theme,
        &cells(&head, &columns.widths),
        (shown.len(), Some(list.cursor)),
        |index| shown.get(index).map_or_else(Line::default, |import| line(model, import, &columns)),
    )
}

/// Minimum width of the column of files, if there is room.
const FILE: usize = 8;

/// Column widths, and whether the columns "account" and "made by" are shown.
struct Columns {
    widths: Vec<usize>,
    several: bool,
    people: bool,
}

fn columns(model: &Model, width: usize) -> Columns {
    let list = &model.imports;
    let several = list.of_several_accounts(model.who.as_ref().map(|who| who.name.as_str()));
    let wide = width >= 72;
    // Name and file share the remaining width, the file with no more than it needs; in a small window they take the
    // place of the date, and the account that of the file.
    let date = if wide { 10 } else { 0 };
    let longest = list.all.iter().map(|import| import.account.width()).max().unwrap_or(0);
    let account = several.then_some(longest.clamp(7, 12));
    let people = wide && list.of_several_people();
    let longest = list.all.iter().map(|import| import.made_by.width()).max().unwrap_or(0);
    let maker = people.then_some(longest.clamp(7, 12));
    let added: usize = account.iter().chain(&maker).map(|width| width + 1).sum();
    let taken = 3 + 13 + 7 + 7 + 7 + date + 7 + added;
    let rest = width.saturating_sub(taken);
    let longest = list.all.iter().map(|import| import.file_name().width()).max().unwrap_or(0);
    let file = if several && !wide { 0 } else { longest.clamp(FILE.min(rest / 2), rest.div_ceil(2)) };
    let wanted = [3, 13, rest.saturating_sub(file), file].into_iter();
    let wanted = wanted.chain(account).chain(maker).chain([7, 7, 7, date]);
    Columns { widths: widths(&wanted.collect::<Vec<_>>(), width), several, people }
}

fn line(model: &Model, import: &Import, columns: &Columns) -> Line<'static> {
    let Columns { widths: columns, several, people } = columns;
    let board = model.boards.get(&import.id).filter(|board| board.is_running());
    // A run in this process is ahead of the list.
    let (status, counts) = board.map_or((import.status, import.counts), |b| (Status::Processing, b.counts()));
    // Rows in flight count as unknown, whichever process sends them.
    let exceptions = counts.rejected + if status == Status::Processing { 0 } else { counts.unknown };
    let empty = status == Status::Ready && model.nothing_to_send.get(&import.id) == Some(&import.recipe);
    let (mark, style) = match status {
        _ if empty => ("!", model.theme.warning),
        Status::Complete if exceptions + import.doubled == 0 => ("✓", model.theme.good),
        Status::Complete | Status::Paused | Status::Interrupted => ("!", model.theme.warning),
        Status::Error => ("✗", model.theme.bad),
        Status::Processing => ("»", model.theme.strong),
        Status::Draft | Status::Ready => ("·", ratatui::style::Style::new()),
    };
    let number = |n: u64| format!("{n:>7}");
    let date = model.moment(import.started_at.unwrap_or(import.created_at));
    let names = [import.name.clone(), import.file_name()].into_iter();
    let numbers = [number(counts.rows), number(counts.created), number(exceptions)];
    let rest = names.chain(several.then(|| import.account.clone()));
    let rest = rest.chain(people.then(|| import.made_by.clone())).chain(numbers);
    let rest: Vec<String> = rest.chain([date.get(..10).unwrap_or("").to_owned()]).collect();
    let id = cells(&[import.id.to_string()], columns);
    let status = match board {
        _ if empty => "0 to send".to_owned(),
        Some(_) => status.to_string(),
        None => import.status_in_list(),
    };
    let status = fit(&format!("{mark} {status}"), columns.get(1).copied().unwrap_or(0));
    Line::from(vec![
        Span::raw(format!("{id} ")),
        Span::styled(status, style),
        Span::raw(format!(" {}", cells(&rest, columns.get(2..).unwrap_or_default()))),
    ])
}
