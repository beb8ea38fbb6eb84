//! Runs the doctor on the account in use, and builds its test case.

use std::hash::{BuildHasher, RandomState};

use crate::app::accounts::Accounts;
use crate::app::error::AppError;
use crate::app::today::today;
use crate::case::{CaseField, DefaultText, Plan, PlanContext, Recipe, Target};
use crate::doctor::{DoctorReport, Trial};
use crate::sheet::Row;
use crate::trackops::{self};

/// Notes of the test case.
const NOTES: &str = "Test case of caseload doctor. It can be deleted.";

impl Accounts {
    /// Tests every assumption about the API on the account in use. Sends no case except that of a trial. `tell`
    /// receives the progress.
    pub async fn doctor(
        &self,
        trial: Option<&Trial>,
        tell: &mut (dyn FnMut(&str) + Send),
    ) -> Result<DoctorReport, AppError> {
        let (_, account) = self.require()?;
        Ok(self.client(1)?.examine(&account, trial, tell).await)
    }

    /// Builds a test case: the case defaults of a recipe, a unique reference, and a row token.
    pub fn trial(&self, recipe: Recipe) -> Result<Trial, AppError> {
        let mut recipe = recipe.for_other_files();
        recipe.columns.clear();
        recipe.fixes.clear();
        recipe.leave_out.clear();
        recipe.only = None;
        recipe.row_token = true;
        // Random, like the seeds of imports. In mixed case, to see whether letter case is preserved.
        let seed = format!("{:012x}", RandomState::new().hash_one(0) >> 16);
        let reference = format!("Caseload-Test-{seed}");
        for (field, text) in [(CaseField::Reference1, reference.as_str()), (CaseField::Notes, NOTES)] {
            recipe.defaults.insert(Target::Case(field), DefaultText::Text(text.to_owned()));
        }
        let told = |errors: Vec<crate::case::PlanError>| {
            AppError::Trial(errors.iter().map(ToString::to_string).collect())
        };
        let plan =
            Plan::new(&recipe, &[], &PlanContext { seed: &seed, ..PlanContext::default() }).map_err(told)?;
        let built = plan.build(&Row { number: 1, line: 1, ..Row::default() }, today());
        if !built.is_sendable() {
            return Err(AppError::Trial(built.problems.into_iter().map(|problem| problem.message).collect()));
        }
        let token = plan.token(1).unwrap_or_default();
        Ok(Trial { reference, token, request: trackops::request(&built.case, self.value_forms()) })
    }
}
