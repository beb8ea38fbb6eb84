//! Learns ids and labels of the account from existing cases. No endpoint is known for them, and whether cases show
//! labels at all is UNKNOWN. A label beside its id, in any of the usual forms, is used.

use serde_json::{Map, Value};

use super::catalog::{Catalog, CatalogEntry, List};
use super::client::Client;
use super::fault::Fault;
use super::fields::uses;
use super::record::{id_of, is_true, record_key};
use crate::case::{CustomField, CustomFieldOwner, CustomKey, FieldKind, owner_by_name};

/// Number of pages of cases to read, newest first.
const PAGES: usize = 5;

/// Beginnings of the keys of each list's ids and labels.
const STEMS: [(List, &str); 8] = [
    (List::CaseTypes, "case_type"),
    (List::Regions, "case_region"),
    (List::Regions, "region"),
    (List::CompanyLocations, "company_location"),
    (List::Services, "case_services"),
    (List::Services, "services"),
    (List::Flags, "case_flags"),
    (List::Flags, "flags"),
];

impl Client {
    /// Reads the newest cases. Returns what they show and the number of cases. `listed` are the account's custom fields
    /// as it lists them; `used` are those of earlier imports, whose owners are known.
    pub async fn learn_from_cases(
        &self,
        listed: &[Value],
        used: &[CustomField],
    ) -> Result<(Catalog, usize), Fault> {
        let mut cases = Vec::new();
        for page in 1..=PAGES {
            let records = self.page("cases", page, &[("dir", "desc".to_owned())]).await?;
            // A server without pages returns the first page again.
            let first = |records: &[Value]| records.first().map(record_key);
            if records.is_empty() || first(&cases) == first(&records) {
                break;
            }
            cases.extend(records);
        }
        let mut learned = learned(&cases);
        let mut places = uses(&cases);
        for field in used {
            places.entry(field.key.id).or_insert((field.key.owner, field.subject_type));
        }
        learned.list_fields(listed, &places);
        Ok((learned, cases.len()))
    }
}

/// Returns the catalog that records of cases show.
fn learned(cases: &[Value]) -> Catalog {
    let mut catalog = Catalog::default();
    for case in cases.iter().filter_map(Value::as_object) {
        for (list, stem) in STEMS {
            entries(case, list, stem, &mut catalog);
        }
        fields(case, CustomFieldOwner::Case, None, &mut catalog);
        references(case, &mut catalog);
        for subject in case.get("subjects").and_then(Value::as_array).into_iter().flatten() {
            let Some(subject) = subject.as_object() else { continue };
            entries(subject, List::SubjectTypes, "subject_type", &mut catalog);
            let of = subject.get("subject_type_id").and_then(id_of);
            if subject.get("is_primary").is_some_and(is_true) {
                primary(case, of, &mut catalog);
            }
            fields(subject, CustomFieldOwner::Subject, of, &mut catalog);
        }
    }
    for entries in catalog.lists.values_mut() {
        entries.sort_by_key(|entry| entry.id);
    }
    catalog.fields.sort_by_key(|field| field.key);
    catalog
}

/// Returns a text that can be a label.
fn label_of(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(record) => {
            ["name", "label", "title"].iter().find_map(|key| record.get(*key)?.as_str())?
        }
        _ => return None,
    };
    Some(text.trim()).filter(|text| text.chars().any(char::is_alphabetic))
}

/// Reads `{stem}_id` beside `{stem}`, `{stem}_name` or `{stem}_label`, or records with id and name under `{stem}` or
/// `{stem}_list`.
fn entries(record: &Map<String, Value>, list: List, stem: &str, catalog: &mut Catalog) {
    let at = |end: &str| record.get(&format!("{stem}{end}"));
    let id = at("_id").or_else(|| at("")?.get("id")).and_then(id_of);
    let label = ["_name", "_label", ""].iter().find_map(|end| at(end).and_then(label_of));
    if let (Some(id), Some(label)) = (id, label) {
        catalog.remember(list, CatalogEntry::new(id, label));
    }
    let several = ["", "_list"].iter().filter_map(|end| at(end)?.as_array());
    for item in several.flatten() {
        if let (Some(id), Some(label)) = (item.get("id").and_then(id_of), label_of(item)) {
            catalog.remember(list, CatalogEntry::new(id, label));
        }
    }
}

fn fields(record: &Map<String, Value>, owner: CustomFieldOwner, of: Option<u64>, catalog: &mut Catalog) {
    for item in record.get("custom_fields").and_then(Value::as_array).into_iter().flatten() {
        let (Some(id), Some(label)) = (item.get("id").and_then(id_of), label_of(item)) else { continue };
        let key = CustomKey { owner, id };
        if catalog.fields.iter().all(|known| known.key != key) {
            let kind = kind_of(item, label);
            catalog.fields.push(CustomField { subject_type: of, ..CustomField::new(key, label, kind) });
        }
    }
}

