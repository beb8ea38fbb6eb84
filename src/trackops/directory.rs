//! Clients, locations and contacts as Trackops listed them. They are cached, so that a picker opens at once, names
//! appear beside ids without a connection, and a deleted id is noticed before it is sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::ClientIdMeans;
use super::catalog::{CatalogEntry, List};
use super::client::Client;
use super::fault::Fault;
use super::record::{entries, id_of};

/// A record with its parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRecord {
    /// Its id in Trackops.
    pub id: u64,
    /// Its name.
    pub label: String,
    /// Client of a location, or location of a contact. KNOWN keys `root_id` and `client_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

/// Cached contents of one list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CachedList {
    /// Time when the whole list was read, in seconds since 1970; `None` if it never was.
    pub whole_at: Option<i64>,
    /// Time when the part of each `client_id` was read.
    pub parts: BTreeMap<u64, i64>,
    /// The records.
    pub records: Vec<ListedRecord>,
    /// Ids that we asked for and that don't exist.
    pub gone: BTreeSet<u64>,
}

impl CachedList {
    fn whole(at: i64, records: Vec<ListedRecord>) -> Self {
        Self { whole_at: Some(at), records, ..Self::default() }
    }

    fn put(&mut self, record: ListedRecord) {
        self.gone.remove(&record.id);
        match self.records.iter_mut().find(|known| known.id == record.id) {
            Some(known) => *known = record,
            None => self.records.push(record),
        }
    }

    fn mark_gone(&mut self, id: u64) {
        self.records.retain(|record| record.id != id);
        self.gone.insert(id);
    }

    fn entries(&self) -> Vec<CatalogEntry> {
        self.records.iter().map(|record| CatalogEntry::new(record.id, &*record.label)).collect()
    }
}

/// The cached lists. They are separate because an account may not show all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Directory {
    /// Root clients.
    pub clients: CachedList,
    /// Client locations.
    pub locations: CachedList,
    /// Contacts at the locations.
    pub contacts: CachedList,
    /// Custom fields, as raw records.
    pub fields: RawRecords,
}

/// Raw records. They are kept whole because their other keys are UNKNOWN.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawRecords {
    /// Time when they were read, in seconds since 1970; `None` if they never were.
    pub read_at: Option<i64>,
    /// The records.
    pub records: Vec<Value>,
}

impl Directory {
    /// Returns the cache of a list of the catalog, or `None` if Trackops has no such list.
    #[must_use]
    pub fn known(&self, list: List, means: ClientIdMeans) -> Option<&CachedList> {
        match DirectoryList::of(list, means)? {
            DirectoryList::Clients => Some(&self.clients),
            DirectoryList::Locations => Some(&self.locations),
            DirectoryList::Contacts => Some(&self.contacts),
        }
    }

    fn known_mut(&mut self, kind: DirectoryList) -> &mut CachedList {
        match kind {
            DirectoryList::Clients => &mut self.clients,
            DirectoryList::Locations => &mut self.locations,
            DirectoryList::Contacts => &mut self.contacts,
        }
    }

    /// Returns the time when a list, or its part for the `client_id` `within`, was read, in seconds since 1970.
    #[must_use]
    pub fn read_at(&self, list: List, means: ClientIdMeans, within: Option<u64>) -> Option<i64> {
        let known = self.known(list, means)?;
        let part = within.and_then(|within| known.parts.get(&within).copied());
        part.max(known.whole_at)
    }

    /// Returns the possible values of a case's `client_id` or contact; for contacts, only those of the `client_id`
    /// `within`, if given.
    #[must_use]
    pub fn entries(&self, list: List, means: ClientIdMeans, within: Option<u64>) -> Vec<CatalogEntry> {
        match (DirectoryList::of(list, means), within) {
            (None, _) => Vec::new(),
            (Some(DirectoryList::Clients), _) => self.clients.entries(),
            (Some(DirectoryList::Locations), _) => self.locations(),
            (Some(DirectoryList::Contacts), None) => self.contacts.entries(),
            (Some(DirectoryList::Contacts), Some(within)) => {
                let places = self.client_by_contact(means);
                let in_client =
                    |entry: &CatalogEntry| places.get(&entry.id).is_none_or(|client| *client == within);
                self.contacts.entries().into_iter().filter(in_client).collect()
            }
        }
    }

