//! An account's catalog: ids and labels that no endpoint is known for, and the names of what was picked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::{CaseField, CustomField, CustomKey, DefaultText, PlanError, Recipe, Target};

/// An id and what people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id in Trackops.
    pub id: u64,
    /// What people call it.
    pub label: String,
    /// Whether it is deleted in Trackops: cases of before have it, new ones cannot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl Entry {
    /// An entry.
    #[must_use]
    pub fn new(id: u64, label: impl Into<String>) -> Self {
        Self { id, label: label.into(), deleted: false }
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
    /// Those that no endpoint is known for, in the order in which people fill them in.
    pub const TYPED: [Self; 6] = [
        Self::CaseTypes,
        Self::SubjectTypes,
        Self::Regions,
        Self::CompanyLocations,
        Self::Services,
        Self::Flags,
    ];

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CaseTypes => "Case types",
            Self::Clients => "Clients",
            Self::Contacts => "Contacts",
            Self::Regions => "Regions",
            Self::CompanyLocations => "Company locations",
            Self::Services => "Services",
            Self::Flags => "Flags",
            Self::SubjectTypes => "Subject types",
        }
    }

    /// The case field that holds its ids.
    #[must_use]
    pub fn field(self) -> CaseField {
        match self {
            Self::CaseTypes => CaseField::CaseType,
            Self::Clients => CaseField::Client,
            Self::Contacts => CaseField::PrimaryContact,
            Self::Regions => CaseField::Region,
            Self::CompanyLocations => CaseField::CompanyLocation,
            Self::Services => CaseField::Services,
            Self::Flags => CaseField::Flags,
            Self::SubjectTypes => CaseField::SubjectType,
        }
    }

    /// The list whose ids a case field holds; none for fields that hold no ids.
    #[must_use]
    pub fn of(field: CaseField) -> Option<Self> {
        let all = Self::TYPED.into_iter().chain([Self::Clients, Self::Contacts]);
        all.into_iter().find(|list| list.field() == field)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”{}", self.label, if self.deleted { ", deleted in Trackops" } else { "" })
    }
}

/// A custom field in a few words.
#[must_use]
pub fn field_text(field: &CustomField) -> String {
    let required = if field.required { ", required" } else { "" };
    let of = field.subject_type.map_or_else(String::new, |id| format!(", subject type {id}"));
    let choices = match field.choices.as_slice() {
        [] => String::new(),
        choices => format!(": {}", choices.join(", ")),
    };
    format!("{}, {}{required}{of}{choices}", field.label, field.kind.word())
}

/// A change that a person makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An entry, new or in place of the one with its id.
    Entry(List, Entry),
    /// An entry goes.
    Remove(List, u64),
    /// A custom field, new or in place of the one with its key.
    Field(CustomField),
    /// A custom field goes.
    RemoveField(CustomKey),
    /// Whose some custom fields are was guessed right.
    Sure(BTreeSet<CustomKey>),
    /// What a case type calls its references.
    References(u64, [String; 3]),
}

/// What came of taking over a catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// What was not known.
    pub new: u64,
    /// What is as it was.
    pub same: u64,
    /// What is otherwise now, a sentence each.
    pub changed: Vec<String>,
}

