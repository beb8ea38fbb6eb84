//! Checks rejected rows again, and finds the plans that rows were sent with.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::app::error::AppError;
use crate::app::imports::recipe::recipe_of;
use crate::app::runs::Runs;
use crate::app::runs::options::RetryRows;
use crate::app::today::today;
use crate::case::{Plan, Recipe};
use crate::engine::{Rechecked, RetryState, recheck_rejected, settled_elsewhere};
use crate::ledger::{ExceptionSource, Import, Rejected, Retry};
use crate::sheet::Sheet;

impl Runs {
    /// Checks rejected rows again, with a recipe.
    pub(super) fn recheck(
        &self,
        import: &Import,
        sheet: &Sheet,
        recipe: &Recipe,
        rejected: &[Rejected],
    ) -> Result<Vec<Rechecked>, AppError> {
        let now = self.checks.plan(recipe, sheet, &import.seed, &[])?;
        let sent = rejected.iter().filter(|of| of.source == ExceptionSource::Trackops).map(|of| of.amendment);
        let before = self.plans_after(import, sheet, sent)?;
        Ok(recheck_rejected(sheet, rejected, &now, &before, today(), self.accounts.value_forms())?)
    }

    /// Returns the plans that rows were sent with, by the number of amendments before.
    fn plans_after(
        &self,
        import: &Import,
        sheet: &Sheet,
        amendments: impl Iterator<Item = u64>,
    ) -> Result<BTreeMap<u64, Plan>, AppError> {
        let mut plans: BTreeMap<u64, Plan> = BTreeMap::new();
        for amendment in amendments {
            if let Entry::Vacant(plan) = plans.entry(amendment) {
                let name = format!("of import {}", import.id);
                let recipe = Recipe::from_toml(&self.ledger.recipe_after(import.id, amendment)?)
                    .map_err(|source| AppError::Recipe { name, source })?;
                plan.insert(self.checks.plan(&recipe, sheet, &import.seed, &[])?);
            }
        }
        Ok(plans)
    }

    /// Returns the plans that created rows were sent with before the recipe was changed.
    pub(super) fn earlier_plans(
        &self,
        import: &Import,
        sheet: &Sheet,
    ) -> Result<BTreeMap<u64, Plan>, AppError> {
        if import.amendments == 0 {
            return Ok(BTreeMap::new());
        }
        let rows = self.ledger.created_rows(import.id)?;
        let before = rows.iter().map(|row| row.amendment).filter(|amendment| *amendment < import.amendments);
        self.plans_after(import, sheet, before)
    }

    /// Returns the rejected rows that a run should resend. Those that another import may have sent are always among them,
    /// once it has settled them.
    pub(super) fn retries(
        &self,
        import: &Import,
        sheet: &Sheet,
        which: RetryRows,
    ) -> Result<Vec<Retry>, AppError> {
        if which == RetryRows::None {
            let rows = self.ledger.in_doubt(import.id)?;
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let plan = self.checks.plan(&recipe_of(import)?, sheet, &import.seed, &[])?;
            let mut guard = self.ledger.guard(&import.account, import.id);
            return Ok(settled_elsewhere(sheet, rows, &plan, today(), &mut guard)?);
        }
        let rejected = self.ledger.rejected(import.id)?;
        let rows = self.recheck(import, sheet, &recipe_of(import)?, &rejected)?;
        let is_wanted = |row: &Rechecked| {
            row.is_corrected() || (which == RetryRows::Refused && row.state == RetryState::Unchanged)
        };
        Ok(rows.into_iter().filter(is_wanted).map(Rechecked::into_retry).collect())
    }
}
