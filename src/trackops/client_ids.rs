//! Ids under which records may show the client of a case.
//!
//! A case is sent for a location, or for a client, as the account's settings say. Which of the two ids a record shows,
//! and under which key, is UNKNOWN. So a case that shows another id than the one sent is certainly another client's only
//! if Trackops says that this id is neither the location nor its client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::account::ClientIdMeans;
use super::client::Client;
use super::fault::Fault;
use super::find::FoundCase;
use super::record::id_of;

/// Ids under which records may show a client; `None` if Trackops doesn't tell.
pub type ShownAs = Option<Vec<u64>>;

/// What was read so far, by `client_id` as sent. Cheap to clone; all clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownClients(Arc<Mutex<HashMap<u64, ShownAs>>>);

impl KnownClients {
    fn get(&self, sent: u64) -> Option<ShownAs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&sent).cloned()
    }

    fn insert(&self, sent: u64, ids: ShownAs) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sent, ids);
    }
}

impl Client {
    /// Returns the ids under which records may show a `client_id` that was sent: a location and its client, or a client
    /// and its locations. Read once for each.
    pub async fn shown_as(&self, sent: u64) -> Result<ShownAs, Fault> {
        if let Some(known) = self.known_clients.get(sent) {
            return Ok(known);
        }
        let filter = match self.case_owner {
            ClientIdMeans::Location => "id",
            ClientIdMeans::Client => "parent",
        };
        let locations = match self.list("client/locations", &[(filter, sent.to_string())]).await {
            Ok(locations) => locations,
            Err(fault) if is_about_the_list(&fault) => Vec::new(),
            Err(fault) => return Err(fault),
        };
        // A server may ignore the filter and list other locations.
        let ids = locations.iter().filter_map(|location| {
            let ids = [location.get("id").and_then(id_of)?, location.get("root_id").and_then(id_of)?];
            let [location, root] = ids;
            let named = if self.case_owner == ClientIdMeans::Location { location } else { root };
            (named == sent).then_some(ids)
        });
        let ids: Vec<u64> = ids.flatten().collect();
        let known = (!ids.is_empty()).then_some(ids);
        self.known_clients.insert(sent, known.clone());
        Ok(known)
    }

    /// Returns the listed cases that may be of a client; the others are certainly another client's. Asks for the client
    /// only if a case shows another id than the one sent.
    pub async fn may_be_of(&self, cases: Vec<FoundCase>, sent: Option<u64>) -> Result<Vec<FoundCase>, Fault> {
        let mut own = Vec::new();
        for case in cases {
            let is_possible = match sent.filter(|_| !case.may_be_of(sent)) {
                Some(id) => case.may_be_shown_for(sent, &self.shown_as(id).await?),
                None => true,
            };
            own.extend(is_possible.then_some(case));
        }
        Ok(own)
    }
}

impl FoundCase {
    /// Returns true if it may be a case of a client that records may show under these ids; false is certain.
    #[must_use]
    pub fn may_be_shown_for(&self, client: Option<u64>, ids: &ShownAs) -> bool {
        let shows_one = |ids: &Vec<u64>| self.clients.iter().any(|id| ids.contains(id));
        self.may_be_of(client) || ids.as_ref().is_none_or(shows_one)
    }
}

/// Returns true if Trackops doesn't list locations, so that another request doesn't help.
fn is_about_the_list(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden
            | Fault::NotFound
            | Fault::InvalidAnswer(_)
            | Fault::TooMany { .. }
            | Fault::FilterIgnored { .. }
            | Fault::Unexpected { status: ..500, .. }
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_id_that_is_neither_location_nor_client_is_another_clients() {
        let case = |ids: serde_json::Value| FoundCase::listed(&ids);
        let known = Some(vec![100, 1]);
        for shown in [
            json!({"client_id": 100}),
            json!({"client_id": 1}),
            json!({"client_id": 1, "location_id": 101}),
            json!({"client_id": 110, "location_id": "100"}),
            json!({}),
        ] {
            assert!(case(shown.clone()).may_be_shown_for(Some(100), &known), "{shown}");
        }
        let other = case(json!({"client_id": 110, "location_id": 2}));
        assert!(!other.may_be_shown_for(Some(100), &known));
        assert!(other.may_be_shown_for(Some(100), &None), "nobody says what 110 is");
        assert!(other.may_be_shown_for(None, &known), "no client was sent");
    }
}
