//! Ids under which records may show the client of a case.
//!
//! If a case is sent for a location, records may show the location, or its client instead: which is UNKNOWN. So a case
//! that shows another id than the one sent may still be of the same location, if that id is the location's client.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::account::ClientIdMeans;
use super::client::Client;
use super::fault::Fault;
use super::find::FoundCase;
use super::record::id_of;

/// A location and its client; `None` if Trackops doesn't tell, and in an account where cases are sent for clients.
pub type ShownAs = Option<[u64; 2]>;

/// Longest wait for a location: a row waits for it, and its intent must not be old when it is sent.
const PATIENCE: Duration = Duration::from_secs(4);

/// What was read so far, by location. Cheap to clone; all clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownClients(Arc<Mutex<HashMap<u64, ShownAs>>>);

impl Client {
    /// Returns the ids under which records may show what was sent as `client_id`. Read once for each, unless that fails.
    pub async fn shown_as(&self, sent: u64) -> ShownAs {
        if self.case_owner == ClientIdMeans::Client {
            return None;
        }
        // Held while reading, so that rows sent at the same time don't ask again.
        let mut known = self.known_clients.0.lock().await;
        if let Some(ids) = known.get(&sent) {
            return *ids;
        }
        let (ids, is_final) = match timeout(PATIENCE, self.location_and_client(sent)).await {
            Ok(Ok(ids)) => (ids, true),
            Ok(Err(fault)) => (None, is_about_the_list(&fault)),
            Err(_) => (None, false),
        };
        if is_final {
            known.insert(sent, ids);
        }
        ids
    }

    /// Returns true if the next [`shown_as`](Self::shown_as) needs a request.
    #[must_use]
    pub fn must_ask_for(&self, sent: u64) -> bool {
        let known = self.known_clients.0.try_lock();
        self.case_owner == ClientIdMeans::Location && known.is_ok_and(|known| !known.contains_key(&sent))
    }

    async fn location_and_client(&self, id: u64) -> Result<ShownAs, Fault> {
        let filter = [("id", id.to_string())];
        let page = match self.page("client/locations", 1, &filter).await {
            Err(fault) if fault.is_transient() => self.page("client/locations", 1, &filter).await?,
            read => read?,
        };
        // A server may ignore the filter and list other locations.
        let location = page.iter().find(|location| location.get("id").and_then(id_of) == Some(id));
        Ok(location.and_then(|location| Some([id, location.get("root_id").and_then(id_of)?])))
    }

    /// Leaves out the cases of other clients. Asks for the location only if a case shows another id than the one sent.
    pub async fn drop_other_clients(&self, mut cases: Vec<FoundCase>, sent: Option<u64>) -> Vec<FoundCase> {
        if let Some(id) = sent.filter(|_| cases.iter().any(|case| !case.may_be_of(sent))) {
            let ids = self.shown_as(id).await;
            cases.retain(|case| case.may_show_client(sent, ids));
        }
        cases
    }
}

impl FoundCase {
    /// Returns true if it may be a case of a client that records may show under these ids.
    #[must_use]
    pub fn may_show_client(&self, client: Option<u64>, ids: ShownAs) -> bool {
        let shows_only = |ids: [u64; 2]| self.clients.iter().all(|id| ids.contains(id));
        self.may_be_of(client) || ids.is_some_and(shows_only)
    }
}

/// Returns true if Trackops doesn't list locations, so that another request doesn't help.
fn is_about_the_list(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Forbidden
            | Fault::NotFound
            | Fault::NoCaseList
            | Fault::Firewall { status: ..500, .. }
            | Fault::Unexpected { status: ..500, .. }
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_case_is_another_clients_if_it_shows_an_id_that_is_neither_location_nor_client() {
        let case = |ids: &serde_json::Value| FoundCase::listed(ids);
        let known = Some([100, 1]);
        for (shown, if_known, if_unknown) in [
            (json!({"client_id": 100}), true, true),
            (json!({"client_id": 110, "location_id": "100"}), true, true),
            (json!({}), true, true),
            (json!({"client_id": 1}), true, false),
            (json!({"client_id": 1, "location_id": 101}), false, false),
            (json!({"client_id": 110, "location_id": 2}), false, false),
        ] {
            let may_be = [known, None].map(|ids| case(&shown).may_show_client(Some(100), ids));
            assert_eq!(may_be, [if_known, if_unknown], "{shown}");
            assert!(case(&shown).may_show_client(None, known), "no client was sent");
        }
    }
}
