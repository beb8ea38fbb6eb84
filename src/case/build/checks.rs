//! Checks of a row as a whole.

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::field::CaseField;
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::plan::Identity;
use crate::case::mapping::slot::Dest;
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::problem::{Finding, Severity};
use crate::sheet::{Mark, RowDoubt, RowFault};
use crate::text::plural;

const OWN_CASE: &str = concat!("check whether the row is a case of its own, or ", edit_cell!());

/// Returns the advice for a row with more cells than the header, which names the file's delimiter. If its extra cells
/// are empty, they may be harmless.
fn too_long_hint(delimiter: Option<Mark>, extra_filled: bool) -> &'static str {
    macro_rules! hint {
        ($delimiter:literal) => {
            if extra_filled {
                concat!("put quotes around the cell with the extra ", $delimiter)
            } else {
                concat!(
                    "put quotes around the cell with the extra ",
                    $delimiter,
                    ", or correct the row's cells (e); if none is wrong, remove the empty cell at the end"
                )
            }
        };
    }
    match delimiter {
        None => "add a header for the cell in the worksheet, or empty it",
        Some(Mark(b',')) => hint!("comma"),
        Some(Mark(b';')) => hint!("semicolon"),
        Some(Mark(b'\t')) => hint!("tab"),
        Some(_) => hint!("delimiter"),
    }
}

impl Builder<'_> {
    /// Warns that a fix for this row expected another value: it may be for another file or row.
    pub(super) fn warn_stale_fix(&mut self, column: usize) {
        let message = "an edit in this row was made for another value, so it isn't applied";
        let hint = "check whether the cell is right, or edit it again (e; in a script: fixes in the recipe)";
        self.report_at(Some(column), None, Finding::warning(Code::FixStale, message, hint));
    }

    /// Checks the number of cells. In a row longer than the header cells are shifted, even if the last ones are empty;
    /// a shorter one lacks its last cells. After an edit of this very row (`by_hand`), empty last cells are a warning.
    pub(super) fn check_length(&mut self, by_hand: bool) {
        let (have, want) = (self.row.cells.len(), self.plan.headers.len());
        let extra_filled = self.row.cells.iter().skip(want).any(|cell| !cell.trim().is_empty());
        let describe = || format!("the row has {}, but the header has {want}", plural(have as u64, "cell"));
        if extra_filled || self.row.may_be_shifted {
            let hint = too_long_hint(self.row.delimiter, extra_filled);
            let finding = Finding::warning(Code::RowTooLong, describe(), hint);
            self.report_row(finding.error_if(extra_filled || !by_hand));
        } else if have < want && !self.row.faults.contains(&(RowFault::RestOfCell, None)) {
            let hint = "check whether a line break split the row; the missing cells are read as empty";
            self.report_row(Finding::warning(Code::RowTooShort, describe(), hint));
        }
    }

    /// Warns about a row that may not be a case.
    pub(super) fn check_doubt(&mut self) {
        let Some(doubt) = self.row.doubt else { return };
        self.report_row(Finding::warning(Code::RowDoubt(doubt), doubt.message(), doubt.hint()));
    }

    /// Refuses a row with neither a reference nor a name: it is more likely a note, a heading or a total than a case.
    pub(super) fn check_identity(&mut self, case: &Case) {
        let identified = case.values.iter().any(|placed| placed.dest.identifies() && !placed.by_default);
        // A cell that can't be read is already reported, and may be the name.
        let is_told = self.problems.iter().any(|(_, problem)| problem.severity == Severity::Error);
        // A row that may not be a case has its warning already; one that is struck through is a case.
        if identified && self.row.doubt.is_none_or(|doubt| doubt == RowDoubt::Struck) {
            self.check_usual_identity(case);
        }
        if identified || is_told || self.plan.identity != Identity::Needed {
            return;
        }
        let message = "the row has neither a reference nor a subject's name";
        let hint = "fill in one of them, or skip the row (x; in a script: allow_unidentified = true in the recipe sends it)";
        self.report_row(Finding::error(Code::RowUnidentified, message, hint));
    }

    /// Warns about a row that lacks the reference or the name that most rows have.
    fn check_usual_identity(&mut self, case: &Case) {
        let usual = self.plan.usual_identity;
        let reference = Dest::Case(CaseField::Reference1);
        let has = |is: &dyn Fn(Dest) -> bool| case.values.iter().any(|placed| is(placed.dest));
        if let Some(column) = usual.reference.filter(|_| !has(&|dest| dest == reference)) {
            let message = "the row has no reference, although most rows have one; the duplicate guard can't recognize it";
            let finding = Finding::warning(Code::ReferenceMissing, message, OWN_CASE);
            self.report_at(Some(column), Some(reference), finding);
        }
        let goes_on = |column: &usize| self.row.cells.get(*column).is_none_or(|cell| cell.trim().is_empty());
        if self.plan.blank_below_reference.iter().any(goes_on) && !has(&|dest| dest == reference) {
            let message = "the row has no reference and lacks other values that the rows with one have, so it may belong to \
                           the row above";
            let column = self.plan.columns_of(reference).next();
            let finding = Finding::warning(Code::ReferenceMissing, message, OWN_CASE);
            self.report_at(column, Some(reference), finding);
        }
        let lacks_name =
            |column: &usize| !has(&Dest::names_subject) && self.problems_of(*column).next().is_none();
        if let Some(column) = usual.name.filter(lacks_name) {
            let message = "the row has no name, although most rows have one";
            self.report_at(Some(column), None, Finding::warning(Code::NameMissing, message, OWN_CASE));
        }
    }

    /// Warns about a row without a primary subject. UNKNOWN: Trackops may treat the first of the others as primary.
    pub(super) fn check_primary(&mut self, case: &Case) {
        let subjects = case.subjects();
        let Some(first) = subjects.iter().next().filter(|_| !subjects.has(SubjectNo::PRIMARY)) else {
            return;
        };
        let of_first = |placed: &&Placed| placed.dest.other_subject() == Some(first) && !placed.by_default;
        let dest = case.values.iter().find(of_first).map(|placed| placed.dest);
        let column = dest.and_then(|dest| self.plan.columns_of(dest).next());
        let message = "the row has a second subject but no primary one";
        let hint = "fill in the primary subject; otherwise Trackops may use the second one";
        self.report_at(column, dest, Finding::warning(Code::SubjectNotPrimary, message, hint));
    }
}
