//! Rows with the same reference, and which of them may have a listed case.

use std::collections::{HashMap, HashSet};

use crate::engine::case_numbers::CaseNumbers;
use crate::ledger::{RowState, SentRow, Unsettled};
use crate::trackops::{FoundCase, ListingTraits, ShownAs, changes, reference_core};

/// Sent rows whose references differ at most in their writing.
pub(super) struct SimilarRows<'r> {
    pub(super) rows: Vec<SentRow>,
    /// Rows of the import with such a reference and no known result.
    pub(super) unknown: Vec<Unsettled>,
    /// The rows' own cases, by the id that the ledger has, as Trackops shows them.
    pub(super) shown: &'r HashMap<String, FoundCase>,
    /// Ids under which records may show a client, as far as that was needed.
    pub(super) clients: HashMap<u64, ShownAs>,
}

impl SimilarRows<'_> {
    pub(super) fn own_case(&self, row: &SentRow) -> Option<&FoundCase> {
        self.shown.get(row.case_id.as_ref()?)
    }

    /// Returns the created rows whose case the list may show under another id: no case has their own.
    pub(super) fn created_but_not_listed(&self) -> Vec<&SentRow> {
        let is_created = |row: &&SentRow| row.state == RowState::Created;
        self.rows.iter().filter(is_created).filter(|row| self.own_case(row).is_none()).collect()
    }

    /// Returns the created rows whose case shows the reference of another row.
    pub(super) fn with_another_reference(&self) -> impl Iterator<Item = (&SentRow, &FoundCase)> {
        let shows_another = |row: &SentRow, case: &FoundCase| {
            case.reference.as_deref().is_some_and(|shown| {
                shown != row.reference && reference_core(shown) != reference_core(&row.reference)
            })
        };
        let own = self.rows.iter().filter_map(|row| Some((row, self.own_case(row)?)));
        own.filter(move |(row, case)| shows_another(row, case))
    }

    /// Returns the rows in a state that may have a case, by its client.
    pub(super) fn that_may_have<'s>(
        &'s self,
        case: &'s FoundCase,
        state: RowState,
    ) -> impl Iterator<Item = &'s SentRow> {
        self.rows.iter().filter(move |row| row.state == state && self.may_have(row, case))
    }

    /// Returns true if a row may have a case, by its client. The same reference, certainly for another client, is a
    /// different case. What the list shows of our own case is surest.
    pub(super) fn may_have(&self, row: &SentRow, case: &FoundCase) -> bool {
        match self.own_case(row).filter(|own| !own.clients.is_empty()) {
            Some(own) if own.may_be_of(row.client) => case.may_be_of(row.client),
            Some(own) => own.clients.iter().any(|id| case.may_be_of(Some(*id))),
            None => self.may_show_client(row.client, case),
        }
    }

    fn may_show_client(&self, client: Option<u64>, case: &FoundCase) -> bool {
        let shown_as = client.and_then(|id| self.clients.get(&id)).copied().flatten();
        case.may_show_client(client, shown_as)
    }

    /// Returns true if a case may belong to an unknown row.
    pub(super) fn may_own(&self, row: &Unsettled, case: &FoundCase) -> bool {
        let references = row.reference.as_deref().zip(case.reference.as_deref());
        references.is_some_and(|(sent, shown)| changes(sent, shown).is_some())
            && self.may_show_client(row.client, case)
    }

    /// Returns true if a case shows a row's reference: as the row's own case does, as it was sent, or changed like our
    /// other references. Only letters and digits in common isn't enough: “1-11” and “11-1” are two references.
    pub(super) fn has_reference_of(&self, case: &FoundCase, row: &SentRow, learned: ListingTraits) -> bool {
        let Some(shown) = case.reference.as_deref() else { return false };
        let own = self.own_case(row).and_then(|own| own.reference.as_deref());
        own == Some(shown)
            || changes(&row.reference, shown).is_some_and(|changes| changes.are_among(learned.changes))
    }
}

