//! Field map: which column goes to which field, and in which format.

pub(crate) mod cell_format;
pub(crate) mod meaning;
pub(crate) mod rematch;
pub(crate) mod split;
pub(crate) mod state;
pub(crate) mod subjects;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod unmapped;
pub(crate) mod values;
pub(crate) mod values_view;
pub(crate) mod view;

use std::collections::BTreeSet;

use strum::VariantArray;

use crate::case::{ApiType, CaseField, ColumnRule, CustomFieldOwner, CustomKey, Guess, PlanError, Target};
use crate::ledger::ImportId;
use crate::text::sentence;
use crate::trackops::CatalogChange;
use crate::tui::core::action::Action;
use crate::tui::core::cursor::moved;
use crate::tui::core::effect::{DataChange, Effect};
use crate::tui::core::goto::Goto;
use crate::tui::core::model::{Model, Mood};
use crate::tui::core::msg::Sentence;
use crate::tui::core::place::Screen;
use crate::tui::dialogs::{Choice, Confirm, Picker};
use crate::tui::screens::catalog::declare;
use crate::tui::screens::draft::job::{FormRow, Job};
use crate::tui::screens::draft::lines::MapLine;
use crate::tui::screens::draft::{changes, undo};

pub(crate) fn availability(action: Action, model: &Model) -> Result<(), String> {
    let Some(job) = &model.job else { return Err("No import is open.".to_owned()) };
    let line = job.line_under();
    let shape = line.and_then(|line| job.rule(line)).and_then(|rule| job.shape(rule.to, &model.catalog));
    match (action, shape) {
        (Action::Format, Some(ApiType::Date | ApiType::Ids | ApiType::Number | ApiType::Choices)) => Ok(()),
        (Action::Format, _) => Err("Only dates, numbers and lists have several formats.".to_owned()),
        (Action::Values | Action::AnotherField, _) if !values::has_column(job) => {
            Err("This column isn't in the file.".to_owned())
        }
        (Action::AcceptSuggestion, _) if line.is_some_and(|line| job.doubt(line).is_some()) => Ok(()),
        (Action::AcceptSuggestion, _) => {
            let idea = line.and_then(|line| job.idea(line));
            let current = line.and_then(|line| job.rule(line)).map(|rule| rule.to);
            match idea {
                Some(idea) if Some(idea.to) != current => Ok(()),
                _ => Err("No suggestion for this column.".to_owned()),
            }
        }
        (Action::Forget, _) => match line.and_then(|line| job.idea(line)) {
            Some(idea) if idea.remembered => Ok(()),
            _ => Err("Nothing is remembered for this column.".to_owned()),
        },
        (Action::Clear, None) if values::has_column(job) => Err("This column is already ignored.".to_owned()),
        _ => Ok(()),
    }
}

