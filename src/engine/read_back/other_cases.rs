//! Listed cases that no row of the import has: second cases of rows, late cases of refused ones, and others.

use super::ReadBackFindings;
use super::sentences::{double_or_unknown, earlier_or_other, key, place, refused};
use super::similar_rows::SimilarRows;
use crate::engine::evidence::CaseOwner;
use crate::engine::runner::Runner;
use crate::ledger::{LedgerError, RowState, SentKey, SentRow, Unsettled};
use crate::trackops::FoundCase;

impl Runner {
    /// Compares the listed cases that no row of the import has with the rows that have such a reference.
    pub(super) fn compare_others(
        &self,
        rows: &SimilarRows<'_>,
        others: Vec<FoundCase>,
        found: &mut ReadBackFindings,
    ) -> Result<(), LedgerError> {
        let learned = self.learned();
        let mut ours = Vec::new();
        for case in others {
            // Leaves out the cases of other imports and of other clients.
            if rows.rows.iter().any(|row| rows.may_have(row, &case))
                && self.owner(&case, None)? == CaseOwner::None
            {
                ours.push(case);
            }
        }
        let is_alone = ours.len() == 1;
        // An answer may have named another id than the list, so a row's own case may be among the others.
        let mut not_listed = rows.created_but_not_listed();
        // Each unknown row can have one of them.
        let mut unknown: Vec<&Unsettled> = rows.unknown.iter().collect();
        for case in ours {
            let created = || rows.that_may_have(&case, RowState::Created);
            let has_reference = |row: &&SentRow| rows.has_reference_of(&case, row, learned);
            if let Some(at) = unknown.iter().position(|row| rows.may_own(row, &case)) {
                let second_of = created().find(has_reference);
                found.to_compare.push(double_or_unknown(&case, second_of, unknown.remove(at)));
            } else if let Some(row) = created().find(has_reference)
                && !self.is_claimed(&case.id)?
            {
                let could_be = |row: &&SentRow| rows.may_have(row, &case) && has_reference(row);
                let own = not_listed.iter().position(could_be).map(|at| not_listed.remove(at));
                compare_second(rows, row, own, &case, found);
            } else if let Some(row) = created().next() {
                let number = case.shown_number();
                let why = format!("and case {number} in Trackops has a similar reference; compare the two");
                found.to_compare.push(format!("{} was created, {why}.", place(row)));
            } else if let Some(row) = rows
                .that_may_have(&case, RowState::Rejected)
                .find(|row| case.reference.as_ref() == Some(&row.reference))
            {
                self.compare_refused(row, &case, is_alone, found);
            }
        }
        Ok(())
    }

    /// Finds out whether a case is that of a refused row or of a refused earlier try. `is_alone` says that no other case is
    /// like it.
    fn compare_refused(&self, row: &SentRow, case: &FoundCase, is_alone: bool, found: &mut ReadBackFindings) {
        let is_of_request = self.is_of_request(case, row);
        match row.key {
            // An older case with the reference may be why the try was refused.
            SentKey::EarlierReference(RowState::Created) => {
                if is_of_request || case.created_at.is_none() {
                    found.to_compare.push(earlier_or_other(row, case.shown_number()));
                }
            }
            SentKey::Reference | SentKey::Token if is_alone && is_of_request => {
                found.there.push((row.clone(), case.clone()));
            }
            _ => found.to_compare.push(refused(row, case)),
        }
    }

    /// Returns true if a case certainly comes from the request of a refused row: it is the client's, and was created when
    /// the row was sent. Otherwise a colleague may have created it.
    fn is_of_request(&self, case: &FoundCase, row: &SentRow) -> bool {
        let is_clients = row.client.is_none_or(|id| case.clients.contains(&id));
        is_clients && self.is_created_then(case, row.first_sent_at, row.sent_at)
    }
}

/// Finds out whether a case is the second one of a created row, or that of a row whose own isn't listed.
fn compare_second(
    rows: &SimilarRows<'_>,
    row: &SentRow,
    own: Option<&SentRow>,
    case: &FoundCase,
    found: &mut ReadBackFindings,
) {
    let number = case.shown_number();
    if let Some(row) = own {
        let id = row.case_id.as_deref().unwrap_or_default();
        let why = format!("which isn't listed; case {number} in Trackops could be it");
        found.to_compare.push(format!("{} was created as case {id}, {why}.", place(row)));
    } else if rows.own_case(row).is_some() {
        found.extra.push((row.row, case.id.clone(), case.number.clone()));
    } else {
        let why = format!("case {number} in Trackops has its {}; compare the two", key(row));
        found.to_compare.push(format!("{} may have a second case: {why}.", place(row)));
    }
}