/// Returns the kind that the field names or its value suggests, or text.
fn kind_of(field: &Value, label: &str) -> FieldKind {
    let keys = ["field_type_tag", "kind", "type", "field_type"];
    if let Some(kind) = keys.iter().find_map(|key| FieldKind::from_word(field.get(*key)?.as_str()?)) {
        // Phone numbers and SSNs are plain text to Trackops.
        return owner_by_name(label, kind).1;
    }
    match field.get("value") {
        Some(Value::Bool(_)) => FieldKind::YesNo,
        Some(Value::Number(_)) => FieldKind::Number,
        Some(Value::Array(choices)) if choices.iter().all(Value::is_string) => FieldKind::Checkbox,
        Some(Value::Object(value)) if value.contains_key("last_name") => FieldKind::Name,
        Some(Value::Object(value)) if value.contains_key("city") => FieldKind::Address,
        _ => FieldKind::Text,
    }
}

/// Reads the type of a case type's primary subjects.
fn primary(case: &Map<String, Value>, subject_type: Option<u64>, catalog: &mut Catalog) {
    if let (Some(case_type), Some(of)) = (case.get("case_type_id").and_then(id_of), subject_type) {
        // The newest case comes first; older ones may have had another type.
        catalog.primary_subjects.entry(case_type.to_string()).or_insert(of);
    }
}

/// Reads the labels of the case type's references: `reference_label_1` to `_3`.
fn references(case: &Map<String, Value>, catalog: &mut Catalog) {
    let Some(case_type) = case.get("case_type_id").and_then(id_of) else { return };
    let label = |number: u8| case.get(&format!("reference_label_{number}")).and_then(Value::as_str);
    let labels = [1, 2, 3].map(label);
    if labels.iter().any(Option::is_some) {
        let labels = labels.map(|label| label.unwrap_or_default().trim().to_owned());
        catalog.references.insert(case_type.to_string(), labels);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_beside_ids_are_taken_in_every_usual_form() {
        let cases = [
            json!({
                "id": 1, "case_type_id": 2, "case_type": { "name": "Background" },
                "case_region_id": "3", "case_region_name": "Midwest",
                "company_location": { "id": 7, "name": "Denver" },
                "case_services_list": [{ "id": 5, "name": "Canvass" }, { "id": 4, "label": "Statement" }],
                "reference_label_1": "File #",
                "custom_fields": [{ "id": 20, "name": "Injury", "value": "none" }, { "id": 21, "value": "x" }],
                "subjects": [{
                    "subject_type_id": 1, "subject_type": "Claimant",
                    "custom_fields": [
                        { "id": 1, "label": "Name", "value": { "first_name": "A", "last_name": "B" } },
                        { "id": 7, "label": "SSN", "type": "SSN", "value": "" },
                    ],
                }],
            }),
            json!({ "id": 2, "case_type_id": 2, "case_type": "Background check" }),
        ];
        let catalog = learned(&cases);
        assert_eq!(catalog.label(List::CaseTypes, 2), Some("Background check"));
        assert_eq!(catalog.label(List::Regions, 3), Some("Midwest"));
        assert_eq!(catalog.label(List::CompanyLocations, 7), Some("Denver"));
        let services: Vec<u64> = catalog.entries(List::Services).iter().map(|entry| entry.id).collect();
        assert_eq!(services, [4, 5]);
        assert_eq!(catalog.label(List::SubjectTypes, 1), Some("Claimant"));
        assert_eq!(catalog.reference_label(2, 0), Some("File #"));
        let fields: Vec<_> =
            catalog.fields.iter().map(|f| (f.key.to_string(), f.kind, f.subject_type)).collect();
        assert_eq!(
            fields,
            [
                ("custom.20".to_owned(), FieldKind::Text, None),
                ("subject.1".to_owned(), FieldKind::Name, Some(1)),
                ("subject.7".to_owned(), FieldKind::Ssn, Some(1)),
            ],
            "and nothing of the one without a label"
        );
    }

    #[test]
    fn ids_alone_and_odd_records_teach_nothing() {
        let cases = [
            json!({ "id": 1, "case_type_id": 2, "case_services_list": [1, 2], "custom_fields": [{ "id": 1 }] }),
            json!({ "case_type_id": 2, "case_type": "2", "case_region": { "name": "no id" }, "subjects": "none" }),
            json!("no record"),
        ];
        assert!(learned(&cases).is_empty());
    }

    #[test]
    fn kinds_are_learned_from_tags_and_from_values() {
        let field = |more: Value| {
            let mut field = json!({ "id": 1, "name": "Called" });
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            learned(&[json!({ "id": 1, "custom_fields": [field] })]).fields[0].kind
        };
        for (more, kind) in [
            (json!({ "field_type_tag": "CURRENCY", "value": "1500.00" }), FieldKind::Money),
            (json!({ "field_type_tag": "YESNONA", "value": null }), FieldKind::YesNoNa),
            (json!({ "field_type_tag": "INPUT", "name": "Cell phone" }), FieldKind::Phone),
            (json!({ "field_type": "Birthday" }), FieldKind::Birthday),
            (json!({ "value": true }), FieldKind::YesNo),
            (json!({ "value": 2.5 }), FieldKind::Number),
            (json!({ "value": ["Photos"] }), FieldKind::Checkbox),
            (json!({ "value": "Photos" }), FieldKind::Text),
        ] {
            assert_eq!(field(more.clone()), kind, "{more}");
        }
    }
}