pub(crate) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let page = model.page();
    let Some(job) = model.job.as_mut() else { return model.go(Goto::Imports) };
    job.line = moved(job.line, action, job.lines().len(), page);
    let line = job.line;
    match action {
        Action::Back | Action::Previous => model.screen = Screen::Defaults,
        Action::Left => job.sample = job.sample.saturating_sub(1),
        Action::Right => job.sample = (job.sample + 1) % job.samples().len().max(1),
        Action::Save | Action::Next => return go_on(model),
        Action::Filter => return choose_column(model),
        Action::Accept => return choose_field(model, FieldFor::Column, |_| false),
        Action::AnotherField => return choose_field(model, FieldFor::AlsoColumn, |_| false),
        Action::Catalog => return model.go(Goto::Catalog),
        Action::Undo | Action::Redo => return undo::step(model, action == Action::Undo),
        Action::Changes => changes::open(model),
        Action::Clear => return set(model, line, Target::Ignore),
        Action::Format => return cell_format::cycle(model),
        Action::Values => return values::open_line(model),
        Action::AsIs => return toggle_as_is(model),
        Action::Private => return toggle_private(model),
        Action::Forget => {
            let header = job.line_under().map(|line| job.line_name(line));
            return header
                .map(|header| Effect::Change(DataChange::Forget(job.import().id, header)))
                .into_iter()
                .collect();
        }
        Action::AcceptSuggestion if job.line_under().is_some_and(|line| job.doubt(line).is_some()) => {
            if let Some(line) = job.line_under() {
                job.confirm(line);
            }
            return job.changed(&model.catalog);
        }
        Action::AcceptSuggestion => {
            let idea = job.line_under().and_then(|line| job.idea(line)).map(|idea| idea.to);
            return idea.map_or_else(Vec::new, |to| set(model, line, to));
        }
        Action::Declare => {
            let header = job.line_under().map(|line| job.line_name(line)).unwrap_or_default();
            return declare::open(model, header, declared);
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for the column to go to.
fn choose_column(model: &mut Model) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let line = |(at, line): (usize, MapLine)| {
        let target = job.rule(line).map_or(Target::Ignore, |rule| rule.to);
        let note =
            if target == Target::Ignore { String::new() } else { job.target_label(target, &model.catalog) };
        Choice::new(at, job.line_name(line), note)
    };
    let choices = job.lines().into_iter().enumerate().map(line).collect();
    let (cursor, go_to) = (job.line, |model: &mut Model, line| {
        go_to(model, line);
        Vec::new()
    });
    Picker::new("Go to a column", choices, go_to).at(Some(cursor)).open(model)
}

/// Goes to a line of the map.
fn go_to(model: &mut Model, line: usize) {
    if let Some(job) = model.job.as_mut() {
        job.line = line.min(job.lines().len().saturating_sub(1));
    }
}

/// Applies the new guess for a forgotten header, unless the user chose another field.
pub(crate) fn forgotten(
    model: &mut Model,
    id: ImportId,
    header: &str,
    answer: Result<Vec<Guess>, Sentence>,
) -> Vec<Effect> {
    let Some(job) = model.job.as_mut().filter(|job| job.import().id == id) else { return Vec::new() };
    let guesses = match answer {
        Ok(guesses) => guesses,
        Err(sentence) => {
            model.say(Mood::Bad, sentence);
            return Vec::new();
        }
    };
    let of = |job: &Job| job.lines().into_iter().find(|line| job.line_name(*line) == header);
    let was_guessed = of(job).is_some_and(|line| job.idea(line).is_some());
    let before = of(job).and_then(|line| job.rule(line)).map(|rule| rule.to);
    job.set_guesses(guesses);
    let line = of(job);
    let guess = line.and_then(|line| line.column).and_then(|column| job.guesses().get(column));
    let rule = guess.map(|guess| guess.rule.clone());
    let subject = guess.and_then(|guess| guess.subject.clone());
    if let (true, Some(line), Some(rule)) = (was_guessed && before != rule.as_ref().map(|r| r.to), line, rule)
        && let Some(own) = job.rule_mut(line)
    {
        *own = rule;
        job.recipe_mut().describe(&subject);
    }
    model.say(Mood::Good, format!("Forgot the remembered mapping for “{header}” and guessed again."));
    model.job.as_mut().map(|job| job.changed(&model.catalog)).unwrap_or_default()
}

/// Toggles whether the cells of a column are used as they are.
fn toggle_as_is(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(rule) = job.line_under().and_then(|line| job.rule_mut(line)) else { return Vec::new() };
    rule.as_is = !rule.as_is;
    let text = if rule.as_is {
        "Cells of this column are used as they are. Damage is a warning, not an error."
    } else {
        "Damage on a reference is an error again."
    };
    let effects = job.changed(&model.catalog);
    model.say(Mood::Plain, text);
    effects
}

fn toggle_private(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(line) = job.line_under() else { return Vec::new() };
    let is_private = line.column.is_some_and(|column| job.is_private(column));
    let Some(rule) = job.rule_mut(line) else { return Vec::new() };
    rule.private = Some(!is_private);
    let text = if is_private {
        "No longer marked as private: shown on screen and in reports."
    } else {
        "Marked as private: masked on screen, kept out of exceptions and reports."
    };
    let effects = job.changed(&model.catalog);
    model.say(Mood::Plain, text);
    effects
}

/// Goes to Review; if something is wrong, reports the first error and goes there.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(error) = job.errors().first().cloned() else {
        return if confirm_owners(model) { Vec::new() } else { model.go(Goto::Review) };
    };
    model.status = Some((Mood::Bad, error.to_string()));
    let of_default = match &error {
        PlanError::Missing { key, .. } => Some(*key),
        PlanError::OtherSubject { .. } => Some(CaseField::SubjectType.key()),
        _ => None,
    };
    if let Some(key) = of_default {
        // A required field is usually the same for every case, so it belongs in the defaults.
        let rows = job.form(&model.catalog);
        let at = rows.iter().position(|row| matches!(row, FormRow::Case(field) if field.key() == key));
        job.field = at.unwrap_or(0);
        model.screen = Screen::Defaults;
        return Vec::new();
    }
    match (job.line_of(&error), &error) {
        (Some(at), _) => job.line = at,
        // Not a mapped column: an edit or a skipped value names it.
        (None, PlanError::NoSuchColumn { from, .. } | PlanError::RepeatedHeader { from, .. }) => {
            changes::open_at(model, from);
        }
        (None, _) => {}
    }
    Vec::new()
}

