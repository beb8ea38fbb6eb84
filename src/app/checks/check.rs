//! Checks of a file, before anything is sent.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::checks::Checks;
use crate::app::error::AppError;
use crate::app::today::today;
use crate::case::{Plan, Problem, Recipe, Roster};
use crate::engine::{self, CachedCheck, CheckReport, Duplicates, Judge, RecentCases};
use crate::ledger::{ImportId, RowState};
use crate::sheet::Sheet;

/// Result of the check, with as many problems as a screen can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// Counts and groups.
    pub report: CheckReport,
    /// The first problems, in row order.
    pub problems: Vec<Problem>,
}

/// A check of an import, and the data it was based on.
pub struct ImportCheck {
    import: ImportId,
    recipe: Recipe,
    /// The rows that were cases already.
    created: HashSet<u64>,
    /// Earlier imports of the same file, a sentence each.
    earlier: Vec<String>,
    /// What was known about the account.
    roster: Arc<Roster>,
    /// Cases already in Trackops.
    recent: Option<Arc<RecentCases>>,
    check: CachedCheck,
}

impl ImportCheck {
    /// Returns the result.
    #[must_use]
    pub fn found(&self) -> CheckResult {
        let mut report = self.check.report().clone();
        report.notes.splice(0..0, self.earlier.iter().cloned());
        CheckResult { report, problems: self.check.problems().to_vec() }
    }
}

impl Checks {
    /// Checks a file against a recipe; `import` is the number of the import it belongs to, 0 for none.
    pub fn check_file(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        import: ImportId,
        each: impl FnMut(&Problem),
    ) -> Result<CheckReport, AppError> {
        let plan = self.plan_to_send(recipe, sheet, "")?;
        let mut report = engine::check(sheet, &mut self.judge(plan, import), || false, each)?;
        report.notes.splice(0..0, self.imports.earlier(sheet, import)?);
        Ok(report)
    }

    /// Checks an import, keeping the first `most` problems. `kept` is an earlier check of the open import: if only
    /// single rows changed since, only those are checked again. Ends early once `given_up` returns true.
    pub fn check(
        &self,
        id: ImportId,
        sheet: &Sheet,
        most: usize,
        kept: Option<ImportCheck>,
        given_up: impl Fn() -> bool,
    ) -> Result<ImportCheck, AppError> {
        self.imports.measure(id, sheet)?;
        let recipe = self.imports.recipe(id)?;
        let plan = self.plan_to_send(&recipe, sheet, &self.imports.get(id)?.seed)?;
        let (created, recent) = (self.created(id)?, self.known_recent());
        let same_recent = |kept: &ImportCheck| match (&kept.recent, &recent) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        };
        if let Some(mut kept) = kept.filter(|kept| {
            kept.import == id
                && kept.created == created
                && kept.roster == self.knowledge.roster()
                && same_recent(kept)
        }) && let Some(rows) = kept.recipe.rows_changed(&recipe)
            && kept.check.recheck_rows(sheet, plan.clone(), &rows).map_err(AppError::Check)?
        {
            return Ok(ImportCheck { recipe, ..kept });
        }
        let judge = self.judge(plan, id).knowing_created(created.clone()).knowing_recent(recent.clone());
        let check = CachedCheck::check_all(sheet, judge, most, given_up)?;
        let earlier = self.imports.earlier(sheet, id)?;
        Ok(ImportCheck {
            import: id,
            recipe,
            created,
            earlier,
            roster: self.knowledge.roster(),
            recent,
            check,
        })
    }

    /// Returns a judge of the rows of an import, with the duplicate guard.
    fn judge(&self, plan: Plan, import: ImportId) -> Judge {
        let guard = self.accounts.in_use().map(|(name, _)| self.ledger.guard(&name, import));
        Judge::new(plan, today(), Duplicates::Exclude(guard))
    }

    /// Returns the rows of an import that are cases already.
    pub(super) fn created(&self, id: ImportId) -> Result<HashSet<u64>, AppError> {
        let states = self.ledger.row_states(id)?.into_iter();
        Ok(states.filter(|(_, state)| *state == RowState::Created).map(|(row, _)| row).collect())
    }
}
