//! Flat values of custom fields, as lists show them unless a request asks for expanded values.

use bytes::Bytes;
use serde_json::Value;

/// Returns true if a request wants values in parts.
pub(super) fn is_expanded(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == "expand_field_values" && matches!(&*value, "1" | "true"))
}

/// Returns a case or a subject with each name and address as one string.
pub(super) fn flatten_body(json: Bytes) -> Bytes {
    let Ok(mut record) = serde_json::from_slice::<Value>(&json) else { return json };
    let subjects = record.get_mut("subjects").and_then(Value::as_array_mut);
    subjects.into_iter().flatten().for_each(flatten);
    flatten(&mut record);
    record.to_string().into()
}

fn flatten(owner: &mut Value) {
    let fields = owner.get_mut("custom_fields").and_then(Value::as_array_mut);
    for value in fields.into_iter().flatten().filter_map(|field| field.get_mut("value")) {
        if let Value::Object(parts) = value {
            let parts = parts.values().filter_map(Value::as_str).filter(|part| !part.is_empty());
            *value = parts.collect::<Vec<_>>().join(" ").into();
        }
    }
}
