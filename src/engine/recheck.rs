//! A cached check: after a change of single rows, only those are judged again.

use super::check::{Change, CheckError, CheckReport, RowResult, check, groups};
use super::facet::case_of_group;
use super::row::{BuiltRow, Judge, RowBuilder};
use super::unmapped_evidence::UnmappedEvidence;
use crate::case::{Code, Plan, Problem};
use crate::sheet::{RowReader, Sheet};

/// Result of a check, with what it needs to update it.
pub struct CachedCheck {
    judge: Judge,
    report: CheckReport,
    /// The first problems, in row order.
    problems: Vec<Problem>,
}

impl CachedCheck {
    /// Checks every row, and keeps the first `most` problems. Ends early once `given_up` returns true.
    pub fn check_all(
        sheet: &Sheet,
        mut judge: Judge,
        most: usize,
        given_up: impl Fn() -> bool,
    ) -> Result<Self, CheckError> {
        let mut problems = Vec::new();
        let report = check(sheet, &mut judge, given_up, |problem| {
            if problems.len() < most {
                problems.push(problem.clone());
            }
        })?;
        Ok(Self { judge, report, problems })
    }

    /// Returns the report.
    #[must_use]
    pub fn report(&self) -> &CheckReport {
        &self.report
    }

    /// The first problems, in row order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Judges single rows again, by a plan that differs for these rows only. Returns false if other rows may change
    /// with them; this value must then be replaced by a full check.
    pub fn recheck_rows(&mut self, sheet: &Sheet, plan: Plan, rows: &[u64]) -> Result<bool, CheckError> {
        // Not all problems are kept, so the first of a kind may be unknown.
        let found = self.report.errors + self.report.warnings + self.report.excluded;
        if found != self.problems.len() as u64 {
            return Ok(false);
        }
        let before = self.judge.row_builder(None)?;
        self.judge.set_plan(plan);
        let now = self.judge.row_builder(None)?;
        let (all, mut reader) = (self.report.rows, RowReader::new(sheet));
        for &number in rows.iter().filter(|number| (1..=all).contains(*number)) {
            let row = reader.read(number)?;
            // The doubts about columns and rows are those of the group's rows.
            let evidence = |builder: &RowBuilder| {
                let case = case_of_group(&row, builder.edits())?;
                let mut evidence = UnmappedEvidence::new(self.judge.plan());
                evidence.add(&case, builder.edits());
                Some(evidence)
            };
            if evidence(&before) != evidence(&now) {
                return Ok(false);
            }
            let (was, is) = (before.build(&row), now.build(&row));
            if !self.replace_row(number, &was, is)? {
                return Ok(false);
            }
        }
        self.report.set_groups(groups(&self.problems));
        Ok(true)
    }

