//! Gaps of a field map, reported before the first row is sent.

use super::guess::names_the_person;
use super::plan::Plan;
use super::slot::Slot;
use crate::text::{join_few, plural};

/// Maximum number of columns named in a sentence.
const MAX_NAMED: usize = 5;

impl Plan {
    /// Reports filled columns that aren't imported, and whether no column names the subject.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let names: Vec<&str> = self.not_imported.iter().map(|column| self.header(*column)).collect();
        let mut found = Vec::new();
        let names_subject = |slot: &Slot| slot.dest.names_subject();
        let is_person = |name: &&&str| names_the_person(name);
        if let (false, Some(name)) = (self.slots.iter().any(names_subject), names.iter().find(is_person)) {
            found.push(format!("no subject's name is imported, but “{name}” looks like one"));
        }
        if !names.is_empty() {
            let (columns, are) =
                (plural(names.len() as u64, "column"), if names.len() == 1 { "is" } else { "are" });
            found.push(format!("{columns} {are} not imported: {}", join_few(names, MAX_NAMED)));
        }
        found.extend(self.order_doubt.clone());
        found.extend(self.unit_doubts());
        found.extend(self.reference_doubts());
        found.extend(self.blank_name_doubt());
        found
    }
}
