//! The fictional account: its clients, and the rules that cases must meet.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::quirks::Quirks;

/// The fictional account as TOML: clients, locations, contacts, case types, services, custom fields.
pub const WORLD: &str = include_str!("../../assets/sandbox/world.toml");

type JsonRecord = Map<String, Value>;

#[derive(Deserialize)]
struct WorldFile {
    clients: Vec<JsonRecord>,
    locations: Vec<JsonRecord>,
    contacts: Vec<JsonRecord>,
    staff: Vec<JsonRecord>,
    case_types: Vec<CaseType>,
    regions: Vec<Region>,
    services: Vec<Named>,
    flags: Vec<Named>,
    company_locations: Vec<Named>,
    subject_types: Vec<Named>,
    custom_fields: Vec<FieldDefinition>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    id: i64,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Region {
    id: i64,
    pub(super) name: String,
    is_default: bool,
}

/// A case type. It determines nearly everything else about a case.
#[derive(Deserialize)]
pub(super) struct CaseType {
    id: i64,
    pub(super) name: String,
    /// Labels of the three references; a blank label means the reference isn't used.
    pub(super) references: [String; 3],
    pub(super) services: Vec<i64>,
    pub(super) flags: Vec<i64>,
    pub(super) custom_fields: Vec<i64>,
    pub(super) subject_type: i64,
}

#[derive(Deserialize)]
pub(super) struct FieldDefinition {
    id: i64,
    pub(super) name: String,
    pub(super) kind: VendorKind,
    /// The subject type it belongs to; `None` for a field of the case.
    pub(super) subject_type: Option<i64>,
    #[serde(default)]
    pub(super) choices: Vec<String>,
}

impl FieldDefinition {
    /// Returns the record that the API lists. Id, name and tag are KNOWN.
    fn record(&self) -> JsonRecord {
        let tag = self.kind.tag();
        let record =
            [("id", self.id.into()), ("name", self.name.as_str().into()), ("field_type_tag", tag.into())];
        record.map(|(key, value): (&str, Value)| (key.to_owned(), value)).into_iter().collect()
    }
}

/// The vendor's kinds of fields, named like their tags.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum VendorKind {
    Address,
    Country,
    Date,
    Birthday,
    Email,
    Long,
    Input,
    Currency,
    Checkbox,
    Select,
    Radio,
    Name,
    Number,
    Link,
    YesNo,
    YesNoNa,
}

impl VendorKind {
    /// Returns the vendor's tag.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Address => "ADDRESS",
            Self::Country => "COUNTRY",
            Self::Date => "DATE",
            Self::Birthday => "BIRTHDAY",
            Self::Email => "EMAIL",
            Self::Long => "LONG",
            Self::Input => "INPUT",
            Self::Currency => "CURRENCY",
            Self::Checkbox => "CHECKBOX",
            Self::Select => "SELECT",
            Self::Radio => "RADIO",
            Self::Name => "NAME",
            Self::Number => "NUMBER",
            Self::Link => "LINK",
            Self::YesNo => "YESNO",
            Self::YesNoNa => "YESNONA",
        }
    }

    pub(super) fn has_choices(self) -> bool {
        matches!(self, Self::Select | Self::Radio | Self::Checkbox)
    }
}

/// The rules, by id.
pub(super) struct World {
    /// Quirks, which determine the form of values.
    pub(super) quirks: Quirks,
    pub(super) case_types: HashMap<i64, CaseType>,
    pub(super) custom_fields: HashMap<i64, FieldDefinition>,
    pub(super) services: HashMap<i64, Named>,
    pub(super) flags: HashMap<i64, Named>,
    pub(super) company_locations: HashMap<i64, Named>,
    pub(super) subject_types: HashMap<i64, Named>,
    pub(super) regions: HashMap<i64, Region>,
    pub(super) default_region: Option<i64>,
    /// Root client of each client location.
    pub(super) root_of: HashMap<i64, i64>,
    /// Client location of each contact.
    pub(super) location_of: HashMap<i64, i64>,
}

