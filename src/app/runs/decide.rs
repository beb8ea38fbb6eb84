//! Decisions about unknown rows.

use crate::app::error::AppError;
use crate::app::runs::Runs;
use crate::ledger::{Decision, ImportId, LedgerError};
use crate::trackops::{Lookup, case_number, is_anothers};

impl Runs {
    /// Returns the unknown rows that a decision applies to: all of them, or the one that is named.
    pub fn unknown_rows(
        &self,
        id: ImportId,
        decision: &Decision,
        row: Option<u64>,
    ) -> Result<Vec<u64>, AppError> {
        let rows = self.imports.unknown(id)?;
        match (row, rows.as_slice()) {
            (Some(row), rows) if rows.contains(&row) => Ok(vec![row]),
            (Some(row), _) => Err(LedgerError::NotUnknown { import: id, row }.into()),
            (None, []) => Err(AppError::NothingUnknown(id)),
            (None, [_, _, ..]) if matches!(decision, Decision::Created { .. }) => {
                Err(AppError::SeveralUnknown { id, rows })
            }
            (None, _) => Ok(rows),
        }
    }

    /// Applies the user's decision about an unknown row. The case it names must exist in Trackops, and must not show
    /// another reference or row token, unless the user wants it anyway.
    pub async fn decide(&self, id: ImportId, row: u64, decision: Decision) -> Result<(), AppError> {
        let mut number = None;
        if let Decision::Created { case, anyway } = &decision {
            let (name, account) = self.accounts.account_of(&self.imports.get(id)?)?;
            let record = self.accounts.client_of(&name, &account, 1)?.find_case(case).await?;
            let record = record.ok_or_else(|| AppError::NoSuchCase(case.clone()))?;
            if !anyway && is_anothers(&record, &self.sent(id, row)?) {
                return Err(AppError::AnothersCase { row, case: case.clone() });
            }
            number = record.as_object().and_then(case_number).map(str::to_owned);
        }
        Ok(self.ledger.decide(id, row, decision, number, self.accounts.person())?)
    }

    /// Returns how the case of an unknown row would be found.
    fn sent(&self, id: ImportId, row: u64) -> Result<Lookup, AppError> {
        let unsettled = self.ledger.unsettled(id)?.into_iter().find(|unsettled| unsettled.row == row);
        let sent = unsettled.ok_or(LedgerError::NotUnknown { import: id, row })?;
        Ok(Lookup::of_sent(sent.reference.as_deref(), sent.token.as_deref(), sent.client, sent.sent_at))
    }
}
