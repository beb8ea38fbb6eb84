//! Known ids of the account: its catalog, lists from Trackops, and what existing cases show.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{App, AppError};
use crate::app::accounts::file_name::file_name;
use crate::app::lock::locked;
use crate::case::{CaseField, DefaultText, KnownIds, MappedValue, Recipe, Roster, Target};
use crate::home::{read_small_text, replace_file};
use crate::trackops::{
    Account, AccountError, CachedList, Catalog, CatalogEntry, Client, ClientIdMeans, Directory, List, Merged,
    RawRecords, UnknownIds,
};

/// Longest wait for names that aren't essential to read a file.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Longest wait for the fields and contacts of a new account.
const FIRST_TIMEOUT: Duration = Duration::from_secs(10);
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

/// What was learned about an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LearnedCatalog {
    /// Changes to the catalog.
    pub merged: Merged,
    /// Number of cases read.
    pub cases: usize,
    /// Number of custom fields of the account.
    pub fields: usize,
    /// Why it didn't list them.
    pub refused: Option<String>,
}

impl App {
    /// Returns the catalog with the clients that Trackops listed.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        let (mut catalog, means) = (self.kept_catalog(), self.means());
        let listed = locked(&self.inner.directory).entries(List::Clients, means, None);
        catalog.remember_all(List::Clients, listed);
        catalog
    }

    /// Returns the saved catalog, without the lists from Trackops.
    #[must_use]
    pub fn kept_catalog(&self) -> Catalog {
        locked(&self.inner.catalog).clone()
    }

    pub(super) fn means(&self) -> ClientIdMeans {
        self.inner.accounts.in_use().map(|(_, account)| account.client_id_means).unwrap_or_default()
    }

    /// Changes the saved catalog, as it is on disk now: another caseload may have written to it.
    pub fn change_catalog<T>(&self, change: impl FnOnce(&mut Catalog) -> T) -> Result<T, AppError> {
        let mut catalog = locked(&self.inner.catalog);
        let path = self.inner.accounts.in_use().map(|(name, _)| self.catalog_path(&name));
        if let Some(path) = path.filter(|path| path.exists()) {
            *catalog = read(&path)?;
        }
        let told = change(&mut catalog);
        self.save_catalog(&catalog)?;
        drop(catalog);
        self.invalidate_roster();
        Ok(told)
    }

    /// Imports a catalog file, such as a colleague's.
    pub fn import_catalog(&self, path: &Path) -> Result<Merged, AppError> {
        self.inner.accounts.require()?;
        let other = read(path)?;
        if let Some(reason) = other.validate() {
            return Err(AccountError::Config { path: path.display().to_string(), reason }.into());
        }
        self.change_catalog(|catalog| catalog.merge(other))
    }

    /// Learns the account's custom fields, and the ids and labels that its cases show. Known labels stay, because a
    /// person chose them.
    pub async fn learn_from_cases(&self) -> Result<LearnedCatalog, AppError> {
        let (account, _, client) = self.background_client().await?;
        // If the account doesn't list its fields, people enter them.
        let listed = client.read_fields().await;
        let used = self.memory(&Recipe::new(""))?.fields;
        let (mut learned, cases) =
            client.learn_from_cases(listed.as_deref().unwrap_or_default(), &used).await?;
        let (fields, refused) = match listed {
            Ok(records) => {
                let mut directory = locked(&self.inner.directory).clone();
                let count = records.len();
                directory.fields = RawRecords { read_at: Some(now()), records };
                self.keep_directory(&account, &directory)?;
                (count, None)
            }
            Err(fault) => (0, Some(fault.to_string())),
        };
        // Another account may be in use by now; these aren't its names.
        if self.inner.accounts.in_use().is_none_or(|(now, _)| now != account) {
            return Ok(LearnedCatalog { cases, fields, refused, ..LearnedCatalog::default() });
        }
        let merged = self.change_catalog(|catalog| {
            learned.remove_known(catalog);
            catalog.merge(learned)
        })?;
        Ok(LearnedCatalog { merged, cases, fields, refused })
    }

    /// Loads the names of the account's clients, once, so that those in a file are recognized. For a new account, loads
    /// fields and contacts too. Returns why that failed. Gives up after a few seconds.
    pub async fn learn_clients(&self) -> Option<String> {
        if self.inner.accounts.in_use().is_none() || self.inner.learned.swap(true, Ordering::Relaxed) {
            return None;
        }
        let failed = match tokio::time::timeout(TIMEOUT, self.pick(List::Clients, None, false)).await {
            Ok(Ok(picked)) => picked.failed,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer in {} s", TIMEOUT.as_secs())),
        };
        if failed.is_some() {
            self.inner.learned.store(false, Ordering::Relaxed);
            return failed;
        }
        // A new account: load its fields, and what its cases show, before the first map.
        let is_new = locked(&self.inner.directory).fields.read_at.is_none() && self.kept_catalog().is_empty();
        if !is_new {
            return None;
        }
        let learned = tokio::time::timeout(FIRST_TIMEOUT, self.learn_from_cases()).await;
        let contacts = tokio::time::timeout(FIRST_TIMEOUT, self.pick(List::Contacts, None, false)).await;
        let late = || format!("no answer in {} s", FIRST_TIMEOUT.as_secs());
        let failed = |error: AppError| Some(error.to_string());
        let fields =
            learned.map_or_else(|_| Some(late()), |learned| learned.map_or_else(failed, |told| told.refused));
        fields.or_else(|| {
            contacts.map_or_else(|_| Some(late()), |picked| picked.map_or_else(failed, |told| told.failed))
        })
    }

    /// Returns the possible ids of a field: clients and contacts from Trackops, with `within` (a `client_id`) only the
    /// contacts there; everything else from the catalog. Lists are refreshed if they are old, or `anew`. If that fails,
    /// returns the list as it was.
    pub async fn pick(&self, list: List, within: Option<u64>, anew: bool) -> Result<Picked, AppError> {
        if !matches!(list, List::Clients | List::Contacts) {
            let entries = self.kept_catalog().entries(list).to_vec();
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
        let directory = locked(&self.inner.directory);
        Picked {
            entries: directory.entries(list, means, within),
            read_at: directory.read_at(list, means, within),
            failed: None,
        }
    }

    /// Returns when Trackops last listed its custom fields, in seconds since 1970.
    #[must_use]
    pub fn fields_read_at(&self) -> Option<i64> {
        locked(&self.inner.directory).fields.read_at
    }

    /// Returns a client for requests in the background, and its account.
    async fn background_client(&self) -> Result<(String, ClientIdMeans, Client), AppError> {
        let (name, account) = self.inner.accounts.require()?;
        let token = self.inner.accounts.wait_for_token(&name, &account).await?;
        let client = self.inner.accounts.client_with(&account, &token, 1)?;
        Ok((name, account.client_id_means, client))
    }

    async fn read_list(&self, list: List, within: Option<u64>) -> Result<(), AppError> {
        let _reading = self.inner.reading.lock().await;
        let (account, means, client) = self.background_client().await?;
        let mut directory = locked(&self.inner.directory).clone();
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
            let asked = locked(&self.inner.asked);
            let ids = named_ids(recipe).into_iter().filter(|id| !lately(asked.get(id).copied()));
            ids.take(MAX_IDS).collect()
        };
        if open.is_empty() {
            return;
        }
        let Ok((account, means, client)) = self.background_client().await else { return };
        let Ok(_reading) = tokio::time::timeout(TIMEOUT, self.inner.reading.lock()).await else { return };
        let mut directory = locked(&self.inner.directory).clone();
        let read = client.read_ids(&mut directory, means, &open);
        if let Ok(Ok(())) = tokio::time::timeout(TIMEOUT, read).await
            && self.keep_directory(&account, &directory).is_ok()
        {
            locked(&self.inner.asked).extend(open.into_iter().map(|id| (id, now())));
        }
    }

    /// Saves lists from Trackops, unless another account is in use by now.
    fn keep_directory(&self, name: &str, directory: &Directory) -> Result<(), AppError> {
        {
            let mut kept = locked(&self.inner.directory);
            if self.inner.accounts.in_use().is_none_or(|(now, _)| now != name) {
                return Ok(());
            }
            kept.clone_from(directory);
        }
        self.invalidate_roster();
        let path = self.directory_path(name);
        let fail = |reason: String| AccountError::Config { path: path.display().to_string(), reason };
        // Numbers and strings only: serializing can't fail.
        let text = serde_json::to_string(directory).unwrap_or_default();
        Ok(replace_file(&path, &text).map_err(|error| fail(error.to_string()))?)
    }

    /// Returns what is known about the account, for checking rows.
    pub(super) fn roster(&self) -> Arc<Roster> {
        let known = self.inner.known.load(Ordering::SeqCst);
        if let Some(roster) = &*locked(&self.inner.roster) {
            return roster.clone();
        }
        let (catalog, directory, means) =
            (self.kept_catalog(), locked(&self.inner.directory).clone(), self.means());
        let refuse = |(_, account): (String, Account)| account.unknown_ids == UnknownIds::Refuse;
        let strict = self.inner.accounts.in_use().is_some_and(refuse);
        let roster = Arc::new(Roster { refuses_unknown_ids: strict, ..roster(&catalog, &directory, means) });
        let mut kept = locked(&self.inner.roster);
        // A roster that is outdated, or of another account, would stay.
        if self.inner.known.load(Ordering::SeqCst) == known {
            *kept = Some(roster.clone());
        }
        roster
    }

    pub(super) fn invalidate_roster(&self) {
        let mut kept = locked(&self.inner.roster);
        self.inner.known.fetch_add(1, Ordering::SeqCst);
        *kept = None;
    }

    fn catalog_path(&self, name: &str) -> PathBuf {
        self.inner.home.catalogs().join(format!("{}.catalog.toml", file_name(name)))
    }

    /// Reads an account's catalog. The sandbox's is built in.
    pub(super) fn catalog_of(&self, name: &str) -> Result<Catalog, AppError> {
        let path = self.catalog_path(name);
        match (path.exists(), self.inner.accounts.is_embedded(name)) {
            (true, _) => read(&path),
            // The built-in one, until there is a file.
            (false, true) => Ok(Catalog::from_toml(super::demo::CATALOG).unwrap_or_default()),
            (false, false) => Ok(Catalog::default()),
        }
    }

    fn save_catalog(&self, catalog: &Catalog) -> Result<(), AppError> {
        let Some((name, _)) = self.inner.accounts.in_use() else { return Ok(()) };
        let path = self.catalog_path(&name);
        let fail = |reason: String| AccountError::Config { path: path.display().to_string(), reason };
        Ok(replace_file(&path, &catalog.to_toml()).map_err(|error| fail(error.to_string()))?)
    }

    fn directory_path(&self, name: &str) -> PathBuf {
        self.inner.home.ledger().join(format!("{}.directory.json", file_name(name)))
    }

    /// Reads the saved lists from Trackops. An unreadable file counts as none: the lists are read again.
    pub(super) fn directory_of(&self, name: &str) -> Directory {
        let text = read_small_text(&self.directory_path(name), MAX_DIRECTORY_LEN).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Maximum size of the saved lists, in bytes.
const MAX_DIRECTORY_LEN: usize = 128 << 20;
/// Maximum size of a catalog file, in bytes.
const MAX_CATALOG_LEN: usize = 8 << 20;

/// Reads a catalog file.
fn read(path: &Path) -> Result<Catalog, AppError> {
    let fail = |reason: String| AccountError::Config { path: path.display().to_string(), reason };
    let text = read_small_text(path, MAX_CATALOG_LEN).map_err(|error| fail(error.to_string()))?;
    Ok(Catalog::from_toml(&text).map_err(fail)?)
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

fn roster(catalog: &Catalog, directory: &Directory, means: ClientIdMeans) -> Roster {
    let mut roster = Roster {
        clients: directory.client_by_contact(means),
        fields: catalog.fields.clone(),
        ..Roster::default()
    };
    let of_type = |(case_type, subject): (&String, &u64)| Some((case_type.parse().ok()?, *subject));
    roster.guessed.clone_from(&catalog.guessed);
    roster.primary_subjects = catalog.primary_subjects.iter().filter_map(of_type).collect();
    for list in List::TYPED {
        let entries = catalog.entries(list);
        let ids = entries.iter().map(|entry| (entry.id, (entry.label.clone(), entry.deleted))).collect();
        let known = KnownIds {
            source: "in the catalog".to_owned(),
            ids,
            complete: !entries.is_empty(),
            missing: BTreeSet::new(),
        };
        roster.ids.insert(list.field(), known);
    }
    for list in [List::Clients, List::Contacts] {
        let Some(known) = directory.known(list, means) else { continue };
        let entries = directory.entries(list, means, None).into_iter();
        let known = KnownIds {
            source: source(known),
            ids: entries.map(|entry| (entry.id, (entry.label, false))).collect(),
            // An empty list proves nothing.
            complete: known.whole_at.is_some() && !known.records.is_empty(),
            missing: known.gone.clone(),
        };
        roster.ids.insert(list.field(), known);
    }
    roster
}

fn source(known: &CachedList) -> String {
    let at = known.whole_at.and_then(|at| Timestamp::from_second(at).ok());
    match at {
        Some(at) => {
            let at = at.to_zoned_datetime(TimeZone::system());
            format!("in the list updated on {}", at.strftime("%Y-%m-%d at %H:%M"))
        }
        None => "in Trackops".to_owned(),
    }
}
