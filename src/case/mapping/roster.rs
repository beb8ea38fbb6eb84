//! Known ids and fields of an account.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::field::{CaseField, CustomKey};
use super::recipe::CustomField;

/// Known ids of a case field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownIds {
    /// Where they are from, to complete a sentence: `in the catalog`.
    pub source: String,
    /// Name of each id, and whether it is deleted in Trackops.
    pub ids: HashMap<u64, (String, bool)>,
    /// Whether the list is complete.
    pub complete: bool,
    /// Ids that were looked up and don't exist.
    pub missing: BTreeSet<u64>,
}

/// Known ids and fields of an account. What isn't known isn't checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// Known ids by case field.
    pub ids: BTreeMap<CaseField, KnownIds>,
    /// The `client_id` of each contact's cases, by contact.
    pub clients: HashMap<u64, u64>,
    /// The type of the primary subjects, by case type.
    pub primary_subjects: HashMap<u64, u64>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
    /// Fields whose owner, the case or the subject, is guessed.
    pub guessed: BTreeSet<CustomKey>,
    /// Whether rows with unknown ids are errors.
    pub refuses_unknown_ids: bool,
}
