//! The running account: the created cases, their numbers, and the other records that can be listed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use strum::VariantArray;
use tokio::time::Instant;

use super::Error;
use super::assumptions::{FIRST_CASE_ID, FIRST_STATUS_ID, FIRST_SUBJECT_ID, TIMESTAMP};
use super::filters;
use super::lists::Collection;
use super::quirks::{Quirk, Quirks};
use super::store::{NextIds, Store};
use super::validate::{self, Problems};
use super::world::{ListedRecords, World};

/// A collection of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub(super) enum Resource {
    Clients,
    Locations,
    Contacts,
    Staff,
    Fields,
    Subjects,
    Cases,
}

impl Resource {
    /// Returns the path below `/api/v1/`.
    fn path(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Locations => "client/locations",
            Self::Contacts => "client/contacts",
            Self::Staff => "staff",
            Self::Fields => "fields",
            Self::Subjects => "subjects",
            Self::Cases => "cases",
        }
    }

    /// Returns the collection at a path below `/api/v1/`, and the id if the path names a record.
    pub(super) fn at(path: &str) -> Option<(Self, Option<i64>)> {
        Self::VARIANTS.iter().find_map(|resource| match path.strip_prefix(resource.path())? {
            "" => Some((*resource, None)),
            rest => Some((*resource, Some(rest.strip_prefix('/')?.parse().ok()?))),
        })
    }
}

/// Reason why no case was created.
#[derive(Debug)]
pub(super) enum Refused {
    Invalid(Problems),
    Store(io::Error),
    /// The sandbox is stopping, so nothing may be acknowledged.
    Stopped,
}

/// Contact and service that the quirk `gone` deletes.
const GONE_CONTACT: i64 = 1000;
const GONE_SERVICE: i64 = 2;

pub(super) struct SandboxAccount {
    world: World,
    quirks: Quirks,
    clients: Collection,
    locations: Collection,
    contacts: Collection,
    staff: Collection,
    fields: Collection,
    state: Mutex<AccountRecords>,
}

struct AccountRecords {
    cases: Collection,
    subjects: Collection,
    next_case: i64,
    next_subject: i64,
    by_client: BTreeMap<i64, u64>,
    store: Option<Store>,
    stopped: bool,
}

impl SandboxAccount {
    /// Opens the fictional account, with the cases of the store if there is one.
    pub(super) fn open(store: Option<&Path>, quirks: Quirks) -> Result<Self, Error> {
        let (mut world, listed) = World::load()?;
        world.quirks = quirks;
        let mut state = AccountRecords::new(quirks);
        if let Some(path) = store {
            let store = Store::open(path, |line, json| state.restore(&line, json))?;
            state.store = Some(store);
        }
        let ListedRecords { clients, locations, mut contacts, staff, fields } = listed;
        if quirks.has(Quirk::Gone) {
            contacts.retain(|contact| contact.get("id") != Some(&json!(GONE_CONTACT)));
            world.location_of.remove(&GONE_CONTACT);
            world.services.remove(&GONE_SERVICE);
        }
        // Contacts can be filtered by root client, which their records don't have.
        let root = |contact: &Map<String, Value>| {
            let contact = contact.get("id").and_then(Value::as_i64)?;
            world.root_of.get(world.location_of.get(&contact)?).copied()
        };
        if quirks.has(Quirk::ContactClient) {
            for contact in &mut contacts {
                contact.insert("client_id".to_owned(), json!(root(contact)));
            }
        }
        let contacts = collection(&filters::CONTACTS, quirks, contacts, |contact| {
            contact.insert("root_id".to_owned(), json!(root(contact)));
        });
        if quirks.has(Quirk::CaseClient) {
            world.use_clients_as_locations();
        }
        Ok(Self {
            clients: collection(&filters::CLIENTS, quirks, clients, |_| {}),
            locations: collection(&filters::LOCATIONS, quirks, locations, |_| {}),
            contacts,
            staff: collection(&filters::STAFF, quirks, staff, |_| {}),
            fields: collection(&filters::FIELDS, quirks, fields, |_| {}),
            state: Mutex::new(state),
            world,
            quirks,
        })
    }

