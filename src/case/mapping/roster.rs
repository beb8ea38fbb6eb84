//! What is known of an account.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::field::{CaseField, CustomKey};
use super::recipe::CustomField;

/// The ids that a case field can have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownIds {
    /// Where they are from, as it stands in a sentence: `in the catalog`.
    pub source: String,
    /// By id: what it is called, and whether it is deleted in Trackops.
    pub ids: HashMap<u64, (String, bool)>,
    /// Whether there are no others.
    pub whole: bool,
    /// Ids that were asked for, and are not there.
    pub gone: BTreeSet<u64>,
}

/// What is known of an account. What nobody said is not judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// What is known of the ids of a field.
    pub ids: BTreeMap<CaseField, KnownIds>,
    /// By contact: the `client_id` of the cases it can send.
    pub clients: HashMap<u64, u64>,
    /// By case type: the type of its primary subjects.
    pub primary_subjects: HashMap<u64, u64>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
    /// Those of which it is guessed whether they are the case's or the subject's.
    pub guessed: BTreeSet<CustomKey>,
    /// Whether rows with an id that nobody knows are not sent.
    pub strict: bool,
}
