//! Review of an import before it is sent: the check, rows by number, and values of columns.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{App, AppError};
use crate::app::lock::locked;
use crate::app::today::today;
use crate::case::{Built, Edited, Edits, Faceted, Plan, PlanContext, Problem, Recipe, Roster, SAMPLED};
use crate::engine::{self, CachedCheck, CheckReport, Duplicates, Facet, Judge, RecentCases};
use crate::ledger::{ImportId, RowState};
use crate::sheet::{Row, Sheet};
use crate::trackops::{LookBack, ValueForms};

/// Result of the check, with as many problems as a screen can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// Counts and groups.
    pub report: CheckReport,
    /// The first problems, in row order.
    pub problems: Vec<Problem>,
}

/// A row for review.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// As it is in the file.
    pub row: Row,
    /// As it is read, with fixes applied.
    pub read: Row,
    /// Columns (from 0) whose cell was fixed.
    pub fixed: Vec<usize>,
    /// The case built from it.
    pub built: Built,
    /// True if it was sent first, and is a case already.
    pub created: bool,
    /// Formats in which its values are sent.
    pub forms: ValueForms,
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

/// Cases already in Trackops, as listed for a check.
pub(super) struct RecentList {
    account: String,
    read_at: Instant,
    cases: Arc<RecentCases>,
}

/// Time for which a list of cases is good enough for a check; a run loads it again.
const KNOWN_FOR: Duration = Duration::from_secs(120);
/// Longest wait of a check for the list.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Maximum number of rows to find: more than anyone looks at one by one.
const FOUND: usize = 100_000;

