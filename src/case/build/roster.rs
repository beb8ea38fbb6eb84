//! Checks of a case against the known ids and custom fields of the account, before it is sent.

use crate::case::code::Code;
use crate::case::mapping::field::{CaseField, CustomFieldRef};
use crate::case::mapping::placed::Case;
use crate::case::mapping::plan::Plan;
use crate::case::mapping::recipe::CustomField;
use crate::case::mapping::roster::Roster;
use crate::case::mapping::slot::{Dest, Slot};
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::problem::{Finding, Severity};
use crate::case::values::kind::FieldKind;
use crate::case::values::value::{Value, split_list};
use crate::case::values::words::normalize;
use crate::text::join_few;

const NOT_IN_LIST: &str = "check whether it was deleted in Trackops; it is sent as it is and may be refused";

/// Maximum number of choices named in a message.
const MAX_CHOICES: usize = 6;

const NOT_SENT: &str = "choose another, or set unknown_ids = \"warn\" in the config file to send it anyway";

/// Returns the noun for an id of the field.
fn noun(field: CaseField) -> &'static str {
    match field {
        CaseField::CaseType => "case type",
        CaseField::Client => "client",
        CaseField::PrimaryContact => "contact",
        CaseField::Region => "region",
        CaseField::CompanyLocation => "company location",
        CaseField::Services => "service",
        CaseField::Flags => "flag",
        CaseField::SubjectType => "subject type",
        _ => "entry",
    }
}

fn ids_of(value: &Value) -> &[u64] {
    match value {
        Value::Id(id) => std::slice::from_ref(id),
        Value::Ids(ids) => ids,
        _ => &[],
    }
}

impl Roster {
    /// Returns true if nothing is known, so that there is nothing to check.
    fn is_empty(&self) -> bool {
        self.ids.is_empty()
            && self.fields.is_empty()
            && self.clients.is_empty()
            && self.primary_subjects.is_empty()
    }

    pub(super) fn field(&self, dest: Dest) -> Option<&CustomField> {
        let Dest::Custom(place, _) = dest else { return None };
        self.fields.iter().find(|field| field.key == place.key())
    }

    /// Returns the choices of a field, if it has any.
    pub(super) fn choices(&self, dest: Dest) -> Option<&[String]> {
        self.field(dest).map(|field| field.choices.as_slice()).filter(|choices| !choices.is_empty())
    }

    /// Checks an id of a field.
    fn id(&self, field: CaseField, id: u64) -> Option<Finding> {
        let known = self.ids.get(&field)?;
        let noun = noun(field);
        match known.ids.get(&id) {
            Some((_, false)) => None,
            Some((label, true)) => {
                let message = format!("{noun} {id}, “{label}”, is marked as deleted in the catalog");
                let hint = "choose another, or unmark it in the catalog (C, then x)";
                Some(Finding::error(Code::IdDeleted, message, hint))
            }
            None if !known.complete && !known.missing.contains(&id) => None,
            None => {
                let message = format!("{noun} {id} isn't {}", known.source);
                let is_refused = self.refuses_unknown_ids;
                let hint = if is_refused { NOT_SENT } else { NOT_IN_LIST };
                Some(Finding::warning(Code::IdUnknown, message, hint).error_if(is_refused))
            }
        }
    }

    /// Checks a value of a field.
    pub(super) fn value(&self, dest: Dest, value: &Value) -> Option<Finding> {
        if let Some(field) = dest.id_field() {
            return ids_of(value).iter().find_map(|id| self.id(field, *id));
        }
        let field = self.field(dest)?;
        let is_one = |text: &str| field.choices.iter().any(|choice| choice == text);
        let text = match value {
            _ if field.choices.is_empty() => return None,
            Value::Choices(texts) => texts.iter().find(|text| !is_one(text))?,
            // “choice” used to be the word for check boxes too, so each value is checked by itself.
            Value::Text(text) if field.kind == FieldKind::Choice && split_list(text, None).all(is_one) => {
                return None;
            }
            Value::Text(text) => Some(text).filter(|text| !is_one(text))?,
            _ => return None,
        };
        let same = field.choices.iter().find(|choice| normalize(choice) == normalize(text));
        let message = if let Some(choice) = same {
            format!("“{text}” is “{choice}” in the catalog")
        } else {
            let choices = join_few(&field.choices, MAX_CHOICES);
            format!("“{text}” isn't one of the choices of {}: {choices}", field.label)
        };
        let hint =
            "match it to a choice (v on the column; in a script: values in the recipe), or send it as it is";
        Some(Finding::warning(Code::ChoiceUnknown, message, hint))
    }

