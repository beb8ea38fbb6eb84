//! Listed cases with the number of a row's case: an answer may have named another id than the list shows.

use std::collections::{BTreeMap, HashMap};

/// Cases that may be those of rows, by their numbers.
pub(super) struct CaseNumbers<T> {
    /// The id that the ledger has, by case number; `None` if several rows have the number.
    ids: HashMap<String, Option<String>>,
    /// Listed cases under another id than the one that the ledger has, by the latter.
    held: BTreeMap<String, Vec<T>>,
}

impl<T> CaseNumbers<T> {
    /// Creates it from the case ids and case numbers of rows. A blank number identifies nothing.
    pub(super) fn new<'r>(rows: impl Iterator<Item = (&'r str, Option<&'r str>)>) -> Self {
        let mut ids: HashMap<String, Option<String>> = HashMap::new();
        for (id, number) in rows {
            let Some(number) = number.filter(|number| !number.trim().is_empty()) else { continue };
            ids.entry(number.to_owned()).and_modify(|id| *id = None).or_insert_with(|| Some(id.to_owned()));
        }
        Self { ids, held: BTreeMap::new() }
    }

    /// Returns the id that the ledger has for the case with a number.
    pub(super) fn id(&self, number: Option<&str>) -> Option<String> {
        self.ids.get(number?).cloned().flatten()
    }

    /// Keeps a case for [`take`](Self::take).
    pub(super) fn hold(&mut self, id: String, case: T) {
        self.held.entry(id).or_default().push(case);
    }

    /// Returns the cases that were kept: those that are the case of a row, by its id, and the others. A case is that of a
    /// row if the row's own id isn't listed, and no other case has its number.
    pub(super) fn take(&mut self, is_listed: impl Fn(&str) -> bool) -> (Vec<(String, T)>, Vec<T>) {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (id, mut cases) in std::mem::take(&mut self.held) {
            match cases.pop() {
                Some(case) if cases.is_empty() && !is_listed(&id) => own.push((id, case)),
                last => others.extend(cases.into_iter().chain(last)),
            }
        }
        (own, others)
    }
}
