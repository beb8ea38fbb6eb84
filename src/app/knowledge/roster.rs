//! What is known about the account, for checking rows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::knowledge::Knowledge;
use crate::app::lock::locked;
use crate::case::{KnownIds, Roster};
use crate::trackops::{Account, CachedList, Catalog, ClientIdMeans, Directory, List, UnknownIds};

impl Knowledge {
    /// Returns what is known about the account, for checking rows.
    pub(in crate::app) fn roster(&self) -> Arc<Roster> {
        let known = self.known.load(Ordering::SeqCst);
        if let Some(roster) = &*locked(&self.roster) {
            return roster.clone();
        }
        let (catalog, directory, means) =
            (self.saved_catalog(), locked(&self.directory).clone(), self.means());
        let refuse = |(_, account): (String, Account)| account.unknown_ids == UnknownIds::Refuse;
        let strict = self.accounts.in_use().is_some_and(refuse);
        let roster = Arc::new(Roster { refuses_unknown_ids: strict, ..roster(&catalog, &directory, means) });
        let mut kept = locked(&self.roster);
        // A roster that is outdated, or of another account, would stay.
        if self.known.load(Ordering::SeqCst) == known {
            *kept = Some(roster.clone());
        }
        roster
    }

    pub(super) fn invalidate_roster(&self) {
        let mut kept = locked(&self.roster);
        self.known.fetch_add(1, Ordering::SeqCst);
        *kept = None;
    }
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
