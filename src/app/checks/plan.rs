//! Plans of recipes, for the rows of a file.

use crate::app::checks::Checks;
use crate::app::error::AppError;
use crate::app::imports::profile::columns_of;
use crate::app::imports::recipe::recipe_of;
use crate::case::{Plan, PlanContext, Recipe, SAMPLED};
use crate::ledger::Import;
use crate::sheet::Sheet;

impl Checks {
    /// Plans a recipe with the whole file and what is known about the account. `seed` begins the import's row tokens.
    pub(in crate::app) fn plan(
        &self,
        recipe: &Recipe,
        sheet: &Sheet,
        seed: &str,
        send_anyway: &[u64],
    ) -> Result<Plan, AppError> {
        if let Some(other) = self.knowledge.saved_catalog().subject_type_mismatch(recipe) {
            return Err(AppError::Plan(vec![other]));
        }
        sheet.scan()?;
        self.plan_so_far(recipe, sheet, seed, send_anyway)
    }

    /// Plans the recipe of an import whose file is gone or was changed, for what the ledger has of its rows.
    pub(in crate::app) fn plan_without_file(&self, import: &Import) -> Result<Plan, AppError> {
        let (rows, column_profiles) = (&[][..], &[][..]);
        let roster = self.knowledge.roster();
        let context = PlanContext { rows, column_profiles, roster, seed: &import.seed, send_anyway: &[] };
        Plan::new(&recipe_of(import)?, &columns_of(import), &context).map_err(AppError::Plan)
    }

    /// [`plan`](Self::plan) for rows that are yet to be sent, which must have something that identifies their cases.
    pub(super) fn plan_to_send(&self, recipe: &Recipe, sheet: &Sheet, seed: &str) -> Result<Plan, AppError> {
        let plan = self.plan(recipe, sheet, seed, &[])?;
        plan.require_identity().map_err(|error| AppError::Plan(vec![error]))?;
        Ok(plan)
    }

    /// [`plan`](Self::plan) with the part of the file read so far: rows are shown before the whole file was read.
    pub(super) fn plan_so_far(
        &self,
        recipe: &Recipe,
        sheet: &Sheet,
        seed: &str,
        send_anyway: &[u64],
    ) -> Result<Plan, AppError> {
        let first = sheet.first_rows(SAMPLED)?;
        let usual = match sheet.scanned() {
            Some(Ok(scan)) => &scan.usual[..],
            _ => &[],
        };
        let context = PlanContext {
            rows: &first,
            column_profiles: usual,
            roster: self.knowledge.roster(),
            seed,
            send_anyway,
        };
        Plan::new(recipe, &sheet.columns(), &context).map_err(AppError::Plan)
    }
}
