//! Splitting a mixed file: one import for each group of rows.

use crate::case::{ApiType, normalize};
use crate::ledger::Import;
use crate::text::plural;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::{Sentence, Ticket};
use crate::tui::dialogs::Confirm;

/// Maximum number of imports made from one file.
const MOST_GROUPS: usize = 30;

/// Asks before making an import for each value.
pub(crate) fn ask(model: &mut Model) {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else { return };
    let Some(facet) = values.facet.value() else {
        return model.say(Mood::Plain, "Still counting the values. Try again in a moment.");
    };
    if job.recipe().only.is_some() {
        return model
            .say(Mood::Plain, "This import already uses only part of the file. Press m to see which.");
    }
    if job.is_private(values.column) {
        return model
            .say(Mood::Plain, "This column is private, and its values would become names of imports.");
    }
    let mut texts: Vec<String> = facet.texts.iter().map(|(text, _)| text.clone()).collect();
    // Values that differ only in letter case are one group.
    let mut groups: Vec<(String, u64)> = Vec::new();
    for (text, count) in &facet.texts {
        match groups.iter_mut().find(|(known, _)| normalize(known) == normalize(text)) {
            Some((_, all)) => *all += count,
            None => groups.push((text.clone(), *count)),
        }
    }
    if facet.empty > 0 {
        texts.push(String::new());
        groups.push((String::new(), facet.empty));
    }
    if !(2..=MOST_GROUPS).contains(&groups.len()) || facet.others > 0 {
        let text =
            format!("Found {}. A split needs 2 to {MOST_GROUPS}.", plural(groups.len() as u64, "group"));
        return model.say(Mood::Plain, text);
    }
    if values.field.is_some_and(|field| field.spec().shape == ApiType::Ids) {
        return model
            .say(Mood::Plain, "Cells of this column hold several values. Split by a column with one.");
    }
    let named: Vec<String> = groups
        .iter()
        .map(|(text, count)| format!("{} ({count})", if text.is_empty() { "empty" } else { text }))
        .collect();
    let header = job.header(values.column);
    let question = format!(
        "Make an import for each value of “{header}”: {}? This import becomes the first. Each has its own case defaults; \
         rows of the others count as excluded. Nothing is sent.",
        named.join(", ")
    );
    let column = job.column_name(values.column);
    let split = |model: &mut Model| split(model, column, texts);
    Confirm::new("Split into several imports?", question, split).open(model);
}

/// Makes an import for each group.
fn split(model: &mut Model, column: String, texts: Vec<String>) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import().id) else { return Vec::new() };
    let ticket = model.wait_for("Making the imports");
    vec![Effect::Change(DataChange::Split(ticket, id, column, texts))]
}

/// Shows the list with the new imports.
pub(crate) fn made(model: &mut Model, ticket: Ticket, answer: Result<Vec<Import>, Sentence>) -> Vec<Effect> {
    let Some(made) = model.take_answer(ticket, answer) else { return Vec::new() };
    let numbers: Vec<String> = made.iter().map(|import| import.id.to_string()).collect();
    model.overlays.clear();
    let effects = model.go(Goto::Imports);
    let text = format!("Made {} imports: {}. Open each in turn.", made.len(), numbers.join(", "));
    model.say(Mood::Good, text);
    effects
}