/// Records that the API lists.
pub(super) struct ListedRecords {
    pub(super) clients: Vec<JsonRecord>,
    pub(super) locations: Vec<JsonRecord>,
    pub(super) contacts: Vec<JsonRecord>,
    pub(super) staff: Vec<JsonRecord>,
    /// Custom fields, with only the documented keys.
    pub(super) fields: Vec<JsonRecord>,
}

impl World {
    pub(super) fn load() -> Result<(Self, ListedRecords), toml::de::Error> {
        let file: WorldFile = toml::from_str(WORLD)?;
        let fields = file.custom_fields.iter().map(FieldDefinition::record).collect();
        let world = Self {
            quirks: Quirks::default(),
            root_of: pairs(&file.locations, "root_id"),
            location_of: pairs(&file.contacts, "client_id"),
            default_region: file.regions.iter().find(|region| region.is_default).map(|region| region.id),
            regions: by_id(file.regions, |each| each.id),
            case_types: by_id(file.case_types, |each| each.id),
            custom_fields: by_id(file.custom_fields, |each| each.id),
            services: by_id(file.services, |each| each.id),
            flags: by_id(file.flags, |each| each.id),
            company_locations: by_id(file.company_locations, |each| each.id),
            subject_types: by_id(file.subject_types, |each| each.id),
        };
        let dated = |records: Vec<JsonRecord>| records.into_iter().map(with_dates).collect();
        let listed = ListedRecords {
            clients: dated(file.clients),
            locations: dated(file.locations),
            contacts: dated(file.contacts),
            staff: dated(file.staff),
            fields: dated(fields),
        };
        Ok((world, listed))
    }

    /// Makes cases belong to clients: each client becomes its own location, and its contacts work there.
    pub(super) fn use_clients_as_locations(&mut self) {
        for location in self.location_of.values_mut() {
            *location = self.root_of.get(location).copied().unwrap_or(*location);
        }
        self.root_of = self.root_of.values().map(|root| (*root, *root)).collect();
    }
}

fn by_id<T>(records: Vec<T>, id: impl Fn(&T) -> i64) -> HashMap<i64, T> {
    records.into_iter().map(|record| (id(&record), record)).collect()
}

fn pairs(records: &[JsonRecord], key: &str) -> HashMap<i64, i64> {
    let int = |record: &JsonRecord, key: &str| record.get(key).and_then(Value::as_i64);
    records.iter().filter_map(|record| Some((int(record, "id")?, int(record, key)?))).collect()
}

/// Adds dates, which every record of a real account has. Here all records were entered on one day.
fn with_dates(mut record: JsonRecord) -> JsonRecord {
    for (key, value) in [
        ("created_on", "2025-01-06"),
        ("created_at", "2025-01-06 15:00:00"),
        ("updated_at", "2025-01-06 15:00:00"),
    ] {
        record.insert(key.to_owned(), value.into());
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_in_the_world_leads_somewhere() {
        let (world, listed) = World::load().unwrap();
        assert!(world.default_region.is_some());
        for root in world.root_of.values() {
            assert!(listed.clients.iter().any(|client| client["id"] == *root), "client {root}");
        }
        for location in world.location_of.values() {
            assert!(world.root_of.contains_key(location), "location {location}");
        }
        for case_type in world.case_types.values() {
            assert!(case_type.services.iter().all(|id| world.services.contains_key(id)));
            assert!(case_type.flags.iter().all(|id| world.flags.contains_key(id)));
            assert!(
                case_type.custom_fields.iter().all(|id| {
                    world.custom_fields.get(id).is_some_and(|field| field.subject_type.is_none())
                })
            );
            assert!(world.subject_types.contains_key(&case_type.subject_type));
        }
        for field in world.custom_fields.values() {
            assert!(field.subject_type.is_none_or(|id| world.subject_types.contains_key(&id)));
            assert_eq!(field.kind.has_choices(), !field.choices.is_empty());
        }
    }

    #[test]
    fn every_root_client_has_one_primary_location() {
        let (_, listed) = World::load().unwrap();
        for client in &listed.clients {
            let primary = |location: &&JsonRecord| {
                location["root_id"] == client["id"] && location["is_primary"] == true
            };
            assert_eq!(listed.locations.iter().filter(primary).count(), 1, "{}", client["name"]);
        }
    }
}
