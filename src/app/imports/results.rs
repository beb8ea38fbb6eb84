//! Results of an import, as the ledger has them.

use crate::app::error::AppError;
use crate::app::imports::Imports;
use crate::case::Code;
use crate::ledger::{
    CreatedLater, DuplicateCases, Exception, Exclusion, ImportId, LoggedAction, RowState, Try, Verification,
    VerificationFinding,
};

/// Result of reading an import back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// The counts; `None` if it was never read back.
    pub verified: Option<Verification>,
    /// Different values and deleted cases, in row order.
    pub findings: Vec<VerificationFinding>,
}

impl Imports {
    /// Returns the exception log of an import: `limit` exceptions after the first `skip`, oldest first.
    pub fn exceptions(&self, id: ImportId, skip: u64, limit: u64) -> Result<Vec<Exception>, AppError> {
        Ok(self.ledger.exceptions(id, skip, limit)?)
    }

    /// Returns the excluded rows of an import, each with the reason.
    pub fn exclusions(&self, id: ImportId) -> Result<Vec<Exclusion>, AppError> {
        Ok(self.ledger.exclusions(id)?)
    }

    /// Returns the rows that can be sent anyway, each with the reason why it wasn't, in row order: those excluded by the
    /// duplicate guard or as no case, and those that a copied ledger can't tell about.
    pub fn held_back(&self, id: ImportId) -> Result<Vec<Exclusion>, AppError> {
        let mut rows = self.exclusions(id)?;
        rows.retain(|row| row.code.may_be_sent_anyway());
        let copied =
            self.exceptions(id, 0, u64::MAX)?.into_iter().filter(|row| row.code == Code::DuplicateCopied);
        rows.extend(copied.map(|row| Exclusion {
            row: row.row,
            line: row.line,
            code: row.code,
            reason: row.message,
        }));
        rows.sort_by_key(|row| row.row);
        Ok(rows)
    }

    /// Returns the earlier tries of an import's rows that were resent.
    pub fn tries(&self, id: ImportId) -> Result<Vec<Try>, AppError> {
        Ok(self.ledger.tries(id)?)
    }

    /// Returns which later imports created cases for the rejected rows of an import.
    pub fn created_later(&self, id: ImportId) -> Result<Vec<CreatedLater>, AppError> {
        Ok(self.ledger.created_later(id)?)
    }

    /// Returns the rows with more than one case in Trackops, as far as the import was read back.
    pub fn duplicate_cases(&self, id: ImportId) -> Result<Vec<DuplicateCases>, AppError> {
        Ok(self.ledger.duplicate_cases(id)?)
    }

    /// Returns the rows that were sent and have no known outcome.
    pub fn unknown(&self, id: ImportId) -> Result<Vec<u64>, AppError> {
        Ok(self.ledger.unsettled(id)?.iter().map(|unsettled| unsettled.row).collect())
    }

    /// Returns those of some rows that are cases now.
    pub fn created_of(&self, id: ImportId, rows: &[u64]) -> Result<Vec<u64>, AppError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let states = self.ledger.row_states(id)?;
        Ok(rows.iter().filter(|row| states.get(row) == Some(&RowState::Created)).copied().collect())
    }

    /// Returns people's actions on an import, in order.
    pub fn actions(&self, id: ImportId) -> Result<Vec<LoggedAction>, AppError> {
        Ok(self.ledger.actions(id)?)
    }

    /// Returns the result of the last read-back.
    pub fn read_back(&self, id: ImportId) -> Result<ReadBack, AppError> {
        let ledger = &self.ledger;
        Ok(ReadBack { verified: ledger.verification(id)?, findings: ledger.findings(id)? })
    }
}
