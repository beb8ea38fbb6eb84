//! ```text
//!  caseload  Catalog                                                         acme
//!    Case types          4 │     id  name
//!    Subject types       2 │▸     1  Surveillance
//!    Regions             6 │      2  Background (deleted in Trackops)
//!  ▸ Services            8 │      3  Activity Check
//!    Custom fields      17 │
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::trackops::List;
use crate::tui::core::click::ListArea;
use crate::tui::core::model::Model;
use crate::tui::screens::catalog::state::Tab;
use crate::tui::widgets::table::{self, marker};
use crate::tui::widgets::text::{below, cut, fit, paragraph, put};

/// Width of the list names, in columns.
const LISTS: u16 = 24;

pub(crate) fn draw(model: &Model, frame: &mut Frame, area: Rect) -> Option<ListArea> {
    let lists = Rect { width: LISTS.min(area.width), ..area };
    let tab = model.lists.tab();
    for (index, each) in (0..).zip(Tab::ALL) {
        let count = count(model, each);
        let text = format!("{} {}{count:>4}", marker(each == tab), fit(each.title(), 17));
        let style = if each == tab { model.theme.strong } else { model.theme.faint };
        put(frame, lists, index, Span::styled(text, style));
    }
    for index in 0..area.height {
        let line = Rect { x: area.x + LISTS - 1, width: 1, ..area };
        put(frame, line, index, Span::styled("│", model.theme.faint));
    }
    let mut list = Rect { x: area.x + LISTS, width: area.width.saturating_sub(LISTS), ..area };
    list = below(list, news(model, frame, list));
    let len = model.lists.len(&model.catalog);
    if len == 0 {
        let inner = Rect { x: list.x + 1, width: list.width.saturating_sub(2), ..list };
        paragraph(frame, inner, 1, empty(model, tab), model.theme.strong);
        return None;
    }
    let width = usize::from(list.width).saturating_sub(1);
    let head = match tab {
        Tab::Fields => format!("{} field", fit("key", 12)),
        Tab::Own(_) | Tab::FromTrackops(_) => format!("{:>7}  name", "id"),
    };
    table::draw(frame, list, model.theme, &head, (len, Some(model.lists.cursor)), |at| {
        Line::from(cut(&line(model, tab, at).unwrap_or_default(), width))
    })
}

fn line(model: &Model, tab: Tab, at: usize) -> Option<String> {
    match tab {
        Tab::Fields => {
            let field = model.catalog.fields.get(at)?;
            Some(format!("{} {}", fit(&field.key.to_string(), 12), model.catalog.field_text(field)))
        }
        Tab::Own(of) | Tab::FromTrackops(of) => {
            let entry = model.lists.entries(&model.catalog).get(at)?;
            Some(format!("{:>7}  {}", entry.id, model.catalog.entry_text(of, entry)))
        }
    }
}

/// Returns the number of entries in a list, if known.
fn count(model: &Model, tab: Tab) -> String {
    let known = match tab {
        Tab::Own(list) => model.catalog.entries(list).len(),
        Tab::Fields => model.catalog.fields.len(),
        Tab::FromTrackops(List::Clients) => model.catalog.entries(List::Clients).len(),
        Tab::FromTrackops(_) if tab == model.lists.tab() => model.lists.entries(&model.catalog).len(),
        Tab::FromTrackops(_) => return String::new(),
    };
    if known == 0 { "–".to_owned() } else { known.to_string() }
}

/// Draws the age of a list from Trackops. Returns the number of lines used.
fn news(model: &Model, frame: &mut Frame, area: Rect) -> u16 {
    let Tab::FromTrackops(_) = model.lists.tab() else { return 0 };
    let live = &model.lists.live;
    let list = live.value();
    let old = list.and_then(|list| list.read_at).map(|at| model.moment(at));
    let failed = live.failure().or(list.and_then(|list| list.failed.as_ref()));
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    match (failed, old) {
        _ if live.is_waiting() => paragraph(frame, inner, 0, "Loading from Trackops…", model.theme.faint),
        (Some(failed), Some(old)) => {
            let text = format!("✗ List from {old}. Refresh failed: {failed}");
            paragraph(frame, inner, 0, &text, model.theme.bad)
        }
        (Some(failed), None) => paragraph(frame, inner, 0, &format!("✗ {failed}"), model.theme.bad),
        (None, Some(old)) => {
            let text = format!("Updated {old}; Ctrl-R to refresh");
            paragraph(frame, inner, 0, &text, model.theme.faint)
        }
        (None, None) => 0,
    }
}

fn empty(model: &Model, tab: Tab) -> &'static str {
    match tab {
        Tab::FromTrackops(_) if model.lists.live.is_waiting() => "",
        Tab::FromTrackops(_) => "The list is empty. Ctrl-R to refresh.",
        Tab::Fields => {
            "No custom fields yet. Ctrl-R loads them from Trackops. n adds one: its id is in the Trackops settings. f \
             imports a colleague's file."
        }
        Tab::Own(_) => {
            "No entries yet. n adds an id and its name, as in the Trackops settings. f imports a colleague's file. L learns names from the newest cases."
        }
    }
}
