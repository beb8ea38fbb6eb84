//! Dates of a column that may be sent as other days, whatever order was chosen for it.

use strum::VariantArray;

use super::{DateProfile, DateVerdict};
use crate::case::values::date::DateOrder;
use crate::text::plural;

/// Why dates of a column may be sent as other days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateConflict {
    /// Excel turned the dates that fit its own order into dates, and left the others as text.
    HalfConverted {
        /// Number of dates with the year first, all with days up to 12.
        converted: u64,
        /// Number of dates left as text, all with days above 12.
        text: u64,
    },
    /// Dates fit only another order than the column's, and others fit both.
    Contradicted {
        /// The other order.
        order: DateOrder,
        /// Number of dates that fit only the other order.
        only: u64,
        /// Number of dates that are different days in the two orders.
        ambiguous: u64,
    },
    /// Only a few dates show that the day comes first, which may be slips.
    FewProofs {
        /// Number of dates that fit only with the day first.
        only: u64,
        /// Number of dates that are different days in the two orders.
        ambiguous: u64,
    },
    /// Dates with dots among others, which may have the day first.
    Dotted {
        /// Number of dates with dots that fit both orders.
        dotted: u64,
    },
}

impl DateConflict {
    /// Returns true if it says that dates have several orders.
    #[must_use]
    pub fn is_contradiction(self) -> bool {
        matches!(self, Self::Contradicted { .. })
    }

    /// Describes the conflict for a column that is read in this order.
    #[must_use]
    pub fn describe(self, header: &str, read_as: DateOrder) -> String {
        let read_as = read_as.pattern();
        match self {
            Self::HalfConverted { converted, text } => format!(
                "“{header}” may have day and month swapped: all {converted} dates that a spreadsheet program \
                 recognized have days up to 12, all {text} left as text have days above 12; compare them with the \
                 original"
            ),
            Self::Contradicted { order, only, ambiguous } => format!(
                "“{header}” is read as {read_as}, but {only} of its dates {} only {}; {ambiguous} that fit both may \
                 be sent as other days",
                if only == 1 { "fits" } else { "fit" },
                order.pattern()
            ),
            Self::FewProofs { only, ambiguous } => format!(
                "“{header}” is read as {read_as} only because of {}; {ambiguous} others also fit {} and may be sent as \
                 other days",
                plural(only, "date"),
                DateOrder::Mdy.pattern()
            ),
            Self::Dotted { dotted } => format!(
                "“{header}” is ambiguous: {dotted} of its dates {} dots, which usually means day.month.year, read as \
                 {read_as} like the others",
                if dotted == 1 { "has" } else { "have" }
            ),
        }
    }
}

/// Number of ambiguous dates to one that shows the order, from which it may be a slip.
const MANY: u64 = 8;

impl DateProfile {
    /// Returns why dates may be sent as other days if the column is read in this order. `chosen` says whether the user
    /// set the order; if not, [`doubt`](Self::doubt) compares it with the dates, unless they are in several orders.
    #[must_use]
    pub fn conflict(&self, read_as: DateOrder, chosen: bool) -> Option<DateConflict> {
        let is_mixed = || matches!(self.verdict(), DateVerdict::Mixed { .. });
        let contradicted = || if chosen || is_mixed() { self.contradicted(read_as) } else { None };
        let few = || self.few_proofs(read_as);
        self.half_converted().or_else(contradicted).or_else(few).or_else(|| self.dotted(read_as))
    }

    /// More than half of all days are above 12, so that one among many dates is more likely a slip. Dots aren't used with
    /// the month first.
    fn few_proofs(&self, read_as: DateOrder) -> Option<DateConflict> {
        let only = self.count_only(DateOrder::Dmy, DateOrder::Mdy);
        let either = self.count(|orders| orders.contains(DateOrder::Dmy) && orders.contains(DateOrder::Mdy));
        let ambiguous = either.saturating_sub(self.same_day);
        let is_few = read_as == DateOrder::Dmy && self.dotted == 0 && only > 0 && ambiguous >= MANY * only;
        is_few.then_some(DateConflict::FewProofs { only, ambiguous })
    }

    fn half_converted(&self) -> Option<DateConflict> {
        let text = self.count(|_| true);
        let left = |one, other| self.count_only(one, other) == text;
        let converted = self.year_first;
        let is_half = converted > 0
            && self.year_first_late == 0
            && text > 0
            && (left(DateOrder::Dmy, DateOrder::Mdy) || left(DateOrder::Mdy, DateOrder::Dmy));
        is_half.then_some(DateConflict::HalfConverted { converted, text })
    }

    fn contradicted(&self, read_as: DateOrder) -> Option<DateConflict> {
        let ambiguous = |order| {
            let fit_both = self.count(|orders| orders.contains(order) && orders.contains(read_as));
            let same = if [order, read_as].contains(&DateOrder::Ymd) { 0 } else { self.same_day };
            fit_both.saturating_sub(same)
        };
        // Of orders that fit equally well, the most usual one comes last.
        let others = DateOrder::VARIANTS.iter().copied().rev().filter(|order| *order != read_as);
        let contradicts = |order: &DateOrder| {
            let against = self.count_only(*order, read_as);
            // A single slip among dates that prove the order is an error of its row, and no more.
            let is_slip = against == 1 && self.count_only(read_as, *order) > 1;
            against > 0 && !is_slip && ambiguous(*order) > 0
        };
        let order = others.filter(contradicts).max_by_key(|order| self.count_only(*order, read_as))?;
        let (only, ambiguous) = (self.count_only(order, read_as), ambiguous(order));
        Some(DateConflict::Contradicted { order, only, ambiguous })
    }

    /// With the month first, dots are so rare that dates with other separators don't prove it for them.
    fn dotted(&self, read_as: DateOrder) -> Option<DateConflict> {
        let others = self.count(|_| true) > self.dotted;
        let is_doubtful =
            read_as == DateOrder::Mdy && others && self.dotted_either > 0 && self.dotted_mdy == 0;
        is_doubtful.then_some(DateConflict::Dotted { dotted: self.dotted_either })
    }
}
