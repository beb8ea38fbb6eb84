//! A case: values in their places.

use super::field::CaseField;
use super::slot::Dest;
use crate::case::values::value::Value;

/// A case as it will be sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// The values, in the order of the fields; at most one a field.
    pub values: Vec<Placed>,
}

/// A value in its place, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The field.
    pub dest: Dest,
    /// Its value.
    pub value: Value,
    /// Whether the case default gave it; otherwise the columns of the field did.
    pub by_default: bool,
}

impl Case {
    /// The value of a case field.
    #[must_use]
    pub fn get(&self, field: CaseField) -> Option<&Value> {
        self.values.iter().find(|placed| placed.dest == Dest::Case(field)).map(|placed| &placed.value)
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

    /// The text of a case field; none when it is missing or no text.
    #[must_use]
    pub fn text(&self, field: CaseField) -> Option<&str> {
        match self.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}