/// Asks once whether the guessed owners of custom fields are right. Returns false if there are none.
fn confirm_owners(model: &mut Model) -> bool {
    let Some(job) = model.job.as_ref() else { return false };
    let guessed = model.catalog.guessed.iter().copied();
    let open: BTreeSet<CustomKey> = guessed.filter(|key| job.recipe().uses(*key)).collect();
    let of = |owner: CustomFieldOwner| {
        let fields =
            model.catalog.fields.iter().filter(|field| open.contains(&field.key) && field.key.owner == owner);
        fields.map(|field| field.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let sides =
        [("Primary subject: ", of(CustomFieldOwner::Subject)), ("Case: ", of(CustomFieldOwner::Case))];
    let owners = sides
        .iter()
        .filter(|(_, fields)| !fields.is_empty())
        .map(|(whose, fields)| sentence(format!("{whose}{fields}")));
    let owners: Vec<String> = owners.collect();
    if open.is_empty() {
        return false;
    }
    let question = format!(
        "Trackops doesn't say which custom fields belong to the case and which to the primary subject. Judging by their \
         names: {} Is that right? If not, press Esc, correct the field in the catalog (C), and map its column again.",
        owners.join(" ")
    );
    let keep = |model: &mut Model| {
        let mut effects = model.change_catalog(CatalogChange::ConfirmOwners(open));
        effects.extend(model.go(Goto::Review));
        effects
    };
    Confirm::new("Whose fields are these?", question, keep).open(model);
    true
}

/// Use of a chosen field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldFor {
    /// The column under the cursor.
    Column,
    /// The same column, in addition to its field.
    AlsoColumn,
}

/// A line of the list of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldLine {
    Field(Target),
    /// A field of a subject that the recipe doesn't have yet.
    AnotherSubject,
}

/// Opens the list of fields, at the first one that `begin` accepts, or else at the current one.
pub(crate) fn choose_field(model: &mut Model, of: FieldFor, begin: impl Fn(Target) -> bool) -> Vec<Effect> {
    let Some(job) = &model.job else { return Vec::new() };
    let Some(line) = job.line_under() else { return Vec::new() };
    let choices = field_choices(model, job, line);
    let now = job.rule(line).map(|rule| FieldLine::Field(rule.to));
    let begins = |choice: &Choice<FieldLine>| matches!(choice.value, FieldLine::Field(to) if begin(to));
    let cursor =
        choices.iter().position(begins).or_else(|| choices.iter().position(|c| Some(c.value) == now));
    let (name, at) = (job.line_name(line), job.line);
    let title = match of {
        FieldFor::Column => format!("Map “{name}” to"),
        FieldFor::AlsoColumn => format!("Also map “{name}” to"),
    };
    let chosen = move |model: &mut Model, line| match (line, of) {
        (FieldLine::AnotherSubject, of) => subjects::choose_type(model, of),
        (FieldLine::Field(target), FieldFor::Column) => set(model, at, target),
        (FieldLine::Field(target), FieldFor::AlsoColumn) => add(model, at, target),
    };
    Picker::new(title, choices, chosen).at(cursor).open(model)
}

