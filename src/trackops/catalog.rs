//! An account's catalog: ids and labels without a known endpoint, and the labels of picked ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::{CaseField, CustomField, CustomKey, DefaultText, PlanError, Recipe, Target};

/// An id with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogEntry {
    /// The id in Trackops.
    pub id: u64,
    /// Its label.
    pub label: String,
    /// Whether it is deleted in Trackops. Old cases keep it; new ones can't use it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

impl CatalogEntry {
    /// Creates an entry that isn't deleted.
    #[must_use]
    pub fn new(id: u64, label: impl Into<String>) -> Self {
        Self { id, label: label.into(), deleted: false }
    }
}

/// A list of the catalog. Each belongs to a case field whose value is an id.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::EnumCount,
)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Case types.
    CaseTypes,
    /// Clients or client locations, depending on the account's [`ClientIdMeans`](super::ClientIdMeans).
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
    /// Lists without a known endpoint, in the order in which people fill them in.
    pub const TYPED: [Self; 6] = [
        Self::CaseTypes,
        Self::SubjectTypes,
        Self::Regions,
        Self::CompanyLocations,
        Self::Services,
        Self::Flags,
    ];

    /// Returns true if Trackops lists its entries itself.
    #[must_use]
    pub fn is_live(self) -> bool {
        !Self::TYPED.contains(&self)
    }

    /// Returns the title.
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

    /// Returns the case field that holds its ids.
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

    /// Returns the list whose ids a case field holds, or `None` for fields without ids.
    #[must_use]
    pub fn of(field: CaseField) -> Option<Self> {
        let all = Self::TYPED.into_iter().chain([Self::Clients, Self::Contacts]);
        all.into_iter().find(|list| list.field() == field)
    }
}

impl fmt::Display for CatalogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”{}", self.label, if self.deleted { ", deleted in Trackops" } else { "" })
    }
}

/// Describes a custom field in a few words.
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

/// A change made by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogChange {
    /// Add an entry, or replace the one with its id.
    Entry(List, CatalogEntry),
    /// Remove an entry.
    Remove(List, u64),
    /// Add a custom field, or replace the one with its key.
    Field(CustomField),
    /// Remove a custom field.
    RemoveField(CustomKey),
    /// Confirm the guessed owners of custom fields.
    ConfirmOwners(BTreeSet<CustomKey>),
    /// Set the labels of a case type's references.
    References(u64, [String; 3]),
}

/// Result of merging a catalog into another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Number of added items.
    pub new: u64,
    /// Number of items that were the same.
    pub same: u64,
    /// The changed items, described one by one.
    pub changed: Vec<String>,
}

impl Merged {
    /// Replaces the known item; gives the other back if there is none.
    fn replace<T: PartialEq>(
        &mut self,
        known: Option<&mut T>,
        other: T,
        describe: impl FnOnce(&T, &T) -> String,
    ) -> Option<T> {
        let Some(known) = known else {
            self.new += 1;
            return Some(other);
        };
        if *known == other {
            self.same += 1;
        } else {
            self.changed.push(describe(known, &other));
            *known = other;
        }
        None
    }
}

/// Known ids of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Ids and labels by list.
    #[serde(default)]
    pub lists: BTreeMap<List, Vec<CatalogEntry>>,
    /// Custom fields of cases and primary subjects.
    #[serde(default)]
    pub fields: Vec<CustomField>,
    /// Labels of the three references, by case type id; an empty label means the reference isn't used.
    #[serde(default)]
    pub references: BTreeMap<String, [String; 3]>,
    /// Type of primary subjects, by case type id. KNOWN: a case can't have another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub primary_subjects: BTreeMap<String, u64>,
    /// Custom fields whose owner, case or primary subject, is guessed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub guessed: BTreeSet<CustomKey>,
}

impl Catalog {
    /// Returns the entries of a list; empty if none are known.
    #[must_use]
    pub fn entries(&self, list: List) -> &[CatalogEntry] {
        self.lists.get(&list).map_or(&[], Vec::as_slice)
    }

    /// Returns the label of an id.
    #[must_use]
    pub fn label(&self, list: List, id: u64) -> Option<&str> {
        self.entries(list).iter().find(|entry| entry.id == id).map(|entry| entry.label.as_str())
    }

    /// Adds an entry, or replaces the one with its id.
    pub fn remember(&mut self, list: List, entry: CatalogEntry) {
        let entries = self.lists.entry(list).or_default();
        match entries.iter_mut().find(|known| known.id == entry.id) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }

    /// Adds a custom field, or replaces the one with its key.
    pub fn declare(&mut self, field: CustomField) {
        // Whoever declares a field knows its owner.
        let other = |known: &CustomField| known.key.id == field.key.id && known.key != field.key;
        let guessed = std::mem::take(&mut self.guessed);
        self.fields.retain(|known| !(other(known) && guessed.contains(&known.key)));
        self.guessed = guessed.into_iter().filter(|key| key.id != field.key.id).collect();
        match self.fields.iter_mut().find(|known| known.key == field.key) {
            Some(known) => *known = field,
            None => self.fields.push(field),
        }
    }

    /// Applies a change.
    pub fn apply(&mut self, change: CatalogChange) {
        match change {
            CatalogChange::Entry(list, entry) => self.remember(list, entry),
            CatalogChange::Remove(list, id) => {
                self.lists.entry(list).or_default().retain(|entry| entry.id != id);
            }
            CatalogChange::Field(field) => self.declare(field),
            CatalogChange::RemoveField(key) => {
                self.fields.retain(|field| field.key != key);
                self.guessed.remove(&key);
            }
            CatalogChange::ConfirmOwners(keys) => self.guessed.retain(|key| !keys.contains(key)),
            CatalogChange::References(case_type, labels) => {
                self.references.insert(case_type.to_string(), labels);
            }
        }
    }

