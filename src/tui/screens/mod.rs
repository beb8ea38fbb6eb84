//! The frame around every screen, and the choice of what to draw.

pub(crate) mod account;
pub(crate) mod catalog;
pub(crate) mod defaults;
pub(crate) mod draft;
pub(crate) mod field_map;
pub(crate) mod footer;
pub(crate) mod guide;
pub(crate) mod help;
pub(crate) mod imports;
pub(crate) mod processing;
pub(crate) mod resumable;
pub(crate) mod review;
pub(crate) mod start;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::core::action::Action;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::core::place::{Place, Screen};
use crate::tui::dialogs::{chooser_view, confirm, picker, picker_view, prompt};
use crate::tui::screens::catalog::declare;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::draft::{changes, drift, file_format, file_format_view, undo};
use crate::tui::screens::field_map::{unmapped, values_view};
use crate::tui::screens::processing::state::Board;
use crate::tui::screens::processing::{exceptions, export};
use crate::tui::screens::review::{first, row_view};
use crate::tui::widgets::ascii;
use crate::tui::widgets::panel::{FullText, pages};
use crate::tui::widgets::text::{cut, put, wrap};

/// Minimum size of the window.
const LEAST: (u16, u16) = (60, 16);

/// Draws the model. Returns the list in front, for clicks.
pub(crate) fn view(model: &Model, frame: &mut Frame) -> Option<ListArea> {
    let list = draw(model, frame);
    if model.theme.ascii {
        ascii::apply(frame.buffer_mut());
    }
    list
}

fn draw(model: &Model, frame: &mut Frame) -> Option<ListArea> {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = format!(
            "The window is {}x{}. caseload needs at least {}x{}.",
            area.width, area.height, LEAST.0, LEAST.1
        );
        for (index, line) in (0..).zip(wrap(&text, usize::from(area.width))) {
            put(frame, area, index, line);
        }
        return None;
    }
    title(model, frame, area);
    let status = footer::status(model, area.width);
    let news = u16::try_from(status.len()).unwrap_or(1).clamp(1, 4);
    let body = Rect { y: 1, height: area.height - 2 - news, ..area };
    let list = match model.screen {
        Screen::Account => {
            account::view::draw(model, frame, body);
            None
        }
        Screen::Imports => imports::view::draw(model, frame, body),
        Screen::Catalog => catalog::view::draw(model, frame, body),
        Screen::Defaults => defaults::view::draw(model, frame, body),
        Screen::FieldMap => field_map::view::draw(model, frame, body),
        Screen::Review => review::view::draw(model, frame, body),
        Screen::Processing => processing::view::draw(model, frame, body),
    };
    let list = overlays(model, frame, list);
    if model.private_shown {
        private_shown(model, frame, area);
    }
    // The status line covers everything: it answers the last key.
    let at = Rect { y: area.height - 1 - news, height: news, ..area };
    if !status.iter().all(|line| line.spans.is_empty()) {
        frame.render_widget(ratatui::widgets::Clear, at);
    }
    for (index, line) in (0..).zip(status) {
        put(frame, at, index, line);
    }
    let keys = Rect { y: area.height - 1, height: 1, ..area };
    frame.render_widget(ratatui::widgets::Clear, keys);
    footer::keys(model, frame, keys);
    list
}

/// Draws what lies over the screen. Returns the list in front; `list` is that of the screen itself.
fn overlays(model: &Model, frame: &mut Frame, mut list: Option<ListArea>) -> Option<ListArea> {
    for overlay in &model.overlays {
        list = None;
        match overlay {
            Overlay::Picker(picker) => list = picker_view::draw(model, frame, picker),
            Overlay::Chooser(chooser) => list = chooser_view::draw(model, frame, chooser),
            Overlay::Prompt(prompt) => prompt::draw(model, frame, prompt),
            Overlay::Confirm(confirm) => confirm::draw(model, frame, confirm),
            Overlay::Declare(form) => declare::draw(model, frame, form),
            Overlay::Values(values) => list = values_view::draw(model, frame, values),
            Overlay::Changes(cursor) => list = changes::draw(model, frame, *cursor),
            Overlay::Start(dialog) => start::draw(model, frame, dialog),
            Overlay::Sheet(form) => file_format_view::draw(model, frame, form),
            Overlay::Row(_)
            | Overlay::First(_)
            | Overlay::Exception(..)
            | Overlay::Drift(_)
            | Overlay::Help(_)
            | Overlay::Guide(..) => {
                if let Some((text, scroll)) = full_text(model, overlay, frame.area().width) {
                    pages(frame, model.theme, text, scroll);
                }
            }
        }
    }
    list
}

/// Returns the text of an overlay that consists of one, for a window of this width, and its scroll offset.
fn full_text(model: &Model, overlay: &Overlay, width: u16) -> Option<(FullText, usize)> {
    Some(match overlay {
        Overlay::Row(one) => (row_view::text(model, one, width), one.scroll),
        Overlay::First(sent) => (first::text(model, sent, width), sent.scroll),
        Overlay::Exception(found, scroll) => (exceptions::text(model, found, width), *scroll),
        Overlay::Drift(scroll) => (drift::text(model, width), *scroll),
        Overlay::Help(scroll) => (help::text(model, width), *scroll),
        Overlay::Guide(page, scroll) => (guide::text(model, *page, width), *scroll),
        _ => return None,
    })
}

/// Returns the scroll offset at the end of the text in front; none if it isn't a full-screen text.
pub(crate) fn last_scroll(model: &Model) -> Option<usize> {
    let (width, height) = model.size;
    let (text, _) = full_text(model, model.overlays.last()?, width)?;
    Some(text.last_scroll(height))
}

