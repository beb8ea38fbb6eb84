//! The JSON form of a case for `POST /cases`: `{"casefile": {...}}`.

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::value_forms::{CountryForm, ListForm, NumberForm, ValueForms};
use crate::case::{
    Address, Case, CaseField, Dest, FieldKind, Holder, Placed, SubjectNo, Subjects, Value, country_code,
};

/// The request that creates a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseRequest {
    /// The JSON body.
    pub body: Bytes,
    /// The subjects in the body, in order.
    pub subjects: Subjects,
}

/// Builds the request that creates a case. `forms` are the forms of custom field values.
#[must_use]
pub fn request(case: &Case, forms: ValueForms) -> CaseRequest {
    #[derive(serde::Serialize)]
    struct Body<'a> {
        casefile: Casefile<'a>,
    }
    // It has only texts, numbers and maps with text keys, so serializing can't fail.
    let body = serde_json::to_vec(&Body { casefile: Casefile(case, forms) }).unwrap_or_default();
    CaseRequest { body: body.into(), subjects: case.subjects() }
}

struct Casefile<'a>(&'a Case, ValueForms);

impl Serialize for Casefile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(case, forms) = *self;
        let mut map = serializer.serialize_map(None)?;
        for placed in &case.values {
            match placed.dest {
                Dest::Case(CaseField::SubjectType) | Dest::SubjectType(_) | Dest::Custom(..) => {}
                Dest::Case(field) => map.serialize_entry(field.key(), &WireValue(&placed.value))?,
            }
        }
        if custom(case, Holder::Case).next().is_some() {
            map.serialize_entry("custom_fields", &CustomFields(case, Holder::Case, forms))?;
        }
        if !case.subjects().is_empty() {
            map.serialize_entry("subjects", &SubjectList(case, forms))?;
        }
        map.end()
    }
}

fn custom(case: &Case, holder: Holder) -> impl Iterator<Item = (u64, &Placed)> {
    case.values.iter().filter_map(move |placed| match placed.dest {
        Dest::Custom(place, _) if place.holder == holder => Some((place.id, placed)),
        _ => None,
    })
}

struct CustomFields<'a>(&'a Case, Holder, ValueForms);

impl Serialize for CustomFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct CustomFieldEntry<'a> {
            id: u64,
            value: WireCustomField<'a>,
        }
        let mut list = serializer.serialize_seq(None)?;
        for (id, placed) in custom(self.0, self.1) {
            list.serialize_element(&CustomFieldEntry { id, value: WireCustomField(placed, self.2) })?;
        }
        list.end()
    }
}

/// The subjects of a case, in the order of [`Case::subjects`].
struct SubjectList<'a>(&'a Case, ValueForms);

impl Serialize for SubjectList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.subjects().iter().map(|number| Subject(self.0, number, self.1)))
    }
}

/// One subject. Pinned, as the vendor recommends.
struct Subject<'a>(&'a Case, SubjectNo, ValueForms);

impl Serialize for Subject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let Self(case, number, forms) = *self;
        if let Some(kind) = case.subject_type(number) {
            map.serialize_entry("subject_type_id", &WireValue(kind))?;
        }
        map.serialize_entry("is_primary", &(number == SubjectNo::PRIMARY))?;
        map.serialize_entry("is_pinned", &true)?;
        map.serialize_entry("custom_fields", &CustomFields(case, Holder::Subject(number), forms))?;
        map.end()
    }
}

/// A custom field value, in the form the account wants.
struct WireCustomField<'a>(&'a Placed, ValueForms);

impl Serialize for WireCustomField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(placed, forms) = self;
        let codes = forms.countries == CountryForm::Code;
        match &placed.value {
            Value::Number(n) if forms.numbers == NumberForm::Text => serializer.collect_str(n),
            Value::Choices(choices) if forms.checkboxes == ListForm::Text => {
                serializer.serialize_str(&choices.join(", "))
            }
            Value::YesNo(Some(yes)) if forms.yes_no == NumberForm::Text => {
                serializer.serialize_str(if *yes { "1" } else { "0" })
            }
            Value::Text(country) if codes && matches!(placed.dest, Dest::Custom(_, FieldKind::Country)) => {
                serializer.serialize_str(country_code(country).unwrap_or(country))
            }
            Value::Address(address) if codes => match country_code(&address.country) {
                Some(code) => Address { country: code.to_owned(), ..*address.clone() }.serialize(serializer),
                None => address.serialize(serializer),
            },
            value => WireValue(value).serialize(serializer),
        }
    }
}

struct WireValue<'a>(&'a Value);

