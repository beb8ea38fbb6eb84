//! Requests of rows as they were sent before: with the plan of that time, and on that day.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::row::RowBuilder;
use crate::case::Plan;
use crate::sheet::Row;
use crate::trackops::{CaseRequest, ValueForms};

/// Builds rows as they were sent before.
pub(super) struct PastRequests {
    /// Plans by the number of amendments at the time.
    plans: BTreeMap<u64, Plan>,
    forms: ValueForms,
    /// By plan and day: there are few of each, and a plan is expensive to copy.
    builders: BTreeMap<(u64, Date), RowBuilder>,
}

impl PastRequests {
    pub(super) fn new(plans: BTreeMap<u64, Plan>, forms: ValueForms) -> Self {
        Self { plans, forms, builders: BTreeMap::new() }
    }

    /// Returns the plan after a number of amendments, if it is known.
    pub(super) fn plan(&self, amendment: u64) -> Option<&Plan> {
        self.plans.get(&amendment)
    }

    /// Returns the request of a row as it was sent on a day; `None` if it couldn't be sent.
    pub(super) fn request(&mut self, amendment: u64, day: Date, row: &Row) -> Option<CaseRequest> {
        let builder = match self.builders.entry((amendment, day)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(RowBuilder::alone(self.plans.get(&amendment)?.clone(), day, self.forms))
            }
        };
        builder.build(row).request().cloned()
    }
}

/// Returns the local day of a time in milliseconds since 1970.
pub(super) fn day_of(sent_at: i64) -> Date {
    let at = Timestamp::from_millisecond(sent_at).unwrap_or_default();
    at.to_zoned_datetime(TimeZone::system()).date()
}
