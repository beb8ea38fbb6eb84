//! Case defaults: values every case gets unless a mapped column gives one.

pub(crate) mod view;

use crate::case::{
    ApiType, CaseField, DefaultText, NumberStyle, Plan, PlanContext, PlanError, Recipe, Target, default_day,
    read_number,
};
use crate::trackops::{Catalog, List};
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::Effect;
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::place::Screen;
use crate::tui::dialogs::id_choice::IdChoice;
use crate::tui::dialogs::{Accepted, Prompt};
use crate::tui::screens::draft::job::{FormRow, Job};
use crate::tui::screens::draft::undo;

/// The line under the cursor.
fn under(model: &Model) -> Option<FormRow> {
    let job = model.job.as_ref()?;
    job.form(&model.catalog).get(job.field).copied()
}

fn target(row: FormRow) -> Option<Target> {
    match row {
        FormRow::Name => None,
        FormRow::Case(field) => Some(Target::Case(field)),
        FormRow::Custom(place) => Some(Target::Custom(place, None)),
    }
}

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(job) = &model.job else { return Err("No import is open.".to_owned()) };
    let target = under(model).and_then(target);
    match action {
        Action::Clear if target.is_none_or(|target| !job.recipe().defaults.contains_key(&target)) => {
            Err("No default to clear here.".to_owned())
        }
        Action::NextProblem | Action::PreviousProblem if job.missing() == 0 => {
            Err("No required field is missing.".to_owned())
        }
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(job) = model.job.as_mut() else { return model.go(Goto::Imports) };
    job.field = moved(job.field, action, job.form(&model.catalog).len(), page);
    match action {
        Action::Back => model.go(Goto::Imports),
        Action::Save | Action::Next => {
            model.screen = Screen::FieldMap;
            Vec::new()
        }
        Action::Catalog => model.go(Goto::Catalog),
        Action::NextProblem | Action::PreviousProblem => {
            job.field = other_missing(job, &model.catalog, action == Action::NextProblem);
            Vec::new()
        }
        Action::Undo | Action::Redo => undo::step(model, action == Action::Undo),
        Action::Clear => {
            under(model).and_then(target).map_or_else(Vec::new, |target| set(model, target, None))
        }
        Action::Accept => under(model).map_or_else(Vec::new, |row| edit(model, row)),
        _ => Vec::new(),
    }
}

/// Returns the line of the next or previous missing field, going round at the end.
fn other_missing(job: &Job, catalog: &Catalog, forward: bool) -> usize {
    let lines = job.missing_lines(catalog);
    let other = if forward {
        lines.iter().find(|line| **line > job.field).or(lines.first())
    } else {
        lines.iter().rfind(|line| **line < job.field).or(lines.last())
    };
    other.copied().unwrap_or(job.field)
}

fn edit(model: &mut Model, row: FormRow) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    match row {
        FormRow::Name => {
            let name = job.import().name.clone();
            Prompt::new("Import name", name, "Any text.", |model, name| {
                let Some(job) = model.job.as_mut() else { return Accepted::Done(Vec::new()) };
                Accepted::Done(job.rename(name))
            })
            .open(model)
        }
        FormRow::Case(field) => match List::of(field) {
            Some(list) => pick(model, field, list),
            None => type_in(model, Target::Case(field)),
        },
        FormRow::Custom(place) => type_in(model, Target::Custom(place, None)),
    }
}

fn pick(model: &mut Model, field: CaseField, list: List) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let client = job.default_id(CaseField::Client);
    let within = if list == List::Contacts { client } else { None };
    let label = job.target_label(Target::Case(field), &model.catalog);
    let title = match within {
        Some(id) => format!(
            "{label} at {}",
            crate::tui::screens::draft::labels::id_text(List::Clients, id, &model.catalog)
        ),
        None => label,
    };
    let target = Target::Case(field);
    let several = field.spec().shape == ApiType::Ids;
    let now = match job.recipe().defaults.get(&target) {
        Some(DefaultText::Ids(ids)) => ids.clone(),
        Some(DefaultText::Whole(id)) => vec![*id],
        _ => Vec::new(),
    };
    let choice = IdChoice { title, list, within, now, several };
    let picker = if several {
        choice.picker(model, move |model, ids| {
            fill(model, target, (!ids.is_empty()).then_some(DefaultText::Ids(ids)))
        })
    } else {
        choice.one(model, move |model, id| fill(model, target, Some(DefaultText::Whole(id))))
    };
    if list == List::Contacts && client.is_none() {
        model.say(Mood::Plain, "Choose the client first to see only its contacts, or type an id.");
    }
    picker.open(model)
}