/// Warns, over everything, that private values are visible.
fn private_shown(model: &Model, frame: &mut Frame, area: Rect) {
    let who = model.who.as_ref().map(|who| cut(&who.name, 20)).unwrap_or_default();
    let text = format!(" ! SSNs shown, M hides  {who} ");
    let width = u16::try_from(text.width()).unwrap_or(area.width).min(area.width);
    let at = Rect { x: area.right() - width, width, height: 1, ..area };
    frame.render_widget(ratatui::widgets::Clear, at);
    put(frame, at, 0, Span::styled(text, model.theme.warning));
}

/// Returns counts of what is wrong with the field map, or to be confirmed.
fn wrong(model: &Model, job: &Job) -> String {
    let missing = job.missing();
    let lines = if model.screen == Screen::FieldMap { job.lines() } else { Vec::new() };
    let texts: usize = lines.iter().map(|line| unmapped::open(job, *line, &model.catalog)).sum();
    let others = job.errors().len() - missing;
    let doubts = job.doubts().len();
    let counts = [
        (missing, format!("{missing} missing")),
        (others, format!("{others} to fix")),
        (texts, format!("{texts}{} unmapped", unmapped::more(job))),
        (doubts, format!("{doubts} to confirm")),
    ];
    let wrong = counts.iter().filter(|(count, _)| *count > 0);
    wrong.fold(String::new(), |text, (_, part)| format!("{text} ! {part}"))
}

/// Returns the account to show: on Processing that of the import, otherwise the one in use.
fn account(model: &Model) -> Option<&str> {
    let shown = model.board().filter(|_| model.screen == Screen::Processing);
    let import_account = shown.and_then(Board::import).map(|import| import.account.as_str());
    import_account.or_else(|| model.who.as_ref().map(|who| who.name.as_str()))
}

/// Returns the parts of the title at a step of a draft.
fn step(model: &Model, name: &str) -> Vec<String> {
    let Some(job) = &model.job else { return Vec::new() };
    let wrong = if model.screen == Screen::Review { String::new() } else { wrong(model, job) };
    let reading = job.reading().map(|part| format!("reading {part}%"));
    let parts = [format!("Import {}", job.import().id), format!("{name}{wrong}"), job.import().file_name()];
    parts.into_iter().chain(reading).collect()
}

/// Draws the title: where the user is, and on the right the account.
fn title(model: &Model, frame: &mut Frame, area: Rect) {
    let mut parts = Vec::new();
    match model.screen {
        Screen::Account => parts.push("Account".to_owned()),
        Screen::Imports => parts.push("Imports".to_owned()),
        Screen::Catalog => {
            parts.push("Catalog".to_owned());
            parts.push(model.lists.tab().title().to_owned());
        }
        Screen::Processing => {
            parts.push(format!("Import {}", model.watched));
            parts.push("Processing 4/4".to_owned());
            let import = model.board().and_then(Board::import);
            parts.extend(import.map(crate::ledger::Import::file_name));
        }
        Screen::Defaults => parts.extend(step(model, "Case defaults 1/4")),
        Screen::FieldMap => parts.extend(step(model, "Field map 2/4")),
        Screen::Review => parts.extend(step(model, "Review 3/4")),
    }
    let text = format!(" caseload  {}", parts.join(" › "));
    let who = account(model).map(|name| format!(" {name} ")).unwrap_or_default();
    let right = who.width().min(usize::from(area.width) / 3);
    let left = usize::from(area.width).saturating_sub(right);
    let line = Line::from(vec![
        Span::styled(crate::tui::widgets::text::fit(&text, left), model.theme.strong),
        Span::styled(cut(&who, right), model.theme.faint),
    ]);
    put(frame, area, 0, line);
}

/// Checks whether an action is available; fails with the reason.
pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    if action == Action::ShowPrivate && matches!(model.place(), Place::Processing | Place::OneException) {
        return Err("The log never contains SSNs or dates of birth. See the row in the file.".to_owned());
    }
    match model.overlays.last() {
        None => screen_availability(action, model),
        Some(Overlay::Picker(_)) if action == Action::Refresh && !picker::is_of_ids(model) => {
            Err("This list doesn't come from Trackops.".to_owned())
        }
        Some(Overlay::Picker(_)) if action == Action::Catalog && !picker::is_of_ids(model) => {
            Err("This list isn't part of the catalog.".to_owned())
        }
        Some(Overlay::Exception(..)) if matches!(action, Action::Fix | Action::FixAll | Action::Skip) => {
            crate::tui::screens::processing::correct::availability(model)
        }
        Some(Overlay::Values(values)) => {
            crate::tui::screens::field_map::values::availability(action, model, values)
        }
        Some(_) => Ok(()),
    }
}

/// Checks whether an action is available on the screen itself, ignoring overlays.
pub(crate) fn screen_availability(action: Action, model: &Model) -> Result<(), String> {
    match (model.screen, action) {
        (Screen::Account, _) | (_, Action::Help | Action::Palette | Action::Quit | Action::Interrupt) => {
            Ok(())
        }
        (_, Action::Differences | Action::CopySettings) => file_format::availability(action, model),
        (_, Action::Undo | Action::Redo) => undo::availability(action, model),
        (Screen::Catalog, _) => catalog::availability(action, model),
        (_, Action::Export | Action::Decide) => export::availability(action, model),
        (_, Action::ShowPrivate) => Ok(()),
        (_, Action::Changes) => changes::availability(model),
        (Screen::Imports, _) => imports::availability(action, model),
        (Screen::Defaults, _) => defaults::availability(action, model),
        (Screen::FieldMap, _) => field_map::availability(action, model),
        (Screen::Review, _) => review::availability(action, model),
        (Screen::Processing, _) => processing::availability(action, model),
    }
}
