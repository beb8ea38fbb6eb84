//! Cases of an account that shows labels beside ids.

use serde_json::{Map, Value, json};

use super::world::World;

type JsonObject = Map<String, Value>;

fn int(record: &JsonObject, key: &str) -> Option<i64> {
    record.get(key).and_then(Value::as_i64)
}

/// Adds names: an object beside each id, records beside a list of ids, and a name for each custom field.
pub(super) fn label(case: &mut JsonObject, world: &World) {
    let case_type = int(case, "case_type_id").and_then(|id| world.case_types.get(&id));
    if let Some(case_type) = case_type {
        case.insert("case_type".to_owned(), json!({ "name": case_type.name }));
        for (number, label) in (1..).zip(&case_type.references) {
            case.insert(format!("reference_label_{number}"), json!(label));
        }
    }
    let region = int(case, "case_region_id").and_then(|id| world.regions.get(&id));
    if let Some(region) = region {
        case.insert("case_region".to_owned(), json!({ "name": region.name }));
    }
    let location = int(case, "company_location_id").and_then(|id| world.company_locations.get(&id));
    if let Some(location) = location {
        case.insert("company_location".to_owned(), json!({ "name": location.name }));
    }
    for (key, names) in [("case_services", &world.services), ("case_flags", &world.flags)] {
        let ids = case.get(&format!("{key}_list")).and_then(Value::as_array).into_iter().flatten();
        let named = ids.filter_map(|id| Some((id, names.get(&id.as_i64()?)?)));
        let records: Vec<Value> = named.map(|(id, named)| json!({ "id": id, "name": named.name })).collect();
        case.insert(key.to_owned(), records.into());
    }
    fields(case, world);
    for subject in case.get_mut("subjects").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(subject) = subject.as_object_mut() else { continue };
        let named = int(subject, "subject_type_id").and_then(|id| world.subject_types.get(&id));
        if let Some(named) = named {
            subject.insert("subject_type".to_owned(), json!({ "name": named.name }));
        }
        fields(subject, world);
    }
}

fn fields(record: &mut JsonObject, world: &World) {
    for field in record.get_mut("custom_fields").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(field) = field.as_object_mut() else { continue };
        if let Some(known) = int(field, "id").and_then(|id| world.custom_fields.get(&id)) {
            field.insert("name".to_owned(), json!(known.name));
            field.insert("kind".to_owned(), json!(known.kind.tag()));
        }
    }
}
