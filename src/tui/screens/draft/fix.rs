//! Edits of cells: one value in place of another.

use crate::case::Fix;
use crate::text::{mask, plural};
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::dialogs::{Accepted, Prompt};

/// Asks for a new value. A hidden value is typed anew, not edited. `rows` returns the number of rows with the value, if
/// known.
pub(crate) fn ask(
    model: &mut Model,
    title: String,
    text: String,
    fix: Fix,
    hidden: bool,
    rows: impl Fn(&Model) -> Option<u64> + Copy + Send + 'static,
) -> Vec<Effect> {
    let (text, hint) = if hidden {
        (String::new(), "The current value is hidden. What you type replaces it. To see it: Esc, then M.")
    } else {
        (text, "Leave blank for an empty cell. The file itself doesn't change.")
    };
    let typed = move |model: &mut Model, to: String| {
        let (fix, rows) = (Fix { to, ..fix.clone() }, rows(model));
        Accepted::Done(apply(model, fix, hidden, rows))
    };
    let remark =
        move |model: &Model, _: &str| rows(model).map(|rows| format!("Found in {}.", plural(rows, "row")));
    let mut prompt = Prompt::new(title, text, hint, typed).or_empty().remark(remark);
    prompt.hidden = hidden;
    prompt.open(model)
}

fn apply(model: &mut Model, fix: Fix, hidden: bool, rows: Option<u64>) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let said = describe(&fix, hidden, rows);
    job.recipe.fix(fix);
    let mut effects = model.draft_changed();
    model.say(Mood::Good, said);
    effects.extend(model.go(Goto::Recount));
    effects
}

/// Describes an edit.
fn describe(fix: &Fix, hidden: bool, rows: Option<u64>) -> String {
    let place = match (fix.row, rows) {
        (Some(row), _) => format!("Row {row}"),
        (None, Some(rows)) => plural(rows, "row"),
        (None, None) => "Every row".to_owned(),
    };
    let shown = |text: &str| if hidden { mask(text) } else { text.to_owned() };
    let (from, to) = (shown(&fix.from), shown(&fix.to));
    let to = if to.is_empty() { "an empty cell".to_owned() } else { format!("“{to}”") };
    format!("{place}, “{}”: “{from}” changed to {to}. u to undo.", fix.column)
}