/// Splits the listed cases into those of the rows, by the id that the ledger has, and the others, by reference.
pub(super) fn own_and_others(
    sent: &[SentRow],
    listed: HashMap<String, Vec<FoundCase>>,
) -> (HashMap<String, FoundCase>, HashMap<String, Vec<FoundCase>>) {
    let ids = || sent.iter().filter_map(|row| Some((row.case_id.as_deref()?, row.case_number.as_deref())));
    let owned: HashSet<&str> = ids().map(|(id, _)| id).collect();
    let mut numbers = CaseNumbers::new(ids());
    let (mut own, mut others): (HashMap<_, _>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
    for (core, cases) in listed {
        for case in cases {
            if owned.contains(case.id.as_str()) {
                own.insert(case.id.clone(), case);
            } else if let Some(id) = numbers.id(case.number.as_deref()) {
                numbers.hold(id, (core.clone(), case));
            } else {
                others.entry(core.clone()).or_default().push(case);
            }
        }
    }
    let (numbered, rest) = numbers.take(|id| own.contains_key(id));
    own.extend(numbered.into_iter().map(|(id, (_, case))| (id, case)));
    for (core, case) in rest {
        others.entry(core).or_default().push(case);
    }
    (own, others)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ledger::SentKey;

    fn row(number: u64, reference: &str, case_id: &str) -> SentRow {
        SentRow {
            row: number,
            line: number + 1,
            state: RowState::Created,
            reference: reference.to_owned(),
            key: SentKey::Reference,
            client: Some(100),
            case_id: Some(case_id.to_owned()),
            case_number: Some(format!("2026-{number}")),
            first_sent_at: 0,
            sent_at: 0,
        }
    }

    fn case(id: u64, number: &str, client: u64) -> FoundCase {
        let record =
            json!({"id": id, "case_number": number, "reference_value_1": "C-1", "client_id": client});
        FoundCase::listed(&record)
    }

    #[test]
    fn a_case_with_the_number_of_a_rows_case_is_that_case() {
        let rows =
            [row(1, "C-1", "request-9"), SentRow { case_number: Some(String::new()), ..row(2, "C-1", "8") }];
        let cases = vec![case(7, "2026-1", 100), case(9, "", 100), case(8, "2026-2", 100)];
        let (own, others) = own_and_others(&rows, [("c1".to_owned(), cases)].into());
        assert_eq!((own["request-9"].id.as_str(), own["8"].id.as_str()), ("7", "8"));
        assert_eq!(others["c1"].iter().map(|case| case.id.as_str()).collect::<Vec<_>>(), ["9"]);
    }

    #[test]
    fn a_second_case_with_the_same_number_is_another_case() {
        // The row's own id is listed as well, in either order, or neither of two is its id.
        for (listed, own_ids, other_ids) in
            [([7, 9], vec!["7"], vec!["9"]), ([9, 7], vec!["7"], vec!["9"]), ([8, 9], vec![], vec!["8", "9"])]
        {
            let cases = listed.map(|id| case(id, "2026-1", 100)).to_vec();
            let (own, others) = own_and_others(&[row(1, "C-1", "7")], [("c1".to_owned(), cases)].into());
            assert_eq!(own.keys().collect::<Vec<_>>(), own_ids);
            assert_eq!(others["c1"].iter().map(|case| case.id.as_str()).collect::<Vec<_>>(), other_ids);
        }
    }

    #[test]
    fn what_our_own_case_shows_is_compared_with_another_case() {
        let may_have = |own: Option<u64>, other: u64| {
            let shown: HashMap<_, _> = own.map(|id| ("7".to_owned(), case(7, "", id))).into_iter().collect();
            let clients = [(100, Some([100, 1]))].into();
            let rows =
                SimilarRows { rows: vec![row(1, "C-1", "7")], unknown: Vec::new(), shown: &shown, clients };
            rows.that_may_have(&case(8, "", other), RowState::Created).next().is_some()
        };
        // The account shows locations, or clients, or something else.
        assert_eq!([100, 110, 1].map(|other| may_have(Some(100), other)), [true, false, false]);
        assert_eq!([100, 2, 1].map(|other| may_have(Some(1), other)), [false, false, true]);
        assert_eq!([55, 1].map(|other| may_have(Some(55), other)), [true, false]);
        // Our own case isn't listed.
        assert_eq!([100, 1, 110].map(|other| may_have(None, other)), [true, true, false]);
    }
}
