//! An account's catalog: ids and labels that no endpoint is known for, and the names of what was picked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::{CaseField, CustomField};

/// An id and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id in Trackops.
    pub id: u64,
    /// What people call it.
    pub label: String,
}

impl Entry {
    /// An entry.
    #[must_use]
    pub fn new(id: u64, label: impl Into<String>) -> Self {
        Self { id, label: label.into() }
    }
}

/// A list of the catalog: the case fields whose ids it can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Case types.
    CaseTypes,
    /// Clients or client locations, as the account's `client_id` means.
    Clients,
    /// Client contacts.
    Contacts,
    /// Regions.
    Regions,
    /// Branches of the investigation firm.
    CompanyLocations,
    /// Services.
    Services,
    /// Flags.
    Flags,
    /// Types of subjects.
    SubjectTypes,
}

impl List {
    /// The list whose ids a case field holds; none for fields that hold no ids.
    #[must_use]
    pub fn of(field: CaseField) -> Option<Self> {
        match field {
            CaseField::CaseType => Some(Self::CaseTypes),
            CaseField::Client => Some(Self::Clients),
            CaseField::PrimaryContact => Some(Self::Contacts),
            CaseField::Region => Some(Self::Regions),
            CaseField::CompanyLocation => Some(Self::CompanyLocations),
            CaseField::Services => Some(Self::Services),
            CaseField::Flags => Some(Self::Flags),
            CaseField::SubjectType => Some(Self::SubjectTypes),
            _ => None,
        }
    }
}

/// What is known of an account's ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Ids and labels by list.
    #[serde(default)]
    pub lists: BTreeMap<List, Vec<Entry>>,
    /// Custom fields of cases and primary subjects.
    #[serde(default)]
    pub fields: Vec<CustomField>,
    /// Labels of the three references, by case type id; an empty label is an unused reference.
    #[serde(default)]
    pub references: BTreeMap<String, [String; 3]>,
}

impl Catalog {
    /// The entries of a list; empty when nothing is known.
    #[must_use]
    pub fn entries(&self, list: List) -> &[Entry] {
        self.lists.get(&list).map_or(&[], Vec::as_slice)
    }

    /// What people call an id.
    #[must_use]
    pub fn label(&self, list: List, id: u64) -> Option<&str> {
        self.entries(list).iter().find(|entry| entry.id == id).map(|entry| entry.label.as_str())
    }

    /// Remembers an id's label, in place of an earlier one.
    pub fn remember(&mut self, list: List, entry: Entry) {
        let entries = self.lists.entry(list).or_default();
        match entries.iter_mut().find(|known| known.id == entry.id) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }

    /// What the account calls a reference (0, 1 or 2) of a case type; none when nothing is known.
    #[must_use]
    pub fn reference_label(&self, case_type: u64, reference: usize) -> Option<&str> {
        self.references.get(&case_type.to_string())?.get(reference).map(String::as_str)
    }
}
