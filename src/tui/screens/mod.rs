//! The frame around every screen, and the choice of the screen.

mod account;
mod catalog;
mod defaults;
mod field_map;
mod first;
mod imports;
mod one;
mod processing;
mod review;
mod sheet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::model::{Model, Overlay, Screen};
use super::state::{ids, job::Job};
use super::widgets::text::{cut, put, wrap};
use super::widgets::{dialog, footer, help, picker, values};

/// The smallest window everything fits into.
const LEAST: (u16, u16) = (60, 16);

/// Draws the whole model.
pub(crate) fn view(model: &Model, frame: &mut Frame) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text =
            format!("the window is {}x{}; caseload needs {}x{}", area.width, area.height, LEAST.0, LEAST.1);
        for (index, line) in (0..).zip(wrap(&text, usize::from(area.width))) {
            put(frame, area, index, line);
        }
        return;
    }
    title(model, frame, area);
    let status = footer::status(model, area.width);
    let news = u16::try_from(status.len()).unwrap_or(1).clamp(1, 4);
    let body = Rect { y: 1, height: area.height - 2 - news, ..area };
    match model.screen {
        Screen::Account => account::draw(model, frame, body),
        Screen::Imports => imports::draw(model, frame, body),
        Screen::Catalog => catalog::draw(model, frame, body),
        Screen::Defaults => defaults::draw(model, frame, body),
        Screen::FieldMap => field_map::draw(model, frame, body),
        Screen::Review => review::draw(model, frame, body),
        Screen::Processing => processing::draw(model, frame, body),
    }
    overlays(model, frame);
    if model.private_shown {
        private_shown(model, frame, area);
    }
    // The news lies over everything: it is about what was just pressed.
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
}

fn overlays(model: &Model, frame: &mut Frame) {
    for overlay in &model.overlays {
        match overlay {
            Overlay::Picker(state) => picker::draw(model, frame, state),
            Overlay::Chooser(state) => dialog::chooser(model, frame, state),
            Overlay::Prompt(state) => dialog::prompt(model, frame, state),
            Overlay::Declare(state) => dialog::declare(model, frame, state),
            Overlay::Values(state) => values::draw(model, frame, state),
            Overlay::Changes(cursor) => dialog::changes(model, frame, *cursor),
            Overlay::Start(state) => dialog::start(model, frame, state),
            Overlay::Confirm(state) => dialog::confirm(model, frame, state),
            Overlay::Row(one) => one::row(model, frame, one),
            Overlay::First(sent) => first::draw(model, frame, sent),
            Overlay::Exception(found, scroll) => one::exception(model, frame, found, *scroll),
            Overlay::Drift(scroll) => one::drift(model, frame, *scroll),
            Overlay::Sheet(cursor) => sheet::draw(model, frame, *cursor),
            Overlay::Help(scroll) => help::draw(model, frame, *scroll),
        }
    }
}

/// Says, over everything, that what is private can be read by whoever looks at the screen.
fn private_shown(model: &Model, frame: &mut Frame, area: Rect) {
    let who = model.who.as_ref().map(|who| cut(&who.name, 20)).unwrap_or_default();
    let text = format!(" ! SSNs shown, M hides  {who} ");
    let width = u16::try_from(text.width()).unwrap_or(area.width).min(area.width);
    let at = Rect { x: area.right() - width, width, height: 1, ..area };
    frame.render_widget(ratatui::widgets::Clear, at);
    put(frame, at, 0, Span::styled(text, model.theme.warning));
}

/// What keeps an import from being reviewed, counted.
fn wrong(model: &Model, job: &Job) -> String {
    let missing = job.missing();
    let lines = if model.screen == Screen::FieldMap { job.lines() } else { Vec::new() };
    let texts: usize = lines.iter().map(|line| ids::open(job, *line, &model.catalog)).sum();
    let noun = if texts == 1 { "text" } else { "texts" };
    let counts = [
        (missing, format!("{missing} required missing")),
        (job.errors.len() - missing, format!("{} to correct", job.errors.len() - missing)),
        (texts, format!("{texts}{} {noun} without an id", ids::more(job))),
    ];
    let wrong = counts.iter().filter(|(count, _)| *count > 0);
    wrong.fold(String::new(), |text, (_, told)| format!("{text} ! {told}"))
}

/// The account that is shown: of an import that is looked at its own, otherwise the one in use.
fn account(model: &Model) -> Option<&str> {
    let shown = model.board().filter(|_| model.screen == Screen::Processing);
    let own = shown.and_then(|board| board.import.as_ref()).map(|import| import.account.as_str());
    own.or_else(|| model.who.as_ref().map(|who| who.name.as_str()))
}

/// Where one is, and on the right where the cases go.
fn title(model: &Model, frame: &mut Frame, area: Rect) {
    let mut parts = Vec::new();
    match (model.screen, &model.job) {
        (Screen::Account, _) => parts.push("Account".to_owned()),
        (Screen::Imports, _) => parts.push("Imports".to_owned()),
        (Screen::Catalog, _) => {
            parts.push("Catalog".to_owned());
            parts.push(model.lists.tab().title().to_owned());
        }
        (Screen::Processing, _) => {
            parts.push(format!("Import {}", model.watched));
            parts.push("Processing 4/4".to_owned());
            let import = model.board().and_then(|board| board.import.as_ref());
            parts.extend(import.map(crate::ledger::Import::file_name));
        }
        (screen, Some(job)) => {
            parts.push(format!("Import {}", job.import.id));
            let step = match screen {
                Screen::Defaults => "Case defaults 1/4",
                Screen::FieldMap => "Field map 2/4",
                _ => "Review 3/4",
            };
            let wrong = if screen == Screen::Review { String::new() } else { wrong(model, job) };
            parts.push(format!("{step}{wrong}"));
            parts.push(job.import.file_name());
            parts.extend(job.reading.map(|part| format!("reading {part} %")));
        }
        (_, None) => {}
    }
    let text = format!(" caseload  {}", parts.join(" › "));
    let who = account(model).map(|name| format!(" {name} ")).unwrap_or_default();
    let right = who.width().min(usize::from(area.width) / 3);
    let left = usize::from(area.width).saturating_sub(right);
    let line = Line::from(vec![
        Span::styled(super::widgets::text::fit(&text, left), model.theme.strong),
        Span::styled(cut(&who, right), model.theme.faint),
    ]);
    put(frame, area, 0, line);
}
