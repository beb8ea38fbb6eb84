//! List of the user's changes to the rows: edits, skipped rows, and the group to import.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::text::Span;

use crate::case::{Recipe, SkipRule};
use crate::tui::core::action::Action;
use crate::tui::core::click::ListArea;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Overlay};
use crate::tui::screens::draft::undo;
use crate::tui::widgets::panel::boxed;
use crate::tui::widgets::table;
use crate::tui::widgets::text::{below, cut, paragraph, put};

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Only,
    Fix(usize),
    LeaveOut(usize),
}

fn all(recipe: &Recipe) -> Vec<Change> {
    let only = recipe.only.iter().map(|_| Change::Only);
    let fixes = (0..recipe.fixes.len()).map(Change::Fix);
    let left_out = (0..recipe.leave_out.len()).map(Change::LeaveOut);
    only.chain(fixes).chain(left_out).collect()
}

/// Describes the changes.
pub(crate) fn describe(model: &Model) -> Vec<String> {
    let Some(job) = &model.job else { return Vec::new() };
    let recipe = &job.recipe;
    let quoted = |column: &str, text: &str| match text {
        "" => "an empty cell".to_owned(),
        _ => format!("“{}”", model.mask_named(column).apply(text)),
    };
    let line = |change: Change| match change {
        Change::Only => recipe.only.as_ref().map(|only| {
            let values: Vec<String> = only.values.iter().map(|value| quoted(&only.column, value)).collect();
            format!("Only rows with {} in “{}”", values.join(" or "), only.column)
        }),
        Change::Fix(at) => recipe.fixes.get(at).map(|fix| {
            let place = fix.row.map_or_else(|| "Every row".to_owned(), |row| format!("Row {row}"));
            let (from, to) = (quoted(&fix.column, &fix.from), quoted(&fix.column, &fix.to));
            format!("{place}, “{}”: {from} changed to {to}", fix.column)
        }),
        Change::LeaveOut(at) => recipe.leave_out.get(at).map(|leave_out| match leave_out {
            SkipRule::Row(row) => format!("Row {row} skipped"),
            SkipRule::Value { column, value } => {
                format!("Rows with {} in “{column}” skipped", quoted(column, value))
            }
        }),
    };
    all(recipe).into_iter().filter_map(line).collect()
}

/// Whether there is anything to list.
pub(crate) fn availability(model: &Model) -> Result<(), String> {
    match &model.job {
        Some(job) if !all(&job.recipe).is_empty() => Ok(()),
        _ => Err("No edits and no skipped rows.".to_owned()),
    }
}

/// Opens the list at the first change to a column, where one key undoes it.
pub(crate) fn open_at(model: &mut Model, column: &str) {
    let Some(recipe) = model.job.as_ref().map(|job| &job.recipe) else { return };
    let about = |change: &Change| match *change {
        Change::Only => recipe.only.as_ref().is_some_and(|only| only.column == column),
        Change::Fix(at) => recipe.fixes.get(at).is_some_and(|fix| fix.column == column),
        Change::LeaveOut(at) => matches!(
            recipe.leave_out.get(at),
            Some(SkipRule::Value { column: of, .. }) if of == column
        ),
    };
    if let Some(at) = all(recipe).iter().position(about) {
        model.overlays.push(Overlay::Changes(at));
    }
}

/// Opens the list.
pub(crate) fn open(model: &mut Model) {
    model.overlays.push(Overlay::Changes(0));
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let (Some(Overlay::Changes(cursor)), Some(job)) = (model.overlays.last_mut(), model.job.as_mut()) else {
        return Vec::new();
    };
    let changes = all(&job.recipe);
    *cursor = moved(*cursor, action, changes.len(), page);
    match (action, changes.get(*cursor)) {
        (Action::Back, _) => _ = model.overlays.pop(),
        (Action::Undo | Action::Redo, _) => return undo::step(model, action == Action::Undo),
        (Action::Clear, Some(change)) => {
            match change {
                Change::Only => job.recipe.only = None,
                Change::Fix(at) => _ = job.recipe.fixes.remove(*at),
                Change::LeaveOut(at) => _ = job.recipe.leave_out.remove(*at),
            }
            *cursor = (*cursor).min(changes.len().saturating_sub(2));
            return model.draft_changed();
        }
        _ => {}
    }
    Vec::new()
}

/// Lines for a long change under the cursor.
const IN_FULL: u16 = 3;

/// Draws the list.
pub(crate) fn draw(model: &Model, frame: &mut Frame, cursor: usize) -> Option<ListArea> {
    let height = frame.area().height.saturating_sub(4).max(9);
    let inner = boxed(frame, model.theme, "Edits and skipped rows", 76, height);
    put(frame, inner, 0, Span::styled("The file itself doesn't change.", model.theme.faint));
    let lines = describe(model);
    if lines.is_empty() {
        put(frame, inner, 2, "No changes left. Esc to go back, u to undo.");
        return None;
    }
    let width = usize::from(inner.width).saturating_sub(1);
    let list = Rect { height: inner.height.saturating_sub(IN_FULL), ..inner };
    let drawn = table::draw(frame, below(list, 1), model.theme, "", (lines.len(), Some(cursor)), |index| {
        Line::from(lines.get(index).map_or_else(String::new, |text| cut(text, width)))
    });
    if let Some(text) = lines.get(cursor).filter(|text| text.chars().count() > width) {
        paragraph(frame, below(inner, list.height), 0, text, model.theme.faint);
    }
    drawn
}
