//! Subjects beside the primary one: `[[subjects]]` of the recipe.

use crate::case::{Holder, OtherSubject, SubjectNo, Target};
use crate::trackops::List;
use crate::tui::core::effect::Effect;
use crate::tui::core::model::{Model, Mood};
use crate::tui::dialogs::id_choice::IdChoice;
use crate::tui::screens::draft::job::Job;
use crate::tui::screens::field_map::{self, FieldFor};

/// Returns the number of the next subject.
fn free_number(job: &Job) -> Option<SubjectNo> {
    let guessed = |number| {
        job.guesses().iter().filter_map(|guess| guess.subject.as_ref()).any(|subject| subject.key == number)
    };
    SubjectNo::others().find(|number| job.recipe().subject(*number).is_none() && !guessed(*number))
}

/// Opens the list of subject types.
pub(crate) fn choose_type(model: &mut Model, of: FieldFor) -> Vec<Effect> {
    if model.job.as_ref().and_then(free_number).is_none() {
        model.say(Mood::Bad, "A case can have at most 9 subjects.");
        return Vec::new();
    }
    let title = "Type of the other subject".to_owned();
    let choice = IdChoice { title, list: List::SubjectTypes, within: None, now: Vec::new(), several: false };
    choice.one(model, move |model, id| add(model, of, id)).open(model)
}

/// Adds a subject, and opens the list of fields at its first one. A subject without columns is dropped at the next change.
fn add(model: &mut Model, of: FieldFor, subject_type: u64) -> Vec<Effect> {
    let named = model.catalog.label(List::SubjectTypes, subject_type).map(str::to_owned);
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(number) = free_number(job) else { return Vec::new() };
    let name = named.unwrap_or_else(|| format!("Subject {}", number.get()));
    let label = unused_label(job, &name);
    job.recipe_mut().subjects.push(OtherSubject {
        key: number,
        label: label.clone(),
        subject_type_id: subject_type,
    });
    let is_theirs =
        move |to: Target| matches!(to, Target::Custom(place, _) if place.holder == Holder::Subject(number));
    if job.places(&model.catalog).iter().any(|(place, _)| is_theirs(Target::Custom(*place, None))) {
        return field_map::choose_field(model, of, is_theirs);
    }
    let text = format!(
        "No custom fields for {label} yet. Press + to add one, or L in the catalog (C) to load them."
    );
    model.say(Mood::Bad, text);
    Vec::new()
}

/// Returns an unused label: “Witness”, “Witness 2”.
fn unused_label(job: &Job, name: &str) -> String {
    let taken = |label: &String| job.recipe().subjects.iter().any(|subject| subject.label == *label);
    let numbered = (2_u8..=u8::MAX).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|label| !taken(label)).unwrap_or_default()
}