    /// Replaces the findings of a row. Returns false if other rows may change with it.
    fn replace_row(&mut self, number: u64, was: &BuiltRow, is: BuiltRow) -> Result<bool, CheckError> {
        let (old, new) = (was.identity(), is.identity());
        let (old_rejected, new_rejected) = (was.rejected_reference(), is.rejected_reference());
        // The row may have made another row a duplicate, or be one now.
        if (old != new || old_rejected != new_rejected)
            && self.problems.iter().any(|problem| problem.code.is_about_another_row())
        {
            return Ok(false);
        }
        // The doubt about references counts the cases, with and without one.
        if self.judge.plan().often_lacks_references()
            && (old.is_some(), was.lacks_reference()) != (new.is_some(), is.lacks_reference())
        {
            return Ok(false);
        }
        // The message about a duplicate may compare the name.
        if was.subject_name() != is.subject_name()
            && self.problems.iter().any(|problem| problem.code == Code::DuplicateFile)
        {
            return Ok(false);
        }
        if old != new && (is.is_forgotten() || !self.judge.exchange(number, old, new)?) {
            return Ok(false);
        }
        let rejected = new_rejected.filter(|hashes| old_rejected != Some(*hashes));
        if rejected.is_some_and(|hashes| !self.judge.reject(number, hashes)) {
            return Ok(false);
        }
        // A row that is already a case stays one.
        if self.judge.is_created(number) {
            return Ok(true);
        }
        let start = self.problems.partition_point(|problem| problem.row < number);
        let end = self.problems.partition_point(|problem| problem.row <= number);
        let known = self.problems.get(start..end).unwrap_or_default();
        // A duplicate stays one while its identity is unchanged. A row that is sent has other findings as well.
        let mut about_others = known.iter().filter(|problem| problem.code.is_about_others()).peekable();
        if old == new && about_others.peek().is_some() {
            return Ok(about_others.any(|problem| problem.code.excludes()));
        }
        let found = is.into_problems();
        self.report.count(RowResult::of(known), known, Change::Remove);
        self.report.count(RowResult::of(&found), &found, Change::Add);
        self.problems.splice(start..end, found);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::case::{PlanContext, Recipe};
    use crate::engine::Duplicates;
    use crate::engine::test_sheet::sheet;

    const RECIPE: &str = "caseload = 1\n[defaults]\ncase_type_id = 1\nclient_id = 1\nprimary_contact_id = 1\n\
                          [[columns]]\nfrom = \"Claim\"\nto = \"reference_value_1\"\n\
                          [[columns]]\nfrom = \"Due\"\nto = \"due_on\"\ndate = \"mdy\"\n";

    fn preparer(recipe: &Recipe, sheet: &Sheet) -> Judge {
        let plan = Plan::new(recipe, &sheet.columns(), &PlanContext::default()).unwrap();
        Judge::new(plan, date(2026, 11, 24), Duplicates::Exclude(None))
    }

    /// Judges the rows that differ between two recipes again, and compares the result with a full check.
    fn again(check: &mut CachedCheck, before: &Recipe, now: &Recipe, sheet: &Sheet) -> bool {
        let rows = before.rows_changed(now).unwrap();
        let done = check
            .recheck_rows(sheet, Plan::new(now, &sheet.columns(), &PlanContext::default()).unwrap(), &rows)
            .unwrap();
        if done {
            let whole = CachedCheck::check_all(sheet, preparer(now, sheet), 100, || false).unwrap();
            assert_eq!((check.report(), check.problems()), (whole.report(), whole.problems()));
        }
        done
    }

    fn recipe_with(changes: &str) -> Recipe {
        Recipe::from_toml(&format!("{RECIPE}{changes}")).unwrap()
    }

    fn fix(row: u64, column: &str, from: &str, to: &str) -> String {
        format!("[[fixes]]\ncolumn = \"{column}\"\nrow = {row}\nfrom = \"{from}\"\nto = \"{to}\"\n")
    }

    #[test]
    fn rechecked_rows_match_a_full_check() {
        let (_file, sheet) = sheet("Claim,Due\nA,1/2/2026\nB,31/02/2026\nC,x\nD,1/3/2026\n");
        let mut check =
            CachedCheck::check_all(&sheet, preparer(&recipe_with(""), &sheet), 100, || false).unwrap();
        assert_eq!((check.report().to_send, check.report().with_errors), (2, 2));
        let steps = [
            fix(2, "Due", "31/02/2026", "2/28/2026"),
            fix(2, "Due", "31/02/2026", "2/28/2026") + "[[leave_out]]\nrow = 4\n",
            fix(2, "Due", "31/02/2026", "y") + &fix(3, "Due", "x", "") + &fix(1, "Claim", "A", "E"),
            String::new(),
        ];
        let mut before = recipe_with("");
        for step in steps {
            let now = recipe_with(&step);
            assert!(again(&mut check, &before, &now, &sheet), "{step}");
            before = now;
        }
    }

    #[test]
    fn doubts_about_rows_follow_the_rows() {
        let (_file, sheet) = sheet(
            "Claim,Due,State,City\nA-1,1/2/2026,CA,Fresno\nA-2,1/3/2026,CA,Chico\nA-3,,,\nA-4,1/4/2026,CA,Napa\n",
        );
        let mut check =
            CachedCheck::check_all(&sheet, preparer(&recipe_with(""), &sheet), 100, || false).unwrap();
        let of_rows = |check: &CachedCheck| {
            check
                .report()
                .doubts
                .iter()
                .filter(|doubt| doubt.contains("first in row"))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of_rows(&check),
            ["1 row: with only one cell filled, maybe a heading or a note, first in row 3"]
        );
        let skipped = recipe_with("[[leave_out]]\nrow = 3\n");
        assert!(again(&mut check, &recipe_with(""), &skipped, &sheet));
        assert_eq!(of_rows(&check), [] as [String; 0]);
        assert!(again(&mut check, &skipped, &recipe_with(""), &sheet));
        assert_eq!(of_rows(&check).len(), 1);
    }

    #[test]
    fn a_row_that_changes_its_group_needs_a_full_check() {
        let (_file, sheet) = sheet("Claim,Due,State\nA,1/2/2026,CA\nB,13/3/2026,NV\nC,1/4/2026,CA\n");
        let only = "[only]\ncolumn = \"State\"\nvalues = [\"CA\"]\n";
        let (before, now) =
            (recipe_with(only), recipe_with(&format!("{only}{}", fix(2, "State", "NV", "CA"))));
        let mut check = CachedCheck::check_all(&sheet, preparer(&before, &sheet), 100, || false).unwrap();
        assert!(
            check.report().doubts.iter().all(|doubt| !doubt.contains("Due")),
            "{:?}",
            check.report().doubts
        );
        assert!(!again(&mut check, &before, &now, &sheet));
    }

    #[test]
    fn changes_that_affect_other_rows_need_a_full_check() {
        let (_file, sheet) = sheet("Claim,Due\nA,1/2/2026\nB,1/3/2026\nC,x\n");
        let whole =
            || CachedCheck::check_all(&sheet, preparer(&recipe_with(""), &sheet), 100, || false).unwrap();
        // Another row's reference.
        assert!(!again(&mut whole(), &recipe_with(""), &recipe_with(&fix(2, "Claim", "B", "A")), &sheet));
        let (_file, twice) = crate::engine::test_sheet::sheet("Claim,Due\nA,1/2/2026\nA,1/3/2026\n");
        let mut check =
            CachedCheck::check_all(&twice, preparer(&recipe_with(""), &twice), 100, || false).unwrap();
        assert_eq!(check.report().excluded, 1);
        assert!(!again(&mut check, &recipe_with(""), &recipe_with(&fix(1, "Claim", "A", "B")), &twice));
        // Not every problem is kept.
        let mut few =
            CachedCheck::check_all(&sheet, preparer(&recipe_with(""), &sheet), 0, || false).unwrap();
        assert!(!again(&mut few, &recipe_with(""), &recipe_with(&fix(3, "Due", "x", "")), &sheet));
    }

    #[test]
    fn a_row_is_flagged_if_a_rejected_row_has_its_reference() {
        let judged = |text| {
            let (file, sheet) = sheet(text);
            let check = CachedCheck::check_all(&sheet, preparer(&recipe_with(""), &sheet), 100, || false);
            (file, sheet, check.unwrap())
        };
        let (_file, flagged, mut check) = judged("Claim,Due\nA,x\nA,1/2/2026\n");
        assert_eq!((check.report().with_errors, check.report().to_send), (1, 1));
        let found = check.problems().last().unwrap();
        assert_eq!((found.row, found.code.to_string().as_str()), (2, "reference.of_rejected"));
        assert!(found.message.contains("row 1") && check.report().doubts.iter().any(|d| d.contains("row 2")));
        // Other rows change with it.
        for change in [
            fix(1, "Due", "x", ""),
            // Row 2 is no longer flagged.
            "[[leave_out]]\nrow = 1\n".to_owned(),
            fix(1, "Claim", "A", "B"),
            // Row 2 stays flagged, and has another finding.
            fix(2, "Due", "1/2/2026", "1/2/1999"),
        ] {
            assert!(!again(&mut check, &recipe_with(""), &recipe_with(&change), &flagged), "{change}");
        }
        let (_file, plain, mut check) = judged("Claim,Due\nA,x\nB,1/2/2026\n");
        assert!(!check.problems().iter().any(|problem| problem.code.is_about_others()));
        let same = recipe_with(&fix(2, "Claim", "B", "A"));
        assert!(!again(&mut check, &recipe_with(""), &same, &plain));
        let (_file, plain, mut check) = judged("Claim,Due\nA,1/2/2026\nB,1/3/2026\n");
        let rejected = recipe_with(&(fix(1, "Claim", "A", "B") + &fix(1, "Due", "1/2/2026", "x")));
        assert!(!again(&mut check, &recipe_with(""), &rejected, &plain));
    }

    #[test]
    fn a_row_that_becomes_the_same_as_another_needs_a_full_check() {
        let named = "[[fields]]\nkey = \"subject.1\"\nkind = \"name\"\n\
                     [[columns]]\nfrom = \"Name\"\nto = \"subject.1\"\n";
        let (_file, sheet) = sheet("Claim,Due,Name\n,1/2/2026,Jo Doe\n,1/3/2026,Jo Doe\n,1/3/2026,Al Roe\n");
        let typed = RECIPE.replacen("[[columns]]", "subject_type_id = 1\n[[columns]]", 1);
        let recipe = |changes: &str| Recipe::from_toml(&format!("{typed}{named}{changes}")).unwrap();
        let mut check = CachedCheck::check_all(&sheet, preparer(&recipe(""), &sheet), 100, || false).unwrap();
        assert!(!check.problems().iter().any(|problem| problem.code == Code::RowRepeated));
        let other = recipe(&fix(3, "Due", "1/3/2026", "1/4/2026"));
        assert!(again(&mut check, &recipe(""), &other, &sheet));
        let same = recipe(&fix(1, "Due", "1/2/2026", "1/3/2026"));
        assert!(!again(&mut check, &other, &same, &sheet));
        let whole = CachedCheck::check_all(&sheet, preparer(&same, &sheet), 100, || false).unwrap();
        assert!(
            whole.problems().iter().any(|problem| (problem.row, &problem.code) == (2, &Code::RowRepeated))
        );
    }

    #[test]
    fn a_fix_for_every_row_needs_a_full_check() {
        let every = "[[fixes]]\ncolumn = \"Due\"\nfrom = \"x\"\nto = \"\"\n";
        assert_eq!(recipe_with("").rows_changed(&recipe_with(every)), None);
        assert_eq!(recipe_with("").rows_changed(&recipe_with("")), Some(Vec::new()));
        assert_eq!(
            recipe_with("[[leave_out]]\nrow = 7\n").rows_changed(&recipe_with(&fix(2, "Due", "x", ""))),
            Some(vec![2, 7])
        );
    }
}
