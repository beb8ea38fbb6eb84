//! Validation of the subjects and custom fields of a casefile.

use serde_json::{Map, Value};

use super::assumptions::{MAX_LINE, MAX_NOTES};
use super::quirks::{Quirk, Quirks};
use super::validate::{Problems, date, text};
use super::world::{CaseType, FieldDefinition, VendorKind, World};

/// Owner of a list of custom fields. `None` means a type that doesn't exist, which is reported elsewhere.
pub(super) enum FieldListOwner<'a> {
    Case(Option<&'a CaseType>),
    Subject(Option<i64>),
}

pub(super) fn subjects(problems: &mut Problems, world: &World, value: &Value, case_type: Option<&CaseType>) {
    let Some(subjects) = value.as_array() else { return problems.add("subjects", "must be an array") };
    for (n, subject) in subjects.iter().enumerate() {
        let at = format!("subjects.{n}");
        match subject {
            // The case type determines the type of the primary subject only.
            Value::Object(object) => {
                one_subject(problems, world, &at, object, case_type.filter(|_| n == 0));
            }
            _ => problems.add(&at, "must be an object"),
        }
        if n > 0 && subject.get("is_primary") == Some(&Value::Bool(true)) {
            problems.add(&format!("{at}.is_primary"), "only the first subject is the primary one");
        }
    }
}

fn one_subject(
    problems: &mut Problems,
    world: &World,
    at: &str,
    subject: &Map<String, Value>,
    case_type: Option<&CaseType>,
) {
    let known = ["subject_type_id", "is_primary", "is_pinned", "custom_fields"];
    problems.unknown_keys(&format!("{at}."), subject, &known);
    for key in ["is_primary", "is_pinned"] {
        if subject.get(key).is_some_and(|value| !value.is_boolean()) {
            problems.add(&format!("{at}.{key}"), "must be true or false");
        }
    }
    let type_at = format!("{at}.subject_type_id");
    let type_id = subject.get("subject_type_id").and_then(Value::as_i64);
    match type_id {
        None if subject.contains_key("subject_type_id") => problems.add(&type_at, "must be an integer"),
        None => problems.add(&type_at, "can't be blank"),
        Some(id) if !world.subject_types.contains_key(&id) => {
            problems.add(&type_at, format!("{id} does not exist"));
        }
        Some(id) => {
            if let Some(case_type) = case_type.filter(|case_type| case_type.subject_type != id) {
                let message = format!("{} has subjects of type {}", case_type.name, case_type.subject_type);
                problems.add(&type_at, message);
            }
        }
    }
    let fields_at = format!("{at}.custom_fields");
    match subject.get("custom_fields") {
        None => problems.add(&fields_at, "can't be blank"),
        Some(fields) => {
            let type_id = type_id.filter(|id| world.subject_types.contains_key(id));
            custom_fields(problems, world, &fields_at, fields, &FieldListOwner::Subject(type_id));
        }
    }
}

pub(super) fn custom_fields(
    problems: &mut Problems,
    world: &World,
    at: &str,
    value: &Value,
    owner: &FieldListOwner<'_>,
) {
    let Some(entries) = value.as_array() else { return problems.add(at, "must be an array") };
    let mut seen = Vec::with_capacity(entries.len());
    for (n, entry) in entries.iter().enumerate() {
        let at = format!("{at}.{n}");
        let Some(entry) = entry.as_object() else {
            problems.add(&at, "must be an object");
            continue;
        };
        problems.unknown_keys(&format!("{at}."), entry, &["id", "value"]);
        let id_at = format!("{at}.id");
        let Some(id) = entry.get("id").and_then(Value::as_i64) else {
            problems.add(&id_at, "must be an integer");
            continue;
        };
        if seen.contains(&id) {
            problems.add(&id_at, format!("{id} is given twice"));
        }
        seen.push(id);
        let Some(field) = world.custom_fields.get(&id) else {
            problems.add(&id_at, format!("{id} does not exist"));
            continue;
        };
        if let Some(reason) = misplaced(world, id, field, owner) {
            problems.add(&id_at, reason);
        }
        let value_at = format!("{at}.value");
        match entry.get("value") {
            None => problems.add(&value_at, "can't be blank"),
            Some(value) => custom_value(problems, world.quirks, &value_at, field, value),
        }
    }
}

