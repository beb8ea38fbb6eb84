//! A mixed file: one import for each group of rows.

use crate::case::{Shape, fold};
use crate::ledger::Import;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood, Overlay};
use crate::tui::core::msg::Sentence;
use crate::tui::dialogs::Confirm;

/// So many imports are made of a file at most.
const MOST_GROUPS: usize = 30;

/// Asks before an import is made of each text.
pub(crate) fn ask(model: &mut Model) {
    let (Some(job), Some(Overlay::Values(values))) = (&model.job, model.overlays.last()) else { return };
    let Some(facet) = values.facet.value() else {
        return model.say(Mood::Plain, "wait until the texts are counted");
    };
    if job.recipe.only.is_some() {
        return model.say(Mood::Plain, "this import takes one group of the file already; m lists it");
    }
    if job.is_private(values.column) {
        return model
            .say(Mood::Plain, "the texts of this column are private, and each would be an import's name");
    }
    let mut texts: Vec<String> = facet.texts.iter().map(|(text, _)| text.clone()).collect();
    // Texts that differ by case alone are one group.
    let mut groups: Vec<(String, u64)> = Vec::new();
    for (text, count) in &facet.texts {
        match groups.iter_mut().find(|(known, _)| fold(known) == fold(text)) {
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
            format!("imports can be made of 2 to {MOST_GROUPS} groups, and these are {}", groups.len());
        return model.say(Mood::Plain, text);
    }
    if values.field.is_some_and(|field| field.spec().shape == Shape::Ids) {
        return model
            .say(Mood::Plain, "a row with a list belongs to several groups; choose a column with one text");
    }
    let named: Vec<String> = groups
        .iter()
        .map(|(text, count)| format!("{} ({count})", if text.is_empty() { "no text" } else { text }))
        .collect();
    let header = job.header(values.column);
    let question = format!(
        "Make an import for each text of “{header}”: {}? This import becomes the first of them. Each has its own case \
         defaults; the rows of the others count as excluded. Nothing is sent.",
        named.join(", ")
    );
    let column = job.column_name(values.column);
    let split = |model: &mut Model| split(model, column, texts);
    Confirm::new("One import for each group?", question, split).open(model);
}

/// Has an import made of each group.
fn split(model: &mut Model, column: String, texts: Vec<String>) -> Vec<Effect> {
    let Some(id) = model.job.as_ref().map(|job| job.import.id) else { return Vec::new() };
    let ticket = model.ticket();
    model.busy = Some((ticket, "making the imports"));
    vec![Effect::Change(DataChange::Split(ticket, id, column, texts))]
}

/// The imports were made: they are in the list.
pub(crate) fn made(model: &mut Model, answer: Result<Vec<Import>, Sentence>) -> Vec<Effect> {
    match answer {
        Ok(made) => {
            let numbers: Vec<String> = made.iter().map(|import| import.id.to_string()).collect();
            model.overlays.clear();
            let effects = model.go(Goto::Imports);
            let text = format!("{} imports were made: {}; open each in turn", made.len(), numbers.join(", "));
            model.say(Mood::Good, text);
            effects
        }
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            Vec::new()
        }
    }
}