    /// Returns the account's clients and rules.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// Calls `read` with a collection. Keep it short, because creating cases waits for it.
    pub(super) fn read<T>(&self, resource: Resource, read: impl FnOnce(&Collection) -> T) -> T {
        match resource {
            Resource::Clients => read(&self.clients),
            Resource::Locations => read(&self.locations),
            Resource::Contacts => read(&self.contacts),
            Resource::Staff => read(&self.staff),
            Resource::Fields => read(&self.fields),
            Resource::Subjects => read(&self.state().subjects),
            Resource::Cases => read(&self.state().cases),
        }
    }

    /// Creates a case from a request body, stores it, and returns its JSON text.
    pub(super) fn create(&self, body: Value) -> Result<Bytes, Refused> {
        let casefile = validate::casefile(&self.world, body).map_err(Refused::Invalid)?;
        let mut state = self.state();
        if state.stopped {
            return Err(Refused::Stopped);
        }
        let case = self.build(casefile, state.next_case, state.next_subject);
        let json = Bytes::from(case.to_string());
        if let Some(store) = &mut state.store {
            store.append(&json).map_err(Refused::Store)?;
        }
        state.remember(&case, json.clone(), Some(Instant::now()));
        Ok(json)
    }

    /// Returns the number of cases of each root client, including those of earlier runs.
    pub(super) fn by_client(&self) -> BTreeMap<i64, u64> {
        self.state().by_client.clone()
    }

    /// Deletes every case and restarts the ids, as on a server that was set up again.
    pub(super) fn reset(&self) -> io::Result<()> {
        let mut state = self.state();
        if let Some(store) = &mut state.store {
            store.clear()?;
        }
        let store = state.store.take();
        *state = AccountRecords { store, stopped: state.stopped, ..AccountRecords::new(self.quirks) };
        Ok(())
    }

    /// Deletes a case, as a person can in Trackops but not with the API. Returns true if it existed.
    pub(super) fn delete_case(&self, id: i64) -> bool {
        self.state().cases.delete(id)
    }

    /// Sets a value of a case, as a person can in Trackops. Returns true if the case existed.
    pub(super) fn change_case(&self, id: i64, key: &str, value: Value) -> bool {
        self.state().cases.change(id, key, value)
    }

    /// Stops creating cases and releases the store for another sandbox.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.stopped = true;
        state.store = None;
    }

    fn state(&self) -> MutexGuard<'_, AccountRecords> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Builds the whole case: the values sent, those that Trackops adds, and null or [] for the others.
    fn build(&self, mut casefile: Map<String, Value>, id: i64, first_subject: i64) -> Value {
        self.quirks.store_values(&mut casefile);
        let now = Timestamp::try_from(self.quirks.account_time()).unwrap_or_default();
        let system = now.strftime(TIMESTAMP).to_string();
        let location = casefile.get("client_id").cloned().unwrap_or_default();
        let root = location.as_i64().and_then(|id| self.world.root_of.get(&id));
        let mut case = Map::new();
        let mut set = |key: &str, value: Value| case.insert(key.to_owned(), value);
        set("id", id.into());
        set("case_number", format!("{}-{:05}-01", now.strftime("%Y-%m"), id - FIRST_CASE_ID + 1).into());
        set("case_status_id", FIRST_STATUS_ID.into());
        set("is_request", false.into());
        set("location_id", location);
        set("root_id", json!(root));
        let mut primary = Value::Null;
        for (key, is_list) in validate::fields() {
            let value = match (key, casefile.remove(key)) {
                ("subjects", Some(Value::Array(subjects))) => {
                    let subjects: Vec<_> = (first_subject..)
                        .zip(subjects)
                        .map(|(subject_id, sent)| subject(id, subject_id, subject_id == first_subject, sent))
                        .collect();
                    primary = subjects.first().and_then(|subject| subject.get("id")).cloned().into();
                    subjects.into()
                }
                (_, Some(value)) => value,
                ("created_on", None) => now.strftime("%Y-%m-%d").to_string().into(),
                ("case_region_id", None) => json!(self.world.default_region),
                (_, None) if is_list => json!([]),
                (_, None) => Value::Null,
            };
            set(key, value);
        }
        set("primary_subject_id", primary);
        set("created_at", system.as_str().into());
        set("updated_at", system.into());
        Value::Object(case)
    }
}

