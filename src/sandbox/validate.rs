//! Validation of a casefile: the raw JSON is checked against the account's rules.

use serde_json::{Map, Value};

use super::assumptions::{MAX_LINE, MAX_NOTES};
use super::lists::is_date;
use super::values;
use super::world::{CaseType, World};

/// Problems of a casefile: messages by the path of the value.
#[derive(Debug, Default)]
pub(super) struct Problems(Map<String, Value>);

impl Problems {
    pub(super) fn add(&mut self, at: &str, message: impl Into<String>) {
        let messages = self.0.entry(at).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(messages) = messages {
            messages.push(Value::String(message.into()));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns every problem as path and message.
    pub(super) fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(at, messages)| {
            let messages = messages.as_array().into_iter().flatten().filter_map(Value::as_str);
            messages.map(move |message| (at.as_str(), message))
        })
    }

    /// Returns the body of the answer.
    pub(super) fn into_body(self) -> Value {
        serde_json::json!({ "errors": self.0 })
    }

    /// Adds a problem for every key that isn't in `known`.
    pub(super) fn unknown_keys(&mut self, at: &str, object: &Map<String, Value>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            self.add(&format!("{at}{key}"), "is not a parameter of this API");
        }
    }
}

/// JSON shape of a field.
#[derive(Clone, Copy)]
enum JsonType {
    Id,
    Ids,
    Date,
    Line,
    Notes,
    Decimal,
    /// Validated by its own function.
    List,
}

/// All keys of a casefile, with shape and whether they are required. A case has them in this order.
const FIELDS: [(&str, JsonType, bool); 19] = [
    ("case_type_id", JsonType::Id, true),
    ("client_id", JsonType::Id, true),
    ("primary_contact_id", JsonType::Id, true),
    ("case_region_id", JsonType::Id, false),
    ("company_location_id", JsonType::Id, false),
    ("created_on", JsonType::Date, false),
    ("due_on", JsonType::Date, false),
    ("reference_value_1", JsonType::Line, false),
    ("reference_value_2", JsonType::Line, false),
    ("reference_value_3", JsonType::Line, false),
    ("case_location", JsonType::Line, false),
    ("budget_money", JsonType::Decimal, false),
    ("budget_hours", JsonType::Decimal, false),
    ("notes", JsonType::Notes, false),
    ("scheduling_notes", JsonType::Notes, false),
    ("admin_notes", JsonType::Notes, false),
    ("case_services_list", JsonType::Ids, false),
    ("case_flags_list", JsonType::Ids, false),
    ("custom_fields", JsonType::List, false),
];

/// Returns the keys of a case that come from its casefile, in order, and whether each is a list.
pub(super) fn fields() -> impl Iterator<Item = (&'static str, bool)> {
    let listed = |shape| matches!(shape, JsonType::Ids | JsonType::List);
    FIELDS.iter().map(move |(key, shape, _)| (*key, listed(*shape))).chain([("subjects", true)])
}

/// Extracts the casefile from a request body and validates it.
pub(super) fn casefile(world: &World, body: Value) -> Result<Map<String, Value>, Problems> {
    let mut problems = Problems::default();
    let Value::Object(mut root) = body else {
        problems.add("casefile", "is missing");
        return Err(problems);
    };
    let casefile = root.remove("casefile");
    problems.unknown_keys("", &root, &[]);
    match casefile {
        Some(Value::Object(case)) => {
            shapes(&mut problems, &case);
            rules(&mut problems, world, &case);
            if problems.is_empty() { Ok(case) } else { Err(problems) }
        }
        Some(_) => {
            problems.add("casefile", "must be an object");
            Err(problems)
        }
        None => {
            problems.add("casefile", "is missing");
            Err(problems)
        }
    }
}

fn shapes(problems: &mut Problems, case: &Map<String, Value>) {
    let known: Vec<_> = fields().map(|(key, _)| key).collect();
    problems.unknown_keys("", case, &known);
    for (key, shape, required) in FIELDS {
        match case.get(key) {
            None if required => problems.add(key, "can't be blank"),
            None => {}
            Some(value) => check(problems, key, shape, value),
        }
    }
}

