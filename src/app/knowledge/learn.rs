//! Learns what the account's cases and lists show.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::app::error::AppError;
use crate::app::knowledge::Knowledge;
use crate::app::knowledge::lists::{TIMEOUT, now};
use crate::app::lock::locked;
use crate::case::Recipe;
use crate::trackops::{List, Merged, RawRecords};

/// Longest wait for the fields and contacts of a new account.
const FIRST_TIMEOUT: Duration = Duration::from_secs(10);

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

impl Knowledge {
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
                let mut directory = locked(&self.directory).clone();
                let count = records.len();
                directory.fields = RawRecords { read_at: Some(now()), records };
                self.keep_directory(&account, &directory)?;
                (count, None)
            }
            Err(fault) => (0, Some(fault.to_string())),
        };
        // Another account may be in use by now; these aren't its names.
        if self.accounts.in_use().is_none_or(|(now, _)| now != account) {
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
        if self.accounts.in_use().is_none() || self.learned.swap(true, Ordering::Relaxed) {
            return None;
        }
        let failed = match tokio::time::timeout(TIMEOUT, self.pick(List::Clients, None, false)).await {
            Ok(Ok(picked)) => picked.failed,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer in {} s", TIMEOUT.as_secs())),
        };
        if failed.is_some() {
            self.learned.store(false, Ordering::Relaxed);
            return failed;
        }
        // A new account: load its fields, and what its cases show, before the first map.
        let is_new = locked(&self.directory).fields.read_at.is_none() && self.saved_catalog().is_empty();
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
}
