//! The values of one column, and what each of them means.

use crate::app::Picked;
use crate::case::{CaseField, ColumnRule};
use crate::engine::Facet;
use crate::tui::core::pending::Pending;
use crate::tui::screens::draft::job::Job;

/// Values of one column.
#[derive(Debug)]
pub(crate) struct Values {
    /// The column, from 0.
    pub(super) column: usize,
    /// Line of the field map whose ids the values map to.
    pub(super) line: Option<usize>,
    pub(super) field: Option<CaseField>,
    /// Client whose contacts the values are, if there is only one.
    pub(super) client: Option<u64>,
    /// Counts in the whole file; none until it's read.
    pub(super) facet: Pending<Facet>,
    /// Names from Trackops, for clients and contacts.
    pub(super) names: Pending<Picked>,
    /// Values with their counts: unmapped ones first, then by count.
    pub(super) texts: Vec<(String, u64)>,
    pub(super) cursor: usize,
}

impl Values {
    /// Returns the values with their counts: unmapped ones first, then by count.
    #[cfg(test)]
    pub(crate) fn texts(&self) -> &[(String, u64)] {
        &self.texts
    }

    /// Returns the rule with the value map.
    pub(super) fn rule<'j>(&self, job: &'j Job) -> Option<&'j ColumnRule> {
        job.rule_at(self.line?)
    }

    /// Returns the name of an id in the list from Trackops.
    pub(crate) fn listed_name(&self, id: u64) -> Option<&str> {
        let entry = self.names.value()?.entries.iter().find(|entry| entry.id == id)?;
        Some(&entry.label)
    }
}

/// Meaning of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// Rows with it are skipped.
    Skipped,
    /// Mapped by the value map.
    Mapped(String),
    /// Already an id.
    Id,
    /// Unmapped, and no label looks like it.
    Unmapped,
    /// Unmapped, but a label looks like it.
    Suggested(String, u64),
    /// Used as it is; replaces these other values, if any.
    Unchanged(Vec<String>),
}

impl Meaning {
    /// Whether rows with it can't be sent.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Unmapped | Self::Suggested(..))
    }
}