fn field_choices(model: &Model, job: &Job, line: MapLine) -> Vec<Choice<FieldLine>> {
    let lines = job.lines();
    let taken = |target: Target| {
        let user =
            lines.iter().find(|other| **other != line && job.rule(**other).is_some_and(|r| r.to == target));
        user.map(|user| format!("from {}", job.line_name(*user)))
    };
    let choice = |target: Target, what: &str| {
        let note = taken(target).unwrap_or_else(|| what.to_owned());
        Choice::new(FieldLine::Field(target), job.target_label(target, &model.catalog), note)
    };
    let mut choices = vec![Choice::new(FieldLine::Field(Target::Ignore), "Don't import", "ignore")];
    for field in CaseField::VARIANTS {
        choices.push(choice(Target::Case(*field), if field.spec().required { "required" } else { "" }));
    }
    for (place, field) in job.places(&model.catalog) {
        choices.push(choice(Target::Custom(place, None), field.kind.word()));
        for part in field.kind.parts() {
            choices.push(choice(Target::Custom(place, Some(*part)), field.kind.word()));
        }
    }
    choices.push(Choice::new(FieldLine::AnotherSubject, "Another subject…", "a second person or firm"));
    choices
}

/// Maps a column to a field. Its format is reset if the field changes.
pub(crate) fn set(model: &mut Model, line: usize, target: Target) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(at) = job.line_at(line) else { return Vec::new() };
    let others = job.lines().iter().any(|line| line.column == at.column && line.rule != at.rule);
    if let (Target::Ignore, true, Some(rule)) = (target, at.column.is_none() || others, at.rule) {
        // A column that isn't in the file, or that also goes to another field, needs no rule to be ignored.
        job.recipe_mut().columns.remove(rule);
        return job.changed(&model.catalog);
    }
    if let Target::Custom(place, _) = target {
        job.use_field(place.key(), &model.catalog);
    }
    let shape = job.shape(target, &model.catalog);
    let samples: Vec<String> = at
        .column
        .map(|c| job.texts(c, usize::MAX).into_iter().map(ToOwned::to_owned).collect())
        .unwrap_or_default();
    if let Some(rule) = job.rule_mut(at) {
        rule.by_hand = true;
        let before = std::mem::replace(&mut rule.to, target);
        if before != target {
            rule.values.clear();
            rule.separator = None;
            rule.date = if shape == Some(ApiType::Date) { cell_format::order_of(&samples) } else { None };
            rule.decimal = None;
        }
    }
    let guessed: Vec<_> = job.guesses().iter().filter_map(|guess| guess.subject.clone()).collect();
    job.recipe_mut().describe(&guessed);
    unmapped::recognize(job, at, &model.catalog);
    job.changed(&model.catalog)
}

/// Maps a column to one more field.
pub(crate) fn add(model: &mut Model, line: usize, target: Target) -> Vec<Effect> {
    let Some(job) = model.job.as_mut() else { return Vec::new() };
    let Some(column) = job.line_at(line).and_then(|line| line.column) else { return Vec::new() };
    if !job.is_mapped(column) || target == Target::Ignore {
        return set(model, line, target);
    }
    let last =
        job.lines().iter().filter(|line| line.column == Some(column)).filter_map(|line| line.rule).max();
    let at = last.map_or(job.recipe().columns.len(), |last| last + 1);
    let rule = ColumnRule::new(job.column_name(column), Target::Ignore);
    job.recipe_mut().columns.insert(at, rule);
    job.line = job.lines().iter().position(|line| line.rule == Some(at)).unwrap_or(line);
    let line = job.line;
    set(model, line, target)
}

/// Maps the column a new custom field was declared on, if it's free.
fn declared(model: &mut Model, key: CustomKey) -> Vec<Effect> {
    let Some(job) = model.job.as_ref().filter(|_| model.screen == Screen::FieldMap) else {
        return Vec::new();
    };
    let free =
        job.line_under().is_some_and(|line| job.rule(line).is_none_or(|rule| rule.to == Target::Ignore));
    if !free {
        return Vec::new();
    }
    let line = job.line;
    set(model, line, Target::Custom(key.into(), None))
}