/// Returns the reason why a custom field can't be used by its owner, if any.
fn misplaced(world: &World, id: i64, field: &FieldDefinition, owner: &FieldListOwner<'_>) -> Option<String> {
    let name = &field.name;
    match (owner, field.subject_type) {
        (FieldListOwner::Case(Some(case_type)), None) if !case_type.custom_fields.contains(&id) => {
            Some(format!("{id} ({name}) is not used by case type {}", case_type.name))
        }
        (FieldListOwner::Subject(_), None) => Some(format!("{id} ({name}) belongs to the case")),
        (FieldListOwner::Case(_), None) | (FieldListOwner::Subject(None), Some(_)) => None,
        (FieldListOwner::Subject(Some(owner)), Some(subject_type)) if *owner == subject_type => None,
        (_, Some(subject_type)) => {
            let owner = world.subject_types.get(&subject_type).map_or("subject", |named| &named.name);
            Some(format!("{id} ({name}) belongs to a {owner}"))
        }
    }
}

fn custom_value(problems: &mut Problems, quirks: Quirks, at: &str, field: &FieldDefinition, value: &Value) {
    let is_choice = |value: &Value| field.choices.iter().any(|choice| value == choice.as_str());
    let are_choices = |text: &str| text.split(", ").all(|one| is_choice(&Value::from(one)));
    let as_text = |wanted: Quirk| quirks.has(wanted);
    let is_number = || match value.as_str() {
        Some(text) => as_text(Quirk::TextNumbers) && text.parse::<f64>().is_ok_and(f64::is_finite),
        None => value.is_number() && !as_text(Quirk::TextNumbers),
    };
    let is_yes_or_no = || match value.as_str() {
        Some(text) => as_text(Quirk::TextYesNo) && matches!(text, "0" | "1"),
        None => matches!(value.as_i64(), Some(0 | 1)) && !as_text(Quirk::TextYesNo),
    };
    let fits = match field.kind {
        VendorKind::Name => return parts(problems, at, value, &["first_name", "middle_name", "last_name"]),
        VendorKind::Address => {
            return parts(
                problems,
                at,
                value,
                &["address_1", "address_2", "city", "state", "zip", "country"],
            );
        }
        VendorKind::Date | VendorKind::Birthday => return date(problems, at, value),
        VendorKind::Long => return text(problems, at, value, MAX_NOTES),
        VendorKind::Input | VendorKind::Email | VendorKind::Link => {
            return text(problems, at, value, MAX_LINE);
        }
        VendorKind::Select | VendorKind::Radio => is_choice(value),
        VendorKind::Checkbox if as_text(Quirk::TextCheckboxes) => value.as_str().is_some_and(are_choices),
        VendorKind::Checkbox => {
            value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_choice))
        }
        VendorKind::Number | VendorKind::Currency => is_number(),
        VendorKind::YesNo => is_yes_or_no(),
        VendorKind::YesNoNa => is_yes_or_no() || value == "",
        VendorKind::Country => value
            .as_str()
            .is_some_and(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())),
    };
    if !fits && field.kind.has_choices() {
        problems.add(at, format!("is not a choice of {} ({})", field.name, field.choices.join(", ")));
    } else if !fits {
        problems.add(at, format!("is no value of {}, a field of kind {}", field.name, field.kind.tag()));
    }
}

fn parts(problems: &mut Problems, at: &str, value: &Value, known: &[&str]) {
    let Some(object) = value.as_object() else {
        return problems.add(at, format!("must be an object of {}", known.join(", ")));
    };
    problems.unknown_keys(&format!("{at}."), object, known);
    for (key, part) in object.iter().filter(|(key, _)| known.contains(&key.as_str())) {
        text(problems, &format!("{at}.{key}"), part, MAX_LINE);
    }
}