impl Serialize for WireValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Id(id) => serializer.serialize_u64(*id),
            Value::Ids(ids) => ids.serialize(serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Date(date) => serializer.collect_str(date),
            // A whole number is written as 8, not 8.0.
            #[expect(clippy::cast_possible_truncation)]
            Value::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => serializer.serialize_i64(*n as i64),
            Value::Number(n) => serializer.serialize_f64(*n),
            Value::Choices(choices) => choices.serialize(serializer),
            Value::YesNo(Some(yes)) => serializer.serialize_u8(u8::from(*yes)),
            // Not applicable.
            Value::YesNo(None) => serializer.serialize_str(""),
            Value::Name(name) => name.serialize(serializer),
            Value::Address(address) => address.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Plan, PlanContext, Recipe};
    use crate::sheet::{Column, Row};

    fn json(recipe: &str, cells: &[(&str, &str)]) -> serde_json::Value {
        let columns: Vec<Column> =
            cells.iter().map(|(header, _)| Column { header: (*header).into(), filled: 1 }).collect();
        let plan = Plan::new(&Recipe::from_toml(recipe).unwrap(), &columns, &PlanContext::default()).unwrap();
        let row = Row {
            number: 1,
            line: 2,
            cells: cells.iter().map(|(_, cell)| *cell).collect(),
            ..Row::default()
        };
        let built = plan.build(&row, jiff::civil::date(2026, 11, 23));
        assert_eq!(built.problems, []);
        serde_json::from_slice(&request(&built.case, ValueForms::default()).body).unwrap()
    }

    #[test]
    fn every_field_in_the_form_the_api_names() {
        let recipe = r#"
            caseload = 1
            [defaults]
            case_type_id = 1
            client_id = 100
            primary_contact_id = 1000
            case_region_id = 3
            company_location_id = 4
            due_on = "+14d"
            reference_value_2 = "P"
            reference_value_3 = "T"
            case_location = "Denver, CO"
            budget_money = 1500.25
            budget_hours = 8
            scheduling_notes = "s"
            admin_notes = "a"
            case_services_list = [1, 2]
            case_flags_list = [5]
            subject_type_id = 1
            [[fields]]
            key = "subject.1"
            kind = "name"
            [[fields]]
            key = "subject.3"
            kind = "address"
            [[fields]]
            key = "subject.4"
            kind = "date"
            [[fields]]
            key = "custom.20"
            kind = "text"
            [[columns]]
            from = "Claim"
            to = "reference_value_1"
            [[columns]]
            from = "Created"
            to = "created_on"
            [[columns]]
            from = "Name"
            to = "subject.1"
            [[columns]]
            from = "Address"
            to = "subject.3"
            [[columns]]
            from = "Born"
            to = "subject.4"
            [[columns]]
            from = "Injury"
            to = "custom.20"
            [[columns]]
            from = "Notes"
            to = "notes"
        "#;
        let cells = [
            ("Claim", "007"),
            ("Created", "11/1/2026"),
            ("Name", "Doe, Jane"),
            ("Address", ",Denver,CO,80202"),
            ("Born", "2/29/1980"),
            ("Injury", "back"),
            ("Notes", "two\nlines"),
        ];
        let want = serde_json::json!({"casefile": {
            "case_type_id": 1, "client_id": 100, "primary_contact_id": 1000, "case_region_id": 3,
            "company_location_id": 4, "created_on": "2026-11-01", "due_on": "2026-11-15",
            "reference_value_1": "007", "reference_value_2": "P", "reference_value_3": "T",
            "case_location": "Denver, CO", "budget_money": 1500.25, "budget_hours": 8, "notes": "two\nlines",
            "scheduling_notes": "s", "admin_notes": "a", "case_services_list": [1, 2], "case_flags_list": [5],
            "custom_fields": [{"id": 20, "value": "back"}],
            "subjects": [{"subject_type_id": 1, "is_primary": true, "is_pinned": true, "custom_fields": [
                {"id": 1, "value": {"first_name": "Jane", "middle_name": "", "last_name": "Doe"}},
                {"id": 3, "value": {"address_1": "", "address_2": "", "city": "Denver", "state": "CO",
                                    "zip": "80202", "country": ""}},
                {"id": 4, "value": "1980-02-29"}]}]
        }});
        assert_eq!(json(recipe, &cells), want);
    }

    #[test]
    fn further_subjects_follow_the_primary_one_each_with_its_own_type() {
        let recipe = r#"
            caseload = 1
            [defaults]
            case_type_id = 1
            client_id = 100
            primary_contact_id = 1000
            subject_type_id = 1
            [[fields]]
            key = "subject.1"
            kind = "name"
            [[fields]]
            key = "subject.40"
            kind = "text"
            [[subjects]]
            key = "subject3"
            subject_type_id = 3
            [[subjects]]
            key = "subject2"
            subject_type_id = 3
            [[columns]]
            from = "Employer"
            to = "subject3.40"
            [[columns]]
            from = "Former employer"
            to = "subject2.40"
            [[columns]]
            from = "Name"
            to = "subject.1.last_name"
        "#;
        let cells = [("Employer", "Acme"), ("Former employer", "Summit"), ("Name", "Doe")];
        let name = serde_json::json!({"first_name": "", "middle_name": "", "last_name": "Doe"});
        assert_eq!(
            json(recipe, &cells).pointer("/casefile/subjects").unwrap(),
            &serde_json::json!([
                {"subject_type_id": 1, "is_primary": true, "is_pinned": true,
                 "custom_fields": [{"id": 1, "value": name}]},
                {"subject_type_id": 3, "is_primary": false, "is_pinned": true,
                 "custom_fields": [{"id": 40, "value": "Summit"}]},
                {"subject_type_id": 3, "is_primary": false, "is_pinned": true,
                 "custom_fields": [{"id": 40, "value": "Acme"}]},
            ])
        );
    }

    #[test]
    fn empty_values_leave_their_key_out_and_an_empty_subject_is_not_sent() {
        let recipe = r#"
            caseload = 1
            allow_unidentified = true
            [defaults]
            case_type_id = 1
            client_id = 100
            primary_contact_id = 1000
            subject_type_id = 1
            [[fields]]
            key = "subject.1"
            kind = "name"
            [[columns]]
            from = "Claim"
            to = "reference_value_1"
            [[columns]]
            from = "Name"
            to = "subject.1"
        "#;
        let want = serde_json::json!({"casefile": {"case_type_id": 1, "client_id": 100, "primary_contact_id": 1000}});
        assert_eq!(json(recipe, &[("Claim", " "), ("Name", "")]), want);
    }

    #[test]
    fn each_kind_in_the_form_that_the_account_wants() {
        use FieldKind::{Address as AddressKind, Checkbox, Country, Money, YesNo, YesNoNa};
        let of = |id: u64, kind, value| Placed {
            dest: Dest::Custom(crate::case::CustomFieldRef { holder: Holder::Case, id }, kind),
            value,
            by_default: false,
        };
        let address = |country: &str| {
            Value::Address(Box::new(Address { country: country.into(), ..Address::default() }))
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let case = Case {
            values: vec![
                of(1, Money, Value::Number(1500.0)),
                of(2, Money, Value::Number(-0.25)),
                of(3, Checkbox, Value::Choices(vec!["Photos".into(), "Video".into()])),
                of(4, YesNo, Value::YesNo(Some(true))),
                of(5, YesNo, Value::YesNo(Some(false))),
                of(6, YesNoNa, Value::YesNo(None)),
                of(7, Country, text("Great Britain")),
                of(8, Country, text("Narnia")),
                of(9, AddressKind, address("USA")),
                of(10, AddressKind, address("")),
                // A text field isn't converted.
                of(11, FieldKind::Text, text("Canada")),
            ],
        };
        let sent = |forms| -> Vec<serde_json::Value> {
            let body: serde_json::Value = serde_json::from_slice(&request(&case, forms).body).unwrap();
            let fields = body["casefile"]["custom_fields"].as_array().unwrap().iter();
            let flat = |value: &serde_json::Value| value.get("country").unwrap_or(value).clone();
            fields.map(|field| flat(&field["value"])).collect()
        };
        let usual = serde_json::json!([
            1500,
            -0.25,
            ["Photos", "Video"],
            1,
            0,
            "",
            "GB",
            "Narnia",
            "US",
            "",
            "Canada"
        ]);
        assert_eq!(serde_json::Value::from(sent(ValueForms::default())), usual);
        let (numbers, yes_no, checkboxes) = (NumberForm::Text, NumberForm::Text, ListForm::Text);
        let forms = ValueForms { numbers, checkboxes, yes_no, countries: CountryForm::AsWritten };
        let other = serde_json::json!([
            "1500",
            "-0.25",
            "Photos, Video",
            "1",
            "0",
            "",
            "Great Britain",
            "Narnia",
            "USA",
            "",
            "Canada"
        ]);
        assert_eq!(serde_json::Value::from(sent(forms)), other);
    }
}