fn check(problems: &mut Problems, at: &str, shape: JsonType, value: &Value) {
    match shape {
        JsonType::Id if value.as_i64().is_none() => problems.add(at, "must be an integer"),
        JsonType::Date => date(problems, at, value),
        JsonType::Line => text(problems, at, value, MAX_LINE),
        JsonType::Notes => text(problems, at, value, MAX_NOTES),
        JsonType::Decimal if !is_decimal(value) => problems.add(at, "must be a number, 0 or more"),
        JsonType::Ids => match value {
            Value::Array(ids) => {
                for (n, id) in ids.iter().enumerate() {
                    check(problems, &format!("{at}.{n}"), JsonType::Id, id);
                }
            }
            _ => problems.add(at, "must be an array of integers"),
        },
        JsonType::Id | JsonType::Decimal | JsonType::List => {}
    }
}

pub(super) fn date(problems: &mut Problems, at: &str, value: &Value) {
    if !value.as_str().is_some_and(is_date) {
        problems.add(at, "is not a valid date (YYYY-MM-DD)");
    }
}

pub(super) fn text(problems: &mut Problems, at: &str, value: &Value, max: usize) {
    match value.as_str() {
        None => problems.add(at, "must be a string"),
        // Bytes first, so that characters are counted only if there may be too many.
        Some(text) if text.len() > max && text.chars().count() > max => {
            problems.add(at, format!("is too long (maximum is {max} characters)"));
        }
        Some(_) => {}
    }
}

fn is_decimal(value: &Value) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|number| number >= 0.0),
        Value::String(text) => match text.split_once('.') {
            Some((whole, cents)) => digits(whole) && digits(cents),
            None => digits(text),
        },
        _ => false,
    }
}

/// Checks the rules that involve other values, for values with the right shape.
fn rules(problems: &mut Problems, world: &World, case: &Map<String, Value>) {
    let id = |key: &str| case.get(key).and_then(Value::as_i64);
    let known: [(&str, &dyn Fn(i64) -> bool); 5] = [
        ("case_type_id", &|id| world.case_types.contains_key(&id)),
        ("client_id", &|id| world.root_of.contains_key(&id)),
        ("primary_contact_id", &|id| world.location_of.contains_key(&id)),
        ("case_region_id", &|id| world.regions.contains_key(&id)),
        ("company_location_id", &|id| world.company_locations.contains_key(&id)),
    ];
    for (key, exists) in known {
        if let Some(id) = id(key).filter(|id| !exists(*id)) {
            problems.add(key, format!("{id} does not exist"));
        }
    }
    if let (Some(location), Some(contact)) = (id("client_id"), id("primary_contact_id"))
        && world.root_of.contains_key(&location)
        && world.location_of.get(&contact).is_some_and(|works_at| *works_at != location)
    {
        problems
            .add("primary_contact_id", format!("{contact} is not a contact of client location {location}"));
    }
    let case_type = id("case_type_id").and_then(|id| world.case_types.get(&id));
    if let Some(case_type) = case_type {
        within_case_type(problems, world, case, case_type);
    }
    if let Some(fields) = case.get("custom_fields") {
        values::custom_fields(
            problems,
            world,
            "custom_fields",
            fields,
            &values::FieldListOwner::Case(case_type),
        );
    }
    if let Some(subjects) = case.get("subjects") {
        values::subjects(problems, world, subjects, case_type);
    }
}