    /// Returns every name that cells may use for a client or a contact. If `client_id` means the location, the name of
    /// a client with only one location means that location.
    #[must_use]
    pub fn names(&self, means: ClientIdMeans) -> Vec<(List, CatalogEntry)> {
        let of = |list| self.entries(list, means, None).into_iter().map(move |entry| (list, entry));
        let mut names: Vec<_> = of(List::Clients).chain(of(List::Contacts)).collect();
        if means == ClientIdMeans::Location {
            let mut places: HashMap<u64, Vec<u64>> = HashMap::new();
            for location in &self.locations.records {
                places.entry(location.of.unwrap_or_default()).or_default().push(location.id);
            }
            names.extend(self.clients.records.iter().filter_map(|client| {
                match places.get(&client.id)?.as_slice() {
                    [only] => Some((List::Clients, CatalogEntry::new(*only, &*client.label))),
                    _ => None,
                }
            }));
        }
        names
    }

    /// Returns the locations, labeled `Client - Location` unless their name already begins with the client's.
    fn locations(&self) -> Vec<CatalogEntry> {
        let clients: HashMap<u64, &str> =
            self.clients.records.iter().map(|client| (client.id, client.label.as_str())).collect();
        let label = |location: &ListedRecord| match location.of.and_then(|id| clients.get(&id)) {
            Some(client) if !location.label.starts_with(client) => format!("{client} - {}", location.label),
            _ => location.label.clone(),
        };
        self.locations
            .records
            .iter()
            .map(|location| CatalogEntry::new(location.id, label(location)))
            .collect()
    }

    /// Returns the `client_id` of the cases that each contact can send, by contact id.
    #[must_use]
    pub fn client_by_contact(&self, means: ClientIdMeans) -> HashMap<u64, u64> {
        let roots: HashMap<u64, u64> =
            self.locations.records.iter().filter_map(|location| Some((location.id, location.of?))).collect();
        let client = |contact: &ListedRecord| match means {
            ClientIdMeans::Location => contact.of,
            ClientIdMeans::Client => roots.get(&contact.of?).copied(),
        };
        self.contacts.records.iter().filter_map(|contact| Some((contact.id, client(contact)?))).collect()
    }

    /// Replaces the contacts of a `client_id`. `records` has all of them.
    fn put_contacts(&mut self, means: ClientIdMeans, within: u64, at: i64, records: Vec<ListedRecord>) {
        let places = self.client_by_contact(means);
        let in_client = |contact: &ListedRecord| places.get(&contact.id) == Some(&within);
        let again: BTreeSet<u64> = records.iter().map(|record| record.id).collect();
        self.contacts.records.retain(|contact| !in_client(contact) && !again.contains(&contact.id));
        self.contacts.gone.retain(|id| !again.contains(id));
        self.contacts.records.extend(records);
        self.contacts.parts.insert(within, at);
    }
}

/// A list that Trackops has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DirectoryList {
    Clients,
    Locations,
    Contacts,
}

impl DirectoryList {
    fn of(list: List, means: ClientIdMeans) -> Option<Self> {
        match (list, means) {
            (List::Clients, ClientIdMeans::Client) => Some(Self::Clients),
            (List::Clients, ClientIdMeans::Location) => Some(Self::Locations),
            (List::Contacts, _) => Some(Self::Contacts),
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Locations => "client/locations",
            Self::Contacts => "client/contacts",
        }
    }

    /// Returns the records that have an id.
    fn listed(self, records: &[Value]) -> Vec<ListedRecord> {
        let (names, of): (&[&str], _) = match self {
            Self::Clients => (&["name"], None),
            Self::Locations => (&["name"], Some("root_id")),
            Self::Contacts => (&["first_name", "last_name"], Some("client_id")),
        };
        let with_id = records.iter().filter(|record| record.get("id").and_then(id_of).is_some());
        let of = |record: &Value| record.get(of?).and_then(id_of);
        with_id
            .zip(entries(records, names))
            .map(|(record, CatalogEntry { id, label, .. })| ListedRecord { id, label, of: of(record) })
            .collect()
    }
}

/// Returns the time by our own clock, because it is used to show how long ago a list was read.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

impl Client {
    async fn all(&self, kind: DirectoryList) -> Result<CachedList, Fault> {
        let records = kind.listed(&self.list(kind.path(), &[]).await?);
        Ok(CachedList::whole(now(), records))
    }

    /// Reads the possible values of a case's `client_id`: clients, and their locations if `client_id` means those.
    pub async fn read_clients(&self, directory: &mut Directory, means: ClientIdMeans) -> Result<(), Fault> {
        let clients = self.all(DirectoryList::Clients).await;
        if means == ClientIdMeans::Client {
            directory.clients = clients?;
            return Ok(());
        }
        directory.locations = self.all(DirectoryList::Locations).await?;
        // Without clients, locations are labeled with their own names only.
        if let Ok(clients) = clients {
            directory.clients = clients;
        }
        Ok(())
    }