    /// Removes what another catalog already has.
    pub fn remove_known(&mut self, other: &Self) {
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

    /// Reads a catalog file. The error names the line and the mistake.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| super::account_error::at_line(text, &error))
    }

    /// Returns the first mistake that keeps a catalog from being imported, with its entry.
    #[must_use]
    pub fn validate(&self) -> Option<String> {
        for (list, entries) in &self.lists {
            let list = list.title();
            for (at, CatalogEntry { id, label, .. }) in entries.iter().enumerate() {
                let earlier = entries.iter().take(at).any(|other| other.id == *id);
                let what = match (id, label.trim()) {
                    (0, _) => format!("{list}, “{label}”: the id must be above 0"),
                    (id, "") => format!("{list}, id {id}: the label is missing"),
                    (id, label) if earlier => format!("{list}, id {id} (“{label}”): listed twice"),
                    _ => continue,
                };
                return Some(what);
            }
        }
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields.iter().take(at).any(|other| other.key == field.key) {
                return Some(format!("the field {} (“{}”) is listed twice", field.key, field.label));
            }
        }
        let no_id = |id: &&String| id.parse::<u64>().is_err();
        let wrong = self.references.keys().find(no_id);
        let wrong = wrong.map(|id| format!("references: “{id}” isn't the id of a case type"));
        wrong.or_else(|| {
            let id = self.primary_subjects.keys().find(no_id)?;
            Some(format!("primary_subjects: “{id}” isn't the id of a case type"))
        })
    }

    /// Returns the part to share with colleagues: everything except what Trackops lists itself.
    #[must_use]
    pub fn for_sharing(mut self) -> Self {
        self.lists.retain(|list, _| !list.is_live());
        self
    }

    /// Returns the catalog as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // It has only numbers and texts, so serializing can't fail.
        toml::to_string(self).unwrap_or_default()
    }

    /// Merges another catalog into this one. Its labels win; what it doesn't name stays.
    pub fn merge(&mut self, other: Self) -> Merged {
        self.drop_confirmed_guesses(&other);
        let mut merged = Merged::default();
        for (list, entries) in other.lists {
            let known = self.lists.entry(list).or_default();
            for entry in entries {
                let id = entry.id;
                let describe = |before: &CatalogEntry, after: &CatalogEntry| {
                    format!("{} {id}: {before} → {after}", list.title())
                };
                let new = merged.replace(known.iter_mut().find(|known| known.id == id), entry, describe);
                known.extend(new);
            }
        }
        for field in other.fields {
            let key = field.key;
            if other.guessed.contains(&key) && self.fields.iter().all(|known| known.key != key) {
                self.guessed.insert(key);
            }
            let describe = |before: &CustomField, after: &CustomField| {
                format!("Field {key}: {} → {}", field_text(before), field_text(after))
            };
            let new = merged.replace(self.fields.iter_mut().find(|known| known.key == key), field, describe);
            self.fields.extend(new);
        }
        for (case_type, labels) in other.references {
            let describe = |before: &[String; 3], after: &[String; 3]| {
                format!("References of case type {case_type}: {} → {}", before.join(", "), after.join(", "))
            };
            let new = merged.replace(self.references.get_mut(&case_type), labels, describe);
            self.references.extend(new.map(|labels| (case_type, labels)));
        }
        for (case_type, subject) in other.primary_subjects {
            let describe = |before: &u64, after: &u64| {
                format!("Primary subjects of case type {case_type}: type {before} → {after}")
            };
            let new = merged.replace(self.primary_subjects.get_mut(&case_type), subject, describe);
            self.primary_subjects.extend(new.map(|subject| (case_type, subject)));
        }
        merged
    }

    /// Describes a custom field in a few words, and says if its owner is a guess.
    #[must_use]
    pub fn field_text(&self, field: &CustomField) -> String {
        let guessed = if self.guessed.contains(&field.key) { " (owner guessed)" } else { "" };
        field_text(field) + guessed
    }

    /// Describes an entry in a few words; a case type with the labels of its references.
    #[must_use]
    pub fn entry_text(&self, list: List, entry: &CatalogEntry) -> String {
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

    /// Returns true if nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.values().all(Vec::is_empty)
            && self.fields.is_empty()
            && self.references.is_empty()
            && self.primary_subjects.is_empty()
    }

    /// Returns the type of a case type's primary subjects, if known.
    #[must_use]
    pub fn primary_subject(&self, case_type: u64) -> Option<u64> {
        self.primary_subjects.get(&case_type.to_string()).copied()
    }

    /// Returns an error if the case type and the subject type of a recipe's defaults don't match.
    #[must_use]
    pub fn subject_type_mismatch(&self, recipe: &Recipe) -> Option<PlanError> {
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

    /// Adds many entries, or replaces those with their ids.
    pub fn remember_all(&mut self, list: List, entries: Vec<CatalogEntry>) {
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

    /// Returns the label of a case type's reference (0, 1 or 2), if known.
    #[must_use]
    pub fn reference_label(&self, case_type: u64, reference: usize) -> Option<&str> {
        self.references.get(&case_type.to_string())?.get(reference).map(String::as_str)
    }
}