fn within_case_type(problems: &mut Problems, world: &World, case: &Map<String, Value>, case_type: &CaseType) {
    let references = ["reference_value_1", "reference_value_2", "reference_value_3"];
    for (key, label) in references.iter().zip(&case_type.references) {
        if label.is_empty() && case.contains_key(*key) {
            problems.add(key, format!("is not used by case type {}", case_type.name));
        }
    }
    for (key, known, allowed) in [
        ("case_services_list", &world.services, &case_type.services),
        ("case_flags_list", &world.flags, &case_type.flags),
    ] {
        let ids: Vec<_> = case.get(key).and_then(Value::as_array).into_iter().flatten().collect();
        for (n, value) in ids.iter().enumerate() {
            let Some(id) = value.as_i64() else { continue };
            match known.get(&id) {
                None => problems.add(key, format!("{id} does not exist")),
                Some(named) if !allowed.contains(&id) => {
                    problems.add(key, format!("{} is not available for {}", named.name, case_type.name));
                }
                Some(named) if ids.iter().take(n).any(|earlier| earlier == value) => {
                    problems.add(key, format!("{} is given twice", named.name));
                }
                Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example() -> Value {
        json!({
            "case_type_id": 1, "client_id": 100, "primary_contact_id": 1000,
            "case_region_id": 6, "company_location_id": 1,
            "created_on": "2026-03-02", "due_on": "2026-03-16",
            "reference_value_1": "CLM-1", "reference_value_2": "POL-1", "case_location": "Denver, CO",
            "budget_money": "1500.00", "budget_hours": 16.5, "notes": "Two days.",
            "case_services_list": [1, 2], "case_flags_list": [1],
            "custom_fields": [{"id": 21, "value": "2026-02-01"}, {"id": 25, "value": "Auto"}],
            "subjects": [{"subject_type_id": 1, "is_primary": true, "is_pinned": true, "custom_fields": [
                {"id": 1, "value": {"first_name": "Ann", "middle_name": "", "last_name": "Lee"}},
                {"id": 3, "value": {"address_1": "1 Main St", "address_2": "", "city": "Denver",
                                    "state": "CO", "zip": "80202", "country": "US"}}
            ]}]
        })
    }

    /// Returns the problems of the example with `value` at `pointer`; null removes the key.
    fn problems(pointer: &str, value: Value) -> Vec<(String, String)> {
        let mut case = example();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match case.pointer_mut(parent).unwrap() {
            Value::Object(object) if value.is_null() => drop(object.remove(key)),
            Value::Object(object) => drop(object.insert(key.to_owned(), value)),
            Value::Array(array) => array[key.parse::<usize>().unwrap()] = value,
            _ => panic!("{pointer}"),
        }
        problems_of(json!({ "casefile": case }))
    }

    fn problems_of(body: Value) -> Vec<(String, String)> {
        let (world, _) = World::load().unwrap();
        let problems = casefile(&world, body).err().unwrap_or_default();
        let text = |messages: &Value| messages[0].as_str().unwrap().to_owned();
        problems.0.iter().map(|(at, messages)| (at.clone(), text(messages))).collect()
    }

    #[test]
    fn the_example_is_a_case_and_the_required_keys_suffice() {
        assert_eq!(problems_of(json!({ "casefile": example() })), []);
        let least = json!({"case_type_id": 1, "client_id": 100, "primary_contact_id": 1000});
        assert_eq!(problems_of(json!({ "casefile": least })), []);
    }

    #[test]
    fn the_body_has_one_root_key() {
        for (body, at) in [
            (json!([]), "casefile"),
            (json!({}), "casefile"),
            (json!({"casefile": []}), "casefile"),
            (json!({"case": {}}), "case"),
            (json!({"casefile": example(), "token": ""}), "token"),
        ] {
            assert_eq!(problems_of(body.clone())[0].0, at, "{body}");
        }
    }

    #[test]
    fn each_wrong_value_is_named_with_its_reason() {
        let long = "x".repeat(256);
        for (pointer, value, at, reason) in [
            ("/case_type_id", json!(null), "case_type_id", "can't be blank"),
            ("/case_type_id", json!(9), "case_type_id", "9 does not exist"),
            ("/client_id", json!("100"), "client_id", "must be an integer"),
            ("/client_id", json!(1), "client_id", "1 does not exist"),
            ("/client_id", json!(101), "primary_contact_id", "is not a contact of client location 101"),
            ("/primary_contact_id", json!(1.5), "primary_contact_id", "must be an integer"),
            ("/case_region_id", json!(7), "case_region_id", "does not exist"),
            ("/company_location_id", json!(4), "company_location_id", "does not exist"),
            ("/due_on", json!("2026-02-30"), "due_on", "not a valid date"),
            ("/due_on", json!("3/16/2026"), "due_on", "not a valid date"),
            ("/created_on", json!("2026-03-02T00:00"), "created_on", "not a valid date"),
            ("/reference_value_1", json!(long), "reference_value_1", "too long (maximum is 255"),
            ("/reference_value_1", json!(17), "reference_value_1", "must be a string"),
            ("/reference_value_3", json!("x"), "reference_value_3", "not used by case type Surveillance"),
            ("/budget_money", json!("$1,500"), "budget_money", "must be a number"),
            ("/budget_hours", json!(-1), "budget_hours", "must be a number"),
            ("/case_services_list", json!(1), "case_services_list", "array of integers"),
            ("/case_services_list/0", json!("1"), "case_services_list.0", "must be an integer"),
            ("/case_services_list", json!([6]), "case_services_list", "Asset Search is not available"),
            ("/case_services_list", json!([1, 1]), "case_services_list", "given twice"),
            ("/case_flags_list", json!([77]), "case_flags_list", "77 does not exist"),
            ("/case_flags_list", json!([5]), "case_flags_list", "High Exposure is not available"),
            ("/status_id", json!(1), "status_id", "not a parameter"),
        ] {
            let found = problems(pointer, value.clone());
            let hit = found.iter().any(|(path, message)| path == at && message.contains(reason));
            assert!(hit, "{pointer} = {value}: {found:?}");
        }
    }

    #[test]
    fn a_second_subject_is_validated_as_strictly_and_may_be_of_another_type() {
        let second = |of: i64, id: i64, value: Value| {
            json!({"subject_type_id": of, "is_primary": false, "is_pinned": true,
                   "custom_fields": [{"id": id, "value": value}]})
        };
        for (sent, at) in [
            (second(3, 40, json!("Acme")), ""),
            (second(9, 40, json!("Acme")), "subjects.1.subject_type_id"),
            (second(4, 40, json!("Acme")), "subjects.1.custom_fields.0.id"),
            (second(3, 41, json!("Acme")), "subjects.1.custom_fields.0.value"),
            (json!({"is_primary": true, "subject_type_id": 3, "custom_fields": []}), "subjects.1.is_primary"),
            (json!({"custom_fields": []}), "subjects.1.subject_type_id"),
        ] {
            let mut case = example();
            case["subjects"].as_array_mut().unwrap().push(sent.clone());
            let found = problems_of(json!({ "casefile": case }));
            let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
            let wanted: Vec<&str> = Some(at).filter(|at| !at.is_empty()).into_iter().collect();
            assert_eq!(paths, wanted, "{sent}: {found:?}");
        }
    }

    #[test]
    fn each_wrong_subject_or_custom_field_is_named_with_its_path() {
        let subject = "/subjects/0";
        let name = "/subjects/0/custom_fields/0/value";
        for (pointer, value, at, reason) in [
            ("/subjects", json!({}), "subjects", "must be an array"),
            ("/subjects/0/subject_type_id", json!(null), "subjects.0.subject_type_id", "can't be blank"),
            ("/subjects/0/subject_type_id", json!(2), "subjects.0.subject_type_id", "has subjects of type"),
            ("/subjects/0/subject_type_id", json!(5), "subjects.0.subject_type_id", "does not exist"),
            ("/subjects/0/custom_fields", json!(null), "subjects.0.custom_fields", "can't be blank"),
            ("/subjects/0/is_pinned", json!("yes"), "subjects.0.is_pinned", "true or false"),
            ("/subjects/0/first_name", json!("Ann"), "subjects.0.first_name", "not a parameter"),
            (subject, json!([]), "subjects.0", "must be an object"),
            (name, json!("Ann Lee"), "subjects.0.custom_fields.0.value", "must be an object"),
            (name, json!({"last": "Lee"}), "subjects.0.custom_fields.0.value.last", "not a parameter"),
            (name, json!({"last_name": 1}), "subjects.0.custom_fields.0.value.last_name", "must be a string"),
            ("/custom_fields", json!({"21": "x"}), "custom_fields", "must be an array"),
            ("/custom_fields/0", json!({"id": 99, "value": "x"}), "custom_fields.0.id", "does not exist"),
            (
                "/custom_fields/0",
                json!({"id": 2, "value": "x"}),
                "custom_fields.0.id",
                "belongs to a Claimant",
            ),
            ("/custom_fields/0", json!({"id": 21}), "custom_fields.0.value", "can't be blank"),
            ("/custom_fields/0", json!({"value": "x"}), "custom_fields.0.id", "must be an integer"),
            ("/custom_fields/0", json!({"id": 25, "value": "Auto"}), "custom_fields.1.id", "given twice"),
            ("/custom_fields/0/label", json!("x"), "custom_fields.0.label", "not a parameter"),
            ("/custom_fields/0/value", json!("2/1/26"), "custom_fields.0.value", "not a valid date"),
            ("/custom_fields/1/value", json!("auto"), "custom_fields.1.value", "is not a choice"),
        ] {
            let found = problems(pointer, value.clone());
            let hit = found.iter().any(|(path, message)| path == at && message.contains(reason));
            assert!(hit, "{pointer} = {value}: {found:?}");
        }
    }
}
