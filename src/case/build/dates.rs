//! Dates of a row that can't all be right.

use jiff::{ToSpan, civil::Date};

use super::builder::Builder;
use crate::case::code::Code;
use crate::case::mapping::field::{CaseField, Holder};
use crate::case::mapping::placed::{Case, Placed};
use crate::case::mapping::plan::Plan;
use crate::case::mapping::read::read_a_date;
use crate::case::mapping::slot::{Dest, MappedColumn, Slot};
use crate::case::mapping::subject_no::SubjectNo;
use crate::case::problem::Finding;
use crate::case::values::plausible::DateMeaning;
use crate::case::values::value::Value;

/// A date of a row and its column.
#[derive(Clone, Copy)]
struct DatedColumn<'a> {
    date: Date,
    slot: &'a Slot,
    source: &'a MappedColumn,
}

/// The dates of a row that are compared.
#[derive(Default)]
struct RowDates<'a> {
    created: Option<DatedColumn<'a>>,
    due: Option<DatedColumn<'a>>,
    birth: Option<DatedColumn<'a>>,
    loss: Option<DatedColumn<'a>>,
}

const PRIMARY: Holder = Holder::Subject(SubjectNo::PRIMARY);
const CHECK_BOTH: &str = "check whether one of the two dates is wrong, or whether their columns were swapped";

impl<'a> Builder<'a> {
    /// Returns the dates that are compared. Case defaults are left out.
    fn row_dates(&self, case: &Case) -> RowDates<'a> {
        let plan: &'a Plan = self.plan;
        let mut dates = RowDates::default();
        for placed in &case.values {
            let Placed { dest, value: Value::Date(date), by_default: false } = placed else { continue };
            let Some(slot) = plan.slot(*dest) else { continue };
            let Some(source) = slot.sources.first() else { continue };
            let of = Some(DatedColumn { date: *date, slot, source });
            match dest {
                Dest::Case(CaseField::CreatedOn) => dates.created = of,
                Dest::Case(CaseField::DueOn) => dates.due = of,
                Dest::Custom(place, _) if source.is_birth() && place.holder == PRIMARY => dates.birth = of,
                Dest::Custom(..) if source.dates == DateMeaning::Loss => dates.loss = of,
                _ => {}
            }
        }
        dates
    }

    /// Warns about a case that is due before it is created, a case or a loss in the future, and about a loss that is
    /// before the birth, on the same day, or after the case was opened. Never names a date of birth.
    pub(super) fn check_dates(&mut self, case: &Case) {
        let RowDates { created, due, birth, loss } = self.row_dates(case);
        if let Some(due) = due.filter(|due| due.date < self.created_on) {
            let message =
                format!("the due date {} is before the creation date {}", due.date, self.created_on);
            self.warn_date(due, Code::DateDueBefore, message, "check whether one of the two dates is wrong");
        }
        // Where the file comes from it may already be tomorrow.
        let latest = self.today.checked_add(1.days()).unwrap_or(self.today);
        for of in [created, loss].into_iter().flatten() {
            // An unlikely year has its warning already.
            if of.date > latest && !self.is_reported(of.source) {
                let message = format!("“{}” is in the future", self.cell(of.source));
                self.warn_date(of, Code::DateFuture, message, "check whether the date is right");
            }
        }
        if let (Some(birth), Some(loss)) = (birth, loss) {
            if loss.date < birth.date {
                let message = "the date of loss is before the date of birth".to_owned();
                self.warn_date(loss, Code::DateContradicts, message, CHECK_BOTH);
            } else if loss.date == birth.date {
                let message = "the date of birth is the same as the date of loss".to_owned();
                self.warn_date(birth, Code::DateContradicts, message, CHECK_BOTH);
            }
        }
        if let (Some(created), Some(birth)) = (created, birth)
            && birth.date >= created.date
        {
            let message = "the date of birth isn't before the day the case was opened".to_owned();
            self.warn_date(birth, Code::DateContradicts, message, CHECK_BOTH);
        }
        if let (Some(created), Some(loss)) = (created, loss)
            && loss.date > created.date
            && loss.date <= latest
        {
            let message = format!(
                "the date of loss {} is after the day the case was opened, {}",
                loss.date, created.date
            );
            self.warn_date(loss, Code::DateContradicts, message, CHECK_BOTH);
        }
    }

    fn warn_date(&mut self, of: DatedColumn<'_>, code: Code, message: String, hint: &'static str) {
        self.report(of.slot, of.source, Finding::warning(code, message, hint));
    }

    /// Returns true if a two-digit year can mean only one century. No birth is in the future or more than 110 years ago;
    /// no case, loss or due date is a hundred years ago or far ahead.
    pub(super) fn century_is_clear(&self, source: &MappedColumn, cell: &str) -> bool {
        let Ok(date) = read_a_date(cell, source, self.today) else { return false };
        if source.is_birth() {
            date.year() < 2000 || date.year() + 10 < self.today.year()
        } else {
            date.year() <= self.today.year() + 1
        }
    }
}