fn type_in(model: &mut Model, target: Target) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let text = match job.recipe().defaults.get(&target) {
        Some(DefaultText::Text(text)) => text.clone(),
        Some(DefaultText::Whole(number)) => number.to_string(),
        Some(DefaultText::Number(number)) => number.to_string(),
        Some(DefaultText::Ids(_)) | None => String::new(),
    };
    let title = job.target_label(target, &model.catalog);
    let hint = hint(job, target, &model.catalog);
    let typed = move |model: &mut Model, text: String| {
        let Some(job) = &model.job else { return Accepted::Done(Vec::new()) };
        match read(job, target, &text, &model.catalog) {
            Ok(value) => Accepted::Done(fill(model, target, value)),
            Err(error) => Accepted::Wrong(error),
        }
    };
    let day = move |model: &Model, text: &str| day(model, target, text);
    Prompt::new(title, text, hint, typed).or_empty().remark(day).open(model)
}

/// Returns a short hint about what to type for a target.
fn hint(job: &Job, target: Target, catalog: &Catalog) -> &'static str {
    match job.shape(target, catalog) {
        Some(ApiType::Date) => "A date like 2026-12-31, or days after creation like +14d. Empty for none.",
        Some(ApiType::Number) => "A number like 1500 or 1,500.00. Empty for none.",
        _ => "Any text. Empty for none.",
    }
}

/// Returns a typed date in full, with its weekday so that a typo shows; none if it isn't a date.
pub(crate) fn day(model: &Model, target: Target, text: &str) -> Option<String> {
    let job = model.job.as_ref()?;
    if job.shape(target, &model.catalog) != Some(ApiType::Date) {
        return None;
    }
    let date = default_day(text, model.today())?;
    let when = if text.trim().starts_with('+') { "For a case created today: " } else { "" };
    Some(format!("{when}{}", date.strftime("%A, %B %-d, %Y")))
}

/// Parses a typed default by the same rules as a recipe's.
fn read(job: &Job, target: Target, text: &str, catalog: &Catalog) -> Result<Option<DefaultText>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = match job.shape(target, catalog) {
        Some(ApiType::Number) => {
            let number = read_number(text, NumberStyle::Point);
            DefaultText::Number(number.map_err(|_| format!("“{text}” isn't a number. Enter one like 1500."))?)
        }
        _ => DefaultText::Text(text.to_owned()),
    };
    let mut alone = Recipe::new("");
    alone.fields = job.custom_fields(catalog).into_iter().cloned().collect();
    alone.defaults.insert(target, value.clone());
    let errors = Plan::new(&alone, &[], &PlanContext::default()).err().unwrap_or_default();
    let bad = errors.into_iter().find_map(|error| match error {
        PlanError::BadDefault { needs, .. } => Some(format!("“{text}” doesn't fit. Enter {needs}.")),
        _ => None,
    });
    bad.map_or(Ok(Some(value)), Err)
}

/// Sets the default that the user chose. If it was missing, the cursor goes to the next missing one.
fn fill(model: &mut Model, target: Target, text: Option<DefaultText>) -> Vec<Effect> {
    let is_missing = |model: &Model| match target {
        Target::Case(field) => model.job.as_ref().is_some_and(|job| job.is_missing(field)),
        _ => false,
    };
    let was_missing = is_missing(model);
    let effects = set(model, target, text);
    if was_missing
        && !is_missing(model)
        && let Some(job) = model.job.as_mut()
    {
        job.field = other_missing(job, &model.catalog, true);
    }
    effects
}

/// Sets or clears a default. A contact belongs to one client: a new client clears it.
pub(crate) fn set(model: &mut Model, target: Target, text: Option<DefaultText>) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let changed = job.recipe().defaults.get(&target) != text.as_ref();
    let contact = Target::Case(CaseField::PrimaryContact);
    job.set_default(target, text, &model.catalog);
    if target == Target::Case(CaseField::Client) && changed && job.recipe().defaults.contains_key(&contact) {
        job.recipe_mut().defaults.remove(&contact);
        model.status = Some((
            Mood::Plain,
            "The primary contact belonged to the previous client. Choose a new one.".into(),
        ));
    }
    if target == Target::Case(CaseField::CaseType) && changed {
        follow_case_type(job, &model.catalog);
    }
    let effects = job.changed(&model.catalog);
    if let Some(other) = job.errors().iter().find(|error| matches!(error, PlanError::OtherSubject { .. })) {
        model.status = Some((Mood::Bad, other.to_string()));
    }
    effects
}

/// Sets the subject type of the chosen case type, if known: a case type has only one for its primary subject.
fn follow_case_type(job: &mut Job, catalog: &Catalog) {
    let subject = job.default_id(CaseField::CaseType).and_then(|id| catalog.primary_subject(id));
    if let Some(subject) = subject {
        job.set_default(Target::Case(CaseField::SubjectType), Some(DefaultText::Whole(subject)), catalog);
    }
}

#[cfg(test)]
mod tests;
