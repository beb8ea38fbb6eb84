//! The dialogs: a box over the screen, and what stands in each.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear};

use super::table;
use super::text::{below, cut, field, fit, paragraph, put, row};
use crate::ledger::OnError;
use crate::text::{hide_ssns, mask};
use crate::trackops::List;
use crate::tui::dialogs::{Confirm, Prompt};
use crate::tui::model::Model;
use crate::tui::state::changes;
use crate::tui::state::chooser::Chooser;
use crate::tui::state::declare::{Declare, DeclareField, Whose};
use crate::tui::state::start::{StartDialog, StartFocus};
use crate::tui::theme::Theme;

/// A box in the middle, at most that large; its inside.
pub(crate) fn boxed(frame: &mut Frame, theme: Theme, title: &str, width: u16, height: u16) -> Rect {
    let all = frame.area();
    let (width, height) = (width.min(all.width), height.min(all.height));
    let area = Rect { x: (all.width - width) / 2, y: (all.height - height) / 2, width, height };
    let title = Span::styled(format!(" {} ", cut(title, usize::from(width.saturating_sub(6)))), theme.strong);
    let block = Block::bordered().title(title);
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    // One column of air at each side.
    let air = u16::from(inner.width > 2);
    // Screen readers and magnifiers follow the terminal's cursor; a list or a text field moves it on.
    if !inner.is_empty() {
        frame.set_cursor_position(Position::new(inner.x + air, inner.y));
    }
    Rect { x: inner.x + air, width: inner.width - 2 * air, ..inner }
}

pub(crate) fn prompt(model: &Model, frame: &mut Frame, prompt: &Prompt) {
    let inner = boxed(frame, model.theme, &prompt.title, 64, 7);
    field(frame, row(inner, 0), &prompt.input, true, model.theme.head);
    let (text, style) = match &prompt.error {
        Some(error) => (format!("✗ {error}"), model.theme.bad),
        None => (prompt.hint.to_owned(), model.theme.faint),
    };
    paragraph(frame, inner, 2, &text, style);
    if let Some(remark) = prompt.remark_now(model) {
        put(frame, inner, 1, Span::styled(remark, model.theme.faint));
    }
}

pub(crate) fn confirm(model: &Model, frame: &mut Frame, confirm: &Confirm) {
    let lines = super::text::wrap(&confirm.question, 58).len();
    let height = u16::try_from(lines).unwrap_or(9).saturating_add(4);
    let inner = boxed(frame, model.theme, &confirm.title, 64, height);
    let used = paragraph(frame, inner, 0, &confirm.question, model.theme.strong);
    put(frame, inner, used + 1, "Enter yes    Esc no");
}