    /// Reads the contacts of a `client_id`, or all contacts.
    pub async fn read_contacts(
        &self,
        directory: &mut Directory,
        means: ClientIdMeans,
        within: Option<u64>,
    ) -> Result<(), Fault> {
        // A contact names its location, and the location names its client.
        if means == ClientIdMeans::Client && directory.locations.whole_at.is_none() {
            directory.locations = self.all(DirectoryList::Locations).await.unwrap_or_default();
        }
        let Some(within) = within else {
            directory.contacts = self.all(DirectoryList::Contacts).await?;
            return Ok(());
        };
        let filter = match means {
            ClientIdMeans::Location => "client_location",
            ClientIdMeans::Client => "client",
        };
        let mut found = DirectoryList::Contacts
            .listed(&self.list("client/contacts", &[(filter, within.to_string())]).await?);
        // A server may ignore the filter and list contacts of other locations.
        if means == ClientIdMeans::Location {
            found.retain(|contact| contact.of.is_none_or(|location| location == within));
        }
        directory.put_contacts(means, within, now(), found);
        Ok(())
    }

    /// Returns true if a list has any records. A list that is always empty proves nothing.
    async fn has_records(&self, directory: &mut Directory, kind: DirectoryList) -> Result<bool, Fault> {
        if directory.known_mut(kind).records.is_empty() {
            return Ok(!self.page(kind.path(), 1, &[]).await?.is_empty());
        }
        Ok(true)
    }

    /// Looks up single ids and updates the cache.
    pub async fn read_ids(
        &self,
        directory: &mut Directory,
        means: ClientIdMeans,
        ids: &[(List, u64)],
    ) -> Result<(), Fault> {
        for (list, id) in ids {
            let Some(kind) = DirectoryList::of(*list, means) else { continue };
            let page = self.page(kind.path(), 1, &[("id", id.to_string())]).await?;
            let listed = kind.listed(&page);
            // A full page, or one with records without an id, doesn't prove that the id is gone.
            let proves = page.len() < self.page_size() && listed.len() == page.len();
            // A server may ignore the filter and list other records.
            if let Some(record) = listed.into_iter().find(|record| record.id == *id) {
                directory.known_mut(kind).put(record);
            } else if proves && (!page.is_empty() || self.has_records(directory, kind).await?) {
                directory.known_mut(kind).mark_gone(*id);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(id: u64, of: u64) -> ListedRecord {
        ListedRecord { id, label: format!("contact {id}"), of: Some(of) }
    }

    fn ids(directory: &Directory, within: Option<u64>) -> Vec<u64> {
        let entries = directory.entries(List::Contacts, ClientIdMeans::Location, within);
        entries.into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn a_refreshed_part_replaces_only_that_part() {
        let mut directory = Directory::default();
        let location = ClientIdMeans::Location;
        directory.put_contacts(location, 100, 5, vec![listed(1, 100), listed(2, 100)]);
        directory.put_contacts(location, 200, 6, vec![listed(3, 200)]);
        directory.put_contacts(location, 100, 7, vec![listed(2, 100)]);
        assert_eq!(ids(&directory, Some(100)), [2]);
        assert_eq!(ids(&directory, Some(200)), [3]);
        assert_eq!(directory.read_at(List::Contacts, location, Some(100)), Some(7));
        assert_eq!(directory.read_at(List::Contacts, location, None), None, "not all of them");
    }

    #[test]
    fn an_id_is_gone_until_it_is_seen_again() {
        let mut known = CachedList::whole(1, vec![listed(1, 100)]);
        known.mark_gone(1);
        assert!(known.records.is_empty() && known.gone.contains(&1));
        known.put(listed(1, 100));
        assert!(known.records.len() == 1 && known.gone.is_empty());
    }

    #[test]
    fn locations_are_named_with_their_client_once() {
        let mut directory = Directory::default();
        directory.clients.records = vec![ListedRecord { id: 1, label: "Acme".into(), of: None }];
        directory.locations.records = vec![
            ListedRecord { id: 10, label: "Denver".into(), of: Some(1) },
            ListedRecord { id: 11, label: "Acme West".into(), of: Some(1) },
            ListedRecord { id: 12, label: "Unassigned".into(), of: Some(9) },
        ];
        let labels = directory.entries(List::Clients, ClientIdMeans::Location, None);
        let labels: Vec<&str> = labels.iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!(labels, ["Acme - Denver", "Acme West", "Unassigned"]);
    }
}