impl App {
    /// Checks a file against a recipe; `import` is the number of the import it belongs to, 0 for none.
    pub fn check_file(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        import: ImportId,
        each: impl FnMut(&Problem),
    ) -> Result<CheckReport, AppError> {
        let plan = self.plan(recipe, sheet, "", &[])?;
        let mut report = engine::check(sheet, &mut self.judge(plan, import), || false, each)?;
        report.notes.splice(0..0, self.inner.imports.earlier(sheet, import)?);
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
        self.inner.imports.measure(id, sheet)?;
        let recipe = self.inner.imports.recipe(id)?;
        let plan = self.plan(&recipe, sheet, &self.inner.imports.get(id)?.seed, &[])?;
        let (created, recent) = (self.created(id)?, self.known_recent());
        let same_recent = |kept: &ImportCheck| match (&kept.recent, &recent) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        };
        if let Some(mut kept) = kept.filter(|kept| {
            kept.import == id
                && kept.created == created
                && kept.roster == self.inner.knowledge.roster()
                && same_recent(kept)
        }) && let Some(rows) = kept.recipe.rows_changed(&recipe)
            && kept.check.recheck_rows(sheet, plan.clone(), &rows).map_err(AppError::Check)?
        {
            return Ok(ImportCheck { recipe, ..kept });
        }
        let judge = self.judge(plan, id).knowing_created(created.clone()).knowing_recent(recent.clone());
        let check = CachedCheck::check_all(sheet, judge, most, given_up)?;
        let earlier = self.inner.imports.earlier(sheet, id)?;
        Ok(ImportCheck {
            import: id,
            recipe,
            created,
            earlier,
            roster: self.inner.knowledge.roster(),
            recent,
            check,
        })
    }

    /// Lists the cases already in Trackops for the next check of an import, unless that was done recently. Returns true
    /// if the check should use a new list.
    pub async fn look_back(&self, id: ImportId) -> bool {
        let Ok(import) = self.inner.imports.get(id) else { return false };
        let Ok((name, account)) = self.inner.accounts.account_of(&import) else { return false };
        let is_fresh = |known: &RecentList| known.account == name && known.read_at.elapsed() < KNOWN_FOR;
        if account.look_back_days == LookBack::Days(0)
            || locked(&self.inner.recent).as_ref().is_some_and(is_fresh)
        {
            return false;
        }
        let Ok(client) = self.inner.accounts.client_of(&name, &account, 1) else { return false };
        let listed = engine::recent_cases(&client, account.look_back_days, import.counts.rows);
        let Ok(Some(cases)) = tokio::time::timeout(TIMEOUT, listed).await else { return false };
        let is_new = !cases.is_empty();
        *locked(&self.inner.recent) =
            Some(RecentList { account: name, read_at: Instant::now(), cases: Arc::new(cases) });
        is_new
    }

    fn known_recent(&self) -> Option<Arc<RecentCases>> {
        let (name, _) = self.inner.accounts.in_use()?;
        let recent = locked(&self.inner.recent);
        recent.as_ref().filter(|recent| recent.account == name).map(|recent| recent.cases.clone())
    }

    /// Returns a judge of the rows of an import, with the duplicate guard.
    fn judge(&self, plan: Plan, import: ImportId) -> Judge {
        let guard = self.inner.accounts.in_use().map(|(name, _)| self.inner.ledger.guard(&name, import));
        Judge::new(plan, today(), Duplicates::Exclude(guard))
    }

    /// Plans a recipe with the whole file and what is known about the account. `seed` begins the import's row tokens.
    pub(super) fn plan(
        &self,
        recipe: &Recipe,
        sheet: &Sheet,
        seed: &str,
        send_anyway: &[u64],
    ) -> Result<Plan, AppError> {
        if let Some(other) = self.inner.knowledge.saved_catalog().subject_type_mismatch(recipe) {
            return Err(AppError::Plan(vec![other]));
        }
        sheet.scan()?;
        self.plan_so_far(recipe, sheet, seed, send_anyway)
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
            roster: self.inner.knowledge.roster(),
            seed,
            send_anyway,
        };
        Plan::new(recipe, &sheet.columns(), &context).map_err(AppError::Plan)
    }

    /// Reads and builds rows of an import by number (from 1, ascending). Numbers beyond the last row are ignored.
    pub fn preview(
        &self,
        id: ImportId,
        sheet: &Sheet,
        recipe: &Recipe,
        numbers: &[u64],
    ) -> Result<Vec<ReviewRow>, AppError> {
        let created = self.created(id)?;
        let plan = self.plan_so_far(recipe, sheet, &self.inner.imports.get(id)?.seed, &[])?;
        let forms = self.inner.accounts.value_forms();
        let (today, mut seen) = (today(), Vec::with_capacity(numbers.len()));
        // Consecutive rows are read together.
        for run in numbers.chunk_by(|a, b| a + 1 == *b) {
            let first = run.first().copied().unwrap_or(1);
            for row in sheet.rows_from(first)?.take(run.len()) {
                let row = row?;
                let edited = plan.edits().apply(&row);
                let built = plan.build_edited(&edited, today);
                let Edited { row: read, fixed, .. } = edited;
                let read = read.into_owned();
                let created = created.contains(&row.number);
                seen.push(ReviewRow { row, read, fixed, built, created, forms });
            }
        }
        Ok(seen)
    }

    /// Returns the rows of an import that are cases already.
    fn created(&self, id: ImportId) -> Result<HashSet<u64>, AppError> {
        let states = self.inner.ledger.row_states(id)?.into_iter();
        Ok(states.filter(|(_, state)| *state == RowState::Created).map(|(row, _)| row).collect())
    }

    /// Returns the values of a column of an import's file.
    pub fn facet(&self, sheet: &Sheet, recipe: &Recipe, of: &Faceted) -> Result<Facet, AppError> {
        let edits = Edits::new(recipe, &sheet.columns()).map_err(AppError::Plan)?;
        Ok(engine::facet(sheet, &edits, of)?)
    }

    /// Returns the numbers of all rows, sorted by a column (from 0).
    pub fn sort(
        &self,
        sheet: &Sheet,
        recipe: &Recipe,
        column: usize,
        descending: bool,
    ) -> Result<Vec<u64>, AppError> {
        let plan = self.plan(recipe, sheet, "", &[])?;
        Ok(engine::sorted(sheet, &plan, (column, descending), today())?)
    }

    /// Returns the numbers of the rows with a text in any cell, ignoring case, with fixes applied. Stops after very
    /// many.
    pub fn find(&self, sheet: &Sheet, recipe: &Recipe, text: &str) -> Result<Vec<u64>, AppError> {
        let edits = Edits::new(recipe, &sheet.columns()).map_err(AppError::Plan)?;
        let wanted = text.to_lowercase();
        let mut found = Vec::new();
        for row in sheet.rows_from(1)? {
            let row = row?;
            let read = edits.apply(&row).row;
            if read.cells.iter().any(|cell| cell.to_lowercase().contains(&wanted)) {
                found.push(row.number);
                if found.len() == FOUND {
                    break;
                }
            }
        }
        Ok(found)
    }
}
