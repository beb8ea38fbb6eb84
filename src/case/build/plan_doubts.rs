//! Doubts about the case defaults and the field map, which concern every row.

use super::roster::type_of;
use crate::case::mapping::field::{CaseField, CustomFieldOwner, CustomFieldRef, CustomKey};
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::plan::Plan;
use crate::case::mapping::recipe::CustomField;
use crate::case::mapping::slot::{Dest, Fallback, Slot};
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::values::kind::FieldKind;
use crate::case::values::plausible;
use crate::case::values::value::Value;

impl Plan {
    /// Describes doubts about the case defaults and the field map, which concern every row; one sentence each.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let roster = &*self.roster;
        let given = |slot: &Slot| match &slot.default {
            Some(Fallback::Value(value)) => Some(value.clone()),
            _ => None,
        };
        let mut defaults = Case {
            values: self
                .slots
                .iter()
                .filter_map(|slot| Some(Placed { dest: slot.dest, value: given(slot)?, by_default: true }))
                .collect(),
        };
        self.use_catalog_spelling(&mut defaults);
        let mut doubts: Vec<String> = Vec::new();
        for placed in &defaults.values {
            if let (Dest::Custom(_, FieldKind::Country), Value::Text(text)) = (placed.dest, &placed.value)
                && let Some(what) = plausible::country(text)
            {
                let message = format!("“{text}” {what}; it is sent as it is");
                doubts.push(self.describe_default(placed.dest, &message));
            }
            let found = roster.value(placed.dest, &placed.value);
            doubts.extend(found.map(|finding| self.describe_default(placed.dest, &finding.message)));
        }
        let contact = Dest::Case(CaseField::PrimaryContact);
        doubts.extend(
            roster.contact(&defaults).map(|finding| self.describe_default(contact, &finding.message)),
        );
        let of_subject = |slot: &Slot| roster.subject(slot.dest, &defaults);
        doubts.extend(self.slots.iter().filter_map(of_subject).map(|finding| every_row(&finding.message)));
        let used = |key: &CustomKey| {
            self.slots.iter().any(|slot| slot.dest.place().is_some_and(|place| place.key() == *key))
        };
        let guessed =
            roster.fields.iter().filter(|field| roster.guessed.contains(&field.key) && used(&field.key));
        let guessed: Vec<String> =
            guessed.map(|field| format!("{} ({})", field.label, of_whom(field.key.owner))).collect();
        if !guessed.is_empty() {
            doubts.push(format!(
                "these custom fields have a guessed owner: {}; check them in the catalog (C), or rows may be refused",
                guessed.join(", ")
            ));
        }
        doubts.extend(self.required_and_open(&defaults).into_iter().map(|(field, place)| {
            let label = &field.label;
            every_row(&format!(
                "the catalog marks {label} ({place}) as required, but nothing is mapped to it"
            ))
        }));
        doubts
    }

    /// Returns the required fields, of the case and of subjects with a known type, that have neither column nor
    /// default.
    fn required_and_open(&self, defaults: &Case) -> Vec<(&CustomField, CustomFieldRef)> {
        let types: Vec<(SubjectNo, u64)> =
            SubjectNo::all().filter_map(|number| Some((number, type_of(defaults, number)?))).collect();
        let places = |field: &CustomField| -> Vec<CustomFieldRef> {
            let place = CustomFieldRef::from(field.key);
            match field.key.owner {
                CustomFieldOwner::Case => vec![place],
                CustomFieldOwner::Subject => {
                    let matching = types.iter().filter(|(_, of)| field.subject_type == Some(*of));
                    matching.map(|(number, _)| place.of(*number)).collect()
                }
            }
        };
        let fed = |place: CustomFieldRef| self.slots.iter().any(|slot| slot.dest.place() == Some(place));
        let required = self.roster.fields.iter().filter(|field| field.required);
        required
            .flat_map(|field| places(field).into_iter().map(move |place| (field, place)))
            .filter(|(_, place)| !fed(*place))
            .collect()
    }

    /// Describes a problem of a case default, which concerns the rows whose columns give no other value.
    fn describe_default(&self, dest: Dest, message: &str) -> String {
        let label = match dest {
            Dest::Case(field) => field.spec().label.to_owned(),
            Dest::SubjectType(number) => format!("Type of {number}"),
            Dest::Custom(place, _) => {
                self.roster.field(dest).map_or(place.to_string(), |field| field.label.clone())
            }
        };
        format!("{label} (case default): {message}")
    }
}

fn of_whom(owner: CustomFieldOwner) -> &'static str {
    match owner {
        CustomFieldOwner::Case => "case",
        CustomFieldOwner::Subject => "primary subject",
    }
}

fn every_row(message: &str) -> String {
    format!("in every row: {message}")
}
