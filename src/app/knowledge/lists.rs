//! Lists from Trackops: clients, contacts and fields.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::app::error::AppError;
use crate::app::knowledge::Knowledge;
use crate::app::lock::locked;
use crate::case::{CaseField, DefaultText, MappedValue, Recipe, Target};
use crate::home::replace_file;
use crate::io_reason::write_reason;
use crate::trackops::{AccountError, CatalogEntry, Client, ClientIdMeans, Directory, List};

/// Longest wait for names that aren't essential to read a file.
pub(super) const TIMEOUT: Duration = Duration::from_secs(3);
/// Age in seconds up to which a list isn't refreshed automatically.
const FRESH: i64 = 15 * 60;
/// Maximum number of single ids to look up before an import.
const MAX_IDS: usize = 40;

/// Possible ids of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    /// The ids and their names.
    pub entries: Vec<CatalogEntry>,
    /// When Trackops listed them, in seconds since 1970; `None` for entries of the catalog.
    pub read_at: Option<i64>,
    /// Why they couldn't be refreshed, if they should have been.
    pub failed: Option<String>,
}

impl Knowledge {
    /// Returns the possible ids of a field: clients and contacts from Trackops, with `within` (a `client_id`) only the
    /// contacts there; everything else from the catalog. Lists are refreshed if they are old, or `anew`. If that fails,
    /// returns the list as it was.
    pub async fn pick(&self, list: List, within: Option<u64>, anew: bool) -> Result<Picked, AppError> {
        if !list.is_live() {
            let entries = self.saved_catalog().entries(list).to_vec();
            return Ok(Picked { entries, ..Picked::default() });
        }
        let kept = self.listed(list, within);
        let fresh = kept.read_at.is_some_and(|at| (0..FRESH).contains(&(now() - at)));
        if fresh && !anew {
            return Ok(kept);
        }
        match self.read_list(list, within).await {
            Ok(()) => Ok(self.listed(list, within)),
            Err(error) if kept.entries.is_empty() => Err(error),
            Err(error) => Ok(Picked { failed: Some(error.to_string()), ..kept }),
        }
    }

    /// Returns a list as Trackops last returned it.
    #[must_use]
    pub fn listed(&self, list: List, within: Option<u64>) -> Picked {
        let means = self.means();
        let directory = locked(&self.directory);
        Picked {
            entries: directory.entries(list, means, within),
            read_at: directory.read_at(list, means, within),
            failed: None,
        }
    }

    /// Returns the names that Trackops listed.
    pub(in crate::app) fn listed_names(&self) -> Vec<(List, CatalogEntry)> {
        locked(&self.directory).names(self.means())
    }

    /// Returns when Trackops last listed its custom fields, in seconds since 1970.
    #[must_use]
    pub fn fields_read_at(&self) -> Option<i64> {
        locked(&self.directory).fields.read_at
    }

    /// Returns a client for requests in the background, and its account.
    pub(super) async fn background_client(&self) -> Result<(String, ClientIdMeans, Client), AppError> {
        let (name, account) = self.accounts.require()?;
        let token = self.accounts.wait_for_token(&name, &account).await?;
        let client = self.accounts.client_with(&account, &token, 1)?;
        Ok((name, account.client_id_means, client))
    }

    async fn read_list(&self, list: List, within: Option<u64>) -> Result<(), AppError> {
        let _reading = self.reading.lock().await;
        let (account, means, client) = self.background_client().await?;
        let mut directory = locked(&self.directory).clone();
        match list {
            List::Contacts => client.read_contacts(&mut directory, means, within).await?,
            _ => client.read_clients(&mut directory, means).await?,
        }
        self.keep_directory(&account, &directory)
    }

    /// Looks up the clients and contacts that a recipe names, unless that was done recently. If that fails, they are
    /// checked against the known ones.
    pub async fn look_up_ids(&self, recipe: &Recipe) {
        let lately = |at: Option<i64>| at.is_some_and(|at| now() - at < FRESH);
        let open: Vec<(List, u64)> = {
            let asked = locked(&self.asked);
            let ids = named_ids(recipe).into_iter().filter(|id| !lately(asked.get(id).copied()));
            ids.take(MAX_IDS).collect()
        };
        if open.is_empty() {
            return;
        }
        let Ok((account, means, client)) = self.background_client().await else { return };
        let Ok(_reading) = tokio::time::timeout(TIMEOUT, self.reading.lock()).await else { return };
        let mut directory = locked(&self.directory).clone();
        let read = client.read_ids(&mut directory, means, &open);
        if let Ok(Ok(())) = tokio::time::timeout(TIMEOUT, read).await
            && self.keep_directory(&account, &directory).is_ok()
        {
            locked(&self.asked).extend(open.into_iter().map(|id| (id, now())));
        }
    }

    /// Saves lists from Trackops, unless another account is in use by now.
    pub(super) fn keep_directory(&self, name: &str, directory: &Directory) -> Result<(), AppError> {
        {
            let mut kept = locked(&self.directory);
            if self.accounts.in_use().is_none_or(|(now, _)| now != name) {
                return Ok(());
            }
            kept.clone_from(directory);
        }
        self.invalidate_roster();
        let path = self.directory_path(name);
        // Numbers and strings only: serializing can't fail.
        let text = serde_json::to_string(directory).unwrap_or_default();
        Ok(replace_file(&path, &text).map_err(|error| AccountError::file(&path, &write_reason(&error)))?)
    }
}

pub(super) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Returns the clients and contacts that the defaults and value maps of a recipe name.
fn named_ids(recipe: &Recipe) -> BTreeSet<(List, u64)> {
    let list = |target: Target| match target {
        Target::Case(CaseField::Client) => Some(List::Clients),
        Target::Case(CaseField::PrimaryContact) => Some(List::Contacts),
        _ => None,
    };
    let mut ids = BTreeSet::new();
    for (target, text) in &recipe.defaults {
        if let (Some(list), DefaultText::Whole(id)) = (list(*target), text) {
            ids.insert((list, *id));
        }
    }
    for rule in &recipe.columns {
        let Some(list) = list(rule.to) else { continue };
        ids.extend(rule.values.values().filter_map(|value| match value {
            MappedValue::Id(id) => Some((list, *id)),
            MappedValue::Text(_) => None,
        }));
    }
    ids
}