impl Merged {
    /// Takes something in place of what is known; gives it back when nothing is.
    fn take<T: PartialEq>(
        &mut self,
        known: Option<&mut T>,
        other: T,
        told: impl FnOnce(&T, &T) -> String,
    ) -> Option<T> {
        let Some(known) = known else {
            self.new += 1;
            return Some(other);
        };
        if *known == other {
            self.same += 1;
        } else {
            self.changed.push(told(known, &other));
            *known = other;
        }
        None
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
    /// The type of primary subjects, by case type id. KNOWN: a case cannot have another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub primary_subjects: BTreeMap<String, u64>,
    /// Custom fields of which it is guessed whether they are the case's or the primary subject's.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub guessed: BTreeSet<CustomKey>,
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

    /// Remembers a custom field, in place of an earlier one with its key.
    pub fn declare(&mut self, field: CustomField) {
        // Whoever declares it knows whose it is.
        let other = |known: &CustomField| known.key.id == field.key.id && known.key != field.key;
        let guessed = std::mem::take(&mut self.guessed);
        self.fields.retain(|known| !(other(known) && guessed.contains(&known.key)));
        self.guessed = guessed.into_iter().filter(|key| key.id != field.key.id).collect();
        match self.fields.iter_mut().find(|known| known.key == field.key) {
            Some(known) => *known = field,
            None => self.fields.push(field),
        }
    }

    /// Carries out a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Entry(list, entry) => self.remember(list, entry),
            Change::Remove(list, id) => {
                self.lists.entry(list).or_default().retain(|entry| entry.id != id);
            }
            Change::Field(field) => self.declare(field),
            Change::RemoveField(key) => {
                self.fields.retain(|field| field.key != key);
                self.guessed.remove(&key);
            }
            Change::Sure(keys) => self.guessed.retain(|key| !keys.contains(key)),
            Change::References(case_type, labels) => {
                self.references.insert(case_type.to_string(), labels);
            }
        }
    }

    /// Leaves out what another catalog has by its own words.
    pub fn leave_out(&mut self, other: &Self) {
        for (list, entries) in &mut self.lists {
            entries.retain(|entry| other.label(*list, entry.id).is_none());
        }
        let is_known = |key: CustomKey| {
            let is_no_worse =
                |known: CustomKey| !other.guessed.contains(&known) || self.guessed.contains(&key);
            other.fields.iter().any(|known| known.key.id == key.id && is_no_worse(known.key))
        };
        self.fields.retain(|field| !is_known(field.key));
        self.references.retain(|case_type, _| !other.references.contains_key(case_type));
        self.primary_subjects.retain(|case_type, _| !other.primary_subjects.contains_key(case_type));
    }

    /// Reads a catalog file. On failure: the line and what is wrong with it.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| super::account_error::at_line(text, &error))
    }

    /// What cannot be in a catalog that is taken over: the first of it, with its entry.
    #[must_use]
    pub fn wrong(&self) -> Option<String> {
        for (list, entries) in &self.lists {
            let list = list.title();
            for (at, Entry { id, label, .. }) in entries.iter().enumerate() {
                let earlier = entries.iter().take(at).any(|other| other.id == *id);
                let what = match (id, label.trim()) {
                    (0, _) => format!("{list}, “{label}”: an id is above 0"),
                    (id, "") => format!("{list}, id {id}: it has no label"),
                    (id, label) if earlier => format!("{list}, id {id} (“{label}”): it is there twice"),
                    _ => continue,
                };
                return Some(what);
            }
        }
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields.iter().take(at).any(|other| other.key == field.key) {
                return Some(format!("the field {} (“{}”) is there twice", field.key, field.label));
            }
        }
        let no_id = |id: &&String| id.parse::<u64>().is_err();
        let wrong = self.references.keys().find(no_id);
        let wrong = wrong.map(|id| format!("references are of a case type by its id, and “{id}” is none"));
        wrong.or_else(|| {
            let id = self.primary_subjects.keys().find(no_id)?;
            Some(format!("primary_subjects are of a case type by its id, and “{id}” is none"))
        })
    }

    /// What a person keeps for this account, and a colleague can use: without what Trackops lists by itself.
    #[must_use]
    pub fn for_others(mut self) -> Self {
        self.lists.retain(|list, _| !matches!(list, List::Clients | List::Contacts));
        self
    }

    /// The catalog as a file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Numbers and texts only: nothing in it can fail to be written.
        toml::to_string(self).unwrap_or_default()
    }

    /// Takes over what another catalog knows. Its labels go before those known; what it does not name stays.
    pub fn merge(&mut self, other: Self) -> Merged {
        self.let_go_of_guesses(&other);
        let mut merged = Merged::default();
        for (list, entries) in other.lists {
            let known = self.lists.entry(list).or_default();
            for entry in entries {
                let id = entry.id;
                let told =
                    |before: &Entry, after: &Entry| format!("{} {id}: {before} → {after}", list.title());
                let new = merged.take(known.iter_mut().find(|known| known.id == id), entry, told);
                known.extend(new);
            }
        }
        for field in other.fields {
            let key = field.key;
            if other.guessed.contains(&key) && self.fields.iter().all(|known| known.key != key) {
                self.guessed.insert(key);
            }
            let told = |before: &CustomField, after: &CustomField| {
                format!("Field {key}: {} → {}", field_text(before), field_text(after))
            };
            let new = merged.take(self.fields.iter_mut().find(|known| known.key == key), field, told);
            self.fields.extend(new);
        }
        for (case_type, labels) in other.references {
            let told = |before: &[String; 3], after: &[String; 3]| {
                format!("References of case type {case_type}: {} → {}", before.join(", "), after.join(", "))
            };
            let new = merged.take(self.references.get_mut(&case_type), labels, told);
            self.references.extend(new.map(|labels| (case_type, labels)));
        }
        for (case_type, subject) in other.primary_subjects {
            let told = |before: &u64, after: &u64| {
                format!("Primary subjects of case type {case_type}: type {before} → {after}")
            };
            let new = merged.take(self.primary_subjects.get_mut(&case_type), subject, told);
            self.primary_subjects.extend(new.map(|subject| (case_type, subject)));
        }
        merged
    }

    /// A custom field in a few words, and whether its owner is a guess.
    #[must_use]
    pub fn field_text(&self, field: &CustomField) -> String {
        let guessed = if self.guessed.contains(&field.key) { " (owner guessed)" } else { "" };
        field_text(field) + guessed
    }

    /// An entry in a few words; a case type with what it calls its references.
    #[must_use]
    pub fn entry_text(&self, list: List, entry: &Entry) -> String {
        let deleted = if entry.deleted { " (deleted in Trackops)" } else { "" };
        let labels = self.references.get(&entry.id.to_string()).filter(|_| list == List::CaseTypes);
        let used = labels.into_iter().flatten().filter(|label| !label.is_empty());
        let used: Vec<&str> = used.map(String::as_str).collect();
        let references = if used.is_empty() { String::new() } else { format!(": {}", used.join(", ")) };
        let primary = self.primary_subject(entry.id).filter(|_| list == List::CaseTypes);
        let named = primary
            .map(|id| self.label(List::SubjectTypes, id).map_or_else(|| id.to_string(), str::to_owned));
        let primary = named.map(|name| format!("; primary subjects: {name}")).unwrap_or_default();
        format!("{}{deleted}{references}{primary}", entry.label)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.values().all(Vec::is_empty)
            && self.fields.is_empty()
            && self.references.is_empty()
            && self.primary_subjects.is_empty()
    }

    /// The type of primary subjects of a case type; none when it is not known.
    #[must_use]
    pub fn primary_subject(&self, case_type: u64) -> Option<u64> {
        self.primary_subjects.get(&case_type.to_string()).copied()
    }

    /// What is wrong between the case type and the subject type of a recipe's defaults.
    #[must_use]
    pub fn other_subject(&self, recipe: &Recipe) -> Option<PlanError> {
        let id = |field| match recipe.defaults.get(&Target::Case(field)) {
            Some(DefaultText::Whole(id)) => Some(*id),
            _ => None,
        };
        let (case_type, given) = (id(CaseField::CaseType)?, id(CaseField::SubjectType)?);
        let wanted = self.primary_subject(case_type).filter(|wanted| *wanted != given)?;
        let name = |list, id: u64| {
            self.label(list, id).map_or_else(|| id.to_string(), |label| format!("{label} ({id})"))
        };
        Some(PlanError::OtherSubject {
            case_type: name(List::CaseTypes, case_type),
            wanted: name(List::SubjectTypes, wanted),
            given: name(List::SubjectTypes, given),
        })
    }

    /// Remembers the labels of many ids, in place of earlier ones.
    pub fn remember_all(&mut self, list: List, entries: Vec<Entry>) {
        let known = self.lists.entry(list).or_default();
        let mut at: HashMap<u64, usize> =
            known.iter().enumerate().map(|(at, entry)| (entry.id, at)).collect();
        for entry in entries {
            if let Some(known) = at.get(&entry.id).and_then(|at| known.get_mut(*at)) {
                *known = entry;
            } else {
                at.insert(entry.id, known.len());
                known.push(entry);
            }
        }
    }

    /// What the account calls a reference (0, 1 or 2) of a case type; none when nothing is known.
    #[must_use]
    pub fn reference_label(&self, case_type: u64, reference: usize) -> Option<&str> {
        self.references.get(&case_type.to_string())?.get(reference).map(String::as_str)
    }
}
