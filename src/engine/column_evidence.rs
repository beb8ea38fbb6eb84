//! Evidence of all cells of a column about its format: the order of its dates, the decimal mark and the currencies of
//! its amounts.

use crate::case::{AmountEvidence, DateConflict, DateOrder, DateProfile, Plan, ZonedTimes};
use crate::sheet::Row;

/// Evidence about the date and amount columns of a plan.
#[derive(Clone)]
pub(super) struct ColumnEvidence {
    dates: Vec<DateColumn>,
    amounts: Vec<AmountColumn>,
}

#[derive(Clone)]
struct DateColumn {
    column: usize,
    read_as: DateOrder,
    /// True if the recipe sets the order.
    is_chosen: bool,
    profile: DateProfile,
    zoned: ZonedTimes,
}

#[derive(Clone)]
struct AmountColumn {
    column: usize,
    /// True if its decimal mark may be another one.
    is_open: bool,
    evidence: AmountEvidence,
}

impl ColumnEvidence {
    /// Starts without evidence.
    pub(super) fn new(plan: &Plan) -> Self {
        let date = |(column, read_as, is_chosen)| DateColumn {
            column,
            read_as,
            is_chosen,
            profile: DateProfile::default(),
            zoned: ZonedTimes::default(),
        };
        let amount =
            |(column, style, is_open)| AmountColumn { column, is_open, evidence: AmountEvidence::new(style) };
        Self {
            dates: plan.date_columns().into_iter().map(date).collect(),
            amounts: plan.amount_columns().into_iter().map(amount).collect(),
        }
    }

    /// Adds the cells of a row.
    pub(super) fn add(&mut self, row: &Row) {
        let cell = |column: usize| row.cells.get(column).unwrap_or("");
        for date in &mut self.dates {
            date.profile.add(cell(date.column));
            date.zoned.add(row.number, cell(date.column));
        }
        for amount in &mut self.amounts {
            amount.evidence.add_currency(cell(amount.column));
            // A workbook says what its numbers are.
            if amount.is_open && row.number(amount.column).is_none() {
                amount.evidence.add_mark(cell(amount.column));
            }
        }
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn merge(&mut self, next: Self) {
        for (date, next) in self.dates.iter_mut().zip(next.dates) {
            date.profile.merge(&next.profile);
            date.zoned.merge(next.zoned);
        }
        for (amount, next) in self.amounts.iter_mut().zip(next.amounts) {
            amount.evidence.merge(next.evidence);
        }
    }

    /// Returns the doubts about the columns, and the notes.
    pub(super) fn doubts_and_notes(&self, plan: &Plan) -> (Vec<String>, Vec<String>) {
        let (mut doubts, mut notes) = (Vec::new(), Vec::new());
        let day_first = self.dates.iter().find(|date| date.profile.is_surely(DateOrder::Dmy));
        for DateColumn { column, read_as, is_chosen, profile, zoned } in &self.dates {
            let header = plan.header(*column);
            let conflict = profile.conflict(*read_as, *is_chosen);
            let is_told = *is_chosen || conflict.is_some_and(DateConflict::is_contradiction);
            doubts.extend(conflict.map(|conflict| conflict.describe(header, *read_as)));
            let doubt = profile.doubt(*read_as).filter(|_| !is_told);
            match (doubt, day_first) {
                // The dates of a file are usually written in one order.
                (Some(_), Some(other)) if *read_as == DateOrder::Mdy && profile.fits(DateOrder::Dmy) => {
                    doubts.push(format!(
                        "“{header}” is read as {}, but every date also fits {}, as those of “{}” do; set its order (o on \
                         the field map; in a script: date in the recipe)",
                        DateOrder::Mdy.pattern(),
                        DateOrder::Dmy.pattern(),
                        plan.header(other.column)
                    ));
                }
                (doubt, _) => notes.extend(doubt.map(|doubt| doubt.describe(header, *read_as))),
            }
            doubts.extend(zoned.doubt(header, |cell| plan.masked_cell(Some(*column), cell)));
        }
        for AmountColumn { column, evidence, .. } in &self.amounts {
            let header = plan.header(*column);
            let of_mark = if evidence.is_likely_other() { &mut doubts } else { &mut notes };
            of_mark.extend(evidence.mark_doubt(header));
            doubts.extend(evidence.currency_doubt(header));
        }
        (doubts, notes)
    }
}
