//! The account's custom fields. KNOWN: `GET fields` lists them with id, name and kind. Their owners, choices and
//! required flags are UNKNOWN there. Cases show the owner by where they have the field; otherwise it is guessed from
//! name and kind.

use std::collections::BTreeMap;

use serde_json::Value;

use super::catalog::Catalog;
use super::client::Client;
use super::fault::Fault;
use super::record::id_of;
use crate::case::{CustomField, CustomFieldOwner, CustomKey, FieldKind, owner_by_name};

/// Owner of each field in existing cases: the case, or subjects of a type.
pub(super) type Uses = BTreeMap<u64, (CustomFieldOwner, Option<u64>)>;

impl Client {
    /// Reads the records of the account's custom fields.
    pub async fn read_fields(&self) -> Result<Vec<Value>, Fault> {
        self.list("fields", &[]).await
    }
}

/// Finds the owners of custom fields in records of cases.
pub(super) fn uses(cases: &[Value]) -> Uses {
    let mut uses = Uses::new();
    let mut note = |record: &Value, owner, of| {
        for field in record.get("custom_fields").and_then(Value::as_array).into_iter().flatten() {
            if let Some(id) = field.get("id").and_then(id_of) {
                uses.entry(id).or_insert((owner, of));
            }
        }
    };
    for case in cases {
        note(case, CustomFieldOwner::Case, None);
        for subject in case.get("subjects").and_then(Value::as_array).into_iter().flatten() {
            note(subject, CustomFieldOwner::Subject, subject.get("subject_type_id").and_then(id_of));
        }
    }
    uses
}

impl Catalog {
    /// Adds the listed custom fields that aren't known yet, with their owners.
    pub(super) fn list_fields(&mut self, listed: &[Value], uses: &Uses) {
        for record in listed {
            let text = |key: &str| {
                record.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
            };
            let (Some(id), Some(label)) = (record.get("id").and_then(id_of), text("name")) else { continue };
            if self.fields.iter().any(|known| known.key.id == id) {
                continue;
            }
            let kind = text("field_type_tag").or_else(|| text("field_type")).and_then(FieldKind::of_tag);
            let (by_name, kind) = owner_by_name(label, kind.unwrap_or(FieldKind::Text));
            let (owner, subject_type) = uses.get(&id).copied().unwrap_or((by_name, None));
            let key = CustomKey { owner, id };
            self.fields.push(CustomField { subject_type, ..CustomField::new(key, label, kind) });
            if !uses.contains_key(&id) {
                self.guessed.insert(key);
            }
        }
        self.fields.sort_by_key(|field| field.key);
    }

    /// Drops the guessed fields that another catalog is sure of.
    pub(super) fn drop_confirmed_guesses(&mut self, surer: &Self) {
        let is_known = |key: &CustomKey| {
            surer.fields.iter().any(|field| field.key.id == key.id && !surer.guessed.contains(&field.key))
        };
        let gone: Vec<CustomKey> = self.guessed.iter().copied().filter(is_known).collect();
        self.fields.retain(|field| !gone.contains(&field.key));
        self.guessed.retain(|key| !gone.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::trackops::CatalogChange;

    #[test]
    fn cases_show_the_owner_of_a_field_or_its_name_does() {
        let cases = [json!({"id": 1, "custom_fields": [{"id": 20, "value": "x"}], "subjects": [
            {"subject_type_id": "2", "custom_fields": [{"id": 31, "value": "y"}]}]})];
        let listed = [
            json!({"id": 20, "name": "Injury", "field_type_tag": "INPUT"}),
            json!({"id": "31", "name": "Residence", "field_type_tag": "ADDRESS"}),
            json!({"id": 7, "name": "SSN", "field_type_tag": "INPUT"}),
            json!({"id": 21, "name": "Date of loss", "field_type_tag": "DATE"}),
            json!({"id": 40, "name": "Something else", "field_type_tag": "HOLOGRAM"}),
            json!({"id": 41}),
            json!("nothing"),
        ];
        let mut catalog = Catalog::default();
        catalog.list_fields(&listed, &uses(&cases));
        let known: Vec<(String, FieldKind, Option<u64>)> = catalog
            .fields
            .iter()
            .map(|field| (field.key.to_string(), field.kind, field.subject_type))
            .collect();
        let wanted = [
            ("custom.20", FieldKind::Text, None),
            ("custom.21", FieldKind::Date, None),
            ("custom.40", FieldKind::Text, None),
            ("subject.7", FieldKind::Ssn, None),
            ("subject.31", FieldKind::Address, Some(2)),
        ];
        assert_eq!(known, wanted.map(|(key, kind, of)| (key.to_owned(), kind, of)));
        let guessed: Vec<String> = catalog.guessed.iter().map(ToString::to_string).collect();
        assert_eq!(guessed, ["custom.21", "custom.40", "subject.7"]);
        // Later cases show one of them elsewhere.
        let later = [json!({"id": 2, "custom_fields": [{"id": 7, "value": "x"}]})];
        let mut surer = Catalog::default();
        surer.list_fields(&listed, &uses(&later));
        surer.remove_known(&catalog);
        assert_eq!(surer.fields.iter().map(|field| field.key.to_string()).collect::<Vec<_>>(), ["custom.7"]);
        catalog.merge(surer);
        let ssn: Vec<String> = catalog
            .fields
            .iter()
            .filter(|field| field.key.id == 7)
            .map(|field| field.key.to_string())
            .collect();
        assert_eq!((ssn, catalog.guessed.len()), (vec!["custom.7".to_owned()], 2));
        // Removing a field also removes its guess.
        catalog.apply(CatalogChange::RemoveField("custom.40".parse().unwrap()));
        assert_eq!(catalog.guessed.len(), 1);
    }
}
