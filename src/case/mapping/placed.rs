//! A case: values and their fields.

use super::field::CaseField;
use super::slot::Dest;
use super::subject_no::{SubjectNo, Subjects};
use crate::case::values::name::PersonName;
use crate::case::values::value::Value;

/// A case as it will be sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// The values, in the order of the fields; at most one a field.
    pub values: Vec<Placed>,
}

/// A value, its field, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The field.
    pub dest: Dest,
    /// Its value.
    pub value: Value,
    /// True if it is the case default; false if it comes from columns.
    pub by_default: bool,
}

impl Case {
    /// Returns the value of a case field.
    #[must_use]
    pub fn get(&self, field: CaseField) -> Option<&Value> {
        self.values.iter().find(|placed| placed.dest == Dest::Case(field)).map(|placed| &placed.value)
    }

    /// Returns the name of the primary subject, if cells gave it.
    #[must_use]
    pub fn into_subject_name(self) -> Option<PersonName> {
        let is_name = |placed: &Placed| placed.dest.names_subject() && !placed.by_default;
        self.values.into_iter().find(is_name).and_then(|placed| match placed.value {
            Value::Name(name) => Some(name),
            _ => None,
        })
    }

    /// Returns the subjects that have a value; one without would be an empty person.
    #[must_use]
    pub fn subjects(&self) -> Subjects {
        let places = self.values.iter().filter_map(|placed| match placed.dest {
            Dest::Custom(place, _) => place.subject(),
            Dest::Case(_) | Dest::SubjectType(_) => None,
        });
        places.collect()
    }

    /// Returns the type of a subject.
    #[must_use]
    pub fn subject_type(&self, number: SubjectNo) -> Option<&Value> {
        let dest = Dest::subject_type(number);
        self.values.iter().find(|placed| placed.dest == dest).map(|placed| &placed.value)
    }

    /// Removes further subjects whose columns are all empty in the row. Those without columns stay.
    pub(in crate::case) fn without_empty_subjects(&mut self, fed_by_columns: Subjects) {
        if fed_by_columns.is_empty() {
            return;
        }
        let given = self.values.iter().filter(|placed| !placed.by_default && placed.dest.place().is_some());
        let given: Subjects = given.filter_map(|placed| placed.dest.other_subject()).collect();
        self.values.retain(|placed| {
            placed.dest.other_subject().is_none_or(|number| given.has(number) || !fed_by_columns.has(number))
        });
    }

    /// Adds a line in front of the administrative notes: a server may cut long ones at the end.
    pub(in crate::case) fn add_note(&mut self, line: &str) {
        let dest = Dest::Case(CaseField::AdminNotes);
        let notes = self.values.iter_mut().find(|placed| placed.dest == dest);
        match notes.map(|placed| &mut placed.value) {
            Some(Value::Text(text)) => *text = format!("{line}\n{text}"),
            _ => self.values.push(Placed { dest, value: Value::Text(line.to_owned()), by_default: true }),
        }
    }

    /// Returns the text of a case field; `None` if it is missing or isn't text.
    #[must_use]
    pub fn text(&self, field: CaseField) -> Option<&str> {
        match self.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}