pub(crate) fn chooser(model: &Model, frame: &mut Frame, chooser: &Chooser) {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, &chooser.title, 76, height);
    put(
        frame,
        inner,
        0,
        Span::styled(
            "path of a CSV file or a workbook; ~ is home, Tab completes; newest first",
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
        put(
            frame,
            list,
            0,
            "no folder and no spreadsheet here begins like this; any other path can be typed",
        );
    }
    let width = usize::from(list.width).saturating_sub(24);
    // Without a cursor a table shows its end; the newest files are at the beginning.
    let lines =
        if chooser.cursor.is_none() { shown.len().min(usize::from(list.height)) } else { shown.len() };
    table::draw(frame, list, model.theme, "", (lines, chooser.cursor), |index| {
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
}

/// Lines for what a file begins with.
const LOOK: u16 = 6;

/// The header and the first rows of the file under the cursor.
fn look(model: &Model, frame: &mut Frame, chooser: &Chooser, area: Rect) {
    let rule = "─".repeat(usize::from(area.width));
    put(frame, area, 0, Span::styled(rule, model.theme.faint));
    let lines = match (chooser.preview.value(), chooser.preview.failure()) {
        (Some(lines), _) => lines,
        (None, Some(sentence)) => {
            paragraph(frame, area, 1, &format!("! {sentence}"), model.theme.warning);
            return;
        }
        (None, None) => {
            let text = "the first rows of a file are shown here: ↓ goes to it";
            put(frame, area, 1, Span::styled(text, model.theme.faint));
            return;
        }
    };
    let columns = lines.first().map_or(0, Vec::len).max(1);
    let each = (usize::from(area.width) / columns).saturating_sub(1).clamp(9, 20);
    let shown = (usize::from(area.width) / (each + 1)).max(1);
    for (index, line) in (0..).zip(lines.iter().take(usize::from(LOOK) - 1)) {
        let hidden = |at: usize| index > 0 && !model.private_shown && chooser.private.get(at) == Some(&true);
        let told = |at: usize, cell: &str| match (hidden(at), model.private_shown) {
            (true, _) => mask(cell),
            (false, true) => cell.to_owned(),
            (false, false) => hide_ssns(cell).into_owned(),
        };
        let cells: Vec<String> =
            line.iter().take(shown).enumerate().map(|(at, cell)| fit(&told(at, cell), each)).collect();
        let style = if index == 0 { model.theme.head } else { ratatui::style::Style::new() };
        put(frame, area, index + 1, Span::styled(cells.join(" "), style));
    }
}

/// A size as people read it.
fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

pub(crate) fn declare(model: &Model, frame: &mut Frame, form: &Declare) {
    let inner = boxed(frame, model.theme, "A custom field of your Trackops account", 66, 12);
    let owner = match form.whose {
        Whose::Case => "case".to_owned(),
        Whose::Subject(None) => "primary subject".to_owned(),
        Whose::Subject(Some(id)) => {
            let name = model.catalog.label(List::SubjectTypes, id).unwrap_or_default();
            format!("primary subject: {name} ({id})")
        }
    };
    let kind = format!("{} ({})", form.kind.label(), form.kind.tag());
    let choice = |which| match which {
        DeclareField::Owner => Ok(owner.as_str()),
        DeclareField::Kind => Ok(kind.as_str()),
        DeclareField::Required => Ok(if form.required { "yes" } else { "no" }),
        DeclareField::Id => Err(&form.id),
        DeclareField::Label => Err(&form.label),
        DeclareField::Choices => Err(&form.choices),
    };
    let labels = ["Belongs to", "Id", "Called", "Kind", "Choices", "Required"];
    for (index, (which, label)) in (0..).zip(DeclareField::ALL.into_iter().zip(labels)) {
        let focus = form.focus == which;
        let style = if focus { model.theme.strong } else { ratatui::style::Style::new() };
        let label = format!("{} {}", table::marker(focus), fit(label, 12));
        put(frame, inner, index, Span::styled(label, style));
        let line = row(inner, index);
        let value = Rect { x: line.x + 15.min(line.width), width: line.width.saturating_sub(15), ..line };
        match choice(which) {
            Ok(choice) => {
                let style = if focus { model.theme.selected } else { model.theme.strong };
                let text = cut(choice, usize::from(value.width).saturating_sub(4));
                put(frame, value, 0, Span::styled(format!("‹ {text} ›"), style));
            }
            Err(input) => field(frame, value, input, focus, model.theme.head),
        }
    }
    let hint = match (&form.error, form.focus) {
        (Some(error), _) => {
            paragraph(frame, inner, 7, &format!("✗ {error}"), model.theme.bad);
            return;
        }
        (None, DeclareField::Choices) => "the texts it can have, with ; between them; empty for any",
        (None, DeclareField::Required) => "whether Trackops wants it filled: an empty one is then a warning",
        (None, _) => {
            "Trackops shows ids in its field settings. Space changes a choice, Ctrl-S keeps the field."
        }
    };
    paragraph(frame, inner, 7, hint, model.theme.faint);
}

pub(crate) fn start(model: &Model, frame: &mut Frame, dialog: &StartDialog) {
    let theme = model.theme;
    let verb = if dialog.resume.is_some() { "Resume" } else { "Start" };
    let lines = super::text::wrap(&dialog.question(), 60).len() + super::text::wrap(&dialog.note(), 60).len();
    let height = u16::try_from(lines).unwrap_or(9).saturating_add(10);
    let inner = boxed(frame, theme, &format!("{verb} import {}", dialog.import), 66, height);
    let mut at = paragraph(frame, inner, 0, &dialog.question(), theme.strong);
    at += paragraph(frame, inner, at, &dialog.note(), theme.warning) + 1;
    let choosing = dialog.focus == StartFocus::OnError;
    put(frame, inner, at, format!("{} When a row is refused:", table::marker(choosing)));
    let choices = [(OnError::Halt, "send no further row"), (OnError::Skip, "log it and go on to the end")];
    for (index, (choice, what)) in (1..).zip(choices) {
        let chosen = dialog.on_error == choice;
        let line = format!("  ({}) {choice}: {what}", if chosen { "•" } else { " " });
        let style = if chosen && choosing { theme.selected } else { ratatui::style::Style::new() };
        put(frame, inner, at + index, Span::styled(line, style));
    }
    let button = |text: &'static str, focus: bool| {
        let style = if focus { theme.selected } else { ratatui::style::Style::new() };
        Span::styled(format!("{}[ {text} ]", table::marker(focus)), style)
    };
    let mut buttons = Vec::new();
    if dialog.is_to_fix() {
        buttons.extend([button("Fix first", dialog.focus == StartFocus::FixFirst), Span::raw("   ")]);
    }
    buttons.extend([
        button(verb, dialog.focus == StartFocus::Start),
        Span::raw("   "),
        button("Cancel", dialog.focus == StartFocus::Cancel),
    ]);
    let tick = |frame: &mut Frame, at: u16, focus: bool, on: bool, text: String| {
        let mark = if on { "[x]" } else { "[ ]" };
        let style = if focus { theme.selected } else { ratatui::style::Style::new() };
        put(frame, inner, at, Span::styled(format!("{} {mark} {text}", table::marker(focus)), style));
    };
    if dialog.duplicates > 0 {
        let (focus, on) = (dialog.focus == StartFocus::Duplicates, dialog.send_duplicates);
        tick(frame, at + 3, focus, on, format!("also send {} left out as duplicates", dialog.duplicates));
    }
    let text = "skip cases already in Trackops".to_owned();
    tick(frame, at + 4, dialog.focus == StartFocus::LookUp, dialog.look_up, text);
    put(frame, inner, at + 6, Line::from(buttons));
}

/// What was changed about the rows.
/// Lines for the change under the cursor, when it is long.
const IN_FULL: u16 = 3;

pub(crate) fn changes(model: &Model, frame: &mut Frame, cursor: usize) {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, "What was changed about the rows", 76, height);
    put(frame, inner, 0, Span::styled("the file itself stays as it is", model.theme.faint));
    let told = changes::told(model);
    let width = usize::from(inner.width).saturating_sub(1);
    let list = Rect { height: inner.height.saturating_sub(IN_FULL), ..inner };
    table::draw(frame, below(list, 1), model.theme, "", (told.len(), Some(cursor)), |index| {
        Line::from(told.get(index).map_or_else(String::new, |text| cut(text, width)))
    });
    if let Some(text) = told.get(cursor).filter(|text| text.chars().count() > width) {
        paragraph(frame, below(inner, list.height), 0, text, model.theme.faint);
    }
}

/// A text over the whole screen that can be scrolled; it stops at its end.
pub(crate) fn pages(frame: &mut Frame, theme: Theme, title: &str, lines: Vec<Line<'static>>, scroll: usize) {
    let (width, height) = (frame.area().width, frame.area().height.saturating_sub(1));
    let inner = boxed(frame, theme, title, width, height);
    let page = usize::from(inner.height);
    let first = scroll.min(lines.len().saturating_sub(page));
    let more = lines.len() > first + page;
    for (index, line) in (0..).zip(lines.into_iter().skip(first).take(page)) {
        put(frame, inner, index, line);
    }
    if more {
        let at = Rect {
            x: inner.right().saturating_sub(9),
            width: 8.min(inner.width),
            y: inner.bottom(),
            height: 1,
        };
        put(frame, at, 0, Span::styled(" ↓ more ", theme.strong));
    }
}