fn subject(case: i64, id: i64, is_primary: bool, mut sent: Value) -> Value {
    let mut take = |key: &str| sent.get_mut(key).map(Value::take);
    json!({
        "id": id,
        "case_id": case,
        "subject_type_id": take("subject_type_id"),
        "is_primary": is_primary,
        "is_pinned": take("is_pinned").unwrap_or(Value::Bool(false)),
        "custom_fields": take("custom_fields"),
    })
}

impl AccountRecords {
    /// Restores a line of the store.
    fn restore(&mut self, line: &Value, json: &[u8]) {
        if NextIds::is_line(line) {
            let mut ids = NextIds { case: self.next_case, subject: self.next_subject };
            ids.take(line);
            (self.next_case, self.next_subject) = (ids.case, ids.subject);
        } else {
            self.remember(line, Bytes::copy_from_slice(json), None);
        }
    }

    fn new(quirks: Quirks) -> Self {
        Self {
            cases: Collection::new(&filters::CASES, quirks),
            subjects: Collection::new(&filters::SUBJECTS, quirks),
            next_case: FIRST_CASE_ID,
            next_subject: FIRST_SUBJECT_ID,
            by_client: BTreeMap::new(),
            store: None,
            stopped: false,
        }
    }

    /// Adds a case that was created now or in an earlier run.
    fn remember(&mut self, case: &Value, json: Bytes, created: Option<Instant>) {
        let id = case.get("id").and_then(Value::as_i64).unwrap_or(self.next_case);
        self.next_case = id + 1;
        if let Some(root) = case.get("root_id").and_then(Value::as_i64) {
            *self.by_client.entry(root).or_default() += 1;
        }
        for subject in case.get("subjects").and_then(Value::as_array).into_iter().flatten() {
            let id = subject.get("id").and_then(Value::as_i64).unwrap_or(self.next_subject);
            self.next_subject = id + 1;
            let json = Bytes::from(subject.to_string());
            let mut named = subject.clone();
            if let Value::Object(named) = &mut named {
                named.insert("name".to_owned(), name_of(subject).into());
            }
            self.subjects.push(id, &named, json, created);
        }
        self.cases.push(id, case, json, created);
    }
}

/// Returns a subject's name in one line, from the first custom field with a first or last name.
fn name_of(subject: &Value) -> String {
    let fields = subject.get("custom_fields").and_then(Value::as_array);
    let names = fields.into_iter().flatten().filter_map(|field| {
        let value = field.get("value")?.as_object()?;
        let parts =
            ["first_name", "middle_name", "last_name"].map(|key| value.get(key).and_then(Value::as_str));
        let given: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        (!given.is_empty()).then(|| given.join(" "))
    });
    names.take(1).collect()
}

/// Creates a collection of fixed records. `add` adds keys that only the filters see.
fn collection(
    table: &'static filters::FilterTable,
    quirks: Quirks,
    records: Vec<Map<String, Value>>,
    add: impl Fn(&mut Map<String, Value>),
) -> Collection {
    let mut collection = Collection::new(table, quirks);
    for record in records {
        let id = record.get("id").and_then(Value::as_i64).unwrap_or_default();
        let mut looked_at = record.clone();
        add(&mut looked_at);
        collection.push(id, &Value::Object(looked_at), Value::Object(record).to_string().into(), None);
    }
    collection
}