    /// Checks whether the contact belongs to the client.
    pub(super) fn contact(&self, case: &Case) -> Option<Finding> {
        let id = |field| case.get(field).map(ids_of).and_then(|ids| ids.first().copied());
        let (contact, client) = (id(CaseField::PrimaryContact)?, id(CaseField::Client)?);
        let owner = *self.clients.get(&contact)?;
        if owner == client {
            return None;
        }
        let name = |field, id| match self.ids.get(&field).and_then(|known| known.ids.get(&id)) {
            Some((label, _)) => format!("{label} ({id})"),
            None => format!("{} {id}", noun(field)),
        };
        let message = format!(
            "{} is a contact of {}, not of {}",
            name(CaseField::PrimaryContact, contact),
            name(CaseField::Client, owner),
            name(CaseField::Client, client)
        );
        let hint = "choose a contact of the same client; it is sent as it is and may be refused";
        Some(Finding::warning(Code::ContactElsewhere, message, hint))
    }

    /// Checks whether the case type allows the type of the primary subject.
    fn primary(&self, case: &Case) -> Option<Finding> {
        let id = |field| case.get(field).map(ids_of).and_then(|ids| ids.first().copied());
        let (case_type, given) = (id(CaseField::CaseType)?, id(CaseField::SubjectType)?);
        let wanted = self.primary_subjects.get(&case_type).filter(|wanted| **wanted != given)?;
        let message =
            format!("cases of type {case_type} need a primary subject of type {wanted}, not {given}");
        let hint = "change the case type or the subject type";
        Some(Finding::error(Code::IdOtherSubject, message, hint))
    }

    /// Checks whether a field belongs to the type of its subject.
    pub(super) fn subject(&self, dest: Dest, case: &Case) -> Option<Finding> {
        let subject_type = type_of(case, dest.place()?.subject()?)?;
        let field = self.field(dest)?;
        let field_type = field.subject_type.filter(|field_type| *field_type != subject_type)?;
        let name = |id| match self.ids.get(&CaseField::SubjectType).and_then(|known| known.ids.get(&id)) {
            Some((label, _)) => format!("{label} ({id})"),
            None => format!("type {id}"),
        };
        let message = format!(
            "{} ({}) is a field of {}, but the subject is {}",
            field.label,
            dest.target(),
            name(field_type),
            name(subject_type)
        );
        let hint = "map the column to the field of the subject's own type";
        Some(Finding::warning(Code::FieldOtherSubject, message, hint))
    }
}

/// Returns the type of a subject of a case.
pub(super) fn type_of(case: &Case, number: SubjectNo) -> Option<u64> {
    case.subject_type(number).map(ids_of).and_then(<[u64]>::first).copied()
}

impl Plan {
    /// Checks the case of a row against what is known of the account. Problems of case defaults are reported once, by
    /// [`doubts`](Plan::doubts), unless they keep the rows from being sent.
    pub(super) fn check_against_roster(&self, case: &Case) -> Vec<(&Slot, Finding)> {
        let mut found = Vec::new();
        let roster = &*self.roster;
        if roster.is_empty() {
            return found;
        }
        let subjects = case.subjects();
        let by_columns =
            |dest: Dest| case.values.iter().any(|placed| placed.dest == dest && !placed.by_default);
        // Values are in the order of the slots.
        let mut values = case.values.iter().peekable();
        for slot in &self.slots {
            let Some(placed) = values.next_if(|placed| placed.dest == slot.dest) else {
                if slot.dest.other_subject().is_some_and(|number| !subjects.has(number)) {
                    continue;
                }
                found.extend(self.required(slot).map(|finding| (slot, finding)));
                continue;
            };
            let wrong = roster.value(slot.dest, &placed.value);
            let wrong = wrong.filter(|wrong| !placed.by_default || wrong.severity == Severity::Error);
            found.extend(wrong.map(|finding| (slot, finding)));
            let subject = slot.dest.place().and_then(CustomFieldRef::subject);
            if subject.is_some_and(|number| by_columns(Dest::subject_type(number))) {
                let other = roster.subject(slot.dest, case);
                found.extend(other.map(|finding| (slot, finding)));
            }
        }
        let subject = Dest::Case(CaseField::SubjectType);
        if let Some(slot) = self.slot(subject) {
            found.extend(roster.primary(case).map(|finding| (slot, finding)));
        }
        let contact = Dest::Case(CaseField::PrimaryContact);
        if by_columns(contact) || by_columns(Dest::Case(CaseField::Client)) {
            found.extend(self.slot(contact).zip(roster.contact(case)));
        }
        found
    }

    /// Warns about a required field that is empty in a row.
    fn required(&self, slot: &Slot) -> Option<Finding> {
        // Fields that every case needs are errors, reported elsewhere.
        let field = self.roster.field(slot.dest).filter(|field| field.required && !slot.required)?;
        let message = format!("{} is empty, but the catalog marks it as required", field.label);
        Some(Finding::warning(Code::FieldRequired, message, concat!(edit_cell!(), "; or set a case default")))
    }
}

#[cfg(test)]
mod tests;
