//! Matching the field map anew after the catalog got new entries.

use crate::app::LaterGuesses;
use crate::case::Target;
use crate::ledger::ImportId;
use crate::text::{plural, sentence};
use crate::trackops::Catalog;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::Sentence;
use crate::tui::core::place::Screen;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::unmapped;

/// Matches the open import with the catalog, if that has changed since, as soon as the field map is seen.
pub(crate) fn if_catalog_changed(model: &mut Model) -> Vec<Effect> {
    let is_seen = model.screen == Screen::FieldMap && model.overlays.is_empty();
    let Some(job) = model.job.as_mut().filter(|_| is_seen) else { return Vec::new() };
    if !job.match_with(&model.catalog) {
        return Vec::new();
    }
    let matched = match_values(job, &model.catalog);
    let mut effects = Vec::new();
    if matched > 0 {
        effects = job.changed(&model.catalog);
        model.say(
            Mood::Good,
            format!("The catalog has new entries. Matched {} by name.", plural(matched as u64, "value")),
        );
    }
    if let Some(job) = &model.job {
        effects.push(Effect::Change(DataChange::GuessAgain(job.import().id)));
    }
    effects
}

/// Maps the values without a match that are names in the account. Returns their number.
pub(crate) fn match_values(job: &mut Job, catalog: &Catalog) -> usize {
    job.lines().into_iter().map(|line| unmapped::recognize_open(job, line, catalog)).sum()
}

/// Maps ignored columns by the new guesses, unless the user chose to ignore them.
pub(crate) fn guessed(
    model: &mut Model,
    id: ImportId,
    answer: Result<LaterGuesses, Sentence>,
) -> Vec<Effect> {
    let Some(job) = model.job.as_mut().filter(|job| job.import().id == id) else { return Vec::new() };
    let later = match answer {
        Ok(later) => later,
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
    let mapped = job.guessed_later(later);
    if mapped.is_empty() {
        return Vec::new();
    }
    for to in job.recipe().columns.iter().map(|rule| rule.to).collect::<Vec<_>>() {
        if let Target::Custom(place, _) = to {
            job.use_field(place.key(), &model.catalog);
        }
    }
    let effects = job.changed(&model.catalog);
    let columns = sentence(format!("Newly mapped columns: {}", mapped.join(", ")));
    model.say(Mood::Good, format!("The catalog has new entries. {columns} u to undo."));
    effects
}
